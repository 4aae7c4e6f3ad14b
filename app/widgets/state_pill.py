"""The run's state as a word in a pill."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme
from app.session import State
from app.widgets.basics import SEMIBOLD

HEIGHT = 18


class StatePill(QWidget):
    """Live has the accent and a dot, failed a cross; a past iteration is told in their place."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statePill")
        self.setFixedHeight(HEIGHT)
        self.setFont(theme.ui_font(11, SEMIBOLD))
        self._shown: tuple[object, ...] = ()
        self._mark = ""
        self._text = ""

    def show_state(
        self, state: State, phase: str = "", *, replaying: bool = False, exact: bool = True
    ) -> None:
        """Show ``state``, or that a past iteration is looked at; not ``exact`` puts ≈ before it.

        ``phase`` says more of an end: ``"stopped"`` before the last iteration, or ``"diverged"``.
        """
        shown = (state, phase, replaying, exact)
        if shown == self._shown:
            return
        self._shown = shown
        ends = {"stopped": self.tr("STOPPED"), "diverged": self.tr("DIVERGED")}
        words = {
            State.IDLE: self.tr("READY"),
            State.RUNNING: self.tr("LIVE"),
            State.PAUSED: self.tr("PAUSED"),
            State.FINISHED: self.tr("FINISHED"),
            State.FAILED: self.tr("FAILED"),
        }
        word = self.tr("REPLAYING") if replaying else ends.get(phase, words[state])
        text = word if exact else f"≈ {word}"
        marks = {State.RUNNING: "dot", State.FAILED: "cross"}
        mark = "" if replaying else marks.get(state, "")
        self._text, self._mark = text, mark
        self.setAccessibleName(self.tr("State: {0}").format(word))
        self.setToolTip(
            ""
            if exact
            else self.tr(
                "Replayed on another processor than the run's, which rounds sums otherwise:\n"
                "the last digits of a number may differ from the run's."
            )
        )
        self.setFixedWidth(self.sizeHint().width())
        self.update()

    @property
    def text(self) -> str:
        """The word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        """Return the size of the word and its pill."""
        mark = 12 if self._mark else 0
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 16 + mark, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint pill, mark and word."""
        colors = theme.current()
        background, color = {
            "dot": (colors.accent_bg, colors.accent_text),
            "cross": (colors.fail_bg, colors.fail),
        }.get(self._mark, (colors.surface_3, colors.text_1))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(background))
        painter.drawRoundedRect(QRectF(self.rect()), HEIGHT / 2, HEIGHT / 2)
        text = QRectF(self.rect()).adjusted(20 if self._mark else 8, 0, 0, 0)
        if self._mark == "dot":
            painter.setBrush(QColor(color))
            painter.drawEllipse(QPointF(12, 9), 3.2, 3.2)
        painter.setPen(QPen(QColor(color), 1.6))
        if self._mark == "cross":
            painter.drawLine(QPointF(9, 6), QPointF(15, 12))
            painter.drawLine(QPointF(9, 12), QPointF(15, 6))
        painter.setFont(self.font())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._text)
