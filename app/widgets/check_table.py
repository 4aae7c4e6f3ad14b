"""The table of a gradient check: each gradient as the code is, and with a bug switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QSizePolicy,
    QToolTip,
    QWidget,
)

from app import theme
from app.formatting import EM_DASH
from app.widgets import check_columns as places
from app.widgets import check_table_painter as paint
from app.widgets import check_table_words as words
from app.widgets.check_columns import FOOT, HEAD, MORE, CheckRow, Columns
from app.widgets.check_footer import CheckFooter
from app.widgets.fields import help_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bpcore.gradient_report import GradientReport

_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class CheckTable(QAbstractScrollArea):
    """A row per gradient, and below them what was counted and the rule of the verdict.

    Up and Down go from row to row, Ctrl+C copies all of it. Where no bug is on, its columns hold
    what is counted apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("checkTable")
        self.setAccessibleName(self.tr("Gradient check: backpropagation against differences"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self._rows: tuple[CheckRow, ...] = ()
        self._here, self._pointed = 0, -1
        self._head = _Head(self)
        above, self._below = QWidget(), QWidget()  # so that the bar is beside the rows only
        above.setFixedHeight(HEAD)
        self.addScrollBarWidget(above, Qt.AlignmentFlag.AlignTop)
        self.addScrollBarWidget(self._below, Qt.AlignmentFlag.AlignBottom)
        self.verticalScrollBar().valueChanged.connect(self._tell_out_of_sight)
        self.footer = CheckFooter(self)
        self._show(())

    @property
    def rows(self) -> tuple[CheckRow, ...]:
        """What the rows show."""
        return self._rows

    @property
    def columns(self) -> Columns:
        """Where the columns are."""
        has_bug = any(row.broken is not None for row in self._rows)
        return Columns(self.viewport().width(), has_bug, self._names_width)

    @property
    def here(self) -> int:
        """The row where the keys are."""
        return self._here

    def show_blank(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Show the gradients of these names and shapes, none of them compared yet."""
        self._show(tuple(CheckRow(name, shape) for name, shape in shapes.items()))

    def show_reports(
        self,
        reports: Sequence[GradientReport],
        broken: Sequence[GradientReport] = (),
        *,
        rule: str = "",
        doubtful: bool = False,
    ) -> None:
        """Show how the gradients fared, and how with the bug on; ``rule`` says what agrees.

        If it is ``doubtful`` what a difference means, no fault is shown, but that h is unfit.
        """
        self._show(places.rows_of(reports, broken, doubtful=doubtful), rule)

    def _show(self, rows: tuple[CheckRow, ...], rule: str = "") -> None:
        self._rows, self._names_width = rows, places.width_of_names(rows)
        self._here = min(self._here, max(len(rows) - 1, 0))
        self._pointed = min(self._pointed, len(rows) - 1)
        self.footer.show_lines(*words.totals(rows), rule)
        self._describe()
        self._lay_out()
        self._head.update()
        self.viewport().update()

    def _describe(self) -> None:
        said = words.sentence(self._rows[self._here]) if self._rows else EM_DASH
        self.setAccessibleDescription(said)

    def sizeHint(self) -> QSize:
        """Return the size that it has in a window of the design."""
        return QSize(776, places.HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the room of two rows."""
        return QSize(640, HEAD + 2 * places.ROW + FOOT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the head above the rows and the footer below them."""
        super().resizeEvent(event)
        self._lay_out()

    @property
    def row(self) -> int:
        """How high a row is: lower where more of them come into sight by that."""
        return places.row_height(self.height() - HEAD - FOOT, len(self._rows))

    def _lay_out(self) -> None:
        """Give the rows all room, or only whole rows and a line that says of the others."""
        room, row, bar = self.height() - HEAD - FOOT, self.row, self.verticalScrollBar()
        whole = len(self._rows) * row
        if whole > room:
            room = max((room - MORE) // row, 1) * row
        foot = max(self.height() - HEAD - room, FOOT)
        self.setViewportMargins(0, HEAD, 0, foot)
        self._below.setFixedHeight(foot)
        bar.setRange(0, max(whole - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(row)
        self._head.setGeometry(0, 0, self.width(), HEAD)
        self.footer.setGeometry(0, self.height() - foot, self.width(), foot)
        self._tell_out_of_sight()

    def _tell_out_of_sight(self) -> None:
        height, row = self.viewport().height(), self.row
        tops = [self.row_top(place) for place in range(len(self._rows))]
        above = sum(top < 0 for top in tops)
        below = sum(top + row > max(height, row) for top in tops)
        hidden = (self._rows[:above], self._rows[len(self._rows) - below :])
        wrong = any(each.differs and not each.doubtful for each in (*hidden[0], *hidden[1]))
        self.footer.show_notice(words.out_of_sight(*hidden), is_wrong=wrong)

    def row_top(self, place: int) -> int:
        """Return where a row begins in the viewport."""
        return place * self.row - self.verticalScrollBar().value()

    def row_at(self, y: float) -> int:
        """Return the row at ``y`` of the viewport; -1 where there is none."""
        place = int(y + self.verticalScrollBar().value()) // self.row
        return place if 0 <= place < len(self._rows) else -1

    def tip_at(self, point: QPoint) -> str:
        """Return what the column at ``point`` of the viewport means, and more about its figure."""
        column = self.columns.at(point.x())
        if column is None:
            return ""
        place = self.row_at(point.y()) if point.y() >= 0 else -1
        more = words.detail(self._rows[place], column) if place >= 0 else ""
        return "\n".join(help_text(part) for part in (more, words.explanation(column)) if part)

    # Pointer and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the row under the pointer."""
        self._point(self.row_at(event.position().y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let the keys go on from what is clicked."""
        place = self.row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._go_to(place)

    def _point(self, place: int) -> None:
        if place != self._pointed:
            self._pointed = place
            self.viewport().update()

    def _go_to(self, place: int) -> None:
        self._here = place
        top, bar = place * self.row, self.verticalScrollBar()
        bar.setValue(min(max(bar.value(), top + self.row - self.viewport().height()), top))
        self._describe()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from row to row, or copy the table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(words.table_text(self._rows))
            return
        last = len(self._rows) - 1
        targets = {
            Qt.Key.Key_Up: self._here - 1,
            Qt.Key.Key_Down: self._here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or last < 0 or event.modifiers() & ~_KEYPAD:
            super().keyPressEvent(event)
        else:
            self._go_to(min(max(target, 0), last))

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+C, which the window may have another use for."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Explain what the pointer rests on; light no row once it is gone."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._point(-1)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that can be seen."""
        colors, columns, high = theme.current(), self.columns, self.row
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if columns.has_bug:
            bottom = self.row_top(len(self._rows))
            paint.draw_panel(painter, columns, -paint.RADIUS, bottom, colors)
        for place, row in enumerate(self._rows):
            at = (self.row_top(place), high)
            if -high < at[0] < self.viewport().height():
                focused = self.hasFocus() and place == self._here
                ground = colors.surface_2 if place == self._pointed else None
                paint.draw_row(painter, columns, row, at, colors, ground=ground, focused=focused)
        painter.end()

    def paint_head(self, painter: QPainter) -> None:
        """Paint the names of the columns."""
        right = self.tr("Counted apart")
        if self.columns.has_bug:
            right = self.tr("With the bug switched on")
        names, of_layer = (self.tr("Code as it is"), right), words.of_layer(self._rows)
        paint.draw_head(painter, self.columns, names, theme.current(), of_layer=of_layer)


class _Head(QWidget):
    """The names of the columns; they stay where they are when the rows scroll."""

    def __init__(self, table: CheckTable) -> None:
        super().__init__(table)
        self._table = table

    def event(self, event: QEvent) -> bool:
        """Explain the column that the pointer rests on."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self._table.tip_at(QPoint(event.pos().x(), -1))
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._table.paint_head(painter)
        painter.end()
