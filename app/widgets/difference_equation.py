"""The weights of one unit: backpropagation − central differences = what is left, as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from app import formatting, theme
from app.widgets.difference_pixels import picture_of, signed_pixels
from app.widgets.pointed_canvas import ARROWS, PointedCanvas
from app.widgets.tile_pixels import SIDE, end_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from bpcore.gradient_check import GradientReport

    Array = npt.NDArray[np.floating]

CAPTION, BORDER = 17, 1
LEAST_GAP = 16
LARGE = 3
"""From so many pixels of the screen on, each weight has as many as any other."""

TERMS = 3
_SHADES = 255
"""What is smaller than the largest number by that has no colour to be seen."""


@dataclass(frozen=True)
class EquationPlan:
    """Where the three pictures are in ``width`` × ``height``, on a screen of ``ratio``."""

    width: int
    height: int
    ratio: float = 1.0

    @property
    def side(self) -> int:
        """Width and height of a picture, without its border."""
        across = (self.width - (TERMS - 1) * LEAST_GAP) // TERMS
        return picture_side(min(across, self.height - CAPTION) - 2 * BORDER)

    def picture(self, term: int) -> QRectF:
        """Return where a picture is, 0 to 2; they are spread over the width."""
        free = self.width - TERMS * (self.side + 2 * BORDER)
        left = term * (self.side + 2 * BORDER + free // (TERMS - 1)) + BORDER
        return QRectF(left, BORDER, self.side, self.side)

    def pixel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return row and column of the weight at ``point`` in any of the pictures."""
        for term in range(TERMS):
            rect = self.picture(term)
            if rect.contains(point):
                cell = rect.width() / SIDE
                row, column = (point.y() - rect.top()) / cell, (point.x() - rect.left()) / cell
                return min(int(row), SIDE - 1), min(int(column), SIDE - 1)
        return None


def picture_side(room: int) -> int:
    """Return the side of a picture in ``room``: whole pixels for each weight, if they are large."""
    room = max(room, 1)
    return room - room % SIDE if room >= LARGE * SIDE else room


def faint_text(values: Array, limit: float) -> str:
    """Return what stands in a picture without any colour: ``0``, or how small all of it is.

    What is no number is of no account; of nothing else there is no text.
    """
    sizes = np.abs(values[np.isfinite(values)])
    if not sizes.size or sizes.max() > limit / _SHADES:
        return ""
    most = float(sizes.max())
    text = QCoreApplication.translate("DifferenceMap", "max\n{0}")
    return text.format(formatting.scientific(most)) if most else "0"


class DifferenceEquation(PointedCanvas[tuple[int, int]]):
    """Shows three pictures on one scale of ±``limit``; the pointer or arrows read off a weight.

    ``told`` is called when another weight is read off.
    """

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__("differenceEquation")
        self._told = told
        self._terms: tuple[Array, ...] = ()
        self._limit = 0.0
        self.setAccessibleName(self.tr("Backpropagation − numerical = difference, of one unit"))
        self._names = (self.tr("backprop"), self.tr("numerical"), self.tr("difference"))

    @property
    def limit(self) -> float:
        """The v of the scale ±v: the largest number in the pictures, with two figures."""
        return self._limit

    @property
    def end_texts(self) -> tuple[str, str]:
        """What stands at the ends of the scale."""
        return end_texts(self._limit) if self._terms else (formatting.EM_DASH,) * 2

    @property
    def plan(self) -> EquationPlan:
        """Where the pictures are."""
        return EquationPlan(self.width(), self.height(), self.devicePixelRatio())

    @property
    def captions(self) -> tuple[str, ...]:
        """What stands below the pictures: what they are, or the weight that is read off."""
        if self._place is None or not self._terms:
            return self._names
        values = (float(term[self._place]) for term in self._terms)
        return tuple(formatting.signed(None if v != v else v, 2) for v in values)

    def show_unit(self, report: GradientReport | None) -> None:
        """Show the ``report`` of the weights (784,) of one unit, or nothing."""
        if report is None:
            self._terms, self._limit = (), 0.0
        else:
            left = np.where(report.kink, np.nan, report.backprop - report.numerical)
            terms = (report.backprop, report.numerical, left)
            self._terms = tuple(term.reshape(SIDE, SIDE) for term in terms)
            sizes = np.abs(np.concatenate(terms))
            sizes = sizes[np.isfinite(sizes)]
            self._limit = float(f"{sizes.max():.1e}") if sizes.size else 0.0
        self._tell()
        self.update()

    def _tell(self) -> None:
        self._told()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read off the weight under the pointer."""
        self._point(self.plan.pixel_at(event.position()) if self._terms else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from weight to weight, at first to that with the largest difference."""
        right, down = ARROWS.get(event.key(), (0, 0))
        if not self._terms or not (right or down):
            super().keyPressEvent(event)
        elif self._place is None:
            sizes = np.nan_to_num(np.abs(self._terms[-1]))
            row, column = divmod(int(sizes.argmax()), SIDE)
            self._point((row, column))
        else:
            row, column = self._place[0] + down, self._place[1] + right
            self._point((min(max(row, 0), SIDE - 1), min(max(column, 0), SIDE - 1)))

    def minimumSizeHint(self) -> QSize:
        """Ask for no room: it is given some."""
        return QSize(0, 0)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures, the signs between them and the captions."""
        colors, plan = theme.current(), self.plan
        painter = QPainter(self)
        for term in range(TERMS):
            rect = plan.picture(term)
            if self._terms:
                self._draw_picture(painter, rect, self._terms[term], colors)
            self._draw_border(painter, rect, colors)
            self._draw_caption(painter, rect, term, colors)
        painter.setFont(theme.ui_font(14))
        painter.setPen(QColor(colors.text_2))
        for term, sign in enumerate((formatting.MINUS, "=")):
            left, right = plan.picture(term), plan.picture(term + 1)
            room = QRectF(left.right(), left.top(), right.left() - left.right(), left.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, sign)
        painter.end()

    def _draw_picture(
        self, painter: QPainter, rect: QRectF, values: Array, colors: theme.Theme
    ) -> None:
        ratio = self.devicePixelRatio()
        side = max(round(rect.width() * ratio), 1)
        painter.drawImage(
            rect.topLeft(), picture_of(signed_pixels(values, self._limit, side, colors), ratio)
        )
        text = faint_text(values, self._limit)
        painter.setFont(theme.mono_font(12 if text == "0" else 11))
        room = painter.fontMetrics().size(0, text)
        if room.width() < rect.width() and room.height() < rect.height():
            if np.isnan(values).any():  # not on the stripes
                ground = QRectF(0, 0, room.width() + 8, room.height() + 2)
                ground.moveCenter(rect.center())
                painter.fillRect(ground.intersected(rect), QColor(colors.zero))
            painter.setPen(QColor(colors.text_2))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        if self._place is not None:
            row, column = self._place
            cell = rect.width() / SIDE
            box = QRectF(rect.x() + column * cell, rect.y() + row * cell, cell, cell)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, wide in ((colors.surface_1, 3.5), (colors.accent, 1.5)):
                painter.setPen(QPen(QColor(color), wide))
                painter.drawRect(box.adjusted(-1, -1, 1, 1))

    def _draw_border(self, painter: QPainter, rect: QRectF, colors: theme.Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.border_strong), 1))
        painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2)

    def _draw_caption(
        self, painter: QPainter, rect: QRectF, term: int, colors: theme.Theme
    ) -> None:
        text, is_read = self.captions[term], self._place is not None and bool(self._terms)
        font: QFont = theme.mono_font(11) if is_read else theme.ui_font(12)
        painter.setFont(font)
        color = colors.text_2
        if is_read and text != formatting.EM_DASH:
            color = colors.sign_color(float(self._terms[term][self._place or (0, 0)]))
        painter.setPen(QColor(color))
        left, right = max(rect.left() - 8, 0.0), min(rect.right() + 8, float(self.width()))
        line = QRectF(left, rect.bottom() + BORDER, right - left, CAPTION)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
