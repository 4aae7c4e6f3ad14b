"""How one picture becomes another: what was opened grows into the view, or shrinks back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSizeF, QVariantAnimation

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPixmap
    from PySide6.QtWidgets import QWidget

MILLISECONDS = 220


class Transition:
    """Paints the way from one picture to another, in ``view``."""

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._left: QPixmap | None = None
        self._meeting = QRectF()
        self._inwards = True
        self._animation = QVariantAnimation(view)
        self._animation.setDuration(MILLISECONDS)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(view.update)
        self._animation.finished.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether the view is on its way."""
        return self._left is not None

    def start(self, left: QPixmap, meeting: QRectF, inwards: bool) -> None:
        """Leave the picture ``left``; ``meeting`` is where the inner one stands in the outer."""
        self._left, self._meeting, self._inwards = left, meeting, inwards
        self._animation.stop()
        self._animation.start()

    def follow(self, size: tuple[float, float]) -> None:
        """End at once if the view has another size than the picture that is left."""
        if self._left is not None:
            there = self._left.deviceIndependentSize()
            if (there.width(), there.height()) != size:
                self.stop()

    def stop(self) -> None:
        """Be there."""
        self._left = None
        self._animation.stop()
        self._view.update()

    def paint(self, painter: QPainter, arrived: QPixmap) -> None:
        """Paint both pictures as far as the way has gone."""
        if self._left is None:
            return
        share = float(self._animation.currentValue())
        outer, inner = (self._left, arrived) if self._inwards else (arrived, self._left)
        depth = share if self._inwards else 1 - share
        view = QRectF(QPointF(0, 0), QSizeF(self._view.size()))
        place = _between(self._meeting, view, depth)
        painter.setOpacity(1 - depth)
        painter.drawPixmap(_around(view, self._meeting, place), outer, QRectF(outer.rect()))
        painter.setOpacity(depth)
        painter.drawPixmap(place, inner, QRectF(inner.rect()))
        painter.setOpacity(1)


def _between(a: QRectF, b: QRectF, share: float) -> QRectF:
    """Return the rectangle on the way from ``a`` to ``b``."""
    return QRectF(
        a.left() + share * (b.left() - a.left()),
        a.top() + share * (b.top() - a.top()),
        a.width() + share * (b.width() - a.width()),
        a.height() + share * (b.height() - a.height()),
    )


def _around(view: QRectF, meeting: QRectF, place: QRectF) -> QRectF:
    """Return where all of a picture stands whose part ``meeting`` has moved to ``place``."""
    across, down = place.width() / meeting.width(), place.height() / meeting.height()
    left, top = place.left() - meeting.left() * across, place.top() - meeting.top() * down
    return QRectF(left, top, view.width() * across, view.height() * down)
