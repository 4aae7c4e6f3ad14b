"""Fields for numbers and choices. The wheel turns them only where someone is choosing already."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QSpinBox

from app import formatting, theme
from app.widgets.choice_box import ChoiceBox
from app.widgets.field_note import FieldNote, is_beyond
from bpcore.config import RANGES, Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent, QWheelEvent

FIELD_HEIGHT = 30
TAKEN = 31
"""Pixels of a field beside its number: the margin before it, the cursor, the arrows."""

NO_ARROWS = """
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0px; }
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow { image: none; width: 0px; }
"""
TIP_LETTERS = 56
STEPS_1_2_5 = tuple(round(f * 10.0**p, 6) for p in range(-6, 3) for f in (1, 2, 5))
"""0.000001, 0.000002, 0.000005, … 100, 200, 500."""

SHARES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
"""Shares of what was before that optimizers keep."""


def help_text(text: str) -> str:
    """Return ``text`` in lines that are short enough for a tooltip."""
    return textwrap.fill(text, TIP_LETTERS)


class NumberField(QDoubleSpinBox):
    """A number, shown as short as it is, whose arrows walk along a ladder of values."""

    def __init__(
        self,
        name: str,
        allowed: Range,
        *,
        decimals: int = 6,
        ladder: Sequence[float] = STEPS_1_2_5,
    ) -> None:
        super().__init__()
        self._ladder = ladder
        self.setObjectName(name)
        self.setDecimals(decimals)
        self.setRange(allowed.minimum, allowed.maximum)
        self.setKeyboardTracking(False)
        self.valueChanged.connect(self._show_arrows)
        self.setLocale(QLocale.c())
        _shape(self)
        self.note = FieldNote(self)

    def textFromValue(self, value: float) -> str:
        """Return 0.1, not 0.100000."""
        return f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".")

    def valueFromText(self, text: str) -> float:
        """Return the number that was typed; of too large a one the largest."""
        return self.maximum() if is_beyond(self, text) else super().valueFromText(text)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Accept too large a number too: refused, its last digit would be lost, and 250 be 25."""
        if is_beyond(self, text):
            return QValidator.State.Acceptable, text, at
        return super().validate(text, at)

    def stepBy(self, steps: int) -> None:
        """Go up or down the ladder: … 0.1, 0.2, 0.5, 1, 2 …."""
        least = 0.5 * 10.0 ** -self.decimals()
        for _ in range(abs(steps)):
            value = self.value()
            if steps > 0:
                above = (x for x in self._ladder if x > value + least)
                self.setValue(next(above, self.maximum()))
            else:
                below = [x for x in self._ladder if x < value - least]
                self.setValue(below[-1] if below else self.minimum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the number the room of the arrows if it needs it."""
        super().resizeEvent(event)
        self._show_arrows()

    def _show_arrows(self) -> None:
        _make_room(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only where someone is choosing a number: the wheel may just pass over it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class RateBox(NumberField):
    """The learning rate, stepped by factors of 1, 2, 5."""

    def __init__(self) -> None:
        super().__init__("learningRate", RANGES["learning_rate"])
        self.setAccessibleName(self.tr("Learning rate"))


class WholeField(QSpinBox):
    """A whole number with thousands commas."""

    def __init__(self, name: str, allowed: Range, *, step: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setRange(int(allowed.minimum), int(allowed.maximum))
        self.setSingleStep(step)
        self.setGroupSeparatorShown(True)
        self.setLocale(QLocale(QLocale.Language.English))
        self.setKeyboardTracking(False)
        self.valueChanged.connect(self._show_arrows)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
        _shape(self)
        self.note = FieldNote(self)

    def valueFromText(self, text: str) -> int:
        """Return the number that was typed; of too large a one the largest."""
        return self.maximum() if is_beyond(self, text) else super().valueFromText(text)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Accept too large a number too: refused, its last digit would be lost, and 250 be 25."""
        if is_beyond(self, text):
            return QValidator.State.Acceptable, text, at
        return super().validate(text, at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the number the room of the arrows if it needs it."""
        super().resizeEvent(event)
        self._show_arrows()

    def _show_arrows(self) -> None:
        _make_room(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only where someone is choosing a number: the wheel may just pass over it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SeedField(WholeField):
    """A seed: 32 bits without a sign, of which a spin box holds the same number with one."""

    OFFSET = 2**31

    def __init__(self) -> None:
        allowed = RANGES["seed"]
        shifted = Range(allowed.minimum - self.OFFSET, allowed.maximum - self.OFFSET)
        super().__init__("seed", shifted, step=1)
        self.setGroupSeparatorShown(False)

    def value(self) -> int:
        """Return the seed."""
        return super().value() + self.OFFSET

    def setValue(self, seed: int) -> None:
        """Show ``seed``."""
        super().setValue(seed - self.OFFSET)

    def textFromValue(self, value: int) -> str:
        """Return the seed that stands for ``value``."""
        return str(value + self.OFFSET)

    def valueFromText(self, text: str) -> int:
        """Return what stands for the seed that was typed; too large a one is the largest."""
        seed = int(text) if text.isdecimal() else self.value()
        return min(seed - self.OFFSET, self.maximum())

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Accept digits, as many as the largest seed has."""
        longest = len(self.textFromValue(self.maximum()))
        if not text:
            return QValidator.State.Intermediate, text, at
        is_seed = text.isascii() and text.isdecimal() and len(text) <= longest
        state = QValidator.State.Acceptable if is_seed else QValidator.State.Invalid
        return state, text, at


class ListField(ChoiceBox):
    """A list of a few, each with the value that it stands for."""

    def __init__(self, name: str, choices: Sequence[tuple[str, str]] = ()) -> None:
        """Take pairs of value and text."""
        super().__init__()
        self.setObjectName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        _shape(self)
        for value, text in choices:
            self.addItem(text, value)

    @property
    def choice(self) -> str:
        """The value chosen."""
        return str(self.currentData())

    def show_choice(self, value: str) -> None:
        """Show ``value`` as chosen."""
        self.setCurrentIndex(self.findData(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change only where someone is choosing: the wheel may just pass over it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LayersField(WholeField):
    """The hidden units: a number, or ``50, 50`` for layers that an opened run brought along.

    Whoever types or steps a number makes one layer of them. ``sizes_changed`` tells of an edit.
    """

    sizes_changed = Signal()

    def __init__(self) -> None:
        self._layers: tuple[int, ...] | None = None
        super().__init__("hiddenUnits", RANGES["hidden_size"], step=10)
        self._told = self.sizes
        self.valueChanged.connect(self._tell)
        self.editingFinished.connect(self._tell)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return (self.value(),) if self._layers is None else self._layers

    def show_sizes(self, sizes: tuple[int, ...]) -> None:
        """Show the units of each layer."""
        self._told, self._layers = sizes, None if len(sizes) == 1 else sizes
        self.setValue(sizes[0] if sizes else self.minimum())

    def textFromValue(self, value: int) -> str:
        """Return the number, or those of all layers."""
        if self._layers is None:
            return formatting.count(value)
        return ", ".join(map(formatting.count, self._layers)) or self.tr("none")

    def valueFromText(self, text: str) -> int:
        """Return the number that was typed in place of the layers."""
        if self._layers is not None:
            if text == self.textFromValue(0):
                return self.value()
            self._layers = None
        return super().valueFromText(text)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Accept a number, and the layers as they are."""
        if self._layers is not None and self.textFromValue(0).startswith(text):
            if text == self.textFromValue(0):
                return QValidator.State.Acceptable, text, at
            if not text.isdecimal():
                return QValidator.State.Intermediate, text, at
        return super().validate(text, at)

    def stepBy(self, steps: int) -> None:
        """Step from the first of the layers on."""
        self._layers = None
        super().stepBy(steps)

    def _tell(self) -> None:
        if self.sizes != self._told:
            self._told = self.sizes
            self.sizes_changed.emit()


def _shape(box: QAbstractSpinBox | QComboBox) -> None:
    box.setFixedHeight(FIELD_HEIGHT)
    box.setMinimumWidth(40)
    box.setFont(theme.ui_font(12))
    if isinstance(box, QAbstractSpinBox):
        box.lineEdit().setTextMargins(7, 0, 0, 0)
        # Not by the wheel: whoever turns it over a number does not mean to type there.
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def _make_room(box: QAbstractSpinBox) -> None:
    """Show the arrows of ``box`` where there is room for them beside the number."""
    fits = box.fontMetrics().horizontalAdvance(box.text()) <= box.width() - TAKEN
    # Not by setButtonSymbols: under a style sheet the number would go with the arrows.
    style = "" if fits else NO_ARROWS
    if style != box.styleSheet():
        box.setStyleSheet(style)
