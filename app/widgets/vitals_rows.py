"""How large gradients and updates were over a run, a row for each parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app import formatting, theme
from app.widgets import vitals_painter, vitals_words
from app.widgets.vitals_curves import (
    RULE_OF_THUMB,
    Course,
    Floats,
    Kind,
    course_of,
    decades,
    quantity,
    value_at,
)
from app.widgets.vitals_painter import AXIS_HEIGHT, Bed, Cursors, RowFrame

if TYPE_CHECKING:
    from app.curves import RunCurves
    from bpcore.vitals import Vitals

GAP = 2 * vitals_painter.MARGIN
LEAST_HEIGHT, MOST_HEIGHT = 16, 160
BIN_PIXELS = 2


@dataclass(frozen=True, eq=False)
class _Row:
    """A quantity of the run: its values (n,) and what of them is in view."""

    prefix: str
    name: str
    values: Floats
    course: Course = field(repr=False)
    percent: bool = False


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
        self._axis = _Axis(self)
        self._curves: RunCurves | None = None
        self._kind: Kind = "gradient"
        self._relu = True
        self._range = (0.0, 1.0)
        self._cursor: int | None = None
        self._crosshair: float | None = None
        self._vitals: Vitals | None = None
        self._known: tuple[object, ...] = ()
        self._rows: tuple[_Row, ...] = ()
        self._decades = (-4.0, -2.0)
        self._stills: dict[int, QPixmap] = {}
        self._stills_for: tuple[object, ...] = ()
        self._look: tuple[tuple[tuple[str, str], ...], Cursors] = ((), Cursors(None, None))
        self.set_kind("gradient")

    def set_kind(self, kind: Kind) -> None:
        """Show the gradients, or the updates as a share of the weights."""
        self._kind = kind
        self._axis.set_ruled(kind == "update")
        self.setAccessibleName(vitals_words.title(kind))
        self.setToolTip(vitals_words.meaning(kind))
        self._refresh()

    def set_activation(self, activation: str) -> None:
        """Say what an idle unit is: a dead one with ``"relu"``, else a saturated one."""
        if (activation == "relu") is not self._relu:
            self._relu = not self._relu
            self._known = ()
            self._refresh()

    def set_curves(self, curves: RunCurves | None) -> None:
        """Show another run, or more of the same."""
        self._curves = curves
        self._refresh()

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
        return tuple((row.prefix + row.name, self._text(row)) for row in self._rows)

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
            vitals_painter.NAMES, -self.verticalScrollBar().value(), self._bed_width, height
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
        return min(max(room, LEAST_HEIGHT + GAP), MOST_HEIGHT + GAP)

    @property
    def _bed_width(self) -> int:
        return max(self.viewport().width() - vitals_painter.NAMES - vitals_painter.TICKS, 1)

    def _refresh(self) -> None:
        """Find out what is in view, if that may have changed."""
        curves = self._curves
        vitals = None if curves is None else curves.vitals
        last = int(vitals.iterations[-1]) if vitals is not None and len(vitals) else 0
        rows = 0 if vitals is None else len(vitals)
        known = (curves, last, rows, self._kind, self._range, self._bed_width)
        if known == self._known:
            return
        before = len(self._rows)
        self._known, self._vitals, self._stills = known, vitals, {}
        self._rows = () if vitals is None else self._rows_of(vitals)
        rule = RULE_OF_THUMB if self._kind == "update" else None
        courses = [row.course for row in self._rows if not row.percent]
        self._decades = decades(courses, include=rule)
        if len(self._rows) != before:
            self._update_room()
        self._move_lines()
        self.viewport().update()

    def _rows_of(self, vitals: Vitals) -> tuple[_Row, ...]:
        bins = max(self._bed_width // BIN_PIXELS, 1)

        def row(prefix: str, name: str, values: Floats, percent: bool = False) -> _Row:
            course = course_of(vitals.iterations, values, *self._range, bins)
            return _Row(prefix, name, values, course, percent)

        pattern = "∂L/∂" if self._kind == "gradient" else "Δ{0}/"
        rows = [
            row(pattern.format(name), name, quantity(vitals, self._kind, column))
            for column, name in enumerate(vitals.parameters)
        ]
        return (*rows, row("", vitals_words.idle(self._relu), vitals.idle, percent=True))

    def _text(self, row: _Row) -> str:
        at = self._cursor if self._crosshair is None else self._crosshair
        if self._vitals is None or at is None:
            return formatting.EM_DASH
        value = value_at(self._vitals, row.values, at)
        return formatting.share(value, 0) if row.percent else formatting.scientific(value)

    def _move_lines(self) -> None:
        """Show the lines and numbers where they are now, if that can be seen."""
        bed = self._bed_of(0.0, 1.0)
        cursors = Cursors(bed.line_at(self._cursor), bed.line_at(self._crosshair))
        texts = self.texts
        if (texts, cursors) != self._look:
            self._look = texts, cursors
            self.setAccessibleDescription(", ".join(f"{name} {text}" for name, text in texts))
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
            self._stills, self._stills_for = {}, (colors, ratio)
        texts, cursors = self._look
        painter, offset = QPainter(self.viewport()), self.verticalScrollBar().value()
        for number, row in enumerate(self._rows):
            top = number * self._pitch - offset
            if -self._pitch < top < self.viewport().height():
                frame = self._frame_of(row)
                if number not in self._stills:
                    still = vitals_painter.still_of(row.course, frame, colors, ratio)
                    self._stills[number] = still
                still = self._stills[number]
                vitals_painter.render(painter, top, still, frame, texts[number][1], cursors, colors)
        painter.end()

    def _frame_of(self, row: _Row) -> RowFrame:
        bed = self._bed_of(0.0, 1.0, True) if row.percent else self._bed_of(*self._decades)
        ruled = self._kind == "update" and not row.percent
        return RowFrame(bed, row.prefix, row.name, ruled)

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
        """Tell that the pointer is gone."""
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        return super().viewportEvent(event)


class _Axis(QWidget):
    """The ends of what is in view, under the rows."""

    def __init__(self, rows: VitalsRows) -> None:
        super().__init__(rows)
        self._range = (0.0, 1.0)
        self._ruled = False

    def set_range(self, low: float, high: float) -> None:
        self._range = low, high
        self.update()

    def set_ruled(self, ruled: bool) -> None:
        self._ruled = ruled
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, colors = QRectF(self.rect()), theme.current()
        vitals_painter.paint_axis(painter, rect, self._range, colors)
        if self._ruled:
            vitals_painter.paint_rule_legend(painter, rect, vitals_words.rule(), colors)
        painter.end()
