"""The panel with the drawings of this session, and the button under which it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.widgets.basics import SEMIBOLD, IconButton, label
from app.widgets.gallery_tile import INSET, TILE, draw_tile

if TYPE_CHECKING:
    from app.widgets.gallery_entries import Gallery, Kept

ENTRY = Qt.ItemDataRole.UserRole
COLUMNS, ROWS = 5, 3
GAP = 2
PADDING = 12
SCROLL_BAR = 8


class _Tiles(QStyledItemDelegate):
    """Paints an entry."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        state = option.state
        current = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        draw_tile(
            painter,
            option.rect,
            index.data(ENTRY),
            theme.current(),
            current=current,
            hovered=hovered,
        )

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return TILE


class GalleryList(QListWidget):
    """The drawings side by side; ``chosen`` and ``removed`` carry one of them."""

    chosen = Signal(object)
    removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("galleryList")
        self.setAccessibleName(self.tr("Drawings of this session"))
        self.setItemDelegate(_Tiles(self))
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(TILE + QSize(GAP, GAP))
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListWidget { background: transparent; outline: none; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.itemClicked.connect(self._choose)

    @property
    def current(self) -> Kept | None:
        """The drawing that the keys act on."""
        item = self.currentItem()
        kept: Kept | None = None if item is None else item.data(ENTRY)
        return kept

    def show_entries(self, entries: tuple[Kept, ...]) -> None:
        """Show ``entries``; the place of the current one stays as near as it can."""
        row = min(max(self.currentRow(), 0), len(entries) - 1)
        self.clear()
        for kept in entries:
            item = QListWidgetItem()
            item.setData(ENTRY, kept)
            text = self.tr("{0}, {1}").format(kept.reading, kept.certainty)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
            self.addItem(item)
        self.setCurrentRow(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the current drawing, Delete removes it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentItem())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_current()
        else:
            super().keyPressEvent(event)

    def remove_current(self) -> None:
        """Remove the current drawing."""
        if self.current is not None:
            self.removed.emit(self.current)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(ENTRY))


class GalleryPanel(QFrame):
    """Opens over the page; closes at Esc, at a click beside it, and once a drawing is chosen."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, gallery: Gallery, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("galleryPanel")
        self.setAccessibleName(self.tr("Drawings of this session"))
        # Else the click that closes it would open it again, if it is on the button.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._gallery = gallery
        self._list = GalleryList()
        self._remove = IconButton(
            "clear", self.tr("Remove this drawing (Delete)"), "galleryRemove", size=28, kind="flat"
        )
        self._empty = label(
            self.tr("A drawing is kept here when you clear it or open another."),
            tone="3",
            name="galleryEmpty",
        )
        self._hint = label(self.tr("Click or Enter puts a drawing back on the canvas."), tone="3")
        self._hint.setWordWrap(True)
        self._lay_out()
        self._list.chosen.connect(self._choose)
        self._list.removed.connect(gallery.remove)
        self._remove.clicked.connect(self._list.remove_current)
        gallery.changed.connect(self._refresh)
        self._refresh()

    def open_at(self, anchor: QWidget) -> None:
        """Open above ``anchor``, its right edge at that of the anchor, within the screen."""
        self._list.setCurrentRow(0)
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width(), -8))
        place = corner - QPoint(self.width(), self.height())
        screen = anchor.screen().availableGeometry()
        last = screen.bottomRight() + QPoint(1, 1) - QPoint(self.width(), self.height())
        left = max(min(place.x(), last.x()), screen.left())
        top = max(min(place.y(), last.y()), screen.top())
        self.setGeometry(left, top, self.width(), self.height())
        self.show()
        self._list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(8)
        header.addWidget(label(self.tr("Drawings of this session"), size=13, weight=SEMIBOLD))
        header.addStretch(1)
        header.addWidget(self._remove)
        column = QVBoxLayout(self)
        inset = PADDING - INSET
        column.setContentsMargins(inset, 8, inset, PADDING)
        header.setContentsMargins(INSET, 0, INSET, 0)
        for text in (self._empty, self._hint):
            text.setContentsMargins(INSET, 0, INSET, 0)
        column.setSpacing(8)
        column.addLayout(header)
        column.addWidget(self._list)
        column.addWidget(self._empty)
        column.addWidget(self._hint)

    def _refresh(self) -> None:
        entries = self._gallery.entries
        self._list.show_entries(entries)
        rows = min(-(-len(entries) // COLUMNS), ROWS)
        across = COLUMNS * (TILE.width() + GAP) + GAP + SCROLL_BAR
        self._list.setFixedSize(across, rows * (TILE.height() + GAP))
        for widget in (self._list, self._hint, self._remove):
            widget.setVisible(bool(entries))
        self._empty.setVisible(not entries)
        self.adjustSize()

    def _choose(self, kept: Kept) -> None:
        self.close()
        self.chosen.emit(kept)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that it was closed, in whatever way."""
        super().hideEvent(event)
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface and its border."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setPen(QColor(colors.border_strong))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
