"""What lies over a part of the window whose figures are old."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import theme

FADED = 0.5
"""How much of what is below is seen, 0 to 1."""


class Veil(QWidget):
    """Dims all of a widget on a card, while it is shown; pointer and keys go on below."""

    def __init__(self, below: QWidget) -> None:
        super().__init__(below)
        self._below = below
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        below.installEventFilter(self)

    def show_over(self, is_old: bool) -> None:
        """Dim what is below, or no longer."""
        if is_old != self.isVisibleTo(self._below):
            self._fit()
            self.setVisible(is_old)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be as large as what is below."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        self.setGeometry(self._below.rect())
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of the card over it."""
        painter = QPainter(self)
        painter.setOpacity(1 - FADED)
        painter.fillRect(self.rect(), QColor(theme.current().surface_1))
        painter.end()
