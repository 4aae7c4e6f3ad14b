"""Boxes for numbers that take what was typed as a whole, or say why not.

Qt's own drop each letter that fits no number, so that ``1e-3`` became 13, and ``0,5`` 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QLocale, QObject, Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

from app.widgets.field_note import FieldNote
from app.widgets.typed_number import Limits, Typed, read_number, without_commas_of, written

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    Box: TypeAlias = "WholeBox | DecimalBox"

EXACT = 323
"""Decimals with which a QDoubleSpinBox rounds no number."""

_TAKEN_BY = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STATE = QValidator.State


class Typing(QObject):
    """Follows what is typed into ``box``, and says why it was not taken.

    Until Return, a step or another focus nothing is taken. What can't be is given up for the value
    before; the ``note`` says why, until the next edit.

    Attributes
    ----------
    was_refused
        Whether what was typed last could not be taken.
    """

    def __init__(self, box: Box) -> None:
        super().__init__(box)
        self.note = FieldNote(box)
        self._box = box
        self._text: str | None = None
        self.was_refused = False
        box.lineEdit().textEdited.connect(self._edit)
        box.valueChanged.connect(self.note.clear)
        box.editingFinished.connect(self._judge)

    @property
    def is_pending(self) -> bool:
        """Whether something was typed that is not taken yet."""
        return self._text is not None

    def settle(self) -> bool:
        """Take what was typed now; return whether it was refused."""
        if self._text is None:
            return False
        self._box.interpretText()
        self._judge()
        return self.was_refused

    def give_up(self) -> None:
        """Put the value back in place of what was typed."""
        if self._text is not None:
            self._text = None
            self._box.lineEdit().setText(self._box.shown_text())
            self._box.interpretText()

    def state_of(self, text: str) -> QValidator.State:
        """Return whether ``text`` is a number to take; any text may be on its way to one."""
        prefix = self._box.prefix()
        if prefix and text.startswith(prefix[0]) and not text.startswith(prefix):
            return _STATE.Invalid
        return _STATE.Intermediate if self.read(text).number is None else _STATE.Acceptable

    def read(self, text: str) -> Typed:
        """Return the number in ``text``, with or without prefix and suffix."""
        bare = text.removeprefix(self._box.prefix()).removesuffix(self._box.suffix())
        return self._box.read(bare)

    def _edit(self, text: str) -> None:
        line = self._box.lineEdit()
        if self._text is None:
            bare = without_commas_of(self._box.shown_text(), text)
            if bare != text:
                gone = text[: line.cursorPosition()].count(",")
                at = line.cursorPosition() - gone
                line.setText(bare)
                line.setCursorPosition(at)
        self._text, self.was_refused = self._box.cleanText(), False
        self.note.clear()

    def _judge(self) -> None:
        text, self._text = self._text, None
        if text is None:
            return
        complaint = self._box.read(text).complaint
        self.was_refused = bool(complaint)
        if complaint:
            self.note.say(complaint)


class WholeBox(QSpinBox):
    """A whole number."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.typing = Typing(self)  # first: Qt asks what a text means while it is being set up
        self.note = self.typing.note
        self.setLocale(QLocale(QLocale.Language.English))
        self.setKeyboardTracking(False)

    def read(self, text: str) -> Typed:
        """Return the number that ``text`` means here."""
        return read_number(text, Limits(self.minimum(), self.maximum(), self.textFromValue))

    def shown_text(self) -> str:
        """Return what stands here while nobody types."""
        return f"{self.prefix()}{self.textFromValue(QSpinBox.value(self))}{self.suffix()}"

    def valueFromText(self, text: str) -> int:
        """Return the number that was typed, or else the value before."""
        number = self.typing.read(text).number
        return QSpinBox.value(self) if number is None else int(number)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed; it is judged as a whole."""
        return self.typing.state_of(text), text, at

    def fixup(self, text: str) -> str:
        """Mend nothing: Qt would take the commas out of what was typed."""
        return text

    def stepBy(self, steps: int) -> None:
        """Step from what was typed, if it can be taken."""
        if not self.typing.settle():
            super().stepBy(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Allow both ways while a number is typed: where it leads is not known yet."""
        return _both_ways() if self.typing.is_pending else super().stepEnabled()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stay where what was typed is refused: no one shall act on it."""
        if not _is_refused(self, event):
            super().keyPressEvent(event)


class DecimalBox(QDoubleSpinBox):
    """A number as exact as it was typed, shown as short as it is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.typing = Typing(self)  # first: Qt asks what a text means while it is being set up
        self.note = self.typing.note
        self.setLocale(QLocale.c())
        self.setDecimals(EXACT)
        self.setKeyboardTracking(False)

    def read(self, text: str) -> Typed:
        """Return the number that ``text`` means here."""
        return read_number(text, Limits(self.minimum(), self.maximum()))

    def shown_text(self) -> str:
        """Return what stands here while nobody types."""
        return f"{self.prefix()}{self.textFromValue(self.value())}{self.suffix()}"

    def textFromValue(self, value: float) -> str:
        """Return 0.1, not 0.100000."""
        return written(value)

    def valueFromText(self, text: str) -> float:
        """Return the number that was typed, or else the value before."""
        number = self.typing.read(text).number
        return self.value() if number is None else number

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed; it is judged as a whole."""
        return self.typing.state_of(text), text, at

    def fixup(self, text: str) -> str:
        """Mend nothing: Qt would take the commas out of what was typed."""
        return text

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Allow both ways while a number is typed: where it leads is not known yet."""
        return _both_ways() if self.typing.is_pending else super().stepEnabled()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stay where what was typed is refused: no one shall act on it."""
        if not _is_refused(self, event):
            super().keyPressEvent(event)


def _is_refused(box: Box, event: QKeyEvent) -> bool:
    """Give up what was typed by Escape, or take it by Return; tell whether it was refused."""
    if event.key() == Qt.Key.Key_Escape:
        box.typing.give_up()
    elif event.key() in _TAKEN_BY and box.typing.settle():
        box.selectAll()
        event.accept()
        return True
    return False


def _both_ways() -> QAbstractSpinBox.StepEnabledFlag:
    flags = QAbstractSpinBox.StepEnabledFlag
    return flags.StepUpEnabled | flags.StepDownEnabled
