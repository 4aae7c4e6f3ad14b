import pytest
from scripted_run import ScriptedRun
from test_timeline_bar import button, click, open_bar, text_of

from app.replay import LONGEST_TICK, Replay
from app.session import State


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def run() -> ScriptedRun:
    run = ScriptedRun(6000, 10_000, state=State.FINISHED)
    run.seek(1000)
    run.arrive()
    return run


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def replay(qtbot, run: ScriptedRun, clock: Clock):
    replay = Replay(run, clock=clock)
    yield replay
    replay.pause()


def test_it_goes_on_at_the_pace_of_training(replay: Replay, run: ScriptedRun, clock: Clock) -> None:
    replay.play()
    for now, iteration in ((0.1, 1010), (0.2, 1020), (0.3, 1030)):
        clock.now = now
        replay.tick()
        assert run.pinned == iteration
        run.arrive()


def test_without_a_pace_it_can_still_be_watched(replay, run, clock) -> None:
    run.pace = None
    replay.play()
    clock.now = 0.1
    replay.tick()
    assert run.pinned == 1100


def test_a_state_that_is_still_looked_for_is_waited_for(replay, run, clock) -> None:
    replay.play()
    clock.now = 0.1
    replay.tick()
    clock.now = 0.2
    replay.tick()
    assert run.pinned == 1010
    run.arrive()
    clock.now = 0.3
    replay.tick()
    assert run.pinned == 1020


def test_after_the_window_stood_still_nothing_is_skipped(replay, run, clock) -> None:
    replay.play()
    clock.now = 60.0
    replay.tick()
    assert run.pinned == 1000 + LONGEST_TICK * run.pace


def test_it_ends_where_the_run_does(replay, run, clock) -> None:
    run.seek(5995)
    run.arrive()
    replay.play()
    clock.now = 0.1
    replay.tick()
    assert run.pinned in (6000, None)
    assert not replay.playing


@pytest.mark.parametrize("where", ["seek", "live", "training"])
def test_it_ends_when_somebody_goes_elsewhere(replay, run, where: str) -> None:
    replay.play()
    assert replay.playing
    if where == "seek":
        run.seek(3)
    elif where == "live":
        run.jump_to_live()
    else:
        run.pinned = None
        run.go_into(State.RUNNING)
    assert not replay.playing


def test_it_plays_nothing_where_nothing_is_pinned(replay, run) -> None:
    run.jump_to_live()
    replay.play()
    assert not replay.playing


def test_play_in_the_past_of_a_run_that_stands_plays_it_again(qtbot, run: ScriptedRun) -> None:
    bar = open_bar(qtbot, run)
    assert button(bar, "timelinePlay").toolTip().startswith("Play the run from here")
    run.calls.clear()
    click(bar, "timelinePlay")
    assert button(bar, "timelinePlay").toolTip() == "Stay at this iteration"
    qtbot.waitUntil(lambda: run.pinned > 1000, timeout=5000)
    # While it plays, what is there stands with its own number: no flicker of dashes.
    assert text_of(bar, "timelineIteration") == "Iteration 1,000"
    assert text_of(bar, "timelineLoss") != "loss —"
    click(bar, "timelinePlay")
    assert button(bar, "timelinePlay").toolTip().startswith("Play the run from here")
    assert all(call[0] == "seek" for call in run.calls)


def test_a_state_that_can_not_be_found_is_told(qtbot, run: ScriptedRun) -> None:
    bar = open_bar(qtbot, run)
    run.seek_failed.emit("MemoryError: too much")
    assert text_of(bar, "timelineNote") == "✗ not found"
