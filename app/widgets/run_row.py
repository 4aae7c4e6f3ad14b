"""How a run looks in the list of runs: what its row says, and a pure function that paints it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from app import formatting, theme
from app.widgets.basics import SEMIBOLD
from app.widgets.line_styles import paint_sample
from app.widgets.notice_line import CROSS

HEIGHT = 52
BOX = 16
MARKS = 44
"""Width of the column with the box and the line style; a click in it is meant for the box."""

EDGE = 8
FIGURES = 84
UNDER_WAY = ("running", "waiting", "paused")


@dataclass(frozen=True)
class Row:
    """What is said of a run.

    ``name`` is on one line, ``loss`` and ``accuracy`` are formatted. ``style`` is that of its
    curve, None while it has none. ``leads`` means that it has the lowest loss of several that run;
    ``moment`` is when it began where others have the same name, ``details`` are for whoever points
    at it.
    """

    key: str
    name: str
    iteration: int
    total: int
    loss: str
    accuracy: str
    phase: str
    is_shown: bool = False
    is_ticked: bool = False
    style: int | None = None
    leads: bool = False
    moment: str = ""
    details: str = ""

    @property
    def progress(self) -> str:
        """Iterations done, of all."""
        text = _translate("{0} of {1}")
        return text.format(formatting.count(self.iteration), formatting.count(self.total))

    @property
    def state(self) -> str:
        """The phase as a word; a cross where something went wrong."""
        word = phase_word(self.phase)
        if self.phase in ("failed", "diverged"):
            return f"{CROSS} {word}"
        return _translate("{0}, leads").format(word) if self.leads else word

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        parts = [f"{self.name}, {self.moment}" if self.moment else self.name]
        if self.is_shown:
            parts.append(_translate("shown"))
        parts += [self.state, self.progress]
        parts.append(_translate("loss {0}").format(self.loss))
        parts.append(_translate("test accuracy {0}").format(self.accuracy))
        return ", ".join(parts)


def phase_word(phase: str) -> str:
    """Return what a phase is called."""
    words = {
        "idle": _translate("ready"),
        "waiting": _translate("waiting"),
        "running": _translate("running"),
        "paused": _translate("paused"),
        "finished": _translate("finished"),
        "stopped": _translate("stopped"),
        "failed": _translate("failed"),
        "diverged": _translate("diverged"),
        "unfinished": _translate("stopped"),
    }
    return words.get(phase, phase)


def tip(text: str) -> str:
    """Return ``text`` for a tooltip, where Qt would take a name with tags for a page of its own."""
    return f"<p style='white-space: pre'>{escape(text)}</p>" if "<" in text else text


# Where things are in a row.


def tick_place(place: QRect) -> QRect:
    """Return where the box is in the row at ``place``."""
    return QRect(place.left() + 14, place.top() + 9, BOX, BOX)


def name_place(place: QRect) -> QRect:
    """Return where the name is, and is edited, in the row at ``place``."""
    width = place.width() - MARKS - FIGURES - EDGE
    return QRect(place.left() + MARKS, place.top() + 6, width, 22)


def draw_row(
    painter: QPainter,
    place: QRect,
    row: Row,
    colors: theme.Theme,
    *,
    selected: bool = False,
    hovered: bool = False,
    focused: bool = False,
) -> None:
    """Paint ``row`` at ``place``, 52 pixels high."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_ground(painter, place, row, colors, selected or hovered, focused and selected)
    if not row.is_shown:
        _draw_box(painter, tick_place(place), row.is_ticked, colors)
    if row.style is not None:
        top = place.top() + (HEIGHT // 2 if row.is_shown else 38)
        line = QRectF(place.left() + 12, top - 4, 20, 8)
        paint_sample(painter, line, row.style)
    _draw_texts(painter, place, row, colors)
    painter.restore()


def _draw_ground(
    painter: QPainter, place: QRect, row: Row, colors: theme.Theme, raised: bool, focused: bool
) -> None:
    ground = QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(QColor(colors.accent), 1) if focused else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.surface_2) if raised else Qt.BrushStyle.NoBrush)
    if raised or focused:
        painter.drawRoundedRect(ground, 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    if row.is_shown:
        painter.setBrush(QColor(colors.accent))
        painter.drawRoundedRect(QRectF(place.left(), place.top() + 10, 3, HEIGHT - 20), 1.5, 1.5)
    if row.phase in UNDER_WAY and row.total:
        _draw_share(painter, place, row.iteration / row.total, colors)


def _draw_share(painter: QPainter, place: QRect, share: float, colors: theme.Theme) -> None:
    """Paint how much of a run is done along the lower edge of its row."""
    track = QRectF(place.left() + MARKS, place.bottom() - 2, place.width() - MARKS - EDGE, 2)
    painter.fillRect(track, QColor(colors.surface_3))
    track.setWidth(track.width() * min(share, 1.0))
    painter.fillRect(track, QColor(colors.text_3))


def _draw_box(painter: QPainter, box: QRect, ticked: bool, colors: theme.Theme) -> None:
    frame = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(QColor(colors.accent if ticked else colors.border_strong), 1))
    painter.setBrush(QColor(colors.accent if ticked else colors.surface_1))
    painter.drawRoundedRect(frame, 3, 3)
    if ticked:
        pen = QPen(QColor(colors.on_accent), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        corner = QPointF(box.topLeft())
        points = [corner + QPointF(x, y) for x, y in ((4, 8.4), (7, 11.2), (12, 5.2))]
        painter.drawPolyline(points)


def _draw_texts(painter: QPainter, place: QRect, row: Row, colors: theme.Theme) -> None:
    left = Qt.AlignmentFlag.AlignLeft
    middle = Qt.AlignmentFlag.AlignVCenter
    line = name_place(place)
    font = theme.ui_font(12, SEMIBOLD if row.is_shown else QFont.Weight.Medium)
    painter.setFont(font)
    painter.setPen(QColor(colors.text_1))
    # Both ends of a name tell more than its middle: what a branch is of, and where it begins.
    metrics, small = QFontMetrics(font), theme.ui_font(12)
    moment = f"  {row.moment}" if row.moment else ""
    beside = QFontMetrics(small).horizontalAdvance(moment)
    name = metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, line.width() - beside)
    painter.drawText(line, left | middle, name)
    painter.setFont(small)
    painter.setPen(QColor(colors.text_3))
    painter.drawText(line.adjusted(metrics.horizontalAdvance(name), 0, 0, 0), left | middle, moment)
    below = QRect(line.left(), line.bottom() + 1, place.width() - MARKS - EDGE, 18)
    painter.setFont(theme.ui_font(12))
    failed = row.state.startswith(CROSS)
    for text, color in (
        (row.progress, colors.text_3),
        (" · ", colors.text_3),
        (row.state, colors.fail if failed else colors.text_2),
    ):
        painter.setPen(QColor(color))
        painter.drawText(below, left | middle, text)
        below.setLeft(below.left() + painter.fontMetrics().horizontalAdvance(text))
    _draw_figures(painter, place, row, below.left() + 4)


def _draw_figures(painter: QPainter, place: QRect, row: Row, end: int) -> None:
    """Paint loss and accuracy at the right; what stands before the second ends at ``end``."""
    colors, name = theme.current(), name_place(place)
    left, right = name.right() + 1, place.right() + 1 - EDGE
    above = QRect(left, name.top(), right - left, 22)
    below = QRect(max(left, end), name.bottom() + 1, right - max(left, end), 18)
    font = theme.mono_font(12, SEMIBOLD if row.leads else QFont.Weight.Normal)
    _draw_figure(painter, above, _translate("loss"), row.loss, font, colors.text_1)
    font = theme.mono_font(12)
    _draw_figure(painter, below, _translate("test"), row.accuracy, font, colors.text_2)


def _draw_figure(
    painter: QPainter, place: QRect, title: str, text: str, font: QFont, color: str
) -> None:
    """Paint a figure at the right of ``place``, and what it is before it if there is room."""
    middle = Qt.AlignmentFlag.AlignVCenter
    small, width = theme.ui_font(11), QFontMetrics(font).horizontalAdvance(text)
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | middle, text)
    before = place.adjusted(0, 0, -width - 6, 0)
    if before.width() >= QFontMetrics(small).horizontalAdvance(title):
        painter.setFont(small)
        painter.setPen(QColor(theme.current().text_3))
        painter.drawText(before, Qt.AlignmentFlag.AlignRight | middle, title)


def _translate(text: str) -> str:
    return QCoreApplication.translate("RunRow", text)
