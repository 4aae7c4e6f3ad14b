"""The timeline at the bottom of the window, shared by all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import formatting, theme
from app.replay import Replay
from app.session import Session, State
from app.widgets.basics import IconButton, ThemedButton, label
from app.widgets.iteration_field import IterationField
from app.widgets.keys import focus_falling_to
from app.widgets.loss_track import HEIGHT, LossTrack
from app.widgets.state_pill import StatePill

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS_WIDTH = 212
SIDE_WIDTH = 112
SMALL = 26


class TimelineBar(QWidget):
    """Play, step, restart; which iteration of the run is shown; the loss over the whole run.

    While an iteration of the past is looked for, its number stands here with an em dash for a loss:
    a number and a state that don't belong together are never shown side by side. From the past of a
    run that stands, play plays the run again.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("timelineBar")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing to paint below it
        self.setFixedHeight(HEIGHT)
        self._session = session
        self._replay = Replay(session, self)
        self.play = IconButton(
            "play", self.tr("Start training"), "timelinePlay", size=36, kind="primary"
        )
        self.step = IconButton("step-forward", self.tr("One iteration"), "timelineStep")
        self.restart = IconButton("restart", self.tr("Start again"), "timelineRestart")
        self.iteration = IterationField()
        self._pill = StatePill()
        self._loss = label(mono=True, tone="2", name="timelineLoss", steady=True)
        self.track = LossTrack(session)
        self._note = label(tone="3", name="timelineNote")
        self.jump = ThemedButton(self.tr("Jump to live"), "jumpLiveButton", height=SMALL)
        self.branch_button = IconButton(
            "branch", self.tr("Branch from here"), "branchButton", size=SMALL
        )
        self._build()
        self._connect()
        self._show_state()

    @property
    def shortcuts(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What the keys of the window do here."""
        return (
            ("Ctrl+Left", self.track.back),
            ("Ctrl+Right", self.track.on),
            ("Ctrl+Shift+Left", self.track.far_back),
            ("Ctrl+Shift+Right", self.track.far_on),
            ("Ctrl+Home", self.track.to_start),
            ("Ctrl+End", self.track.to_live),
            ("Ctrl+I", self.iteration.edit),
            ("Ctrl+B", self.branch),
        )

    def step_once(self) -> None:
        """Go on by one iteration: in the past of the run, or with the run itself."""
        if self._session.pinned is None:
            self._session.step()
        else:
            self.track.on()

    def branch(self) -> None:
        """Begin a new run with the same past, from the iteration that is looked at."""
        if self._session.pinned is not None:
            self._session.branch()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for button in (self.play, self.step, self.restart):
            row.addWidget(button)
        row.addWidget(self._make_texts())
        row.addWidget(self.track, 1)
        row.addSpacing(8)
        row.addWidget(self._make_side())

    def _make_texts(self) -> QWidget:
        block = QWidget()
        block.setFixedWidth(TEXTS_WIDTH)
        texts = QVBoxLayout(block)
        texts.setSpacing(2)
        texts.setContentsMargins(12, 12, 0, 14)
        texts.addWidget(self.iteration)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self._pill)
        second.addWidget(self._loss)
        second.addStretch(1)
        texts.addLayout(second)
        return block

    def _make_side(self) -> QWidget:
        """Return what stands right of the bar: a note, and the ways out of the past."""
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.jump.setStyleSheet("padding: 0 4px;")
        self.jump.setToolTip(self.tr("Follow the run again (Ctrl+End)"))
        self.branch_button.setToolTip(
            self.tr(
                "Branch from here (Ctrl+B): a new run with the same past up to this iteration,\n"
                "whose parameters can be changed. The run itself is kept."
            )
        )
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 10, 0, 12)
        column.setSpacing(4)
        column.addWidget(self._note)
        ways = QHBoxLayout()
        ways.setSpacing(4)
        ways.addWidget(self.jump, 1)
        ways.addWidget(self.branch_button)
        column.addLayout(ways)
        return side

    def _connect(self) -> None:
        session = self._session
        self.play.clicked.connect(self._play)
        self.step.clicked.connect(self.step_once)
        self.restart.clicked.connect(self._restart)
        self.jump.clicked.connect(self._jump)
        self.branch_button.clicked.connect(self._branch)
        self.iteration.wanted.connect(self.track.go_to)
        session.state_changed.connect(self._show_state)
        session.pin_changed.connect(self._show_state)
        session.seek_failed.connect(self._tell_failure)
        self._replay.changed.connect(self._show_state)
        session.snapshot_changed.connect(self._show_iteration)
        session.live_changed.connect(self._note_live)

    def _play(self) -> None:
        state = self._session.state
        if self._replay.playing:
            self._replay.pause()
        elif self._session.pinned is not None and state is not State.RUNNING:
            self._replay.play()
        elif state is State.RUNNING:
            self._session.pause()
        elif state is State.PAUSED:
            self._session.resume()
        else:
            self._session.start()

    def _restart(self) -> None:
        self._session.start()

    def _tell_failure(self, message: str) -> None:
        self._note.setText(self.tr("✗ not found"))
        self._note.setToolTip(message)

    def _jump(self) -> None:
        self.track.setFocus(Qt.FocusReason.OtherFocusReason)  # the button goes away
        self.track.to_live()

    def _branch(self) -> None:
        self.track.setFocus(Qt.FocusReason.OtherFocusReason)
        self.branch()

    def _show_state(self) -> None:
        session = self._session
        state, pinned = session.state, session.pinned is not None
        if self._replay.playing:
            self.play.set_action("pause", self.tr("Stay at this iteration"))
        elif pinned and state is not State.RUNNING:
            self.play.set_action("play", self.tr("Play the run from here, at the pace of Train"))
        elif state is State.RUNNING:
            self.play.set_action("pause", self.tr("Pause (F6)"))
        else:
            resuming = state is State.PAUSED
            self.play.set_action(
                "play", self.tr("Go on (F6)") if resuming else self.tr("Start training (F5)")
            )
        with focus_falling_to(self.track):
            self.step.setEnabled(pinned or state in (State.IDLE, State.PAUSED))
            self.restart.setEnabled(state is not State.IDLE)
        text = self.tr("Jump to live") if self._goes_on else self.tr("Jump to end")
        self.jump.set_action("", text)
        self.jump.setVisible(pinned)
        self.branch_button.setVisible(pinned)
        self._show_iteration()

    def _note_live(self) -> None:
        """Show how far the run is by now, if that is not what is shown anyway."""
        if self._session.pinned is not None:
            self._show_iteration()

    def _ended(self) -> str:
        """Return how the run ended, if not by its last iteration."""
        session = self._session
        if session.state is State.FAILED and session.diverged is not None:
            return "diverged"
        is_short = session.curves.iteration < session.curves.total
        return "stopped" if session.state is State.FINISHED and is_short else ""

    def _show_iteration(self, _snapshot: object = None) -> None:
        session = self._session
        snapshot, curves = session.snapshot, session.curves
        exact = snapshot is None or snapshot.exact or session.pinned is None
        replaying = session.pinned is not None
        self._pill.show_state(session.state, self._ended(), replaying=replaying, exact=exact)
        iteration = snapshot.iteration if snapshot else None
        loss = float(snapshot.losses[-1]) if snapshot and snapshot.iteration else None
        if session.replaying and not self._replay.playing:
            iteration, loss = session.pinned, None
        self.iteration.show_iteration(iteration, curves.total)
        self._loss.setText(self.tr("loss {0}").format(formatting.loss(loss)))
        self._note.setText(self._note_text())
        self._note.setToolTip("")
        self.track.refresh()

    @property
    def _goes_on(self) -> bool:
        """Whether the run may have iterations to come."""
        return self._session.state in (State.RUNNING, State.PAUSED)

    def _note_text(self) -> str:
        session = self._session
        state = session.state
        if session.replaying and not self._replay.playing:
            return self.tr("replaying …")
        if session.pinned is not None:
            end = formatting.count(session.curves.iteration)
            text = self.tr("live at {0}") if self._goes_on else self.tr("end at {0}")
            return text.format(end)
        return {
            State.RUNNING: self.tr("following live"),
            State.PAUSED: self.tr("paused"),
            State.FINISHED: self.tr("end of the run"),
            State.FAILED: self.tr("run failed"),
        }.get(state, "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar's surface."""
        colors = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.rail))
        painter.fillRect(0, 0, self.width(), 1, QColor(colors.border))
