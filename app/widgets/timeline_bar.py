"""The timeline at the bottom of the window, shared by all pages."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import formatting, theme
from app.session import Session, Snapshot, State
from app.widgets.basics import SEMIBOLD, IconButton, label
from app.widgets.loss_track import HEIGHT, LossTrack


class TimelineBar(QWidget):
    """Play, step, restart; the iteration and the run's state; the loss over the whole run."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("timelineBar")
        self.setFixedHeight(HEIGHT)
        self._session = session
        self.play = IconButton(
            "play", self.tr("Start training"), "timelinePlay", size=36, kind="primary"
        )
        self.step = IconButton("step-forward", self.tr("One iteration"), "timelineStep")
        self.restart = IconButton("restart", self.tr("Start again"), "timelineRestart")
        self._iteration = label(size=13, weight=SEMIBOLD, name="timelineIteration")
        self._total = label(size=13, tone="2")
        self._pill = StatePill()
        self._loss = label(mono=True, tone="2", name="timelineLoss")
        self._track = LossTrack(session)
        self._note = label(tone="3", name="timelineNote")
        self._build()
        self.play.clicked.connect(self._play)
        self.step.clicked.connect(self._step)
        self.restart.clicked.connect(self._restart)
        session.state_changed.connect(self._show_state)
        session.snapshot_changed.connect(self._show_snapshot)
        self._show_state(session.state)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for button in (self.play, self.step, self.restart):
            row.addWidget(button)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.setContentsMargins(12, 12, 0, 10)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(4)
        second.setSpacing(8)
        for line, widgets in (
            (first, (self._iteration, self._total)),
            (second, (self._pill, self._loss)),
        ):
            for widget in widgets:
                line.addWidget(widget)
            line.addStretch(1)
            texts.addLayout(line)
        block = QWidget()
        block.setLayout(texts)
        block.setFixedWidth(212)
        row.addWidget(block)
        row.addWidget(self._track, 1)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._note.setFixedWidth(112)
        row.addWidget(self._note)

    def _play(self) -> None:
        state = self._session.state
        if state is State.RUNNING:
            self._session.pause()
        elif state is State.PAUSED:
            self._session.resume()
        else:
            self._session.start()

    def _step(self) -> None:
        self._session.step()

    def _restart(self) -> None:
        self._session.start()

    def _show_state(self, state: State) -> None:
        if state is State.RUNNING:
            self.play.set_action("pause", self.tr("Pause (F6)"))
        else:
            resuming = state is State.PAUSED
            self.play.set_action(
                "play", self.tr("Go on (F6)") if resuming else self.tr("Start training (F5)")
            )
        self.step.setEnabled(state in (State.IDLE, State.PAUSED))
        self.restart.setEnabled(state is not State.IDLE)
        self._pill.show_state(state)
        self._note.setText(
            {
                State.RUNNING: self.tr("following live"),
                State.PAUSED: self.tr("paused"),
                State.FINISHED: self.tr("end of the run"),
                State.FAILED: self.tr("run failed"),
            }.get(state, "")
        )
        self._show_snapshot(self._session.snapshot)

    def _show_snapshot(self, snapshot: Snapshot | None) -> None:
        iteration = snapshot.iteration if snapshot else None
        self._iteration.setText(self.tr("Iteration {0}").format(formatting.count(iteration)))
        total = formatting.count(self._session.config.iterations)
        self._total.setText(self.tr("of {0}").format(total))
        loss = float(snapshot.losses[-1]) if snapshot and snapshot.iteration else None
        self._loss.setText(self.tr("loss {0}").format(formatting.loss(loss)))
        self._track.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar's surface."""
        colors = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.rail))
        painter.fillRect(0, 0, self.width(), 1, QColor(colors.border))


class StatePill(QWidget):
    """The run's state as a word in a pill; live has the accent and a dot."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statePill")
        self.setFixedHeight(18)
        self._state = State.IDLE
        self._text = ""

    def show_state(self, state: State) -> None:
        """Show ``state``."""
        self._state = state
        self._text = {
            State.IDLE: self.tr("READY"),
            State.RUNNING: self.tr("LIVE"),
            State.PAUSED: self.tr("PAUSED"),
            State.FINISHED: self.tr("FINISHED"),
            State.FAILED: self.tr("FAILED"),
        }[state]
        self.setAccessibleName(self.tr("State: {0}").format(self._text))
        self.setFixedWidth(self.sizeHint().width())
        self.update()

    @property
    def text(self) -> str:
        """The word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        """Return the size of the word and its pill."""
        self.setFont(theme.ui_font(11, SEMIBOLD))
        mark = 12 if self._state in (State.RUNNING, State.FAILED) else 0
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 16 + mark, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint pill, mark and word."""
        colors = theme.current()
        background, color = colors.surface_3, colors.text_1
        if self._state is State.RUNNING:
            background, color = colors.accent_bg, colors.accent_text
        elif self._state is State.FAILED:
            background, color = colors.fail_bg, colors.fail
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(background))
        painter.drawRoundedRect(QRectF(self.rect()), 9, 9)
        text = QRectF(self.rect()).adjusted(8, 0, -8, 0)
        if self._state is State.RUNNING:
            painter.setBrush(QColor(color))
            painter.drawEllipse(QPointF(12, 9), 3.2, 3.2)
            text.setLeft(20)
        painter.setPen(QPen(QColor(color), 1.6))
        if self._state is State.FAILED:
            painter.drawLine(QPointF(9, 6), QPointF(15, 12))
            painter.drawLine(QPointF(9, 12), QPointF(15, 6))
            text.setLeft(20)
        painter.setFont(theme.ui_font(11, SEMIBOLD))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._text)
