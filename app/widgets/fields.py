"""Fields for numbers and choices. The wheel turns them only where someone is choosing already."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox

from app import formatting, theme
from app.widgets.choice_box import ChoiceBox
from app.widgets.number_boxes import DecimalBox, WholeBox
from app.widgets.typed_number import Limits, Typed, read_number
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

AS_GOOD_AS = 1e-9
"""Share of a number by which another may differ and be the same step of a ladder."""

SHARES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
"""Shares of what was before that optimizers keep."""


def help_text(text: str) -> str:
    """Return ``text`` in lines that are short enough for a tooltip."""
    return textwrap.fill(text, TIP_LETTERS)


class NumberField(DecimalBox):
    """A number whose arrows walk along a ladder of values."""

    def __init__(self, name: str, allowed: Range, *, ladder: Sequence[float] = STEPS_1_2_5) -> None:
        super().__init__(name)
        self._ladder = ladder
        self.setRange(allowed.minimum, allowed.maximum)
        self.valueChanged.connect(self._show_arrows)
        _shape(self)

    def stepBy(self, steps: int) -> None:
        """Go up or down the ladder: … 0.1, 0.2, 0.5, 1, 2 …."""
        if self.typing.settle():
            return
        for _ in range(abs(steps)):
            value = self.value()
            if steps > 0:
                above = (x for x in self._ladder if x > value * (1 + AS_GOOD_AS))
                self.setValue(next(above, self.maximum()))
            else:
                below = [x for x in self._ladder if x < value * (1 - AS_GOOD_AS)]
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


class WholeField(WholeBox):
    """A whole number with thousands commas."""

    def __init__(self, name: str, allowed: Range, *, step: int) -> None:
        super().__init__(name)
        self.setRange(int(allowed.minimum), int(allowed.maximum))
        self.setSingleStep(step)
        self.setGroupSeparatorShown(True)
        self.valueChanged.connect(self._show_arrows)
        _shape(self)

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
        self._allowed = RANGES["seed"]
        least, largest = self._allowed.minimum, self._allowed.maximum
        super().__init__("seed", Range(least - self.OFFSET, largest - self.OFFSET), step=1)
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
        """Return what stands for the seed that was typed, or else for the one before."""
        seed = self.read(text).number
        return (self.value() if seed is None else int(seed)) - self.OFFSET

    def read(self, text: str) -> Typed:
        """Return the seed that was typed."""
        return read_number(text, Limits(self._allowed.minimum, self._allowed.maximum, str))


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
        if sizes == self.sizes:  # what is being typed would go
            return
        self._told, self._layers = sizes, None if len(sizes) == 1 else sizes
        self.setValue(sizes[0] if sizes else self.minimum())

    def textFromValue(self, value: int) -> str:
        """Return the number, or those of all layers."""
        if self._layers is None:
            return formatting.count(value)
        return ", ".join(map(formatting.count, self._layers)) or self.tr("none")

    def read(self, text: str) -> Typed:
        """Return the number that was typed in place of the layers, or stands for them."""
        if self._layers is not None and text == self.textFromValue(0):
            return Typed(self.value())
        return read_number(text, Limits(self.minimum(), self.maximum(), formatting.count))

    def valueFromText(self, text: str) -> int:
        """Return the number that was typed; it is the one layer there is then."""
        if text != self.textFromValue(0) and self.read(text).number is not None:
            self._layers = None
        return super().valueFromText(text)

    def stepBy(self, steps: int) -> None:
        """Step from the first of the layers on."""
        if not self.typing.settle():
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
