"""Backprop against the numerical gradient, a point per element, both axes logarithmic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)

from app import theme
from app.formatting import EM_DASH
from app.widgets import scatter_painter as paint
from app.widgets import scatter_words as words
from app.widgets.basics import SEMIBOLD
from app.widgets.fields import help_text
from app.widgets.pointed_canvas import ARROWS, PointedCanvas
from app.widgets.scatter_points import (
    DOUBT,
    LINE,
    MINUS,
    OPPOSITE,
    PLUS,
    WRONG,
    Element,
    Layout,
    Points,
    ScatterPlan,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.gradient_report import GradientReport

REACH = 8
"""Pixels from the pointer to the point that it reads off, at most."""

_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class CheckScatter(PointedCanvas[int]):
    """Shows the elements of all gradients; the pointer, or the arrow keys, read one off.

    ``chosen`` carries the name of a gradient and the index of an element of it, which was clicked
    or taken with Enter.
    """

    chosen = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("checkScatter")
        self.setAccessibleName(
            self.tr("Backprop against the numerical gradient, element by element")
        )
        self._points = Points.of((), ())
        self._notes: tuple[str, ...] = ()
        self._layout: Layout | None = None
        self._picture: tuple[tuple[object, ...], QImage] | None = None
        self._tell()

    @property
    def points(self) -> Points:
        """What is shown."""
        return self._points

    @property
    def plan(self) -> ScatterPlan:
        """Where things are."""
        return ScatterPlan(self.width(), self.height(), *self._points.scale)

    @property
    def element(self) -> Element | None:
        """The element that is read off."""
        return None if self._place is None else self._points.element(self._place)

    @property
    def readout(self) -> str:
        """What is said of the element that is read off, or of all of them."""
        element = self.element
        if element is not None:
            return words.readout(element)
        return " ".join(self._notes) or EM_DASH

    def position(self, point: int) -> QPointF:
        """Return where a point is."""
        layout = self._laid_out()
        return QPointF(float(layout.xs[point]), float(layout.ys[point]))

    def show_reports(
        self,
        reports: Sequence[GradientReport],
        broken: Sequence[GradientReport] = (),
        *,
        doubtful: bool = False,
    ) -> None:
        """Show what was compared as the code is, and what is wrong with the bug on; or nothing.

        If it is ``doubtful`` what a difference means, no fault is shown, but that h is unfit.
        """
        self._points = Points.of(reports, broken, doubtful=doubtful)
        self._notes = words.notes(self._points, self._points.scale[0])
        self._layout = self._picture = self._place = None
        self._tell()
        self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.readout)
        self.setToolTip(help_text(self.readout) if len(self._points) else "")

    def _laid_out(self) -> Layout:
        if self._layout is None or self._layout.plan != self.plan:
            self._layout = Layout.of(self._points, self.plan)
        return self._layout

    def sizeHint(self) -> QSize:
        """Return the size that it has in a window of the design."""
        return QSize(232, 328)

    def minimumSizeHint(self) -> QSize:
        """Return room in which points can be told apart."""
        return QSize(160, 132)

    # Pointer and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read off the nearest point."""
        at = event.position()
        self._point(self._laid_out().nearest(at.x(), at.y(), REACH))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point that is clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.mouseMoveEvent(event)
            self._choose()

    def _choose(self) -> None:
        element = self.element
        if element is not None:
            self.chosen.emit(element.name, element.indices)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next point that way, first to the worst; choose with Enter."""
        step = ARROWS.get(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if step is not None and plain and len(self._points):
            here = self._place
            self._point(self._worst() if here is None else self._laid_out().beyond(here, *step))
        elif event.key() in _TAKE and self._place is not None:
            self._choose()
        elif event.key() == Qt.Key.Key_Escape and self._place is not None:
            self._point(None)
        else:
            super().keyPressEvent(event)

    def _worst(self) -> int:
        """Return the point with the largest difference: of those that are wrong, if there are."""
        apart = np.abs(self._points.backprop - self._points.numerical)
        wrong = self._points.kind >= DOUBT
        return int(np.where(wrong | ~wrong.any(), apart, -1.0).argmax())

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bed, points, legend, and what is to be said of them."""
        colors, plan = theme.current(), self.plan
        painter = QPainter(self)
        names = (self.tr("|backprop|"), self.tr("|numerical|"))
        paint.draw_bed(painter, plan, names, colors, focused=self.hasFocus())
        if len(self._points):
            corner = plan.bed.topLeft() - QPointF(paint.MARGIN, paint.MARGIN)
            painter.drawImage(corner, self._pictured(colors))
            paint.draw_legend(painter, plan, self.legend, names[1], colors)
            if self.ring and plan.parts[1]:
                paint.draw_rings(painter, plan, self.ring, colors)
        element = self.element
        if self._place is not None and element is not None:
            paint.draw_ring(painter, self.position(self._place), colors)
            self._draw_element(painter, plan.note, element, colors)
        else:
            self._draw_notes(painter, plan.note, colors)
        painter.end()

    def _pictured(self, colors: theme.Theme) -> QImage:
        layout, scale = self._laid_out(), max(round(self.devicePixelRatioF()), 1)
        key = (layout.plan, colors.name, scale)
        if self._picture is None or self._picture[0] != key:
            self._picture = key, paint.rasterise(self._points, layout, colors, scale)
        return self._picture[1]

    @property
    def legend(self) -> tuple[tuple[tuple[int, ...], str], ...]:
        """Which kinds of points there are, and what they are called."""
        if (self._points.kind == DOUBT).any():
            return ((PLUS, MINUS), self.tr("agrees")), ((DOUBT,), self.tr("h unfit"))
        if not (self._points.kind >= WRONG).any():
            return ((PLUS,), self.tr("positive")), ((MINUS,), self.tr("negative"))
        has_bug = len(self._points.reports) > self._points.right
        wrong = self.tr("with the bug") if has_bug else self.tr("differs")
        return ((PLUS, MINUS), self.tr("correct")), ((WRONG,), wrong)

    @property
    def ring(self) -> str:
        """What a ring around a point means; "" if there is none."""
        return self.tr("opposite sign") if (self._points.kind == OPPOSITE).any() else ""

    def _draw_notes(self, painter: QPainter, rect: QRectF, colors: theme.Theme) -> None:
        painter.setFont(theme.ui_font(12))
        painter.setPen(QColor(colors.text_2 if self._notes else colors.text_3))
        wrap = int(Qt.TextFlag.TextWordWrap)
        text, metrics = EM_DASH, painter.fontMetrics()
        for number in range(1, len(self._notes) + 1):
            more = " ".join(self._notes[:number])
            if metrics.boundingRect(rect.toRect(), wrap, more).height() > rect.height():
                break
            text = more
        if text == EM_DASH and self._notes:
            text = metrics.elidedText(
                self._notes[0], Qt.TextElideMode.ElideRight, int(rect.width())
            )
        if rect.height():
            painter.drawText(rect, wrap, text)

    def _draw_element(
        self, painter: QPainter, rect: QRectF, element: Element, colors: theme.Theme
    ) -> None:
        """Draw the name of an element and how far apart its gradients are, and below it both.

        As many of the lines as have room: the tooltip has all.
        """
        if not rect.height():
            return
        middle = Qt.AlignmentFlag.AlignVCenter
        right = middle | Qt.AlignmentFlag.AlignRight
        line = QRectF(rect.left(), rect.top(), rect.width(), LINE)
        painter.setFont(theme.mono_font(12, SEMIBOLD))
        painter.setPen(QColor(colors.text_1))
        painter.drawText(line, middle, words.name_text(element))
        painter.setFont(theme.mono_font(11))
        text = words.apart_text(element)
        if element.wrong or element.doubtful:
            reach = painter.fontMetrics().horizontalAdvance(text)
            at = QPointF(line.right() - reach - 10, line.center().y())
            paint.draw_glyph(painter, WRONG if element.wrong else DOUBT, at, colors)
        painter.setPen(QColor(colors.fail if element.wrong else colors.text_2))
        painter.drawText(line, right, text)
        values = (element.backprop, element.numerical)
        for (what, value), number in zip(words.figures(element), values, strict=True):
            line.translate(0, LINE)
            if line.center().y() > rect.bottom():
                return
            painter.setFont(theme.ui_font(12))
            painter.setPen(QColor(colors.text_2))
            painter.drawText(line, middle, what)
            painter.setFont(theme.mono_font(12, SEMIBOLD))
            painter.setPen(QColor(colors.sign_color(number)))
            painter.drawText(line, right, value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Read off nothing: the points are elsewhere now."""
        super().resizeEvent(event)
        self._point(None)
