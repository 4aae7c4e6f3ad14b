"""A picture on a card, with a line below it that says what is pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.widgets.basics import label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel, QWidget

    from app.widgets.basics import Card

_LINE = 20


def add_captioned(card: Card, picture: QWidget, name: str) -> QLabel:
    """Fill ``card`` with ``picture``; return the line below it, which is called ``name``."""
    line = label(tone="2", name=name, elided=True)
    line.setFixedHeight(_LINE)
    card.outer.setContentsMargins(16, 0, 16, 8)
    card.body.setSpacing(4)
    card.body.addWidget(picture, 1)
    card.body.addWidget(line)
    return line
