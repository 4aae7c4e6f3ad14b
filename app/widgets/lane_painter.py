"""The lanes of two activations, painted: value, gate or dimmer, gradient, and the fading share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import theme
from app.formatting import EM_DASH, MINUS, percent, scientific, signed, unsigned
from app.graph_view.canvas import Canvas
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bpcore.graph.twins import Crossing, Lane

_translate = QCoreApplication.translate

LANE = 40.0
NAME, GATE, NUMBER = 54.0, 74.0, 60.0
"""Widths of a lane's name, of what stands in its middle, and of the number of its share."""

HIGHEST_SLOPE = 0.25
"""Of a Sigmoid: the dimmer is full there."""

_NAMES = {"relu": "Relu", "sigmoid": "Sigmoid"}


def share_text(share: float | None) -> str:
    """Return how a share of the gradient's length is written, however little it is."""
    if share is None:
        return EM_DASH
    if share == 0:
        return "0"
    return percent(share) if 0.001 <= share < 100 else scientific(share)


def through_text(layers: int) -> str:
    """Return of what a share is: not of one unit's gradient, but of all units' of a layer."""
    if layers == 1:
        return _translate("Twins", "of the layer's gradient")
    return _translate("Twins", "of the gradient, after {0} layers").format(layers)


def factor_text(crossing: Crossing, unit: int) -> str:
    """Return the local derivative of a unit as a factor: ``× 1``, ``× 0``, ``× 0.2283``."""
    factor = float(crossing.factor[unit])
    return f"× {'1' if factor == 1 else unsigned(factor)}"


class LaneView(QWidget):
    """Both lanes below each other, each with its bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("twinLanes")
        self.setAccessibleName(self.tr("Relu and Sigmoid side by side"))
        self.setFixedHeight(round(2 * LANE + 4))
        self._lanes: Mapping[str, Lane] = {}
        self._unit = 0
        self._weights = False
        self._describe()

    @property
    def last_shares(self) -> tuple[float | None, ...]:
        """What is left of the gradient after all layers; None where none arrived."""
        return tuple(
            shares[-1] if shares else None for shares in map(self._shares, self._lanes.values())
        )

    def set_lanes(self, lanes: Mapping[str, Lane] | None, unit: int) -> None:
        """Show ``unit`` of the first layer of both lanes."""
        self._lanes, self._unit = lanes or {}, unit
        self._describe()
        self.update()

    def include_weights(self, weights: bool) -> None:
        """Show what is left with the weights between the layers, or without."""
        self._weights = weights
        self._describe()
        self.update()

    def _shares(self, lane: Lane) -> tuple[float, ...]:
        """Return what is left after 1, 2, … layers, from the topmost one; () of no gradient."""
        if not lane.crossings[-1].upstream.any():
            return ()
        return tuple((lane.left if self._weights else lane.passed).tolist())

    def texts(self, lane: Lane) -> tuple[str, ...]:
        """Return the numbers of a lane: z, a, upstream, downstream, factor, share."""
        crossing, unit = lane.crossings[0], self._unit
        arrays = (crossing.z, crossing.a, crossing.upstream, crossing.downstream)
        shares = self._shares(lane)
        return (
            *(signed(float(array[unit])) for array in arrays),
            factor_text(crossing, unit),
            share_text(shares[-1] if shares else None),
        )

    def _describe(self) -> None:
        text = _translate(
            "Twins", "{0}: z {1}, a {2}, da {3}, dz {4}, factor {5}, through {6} {7}."
        )
        self.setAccessibleDescription(
            " ".join(
                text.format(_NAMES[name], *self.texts(lane), through_text(len(lane.crossings)))
                for name, lane in self._lanes.items()
            )
        )
        self.setToolTip("\n".join(self._tip(name, lane) for name, lane in self._lanes.items()))

    def _tip(self, activation: str, lane: Lane) -> str:
        crossing, unit = lane.crossings[0], self._unit
        numbers = (crossing.z, crossing.a, crossing.upstream, crossing.downstream, crossing.factor)
        names = ("z", "a", "da", "dz", "da/dz")
        said = [
            f"{name} = {array[unit]!s}".replace("= -", f"= {MINUS}")
            for name, array in zip(names, numbers, strict=True)
        ]
        shares = ", ".join(share_text(share) for share in self._shares(lane))
        through = _translate("Twins", "after 1, 2, … layers: {0}").format(shares or EM_DASH)
        return "\n".join((_NAMES[activation], *said, through))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint lane below lane."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas = Canvas(painter, theme.current())
        wide = float(self.width())
        bar = max(120.0, min(0.26 * wide, 260.0))
        for number, name in enumerate(_NAMES):
            top = number * (LANE + 4)
            lane = self._lanes.get(name)
            area = QRectF(0, top, wide - bar - NUMBER - 16, LANE)
            _paint_lane(canvas, area, name, lane, self._unit)
            place = QRectF(wide - bar - NUMBER, top + LANE / 2 - 7, bar, 14)
            shares = () if lane is None else self._shares(lane)
            _paint_share(canvas, place, shares, 1 if lane is None else len(lane.crossings))
        painter.end()


def _paint_lane(canvas: Canvas, area: QRectF, name: str, lane: Lane | None, unit: int) -> None:
    """Draw z, what lets the gradient through, and a; values above, gradients below."""
    colors, middle = canvas.theme, area.center().y()
    font = theme.ui_font(12, SEMIBOLD)
    canvas.text(area.left(), middle + 4, _NAMES[name], font, colors.text_1, "left")
    left, right = area.left() + NAME, area.right()
    gate = QRectF((left + right - GATE) / 2, area.top() + 1, GATE, LANE - 1)
    crossing = None if lane is None else lane.crossings[0]
    before, after = (left, gate.left() - 3), (gate.right() + 3, right)
    for (start, end), names in ((before, ("z", "dz")), (after, ("a", "da"))):
        value = gradient = None
        if crossing is not None:
            value = float((crossing.z if names[0] == "z" else crossing.a)[unit])
            back = crossing.downstream if names[0] == "z" else crossing.upstream
            gradient = float(back[unit])
        _paint_edge(canvas, start, end, middle, (names[0], value), (names[1], gradient))
    canvas.fill(gate, colors.surface_2, 6)
    canvas.outline(gate, colors.border_strong, 6)
    if crossing is None:
        canvas.text(gate.center().x(), middle + 4, EM_DASH, theme.mono_font(11), colors.text_3)
        return
    symbol = QRectF(gate.left() + 14, gate.top() + 5, GATE - 28, 12)
    if name == "relu":
        _paint_gate(canvas, symbol, crossing.factor[unit] > 0)
    else:
        _paint_dimmer(canvas, symbol, float(crossing.factor[unit]) / HIGHEST_SLOPE)
    text = factor_text(crossing, unit)
    canvas.text(
        gate.center().x(), gate.bottom() - 7, text, theme.mono_font(11, SEMIBOLD), colors.text_1
    )


def _paint_edge(
    canvas: Canvas,
    start: float,
    end: float,
    middle: float,
    value: tuple[str, float | None],
    gradient: tuple[str, float | None],
) -> None:
    """Draw an edge: the value's line to the right, the gradient's dashed one back to the left."""
    colors, x = canvas.theme, (start + end) / 2
    small, bold = theme.mono_font(11), theme.mono_font(11, SEMIBOLD)
    for (name, number), up in ((value, True), (gradient, False)):
        y = middle - 4 if up else middle + 4
        if number is None:
            canvas.line(QPointF(start, y), QPointF(end, y), colors.border_strong, 1, (2, 4))
        elif up:
            canvas.line(QPointF(start, y), QPointF(end - 5, y), colors.text_2, 1.6)
            canvas.head(QPointF(end, y), 1, colors.text_2)
        else:
            ink = colors.sign_color(number)
            canvas.line(QPointF(end, y), QPointF(start + 5, y), ink, 2.0, (5, 4))
            canvas.head(QPointF(start, y), -1, ink)
        faint = colors.text_3
        strong = faint if number is None else colors.text_1 if up else colors.sign_color(number)
        parts = [(f"{name} ", small, faint), (signed(number), bold, strong)]
        canvas.texts(x, middle - 10 if up else middle + 19, parts)


def _paint_gate(canvas: Canvas, rect: QRectF, is_open: bool) -> None:
    """Draw a switch: a line through where the gradient passes, a lifted one where it stops."""
    colors, y = canvas.theme, rect.bottom() - 3
    left, right = QPointF(rect.left() + 6, y), QPointF(rect.right() - 6, y)
    canvas.line(QPointF(rect.left(), y), left, colors.text_2, 1.6)
    canvas.line(right, QPointF(rect.right(), y), colors.text_2, 1.6)
    lever = right if is_open else QPointF(right.x() - 6, rect.top())
    canvas.line(left, lever, colors.text_1, 2.0)
    for point in (left, right):
        canvas.circle(point, 2.5, colors.text_1, colors.text_1)


def _paint_dimmer(canvas: Canvas, rect: QRectF, share: float) -> None:
    """Draw a slider that is filled as far as the slope is of the steepest one."""
    colors = canvas.theme
    track = QRectF(rect.left(), rect.center().y() - 2, rect.width(), 7)
    canvas.fill(track, colors.surface_3, 3)
    wide = min(max(share, 0.0), 1.0) * track.width()
    if wide:
        canvas.fill(QRectF(track.left(), track.top(), max(wide, 2.0), 7), colors.text_1, 3)


def _paint_share(canvas: Canvas, bar: QRectF, shares: Sequence[float], layers: int) -> None:
    """Draw a cell for each layer, as full and as bright as what is left after it."""
    colors = canvas.theme
    gap = 3.0 if layers > 1 else 0.0
    wide = (bar.width() - gap * (layers - 1)) / layers
    for number in range(layers):
        left = round(bar.left() + number * (wide + gap))
        cell = QRectF(left, bar.top(), round(wide), bar.height())
        canvas.fill(cell, colors.surface_3, 2)
        share = shares[number] if shares else 0.0
        if share:
            seen = min(share, 1.0)
            ink = theme.blend(colors.text_1, colors.surface_3, 0.35 + 0.65 * seen)
            canvas.fill(QRectF(left, bar.top(), max(seen * cell.width(), 1.0), 14), ink, 2)
    text = share_text(shares[-1] if shares else None)
    ink_of = colors.text_1 if shares else colors.text_3
    right = bar.right() + NUMBER - 1
    canvas.text(right, bar.bottom() - 3, text, theme.ui_font(12, SEMIBOLD), ink_of, "right")
    said, below = through_text(layers), bar.bottom() + 10
    canvas.text(bar.left(), below, said, theme.ui_font(11), colors.text_3, "left")
