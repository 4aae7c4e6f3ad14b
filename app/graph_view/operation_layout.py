"""Where the parts of one operation's picture stand. Pure geometry."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

PAD, LINE = 16.0, 14.0
VALUE, GRADIENT = -4.0, 5.0
"""Where the two lines of an edge stand, from its axis."""

_ROOMY = 440.0
"""A picture of this height has larger type."""


@dataclass(frozen=True)
class Way:
    """An edge from ``start`` to ``end``, both at its axis."""

    start: QPointF
    end: QPointF

    def path(self, offset: float) -> QPainterPath:
        """Return the line that stands ``offset`` below the axis, from left to right."""
        start, end = self.start + QPointF(0, offset), self.end + QPointF(0, offset)
        middle = (start.x() + end.x()) / 2
        path = QPainterPath(start)
        path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
        return path

    def at(self, share: float, offset: float = 0.0) -> QPointF:
        """Return a point of the line, 0 at its start to 1 at its end."""
        return self.path(offset).pointAtPercent(min(max(share, 0.0), 1.0))


@dataclass(frozen=True)
class OperationLayout:
    """The geometry of a picture of ``size``.

    Attributes
    ----------
    form
        Of the boxes of inputs: ``"tall"``, ``"medium"`` or ``"line"``.
    more
        Where the line about further inputs stands; None if there are none.
    pills
        Where the local derivative of each input stands.
    products
        A column for each downstream gradient; of many, a line.
    curve
        Where the curve stands; None if there is none.
    """

    size: tuple[float, float]
    header: QRectF
    form: str
    inputs: tuple[QRectF, ...]
    more: QRectF | None
    node: QRectF
    output: QRectF
    ways: tuple[Way, ...]
    out: Way
    pills: tuple[QRectF, ...]
    products: tuple[QRectF, ...]
    boxed: bool
    curve: QRectF | None

    @property
    def roomy(self) -> bool:
        """Whether there is room for larger type."""
        return self.size[1] >= _ROOMY


def arrange_operation(
    size: tuple[float, float],
    inputs: int,
    shares: int,
    *,
    more: bool = False,
    curve: bool = False,
    captions: int = 1,
) -> OperationLayout:
    """Lay out an operation of ``inputs`` boxes, ``shares`` of which get a gradient.

    ``more`` is whether there are further inputs, ``captions`` how many lines stand over a product.
    """
    wide, high = size
    roomy = high >= _ROOMY
    header = QRectF(PAD, 8, wide - 2 * PAD, 62 if roomy else 54)
    products, boxed, bottom, plot = _bottom(
        size, shares, curve=curve, top=header.bottom(), captions=captions
    )
    stage = QRectF(PAD, header.bottom() + 4, wide - 2 * PAD, bottom - header.bottom() - 8)
    form, rects = _boxes(stage, inputs + more, roomy=roomy)
    end = min(max(0.25 * wide, 136.0), 260.0)
    tall = 132.0 if roomy else min(stage.height() - 4, 92.0)
    output = QRectF(stage.right() - end, stage.center().y() - tall / 2, end, tall)
    between = output.left() - rects[0].right()
    radius = min(max(0.3 * stage.height(), 26.0), 84.0 if roomy else 60.0, 0.22 * between)
    x = rects[0].right() + 0.6 * (between - 2 * radius) + radius
    center = QPointF(x, stage.center().y())
    node = QRectF(x - radius, center.y() - radius, 2 * radius, 2 * radius)
    ways = _ways(rects[:inputs], center, radius)
    return OperationLayout(
        size=size,
        header=header,
        form=form,
        inputs=rects[:inputs],
        more=rects[inputs] if more else None,
        node=node,
        output=output,
        ways=ways,
        out=Way(QPointF(node.right(), center.y()), QPointF(output.left(), center.y())),
        pills=tuple(_pill(way) for way in ways),
        products=products,
        boxed=boxed,
        curve=plot,
    )


def _boxes(stage: QRectF, rows: int, *, roomy: bool) -> tuple[str, tuple[QRectF, ...]]:
    """Return the form of the inputs' boxes, and where they stand: below each other, centred."""
    pitch, whole = stage.height() / rows, stage.width() + 2 * PAD
    form = "tall" if pitch >= 92 else "medium" if pitch >= 46 else "line"
    heights = {"tall": 132.0 if roomy else 104.0, "medium": 42.0, "line": 24.0}
    height = min(pitch - {"tall": 10, "medium": 4, "line": 3}[form], heights[form])
    width = min(max((0.36 if form == "line" else 0.25) * whole, 136.0), 300.0)
    step = min(pitch, height + (40 if roomy else 28))
    first = stage.center().y() - step * rows / 2 + (step - height) / 2
    rects = (QRectF(stage.left(), first + n * step, width, height) for n in range(rows))
    return form, tuple(rects)


def _bottom(
    size: tuple[float, float], shares: int, *, curve: bool, top: float, captions: int
) -> tuple[tuple[QRectF, ...], bool, float, QRectF | None]:
    """Lay out the products and the curve; return also where the part above them ends."""
    wide, high = size
    roomy, column = high >= _ROOMY, (wide - 3 * PAD) / 2
    boxed = shares <= 2
    if boxed:
        height = (104.0 if roomy else 78.0) + LINE * (captions - 1)
        if curve:
            height = max(height, min(0.42 * (high - top), 260.0))
        y = high - height - 10
        places = tuple(
            QRectF(PAD + number * (column + PAD), y, column, height) for number in range(shares)
        )
        plot = QRectF(2 * PAD + column, y, column, height) if curve else None
        return places, True, y - 6, plot
    row = 20.0 if roomy else 17.0
    lines = math.ceil(shares / 2)
    y = high - lines * row - 10
    places = tuple(
        QRectF(PAD + (number // lines) * (column + PAD), y + (number % lines) * row, column, row)
        for number in range(shares)
    )
    return places, False, y - 24, None


def _ways(boxes: tuple[QRectF, ...], center: QPointF, radius: float) -> tuple[Way, ...]:
    """Return the edges: they end at the left side of the circle, each at its own height."""
    step = min(1.5 * radius / len(boxes), 24.0)
    ways = []
    for number, box in enumerate(boxes):
        across = (number - (len(boxes) - 1) / 2) * step
        end = QPointF(center.x() - math.sqrt(radius**2 - across**2), center.y() + across)
        ways.append(Way(QPointF(box.right(), box.center().y()), end))
    return tuple(ways)


def _pill(way: Way) -> QRectF:
    """Return where the local derivative stands: near the input, on its edge."""
    wide = 70.0
    share = min(max((8 + wide / 2) / max(way.end.x() - way.start.x(), 1.0), 0.0), 0.5)
    middle = way.at(share)
    return QRectF(middle.x() - wide / 2, middle.y() - 8.5, wide, 17)
