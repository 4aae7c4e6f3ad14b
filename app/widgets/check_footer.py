"""Below the table of a gradient check: what is out of sight, what was counted, and the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import theme
from app.widgets.basics import SEMIBOLD
from app.widgets.check_columns import LINE
from app.widgets.check_table_painter import draw_cross
from app.widgets.fields import help_text

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_CROSS = 3.0


class CheckFooter(QWidget):
    """Two lines, always whole: one that is too long ends with an ellipsis, its tooltip has all.

    Above them a third one says which rows are out of sight, if there are any.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("checkTableFooter")
        self._figure = self._rest = self._rule = ""
        self._notice, self._is_wrong = "", False

    @property
    def notice(self) -> str:
        """What is said of the rows out of sight."""
        return self._notice

    @property
    def lines(self) -> tuple[str, str]:
        """Both lines, uncut."""
        return f"{self._figure} {self._rest}".strip(), self._rule

    @property
    def shown(self) -> tuple[str, str]:
        """Both lines as there is room for them."""
        return f"{self._figure} {self._shown_rest()}".strip(), self._cut(self._rule, self.width())

    def show_lines(self, figure: str, rest: str, rule: str) -> None:
        """Show ``figure``, which is bold, and the ``rest`` of its line; below it the ``rule``."""
        self._figure, self._rest, self._rule = figure, rest, rule
        tip = "\n".join(help_text(line) for line in self.lines if line)
        self.setToolTip(tip)
        self.setAccessibleName(" ".join(line for line in self.lines if line))
        self.update()

    def show_notice(self, text: str, *, is_wrong: bool) -> None:
        """Say what is out of sight; with a cross if there is something wrong."""
        if (text, is_wrong) != (self._notice, self._is_wrong):
            self._notice, self._is_wrong = text, is_wrong
            self.update()

    def _shown_rest(self) -> str:
        return self._cut(self._rest, self.width() - self._indent())

    def _indent(self) -> float:
        return _reach(theme.ui_font(12, SEMIBOLD), f"{self._figure} ") if self._figure else 0.0

    @staticmethod
    def _cut(text: str, room: float) -> str:
        metrics = QFontMetricsF(theme.ui_font(12))
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._notice:
            self._draw_notice(painter, colors)
        line = QRectF(0, self.height() - 2 * LINE, self.width(), LINE)
        painter.setFont(theme.ui_font(12, SEMIBOLD))
        painter.setPen(QColor(colors.text_1))
        painter.drawText(line, _MIDDLE, self._figure)
        painter.setFont(theme.ui_font(12))
        painter.setPen(QColor(colors.text_2))
        painter.drawText(line.adjusted(self._indent(), 0, 0, 0), _MIDDLE, self._shown_rest())
        painter.drawText(line.translated(0, LINE), _MIDDLE, self.shown[1])
        painter.end()

    def _draw_notice(self, painter: QPainter, colors: theme.Theme) -> None:
        room = QRectF(0, 2, self.width(), LINE)
        if self._is_wrong:
            draw_cross(painter, QPointF(5, room.center().y()), _CROSS, colors)
            room.setLeft(14)
        painter.setFont(theme.ui_font(12))
        painter.setPen(QColor(colors.fail if self._is_wrong else colors.text_3))
        painter.drawText(room, _MIDDLE, self._cut(self._notice, room.width()))


def _reach(font: QFont, text: str) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)
