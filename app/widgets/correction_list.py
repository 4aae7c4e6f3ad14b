"""The corrections that are kept, side by side, and how many each digit has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app import formatting, theme
from app.widgets.basics import SEMIBOLD
from bpcore.datasets.idx import IMAGE_SIZE
from bpcore.handwriting import ENOUGH, CorrectionSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.handwriting import Correction

ENTRY = Qt.ItemDataRole.UserRole
Flag = QItemSelectionModel.SelectionFlag
SIDE = 2 * IMAGE_SIZE
BORDER, CAPTION, GAP = 2, 18, 8
TILE = QSize(SIDE + 2 * BORDER, SIDE + 2 * BORDER + CAPTION)


def date(moment: float) -> str:
    """Return the day and time of ``moment``, in seconds since 1970, where the user is."""
    return QDateTime.fromSecsSinceEpoch(int(moment)).toString("yyyy-MM-dd HH:mm")


class _Tiles(QStyledItemDelegate):
    """Paints a correction: the drawing, and its label below."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors, rect = theme.current(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        correction: Correction = index.data(ENTRY)
        painter.save()
        frame = QRect(rect.left(), rect.top(), TILE.width(), TILE.width())
        line = colors.accent if chosen else colors.text_3 if hovered else colors.border_strong
        painter.fillRect(frame, QColor(line))
        if not chosen:
            painter.fillRect(frame.adjusted(1, 1, -1, -1), QColor(colors.canvas))
        pixels = theme.digit_pixels(correction.image.reshape(IMAGE_SIZE, IMAGE_SIZE), colors)
        picture = QImage(
            pixels.data, IMAGE_SIZE, IMAGE_SIZE, 3 * IMAGE_SIZE, QImage.Format.Format_RGB888
        )
        painter.drawImage(frame.adjusted(BORDER, BORDER, -BORDER, -BORDER), picture)
        caption = QRect(rect.left(), frame.bottom() + 1, TILE.width(), CAPTION)
        if chosen:
            painter.fillRect(caption, QColor(colors.accent_bg))
        if focused:
            painter.setPen(QPen(QColor(colors.accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(caption.adjusted(0, 1, -1, -1))
        painter.setPen(QColor(colors.text_1 if chosen else colors.text_2))
        painter.setFont(theme.mono_font(12))
        painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, str(correction.label))
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return TILE


class _Model(QAbstractListModel):
    """Corrections in the order in which they are shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._corrections = CorrectionSet()
        self._order: tuple[int, ...] = ()

    def place(self, row: int) -> int:
        """Return the place in the set of what is shown at ``row``."""
        return self._order[row]

    def set_corrections(self, corrections: CorrectionSet) -> None:
        self.beginResetModel()
        self._corrections = corrections
        labels = [known.label for known in corrections]
        self._order = tuple(sorted(range(len(labels)), key=lambda n: (labels[n], -n)))
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = ENTRY) -> object:
        if role not in (ENTRY, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        correction = self._corrections[self._order[index.row()]]
        if role == ENTRY:
            return correction
        text = self.tr("{digit}, kept {day}")
        return text.format(digit=correction.label, day=date(correction.moment))


class CorrectionList(QListView):
    """The drawings by digit, of each the newest first. ``removed`` carries places in the set.

    Click, Ctrl and Shift choose some of them, or the arrow keys; Delete removes what is chosen.
    """

    removed = Signal(object)
    chosen_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("correctionList")
        self.setAccessibleName(self.tr("Corrections"))
        self.setItemDelegate(_Tiles(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setGridSize(TILE + QSize(GAP, GAP))
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(-GAP // 2, 0, 0, 0)  # drawings begin where texts do
        self.setStyleSheet("QListView { background: transparent; outline: none; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._model = _Model(self)
        self.setModel(self._model)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)

    def show_corrections(self, corrections: CorrectionSet) -> None:
        """Show ``corrections``; the place where one looks stays."""
        row, scrolled = self.currentIndex().row(), self.verticalScrollBar().value()
        self._model.set_corrections(corrections)
        last = self._model.rowCount() - 1
        nearest = self._model.index(min(max(row, 0), last))
        self.selectionModel().setCurrentIndex(nearest, Flag.NoUpdate)
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(scrolled)
        self.chosen_changed.emit()

    @property
    def chosen(self) -> tuple[int, ...]:
        """The places in the set of what is chosen."""
        return tuple(sorted(self._model.place(index.row()) for index in self.selectedIndexes()))

    def remove_chosen(self) -> None:
        """Remove what is chosen."""
        if self.chosen:
            self.removed.emit(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes what is chosen."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_chosen()
        else:
            super().keyPressEvent(event)


class CountRow(QWidget):
    """The ten digits, each with how many corrections it has; faint while they are too few."""

    HEIGHT = 40

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("correctionCounts")
        self.setFixedHeight(self.HEIGHT)
        self._counts: Sequence[int] = ()
        self.show_counts((0,) * 10)

    def show_counts(self, counts: Sequence[int]) -> None:
        """Show the ten ``counts``."""
        self._counts = tuple(counts)
        text = ", ".join(f"{digit}: {formatting.count(n)}" for digit, n in enumerate(counts))
        self.setAccessibleName(self.tr("Corrections of each digit: {0}").format(text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ten columns: the digit, and its count below."""
        colors = theme.current()
        painter = QPainter(self)
        borders = np.rint(np.linspace(0, self.width(), len(self._counts) + 1)).astype(int).tolist()
        for digit, count in enumerate(self._counts):
            enough = count >= ENOUGH
            left, width = borders[digit], borders[digit + 1] - borders[digit]
            painter.setFont(theme.ui_font(13, SEMIBOLD))
            painter.setPen(QColor(colors.text_1 if enough else colors.text_3))
            top = QRect(left, 0, width, self.HEIGHT // 2)
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, str(digit))
            painter.setFont(theme.mono_font(12))
            painter.setPen(QColor(colors.text_2 if enough else colors.text_3))
            bottom = QRect(left, self.HEIGHT // 2 - 2, width, self.HEIGHT // 2)
            painter.drawText(bottom, Qt.AlignmentFlag.AlignCenter, formatting.count(count))
        painter.end()
