"""The list of classic bugs: one of them can be on, and each has a fingerprint of what differs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app import theme
from app.bug_words import name_of, place_of
from app.widgets.bug_row import HEAD, HEIGHT, BugRow, draw_head, draw_row, row_height

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bpcore.bugs import Bug

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_TOGGLE = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_EMPTY = QModelIndex()


class BugModel(QAbstractListModel):
    """Rows that stay the same items, whatever is said of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[BugRow, ...] = ()

    def rowCount(self, parent: Index = _EMPTY) -> int:
        """Return how many bugs there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row, or what is said of it."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        texts: dict[int, object] = {
            ROW: row,
            Qt.ItemDataRole.DisplayRole: row.name,
            Qt.ItemDataRole.ToolTipRole: row.tip,
            Qt.ItemDataRole.AccessibleTextRole: row.spoken,
        }
        return texts.get(role)

    def show(self, rows: Sequence[BugRow]) -> None:
        """Show ``rows``."""
        if [row.key for row in rows] != [row.key for row in self.rows]:
            self.beginResetModel()
            self.rows = tuple(rows)
            self.endResetModel()
            return
        before, self.rows = self.rows, tuple(rows)
        for n, (old, row) in enumerate(zip(before, self.rows, strict=True)):
            if old != row:
                self.dataChanged.emit(self.index(n), self.index(n))


class BugRows(QStyledItemDelegate):
    """Paints the rows, ``height`` pixels high."""

    height = HEIGHT

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        flag, state = QStyle.StateFlag, option.state
        draw_row(
            painter,
            option.rect,
            index.data(ROW),
            theme.current(),
            hovered=bool(state & flag.State_MouseOver),
            focused=bool(state & flag.State_HasFocus),
            enabled=bool(state & flag.State_Enabled),
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row; its width is that of the list."""
        return QSize(0, self.height)


class BugList(QListView):
    """A click on a row, Space or Enter switch its bug on, and the one that was on off.

    ``switched`` carries the key of the bug that is on now, "" if there is none.
    """

    switched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bugList")
        self.setAccessibleName(self.tr("Bugs: Space switches one on"))
        self._model = BugModel(self)
        self._parameters: tuple[str, ...] = ()
        self._pressed = -1
        self._head = _Head(self)
        self.setModel(self._model)
        self._painter = BugRows(self)
        self.setItemDelegate(self._painter)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView { background: transparent; outline: none; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(HEIGHT // 2)
        self.setViewportMargins(0, HEAD, 0, 0)

    @property
    def rows(self) -> tuple[BugRow, ...]:
        """What is shown of each bug."""
        return self._model.rows

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the columns are."""
        return self._parameters

    @property
    def on(self) -> str:
        """The key of the bug that is on; "" if there is none."""
        return next((row.key for row in self.rows if row.is_on), "")

    def show_bugs(self, bugs: Sequence[Bug], places: Mapping[str, str] | None = None) -> None:
        """Show ``bugs``; ``places`` are the layers where they sit, ``Affine2``, by key."""
        places = places or {}
        before = {row.key: row for row in self.rows}
        rows = []
        for bug in bugs:
            at = places.get(bug.key, "")
            row = before.get(bug.key, BugRow(bug.key, "", "", self._parameters))
            said = name_of(bug.key, at), place_of(bug, at)
            rows.append(dataclasses.replace(row, name=said[0], place=said[1]))
        self._model.show(rows)

    def set_on(self, key: str) -> None:
        """Show that the bug ``key`` is on, and no other; none for ""."""
        rows = (dataclasses.replace(row, is_on=row.key == key) for row in self.rows)
        self._model.show(tuple(rows))

    def show_fingerprints(
        self,
        parameters: Sequence[str],
        prints: Mapping[str, Sequence[bool | None]],
        *,
        are_old: bool = False,
    ) -> None:
        """Show whether each of ``parameters`` agrees with a bug on; what has no print has a dash.

        The keys of ``prints`` are those of bugs; they are dim if they ``are_old``.
        """
        self._parameters = tuple(parameters)
        rows = (
            dataclasses.replace(
                row,
                parameters=self._parameters,
                prints=tuple(prints.get(row.key, ())),
                is_old=are_old,
            )
            for row in self.rows
        )
        self._model.show(tuple(rows))
        self._head.update()

    def note(self, key: str, text: str) -> None:
        """Say one more thing of the bug ``key``; "" for nothing."""
        rows = (dataclasses.replace(row, note=text) if row.key == key else row for row in self.rows)
        self._model.show(tuple(rows))

    def row_rect(self, key: str) -> QRect:
        """Return where the row of a bug is, in the viewport."""
        keys = [row.key for row in self.rows]
        return self.visualRect(self._model.index(keys.index(key)))

    def sizeHint(self) -> QSize:
        """Ask for room in which half of the bugs are seen."""
        return QSize(320, HEAD + 7 * HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return room for names, columns and a few rows."""
        return QSize(288, HEAD + 3 * HEIGHT)

    # Mouse and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take down which row is pressed."""
        super().mousePressEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = self.indexAt(event.position().toPoint()).row() if left else -1

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Switch the row that was pressed."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, -1
        if pressed >= 0 and pressed == self.indexAt(event.position().toPoint()).row():
            self._toggle(pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take two clicks for two: on, and off again."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch the row where the keys are, or go to another."""
        if event.key() in _TOGGLE and not event.isAutoRepeat() and self.currentIndex().isValid():
            self._toggle(self.currentIndex().row())
        elif event.text().isprintable() and event.text():
            event.ignore()  # the window's own keys: the list would look for a name
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the keys act on something at once."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows:
            keys = [row.key for row in self.rows]
            self.setCurrentIndex(self._model.index(keys.index(self.on) if self.on else 0))

    def _toggle(self, place: int) -> None:
        row = self.rows[place]
        key = "" if row.is_on else row.key
        self.set_on(key)
        self.switched.emit(key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the names of the columns over them, and the bug that is on in sight."""
        super().resizeEvent(event)
        height = row_height(self.viewport().height())
        if height != self._painter.height:
            self._painter.height = height
            self.doItemsLayout()
        self._head.setGeometry(0, 0, self.width(), HEAD)
        if event.size().height() != event.oldSize().height():
            on = next((number for number, row in enumerate(self.rows) if row.is_on), None)
            if on is not None:
                self.scrollTo(self._model.index(on))


class _Head(QWidget):
    """The names of the columns, which stay where they are while the rows scroll."""

    def __init__(self, view: BugList) -> None:
        super().__init__(view)
        self._view = view
        self.setToolTip(
            self.tr("A tick: with the bug on, the gradient agrees. A cross: it differs.")
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint them over rows as wide as those of the list."""
        painter = QPainter(self)
        width = self._view.viewport().width()
        draw_head(painter, QRect(0, 0, width, HEAD - 4), self._view.parameters, theme.current())
        painter.end()
