"""A label that never widens a card: where its text does not fit, the text is its tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from app import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from app.widgets.basics import Card


class FittingLabel(QLabel):
    """Shows its text whole or not at all; half a sentence would say less than none."""

    def __init__(self, tone: str = "3") -> None:
        super().__init__()
        self.setFont(theme.ui_font(12))
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def fits(self) -> bool:
        """Whether the text can be seen."""
        return self.fontMetrics().horizontalAdvance(self.text()) <= self.width()

    def minimumSizeHint(self) -> QSize:
        """Take no width that others need."""
        return QSize(0, super().minimumSizeHint().height())

    def setText(self, text: str) -> None:
        """Show ``text``."""
        super().setText(text)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out whether it fits now."""
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        self.setToolTip("" if self.fits else self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text if it fits."""
        if self.fits:
            super().paintEvent(event)


def fit_subtitle(card: Card) -> FittingLabel:
    """Give a card a subtitle that takes the width which the rest of its header leaves."""
    made = FittingLabel()
    card.header.replaceWidget(card.subtitle, made)
    card.subtitle.deleteLater()
    card.subtitle = made
    card.header.setStretch(card.header.indexOf(made), 1000)
    return made
