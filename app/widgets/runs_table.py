"""The table of runs that are compared: figures, and parameters that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app import theme
from app.widgets.basics import SEMIBOLD
from app.widgets.comparison import Column, Comparison, Line
from app.widgets.line_styles import paint_sample
from app.widgets.run_row import tip

if TYPE_CHECKING:
    from app.widgets.runs_model import Index

HEAD, LINE = 40, 20
TWO_LINES = 34
GAP = 8
"""Between two columns."""

SAMPLE = 24
LEAST_TITLE, USUAL_VALUE = 84, 72
BESIDE_BAR = 4
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
MIDDLE = Qt.AlignmentFlag.AlignVCenter


def _font_of(line: Line, run: int) -> QFont:
    """Return the font of a value: numbers have one of their own, the best are heavier."""
    text, is_best = line.values[run], bool(line.best) and line.best[run]
    weight = SEMIBOLD if is_best else QFont.Weight.Normal
    is_word = any(c.isalpha() for c in text) and not text[0].isdigit()
    return theme.ui_font(12, weight) if is_word else theme.mono_font(12, weight)


class _Model(QAbstractTableModel):
    """A comparison as Qt asks for it: line styles on top, titles at the left."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Comparison()

    def show(self, comparison: Comparison) -> None:
        old = self.shown
        if (len(old.lines), len(old.columns)) != (len(comparison.lines), len(comparison.columns)):
            self.beginResetModel()
            self.shown = comparison
            self.endResetModel()
        else:
            self.shown = comparison
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def line(self, row: int) -> Line | None:
        """Return what is in a row; None for the one with the line styles."""
        return self.shown.lines[row - 1] if row else None

    def rowCount(self, parent: Index | None = None) -> int:
        if (parent is not None and parent.isValid()) or not self.shown.columns:
            return 0
        return len(self.shown.lines) + 1

    def columnCount(self, parent: Index | None = None) -> int:
        if (parent is not None and parent.isValid()) or not self.shown.columns:
            return 0
        return len(self.shown.columns) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Leave out the corner, in which nothing stands."""
        is_corner = index.row() == index.column() == 0
        return Qt.ItemFlag.NoItemFlags if is_corner else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        runs = self.shown.columns
        run = runs[index.column() - 1] if index.column() else None
        if run is None:
            text = line.title if line is not None else self.tr("Run")
        else:
            text = line.values[index.column() - 1] if line is not None else run.name
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if run is None or line is None:
                return text
            spoken = self.tr("{0}, {1}: {2}").format(run.name, line.title, text)
            is_best = bool(line.best) and line.best[index.column() - 1]
            return self.tr("{0}, the best").format(spoken) if is_best else spoken
        return None


class _Cells(QStyledItemDelegate):
    """Paints titles, values and line styles."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        colors, place, line = theme.current(), option.rect, model.line(index.row())
        painter.save()
        if line is not None and not line.is_figure and _is_figure(model.line(index.row() - 1)):
            painter.fillRect(place.x(), place.y(), place.width(), 1, QColor(colors.border))
        column = index.column()
        if line is None and column:
            _draw_head(painter, place, model.shown.columns[column - 1])
        elif line is not None:
            text = str(index.data())
            font = _font_of(line, column - 1) if column else theme.ui_font(12)
            painter.setFont(font)
            painter.setPen(QColor(colors.text_1 if column else colors.text_2))
            inside = place.adjusted(GAP - 2, 0, 0, 0) if column else place.adjusted(0, 0, -2, 0)
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
            if not column and place.height() > LINE:
                painter.drawText(inside, LEFT | MIDDLE | Qt.TextFlag.TextWordWrap, text)
            else:
                painter.drawText(inside, (RIGHT if column else LEFT) | MIDDLE, shown)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colors.accent))
            painter.drawRect(QRect(place).adjusted(0, 0, -1, -1))
        painter.restore()


def _draw_head(painter: QPainter, place: QRect, run: Column) -> None:
    """Paint line style and name of a run.

    Both ends of a name tell more than its middle; of a moment the time tells most.
    """
    paint_sample(painter, QRectF(place.right() + 1 - SAMPLE, place.y() + 6, SAMPLE, 8), run.style)
    font = theme.ui_font(11)
    painter.setFont(font)
    painter.setPen(QColor(theme.current().text_1 if run.style == 0 else theme.current().text_2))
    inside = place.adjusted(GAP - 2, HEAD - LINE - 2, 0, -2)
    mode = Qt.TextElideMode.ElideLeft if run.is_namesake else Qt.TextElideMode.ElideMiddle
    name = QFontMetrics(font).elidedText(run.short, mode, inside.width())
    painter.drawText(inside, RIGHT | MIDDLE, name)


def _is_figure(line: Line | None) -> bool:
    return line is not None and line.is_figure


def _needed(comparison: Comparison) -> list[int]:
    """Return how wide the column of each run has to be."""
    return [
        max(
            SAMPLE,
            *(
                QFontMetrics(_font_of(line, n)).horizontalAdvance(line.values[n])
                for line in comparison.lines
            ),
        )
        + GAP
        for n in range(len(comparison.columns))
    ]


def _shared(needed: list[int], room: int) -> list[int]:
    """Return widths for columns: equal ones if there is room, else what each needs, at most."""
    if not needed:
        return []
    widest, count = max(needed), len(needed)
    if widest * count <= room:
        return [max(widest, min(room // count, USUAL_VALUE))] * count
    most = next((m for m in range(widest, 0, -1) if sum(min(n, m) for n in needed) <= room), 1)
    return [min(n, most) for n in needed]


class RunsTable(QTableView):
    """Runs side by side; hidden while there are not two."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runsTable")
        self.setAccessibleName(self.tr("Compared runs"))
        corner = self.findChild(QAbstractButton)
        if isinstance(
            corner, QAbstractButton
        ):  # hidden with the headers; older Qts leave it unnamed
            corner.setObjectName("qt_runsTableCorner")
        self._model = _Model(self)
        self._needed: list[int] = []
        self.setModel(self._model)
        self.setItemDelegate(_Cells(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTableView { background: transparent; }")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(LINE)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(LINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setMinimumHeight(HEAD + 4 * LINE)
        self.hide()

    @property
    def shown(self) -> Comparison:
        """What is shown."""
        return self._model.shown

    def show_comparison(self, comparison: Comparison) -> None:
        """Show ``comparison``, or nothing if it is of no runs."""
        before = self._model.shown
        if comparison == before:
            return
        self._model.show(comparison)
        needed = _needed(comparison)
        if comparison.columns == before.columns:  # figures that grow and shrink move nothing
            needed = list(map(max, needed, self._needed))
        self._needed = needed
        self.setVisible(bool(comparison.columns))
        if comparison.columns:
            self.setRowHeight(0, HEAD)
            self._share_width()
            self.updateGeometry()
        if self.hasFocus():
            self._choose_cell()

    def _choose_cell(self) -> None:
        """Let the keys begin at a figure: Qt would begin in the corner, where nothing stands."""
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(1, 1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys begin."""
        super().focusInEvent(event)
        self._choose_cell()

    def sizeHint(self) -> QSize:
        """Ask for room for all rows."""
        lines = range(1, self._model.rowCount())
        return QSize(320, HEAD + sum(self.rowHeight(row) for row in lines))

    def _share_width(self) -> None:
        """Give values what they need, titles the rest; if that is too little, cut values."""
        room = self.viewport().width() - (BESIDE_BAR if self.verticalScrollBar().isVisible() else 0)
        widths = _shared(self._needed, room - LEAST_TITLE)
        titles = room - sum(widths)
        for column, width in enumerate((titles, *widths)):
            self.setColumnWidth(column, width)
        before, metrics = self.sizeHint(), QFontMetrics(theme.ui_font(12))
        for row, line in enumerate(self._model.shown.lines, start=1):
            fits = metrics.horizontalAdvance(line.title) <= titles - 2
            self.setRowHeight(row, LINE if fits else TWO_LINES)
        if self.sizeHint() != before:
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share_width()
