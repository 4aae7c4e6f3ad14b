"""The way to the present place: network, layer, unit, operation. Each part leads back there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app import theme
from app.widgets.basics import SEMIBOLD
from app.widgets.choice_box import leave_focus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.places import Place

HEIGHT = 26
LONGEST = 180
"""Pixels of a part; a longer formula is cut, and its tooltip has it all."""


class Breadcrumb(QWidget):
    """Buttons from the topmost place to the present one; ``chosen`` carries a Place."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("breadcrumb")
        self.setAccessibleName(self.tr("Where you are"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._shown: tuple[tuple[Place, str], ...] = ()
        self._here = True
        self._buttons: list[_Part] = []

    @property
    def texts(self) -> list[str]:
        """What it says, part by part."""
        return [text for _, text in self._shown]

    def show_trail(self, trail: Sequence[tuple[Place, str]], *, here: bool = True) -> None:
        """Show places with their titles, the topmost first; the reader is ``here`` at the last."""
        if (tuple(trail), here) == (self._shown, self._here):
            return
        self._shown, self._here = tuple(trail), here
        had_focus = any(button.hasFocus() for button in self._buttons)
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons = []
        for n, (place, text) in enumerate(trail):
            if n:
                self._row.addWidget(_Arrow())
            button = self._part(place, text, depth=n, last=here and n == len(trail) - 1)
            self._buttons.append(button)
            self._row.addWidget(button)
        if had_focus:
            self._buttons[-1].setFocus()

    def _part(self, place: Place, text: str, *, depth: int, last: bool) -> _Part:
        font = theme.ui_font(12, SEMIBOLD) if last else theme.ui_font(12)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, LONGEST)
        button = _Part(shown.replace("&", "&&"), place)
        button.setObjectName(f"breadcrumb{depth}")
        button.setAccessibleName(text)
        button.setToolTip(text if shown != text else "")
        button.setFont(font)
        button.setFixedHeight(HEIGHT)
        button.setProperty("kind", "crumb-here" if last else "crumb")
        button.went.connect(self.chosen)
        return button


class _Part(QPushButton):
    """A place on the way; ``went`` carries it."""

    went = Signal(object)

    def __init__(self, text: str, place: Place) -> None:
        super().__init__(text)
        self._place = place
        leave_focus(self)
        self.clicked.connect(self._go)

    def _go(self) -> None:
        self.went.emit(self._place)


class _Arrow(QWidget):
    """The sign between two parts."""

    def sizeHint(self) -> QSize:
        """Return its size."""
        return QSize(8, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a chevron that points right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().text_3), 1.5))
        x, y = self.width() / 2 - 2, self.height() / 2
        painter.drawPolyline([QPointF(x, y - 4), QPointF(x + 4, y), QPointF(x, y + 4)])
        painter.end()
