"""Numbers by name, each in a field: the variables of an expression, the prices in a shop."""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QWidget

from app import formatting, theme
from app.widgets.basics import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEIGHT = 28
WIDTH = 72
LONGEST_NAME = 112
LARGEST = 1_000_000

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


def plain_number(value: float) -> str:
    """Return the shortest text that means ``value``: ``1``, ``0.1``, ``1e-05``."""
    return repr(float(value)).removesuffix(".0")


class NumberField(QLineEdit):
    """A number as it is typed; Up and Down add and take ``step``, exactly.

    ``entered`` tells of Return and Escape. While what is typed is no number, ``error`` says why,
    and ``value`` stays the last one that was.
    """

    entered = Signal()

    def __init__(self, name: str, value: float, step: str = "0.1") -> None:
        super().__init__(plain_number(value))
        self.value = value
        self.error = ""
        self._step = Decimal(step)
        self.setObjectName(f"variable_{name}")
        self.setAccessibleName(self.tr("Value of {0}").format(name))
        self._hint = self.tr("Up and Down change it by {0}").format(step)
        self.setToolTip(self._hint)
        self.setFont(theme.mono_font(12))
        self.setFixedSize(WIDTH, HEIGHT)
        self.setMaxLength(24)
        self.textChanged.connect(self._read)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, or give the focus back."""
        steps = _STEPS.get(Qt.Key(event.key()))
        if steps is not None:
            self._add(steps)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame and underline what is no number."""
        super().paintEvent(event)
        if self.error:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.current().fail), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5.5, 5.5)
            painter.end()

    def _read(self, text: str) -> None:
        text = text.strip().replace(formatting.MINUS, "-")
        self.error = self._complaint(text)
        if not self.error:
            self.value = float(text) + 0.0  # which makes 0 of −0
        self.setToolTip(self.error or self._hint)
        self.setAccessibleDescription(self.error)
        self.update()

    def _complaint(self, text: str) -> str:
        if not text:
            return self.tr("a number is missing")
        if not _NUMBER.fullmatch(text):
            if _NUMBER.fullmatch(text.replace(",", ".")):
                return self.tr("write {0}").format(text.replace(",", "."))
            return self.tr("{0} is no number").format(f"“{text}”")
        if abs(float(text)) > LARGEST:
            return self.tr("at most {0}").format(formatting.count(LARGEST))
        if float(text) == 0 and Decimal(text) != 0:
            return self.tr("too small")
        return ""

    def _add(self, steps: int) -> None:
        value = Decimal(plain_number(self.value)) + steps * self._step
        value = min(max(value, Decimal(-LARGEST)), Decimal(LARGEST))
        self.setText(plain_number(float(value)))
        self.selectAll()


class VariableFields(QScrollArea):
    """A row of named numbers. Those that are taken away keep their values until they come back.

    ``changed`` tells that what is typed in one of them changed, be it a number or not.
    """

    changed = Signal()
    entered = Signal()

    def __init__(
        self, name: str, steps: Mapping[str, str] = MappingProxyType({}), *, mono: bool = True
    ) -> None:
        """Take the step of each field that has another than 0.1; ``mono`` names are code."""
        super().__init__()
        self._mono = mono
        self.setObjectName(name)
        self._steps = steps
        self._values: dict[str, float] = {}
        self._first: dict[str, float] = {}
        self._fields: dict[str, NumberField] = {}
        self._holders: dict[str, QWidget] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addStretch(1)
        self._row.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(inner)
        self._fit()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that have a field now, from left to right."""
        return tuple(self._fields)

    @property
    def fields(self) -> tuple[NumberField, ...]:
        """The fields, from left to right."""
        return tuple(self._fields.values())

    @property
    def error(self) -> str:
        """What is wrong with the first field that is not a number; "" if all are."""
        for name, field in self._fields.items():
            if field.error:
                return self.tr("{0}: {1}").format(name, field.error)
        return ""

    def value(self, name: str) -> float:
        """Return the last good value of ``name``, which has a field or had one."""
        field = self._fields.get(name)
        return self._values[name] if field is None else field.value

    def values_for(self, names: Sequence[str]) -> dict[str, float]:
        """Return the values of ``names``; a new one gets the least of 1, 2, 3 … that none has.

        If all began alike, x − y would be 0, and a gradient could belong to either.
        """
        values = {n: self.value(n) for n in names if n in self._fields or n in self._values}
        taken = set(values.values())
        free = (float(n) for n in range(1, LARGEST) if n not in taken)
        return {name: values[name] if name in values else next(free) for name in names}

    def set_values(self, values: Mapping[str, float]) -> None:
        """Give values to names that have a field, or will have."""
        self._values.update(values)
        blocked = self.blockSignals(True)
        for name in values.keys() & self._fields.keys():
            self._fields[name].setText(plain_number(values[name]))
        self.blockSignals(blocked)

    def show_names(self, names: Sequence[str]) -> None:
        """Have a field for each of ``names``, in their order."""
        if tuple(names) == self.names:
            return
        first = self.values_for(names)
        for name in self._fields.keys() - set(names):
            self._remove(name)
        fields = {name: self._fields.get(name) or self._add(name, first[name]) for name in names}
        self._fields = fields
        for place, name in enumerate(names):
            self._row.insertWidget(place, self._holders[name])
            self._holders[name].show()
        self._fit()

    def set_tab_order(self, before: QWidget) -> QWidget:
        """Put the fields after ``before`` in the tab order, and return the last one."""
        for field in self._fields.values():
            QWidget.setTabOrder(before, field)
            before = field
        return before

    def _add(self, name: str, value: float) -> NumberField:
        field = NumberField(name, value, self._steps.get(name, "0.1"))
        self._first[name] = value
        field.textChanged.connect(self._edited)
        field.entered.connect(self.entered)
        caption = label(tone="2", mono=self._mono)
        metrics = QFontMetrics(caption.font())
        caption.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, LONGEST_NAME))
        caption.setBuddy(field)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(field)
        self._fields[name], self._holders[name] = field, holder
        return field

    def _remove(self, name: str) -> None:
        value = self._fields.pop(name).value
        if value != self._first[name]:  # what nobody chose is chosen anew where it comes back
            self._values[name] = value
        holder = self._holders.pop(name)
        self._row.removeWidget(holder)
        holder.setParent(None)
        holder.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See anew whether all fields fit."""
        super().resizeEvent(event)
        self._fit()

    def _edited(self) -> None:
        self.changed.emit()

    def _fit(self) -> None:
        """Take the height of a field, and of a scroll bar where there are too many."""
        needed = self._row.sizeHint().width()
        bar = self.horizontalScrollBar().sizeHint().height() + 2 if needed > self.width() else 0
        self.setFixedHeight(HEIGHT + bar)
