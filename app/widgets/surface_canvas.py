"""The loss on a plane through a network's parameters, as a map with the run's way on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap

from app import theme
from app.widgets import surface_painter as paint
from app.widgets.pointed_canvas import ARROWS, PointedCanvas

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from app.widgets.surface_painter import Relief


class SurfaceCanvas(PointedCanvas[tuple[int, int]]):
    """``pointed`` carries the column and row of the point under the pointer or the keys, or None.

    What does not move is painted once for each size and theme.
    """

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__("surfaceView")
        self.setAccessibleName(self.tr("Loss around the network, on a plane of its parameters"))
        self._relief: Relief | None = None
        self._iteration = 0
        self._message = ""
        self._still = QPixmap()
        self._still_of: tuple[object, ...] = ()

    @property
    def relief(self) -> Relief | None:
        """What is shown; None while there is a sentence."""
        return self._relief

    @property
    def message(self) -> str:
        """The sentence in place of a surface."""
        return self._message

    @property
    def frame(self) -> paint.Frame | None:
        """Where the plane is shown."""
        if self._relief is None:
            return None
        return paint.Frame.on(self._relief.surface, self.width(), self.height())

    def show_relief(self, relief: Relief | None, iteration: int, message: str = "") -> None:
        """Show ``relief`` around the network of ``iteration``, or a sentence."""
        if relief is not self._relief or message != self._message:
            self._relief, self._iteration, self._message = relief, iteration, message
            self._still_of = ()
            self.setAccessibleDescription(message)
            self._point(None)
            self.update()

    def axis_names(self) -> tuple[str, str]:
        """Return what the directions are, across and up."""
        if self._relief is None:
            return "", ""
        if self._relief.surface.kind == "random":
            return (
                self.tr("1st random direction, in lengths of the weights"),
                self.tr("2nd random direction"),
            )
        return (
            self.tr("1st principal direction of the run, in units of the parameters"),
            self.tr("2nd principal direction"),
        )

    def _tell(self) -> None:
        self.pointed.emit(self._place)

    def _at(self, pixel: QPointF) -> tuple[int, int] | None:
        frame, relief = self.frame, self._relief
        if frame is None or relief is None or not frame.bed.contains(pixel):
            return None
        x, y = frame.point(pixel)
        surface = relief.surface
        column = int(abs(surface.xs - x).argmin())
        return column, int(abs(surface.ys - y).argmin())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read off the nearest point."""
        self._point(self._at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from point to point, beginning at the network."""
        move, relief = ARROWS.get(event.key()), self._relief
        if move is None or relief is None:
            super().keyPressEvent(event)
            return
        surface = relief.surface
        if self._place is None:
            column, row = int(abs(surface.xs).argmin()), int(abs(surface.ys).argmin())
        else:
            column, row = self._place[0] + move[0], self._place[1] - move[1]
        last_column, last_row = len(surface.xs) - 1, len(surface.ys) - 1
        self._point((min(max(column, 0), last_column), min(max(row, 0), last_row)))

    def minimumSizeHint(self) -> QSize:
        """Return room in which a surface says something."""
        return QSize(300, 240)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface, and what is pointed at."""
        colors, frame, relief = theme.current(), self.frame, self._relief
        painter = QPainter(self)
        if frame is None or relief is None:
            painter.setFont(theme.ui_font(12))
            painter.setPen(QColor(colors.text_2))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(48, 24, -48, -24), flags, self._message)
        else:
            painter.drawPixmap(0, 0, self._painted(frame, relief, colors))
            if self._place is not None:
                self._draw_pointed(painter, frame, relief, self._place, colors)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = self.rect() if frame is None else frame.bed.toRect()
            painter.drawRect(edge.adjusted(0, 0, -1, -1))
        painter.end()

    def _painted(self, frame: paint.Frame, relief: Relief, colors: theme.Theme) -> QPixmap:
        ratio = self.devicePixelRatio()
        of = (self.size(), ratio, colors.name)
        if of != self._still_of:
            self._still_of = of
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(QColor(colors.surface_1))
            painter = QPainter(self._still)
            paint.draw_heat(painter, frame, relief, colors)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint.draw_axes(painter, frame, self.axis_names(), colors)
            paint.draw_legend(painter, frame, relief, self.tr("Loss"), colors)
            painter.setClipRect(frame.bed)
            paint.draw_contours(painter, frame, relief, colors)
            paint.draw_path(painter, frame, relief, self._iteration, colors)
            painter.end()
        return self._still

    @staticmethod
    def _draw_pointed(
        painter: QPainter,
        frame: paint.Frame,
        relief: Relief,
        place: tuple[int, int],
        colors: theme.Theme,
    ) -> None:
        surface = relief.surface
        at = frame.pixel(float(surface.xs[place[0]]), float(surface.ys[place[1]]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((colors.surface_1, 3.5), (colors.accent, 1.6)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(at, 5, 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
