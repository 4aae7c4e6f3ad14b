"""Code beside the right code: what its signs mean, and where its lines can be broken."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.widgets.basics import label

SIGNS = {"-": "✓", "+": "✗", " ": " "}
"""Before a line: of the right code, with the bug, and of both."""

_SEAMS = tuple(
    map(re.compile, (r"(?<= )(?=\S)|(?<=\))(?=\.)", r"(?<=[(\[])(?=\w)", r"(?<=\w)(?=\.[a-zA-Z])"))
)
"""Where code can be broken: best after a space, next best after a bracket, else before a dot."""


def diff_caption() -> QWidget:
    """Return a line that says which colour and sign is right, and which has the mistake."""
    caption = QWidget()
    caption.setObjectName("diffCaption")
    row = QHBoxLayout(caption)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(16)
    row.addWidget(label(f"{SIGNS['-']} {_tr('right')}", tone="accent"))
    row.addWidget(label(f"{SIGNS['+']} {_tr('with the bug')}", tone="fail"))
    row.addStretch(1)
    return caption


def pieces_of(text: str, first: int, others: int) -> list[str]:
    """Break a line of code into pieces that are ``text`` when put together.

    The first one has at most ``first`` characters and each other one ``others``, not counting a
    space at its end. A name is cut only where it has no room by itself.
    """
    pieces, room, start = [], max(first, 1), len(text) - len(text.lstrip()) + 1
    while len(text) > room:
        end = room
        for seam in _SEAMS:
            ends = [found.start() for found in seam.finditer(text, start, room + 2)]
            ends = [each for each in ends if len(text[:each].rstrip()) <= room]
            if ends:
                end = ends[-1]
                break
        pieces.append(text[:end])
        text, room, start = text[end:], max(others, 1), 1
    return [*pieces, text]


def _tr(text: str) -> str:
    return QCoreApplication.translate("DiffLines", text)
