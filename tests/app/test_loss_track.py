"""Going through a run by dragging and by keys: what the track asks of the session, and when."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from run_curves import CHANGES
from scripted_run import ScriptedRun

from app import formatting
from app.session import State
from app.widgets.loss_track import LossTrack
from app.widgets.track_painter import Sparkline, TrackPicture
from bpcore.series import Series

DONE, TOTAL = 6000, 10_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def run() -> ScriptedRun:
    return ScriptedRun(DONE, TOTAL, events=CHANGES)


@pytest.fixture
def track(qtbot, run: ScriptedRun) -> LossTrack:
    track = LossTrack(run)
    run.pin_changed.connect(track.refresh)
    run.live_changed.connect(track.refresh)
    qtbot.addWidget(track)
    track.resize(776, 72)
    track.show()
    track.activateWindow()
    qtbot.waitUntil(track.isActiveWindow)
    return track


class Painted(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def place_of(track: LossTrack, iteration: int) -> QPoint:
    return QPoint(round(track.x_of(iteration)), 30)


def key(track: LossTrack, key: Qt.Key, shift: bool = False) -> None:
    QTest.keyClick(
        track,
        key,
        Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier,
    )


# Dragging


def test_a_press_asks_for_the_iteration_under_it(track: LossTrack, run: ScriptedRun) -> None:
    QTest.mouseClick(track, LEFT, pos=place_of(track, 2000))
    (asked,) = run.asked
    assert asked == ("seek", pytest.approx(2000, abs=7), True)


def test_each_move_of_a_drag_asks_and_letting_go_asks_for_nothing_more(track, run) -> None:
    QTest.mousePress(track, LEFT, pos=place_of(track, 1000))
    for iteration in (1500, 2500, 800):
        QTest.mouseMove(track, place_of(track, iteration))
    asked = [call[1] for call in run.asked]
    assert asked == [pytest.approx(i, abs=7) for i in (1000, 1500, 2500, 800)]
    QTest.mouseRelease(track, LEFT, pos=place_of(track, 800))
    QTest.mouseMove(track, place_of(track, 3000))
    assert run.asked == []


def test_a_press_on_the_handle_takes_it_without_moving(track, run) -> None:
    handle = place_of(track, DONE) + QPoint(3, 0)
    QTest.mousePress(track, LEFT, pos=handle)
    assert run.asked == []
    QTest.mouseMove(track, handle - QPoint(100, 0))
    (asked,) = run.asked
    assert asked[1] == pytest.approx(track.iteration_at(track.x_of(DONE) - 100), abs=7)
    QTest.mouseRelease(track, LEFT)


@pytest.mark.parametrize("beside", [-3, 0, 3, 200, 500])
def test_at_the_end_of_the_run_and_beyond_it_is_followed_again(track, run, beside: int) -> None:
    QTest.mousePress(track, LEFT, pos=place_of(track, 1000))
    QTest.mouseMove(track, place_of(track, DONE) + QPoint(beside, 0))
    assert run.pinned is None
    assert run.asked[-1] == ("live",)
    QTest.mouseMove(track, place_of(track, 3000))
    assert run.pinned == pytest.approx(3000, abs=7)
    QTest.mouseRelease(track, LEFT)


def test_left_of_the_bar_is_the_beginning(track, run) -> None:
    QTest.mousePress(track, LEFT, pos=place_of(track, 1000))
    QTest.mouseMove(track, QPoint(-40, 30))
    assert run.pinned == 0
    QTest.mouseRelease(track, LEFT)


def test_another_button_of_the_mouse_does_nothing(track, run) -> None:
    QTest.mouseClick(track, Qt.MouseButton.RightButton, pos=place_of(track, 2000))
    assert run.asked == []


def test_a_run_that_did_nothing_yet_has_no_past(qtbot) -> None:
    run = ScriptedRun(0, TOTAL, state=State.IDLE)
    track = LossTrack(run)
    qtbot.addWidget(track)
    track.resize(776, 72)
    QTest.mouseClick(track, LEFT, pos=QPoint(400, 30))
    key(track, Qt.Key.Key_Left)
    assert all(call[0] in ("live", "seek") for call in run.asked)
    assert run.pinned in (None, 0)
    track.grab()


# Keys


@pytest.mark.parametrize(
    ("pressed", "shift", "expected"),
    [
        (Qt.Key.Key_Left, False, 2999),
        (Qt.Key.Key_Right, False, 3001),
        (Qt.Key.Key_Down, False, 2999),
        (Qt.Key.Key_Up, False, 3001),
        (Qt.Key.Key_Left, True, 2900),
        (Qt.Key.Key_Right, True, 3100),
        (Qt.Key.Key_PageUp, False, 2000),
        (Qt.Key.Key_PageDown, False, 4000),
        (Qt.Key.Key_Home, False, 0),
    ],
)
def test_keys_go_through_the_run(track, run, pressed, shift: bool, expected: int) -> None:
    run.seek(3000)
    run.arrive()
    run.calls.clear()
    key(track, pressed, shift)
    assert run.asked == [("seek", expected, False)]


@pytest.mark.parametrize("pressed", [Qt.Key.Key_End, Qt.Key.Key_Escape])
def test_end_and_escape_follow_the_run(track, run, pressed) -> None:
    run.seek(3000)
    run.calls.clear()
    key(track, pressed)
    assert run.asked == [("live",)]


def test_keys_held_down_go_on_from_what_is_wanted_not_from_what_came_so_far(track, run) -> None:
    for _ in range(5):
        key(track, Qt.Key.Key_Left)
    assert [call[1] for call in run.asked] == [5999, 5998, 5997, 5996, 5995]


def test_a_step_beyond_the_end_follows_the_run(track, run) -> None:
    run.seek(DONE - 1)
    run.calls.clear()
    key(track, Qt.Key.Key_Right)
    assert run.asked == [("live",)]


def test_keys_that_mean_nothing_here_go_on_to_the_window(track, run) -> None:
    for pressed, modifier in (
        (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier),
    ):
        QTest.keyClick(track, pressed, modifier)
    assert run.asked == []


# What is told and shown


def test_the_handle_is_at_what_is_wanted(track, run) -> None:
    assert track.picture.shown == DONE
    run.seek(2500)
    assert (track.picture.shown, track.picture.waiting) == (2500, True)
    run.arrive()
    assert (track.picture.shown, track.picture.waiting) == (2500, False)
    run.run_on(100)
    assert (track.picture.shown, track.picture.done) == (2500, DONE + 100)


def test_pointing_tells_iteration_loss_and_what_changed(track, run) -> None:
    x = track.x_of(5000)
    at = track.iteration_at(x)
    assert track.tip_at(x).split("\n") == [
        "iteration 5,000",
        f"loss {formatting.loss(run.loss_at(at))}",
        "learning rate 0.01 from 5,001 on",
    ]
    assert track.tip_at(track.x_of(8000)).split("\n") == ["iteration 8,000", "not run yet"]
    assert track.tip_at(track.x_of(0)) == "iteration 0"


def test_a_screen_reader_finds_a_slider_that_it_can_move(track, run) -> None:
    interface = QAccessible.queryAccessibleInterface(track)
    assert interface.role() == QAccessible.Role.Slider
    assert interface.text(QAccessible.Text.Name) == "Iteration that is shown"
    assert track.value() == DONE
    assert track.maximum() == TOTAL
    run.seek(2500)
    assert track.value() == 2500
    run.calls.clear()
    track.setValue(1200)  # what the interface's setCurrentValue does
    assert run.asked == [("seek", 1200, False)]
    track.setFocus()
    QApplication.processEvents()
    assert track.accessibleDescription() == "Iteration 1,200 of 10,000"


def test_what_is_shown_does_not_ask_for_anything(track, run) -> None:
    run.run_on(500)
    run.seek(10)
    run.arrive()
    run.jump_to_live()
    assert [call[0] for call in run.asked] == ["seek", "live"]


def test_the_sparkline_is_drawn_anew_only_when_the_run_went_on(track, run) -> None:
    track.grab()
    path = track._line.path
    run.seek(100)
    track.grab()
    assert track._line.path is path
    run.run_on(3)  # a fifth of a pixel
    track.grab()
    assert track._line.path is path
    run.run_on(50)
    track.grab()
    assert track._line.path is not path


def test_the_sparkline_does_not_move_before_the_change_that_moves_it() -> None:
    losses, line = Series(), Sparkline()
    losses.extend([0.5] * 3000 + [4.0] * 3000)
    picture = TrackPicture(QRectF(0, 0, 600, 40), 6000, 6000, 6000, changes=(3000,))
    line.update(losses, picture)
    points = [line.path.elementAt(n) for n in range(line.path.elementCount())]
    heights = {round(point.y, 6) for point in points if point.x < picture.x_of(3000)}
    assert len(heights) == 1


def test_only_what_can_be_seen_is_painted_again(track, run, qtbot) -> None:
    painted = Painted(track)
    track.refresh()
    QApplication.processEvents()

    def paints(act) -> bool:
        painted.count = 0
        act()
        QApplication.processEvents()
        return painted.count > 0

    assert not paints(lambda: run.run_on(3))  # a fifth of a pixel
    assert paints(lambda: run.run_on(50))
    assert paints(lambda: run.seek(100))
    assert paints(run.arrive)
    assert paints(run.jump_to_live)
