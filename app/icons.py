"""Icons of 16 × 16, drawn in any colour at any scale."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    svg = resources.files("resources").joinpath("icons", f"{name}.svg").read_text("utf-8")
    return QSvgRenderer(QByteArray(svg.replace("currentColor", color).encode()))


def draw_icon(painter: QPainter, name: str, color: str, rect: QRectF) -> None:
    """Paint the icon ``name`` in ``color``, filling ``rect``."""
    _renderer(name, color).render(painter, rect)


@cache
def icon(name: str, color: str, disabled: str = "") -> QIcon:
    """Return the icon ``name`` in ``color``; in ``disabled`` on a disabled button."""
    return QIcon(_SvgEngine(name, color, disabled or color))


class _SvgEngine(QIconEngine):
    """Renders at the size asked for, so that an icon is sharp on every screen."""

    def __init__(self, name: str, color: str, disabled: str) -> None:
        super().__init__()
        self._name, self._color, self._disabled = name, color, disabled

    def paint(self, painter: QPainter, rect: object, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = self._disabled if mode == QIcon.Mode.Disabled else self._color
        draw_icon(painter, self._name, color, QRectF(rect))  # type: ignore[call-overload]

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter, image.rect(), mode, state)
        painter.end()
        return QPixmap.fromImage(image)

    def clone(self) -> QIconEngine:
        return _SvgEngine(self._name, self._color, self._disabled)
