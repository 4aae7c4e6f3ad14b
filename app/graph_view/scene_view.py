"""A widget that shows a scene through a camera, and marks what is looked at in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from app import theme
from app.graph_view.camera import Camera
from app.graph_view.canvas import Canvas
from app.graph_view.handles import Handles, SpotHandle
from app.graph_view.marks import paint_cursor, paint_doubt
from app.graph_view.transition import Transition

if TYPE_CHECKING:
    from app.graph_view.scene import Scene, Spot
    from app.places import Place

_IN_THE_MIDDLE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap

SETTLE_MS = 120
"""After the last turn of the wheel: the picture is painted sharply, and fits again if it shrank."""


class SceneView(QWidget):
    """Shows a Scene. What stays while a step is acted out is painted once and kept as a pixmap.

    ``resized`` tells that scenes are to be laid out for another ``room``.

    Attributes
    ----------
    scene, camera
        What is shown, and how.
    reduced_motion
        Whether the view jumps to another place instead of travelling there.
    magnified
        How much larger than usual everything is drawn, for an audience.
    doubt
        Why the picture is not what the reader asked for, "" if it is: it is dimmed then.
    """

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(480, 120)
        self.reduced_motion = False
        self.magnified = 1.0
        self.scene: Scene | None = None
        self.camera = Camera((1, 1), (1, 1))
        self._place: Place | None = None
        self._still: QPixmap | None = None
        self._still_camera = self.camera
        self._message = self.doubt = ""
        self._pulse: float | None = None
        self._hover: Spot | None = None
        self._focus: Spot | None = None
        self._lit: tuple[QRectF, ...] = ()
        self._names: frozenset[str] = frozenset()
        self._keyboard = False
        self._handles = Handles(self)
        self._transition = Transition(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._come_to_rest)

    @property
    def spot(self) -> Spot | None:
        """What has the focus, or lies under the pointer."""
        return self._focus or self._hover

    def sizeHint(self) -> QSize:
        """Return the size for which the pictures were designed."""
        return QSize(792, 474)

    def show_scene(self, scene: Scene, place: Place | None = None) -> None:
        """Show ``scene``, the picture of ``place``: from elsewhere the view travels there."""
        before, old = self.scene, self._place
        leaving = None
        if before is not None and place is not None and old is not None and place != old:
            leaving = self._leave(before, old, scene, place)
            self.camera = Camera(scene.size, self._size(), largest=self.magnified)
        else:
            self._transition.follow(self._size())
        self.scene, self._place = scene, place
        self.camera = self.camera.of(scene.size, self._size())
        self._still = None
        self._show_handles(scene, same=place == old)
        self._light(self._names)
        self._point_again()
        self._describe()
        if leaving is not None and not self.reduced_motion and self.isVisible():
            self._transition.start(*leaving)
        self.update()

    def _leave(
        self, before: Scene, old: Place, scene: Scene, place: Place
    ) -> tuple[QPixmap, QRectF, bool]:
        """Return the picture that is left, where the two meet, and whether it is on the way in."""
        inwards = len(place.trail) > len(old.trail)
        outer, on_the_way = (before, place.trail) if inwards else (scene, old.trail)
        meeting = outer.opening_to(on_the_way)
        arriving = Camera(scene.size, self._size(), largest=self.magnified)
        camera = self.camera if inwards else arriving
        picture = self._still_picture(before)
        middle = QRectF(QPointF(*self._size()) / 4, QSizeF(self.size()) / 2)
        return picture, camera.to_view(meeting) if meeting is not None else middle, inwards

    def show_message(self, message: str) -> None:
        """Show a sentence in place of a picture."""
        self.scene, self._place, self._still, self._message = None, None, None, message
        self._hover = self._focus = None
        self._transition.stop()
        self._handles.show((), lambda _spot: False)
        self.setAccessibleDescription(message)
        self.update()

    def show_doubt(self, doubt: str) -> None:
        """Dim the picture and say over it why; "" shows it as it is."""
        if doubt != self.doubt:
            self.doubt = doubt
            self._describe()
            self.update()

    def _describe(self) -> None:
        doubt = f"{self.doubt}. " if self.doubt else ""
        self.setAccessibleDescription(doubt + (self.scene.description if self.scene else ""))

    @property
    def pulse(self) -> float | None:
        """How far the newest step has been acted out; None at rest."""
        return self._pulse

    def set_pulse(self, pulse: float | None) -> None:
        """Act out the newest step; nothing else is painted anew."""
        if self._pulse != pulse:
            self._pulse = pulse
            self.update()

    def light(self, names: frozenset[str]) -> None:
        """Light up what shows one of these values of the trace."""
        if names != self._names:
            self._light(names)
            self.update()

    def _light(self, names: frozenset[str]) -> None:
        self._names = names
        spots = () if self.scene is None or not names else self.scene.spots
        self._lit = tuple(spot.rect for spot in spots if names.intersection(spot.values))

    @property
    def room(self) -> tuple[int, int]:
        """The size for which a scene is to be laid out."""
        return round(self.width() / self.magnified), round(self.height() / self.magnified)

    def magnify(self, factor: float) -> None:
        """Draw everything larger, from the next scene on."""
        self.magnified = factor
        self.camera = Camera(self.camera.scene, self._size(), largest=factor)
        self._still = None

    def fit(self) -> None:
        """Show all of the picture."""
        self._look(self.camera.fitted())

    def _look(self, camera: Camera) -> None:
        if camera != self.camera:
            self.camera = camera
            self._settle.start()
            self.update()

    def _come_to_rest(self) -> None:
        if self.camera.zoom < 1:
            self.camera = self.camera.fitted()
        self._handles.place(self.camera)
        self._still = None
        self._point_again()
        self.update()

    def _size(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kept picture and, over it, what moves and what is pointed at."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:  # a painter that is still at work when its device goes ends the process
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        if self.scene is None or self._transition.running:
            painter.fillRect(self.rect(), QColor(theme.current().surface_1))
        if self.scene is None:
            painter.setFont(theme.ui_font(13))
            painter.setPen(QColor(theme.current().text_3))
            painter.drawText(self.rect(), _IN_THE_MIDDLE, self._message)
        elif self._transition.running:
            self._transition.paint(painter, self._still_picture(self.scene))
        else:
            self._paint_scene(painter, self.scene)
        if self.doubt and self.scene is not None:
            painter.resetTransform()
            paint_doubt(painter, QRectF(self.rect()), self.doubt)

    def _paint_scene(self, painter: QPainter, scene: Scene) -> None:
        still = self._still_picture(scene)
        if self._still_camera == self.camera:
            painter.drawPixmap(0, 0, still)
        else:  # while the wheel turns the kept picture is stretched; it is sharp again at rest
            painter.fillRect(self.rect(), QColor(theme.current().surface_1))
            kept = self._still_camera
            area = QRectF(kept.to_scene(QPointF()), kept.to_scene(QPointF(*self._size())))
            painter.drawPixmap(self.camera.to_view(area), still, QRectF(still.rect()))
        canvas, thin = self._canvas(painter), 1 / self.camera.scale
        scene.paint_moving(canvas, self._pulse)
        for rect in self._lit:
            grown = rect.adjusted(-2, -2, 2, 2)
            canvas.outline(grown, canvas.theme.accent, 4 * thin, 1.5 * thin)
        if self._hover is not None:
            scene.paint_hover(canvas, self._hover)
        if self._focus is not None:
            paint_cursor(canvas, self._focus.rect, thin)
        elif self._keyboard and self.hasFocus():
            scene.paint_focus(canvas)

    def _canvas(self, painter: QPainter) -> Canvas:
        """Let ``painter`` draw in the scene's pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.camera.offset)
        painter.scale(self.camera.scale, self.camera.scale)
        return Canvas(painter, theme.current(), detail=self.camera.scale)

    def _still_picture(self, scene: Scene) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            still = QPixmap(self.size() * ratio)
            still.setDevicePixelRatio(ratio)
            still.fill(QColor(theme.current().surface_1))
            painter = QPainter(still)
            try:
                scene.paint_still(self._canvas(painter))
            finally:
                painter.end()
            self._still, self._still_camera = still, self.camera
        return self._still

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the picture be laid out anew, by whoever shows it."""
        super().resizeEvent(event)
        self.resized.emit()
        self._transition.stop()
        self._still = None
        self.camera = self.camera.of(self.camera.scene, self._size())
        self._handles.place(self.camera)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._still = None
            self.update()

    def _show_handles(self, scene: Scene, *, same: bool) -> None:
        """Give each spot its handle; of the ``same`` place the cell that has the focus keeps it."""

        def has_cells(spot: Spot) -> bool:
            return scene.cell_from(spot, 0, 0) is not None

        for handle in self._handles.show(scene.spots, has_cells):
            handle.focused.connect(self._focus_moved)
            handle.key_pressed.connect(self._key_on_spot)
        self._handles.place(self.camera)
        cell, focused = self._focus, QApplication.focusWidget()
        self._focus = None
        if cell is not None and isinstance(focused, SpotHandle) and focused.parent() is self:
            found = scene.cell_from(cell, 0, 0) if same else None
            self._focus = focused.spot
            if found is not None and found.key == cell.key:
                self._focus = found
                focused.setAccessibleName(found.name)

    def _focus_moved(self, handle: SpotHandle | None) -> None:
        self._focus = None if handle is None else handle.spot
        if self._focus is not None:
            self._look(self.camera.showing(self._focus.rect))
        self.update()

    def _key_on_spot(self, event: QKeyEvent) -> None:
        """Act on a key while a spot has the focus."""

    def _point_again(self) -> None:
        """Find what the pointer is on, in a picture that has changed under it."""
