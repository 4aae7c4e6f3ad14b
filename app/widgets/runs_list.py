"""The list of runs: look at one, compare some, rename, repeat, save, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QFrame,
    QListView,
    QMenu,
    QWidget,
)

from app.widgets.run_row import MARKS, Row, name_place
from app.widgets.runs_delegate import RunRows
from app.widgets.runs_model import RunsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_HINT = QAbstractItemDelegate.EndEditHint.NoHint


class RunsList(QListView):
    """Runs, the newest first; each signal carries the key of one.

    Double click or Enter asks for a run to be shown, a click on its box or Space to be compared,
    F2 or a second click on its name for the name to be edited. The other keys stand in its menu.
    """

    show_wanted = Signal(str)
    compare_wanted = Signal(str)
    repeat_wanted = Signal(str)
    rename_wanted = Signal(str, str)
    save_wanted = Signal(str)
    delete_wanted = Signal(str)
    undo_wanted = Signal()
    current_changed = Signal()
    name_refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runsList")
        self.setAccessibleName(self.tr("Runs"))
        self._model = RunsModel(self)
        self._pressed: tuple[QPoint, int, bool] | None = None
        self._came_by_click = False
        self._slow_click = QTimer(self, singleShot=True)
        self._slow_click.timeout.connect(self.rename_current)
        self._set_up()
        self._make_actions()
        self.set_undo("")
        self._model.renamed.connect(self.rename_wanted)
        self._model.ticked.connect(self.compare_wanted)
        self.selectionModel().currentChanged.connect(self._follow_current)

    def _set_up(self) -> None:
        rows = RunRows(self)
        rows.name_refused.connect(self.name_refused)
        self.setItemDelegate(rows)
        self.setModel(self._model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView { background: transparent; outline: none; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(26)

    def _make_actions(self) -> None:
        self._actions: dict[str, QAction] = {}
        for name, text, keys, act in (
            ("showRun", self.tr("Show"), ("Return", "Enter"), self.show_current),
            ("compareRun", self.tr("Compare"), ("Space",), self.compare_current),
            ("repeatRun", self.tr("Repeat exactly"), ("R",), self.repeat_current),
            ("renameRun", self.tr("Rename"), ("F2",), self.rename_current),
            ("saveRun", self.tr("Save as file …"), (), self.save_current),
            ("deleteRun", self.tr("Delete"), ("Delete", "Backspace"), self.delete_current),
            ("undoDelete", self.tr("Undo deletion"), ("Ctrl+Z",), self.undo_wanted),
        ):
            action = QAction(text, self)
            action.setObjectName(name)
            action.setAutoRepeat(False)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(act)
            self.addAction(action)
            self._actions[name] = action
        # The list is hidden once the last run is deleted: its card has this key, too.
        self.undo_action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)

    # What it shows.

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``; what is selected, typed and looked at stays."""
        shown_before = self._shown_key()
        first = self.indexAt(QPoint(MARKS, 1))
        key, offset = self._key(first), self.visualRect(first).top()
        scrolled = self.verticalScrollBar().value()
        self._model.show(rows)
        if scrolled and (place := self._model.row_of(key)) >= 0:
            self.executeDelayedItemsLayout()
            moved = self.visualRect(self._model.index(place)).top() - offset
            if moved:
                self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)
        if self._shown_key() != shown_before:
            self.select(self._shown_key())
        self._allow()

    def select(self, key: str) -> None:
        """Make the run ``key`` the current one, and let it be seen."""
        place = self._model.row_of(key)
        if place >= 0:
            self.setCurrentIndex(self._model.index(place))

    @property
    def undo_action(self) -> QAction:
        """What brings a deleted run back; its key works wherever a widget is seen that has it."""
        return self._actions["undoDelete"]

    def set_undo(self, name: str) -> None:
        """Offer to bring back the run ``name``; "" if there is none."""
        self.undo_action.setEnabled(bool(name))
        self.undo_action.setVisible(bool(name))

    @property
    def current(self) -> Row | None:
        """The run that the keys act on."""
        index = self.currentIndex()
        return self._model.rows[index.row()] if index.isValid() else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All runs."""
        return self._model.rows

    def _key(self, index: QModelIndex) -> str:
        return self._model.rows[index.row()].key if index.isValid() else ""

    def _shown_key(self) -> str:
        return next((row.key for row in self._model.rows if row.is_shown), "")

    # What is done with the current run.

    def show_current(self) -> None:
        """Ask for the current run to be shown, unless it is."""
        if self.current is not None and not self.current.is_shown:
            self._ask(self.show_wanted)

    def compare_current(self) -> None:
        """Ask for the current run to be compared with the shown one, or no longer."""
        if self.current is not None and not self.current.is_shown:
            self._ask(self.compare_wanted)

    def repeat_current(self) -> None:
        """Ask for the current run to be trained once more."""
        self._ask(self.repeat_wanted)

    def save_current(self) -> None:
        """Ask for the current run to be saved as a file."""
        self._ask(self.save_wanted)

    def delete_current(self) -> None:
        """Ask for the current run to be deleted."""
        self._ask(self.delete_wanted)

    def rename_current(self) -> None:
        """Edit the name of the current run."""
        self._slow_click.stop()
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    def _ask(self, wanted: SignalInstance) -> None:
        self._slow_click.stop()
        if self.current is not None:
            wanted.emit(self.current.key)

    def _follow_current(self) -> None:
        self._slow_click.stop()
        self._allow()
        self.current_changed.emit()

    def _allow(self) -> None:
        """Let be done what can be done with the current run."""
        row = self.current
        for name, action in self._actions.items():
            if name != "undoDelete":
                action.setEnabled(row is not None)
        if row is not None:
            self._actions["showRun"].setEnabled(not row.is_shown)
            self._actions["compareRun"].setEnabled(not row.is_shown)
        ticked = row is not None and row.is_ticked
        text = self.tr("Do not compare") if ticked else self.tr("Compare")
        self._actions["compareRun"].setText(text)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu, at the pointer or, for the key, at the current run."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        self.setCurrentIndex(index)
        place = self.visualRect(index)
        at = place.topLeft() + QPoint(MARKS, place.height() // 2) if by_key else event.pos()
        menu = QMenu(self)
        menu.setObjectName("runMenu")
        menu.setAccessibleName(self.tr("Run"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._actions.values()))
        menu.popup(self.viewport().mapToGlobal(at))

    # Mouse and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take down what is pressed, and whether it was the current one before."""
        self._slow_click.stop()
        index, at = self.indexAt(event.position().toPoint()), event.position().toPoint()
        was_current = not self._came_by_click and index == self.currentIndex()
        self._came_by_click = False
        super().mousePressEvent(event)
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        self._pressed = (at, index.row(), was_current) if plain and index.isValid() else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick a box; let a second click on a name edit it, unless a third follows at once."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        at = event.position().toPoint()
        index = self.indexAt(at)
        if pressed is None or index.row() != pressed[1]:
            return
        if at.x() < MARKS and pressed[0].x() < MARKS:
            self.compare_current()
        elif pressed[2] and name_place(self.visualRect(index)).contains(pressed[0]):
            self._slow_click.start(QApplication.doubleClickInterval())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show a run; on a box it is two clicks."""
        self._slow_click.stop()
        if event.position().x() < MARKS:
            self.mousePressEvent(event)
        elif self.indexAt(event.position().toPoint()).isValid():
            self.show_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Forget a click once a key is pressed."""
        self._slow_click.stop()
        super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Stay where the name was edited, however that ended: Tab would edit the next one."""
        super().closeEditor(editor, NO_HINT)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the keys act on something at once."""
        super().focusInEvent(event)
        self._came_by_click = event.reason() == Qt.FocusReason.MouseFocusReason
        if not self.currentIndex().isValid() and self._model.rows:
            self.setCurrentIndex(self._model.index(0))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a click once something else is done."""
        super().focusOutEvent(event)
        self._slow_click.stop()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget a click."""
        super().hideEvent(event)
        self._slow_click.stop()
