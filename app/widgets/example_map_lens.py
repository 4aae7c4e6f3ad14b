"""Which part of a map of examples is in view: pure functions of points and a rectangle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

MARGIN = 14
"""Pixels around the outermost points of a whole map."""

MOST_ZOOM = 60.0
REACH = 14.0
"""How far from a point, in pixels, the pointer still means it."""

_SIDEWAYS = 2.0
"""A point beside the way that an arrow key leads counts as so many times further."""


@dataclass(frozen=True)
class Lens:
    """Maps points to pixels of ``bed``, as far to the right as up, so that distances compare.

    ``whole`` is the area (x, y, width, height) of all points; ``zoom`` 1 shows all of it;
    ``center`` is the point in the middle.
    """

    bed: QRectF
    whole: QRectF
    center: tuple[float, float]
    zoom: float = 1.0

    @classmethod
    def on(cls, points: Floats, bed: QRectF) -> Lens:
        """Look at all of ``points`` (N, 2)."""
        low, high = points.min(axis=0), points.max(axis=0)
        whole = QRectF(*low.tolist(), *(high - low).tolist())
        return cls(bed, whole, (whole.center().x(), whole.center().y()))

    @property
    def scale(self) -> float:
        """Pixels per unit of the map."""
        across = max(self.bed.width() - 2 * MARGIN, 1.0) / (self.whole.width() or 1.0)
        up = max(self.bed.height() - 2 * MARGIN, 1.0) / (self.whole.height() or 1.0)
        return min(across, up) * self.zoom

    def pixels(self, points: Floats) -> Floats:
        """Return where ``points`` (N, 2) are on the screen (N, 2)."""
        middle = self.bed.center()
        offsets = (points - np.array(self.center)) * np.array((self.scale, -self.scale))
        return np.asarray(offsets + np.array((middle.x(), middle.y())))

    def point(self, pixel: QPointF) -> tuple[float, float]:
        """Return the point of the map at ``pixel``."""
        offset, scale = pixel - self.bed.center(), self.scale
        return self.center[0] + offset.x() / scale, self.center[1] - offset.y() / scale

    def zoomed(self, factor: float, about: QPointF) -> Lens:
        """Return a closer look, in which the point at pixel ``about`` stays where it is."""
        x, y = self.point(about)
        zoom = min(max(self.zoom * factor, 1.0), MOST_ZOOM)
        part = self.zoom / zoom
        center = (x + (self.center[0] - x) * part, y + (self.center[1] - y) * part)
        return replace(self, zoom=zoom, center=center)._kept_inside()

    def moved(self, right: float, down: float) -> Lens:
        """Return a look at what lies so many pixels left and above: the map moves with the hand."""
        scale = self.scale
        center = (self.center[0] - right / scale, self.center[1] + down / scale)
        return replace(self, center=center)._kept_inside()

    def _kept_inside(self) -> Lens:
        """Return the same, but never without any of the map in view."""
        middle = self.whole.center()
        if self.zoom == 1:
            return replace(self, center=(middle.x(), middle.y()))
        x = min(max(self.center[0], self.whole.left()), self.whole.right())
        y = min(max(self.center[1], self.whole.top()), self.whole.bottom())
        return replace(self, center=(x, y))

    def resized(self, bed: QRectF) -> Lens:
        """Return the same look in another rectangle."""
        return replace(self, bed=bed)


def nearest(pixels: Floats, to: QPointF, reach: float = REACH) -> int | None:
    """Return which of ``pixels`` (N, 2) is nearest ``to`` a pixel, within ``reach``."""
    if not len(pixels):
        return None
    offsets = pixels - (to.x(), to.y())
    squares = (offsets * offsets).sum(axis=1)
    place = int(squares.argmin())
    return place if squares[place] <= reach * reach else None


def next_towards(pixels: Floats, place: int, right: int, down: int) -> int:
    """Return which of ``pixels`` (N, 2) comes next from ``place`` on the way right or down."""
    offsets = pixels - pixels[place]
    along = offsets @ np.array([right, down], float)
    aside = np.abs(offsets @ np.array([down, right], float))
    costs = np.where(along > 0, along + _SIDEWAYS * aside, np.inf)
    best = int(costs.argmin())
    return best if np.isfinite(costs[best]) else place
