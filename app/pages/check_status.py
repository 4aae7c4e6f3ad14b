"""The last lines of the check: what is to be done, what the figures are of, and how old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.widgets.basics import SEMIBOLD, label

if TYPE_CHECKING:
    from app.pages.check_state import StateWords


class CheckStatus(QWidget):
    """A line, or two where a sentence stands beside what the figures are of.

    Attributes
    ----------
    row
        The layout of the last line; add to it what stands at its right.
    """

    def __init__(self) -> None:
        super().__init__()
        self._message = label(tone="2", name="checkMessage", elided=True)
        self._about = label(tone="3", name="checkStatus", elided=True)
        self._word = label(tone="1", weight=SEMIBOLD, name="checkWord")
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.addWidget(self._about, 1)
        self.row.addWidget(self._word)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self._message)
        lines.addLayout(self.row)

    def show_words(self, words: StateWords, *, failed: bool = False) -> None:
        """Show ``words``, the message with a cross if something ``failed``."""
        message = f"✗ {words.message}" if failed else words.message
        alone = not words.about
        for part, text in (
            (self._message, "" if alone else message),
            (self._about, message if alone else words.about),
            (self._word, words.word),
        ):
            part.setText(text)
            part.setAccessibleName(text)
        self._message.setVisible(not alone and bool(message))
        self._word.setVisible(bool(words.word))
        set_tone(self._message, "fail" if failed else "2")
        set_tone(self._about, "3" if not alone else "fail" if failed else "2")


def set_tone(text: QLabel, tone: str) -> None:
    """Let a label have another of the tones."""
    if text.property("tone") != tone:
        text.setProperty("tone", tone)
        text.style().polish(text)


def note_label() -> QLabel:
    """Return a label for sentences, as many lines high as they need."""
    note = label(tone="2", name="checkNote")
    note.setWordWrap(True)
    note.setAlignment(Qt.AlignmentFlag.AlignTop)
    return note
