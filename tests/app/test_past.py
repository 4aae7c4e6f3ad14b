import numpy as np
import pytest
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.session import Session, State
from bpcore.datasets.mnist import load_dataset
from bpcore.timeline import Timeline
from bpcore.training import Trainer

LONG = SMALL.replace(iterations=1_000_000)


@pytest.fixture(scope="module")
def trained() -> Trainer:
    trainer = Trainer(SMALL, load_dataset("bundled"))
    for _ in trainer:
        pass
    return trainer


def reached(qtbot, session: Session, iteration: int) -> None:
    qtbot.waitUntil(lambda: session.snapshot.iteration == iteration, timeout=20_000)


def finished(qtbot, session: Session) -> None:
    session.start()
    wait_for(qtbot, session, State.FINISHED)


@pytest.mark.parametrize("iteration", [0, 1, 16, 17, 150, 299])
def test_seeking_shows_the_state_of_that_iteration(
    qtbot, session: Session, trained: Trainer, iteration: int
) -> None:
    finished(qtbot, session)
    session.seek(iteration)
    assert session.pinned == iteration
    reached(qtbot, session, iteration)
    snapshot, state = session.snapshot, trained.timeline.state_at(iteration)
    assert not session.replaying
    for name, array in state.params.items():
        np.testing.assert_array_equal(snapshot.params[name], array)
    np.testing.assert_array_equal(snapshot.losses, trained.losses[:iteration])
    assert all(a.iteration <= iteration for a in snapshot.accuracies)
    np.testing.assert_array_equal(session.network.params["W1"], state.params["W1"])
    assert len(session.losses) == session.live.iteration == 300


def test_the_end_of_a_run_that_stands_is_the_run_itself(qtbot, session: Session) -> None:
    finished(qtbot, session)
    session.seek(100)
    reached(qtbot, session, 100)
    session.seek(300)
    assert session.pinned is None
    assert session.snapshot is session.live


def test_seeking_is_kept_within_the_run(qtbot, session: Session) -> None:
    finished(qtbot, session)
    session.seek(-5)
    assert session.pinned == 0
    session.seek(10_000)
    assert session.pinned is None


def test_a_run_goes_on_while_its_past_is_shown(qtbot, session: Session) -> None:
    session.start(LONG)
    wait_for_iteration(qtbot, session, 50)
    session.seek(20)
    reached(qtbot, session, 20)
    before = session.live.iteration
    qtbot.waitUntil(lambda: session.live.iteration > before + 50, timeout=20_000)
    assert (session.snapshot.iteration, session.state) == (20, State.RUNNING)
    session.jump_to_live()
    assert session.snapshot is session.live


def test_of_many_wishes_the_last_one_is_shown(qtbot, session: Session) -> None:
    finished(qtbot, session)
    for iteration in range(0, 290, 7):
        session.seek(iteration)
    assert session.replaying
    qtbot.waitUntil(lambda: not session.replaying, timeout=20_000)
    assert session.snapshot.iteration == session.pinned == 287


def test_what_was_wished_for_before_is_not_shown_any_more(qtbot, session: Session) -> None:
    finished(qtbot, session)
    session.seek(150)
    session.jump_to_live()
    session.seek(33)
    qtbot.waitUntil(lambda: not session.replaying, timeout=20_000)
    assert session.snapshot.iteration == 33


def test_another_run_leaves_the_past(qtbot, session: Session) -> None:
    finished(qtbot, session)
    session.seek(150)
    reached(qtbot, session, 150)
    session.start(SMALL.replace(seed=7))
    assert session.pinned is None
    wait_for(qtbot, session, State.FINISHED)
    assert session.snapshot.config.seed == 7


def test_the_next_batch_is_what_the_next_iteration_learned_from(
    qtbot, session: Session, trained: Trainer
) -> None:
    finished(qtbot, session)
    session.seek(123)
    reached(qtbot, session, 123)
    rows = trained.timeline.batch_at(124)
    np.testing.assert_array_equal(session.snapshot.next_batch, rows)
    batch = session.next_batch()
    assert (batch.source, batch.first) == ("run", 124)
    np.testing.assert_array_equal(batch.images, trained.dataset.train_images[rows])
    trace = session.passes().trace(batch)
    assert np.float32(trace.values["loss"]) == pytest.approx(trained.losses[123], rel=1e-6)


def test_a_branch_has_the_same_past_and_a_future_of_its_own(
    qtbot, session: Session, trained: Trainer
) -> None:
    finished(qtbot, session)
    session.seek(100)
    reached(qtbot, session, 100)
    session.branch()
    assert session.state is State.PAUSED
    settle(qtbot, session)
    assert session.pinned is None
    assert session.snapshot.iteration == 100
    session.change("learning_rate", 0.5)
    session.resume()
    wait_for(qtbot, session, State.FINISHED)
    np.testing.assert_array_equal(session.snapshot.losses[:101], trained.losses[:101])
    assert not np.array_equal(session.snapshot.losses[101:], trained.losses[101:])
    assert [(e.iteration, e.name) for e in session.snapshot.events] == [(100, "learning_rate")]


def test_branches_from_one_place_have_names_of_their_own(qtbot, session: Session) -> None:
    finished(qtbot, session)
    parent, names = session.runs.entries[0].key, []
    for _ in range(2):
        session.branch(100)
        settle(qtbot, session)
        names.append(session.lanes[0].name)
        session.runs.show(parent)
        qtbot.waitUntil(lambda: session.live.iteration == 300, timeout=20_000)
    assert all(name.startswith("Branch of Relu 8 · SGD 0.1 · batch 20 at 100") for name in names)
    assert len(set(names)) == 2


def test_a_branch_without_a_change_repeats_the_run(
    qtbot, session: Session, trained: Trainer
) -> None:
    finished(qtbot, session)
    session.branch(77)
    session.resume()
    wait_for(qtbot, session, State.FINISHED)
    np.testing.assert_array_equal(session.snapshot.losses, trained.losses)


def test_seeking_while_training_and_dragging_ends_at_the_last_wish(
    qtbot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else a machine that is busy with something else may have time for a near one alone.
    monkeypatch.setattr(Timeline, "replayed_in", lambda *_seconds: 1000)
    session.start(LONG)
    wait_for_iteration(qtbot, session, 500)
    shown: list[int] = []
    session.snapshot_changed.connect(lambda snapshot: shown.append(snapshot.iteration))
    for iteration in range(0, 480, 9):
        session.seek(iteration, coarse=True)
    qtbot.waitUntil(lambda: not session.replaying, timeout=20_000)
    assert session.snapshot.iteration == session.pinned == 477
    assert set(shown) <= set(range(0, 480, 9))


def test_what_is_meant_exactly_is_shown_exactly_after_a_drag_to_it(
    qtbot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(qtbot, session)
    monkeypatch.setattr(Timeline, "at_hand", lambda *_wanted: 96)
    session.seek(100, coarse=True)
    session.seek(100)
    qtbot.waitUntil(lambda: not session.replaying, timeout=20_000)
    assert session.snapshot.iteration == session.pinned == 100


def test_a_state_that_is_not_found_is_told_unless_another_one_is_wanted_by_now(
    qtbot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(qtbot, session)
    state_at = Timeline.state_at

    def broken(timeline: Timeline, iteration: int, interrupted: object) -> object:
        if iteration == 100:
            raise MemoryError
        return state_at(timeline, iteration, interrupted)

    monkeypatch.setattr(Timeline, "state_at", broken)
    said: list[str] = []
    session.seek_failed.connect(said.append)
    session.seek(100)
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said == ["There is not enough memory for this."]
    assert (session.pinned, session.snapshot) == (None, session.live)
    session.seek(100)
    session.seek(50)
    reached(qtbot, session, 50)
    assert (len(said), session.pinned) == (1, 50)
