"""How a bug looks in the list of bugs: what its row says, and pure functions that paint it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from app import theme
from app.formatting import EM_DASH
from app.icons import draw_icon
from app.widgets.basics import SEMIBOLD
from app.widgets.veil import FADED

HEIGHT, LOWEST = 54, 48
THREE_LINES = 52
"""Height in which a note has a line of its own; in a lower row it stands in place of the layer."""

HEAD = 28
"""Height of the line with the names of the columns."""

EDGE = 8
TEXT = 48
SWITCH = QRectF(EDGE, 0, 30, 16)
WIDEST, NARROWEST = 28, 18
NAMES, WHOLE = 146, 162
"""Room that names have beside the columns, at least; and what the longest of them needs."""

EASY = 20
"""Columns are no narrower for the sake of long names."""

SMALL = 11
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class BugRow:
    """What is said of a bug; ``prints`` holds whether each of ``parameters`` agrees, or None."""

    key: str
    name: str
    place: str
    parameters: tuple[str, ...] = ()
    prints: tuple[bool | None, ...] = ()
    is_on: bool = False
    note: str = ""
    is_old: bool = False
    """Whether the prints are of something else than what is wanted now."""

    def verdict(self, column: int) -> bool | None:
        """Return whether a parameter agrees; None where that is not known."""
        return self.prints[column] if column < len(self.prints) else None

    @property
    def fingerprint(self) -> str:
        """The columns in words."""
        words = {True: _tr("{0} agrees"), False: _tr("{0} differs"), None: _tr("{0} not checked")}
        said = (words[self.verdict(n)].format(name) for n, name in enumerate(self.parameters))
        return ", ".join(said)

    @property
    def tip(self) -> str:
        """All that the row may have no room for."""
        lines = (self.name, self.place, self.note, self.fingerprint)
        return "\n".join(line for line in lines if line)

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        state = _tr("on") if self.is_on else _tr("off")
        return ", ".join(filter(None, (self.name, self.place, state, self.note, self.fingerprint)))


@dataclass(frozen=True)
class Columns:
    """Where the columns of ``count`` parameters are in rows of ``width``: as many as fit."""

    width: int
    count: int

    @property
    def room(self) -> int:
        """Width for all of them."""
        return max(self.width - TEXT - NAMES - EDGE, NARROWEST)

    @property
    def shown(self) -> int:
        """How many there are room for."""
        return min(self.count, self.room // NARROWEST)

    @property
    def pitch(self) -> int:
        """Width of each."""
        count = max(self.shown, 1)
        beside_whole = (self.width - TEXT - WHOLE - EDGE) // count
        return min(WIDEST, beside_whole if beside_whole >= EASY else self.room // count)

    @property
    def left(self) -> int:
        """Where they begin."""
        return self.width - EDGE + 4 - self.shown * self.pitch

    def middle(self, column: int) -> float:
        """Return where the middle of one is."""
        return self.left + (column + 0.5) * self.pitch


def row_height(room: int) -> int:
    """Return how high rows are in ``room``: a little lower where the last is whole by that."""
    lower = room // max(-(-room // HEIGHT), 1)
    return lower if lower >= LOWEST else HEIGHT


def draw_head(
    painter: QPainter, place: QRect, parameters: tuple[str, ...], colors: theme.Theme
) -> None:
    """Paint what the columns are over rows as wide as ``place``."""
    columns = Columns(place.width(), len(parameters))
    painter.setPen(QColor(colors.text_3))
    painter.setFont(theme.ui_font(12))
    painter.drawText(place.adjusted(EDGE, 0, 0, 0), _LEFT, _tr("Bug"))
    painter.setFont(theme.mono_font(SMALL))
    for column, name in enumerate(parameters[: columns.shown]):
        middle = place.left() + columns.middle(column)
        box = QRectF(middle - WIDEST / 2, place.top(), WIDEST, place.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


def draw_row(
    painter: QPainter,
    place: QRect,
    row: BugRow,
    colors: theme.Theme,
    *,
    hovered: bool = False,
    focused: bool = False,
    enabled: bool = True,
) -> None:
    """Paint ``row`` at ``place``, 48 to 54 pixels high."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_ground(painter, place, row, colors, hovered, focused)
    beside_name = 19 if _has_third_line(place, row) else (place.height() - 34) // 2 + 8
    middle = place.top() + (beside_name if row.note else place.height() // 2)
    track = SWITCH.translated(place.left(), place.center().y() - SWITCH.height() / 2 + 0.5)
    _draw_switch(painter, track, row.is_on, colors)
    columns = Columns(place.width(), len(row.parameters))
    _draw_texts(painter, place, row, columns.left - 6, colors, enabled)
    painter.setOpacity(FADED if row.is_old else 1.0)
    for column in range(columns.shown):
        center = QPointF(place.left() + columns.middle(column), middle)
        draw_verdict(painter, center, row.verdict(column), colors)
    painter.restore()


def draw_verdict(
    painter: QPainter, center: QPointF, agrees: bool | None, colors: theme.Theme
) -> None:
    """Paint a grey tick, a rose cross, or a dash where nothing is known."""
    if agrees is None:
        painter.setFont(theme.ui_font(SMALL))
        painter.setPen(QColor(colors.text_3))
        box = QRectF(center.x() - 10, center.y() - 9, 20, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, EM_DASH)
    elif agrees:
        box = QRectF(center.x() - 8, center.y() - 8, 16, 16)
        draw_icon(painter, "check", colors.text_3, box)
    else:
        draw_cross(painter, center, colors)


def draw_cross(painter: QPainter, center: QPointF, colors: theme.Theme) -> None:
    """Paint what is wrong."""
    pen = QPen(QColor(colors.fail), 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    for way in (1, -1):
        painter.drawLine(center + QPointF(-4, -4 * way), center + QPointF(4, 4 * way))


def _draw_ground(
    painter: QPainter, place: QRect, row: BugRow, colors: theme.Theme, hovered: bool, focused: bool
) -> None:
    if not row.is_on:
        painter.fillRect(
            QRectF(place.left() + EDGE, place.bottom(), place.width() - 2 * EDGE, 1),
            QColor(colors.border),
        )
    ground = QColor(colors.fail_bg if row.is_on else colors.surface_2)
    painter.setPen(QPen(QColor(colors.accent), 1) if focused else Qt.PenStyle.NoPen)
    painter.setBrush(ground if row.is_on or hovered else Qt.BrushStyle.NoBrush)
    if row.is_on or hovered or focused:
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 1.5, -0.5, -2.5), 6, 6)


def _draw_switch(painter: QPainter, track: QRectF, is_on: bool, colors: theme.Theme) -> None:
    painter.setPen(QPen(QColor(colors.fail if is_on else colors.border_strong), 1))
    painter.setBrush(QColor(colors.fail if is_on else colors.surface_3))
    painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.ink if is_on else colors.text_3))
    x = track.right() - 8 if is_on else track.left() + 8
    painter.drawEllipse(QPointF(x, track.center().y()), 5.5, 5.5)


def _draw_texts(
    painter: QPainter, place: QRect, row: BugRow, right: int, colors: theme.Theme, enabled: bool
) -> None:
    is_high = _has_third_line(place, row)
    top = place.top() + (3 if is_high else (place.height() - 34) // 2)
    left, width = place.left() + TEXT, right - TEXT
    if row.note:
        box = QRect(left, top + (31 if is_high else 18), place.width() - TEXT - EDGE, 16)
        _draw_text(painter, box, row.note, theme.ui_font(SMALL), "3")
    name = theme.ui_font(12, SEMIBOLD if row.is_on else QFont.Weight.Normal)
    _draw_text(painter, QRect(left, top, width, 17), row.name, name, "1" if enabled else "3")
    if is_high or not row.note:
        place_font = theme.mono_font(SMALL)
        where = fitting_place(row.place, QFontMetrics(place_font), width)
        _draw_text(painter, QRect(left, top + 17, width, 16), where, place_font, "3")


def _has_third_line(place: QRect, row: BugRow) -> bool:
    return bool(row.note) and place.height() >= THREE_LINES


def fitting_place(place: str, metrics: QFontMetrics, width: int) -> str:
    """Return ``place`` with its method whole: ``Softmax….backward`` where there is no room."""
    if metrics.horizontalAdvance(place) + 1 <= width:
        return place
    layer, dot, method = place.partition(".")
    first = re.match("[A-Z]?[a-z]*", layer)
    return f"{first[0] if first else layer}…{dot}{method}"


def _draw_text(painter: QPainter, line: QRect, text: str, font: QFont, tone: str) -> None:
    colors = theme.current()
    painter.setFont(font)
    painter.setPen(QColor(colors.text_1 if tone == "1" else colors.text_3))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, _LEFT, shown)


def _tr(text: str) -> str:
    return QCoreApplication.translate("BugRow", text)
