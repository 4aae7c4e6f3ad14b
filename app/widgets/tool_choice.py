"""The choice of the tool: a pen, or an eraser of one of two kinds."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton

from app import theme
from app.icons import icon
from app.widgets.basics import Segments

PEN, ERASER = "pen", "eraser"
ICONS = {(PEN, False): "draw", (ERASER, False): "eraser", (ERASER, True): "eraser-strokes"}
WIDTHS = {PEN: 64, ERASER: 78}
COMPACT_WIDTH = 32


def with_key(text: str, key: str) -> str:
    """Return ``text`` with the key that does the same, as this system writes it."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({native})"


class ToolChoice(Segments):
    """Pen or eraser. The eraser, pressed again, changes its kind; a small menu has both kinds.

    ``changed`` tells of another tool or kind.
    """

    changed = Signal()

    def __init__(self) -> None:
        texts = [
            (PEN, QCoreApplication.translate("ToolChoice", "Pen")),
            (ERASER, QCoreApplication.translate("ToolChoice", "Eraser")),
        ]
        title = QCoreApplication.translate("ToolChoice", "Tool")
        super().__init__("penChoice", texts, PEN, title=title, height=32)
        self.whole_strokes = False
        self._title = title
        self._was_checked = self._compact = False
        self._tools = {tool: self._tool(tool) for tool in (PEN, ERASER)}
        self._tools[PEN].setToolTip(with_key(self.tr("Draw with the left button"), "P"))
        self._tools[ERASER].pressed.connect(self._note_press)
        self._tools[ERASER].clicked.connect(self._press_eraser)
        self._add_menu()
        self.chosen.connect(self._tell)
        self._refresh()

    def choose_pen(self) -> None:
        """Take the pen."""
        self.set_value(PEN)

    def choose_eraser(self) -> None:
        """Take the eraser; if it is taken already, the other kind of it."""
        if self.value == ERASER:
            self.set_whole_strokes(not self.whole_strokes)
        else:
            self.set_value(ERASER)

    def set_compact(self, compact: bool) -> None:
        """Show icons without texts, where there is little room."""
        if compact != self._compact:
            self._compact = compact
            for tool, button in self._tools.items():
                button.setMinimumWidth(COMPACT_WIDTH if compact else WIDTHS[tool])
            self._refresh()

    def set_whole_strokes(self, whole: bool) -> None:
        """Take the eraser that takes away all of a stroke that it touches, or the other one."""
        changed = whole != self.whole_strokes or self.value != ERASER
        self.whole_strokes = whole
        self._kinds[whole].setChecked(True)
        if self.value != ERASER:
            self.set_value(ERASER)
        elif changed:
            self._tell()

    def _tool(self, choice: str) -> QPushButton:
        button = self.findChild(QPushButton, f"penChoice_{choice}")
        assert isinstance(button, QPushButton)
        button.setObjectName(f"{choice}Button")
        button.setMinimumWidth(WIDTHS[choice])
        button.setIconSize(QSize(16, 16))
        return button

    def _add_menu(self) -> None:
        self._menu = QMenu(self)
        self._menu.setObjectName("eraserMenu")
        group = QActionGroup(self._menu)
        self._kinds = {}
        for whole, text in ((False, self.tr("Erase ink")), (True, self.tr("Erase whole strokes"))):
            action = QAction(text, self._menu, checkable=True, checked=not whole)
            action.setObjectName("eraseStrokes" if whole else "eraseInk")
            group.addAction(action)
            self._menu.addAction(action)
            self._kinds[whole] = action
        group.triggered.connect(self._choose_kind)
        # Not in the order of Tab: whoever uses the keyboard presses E twice.
        self._more = QPushButton()
        self._more.setObjectName("eraserKindButton")
        self._more.setAccessibleName(self.tr("Kind of eraser"))
        self._more.setToolTip(self.tr("Kind of eraser (E twice)"))
        self._more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._more.setFixedSize(18, self._tools[ERASER].height())
        self._more.setIconSize(QSize(16, 16))
        self._more.setStyleSheet("padding: 0;")
        self._more.clicked.connect(self._open_menu)
        inner = self._tools[ERASER].parentWidget()
        row = None if inner is None else inner.layout()
        assert isinstance(row, QHBoxLayout)
        row.addWidget(self._more)

    def _open_menu(self) -> None:
        self._menu.popup(self._tools[ERASER].mapToGlobal(QPoint(0, self.height() - 2)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer both kinds of eraser."""
        self._open_menu()

    def _choose_kind(self, action: QAction) -> None:
        self.set_whole_strokes(action is self._kinds[True])

    def _note_press(self) -> None:
        self._was_checked = self._tools[ERASER].isChecked()

    def _press_eraser(self) -> None:
        if self._was_checked:
            self.set_whole_strokes(not self.whole_strokes)

    def _tell(self) -> None:
        self._refresh()
        self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_more"):
            self._refresh()

    def _refresh(self) -> None:
        colors = theme.current()
        for tool, button in self._tools.items():
            whole = tool == ERASER and self.whole_strokes
            color = colors.text_1 if button.isChecked() else colors.text_3
            button.setIcon(icon(ICONS[tool, whole], color))
        eraser = self._tools[ERASER]
        if self.whole_strokes:
            text, tip = self.tr("Strokes"), self.tr("Erase whole strokes; again: only ink")
            name = self.tr("Eraser of whole strokes")
        else:
            text, tip = self.tr("Eraser"), self.tr("Erase ink; again: whole strokes")
            name = text
        self._tools[PEN].setText("" if self._compact else self.tr("Pen"))
        eraser.setText("" if self._compact else text)
        eraser.setToolTip(with_key(tip, "E"))
        eraser.setAccessibleName(f"{self._title}: {name}")
        self._more.setIcon(icon("more", colors.text_3))
