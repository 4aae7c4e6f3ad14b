"""The tools above the canvas: pen or eraser, their width, undo, redo, clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from app import theme
from app.icons import icon
from app.widgets.basics import IconButton, Segments, label
from app.widgets.digit_canvas import DEFAULT_WIDTH, DigitCanvas

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH_UNIT = 0.001
MIN_WIDTH, MAX_WIDTH, WIDTH_STEP = 30, 160, 5
"""Of the slider, in thousandths of the canvas' side."""

PEN, ERASER = "pen", "eraser"


def _with_key(text: str, key: str) -> str:
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({native})"


class ToolChoice(Segments):
    """Pen or eraser, each with its picture."""

    def __init__(self) -> None:
        texts = [
            (PEN, QCoreApplication.translate("ToolChoice", "Pen")),
            (ERASER, QCoreApplication.translate("ToolChoice", "Eraser")),
        ]
        title = QCoreApplication.translate("ToolChoice", "Tool")
        super().__init__("penChoice", texts, PEN, title=title, height=32)
        self._tools = {
            "draw": self._tool(PEN, _with_key(self.tr("Draw with the left button"), "P")),
            "eraser": self._tool(ERASER, _with_key(self.tr("Erase with either button"), "E")),
        }
        self.chosen.connect(self._refresh)
        self._refresh()

    def _tool(self, choice: str, tip: str) -> QPushButton:
        button = self.findChild(QPushButton, f"penChoice_{choice}")
        assert isinstance(button, QPushButton)
        button.setToolTip(tip)
        button.setMinimumWidth(76)
        button.setIconSize(QSize(16, 16))
        return button

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_tools"):
            self._refresh()

    def _refresh(self) -> None:
        colors = theme.current()
        for name, button in self._tools.items():
            color = colors.text_1 if button.isChecked() else colors.text_3
            button.setIcon(icon(name, color))


class DrawingTools(QWidget):
    """Buttons and shortcuts that work on ``canvas``; the shortcuts hold while they are visible."""

    def __init__(self, canvas: DigitCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        self.choice = ToolChoice()
        self.choice.chosen.connect(self._choose)
        self._slider = self._width_slider()
        drawing = canvas.drawing
        self._undo = IconButton("undo", _with_key(self.tr("Undo"), "Ctrl+Z"), "undoButton")
        self._redo = IconButton("redo", _with_key(self.tr("Redo"), "Ctrl+Shift+Z"), "redoButton")
        self._clear = IconButton("clear", _with_key(self.tr("Clear"), "Delete"), "clearButton")
        self._undo.clicked.connect(drawing.undo)
        self._redo.clicked.connect(drawing.redo)
        self._clear.clicked.connect(drawing.clear)
        drawing.changed.connect(self._enable_buttons)
        drawing.history.indexChanged.connect(self._enable_buttons)
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
        row.setSpacing(8)
        row.addWidget(self.choice)
        row.addSpacing(8)
        row.addWidget(label(self.tr("Width"), tone="2"))
        row.addWidget(self._slider, 1)
        row.addStretch(0)
        for button in (self._undo, self._redo, self._clear):
            row.addWidget(button)

    def _add_shortcuts(self) -> None:
        drawing = self._canvas.drawing
        slots: list[tuple[Callable[[], object], tuple[str, ...]]] = [
            (drawing.undo, ("Ctrl+Z",)),
            (drawing.redo, ("Ctrl+Shift+Z", "Ctrl+Y")),
            (drawing.clear, ("Delete", "Ctrl+Backspace")),
            (self._choose_pen, ("P",)),
            (self._choose_eraser, ("E",)),
            (self._thinner, ("[",)),
            (self._thicker, ("]",)),
        ]
        for slot, keys in slots:
            for key in keys:
                QShortcut(QKeySequence(key), self).activated.connect(slot)

    def _choose(self, tool: str) -> None:
        self._canvas.eraser = tool == ERASER
        self._canvas.update()

    def _choose_pen(self) -> None:
        self.choice.set_value(PEN)

    def _choose_eraser(self) -> None:
        self.choice.set_value(ERASER)

    def _thinner(self) -> None:
        self._slider.setValue(self._slider.value() - WIDTH_STEP)

    def _thicker(self) -> None:
        self._slider.setValue(self._slider.value() + WIDTH_STEP)

    def _set_width(self, value: int) -> None:
        self._canvas.pen_width = value * WIDTH_UNIT

    def _enable_buttons(self) -> None:
        drawing = self._canvas.drawing
        self._undo.setEnabled(drawing.history.canUndo() or drawing.is_growing)
        self._redo.setEnabled(drawing.history.canRedo())
        self._clear.setEnabled(not drawing.is_empty)
