"""How a picture stands in the view: fitted into it, or enlarged around a point. Pure geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

MOST = 8.0
"""As large as a picture can get, in pixels of the view for one of its own."""

LEAST_ZOOM = 0.6
"""As small as it gets while the wheel turns; let go, it fits again."""


@dataclass(frozen=True)
class Camera:
    """Shows a scene of size ``scene`` in a view of size ``view``.

    Attributes
    ----------
    zoom
        1 fits the scene into the view.
    center
        The scene's point in the middle of the view.
    largest
        How much a scene that is smaller than the view is enlarged at most.
    """

    scene: tuple[float, float]
    view: tuple[float, float]
    zoom: float = 1.0
    center: tuple[float, float] | None = None
    largest: float = 1.0

    @property
    def fit(self) -> float:
        """Pixels of the view for one of the scene where it fits."""
        width, height = self.scene
        return min(self.view[0] / max(width, 1), self.view[1] / max(height, 1), self.largest)

    @property
    def scale(self) -> float:
        """Pixels of the view for one of the scene."""
        return self.fit * self.zoom

    @property
    def most(self) -> float:
        """The largest zoom."""
        return max(MOST / self.fit, 1.0)

    @property
    def offset(self) -> QPointF:
        """Where the scene's origin stands in the view."""
        x, y = self.center or (self.scene[0] / 2, self.scene[1] / 2)
        return QPointF(
            self._kept(self.view[0] / 2 - x * self.scale, self.view[0], self.scene[0]),
            self._kept(self.view[1] / 2 - y * self.scale, self.view[1], self.scene[1]),
        )

    def _kept(self, offset: float, view: float, scene: float) -> float:
        """Keep the scene over the view where it is larger, and in its middle where it is not."""
        extent = scene * self.scale
        if extent <= view + 1e-6:
            # Whole pixels keep tiles sharp.
            return float(round((view - extent) / 2))
        return min(max(offset, view - extent), 0.0)

    def to_scene(self, point: QPointF) -> QPointF:
        """Return the scene's point under a point of the view."""
        return (point - self.offset) / self.scale

    def to_view(self, rect: QRectF) -> QRectF:
        """Return where a rectangle of the scene stands in the view."""
        size = QSizeF(rect.width() * self.scale, rect.height() * self.scale)
        return QRectF(rect.topLeft() * self.scale + self.offset, size)

    def zoomed(self, factor: float, anchor: QPointF) -> Camera:
        """Return the camera that enlarges by ``factor``; what is at ``anchor`` stays there."""
        zoom = min(max(self.zoom * factor, LEAST_ZOOM), self.most)
        point = self.to_scene(anchor)
        scale = self.fit * zoom
        center = (
            point.x() + (self.view[0] / 2 - anchor.x()) / scale,
            point.y() + (self.view[1] / 2 - anchor.y()) / scale,
        )
        return replace(self, zoom=zoom, center=center)

    def panned(self, dx: float, dy: float) -> Camera:
        """Return the camera after the picture was dragged by so many pixels of the view."""
        offset = self.offset + QPointF(dx, dy)
        center = (
            (self.view[0] / 2 - offset.x()) / self.scale,
            (self.view[1] / 2 - offset.y()) / self.scale,
        )
        moved = replace(self, center=center)
        kept = moved.offset
        return replace(
            self,
            center=(
                (self.view[0] / 2 - kept.x()) / self.scale,
                (self.view[1] / 2 - kept.y()) / self.scale,
            ),
        )

    def fitted(self) -> Camera:
        """Return the camera that shows all of the scene."""
        return replace(self, zoom=1.0, center=None)

    def showing(self, rect: QRectF) -> Camera:
        """Return the camera moved as little as shows ``rect``; itself where it is in view."""
        place = self.to_view(rect)
        dx = max(-place.left(), 0.0) or min(self.view[0] - place.right(), 0.0)
        dy = max(-place.top(), 0.0) or min(self.view[1] - place.bottom(), 0.0)
        return self.panned(dx, dy) if dx or dy else self

    def of(self, scene: tuple[float, float], view: tuple[float, float]) -> Camera:
        """Return the same view of another scene or in another window; fitted if sizes differ."""
        if self.scene == scene and self.view == view:
            return self
        kept = self.scene == scene and self.zoom > 1
        return replace(self, view=view) if kept else Camera(scene, view, largest=self.largest)
