import gc
import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtCore import QCoreApplication, QEventLoop
from small_runs import SMALL

from app.plans import Plan
from app.run_names import shown_name
from app.session import Session, State
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset
from bpcore.recording import Event
from bpcore.run_file import load_run
from bpcore.training import Trainer

RULES = int(os.environ.get("CHAINLIGHT_RULES", "150"))
RULES_OF_EACH = 50
PATIENCE = 60.0
"""Seconds that a session may take to answer, however busy the machine is."""

TINY = SMALL.replace(iterations=60)
CONFIGS = st.builds(
    TINY.replace,
    iterations=st.integers(1, 60),
    activation=st.sampled_from(["relu", "sigmoid"]),
    optimizer=st.sampled_from(["sgd", "adam"]),
    seed=st.integers(0, 3),
)


@cache
def bare(config: TrainingConfig, events: tuple[Event, ...], iteration: int) -> Trainer:
    """Return what a trainer without any window has after so many iterations."""
    trainer = Trainer(config, load_dataset("bundled"))
    for event in events:
        while trainer.iteration < event.iteration:
            next(trainer)
        trainer.change(event.name, event.value)
    while trainer.iteration < iteration:
        next(trainer)
    return trainer


class SessionMachine(RuleBasedStateMachine):
    """Intents in any order: the session ends up where they say, with the engine's numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.before = os.environ.get("CHAINLIGHT_DATA_DIR")
        os.environ["CHAINLIGHT_DATA_DIR"] = str(self.folder / "data")
        self.failures: list[str] = []
        self.begin()

    def begin(self) -> None:
        self.patience = time.monotonic() + PATIENCE
        self.session = Session(TINY)
        self.session.set_pace(None)
        self.session.runs.failed.connect(self.failures.append)
        self.sync()

    def process(self) -> None:
        assert time.monotonic() < self.patience, "the session never answered"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    def sync(self) -> None:
        """Let all threads do what was posted, and the session read about it."""
        self.patience = time.monotonic() + PATIENCE
        session, answered, stored = self.session, [], []
        session.runs._store.do(lambda: None, stored.append)
        while session.snapshot is None or not stored:
            self.process()
        session.mistake_found.connect(answered.append)
        session.find_mistake("test", 0)
        while not answered or session.replaying:
            self.process()
        session.mistake_found.disconnect(answered.append)

    # Training.

    @rule(config=CONFIGS)
    def start(self, config: TrainingConfig) -> None:
        self.session.start(config)
        assert (self.session.state, self.session.pinned) == (State.RUNNING, None)

    @rule()
    def pause(self) -> None:
        running = self.session.state is State.RUNNING
        self.session.pause()
        assert not running or self.session.state is State.PAUSED

    @rule()
    def resume(self) -> None:
        paused = self.session.state is State.PAUSED
        self.session.resume()
        assert not paused or self.session.state is State.RUNNING

    @rule(n=st.integers(1, 30))
    def step(self, n: int) -> None:
        self.session.step(n)
        assert self.session.state is not State.IDLE

    @rule(n=st.integers(1, 5))
    def steps_count(self, n: int) -> None:
        self.sync()
        if self.session.state is not State.PAUSED or len(self.session.lanes) > 1:
            return
        before, total = self.session.live.iteration, self.session.config.iterations
        self.session.step(n)
        self.sync()
        assert self.session.live.iteration == min(before + n, total)

    @rule()
    def stop(self) -> None:
        self.session.stop()
        assert self.session.state is not State.RUNNING

    @rule()
    def reset(self) -> None:
        self.session.reset()
        self.sync()
        assert (self.session.state, self.session.live.iteration) == (State.IDLE, 0)

    @rule(
        change=st.sampled_from(
            [("learning_rate", 0.01), ("learning_rate", 0.3), ("batch_size", 7), ("beta1", 0.5)]
        )
    )
    def change(self, change: tuple[str, float]) -> None:
        name, value = change
        ended = self.session.state in (State.FINISHED, State.FAILED)
        before = getattr(self.session.config, name)
        self.session.change(name, value)
        assert getattr(self.session.config, name) == (before if ended else value)

    @rule(configs=st.lists(CONFIGS, min_size=2, max_size=3), in_turn=st.booleans())
    def race(self, configs: list[TrainingConfig], in_turn: bool) -> None:
        self.session.race([Plan(str(n), c) for n, c in enumerate(configs)], in_turn=in_turn)

    @rule(which=st.integers(0, 3))
    def show_another_of_the_race(self, which: int) -> None:
        lanes = self.session.lanes
        if lanes and lanes[0].run <= self.session.shown_run <= lanes[-1].run:
            self.session.show_lane(lanes[which % len(lanes)].run)

    # The past.

    @rule(share=st.floats(0, 1), coarse=st.booleans())
    def seek(self, share: float, coarse: bool) -> None:
        self.session.seek(round(share * self.session.live.iteration), coarse=coarse)

    @rule(share=st.floats(0, 1))
    def seek_and_arrive(self, share: float) -> None:
        self.sync()
        wanted = round(share * self.session.live.iteration)
        self.session.seek(wanted)
        self.sync()
        assert self.session.pinned in (wanted, None)
        if self.session.pinned is not None:
            assert self.session.snapshot.iteration == wanted

    @rule()
    def jump_to_live(self) -> None:
        self.session.jump_to_live()
        assert self.session.pinned is None

    @rule()
    def branch(self) -> None:
        self.session.branch()
        assert self.session.live.iteration == 0 or self.session.pinned is None

    # Files.

    @rule(which=st.integers(0, 9))
    def show_a_kept_run(self, which: int) -> None:
        entries = self.session.runs.entries
        if entries:
            self.session.runs.show(entries[which % len(entries)].key)

    @rule(which=st.integers(0, 9))
    def save_and_open(self, which: int) -> None:
        entries = self.session.runs.entries
        if not entries:
            return
        target = self.folder / "saved.chainlight"
        target.unlink(missing_ok=True)
        self.session.runs.save(entries[which % len(entries)].key, target)
        self.sync()
        if target.exists():
            recording = load_run(target)
            self.session.runs.open(target)
            self.sync()
            assert self.session.live.iteration == recording.iteration
            np.testing.assert_array_equal(self.session.live.losses, recording.losses)

    @rule(which=st.integers(0, 9))
    def delete_and_bring_back(self, which: int) -> None:
        entries = self.session.runs.entries
        if not entries:
            return
        entry = entries[which % len(entries)]
        self.session.runs.delete(entry.key)
        if self.session.runs.deleted:
            self.session.runs.undo_delete()
            self.sync()
        else:
            assert [text.split(" can be ")[0] for text in self.failures] == ["A run"]
            self.failures.clear()

    @rule(which=st.integers(0, 9), name=st.text(max_size=130))
    def rename(self, which: int, name: str) -> None:
        self.sync()  # a run that was left before its first iteration is none
        entries = self.session.runs.entries
        if not entries:
            return
        entry = entries[which % len(entries)]
        self.session.runs.rename(entry.key, name)
        self.sync()
        assert self.session.runs.entry(entry.key).name == shown_name(name, entry.config)

    @rule(which=st.integers(0, 9))
    def repeat(self, which: int) -> None:
        entries = self.session.runs.entries
        if entries:
            self.session.runs.repeat(entries[which % len(entries)].key)
            assert self.session.state is State.RUNNING

    @rule(first=st.integers(0, 9))
    def compare(self, first: int) -> None:
        self.sync()
        others = [e.key for e in self.session.runs.entries if not e.is_shown][first:]
        self.session.runs.compare(others)
        assert self.session.runs.compared == tuple(others[:3])
        self.sync()
        for key in self.session.runs.compared:
            curves, entry = self.session.runs.curves(key), self.session.runs.entry(key)
            assert curves.iteration == entry.iteration

    @rule()
    def close_and_begin_again(self) -> None:
        # Not while a command is under way whose run is not known yet: it may begin no run at all.
        self.sync()
        kept = {entry.key for entry in self.session.runs.entries if entry.iteration}
        assert self.session.close(PATIENCE)
        self.begin()
        assert kept <= {entry.key for entry in self.session.runs.entries}

    @rule()
    def let_it_happen(self) -> None:
        self.patience = time.monotonic() + PATIENCE
        self.process()

    # What always holds.

    @invariant()
    def what_is_shown_is_whole(self) -> None:
        session = self.session
        shown, live = session.snapshot, session.live
        assert session.state is not State.FAILED, session.message
        assert len(shown.losses) == shown.iteration <= live.iteration or shown.run != live.run
        assert len(session.losses) == live.iteration
        assert self.failures == []

    @rule()
    def the_shown_network_is_the_engines(self) -> None:
        self.sync()
        shown = self.session.snapshot
        lane = next(la for la in self.session.lanes if la.run == shown.run)
        trainer = bare(lane.config, shown.events, shown.iteration)
        np.testing.assert_array_equal(shown.losses, trainer.losses)
        for name, array in trainer.network.params.items():
            np.testing.assert_array_equal(shown.params[name], array)
            np.testing.assert_array_equal(self.session.network.params[name], array)
        np.testing.assert_array_equal(shown.next_batch, trainer.next_batch())
        assert self.session.config == self.session.live.config

    def teardown(self) -> None:
        self.sync()
        if self.session.state is State.RUNNING:
            self.patience = time.monotonic() + PATIENCE
            while self.session.state is State.RUNNING:
                self.process()
            assert self.session.live.iteration == self.session.live.config.iterations
        self.sync()
        assert self.session.live.config == self.session.config
        assert self.session.close()
        gc.collect()  # sessions that are gone hold the digits until then
        shutil.rmtree(self.folder)
        if self.before is None:
            del os.environ["CHAINLIGHT_DATA_DIR"]
        else:
            os.environ["CHAINLIGHT_DATA_DIR"] = self.before


TestSessionMachine = SessionMachine.TestCase
TestSessionMachine.settings = settings(
    max_examples=max(RULES // RULES_OF_EACH, 1),
    stateful_step_count=RULES_OF_EACH,
    deadline=None,
    # What the threads have done by then differs from time to time: shrinking leads nowhere.
    phases=[Phase.generate],
)
