"""Follow one weight: the chain of factors that its gradient is, and the largest paths to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app import formatting, theme
from app.formatting import signed
from app.widgets.basics import SEMIBOLD, Card, label
from app.widgets.fitting_label import fit_subtitle
from app.widgets.formula_card import Divider
from app.widgets.formulas import Row, Span
from app.widgets.graph_formulas import factor_span
from app.widgets.row_label import RowLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.graph.explanation import Chain, Explanation, Path

PATHS = 10
_CHARACTER, _NUMBER, _ROW = 6.6, 72.0, 19.0

SCROLL = 8
"""Between the numbers and the bar that scrolls them."""


class PathBars(QWidget):
    """Paths as rows: what they lead through, a bar to the right or left, what they contribute."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pathBars")
        self.setAccessibleName(self.tr("Paths from the loss"))
        self._paths: tuple[Path, ...] = ()

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Name and number of each row."""
        return tuple((_path_name(path), signed(path.contribution)) for path in self._paths)

    def set_paths(self, paths: Sequence[Path]) -> None:
        """Show ``paths``, the largest first."""
        self._paths = tuple(paths)
        self.setFixedHeight(round(_ROW * len(self._paths)))
        self.setAccessibleDescription(", ".join(f"{name}: {n}" for name, n in self.texts))
        self.setToolTip("\n".join(f"{_path_name(p)}: {_factors_text(p)}" for p in self._paths))
        self.update()

    def sizeHint(self) -> QSize:
        """Return what the rows need."""
        return QSize(240, round(_ROW * len(self._paths)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint row below row."""
        painter, colors = QPainter(self), theme.current()
        most = max((abs(path.contribution) for path in self._paths), default=0.0)
        left = 12 + _CHARACTER * max((len(name) for name, _ in self.texts), default=0)
        bed = QRectF(left, 0, self.width() - left - _NUMBER, _ROW)
        middle = round(bed.center().x())
        painter.fillRect(QRectF(middle, 0, 1, self.height()), QColor(colors.border_strong))
        for number, (path, (name, text)) in enumerate(zip(self._paths, self.texts, strict=True)):
            row = QRectF(0, number * _ROW, self.width(), _ROW)
            painter.setFont(theme.mono_font(11))
            painter.setPen(QColor(colors.text_2))
            painter.drawText(row, _LEFT, name)
            value = path.contribution
            if value and most:
                wide = max(abs(value) / most * (bed.width() / 2 - 6), 1.0)
                left = middle + 1 if value > 0 else middle - wide
                bar = QRectF(left, row.top() + 5, wide, _ROW - 9)
                painter.fillRect(bar, QColor(colors.sign_color(value)))
            painter.setFont(theme.mono_font(11, SEMIBOLD))
            painter.setPen(QColor(colors.sign_color(value)))
            painter.drawText(row, _RIGHT, text)
        painter.end()


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _path_name(path: Path) -> str:
    """Say what a path leads through: its class and, in a deeper network, the units below it."""
    label_, *units = path.units[:-1] or path.units
    text = QCoreApplication.translate("Chain", "class {0}").format(label_)
    return " ← ".join((text, *map(str, units)))


def _factors_text(path: Path) -> str:
    return " × ".join(f"{f.name} {signed(f.value)}" for f in path.factors)


class WeightChainCard(Card):
    """The gradient of one weight or bias, as a product and as a sum over paths.

    ``closed`` tells that the reader has seen enough of it.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__(" ", " ")
        fit_subtitle(self)
        close = QToolButton()
        close.setObjectName("stopFollowing")
        close.setText("×")
        close.setFont(theme.ui_font(16))
        close.setFixedSize(24, 24)
        close.setProperty("kind", "flat")
        close.setToolTip(self.tr("Stop following this weight"))
        close.setAccessibleName(self.tr("Stop following this weight"))
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.closed)
        self.header.addWidget(close)
        self.outer.setContentsMargins(16, 0, 16, 12)
        self._factors: list[RowLabel] = []
        self._build()
        self.setMinimumHeight(220)

    def _build(self) -> None:
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, SCROLL, 0)
        self._column.setSpacing(0)
        self._heading = label(tone="3", size=11, name="chainHeading")
        self._products = QVBoxLayout()
        self._products.setSpacing(0)
        self.product = RowLabel("chainProduct", wraps=True)
        self.gradient = RowLabel("chainGradient", wraps=True)
        self.reason = _sentence("chainReason")
        self._paths_heading = label(tone="3", size=11, name="pathsHeading")
        self.paths = PathBars()
        self.others = _sentence("chainOthers")
        self._moved = _sentence("chainMoved")
        self._moved.setContentsMargins(0, 0, 0, 6)
        self._column.addWidget(self._moved)
        self._column.addWidget(self._heading)
        self._column.addSpacing(4)
        self._column.addLayout(self._products)
        self._column.addSpacing(4)
        self._column.addWidget(Divider())
        self._column.addSpacing(4)
        for widget in (self.product, self.gradient, self.reason):
            self._column.addWidget(widget)
        self._column.addSpacing(10)
        self._column.addWidget(self._paths_heading)
        self._column.addWidget(self.paths)
        self._column.addWidget(self.others)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("chainArea")
        area.setAccessibleName(self.tr("Factors and paths"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        self.body.addWidget(area, 1)

    def show_explanation(self, explanation: Explanation | None, text: str = "") -> None:
        """Show where a gradient comes from; ``text`` says of what it is. None hides the card."""
        self.setVisible(explanation is not None)
        if explanation is None:
            return
        index = ",".join(map(str, explanation.index))
        name = f"{explanation.parameter}[{index}]"
        count = len(explanation.examples)
        self.title.setText(self.tr("Follow {0}").format(name))
        self.subtitle.setText(text)
        chain = explanation.examples[0]
        self._heading.setText(
            self.tr("Its gradient is a product")
            if count == 1
            else self.tr("The first of {0} examples").format(formatting.count(count))
        )
        self._show_factors(chain)
        self._show_result(explanation, chain, f"d{name}")
        self._show_paths(chain)

    def show_moved(self, moved: tuple[int, int] | None) -> None:
        """Say from which step to which the pass was moved; None says nothing."""
        self._moved.setVisible(moved is not None)
        if moved is not None:
            text = self.tr(
                "The pass went on from step {0} to step {1}, where this gradient is computed. "
                "× or Esc goes back."
            )
            self._moved.setText(text.format(*moved))

    def _show_factors(self, chain: Chain) -> None:
        while len(self._factors) < len(chain.factors):
            made = RowLabel(f"chainFactor{len(self._factors)}")
            self._products.addWidget(made)
            self._factors.append(made)
        longest = max(len(factor.name) for factor in chain.factors)
        for number, widget in enumerate(self._factors):
            widget.setVisible(number < len(chain.factors))
            if number < len(chain.factors):
                factor = chain.factors[number]
                from_loss = factor.node == "SoftmaxWithLoss"
                source = self.tr("the loss") if from_loss else factor.node
                sign = Span("× " if number else "  ", "2")
                name = Span(f"{factor.name:<{longest}}  ", "2")
                widget.set_row(Row((sign, name, factor_span(factor.value)), source))

    def _show_result(self, explanation: Explanation, chain: Chain, name: str) -> None:
        """Show what the factors come to and, of a batch or with weight decay, the gradient."""
        count, penalty = len(explanation.examples), explanation.penalty
        whole = count == 1 and not penalty
        equals, own = Span("= ", "2"), factor_span(chain.gradient)
        self.product.set_row(
            Row((equals, factor_span(explanation.gradient), Span(f"  {name}", "2")))
            if whole
            else Row((equals, own, Span("  " + self.tr("of this example"), "2")))
        )
        self.gradient.setVisible(not whole)
        terms = [] if count == 1 else [self.tr("mean of {0}").format(formatting.count(count))]
        if penalty:
            terms.append(self.tr("weight decay {0}").format(signed(penalty)))
        said = Span(f"  {', '.join(terms)}", "2")
        number = factor_span(explanation.gradient)
        self.gradient.set_row(Row((Span(f"{name} = ", "2"), number, said)))
        self.gradient.setToolTip(repr(explanation.gradient).replace("-", "−", 1))
        reasons = [QCoreApplication.translate("Trace", reason) for reason in explanation.reasons]
        self.reason.setText("\n".join(f"{_sentence_of(text)}" for text in reasons))
        self.reason.setVisible(bool(reasons))

    def _show_paths(self, chain: Chain) -> None:
        shown = chain.paths[:PATHS]
        several = len(chain.paths) + chain.others > 1
        heading = self.tr("It is also a sum of {0} paths; the largest first")
        if not any(path.contribution for path in shown):
            shown = ()
            heading = self.tr("Each of its {0} paths comes to 0")
        self._paths_heading.setText(
            heading.format(formatting.count(len(chain.paths) + chain.others))
        )
        self._paths_heading.setVisible(several)
        self.paths.set_paths(shown if several else ())
        self.others.setVisible(bool(chain.others and shown))
        text = self.tr("and {0} others: {1}")
        self.others.setText(text.format(formatting.count(chain.others), signed(chain.rest)))


def _sentence_of(reason: str) -> str:
    """Return a reason as a sentence; one that begins with a name begins as that is written."""
    first = reason.partition(" ")[0]
    return f"{reason[:1].upper()}{reason[1:]}." if first.isalpha() else f"{reason}."


def _sentence(name: str) -> QLabel:
    made = label(tone="2", name=name)
    made.setWordWrap(True)
    return made
