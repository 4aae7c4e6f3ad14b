"""The bar of the timeline: the losses of a run, and where it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import formatting, theme
from app.ticks import round_step

if TYPE_CHECKING:
    from app.session import Session

HEIGHT = 72
SMOOTHING = 0.01
"""Width of the sparkline's moving mean, as a share of the run."""


class LossTrack(QWidget):
    """The bar itself: the run's losses on a logarithmic scale, and where it is now."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("lossTrack")
        self.setAccessibleName(self.tr("Loss over the run"))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self._session = session
        self._path = QPainterPath()
        self._drawn: tuple[int, int, int, int] | None = None

    @property
    def bar(self) -> QRectF:
        """The bar's rectangle."""
        return QRectF(0.5, 12.5, self.width() - 1, 33)

    def x_of(self, iteration: float) -> float:
        """Return where ``iteration`` stands, in pixels."""
        left, right = self.bar.left() + 4, self.bar.right() - 4
        return left + (right - left) * iteration / self._session.config.iterations

    def iteration_at(self, x: float) -> int:
        """Return the iteration that stands at ``x`` pixels."""
        left, right = self.bar.left() + 4, self.bar.right() - 4
        share = min(max((x - left) / (right - left), 0.0), 1.0)
        return round(share * self._session.config.iterations)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bar, sparkline, ticks and cursor."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRoundedRect(self.bar, 5, 5)
        iteration = min(len(self._session.losses), self._session.config.iterations)
        cursor = self.x_of(iteration)
        wash = QRectF(self.bar.left(), self.bar.top(), cursor - self.bar.left(), self.bar.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.blend(colors.accent, colors.surface_1, 0.13))
        painter.drawRoundedRect(wash.adjusted(0.5, 0.5, 0, -0.5), 4, 4)
        if iteration:
            self._draw_sparkline(painter, colors, iteration)
        self._draw_ticks(painter, colors)
        painter.fillRect(QRectF(cursor - 1, 7, 2, 43), QColor(colors.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent))
        painter.drawRoundedRect(QRectF(cursor - 6, 5, 12, 12), 3, 3)
        painter.setPen(QPen(QColor(colors.on_accent), 1))
        for x in (cursor - 1.5, cursor + 1.5):
            painter.drawLine(QPointF(x, 8.5), QPointF(x, 13.5))

    def _draw_sparkline(self, painter: QPainter, colors: theme.Theme, iteration: int) -> None:
        self._update_path(iteration)
        under = QPainterPath(self._path)
        end = under.currentPosition()
        under.lineTo(end.x(), self.bar.bottom() - 1)
        under.lineTo(self.x_of(1), self.bar.bottom() - 1)
        painter.setBrush(theme.blend(colors.accent, colors.surface_1, 0.24))
        painter.drawPath(under)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.text_2), 1.2))
        painter.drawPath(self._path)

    def _update_path(self, iteration: int) -> None:
        total = self._session.config.iterations
        run = self._session.snapshot.run if self._session.snapshot else 0
        drawn = (run, iteration, total, self.width())
        if drawn == self._drawn:
            return
        self._drawn = drawn
        pixels = max(round(self.x_of(iteration) - self.x_of(0)), 2)
        curve = self._session.losses.envelope(1, iteration, pixels // 2, total * SMOOTHING)
        heights = np.log10(np.maximum(curve.smooth, 1e-4))
        low, high = min(float(heights.min()), -1.5), max(float(heights.max()), 0.5)
        top, bottom = self.bar.top() + 4, self.bar.bottom() - 7
        ys = bottom - (heights - low) / (high - low) * (bottom - top)
        self._path = QPainterPath(QPointF(self.x_of(curve.x[0]), ys[0]))
        for x, y in zip(curve.x.tolist(), ys.tolist(), strict=True):
            self._path.lineTo(self.x_of(x), y)

    def _draw_ticks(self, painter: QPainter, colors: theme.Theme) -> None:
        total = self._session.config.iterations
        step = round_step(total, 5)
        painter.setPen(QPen(QColor(colors.text_3), 1))
        painter.setFont(theme.ui_font(11))
        for k in range(0, 4 * total // step + 1):
            x = self.x_of(k * step / 4)
            if k * step / 4 <= total:
                painter.drawLine(QPointF(x, 40.5), QPointF(x, 44.5))
        metrics = painter.fontMetrics()
        end = formatting.count(total)
        for value in [*range(0, total, step), total]:
            text = formatting.count(value)
            width = metrics.horizontalAdvance(text)
            x = self.x_of(value) - width / 2
            if value == 0:
                x = 0
            elif value == total:
                x = self.width() - width
            elif x + width + 12 > self.width() - metrics.horizontalAdvance(end):
                continue
            painter.drawText(QPointF(x, 62), text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which iteration is under the pointer, and its loss."""
        iteration = self.iteration_at(event.position().x())
        snapshot = self._session.snapshot
        text = self.tr("iteration {0}").format(formatting.count(iteration))
        if snapshot and 1 <= iteration <= snapshot.iteration:
            loss = formatting.loss(float(snapshot.losses[iteration - 1]))
            text += "\n" + self.tr("loss {0}").format(loss)
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the tooltip away."""
        QToolTip.hideText()
