"""How far central differences are from backpropagation, for one h after the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent

from app import formatting, theme
from app.formatting import EM_DASH, scientific, step_size
from app.widgets.fields import help_text
from app.widgets.pointed_canvas import ARROWS, PointedCanvas
from app.widgets.saliency_painter import paint_nothing
from app.widgets.sweep_painter import SweepFrame, render
from app.widgets.sweep_plan import SweepPlan, plan_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bpcore.gradient_check import Sweep, SweepPoint

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class StepSweep(PointedCanvas[int]):
    """Shows the mean difference over h, in float64 and float32; the pointer or ← → read it off.

    ``step_chosen`` carries the h of the nearest point, at a click or at Enter.
    """

    step_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__("stepSweep")
        self.setAccessibleName(self.tr("Mean difference against the step h"))
        self._remark = ""
        self._message = self.tr("Run the check to compare steps h.")
        self._names = (self.tr("float64"), self.tr("float32"))
        self._sweeps: tuple[Sweep | None, Sweep | None] = (None, None)
        self._h = 0.0
        self._tell()

    @property
    def steps(self) -> tuple[float, ...]:
        """Each h that was tried, from the smallest on."""
        return steps_of(self._sweeps)

    @property
    def plan(self) -> SweepPlan:
        """Where things are."""
        return plan_of(self.width(), self.height(), self._sweeps, self._h)

    @property
    def readout(self) -> tuple[str, str]:
        """Two lines: what is read off; or which h is best, and what is wrong with another."""
        if not self.steps:
            return self._remark or self._message, ""
        if self._place is not None:
            values = [_value_at(sweep, self.steps[self._place]) for sweep in self._sweeps]
            step = step_size(self.steps[self._place])
            first = self.tr("h {0}: {1} {2}").format(step, self._names[0], values[0])
            return first, self.tr("{0} {1}").format(self._names[1], values[1])
        return self._best_text(), self._error_text()

    @property
    def count(self) -> int:
        """How many elements were compared with each h: a sample of all parameters."""
        counts = (p.count for sweep in self._sweeps if sweep is not None for p in sweep.points)
        return max(counts, default=0)

    def _tip(self) -> str:
        if not self.count:
            return ""
        said = "" if self.plan.parts[2] else "".join(f"{line}\n" for line in self.readout if line)
        compared = formatting.counted(
            self.count,
            self.tr("{0} element compared, of all parameters."),
            self.tr("{0} elements compared, of all parameters."),
        )
        return f"{said}{compared}\n" + help_text(
            self.tr("A click, or Enter, checks with the h that is read off.")
        )

    def show_sweeps(
        self, float64: Sweep | None, float32: Sweep | None, h: float, *, remark: str = ""
    ) -> None:
        """Show sweeps, and the ``h`` that the check was made with; or why there are none."""
        before, self._remark = self.steps, remark
        self._sweeps, self._h = (float64, float32), h
        if self.steps != before:
            self._place = None
        self._tell()
        self.update()

    def _best_text(self) -> str:
        best = None if self._sweeps[0] is None else self._sweeps[0].best
        if best is None:
            return self.tr("No h could be compared.")
        mean = scientific(best.mean_absolute_difference)
        return self.tr("Best: h {0}, {1}").format(step_size(best.h), mean)

    def _error_text(self) -> str:
        """Say what wins at the present h: rounding below the best, truncation above it."""
        best = None if self._sweeps[0] is None else self._sweeps[0].best
        if best is None or self._h <= 0 or math.isclose(self._h, best.h):
            return ""
        text = self.tr("{0}: truncation wins.")
        if self._h < best.h:
            text = self.tr("{0}: rounding wins.")
        return text.format(step_size(self._h))

    def _tell(self) -> None:
        text = " ".join(part for part in self.readout if part)
        if self._place is not None:
            text = "; ".join([text, *self._left_out(self.steps[self._place])])
        self.setAccessibleDescription(text)
        self.setToolTip(self._tip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say in the tooltip what has no room."""
        super().resizeEvent(event)
        self.setToolTip(self._tip())

    def _left_out(self, h: float) -> Iterator[str]:
        for name, sweep in zip(self._names, self._sweeps, strict=True):
            point = _point_at(sweep, h)
            if point is not None and point.kinks:
                kinks, count = formatting.count(point.kinks), formatting.count(point.count)
                yield self.tr("{0}: {1} of {2} at a kink, left out").format(name, kinks, count)

    # Mouse and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read off the nearest h."""
        if self.steps:
            self._point(self.plan.nearest(self.steps, event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the nearest h."""
        if event.button() == Qt.MouseButton.LeftButton and self.steps:
            self._point(self.plan.nearest(self.steps, event.position().x()))
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from h to h, at first to the present one; choose it."""
        right = ARROWS.get(event.key(), (0, 0))[0]
        if self.steps and right:
            last = len(self.steps) - 1
            if self._place is None:
                near = min(self.steps, key=lambda h: abs(math.log(h / (self._h or h))))
                self._point(self.steps.index(near))
            else:
                self._point(min(max(self._place + right, 0), last))
        elif self._place is not None and event.key() in _ENTER:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if self._place is not None:
            self.step_chosen.emit(self.steps[self._place])

    def sizeHint(self) -> QSize:
        """Return the size that it has in the design."""
        return QSize(176, 328)

    def minimumSizeHint(self) -> QSize:
        """Return room in which a curve can be read."""
        return QSize(120, 130)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, axes, curves, words, legend and what is read off."""
        sweeps, plan = self._sweeps, self.plan
        step = None if self._place is None else self.steps[self._place]
        frame = SweepFrame(
            sweeps, self._h, step, self._names, self.readout, self.hasFocus(), self.count
        )
        painter, colors = QPainter(self), theme.current()
        if self.steps:
            render(painter, plan, frame, colors)
        else:
            room = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            paint_nothing(painter, room, self.readout[0], colors, self.hasFocus())
        painter.end()


def _point_at(sweep: Sweep | None, h: float) -> SweepPoint | None:
    points = () if sweep is None else sweep.points
    return next((point for point in points if point.h == h), None)


def _value_at(sweep: Sweep | None, h: float) -> str:
    point = _point_at(sweep, h)
    if point is None or not math.isfinite(point.mean_absolute_difference):
        return EM_DASH
    return scientific(point.mean_absolute_difference)
