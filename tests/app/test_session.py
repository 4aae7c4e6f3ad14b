import dataclasses
import threading

import numpy as np
import pytest
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.session import Example, Session, State
from app.theatre import Theatre
from bpcore.config import TrainingConfig
from bpcore.network import Network
from bpcore.training import Trainer

LONG = SMALL.replace(iterations=1_000_000)


def test_a_new_session_is_idle_with_the_initial_weights(session: Session) -> None:
    assert session.state is State.IDLE
    assert session.snapshot.iteration == 0
    fresh = Trainer(SMALL).network.params
    assert all(np.array_equal(session.snapshot.params[name], fresh[name]) for name in fresh)


def test_a_run_ends_finished_with_the_numbers_of_the_bare_trainer(qtbot, session: Session) -> None:
    session.start()
    assert session.state is State.RUNNING
    wait_for(qtbot, session, State.FINISHED)
    trainer = Trainer(SMALL)
    for _ in trainer:
        pass
    snapshot = session.snapshot
    assert np.array_equal(snapshot.losses, trainer.losses)
    assert snapshot.accuracies == tuple(trainer.accuracies)
    assert all(np.array_equal(snapshot.params[k], v) for k, v in trainer.network.params.items())


def test_pausing_stands_still_and_resuming_goes_on(qtbot, session: Session) -> None:
    session.start(LONG)
    wait_for_iteration(qtbot, session, 10)
    session.pause()
    settle(qtbot, session)
    stood_at = session.snapshot.iteration
    settle(qtbot, session)
    assert (session.state, session.snapshot.iteration) == (State.PAUSED, stood_at)
    session.resume()
    wait_for_iteration(qtbot, session, stood_at + 10)
    assert session.state is State.RUNNING


def test_a_pause_followed_at_once_by_a_resume_does_not_stay_paused(qtbot, session: Session) -> None:
    session.start(LONG)
    for _ in range(20):
        session.pause()
        session.resume()
    settle(qtbot, session)
    at = session.snapshot.iteration
    wait_for_iteration(qtbot, session, at + 50)
    assert session.state is State.RUNNING


def test_stepping_from_idle_does_so_many_iterations_and_pauses(qtbot, session: Session) -> None:
    session.step(7)
    settle(qtbot, session)
    assert (session.state, session.snapshot.iteration) == (State.PAUSED, 7)
    session.step()
    settle(qtbot, session)
    assert session.snapshot.iteration == 8


def test_stepping_over_the_end_finishes(qtbot, session: Session) -> None:
    session.step(SMALL.iterations + 5)
    wait_for(qtbot, session, State.FINISHED)
    assert session.snapshot.iteration == SMALL.iterations


def test_stopping_keeps_the_network_and_measures_its_accuracy(qtbot, session: Session) -> None:
    session.start(LONG)
    wait_for_iteration(qtbot, session, 5)
    session.stop()
    settle(qtbot, session)
    assert session.state is State.FINISHED
    assert session.snapshot.accuracies[-1].iteration == session.snapshot.iteration


def test_resetting_returns_to_the_first_weights(qtbot, session: Session) -> None:
    before = session.snapshot.params["W1"]
    session.step(5)
    settle(qtbot, session)
    assert not np.array_equal(session.snapshot.params["W1"], before)
    session.reset()
    settle(qtbot, session)
    assert session.state is State.IDLE
    assert session.snapshot.iteration == 0
    assert np.array_equal(session.snapshot.params["W1"], before)
    assert len(session.losses) == 0


def test_what_makes_no_sense_in_a_state_does_nothing(session: Session) -> None:
    for intent in (session.pause, session.resume, session.stop):
        intent()
        assert session.state is State.IDLE


def test_divergence_fails_with_a_sentence_and_the_next_start_works(
    qtbot, session: Session, monkeypatch
) -> None:
    monkeypatch.setattr(Network, "loss", lambda *_args: float("inf"))
    session.start()
    wait_for(qtbot, session, State.FAILED)
    assert "iteration 1," in session.message
    assert "learning rate 0.1" in session.message
    monkeypatch.undo()
    session.start()
    assert session.message == ""
    wait_for(qtbot, session, State.FINISHED)


def test_an_exception_in_the_worker_fails_with_a_sentence(qtbot, session, monkeypatch) -> None:
    def broken(_trainer: Trainer) -> None:
        raise RuntimeError("the engine fell over")

    monkeypatch.setattr(Trainer, "__next__", broken)
    session.start()
    wait_for(qtbot, session, State.FAILED)
    assert "the engine fell over" in session.message
    monkeypatch.undo()
    session.start()
    wait_for(qtbot, session, State.FINISHED)


def test_a_folder_without_the_files_fails_naming_it(qtbot, session: Session, tmp_path) -> None:
    session.start(SMALL.replace(data=str(tmp_path)))
    wait_for(qtbot, session, State.FAILED)
    assert str(tmp_path) in session.message


def test_the_learning_rate_changes_during_a_run(qtbot, session: Session) -> None:
    session.step(3)
    session.change("learning_rate", 0.5)
    session.step(3)
    settle(qtbot, session)
    trainer = Trainer(SMALL)
    for _ in range(3):
        next(trainer)
    trainer.change("learning_rate", 0.5)
    for _ in range(3):
        next(trainer)
    assert np.array_equal(session.snapshot.losses, trainer.losses)
    assert session.snapshot.config.learning_rate == session.config.learning_rate == 0.5


def test_a_change_while_paused_is_published(qtbot, session: Session) -> None:
    session.step(3)
    session.change("learning_rate", 0.5)
    settle(qtbot, session)
    assert session.snapshot.config.learning_rate == 0.5


def test_a_change_that_comes_after_the_end_is_none_of_the_run(qtbot, session: Session) -> None:
    session.start()
    session._worker.wait(1)
    lane_of = session._worker._lanes.lane
    while (lane := lane_of(session.shown_run)) is None or not lane.is_complete:
        session._worker.wait(1)  # the session does not read its mail meanwhile
    session.change("learning_rate", 0.5)
    wait_for(qtbot, session, State.FINISHED)
    assert session.config == session.snapshot.config == SMALL


def test_a_learning_rate_out_of_range_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="learning_rate must be a number from"):
        session.change("learning_rate", -1.0)
    assert session.config.learning_rate == SMALL.learning_rate


@pytest.mark.parametrize("pace", [60.0, 250.0])
def test_training_is_held_to_the_pace(qtbot, session: Session, pace: float) -> None:
    session.set_pace(pace)
    session.start(LONG)
    wait_for_iteration(qtbot, session, int(pace / 4))
    snapshot = session.snapshot
    # A loaded machine may be slower than asked; never faster.
    assert snapshot.iteration / snapshot.elapsed < pace * 1.2


def test_a_pace_must_be_above_zero(session: Session) -> None:
    with pytest.raises(ValueError, match="pace must be above 0"):
        session.set_pace(0.0)


def test_snapshots_do_not_change_after_they_are_published(qtbot, session: Session) -> None:
    session.step(5)
    settle(qtbot, session)
    early = session.snapshot
    losses, weights = early.losses.copy(), early.params["W1"].copy()
    session.step(50)
    settle(qtbot, session)
    assert np.array_equal(early.losses, losses)
    assert np.array_equal(early.params["W1"], weights)
    with pytest.raises(ValueError, match="read-only"):
        early.params["W1"][0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        early.losses[0] = 1


def test_a_prediction_is_that_of_the_published_network(qtbot, session: Session) -> None:
    session.step(100)
    settle(qtbot, session)
    example = session.example("test", 3)
    prediction = session.predict(example.image)
    network = Network.from_params(session.snapshot.params, "relu")
    assert prediction.digit == network.predict(example.image / np.float32(255)).argmax()
    assert prediction.iteration == 100
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_a_trace_is_of_the_published_network(qtbot, session: Session) -> None:
    session.step(20)
    settle(qtbot, session)
    example = session.example("train", 5)
    trace = session.passes().trace(example)
    assert np.array_equal(trace.values["W1"], session.snapshot.params["W1"])
    assert trace.values["t"][0].argmax() == example.label
    assert trace.learning_rate == SMALL.learning_rate


def test_a_network_that_overflowed_gives_no_prediction_and_no_trace(session: Session) -> None:
    huge = {name: np.full_like(array, 3e38) for name, array in session.snapshot.params.items()}
    session.readers.take_snapshot(dataclasses.replace(session.snapshot, params=huge))
    example = session.example("test", 0)
    assert session.predict(example.image) is None
    assert session.passes().trace(example) is None


def test_the_next_mistake_is_one_and_none_lies_between(qtbot, session: Session) -> None:
    session.step(SMALL.iterations)
    wait_for(qtbot, session, State.FINISHED)
    found: list[Example] = []
    session.mistake_found.connect(found.append)
    with qtbot.waitSignal(session.mistake_found):
        session.find_mistake("test", 10)
    example = found[0]
    assert session.predict(example.image).digit != example.label
    for index in range(11, example.index):
        between = session.example("test", index)
        assert session.predict(between.image).digit == between.label


def test_only_the_latest_search_is_answered(qtbot, session: Session) -> None:
    found: list[Example] = []
    session.mistake_found.connect(found.append)
    for after in range(5):
        session.find_mistake("test", after)
    settle(qtbot, session)
    assert len(found) == 1


def test_examples_out_of_range_are_none(session: Session) -> None:
    assert session.size("train") == 9000
    assert session.example("train", 9000) is None
    assert session.example("test", -1) is None


def test_a_closed_session_leaves_no_thread(qtbot) -> None:
    session = Session(LONG)
    session.start()
    qtbot.waitUntil(lambda: session.snapshot is not None, timeout=20_000)
    assert session.close()
    assert not session._worker.isRunning()


def test_losses_of_any_thread_arrive_in_the_gui_thread(qtbot, session: Session) -> None:
    threads = set()
    session.snapshot_changed.connect(lambda _snapshot: threads.add(threading.get_ident()))
    session.start()
    wait_for(qtbot, session, State.FINISHED)
    assert threads == {threading.get_ident()}


def test_config_defaults_are_the_books() -> None:
    config = TrainingConfig()
    assert (config.hidden_sizes, config.batch_size, config.learning_rate) == ((50,), 100, 0.1)


def test_the_unit_that_is_looked_at_by_chance_can_be_chosen_to_stay(session: Session) -> None:
    theatre = Theatre(session)
    session.select_unit(0)  # it is that already, but nobody has chosen it
    for index in range(3):
        theatre.stage(session.example("test", index))
        assert theatre.unit == session.unit == 0
