from unittest import mock

import numpy as np
import pytest
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app import lane_maker
from app.plans import Plan
from app.session import Session, State
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.network import Network
from bpcore.recording import Event
from bpcore.training import Trainer

LONG = SMALL.replace(iterations=1_000_000)
RELU = Plan("Relu", SMALL)
SIGMOID = Plan("Sigmoid", SMALL.replace(activation="sigmoid"))


def alone(plan: Plan) -> Trainer:
    trainer = Trainer(plan.config, load_dataset("bundled"))
    for _ in trainer:
        pass
    return trainer


@pytest.mark.parametrize("in_turn", [True, False])
def test_runs_of_a_race_are_those_that_train_alone(qtbot, session: Session, in_turn: bool) -> None:
    session.race([RELU, SIGMOID], in_turn=in_turn)
    assert session.state is State.RUNNING
    wait_for(qtbot, session, State.FINISHED)
    assert [lane.name for lane in session.lanes] == ["Relu", "Sigmoid"]
    for lane, plan in zip(session.lanes, (RELU, SIGMOID), strict=True):
        assert lane.phase == "finished"
        np.testing.assert_array_equal(lane.losses, alone(plan).losses)
        assert len(session.curves_of(lane.run).losses) == 300


def test_runs_that_train_in_turn_keep_abreast(qtbot, session: Session) -> None:
    session.race([Plan("a", LONG), Plan("b", LONG.replace(seed=7))])
    wait_for_iteration(qtbot, session, 400)
    session.pause()
    settle(qtbot, session)
    one, other = (lane.iteration for lane in session.lanes)
    assert abs(one - other) < 0.5 * max(one, other)


def test_runs_one_after_the_other_wait_for_each_other(qtbot, session: Session) -> None:
    session.race([RELU, Plan("b", LONG)], in_turn=False)
    qtbot.waitUntil(lambda: any(lane.iteration for lane in session.lanes[1:]), timeout=20_000)
    assert session.lanes[0].phase == "finished"
    session.stop()
    settle(qtbot, session)
    assert session.state is State.FINISHED


def test_another_run_of_a_race_can_be_shown(qtbot, session: Session) -> None:
    session.race([RELU, SIGMOID])
    wait_for(qtbot, session, State.FINISHED)
    session.show_lane(session.lanes[1].run)
    settle(qtbot, session)
    assert session.snapshot.config.activation == session.config.activation == "sigmoid"
    assert session.state is State.FINISHED
    session.seek(10)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 10, timeout=20_000)
    np.testing.assert_array_equal(
        session.snapshot.params["W1"], alone(SIGMOID).timeline.state_at(10).params["W1"]
    )


def test_a_run_that_diverges_does_not_hold_up_the_others(qtbot, session: Session) -> None:
    broken = Plan("high", SMALL.replace(learning_rate=1.0, weight_decay=10.0))
    session.race([broken, RELU])
    qtbot.waitUntil(lambda: session.state is State.FAILED, timeout=20_000)
    assert [lane.phase for lane in session.lanes] == ["failed", "finished"]
    assert "stopped being finite" in session.message


@pytest.mark.parametrize("in_turn", [True, False])
def test_a_race_is_gone_on_with_though_the_shown_run_has_ended(
    qtbot, session: Session, in_turn: bool
) -> None:
    session.race([RELU, Plan("b", LONG)], in_turn=in_turn)
    qtbot.waitUntil(
        lambda: bool(session.lanes) and session.lanes[0].phase == "finished", timeout=20_000
    )
    session.pause()
    settle(qtbot, session)
    assert session.state is State.PAUSED
    before = session.lanes[1].iteration
    session.resume()
    qtbot.waitUntil(lambda: session.lanes[1].iteration > before, timeout=20_000)
    assert session.state is State.RUNNING


def test_a_run_of_a_race_that_waits_for_another_takes_no_time(qtbot, session: Session) -> None:
    session.set_pace(20.0)
    session.race([Plan("a", LONG), Plan("b", LONG.replace(seed=7))])
    wait_for_iteration(qtbot, session, 5)
    lanes = session._worker._lanes
    calls: list[float | None] = []
    advance = lanes.advance

    def counted(pace: float | None) -> None:
        calls.append(pace)
        advance(pace)

    lanes.advance = counted
    lanes._lanes[0].restart_clock()  # one is behind, but not due; the other is due, but ahead
    reached = session.lanes[0].iteration + 5
    wait_for_iteration(qtbot, session, reached)
    assert len(calls) < 100


def test_the_digits_are_those_of_the_shown_run(qtbot, session: Session, tmp_path) -> None:
    images = np.zeros((30, 784), np.uint8)
    labels = np.arange(30, dtype=np.uint8) % 10
    few = Dataset("few", images, labels, images, labels)
    load = lane_maker.load_dataset
    with mock.patch.object(lane_maker, "load_dataset", lambda n: few if n == "few" else load(n)):
        session.race([RELU, Plan("few", SMALL.replace(data="few"))])
        wait_for(qtbot, session, State.FINISHED)
    assert session.size("train") == 9000
    session.show_lane(session.lanes[1].run)
    settle(qtbot, session)
    assert session.size("train") == 30
    session.show_lane(session.lanes[0].run)
    settle(qtbot, session)
    assert session.size("train") == 9000


def test_a_race_has_two_to_four_runs(session: Session) -> None:
    with pytest.raises(ValueError, match="a race has 2 to 4 runs, not 1"):
        session.race([RELU])
    with pytest.raises(ValueError, match="a race has 2 to 4 runs, not 5"):
        session.race([RELU] * 5)


def test_changes_of_a_plan_are_made_on_its_way(qtbot, session: Session) -> None:
    changes = (Event(0, "batch_size", 30), Event(40, "learning_rate", 0.5))
    session.begin(Plan("changed", SMALL, changes))
    wait_for(qtbot, session, State.FINISHED)
    assert session.snapshot.events == changes
    trainer = Trainer(SMALL, load_dataset("bundled"))
    trainer.change("batch_size", 30)
    for _ in range(40):
        next(trainer)
    trainer.change("learning_rate", 0.5)
    for _ in trainer:
        pass
    np.testing.assert_array_equal(session.snapshot.losses, trainer.losses)


def test_a_run_that_diverged_keeps_its_last_finite_state_and_can_be_branched_from(
    qtbot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss = Network.loss
    calls = iter(range(1000))

    def once_infinite(network: Network, *batch: np.ndarray) -> float:
        return float("inf") if next(calls) == 20 else loss(network, *batch)

    monkeypatch.setattr(Network, "loss", once_infinite)
    session.start(SMALL)
    wait_for(qtbot, session, State.FAILED)
    diverged = session.diverged
    assert (diverged.iteration, diverged.what, diverged.learning_rate) == (21, "the loss", 0.1)
    assert session.snapshot.iteration == 20
    session.branch(20)
    session.change("learning_rate", 0.01)
    session.resume()
    assert (session.state, session.diverged, session.message) == (State.RUNNING, None, "")
    wait_for(qtbot, session, State.FINISHED)
    assert session.live.iteration == 300
    assert session.live.events == (Event(20, "learning_rate", 0.01),)
    trainer = Trainer(SMALL, load_dataset("bundled"))
    for _ in range(20):
        next(trainer)
    trainer.change("learning_rate", 0.01)
    for _ in trainer:
        pass
    np.testing.assert_array_equal(session.live.losses, trainer.losses)
