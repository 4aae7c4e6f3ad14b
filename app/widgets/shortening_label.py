"""A line that says less where there is less room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app import theme
from app.widgets.basics import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.widgets.basics import Card


class ShorteningLabel(ElidedLabel):
    """Shows the first of its texts that fits, or what fits of the last; its tooltip has all."""

    def __init__(self, tone: str = "3") -> None:
        super().__init__()
        self.setFont(theme.ui_font(12))
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._shorter: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What can be seen."""
        metrics, texts = self.fontMetrics(), (self.text(), *self._shorter)
        fitting = (text for text in texts if metrics.horizontalAdvance(text) <= self.width())
        last = metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, self.width())
        return next(fitting, last)

    def set_texts(self, whole: str, *shorter: str) -> None:
        """Show ``whole``, or of ``shorter`` texts, which say less and less, the first to fit."""
        self._shorter = shorter
        super().setText(whole)
        self.update()

    def setText(self, text: str) -> None:
        """Show ``text``, for which there is no shorter one."""
        self.set_texts(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        shown = self.shown
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment(), shown)
        painter.end()


def shorten_subtitle(card: Card) -> ShorteningLabel:
    """Give a card a subtitle that can say less."""
    made = ShorteningLabel()
    card.header.replaceWidget(card.subtitle, made)
    card.subtitle.deleteLater()
    card.subtitle = made
    return made
