"""What starts, halts and ends a run: the buttons under the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.parameter_changes import changes_at_once
from app.session import Session, State
from app.widgets.basics import ThemedButton
from app.widgets.keys import focus_falling_to
from app.widgets.parameters import ParameterFields

if TYPE_CHECKING:
    from bpcore.config import TrainingConfig


class RunControls(QWidget):
    """Start, pause, one step, stop and reset.

    Attributes
    ----------
    fields
        The parameters with which a run is started, in ``room``.
    """

    def __init__(
        self, session: Session, parent: QWidget | None = None, room: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.fields = ParameterFields(session.config, session.pace, room)
        self._pace = session.pace
        self._followed: tuple[object, ...] = ()
        self._make_buttons()
        self._build()
        self._connect()
        self.setFocusProxy(self._start)
        self._show_state(session.state)

    def start(self) -> None:
        """Start a run with the parameters in the fields, or the runs of the lesson.

        Not while one of them is being typed and can't be taken.
        """
        if not self.fields.begin():
            return
        plans = self.fields.plans
        if len(plans) > 1:
            self._session.race(plans)
        elif plans:
            self._session.runs.compare(())  # what a lesson shows is told of its own run
            self._session.begin(plans[0])
        else:
            self._session.start(self.fields.config)
        self.follow_run()

    def reset(self) -> None:
        """Leave the run and go back to a first iteration."""
        if self.fields.begin():
            self._session.reset(self.fields.config)
            self.follow_run()

    def follow_run(self) -> None:
        """Let the fields know what the run depends on now, if that is not what it did before."""
        if self._session.pace != self._pace:  # of a run that is gone on with
            self._pace = self._session.pace
            self.fields.show_pace(self._pace)
        state, config, branched = self._session.state, self._session.config, self._session.branched
        if (state, config, branched) == self._followed:
            return
        is_new_branch = branched is not None and branched not in self._followed
        self._followed = state, config, branched
        under_way = state in (State.RUNNING, State.PAUSED)
        self.fields.follow_run(None if state is State.IDLE else config, under_way=under_way)
        if is_new_branch and self.fields.is_staged:
            self.fields.put_back()  # who branches off wants to change that run

    def _make_buttons(self) -> None:
        self._start = ThemedButton(self.tr("Start"), "startButton", icon_name="play", primary=True)
        self._pause = ThemedButton(self.tr("Pause"), "pauseButton", icon_name="pause")
        self._step = ThemedButton(self.tr("Step"), "stepButton", icon_name="step-forward")
        self._stop = ThemedButton(self.tr("Stop"), "stopButton", icon_name="stop")
        self._reset = ThemedButton(self.tr("Reset"), "resetButton", icon_name="restart")
        for button, text in (
            (self._pause, self.tr("Pause the run, or go on (F6)")),
            (self._step, self.tr("Do one iteration (F10)")),
            (self._stop, self.tr("End the run here and keep its network (Shift+F5)")),
            (self._reset, self.tr("Go back to iteration 0 with fresh weights (Ctrl+R)")),
        ):
            button.setToolTip(text)

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 8, 16, 16)
        grid.setSpacing(8)
        grid.addWidget(self.fields.pace_row, 0, 0, 1, 2)
        grid.addWidget(self._start, 1, 0)
        grid.addWidget(self._pause, 1, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self._step, self._stop, self._reset):
            button.setStyleSheet("padding: 0 4px;")
            row.addWidget(button, 1)
        grid.addLayout(row, 2, 0, 1, 2)

    def _connect(self) -> None:
        session = self._session
        self._start.clicked.connect(self.start)
        self._pause.clicked.connect(self._pause_or_resume)
        self._step.clicked.connect(self._step_once)
        self._stop.clicked.connect(session.stop)
        self._reset.clicked.connect(self.reset)
        self.fields.changed.connect(self._take_fields)
        self.fields.pace_changed.connect(session.set_pace)
        self.fields.plans_changed.connect(self._name_start)
        session.state_changed.connect(self._show_state)
        session.data_changed.connect(self._show_sizes)

    def _pause_or_resume(self) -> None:
        if self._session.state is State.RUNNING:
            self._session.pause()
        else:
            self._session.resume()

    def _step_once(self) -> None:
        session = self._session
        if session.pinned is not None:
            session.seek(session.pinned + 1)
            return
        if session.state is State.IDLE:
            if not self.fields.begin():
                return
            session.prepare(self.fields.config)
        session.step()

    def _take_fields(self, config: TrainingConfig) -> None:
        state = self._session.state
        if state is State.IDLE:
            self._session.prepare(config)
        elif state in (State.RUNNING, State.PAUSED):
            for name, value in changes_at_once(self._session.config, config):
                self._session.change(name, value)

    def _show_state(self, state: State) -> None:
        with focus_falling_to(self.fields.pace_row):  # not to Reset, which the next key would press
            self._enable(state)
        self.follow_run()

    def _enable(self, state: State) -> None:
        running, paused = state is State.RUNNING, state is State.PAUSED
        self._name_start()
        self._pause.setEnabled(running or paused)
        self._pause.set_action(
            "play" if paused else "pause", self.tr("Resume") if paused else self.tr("Pause")
        )
        self._pause.set_primary(paused)  # what one wants of a paused run is most often to go on
        self._start.set_primary(not paused)
        self._step.setEnabled(state in (State.IDLE, State.PAUSED))
        self._stop.setEnabled(running or paused)
        self._reset.setEnabled(state is not State.IDLE)

    def _name_start(self) -> None:
        """Say how many runs would be started."""
        count = len(self.fields.plans)
        text = self.tr("Start a new run (F5)")
        idle = self._session.state is State.IDLE
        self._start.setText(self.tr("Start") if idle else self.tr("Restart"))
        if count > 1:
            text = self.tr("Start the {0} runs of the lesson, in turn (F5)").format(count)
            self._start.setText(self.tr("Start {0} runs").format(count))
        self._start.setToolTip(text)
        self._start.setAccessibleName(text if count > 1 else self._start.text())

    def _show_sizes(self) -> None:
        self.fields.show_sizes(self._session.size("train"), self._session.size("test"))
