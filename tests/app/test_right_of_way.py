from threading import Event

import pytest
from small_runs import SMALL
from waiting import wait_for

from app import seeker as seeker_module
from app.plans import Plan
from app.seeker import COARSE_SEEK, Seeker, Wish
from app.session import Session, State
from app.training_worker import GIVES_WAY, TrainingWorker
from bpcore.datasets.mnist import load_dataset
from bpcore.training import Trainer


class Way(Event):
    """Notes what is waited for, and never lets it be long."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return self.is_set()


@pytest.fixture
def trained() -> Trainer:
    trainer = Trainer(SMALL, load_dataset("bundled"))
    for _ in trainer:
        pass
    return trainer


def test_training_waits_before_each_chunk_but_goes_on_all_the_same(qtbot) -> None:
    way = Way()
    worker = TrainingWorker(keep_runs=False, way=way)
    try:
        with qtbot.waitSignal(worker.news):
            worker.prepare(1, 1, (Plan("", SMALL),))
            worker.start()
        worker.resume(2)
        done = []

        def is_done() -> bool:
            report = worker.take().report
            done.append(report is not None and report.phase == "finished")
            return done[-1]

        qtbot.waitUntil(is_done, timeout=20_000)
        assert set(way.waits) == {GIVES_WAY}
    finally:
        worker.end()
        assert worker.wait(10_000)


def test_the_way_is_taken_while_a_state_is_looked_for(qtbot, session: Session, monkeypatch) -> None:
    session.start()
    wait_for(qtbot, session, State.FINISHED)
    idle, seen = session._past.seeker.idle, []
    snapshot_at = seeker_module.snapshot_at

    def watched(*args):
        seen.append(idle.is_set())
        return snapshot_at(*args)

    monkeypatch.setattr(seeker_module, "snapshot_at", watched)
    assert idle.is_set()
    session.seek(150)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 150)
    qtbot.waitUntil(idle.is_set)
    assert seen == [False]


def test_a_long_replay_gives_the_way_back(qtbot, trained: Trainer, monkeypatch) -> None:
    monkeypatch.setattr(seeker_module, "RIGHT_OF_WAY", 0.0)
    seeker, seen = Seeker(), []
    state_at = trained.timeline.state_at

    def watched(iteration, interrupted):
        interrupted()
        seen.append(seeker.idle.is_set())
        return state_at(iteration, interrupted)

    monkeypatch.setattr(trained.timeline, "state_at", watched)
    with qtbot.waitSignal(seeker.found):
        seeker.seek(Wish(1, 1, trained.timeline, 299, coarse=False))
    seeker.end()
    assert seeker.wait(10_000)
    assert seen == [True]


def test_a_hand_that_drags_gets_what_is_replayed_in_the_time_between_two_frames(
    qtbot, trained: Trainer, monkeypatch
) -> None:
    asked = []
    at_hand = trained.timeline.at_hand

    def noted(iteration: int, replay: int) -> int:
        asked.append(replay)
        return at_hand(iteration, replay)

    monkeypatch.setattr(trained.timeline, "at_hand", noted)
    seeker, expected = Seeker(), trained.timeline.replayed_in(COARSE_SEEK)
    with qtbot.waitSignal(seeker.found):
        seeker.seek(Wish(1, 1, trained.timeline, 150, coarse=True))
    seeker.end()
    assert seeker.wait(10_000)
    assert asked == [expected]
