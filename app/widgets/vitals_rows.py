"""How large gradients and updates were over a run, a row for each parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from app import theme
from app.frame_pace import SMALL_PART, SMALL_STEP
from app.widgets import vitals_painter, vitals_words
from app.widgets.vitals_axis import VitalsAxis
from app.widgets.vitals_columns import TWO_CLOSE_LINES, Columns
from app.widgets.vitals_painter import AXIS_HEIGHT, Bed, Cursors, Numbers, RowFrame
from app.widgets.vitals_readings import Beside, numbers_of, said
from app.widgets.vitals_run import Row, View, rows_of, scale_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.curves import RunCurves
    from app.widgets.vitals_curves import Course, Kind
    from bpcore.vitals import Vitals

GAP = 2 * vitals_painter.MARGIN
LEAST_HEIGHT, MOST_HEIGHT = 16, 160
BIN_PIXELS = 2


class VitalsRows(QAbstractScrollArea):
    """A chart per parameter on one log scale, and the share of idle units under them.

    The accent line is the iteration that is shown. ``hovered`` carries the iteration under the
    pointer, or None.
    """

    hovered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gradientRms")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, 0, 0, AXIS_HEIGHT)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self._axis = VitalsAxis(self)
        self._curves: RunCurves | None = None
        self._compared: tuple[tuple[RunCurves, int, str], ...] = ()
        self._beside: tuple[Beside, ...] = ()
        self._kind: Kind = "gradient"
        self._relu = True
        self._range = (0.0, 1.0)
        self._cursor: int | None = None
        self._crosshair: float | None = None
        self._vitals: Vitals | None = None
        self._known: tuple[object, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._decades = (-4.0, -2.0)
        self._place: tuple[object, ...] = ()
        self._drawn = 0
        self._bases: dict[int, tuple[RowFrame, QPixmap]] = {}
        self._stills: dict[int, QPixmap] = {}
        self._stills_for: tuple[object, ...] = ()
        self._look: tuple[tuple[Numbers, ...], Cursors] = ((), Cursors(None, None))
        self.set_kind("gradient")

    def set_kind(self, kind: Kind) -> None:
        """Show the gradients, or the updates as a share of the weights."""
        self._kind = kind
        self._axis.set_ruled(kind == "update")
        self.setAccessibleName(vitals_words.title(kind))
        self._say_meaning()
        self._refresh()

    def set_activation(self, activation: str) -> None:
        """Say what an idle unit is: a dead one with ``"relu"``, else a saturated one."""
        if (activation == "relu") is not self._relu:
            self._relu = not self._relu
            self._known = ()
            self._say_meaning()
            self._refresh()

    def _say_meaning(self) -> None:
        self.setToolTip(vitals_words.meaning(self._kind, self._relu))

    def set_curves(self, curves: RunCurves | None) -> None:
        """Show another run, or more of the same."""
        self._curves = curves
        self._refresh()

    def set_compared(self, compared: Sequence[tuple[RunCurves, int, str]]) -> None:
        """Draw other runs over this one: their curves, line styles and names."""
        self._compared = tuple(compared)
        self._stills, self._known = {}, ()
        self._update_room()
        self._refresh()
        self.viewport().update()

    def set_cursor(self, iteration: int | None) -> None:
        """Mark the iteration that is shown; without a crosshair the numbers are of it."""
        if iteration != self._cursor:
            self._cursor = iteration
            self._move_lines()

    def set_x_range(self, low: float, high: float) -> None:
        """Show iterations ``low`` to ``high``."""
        if (low, high) != self._range:
            self._range = low, high
            self._axis.set_range(low, high)
            self._refresh()

    def show_crosshair(self, iteration: float | None) -> None:
        """Mark the iteration under the pointer, in whichever chart it is."""
        if iteration != self._crosshair:
            self._crosshair = iteration
            self._move_lines()

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Name and number of each row, as shown."""
        names = (row.prefix + row.name for row in self._rows)
        return tuple((name, each.own) for name, each in zip(names, self.numbers, strict=True))

    @property
    def numbers(self) -> tuple[Numbers, ...]:
        """The numbers of each row, as shown."""
        at = self._cursor if self._crosshair is None else self._crosshair
        return tuple(numbers_of(row, self._vitals, self._beside, at) for row in self._rows)

    @property
    def courses(self) -> tuple[Course, ...]:
        """What is drawn in each row."""
        return tuple(row.course for row in self._rows)

    @property
    def decades(self) -> tuple[float, float]:
        """The ends of the scale that the parameters share, as powers of ten."""
        return self._decades

    @property
    def bed(self) -> QRect:
        """Where the curves are, in the viewport, from the first row to the last."""
        height = len(self._rows) * self._pitch
        return QRect(
            self._columns.width, -self.verticalScrollBar().value(), self._bed_width, height
        )

    def minimumSizeHint(self) -> QSize:
        """Return room for some rows, between which one scrolls."""
        return QSize(200, 2 * (LEAST_HEIGHT + GAP) + AXIS_HEIGHT)

    def sizeHint(self) -> QSize:
        """Ask for no more height than it needs: it takes what others leave."""
        return QSize(320, self.minimumSizeHint().height())

    @property
    def _pitch(self) -> int:
        rows = max(len(self._rows), 1)
        room = (self.viewport().height() + GAP) // rows
        least = TWO_CLOSE_LINES if self._compared else LEAST_HEIGHT
        return min(max(room, least + GAP), MOST_HEIGHT + GAP)

    @property
    def _columns(self) -> Columns:
        return Columns(self._pitch - GAP, len(self._compared))

    @property
    def _bed_width(self) -> int:
        return max(self.viewport().width() - self._columns.width - vitals_painter.TICKS, 1)

    def _refresh(self) -> None:
        """Find out what is in view, if that may have changed."""
        curves = self._curves
        vitals = None if curves is None else curves.vitals
        last = int(vitals.iterations[-1]) if vitals is not None and len(vitals) else 0
        rows = 0 if vitals is None else len(vitals)
        grown = tuple((run, run.iteration) for run, *_ in self._compared)
        place = (curves, self._kind, self._range, self._bed_width, self._relu, grown)
        known = (place, last, rows)
        if known == self._known:
            return
        before = len(self._rows), self._decades
        self._known, self._vitals = known, vitals
        view = View(self._kind, self._range, max(self._bed_width // BIN_PIXELS, 1), self._relu)
        self._beside = tuple(
            Beside(run.vitals, run.iteration, style, name) for run, style, name in self._compared
        )
        others = [(run.vitals, run.style) for run in self._beside if run.vitals is not None]
        self._rows = () if vitals is None else rows_of(vitals, view, others)
        self._decades = scale_of(self._rows, self._kind)
        if len(self._rows) != before[0]:
            self._update_room()
        if (place, len(self._rows), self._decades) != (self._place, *before) or self._seen(last):
            self._place, self._drawn, self._stills = place, last, {}
            self.viewport().update()
        columns = self._columns
        self._axis.set_left(columns.width)
        self._axis.set_note("" if columns.stacked or not self._rows else vitals_words.where())
        self._move_lines()

    def _seen(self, last: int) -> bool:
        """Return whether it can be seen that the run went on up to ``last``."""
        low, high = self._range
        pixels = (last - self._drawn) / max(high - low, 1e-9) * self._bed_width
        return pixels >= SMALL_STEP or not self._drawn <= last <= self._drawn * (1 + SMALL_PART)

    def _move_lines(self) -> None:
        """Show the lines and numbers where they are now, if that can be seen."""
        bed = self._bed_of(0.0, 1.0)
        cursors = Cursors(bed.line_at(self._cursor), bed.line_at(self._crosshair))
        numbers = self.numbers
        if (numbers, cursors) != self._look:
            self._look = numbers, cursors
            self.setAccessibleDescription(said(self._rows, numbers, self._beside))
            self.viewport().update()

    def _update_room(self) -> None:
        height = len(self._rows) * self._pitch - GAP
        bar = self.verticalScrollBar()
        bar.setRange(0, max(height - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(self._pitch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height among the rows anew."""
        super().resizeEvent(event)
        size = self.size()
        self._axis.setGeometry(0, size.height() - AXIS_HEIGHT, size.width(), AXIS_HEIGHT)
        self._stills = {}
        self._update_room()
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        colors, ratio = theme.current(), self.devicePixelRatio()
        if (colors, ratio) != self._stills_for:
            self._stills, self._bases, self._stills_for = {}, {}, (colors, ratio)
        numbers, cursors = self._look
        painter, offset = QPainter(self.viewport()), self.verticalScrollBar().value()
        for number, row in enumerate(self._rows):
            top = number * self._pitch - offset
            if -self._pitch < top < self.viewport().height():
                frame = self._frame_of(row)
                still = self._still_of(number, frame)
                vitals_painter.render(painter, top, still, frame, numbers[number], cursors, colors)
        painter.end()

    def _still_of(self, number: int, frame: RowFrame) -> QPixmap:
        if number not in self._stills:
            colors, ratio = theme.current(), self.devicePixelRatio()
            if self._bases.get(number, (None,))[0] != frame:
                self._bases[number] = frame, vitals_painter.base_of(frame, colors, ratio)
            row, (_, base) = self._rows[number], self._bases[number]
            still = vitals_painter.still_of(row.course, row.others, frame, base, colors)
            self._stills[number] = still
        return self._stills[number]

    def _frame_of(self, row: Row) -> RowFrame:
        bed = self._bed_of(0.0, 1.0, True) if row.percent else self._bed_of(*self._decades)
        ruled = self._kind == "update" and not row.percent
        where = vitals_words.where() * row.percent
        styles = () if row.percent else tuple(style for _, style, _ in self._compared)
        return RowFrame(bed, self._columns, row.prefix, row.name, ruled, where, styles)

    def _bed_of(self, low: float, high: float, percent: bool = False) -> Bed:
        return Bed(self._bed_width, self._pitch - GAP, self._range, (low, high), percent)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint other rows."""
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which iteration is under the pointer."""
        self.hovered.emit(self._iteration_at(event.position().toPoint()))

    def _iteration_at(self, point: QPoint) -> float | None:
        if not self.bed.contains(point):
            return None
        low, high = self._range
        return low + (point.x() - self.bed.left()) / self._bed_width * (high - low)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell that the pointer is gone; say under the rows, not over them, what they mean."""
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = "" if self.bed.contains(event.pos()) else self.toolTip()
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), text, self.viewport())
            return True
        return super().viewportEvent(event)
