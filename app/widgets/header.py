"""The header of the window: the page's title, the network, the run, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import theme
from app.run_names import OPTIMIZERS, number
from app.widgets.basics import SEMIBOLD, IconButton, label

if TYPE_CHECKING:
    from app.session import Session, Snapshot
    from bpcore.config import TrainingConfig

HEIGHT = 48
MOST_HIDDEN = 2


class Header(QWidget):
    """What is looked at: the page at the left, the run at the right."""

    help_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self._session = session
        self._title = label(size=16, weight=SEMIBOLD, name="pageTitle")
        self._structure = label(mono=True, tone="3", name="networkStructure")
        self._pill = RunPill()
        self._help = IconButton(
            "help", self.tr("Keyboard and help (F1)"), "helpButton", size=28, kind="flat"
        )
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 10, 0)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addSpacing(8)
        row.addWidget(self._structure)
        row.addStretch(1)
        row.addWidget(self._pill)
        row.addWidget(self._help)
        self._help.clicked.connect(self.help_requested)
        session.state_changed.connect(self._show_run)
        session.snapshot_changed.connect(self._show_snapshot)
        self._shown: TrainingConfig | None = None
        self._trails: list[QWidget] = []
        self._show_run()

    def set_title(self, title: str, trail: QWidget | None = None, *, layers: bool = False) -> None:
        """Show the title of a page, and where in the page the reader is, or the run's layers."""
        self._title.setText(title)
        self._structure.setVisible(layers)
        for other in self._trails:
            other.setVisible(other is trail)
        if trail is not None and trail not in self._trails:
            self._trails.append(trail)
            self._row.insertWidget(self._row.indexOf(self._structure), trail)
            trail.show()

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self._show_run()

    def _show_run(self) -> None:
        config = self._session.config
        if config == self._shown:
            return
        self._shown = config
        self._structure.setText(_structure(config))
        sizes = "-".join(str(size) for size in config.sizes)
        self._pill.set_text(
            f"{config.activation.capitalize()} · {sizes} · {OPTIMIZERS[config.optimizer]} "
            f"{number(config.learning_rate)} · " + self.tr("seed {0}").format(config.seed)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface and the line below it."""
        colors = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.bg))
        painter.fillRect(0, HEIGHT - 1, self.width(), 1, QColor(colors.border))


def _structure(config: TrainingConfig) -> str:
    """Return the layers of a network, those in the middle left out where there are many."""
    activation, hidden = config.activation.capitalize(), len(config.hidden_sizes)
    layers = [f"Affine{n}  →  {activation}{n}" for n in range(1, hidden + 1)]
    if hidden > MOST_HIDDEN:
        layers[1:-1] = ["…"]
    return "  →  ".join((*layers, f"Affine{hidden + 1}", "SoftmaxWithLoss"))


class RunPill(QWidget):
    """The run in one line, in a pill."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runPill")
        self.setFont(theme.ui_font(12))
        self._text = ""

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say ``text``."""
        self._text = text
        self.setAccessibleName(text)
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the text and its pill."""
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint pill and text."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        painter.setPen(QColor(colors.text_2))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
