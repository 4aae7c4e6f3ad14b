"""The timeline with a real run: what it says is what is shown, on every page."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from app import formatting
from app.main_window import MainWindow
from app.session import State
from app.widgets.loss_track import LossTrack

ITERATIONS = 400
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def trained(qtbot, window: MainWindow) -> MainWindow:
    session = window.session
    session.start(session.config.replace(iterations=ITERATIONS, hidden_sizes=(8,), batch_size=20))
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def track_of(window: MainWindow) -> LossTrack:
    return window.findChild(LossTrack, "lossTrack")


def text_of(window: MainWindow, name: str) -> str:
    return window.findChild(QLabel, name).text()


def said(window: MainWindow) -> tuple[int, str]:
    """Return the iteration and the loss that the timeline tells."""
    number = text_of(window, "timelineIteration").removeprefix("Iteration ").replace(",", "")
    return int(number), text_of(window, "timelineLoss").removeprefix("loss ")


def loss_of(window: MainWindow, iteration: int) -> str:
    losses = window.session.live.losses
    return formatting.loss(float(losses[iteration - 1]) if iteration else None)


def place_of(window: MainWindow, iteration: int) -> QPoint:
    return QPoint(round(track_of(window).x_of(iteration)), 30)


def arrive(qtbot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.session.replaying, timeout=20_000)


def test_wherever_the_handle_is_dragged_that_state_is_shown(qtbot, trained: MainWindow) -> None:
    session, track = trained.session, track_of(trained)
    timeline = session.timeline_of(session.shown_run)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=place_of(trained, 200))
    for iteration in (200, 20, 0, 333, 334, 61):
        QTest.mouseMove(track, place_of(trained, iteration))
        arrive(qtbot, trained)
        at = track.iteration_at(place_of(trained, iteration).x())
        assert said(trained) == (at, loss_of(trained, at))
        params = timeline.state_at(at).params
        for name, array in session.snapshot.params.items():
            assert np.array_equal(array, params[name])
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=place_of(trained, 61))
    QTest.mouseMove(track, place_of(trained, ITERATIONS))
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton)
    assert session.pinned is None
    assert said(trained) == (ITERATIONS, loss_of(trained, ITERATIONS))


def test_during_a_fast_drag_no_loss_stands_beside_another_iteration(qtbot, trained) -> None:
    session, track = trained.session, track_of(trained)
    heard: list[tuple[int, str]] = []

    def hear(*_: object) -> None:
        heard.append(said(trained))

    session.pin_changed.connect(hear)
    session.snapshot_changed.connect(hear)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=place_of(trained, 10))
    for iteration in range(10, 390, 9):
        QTest.mouseMove(track, place_of(trained, iteration))
        QApplication.processEvents()
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton)
    arrive(qtbot, trained)
    hear()
    assert len(heard) > 40
    for iteration, loss in heard:
        assert loss in ("—", loss_of(trained, iteration))
    assert heard[-1][1] != "—"


def test_keys_of_the_window_go_through_the_run_on_every_page(qtbot, trained) -> None:
    for page in range(4):
        trained.show_page(page)
        assert_keys_go_through_the_run(qtbot, trained)


def assert_keys_go_through_the_run(qtbot, trained: MainWindow) -> None:
    for key, modifiers, expected in (
        (Qt.Key.Key_Left, CTRL, ITERATIONS - 1),
        (Qt.Key.Key_Left, CTRL | SHIFT, ITERATIONS - 101),
        (Qt.Key.Key_Right, CTRL, ITERATIONS - 100),
        (Qt.Key.Key_Home, CTRL, 0),
        (Qt.Key.Key_Right, CTRL | SHIFT, 100),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.NoModifier, 101),
    ):
        QTest.keyClick(trained, key, modifiers)
        assert trained.session.pinned == expected
    arrive(qtbot, trained)
    assert said(trained) == (101, loss_of(trained, 101))
    QTest.keyClick(trained, Qt.Key.Key_I, CTRL)
    field = trained.findChild(QLineEdit, "timelineGoTo")
    QTest.keyClicks(field, "250")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert trained.session.pinned == 250
    QTest.keyClick(trained, Qt.Key.Key_End, CTRL)
    assert trained.session.pinned is None


def test_arrows_move_the_run_or_the_pass_wherever_the_focus_is(qtbot, trained) -> None:
    trained.show_page(1)
    playback = trained.backward_page.playback
    QTest.mouseClick(track_of(trained), Qt.MouseButton.LeftButton, pos=place_of(trained, 100))
    arrive(qtbot, trained)
    at, step = trained.session.pinned, playback.position
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert (trained.session.pinned, playback.position) == (at + 1, step)
    arrive(qtbot, trained)
    trained.backward_page.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert trained.session.pinned == at + 1
    assert playback.position != step


def test_a_branch_has_the_past_of_its_run_and_goes_its_own_way(qtbot, trained) -> None:
    session = trained.session
    session.seek(150)
    arrive(qtbot, trained)
    past = np.array(session.live.losses[:150])
    QTest.keyClick(trained, Qt.Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: session.live.iteration == 150, timeout=20_000)
    assert session.pinned is None
    assert text_of(trained, "timelineIteration") == "Iteration 150"
    session.change("learning_rate", 0.5)
    session.resume()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    assert np.array_equal(session.live.losses[:150], past)
    assert [(e.iteration, e.value) for e in session.curves.events] == [(150, 0.5)]
    x = track_of(trained).x_of(150)
    assert "learning rate 0.5 from 151 on" in track_of(trained).tip_at(x)
