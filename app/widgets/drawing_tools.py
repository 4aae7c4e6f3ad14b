"""The tools above the canvas: pen or eraser, their width, undo, redo, clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from app.widgets.basics import IconButton, label
from app.widgets.digit_canvas import DEFAULT_WIDTH, DigitCanvas
from app.widgets.keys import focus_falling_to
from app.widgets.tool_choice import ERASER, ToolChoice, with_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

WIDTH_UNIT = 0.001
MIN_WIDTH, MAX_WIDTH, WIDTH_STEP = 30, 160, 5
"""Of the slider, in thousandths of the canvas' side."""

LEAST, NARROW, WIDE = 296, 372, 424
"""Widths of the row: the smallest; from where on the tools have texts; and the slider too."""


class DrawingTools(QWidget):
    """Buttons and shortcuts that work on ``canvas``; the shortcuts hold while they are visible."""

    def __init__(self, canvas: DigitCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        self.choice = ToolChoice()
        self.choice.changed.connect(self._choose)
        self._slider = self._width_slider()
        drawing = canvas.drawing
        self._undo = IconButton("undo", with_key(self.tr("Undo"), "Ctrl+Z"), "undoButton")
        self._redo = IconButton("redo", with_key(self.tr("Redo"), "Ctrl+Shift+Z"), "redoButton")
        self._clear = IconButton("clear", with_key(self.tr("Clear"), "Delete"), "clearButton")
        self._undo.clicked.connect(drawing.undo)
        self._redo.clicked.connect(drawing.redo)
        self._clear.clicked.connect(self._clear_all)
        drawing.changed.connect(self._enable_buttons)
        self._lay_out()
        self._add_shortcuts()
        self._enable_buttons()

    def _width_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("penWidth")
        slider.setAccessibleName(self.tr("Width of the pen"))
        slider.setToolTip(self.tr("Width of pen and eraser ([ thinner, ] thicker)"))
        slider.setRange(MIN_WIDTH, MAX_WIDTH)
        slider.setSingleStep(WIDTH_STEP)
        slider.setPageStep(4 * WIDTH_STEP)
        slider.setMinimumWidth(48)
        slider.setMaximumWidth(120)
        slider.valueChanged.connect(self._set_width)
        slider.setValue(round(DEFAULT_WIDTH / WIDTH_UNIT))
        return slider

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setSpacing(8)
        row.addWidget(self.choice)
        row.addSpacing(8)
        self._label = label(self.tr("Width"), tone="2")
        row.addWidget(self._label)
        row.addWidget(self._slider, 1)
        row.addStretch(0)
        for button in (self._undo, self._redo, self._clear):
            row.addWidget(button)

    def _add_shortcuts(self) -> None:
        drawing = self._canvas.drawing
        slots: list[tuple[Callable[[], object], tuple[str, ...], bool]] = [
            (drawing.undo, ("Ctrl+Z",), True),
            (drawing.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), True),
            (self._clear_all, ("Delete", "Ctrl+Backspace"), False),
            (self.choice.choose_pen, ("P",), False),
            (self.choice.choose_eraser, ("E",), False),
            (self._thinner, ("[",), True),
            (self._thicker, ("]",), True),
        ]
        for slot, keys, repeats in slots:
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), self, autoRepeat=repeats)
                shortcut.activated.connect(slot)

    def _choose(self) -> None:
        self._canvas.eraser = self.choice.value == ERASER
        self._canvas.whole_strokes = self.choice.whole_strokes
        self._canvas.update()

    def minimumSizeHint(self) -> QSize:
        """Return the size that shows all without texts."""
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say what things are for where there is room."""
        super().resizeEvent(event)
        self.choice.set_compact(self.width() < NARROW)
        self._label.setVisible(self.width() >= WIDE)

    def _clear_all(self) -> None:
        """Remove all ink. What comes next is drawn: the keys go to the canvas."""
        self._canvas.drawing.clear()
        self._canvas.setFocus()

    def _thinner(self) -> None:
        self._slider.setValue(self._slider.value() - WIDTH_STEP)

    def _thicker(self) -> None:
        self._slider.setValue(self._slider.value() + WIDTH_STEP)

    def _set_width(self, value: int) -> None:
        self._canvas.pen_width = value * WIDTH_UNIT

    def _enable_buttons(self) -> None:
        drawing = self._canvas.drawing
        with focus_falling_to(self._canvas):
            self._undo.setEnabled(drawing.can_undo)
            self._redo.setEnabled(drawing.can_redo)
            self._clear.setEnabled(not drawing.is_empty)
