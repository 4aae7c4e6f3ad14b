"""A run whose past a test finds itself: what the timeline asks of a session, nothing more."""

from types import SimpleNamespace

import numpy as np
from PySide6.QtCore import QObject, Signal
from run_curves import curves_of

from app.session import State


class ScriptedRun(QObject):
    """Keeps what is asked of it in ``calls``; a wish for the past waits until ``arrive``."""

    state_changed = Signal(object)
    snapshot_changed = Signal(object)
    live_changed = Signal(object)
    pin_changed = Signal()
    seek_failed = Signal(str)

    def __init__(self, done: int = 6000, total: int = 10_000, *, events=(), state=State.RUNNING):
        super().__init__()
        self.state = state
        self.curves = curves_of(done, total, events=events)
        self._losses = np.linspace(2.3, 0.1, total, dtype=np.float32)
        self.pinned: int | None = None
        self.pace: float | None = 100.0
        self.replaying = False
        self.diverged: object | None = None
        self.calls: list[tuple[object, ...]] = []
        self.live = self.snapshot = self._state_at(done)

    def _state_at(self, iteration: int, exact: bool = True) -> SimpleNamespace:
        return SimpleNamespace(iteration=iteration, losses=self._losses[:iteration], exact=exact)

    def loss_at(self, iteration: int) -> float:
        return float(self._losses[iteration - 1])

    @property
    def asked(self) -> list[tuple[object, ...]]:
        """The calls since the last time."""
        calls, self.calls = self.calls, []
        return calls

    def run_on(self, count: int) -> None:
        done = self.curves.iteration + count
        self.curves.losses.extend(np.full(count, 0.1))
        self.live = self._state_at(done)
        self.live_changed.emit(self.live)
        if self.pinned is None:
            self._show(self.live)

    def go_into(self, state: State) -> None:
        self.state = state
        self.state_changed.emit(state)

    def arrive(self, *, exact: bool = True) -> None:
        """Find what was wished for."""
        self.replaying = False
        self._show(self._state_at(self.pinned, exact))
        self.pin_changed.emit()

    def seek(self, iteration: int, *, coarse: bool = False) -> None:
        self.calls.append(("seek", iteration, coarse))
        self.pinned, self.replaying = iteration, True
        self.pin_changed.emit()

    def jump_to_live(self) -> None:
        self.calls.append(("live",))
        if self.pinned is not None:
            self.pinned, self.replaying = None, False
            self.pin_changed.emit()
            self._show(self.live)

    def _show(self, snapshot: SimpleNamespace) -> None:
        self.snapshot = snapshot
        self.snapshot_changed.emit(snapshot)

    def start(self) -> None:
        self.calls.append(("start",))

    def pause(self) -> None:
        self.calls.append(("pause",))

    def resume(self) -> None:
        self.calls.append(("resume",))

    def step(self) -> None:
        self.calls.append(("step",))

    def branch(self) -> None:
        self.calls.append(("branch",))
