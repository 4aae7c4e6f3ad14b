"""Runs are saved by themselves, whatever the window does."""

from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QLabel
from run_sessions import LONG, Make
from small_runs import SMALL
from waiting import settle

from app.pages.train import TrainPage
from app.session import Session, State
from bpcore.run_file import load_run


def train_to(qtbot, session: Session, iteration: int) -> None:
    qtbot.waitUntil(lambda: session.snapshot.iteration >= iteration, timeout=20_000)


def saved_iterations(folder: Path) -> list[int]:
    return [load_run(path).iteration for path in sorted(folder.glob("*.chainlight"))]


def test_a_run_that_is_finished_is_saved(qtbot, make: Make, folder: Path) -> None:
    session = make()
    session.start()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    qtbot.waitUntil(lambda: saved_iterations(folder) == [300], timeout=20_000)
    (path,) = folder.glob("*.chainlight")
    recording = load_run(path)
    assert recording.config == SMALL
    np.testing.assert_array_equal(recording.losses, session.snapshot.losses)
    for name, array in recording.keyframes[-1].params.items():
        np.testing.assert_array_equal(array, session.snapshot.params[name])


def test_a_run_that_is_paused_is_saved_and_goes_on(qtbot, make: Make, folder: Path) -> None:
    session = make()
    session.start(LONG)
    train_to(qtbot, session, 20)
    session.pause()
    settle(qtbot, session)
    # Not just any file: on a slow machine there is one from before the pause.
    at = session.snapshot.iteration
    qtbot.waitUntil(lambda: saved_iterations(folder) == [at], timeout=20_000)
    session.resume()
    train_to(qtbot, session, session.snapshot.iteration + 20)


def test_closing_during_a_run_loses_nothing(qtbot, make: Make, folder: Path) -> None:
    session = make()
    session.start(LONG)
    train_to(qtbot, session, 20)
    seen = session.snapshot.iteration
    session.close()
    (iteration,) = saved_iterations(folder)
    assert iteration >= seen


def test_a_run_that_gives_way_to_another_is_saved(qtbot, make: Make, folder: Path) -> None:
    session = make()
    session.start(LONG)
    train_to(qtbot, session, 20)
    session.start(LONG.replace(seed=7))
    qtbot.waitUntil(
        lambda: session.snapshot.config.seed == 7 and session.snapshot.iteration > 0, timeout=20_000
    )
    session.close()
    seeds = {load_run(path).config.seed for path in folder.glob("*.chainlight")}
    assert seeds == {LONG.seed, 7}


def test_looking_at_a_fresh_network_saves_nothing(make: Make, folder: Path) -> None:
    session = make()
    session.reset(SMALL.replace(seed=3))
    session.close()
    assert not folder.exists()


def test_a_session_that_keeps_no_runs_saves_nothing(qtbot, make: Make, folder: Path) -> None:
    session = make(keep_runs=False)
    session.start()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    session.close()
    assert not folder.exists()


def test_a_run_that_can_not_be_saved_goes_on_and_says_so(qtbot, make: Make, folder: Path) -> None:
    folder.parent.write_text("in the way")
    session = make()
    page = TrainPage(session)
    qtbot.addWidget(page)
    session.start(LONG)
    train_to(qtbot, session, 20)
    session.pause()
    qtbot.waitUntil(lambda: session.notice != "", timeout=20_000)
    banner = page.findChild(QLabel, "runBannerText")
    assert banner.text().startswith(f"✗ The run is not saved. The folder {folder} can't be made")
    session.resume()
    train_to(qtbot, session, session.snapshot.iteration + 20)
    folder.parent.unlink()
    session.pause()
    qtbot.waitUntil(lambda: session.notice == "", timeout=20_000)
    assert len(saved_iterations(folder)) == 1
    assert not banner.text().startswith("✗")


def test_a_run_that_is_stepped_to_its_end_is_saved(qtbot, make: Make, folder: Path) -> None:
    session = make()
    session.step(300)
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    qtbot.waitUntil(lambda: saved_iterations(folder) == [300], timeout=20_000)


def test_the_reason_of_a_failure_stays_if_the_run_can_not_be_saved_either(
    qtbot, make: Make, folder: Path
) -> None:
    folder.parent.write_text("in the way")
    session = make()
    session.start(LONG.replace(learning_rate=1.0, weight_decay=10.0))
    qtbot.waitUntil(lambda: session.state is State.FAILED, timeout=20_000)
    qtbot.waitUntil(lambda: session.notice != "", timeout=20_000)
    assert "stopped being finite" in session.message


def test_that_a_run_is_lost_is_told_until_one_is_saved(qtbot, make: Make, folder: Path) -> None:
    folder.parent.write_text("in the way")
    session = make()
    session.start(LONG)
    train_to(qtbot, session, 20)
    session.pause()
    qtbot.waitUntil(lambda: session.notice != "", timeout=20_000)
    session.start(LONG.replace(seed=7))
    # Of a run that is paused before its first iteration there is nothing to save.
    qtbot.waitUntil(
        lambda: session.snapshot.config.seed == 7 and session.snapshot.iteration > 0, timeout=20_000
    )
    assert session.notice != ""
    folder.parent.unlink()
    session.pause()
    qtbot.waitUntil(lambda: session.notice == "", timeout=20_000)


def test_every_snapshot_carries_the_vitals_up_to_its_iteration(qtbot, make: Make) -> None:
    session = make()
    assert len(session.snapshot.vitals.iterations) == 0
    session.start()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    vitals = session.snapshot.vitals
    assert vitals.iterations[-1] == session.snapshot.iteration
    assert vitals.parameters == tuple(session.snapshot.params)
