"""How the accuracy falls as digits are disturbed more: a curve, and what the amounts look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD
from app.widgets.digit_tiles import PIXELS, draw_digit
from app.widgets.pointed_canvas import ARROWS, PointedCanvas

if TYPE_CHECKING:
    from app.staging import Bytes
    from bpcore.robustness import RobustnessCurve

LEFT, RIGHT, TITLE = 40, 15, 26
TICKS, TILE_GAP = 18, 2
APART = PIXELS + 4
"""Of two digits under the axis, at least."""

CHANCE = 0.1
"""The accuracy of guessing one of ten digits."""


@dataclass(frozen=True)
class ChartPlan:
    """Where things are in a chart of ``width`` × ``height`` over ``amounts``."""

    width: float
    height: float
    amounts: tuple[float, ...]

    @property
    def bed(self) -> QRectF:
        """Where the curve is."""
        down = self.height - TITLE - TICKS - TILE_GAP - PIXELS - 2
        return QRectF(LEFT, TITLE, max(self.width - LEFT - RIGHT, 1), max(down, 1))

    def x(self, amount: float) -> float:
        """Return where an amount is."""
        low, high = self.amounts[0], self.amounts[-1]
        share = (amount - low) / ((high - low) or 1.0)
        return self.bed.left() + share * self.bed.width()

    def y(self, accuracy: float) -> float:
        """Return where an accuracy is, 0 to 1."""
        return self.bed.bottom() - accuracy * self.bed.height()

    @property
    def shown(self) -> tuple[int, ...]:
        """The places of amounts with a figure and a digit: as many as stand side by side."""
        zero = self.amounts.index(0.0) if 0.0 in self.amounts else 0
        pitch = (self.x(self.amounts[-1]) - self.x(self.amounts[0])) / max(len(self.amounts) - 1, 1)
        every = max(-(-APART // max(int(pitch), 1)), 1)
        return tuple(n for n in range(len(self.amounts)) if (n - zero) % every == 0)

    def tile(self, place: int) -> QRectF:
        """Return where the digit under an amount is."""
        left = round(self.x(self.amounts[place]) - PIXELS / 2)
        return QRectF(left, self.bed.bottom() + TICKS + TILE_GAP, PIXELS, PIXELS)

    def nearest(self, x: float) -> int:
        """Return the place of the amount that is nearest to ``x``."""
        return min(range(len(self.amounts)), key=lambda n: abs(self.x(self.amounts[n]) - x))


class RobustnessChart(PointedCanvas[int]):
    """Shows a curve and a row of digits; the pointer, or ← and →, read off its points."""

    def __init__(self, kind: str, title: str, what: str) -> None:
        """Take the ``title`` and ``what`` the amount is, in words."""
        super().__init__(f"robustness_{kind}")
        self.setAccessibleName(self.tr("{0}: accuracy against {1}").format(title, what))
        self._title, self._what = title, what
        self._curve: RobustnessCurve | None = None
        self._examples: Bytes | None = None
        self._stale = False
        self._tell()

    @property
    def readout(self) -> str:
        """What stands at the right of the title: the point that is read off, or what is varied."""
        curve, place = self._curve, self._place
        if curve is None or place is None:
            return self._what
        amount = amount_text(float(curve.amounts[place]))
        accuracy = formatting.share(float(curve.accuracies[place]))
        return self.tr("{0} {1}: accuracy {2}").format(amount, curve.unit, accuracy)

    @property
    def plan(self) -> ChartPlan | None:
        """Where things are; None without a curve."""
        if self._curve is None:
            return None
        return ChartPlan(self.width(), self.height(), tuple(self._curve.amounts.tolist()))

    def show_curve(
        self, curve: RobustnessCurve | None, examples: Bytes | None, *, stale: bool
    ) -> None:
        """Show ``curve`` with ``examples`` (n, 784), a digit at each amount; or nothing."""
        if curve is None or self._curve is None or len(curve.amounts) != len(self._curve.amounts):
            self._place = None
        self._curve, self._examples, self._stale = curve, examples, stale
        self._tell()
        self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.readout if self._curve is not None else EM_DASH)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read off the nearest point."""
        if self.plan is not None:
            self._point(self.plan.nearest(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from point to point."""
        step = ARROWS.get(event.key(), (0, 0))[0]
        if not step or self._curve is None:
            super().keyPressEvent(event)
            return
        last = len(self._curve.amounts) - 1
        self._point(0 if self._place is None else min(max(self._place + step, 0), last))

    def minimumSizeHint(self) -> QSize:
        """Return room in which a curve can be read."""
        return QSize(220, 140)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, axes, curve and digits."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_title(painter, colors)
        plan = self.plan
        bed = (plan or ChartPlan(self.width(), self.height(), (0.0, 1.0))).bed
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.grid), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bed.adjusted(0, 0, -1, -1))
        self._draw_levels(painter, bed, colors)
        if plan is not None and self._curve is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_curve(painter, plan, self._curve, colors)
            self._draw_amounts(painter, plan, colors)
        else:
            painter.setFont(theme.ui_font(12))
            painter.setPen(QColor(colors.text_3))
            painter.drawText(bed, Qt.AlignmentFlag.AlignCenter, self.tr("not measured yet"))
        painter.end()

    def _draw_title(self, painter: QPainter, colors: theme.Theme) -> None:
        painter.setFont(theme.ui_font(12, SEMIBOLD))
        painter.setPen(QColor(colors.text_1))
        line = QRectF(0, 0, self.width(), TITLE - 8)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._title)
        room = self.width() - RIGHT - painter.fontMetrics().horizontalAdvance(self._title) - 12
        painter.setFont(theme.ui_font(11))
        is_read = self._place is not None
        painter.setPen(QColor(colors.text_1 if is_read else colors.text_3))
        text = painter.fontMetrics().elidedText(
            self.readout, Qt.TextElideMode.ElideRight, int(room)
        )
        line.setRight(self.width() - RIGHT)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(line, right, text)

    def _draw_levels(self, painter: QPainter, bed: QRectF, colors: theme.Theme) -> None:
        """Draw lines at half and at chance, and what the levels are."""
        painter.setFont(theme.ui_font(11))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for level in (0.0, 0.5, 1.0):
            y = round(bed.bottom() - level * bed.height())
            if level == 0.5:
                painter.setPen(QPen(QColor(colors.grid), 1))
                painter.drawLine(QPointF(bed.left(), y), QPointF(bed.right(), y))
            painter.setPen(QColor(colors.text_3))
            text = formatting.percent(level, 0)
            painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), right, text)
        y = round(bed.bottom() - CHANCE * bed.height())
        pen = QPen(QColor(colors.border_strong), 1)
        pen.setDashPattern((2, 3))
        painter.setPen(pen)
        painter.drawLine(QPointF(bed.left(), y), QPointF(bed.right(), y))
        painter.setPen(QColor(colors.text_3))
        painter.drawText(QPointF(bed.left() + 5, y - 4), self.tr("chance"))

    def _draw_curve(
        self, painter: QPainter, plan: ChartPlan, curve: RobustnessCurve, colors: theme.Theme
    ) -> None:
        points = [
            QPointF(plan.x(amount), plan.y(accuracy))
            for amount, accuracy in zip(
                curve.amounts.tolist(), curve.accuracies.tolist(), strict=True
            )
        ]
        ink = QColor(colors.text_3 if self._stale else colors.text_1)
        pen = QPen(ink, 1.4 if self._stale else 1.6)
        if self._stale:
            pen.setDashPattern((4, 3))
        if self._place is not None:
            painter.setPen(QPen(QColor(colors.text_3), 1))
            x = round(points[self._place].x()) + 0.5
            painter.drawLine(QPointF(x, plan.bed.top()), QPointF(x, plan.bed.bottom()))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, point in enumerate(points):
            here = place == self._place
            painter.setBrush(QColor(colors.accent) if here else ink)
            painter.drawEllipse(point, 4 if here else 2, 4 if here else 2)

    def _draw_amounts(self, painter: QPainter, plan: ChartPlan, colors: theme.Theme) -> None:
        """Draw under the axis how much it is, and what that looks like."""
        painter.setFont(theme.ui_font(11))
        center = Qt.AlignmentFlag.AlignCenter
        top = plan.bed.bottom()
        for place in plan.shown:
            painter.setPen(QColor(colors.text_1 if place == self._place else colors.text_3))
            x = plan.x(plan.amounts[place])
            text = amount_text(plan.amounts[place])
            painter.drawText(QRectF(x - 20, top, 40, TICKS), center, text)
            if self._examples is not None:
                draw_digit(painter, plan.tile(place), self._examples[place], colors)


def amount_text(amount: float) -> str:
    """Format how much a digit is disturbed: ``16``, ``−1.5``, ``0``."""
    sign = formatting.MINUS if amount < 0 else ""
    return f"{sign}{abs(amount):g}"
