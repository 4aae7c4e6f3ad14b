"""The view of the theatre: what wheel, drag, clicks and keys do in a picture."""

import pytest
from passes import a_frame, a_pass
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.graph_view.handles import SpotHandle
from app.graph_view.network_scene import NetworkScene
from app.graph_view.view import GraphView
from app.places import Place

SIZE = (792, 474)


@pytest.fixture
def view(qtbot):
    view = GraphView()
    view.reduced_motion = True
    qtbot.addWidget(view)
    view.resize(*SIZE)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.show_scene(NetworkScene(a_frame(a_pass(), 9)), Place())
    view.setFocus()
    return view


def turn(view, notches, point):
    event = QWheelEvent(
        QPointF(point),
        QPointF(view.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def taken(signal):
    got = []
    signal.connect(lambda *args: got.append(args[0] if len(args) == 1 else args))
    return got


def place_of(view, key):
    spot = next(spot for spot in view.scene.spots if spot.key == key)
    return view.camera.to_view(spot.rect)


def test_the_wheel_comes_closer_to_what_is_under_the_pointer(view):
    point = QPoint(300, 200)
    before = view.camera.to_scene(QPointF(point))
    turn(view, 2, point)
    assert view.camera.zoom == pytest.approx(1.44)
    assert (view.camera.to_scene(QPointF(point)) - before).manhattanLength() < 1e-6


def test_so_far_in_that_something_fills_the_view_it_is_opened(view):
    opened = taken(view.opened)
    point = place_of(view, "Relu1").center().toPoint()
    for _ in range(6):
        turn(view, 1, point)
        assert not opened
    turn(view, 1, point)
    assert opened == [Place("Relu1")]


def test_where_nothing_can_be_opened_the_wheel_only_enlarges(view):
    opened = taken(view.opened)
    point = place_of(view, "x").center().toPoint()
    for _ in range(20):
        turn(view, 1, point)
    assert not opened
    assert view.camera.zoom == view.camera.most


def test_far_enough_out_the_place_is_left_and_less_far_it_fits_again(view, qtbot):
    left = taken(view.left)
    turn(view, -1, QPoint(300, 200))
    assert view.camera.zoom < 1
    qtbot.waitUntil(lambda: view.camera.zoom == 1)
    assert not left
    for _ in range(3):
        turn(view, -1, QPoint(300, 200))
    assert len(left) == 1


def test_slow_turns_outwards_add_up_and_leave_though_the_picture_springs_back(view, qtbot):
    left = taken(view.left)
    for _ in range(3):
        assert not left
        turn(view, -1, QPoint(300, 200))
        qtbot.waitUntil(lambda: view.camera.zoom == 1)
    assert len(left) == 1
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Minus)
        qtbot.waitUntil(lambda: view.camera.zoom == 1)
    assert len(left) == 2


def test_turns_outwards_are_forgotten_after_a_while_and_by_a_turn_inwards(view, qtbot):
    left = taken(view.left)
    view._forgetting.setInterval(1)
    for _ in range(4):
        turn(view, -1, QPoint(300, 200))
        qtbot.waitUntil(lambda: view.camera.zoom == 1 and not view._forgetting.isActive())
    view._forgetting.setInterval(100_000)
    for _ in range(4):
        turn(view, -1, QPoint(300, 200))
        turn(view, 1, QPoint(300, 200))
    assert not left


def test_only_what_is_turned_beyond_the_whole_picture_counts(view):
    left = taken(view.left)
    turn(view, 3, QPoint(300, 200))
    for _ in range(5):
        turn(view, -1, QPoint(300, 200))
    assert not left
    turn(view, -1, QPoint(300, 200))
    assert len(left) == 1
    turn(view, 3, QPoint(300, 200))
    turn(view, -9, QPoint(300, 200))
    assert len(left) == 2


def test_a_double_click_opens(view):
    opened = taken(view.opened)
    frame = view.scene.frame
    QTest.mouseDClick(
        view, Qt.MouseButton.LeftButton, pos=frame.layout.rows.rect(7).center().toPoint()
    )
    QTest.mouseDClick(
        view, Qt.MouseButton.LeftButton, pos=frame.layout.affine1.topLeft().toPoint() + QPoint(9, 9)
    )
    assert opened == [Place("Relu1", 7), Place("Affine1")]


def test_a_click_chooses_and_a_drag_does_not(view):
    clicked = taken(view.clicked)
    turn(view, 2, QPoint(400, 240))
    row = view.camera.to_view(view.scene.frame.layout.rows.rect(25)).center().toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=row)
    assert [spot.unit for spot in clicked] == [25]
    offset = view.camera.offset
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=row)
    QTest.mouseMove(view, row + QPoint(10, 5))
    QTest.mouseMove(view, row + QPoint(30, 12))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=row + QPoint(30, 12))
    assert view.camera.offset != offset
    assert len(clicked) == 1


def test_keys_zoom_fit_and_go_up(view):
    left = taken(view.left)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.camera.zoom == pytest.approx(1.25)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.camera.zoom == 1
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert len(left) == 2


def test_up_and_down_move_the_unit_and_with_shift_the_class(view):
    moved = taken(view.moved)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert moved == [(1, False), (-1, True)]


def tab(view, times=1):
    for _ in range(times):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)


def test_tab_goes_through_the_spots_in_reading_order(view):
    names = []
    for _ in view.scene.spots:
        tab(view)
        handle = QApplication.focusWidget()
        assert isinstance(handle, SpotHandle)
        assert handle.accessibleName()
        assert handle.geometry() == view.camera.to_view(handle.spot.rect).toAlignedRect()
        names.append(handle.spot.key)
    assert names == [spot.key for spot in view.scene.spots]


def test_enter_opens_the_spot_that_has_the_focus(view):
    opened = taken(view.opened)
    handle = next(h for h in view.findChildren(SpotHandle) if h.spot.key == "Affine2")
    handle.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Return)
    assert opened == [Place("Affine2")]


def test_arrow_keys_go_from_cell_to_cell_and_the_number_can_be_copied(view):
    clicked = taken(view.clicked)
    handle = next(h for h in view.findChildren(SpotHandle) if h.spot.key == "W2")
    handle.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(handle, key)
    assert view.spot.weight.index == (1, 1)
    assert clicked[-1] == view.spot
    assert "W2[1,1]" in handle.accessibleName()
    QTest.keyClick(handle, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    gradient = view.scene.frame.trace.values["dW2"][1, 1]
    assert QGuiApplication.clipboard().text() == str(gradient).replace("-", "−")


def test_the_focus_stays_on_its_spot_when_the_pass_goes_on(view):
    handle = next(h for h in view.findChildren(SpotHandle) if h.spot.key == "edge1")
    handle.setFocus()
    before = handle.accessibleName()
    view.show_scene(NetworkScene(a_frame(a_pass(), 3)), Place())
    assert QApplication.focusWidget() is handle
    assert handle.spot.key == "edge1"
    assert handle.accessibleName() != before


def test_a_right_click_offers_what_can_be_done(view, qtbot):
    opened, clicked = taken(view.opened), taken(view.clicked)
    layout = view.scene.frame.layout
    for point, texts in (
        (layout.rows.rect(7).center().toPoint(), ["Open", "Copy the number in full"]),
        (layout.dw2.rect.center().toPoint(), ["Follow this weight", "Copy the number in full"]),
    ):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.mapToGlobal(point))
        QApplication.sendEvent(view, event)
        menu = QApplication.activePopupWidget()
        actions = [a for a in menu.actions() if not a.isSeparator()]
        assert [a.text() for a in actions] == [*texts, "Fit the picture"]
        for action in actions:
            action.trigger()
        menu.close()
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert opened == [Place("Relu1", 7)]
    assert [spot.weight.parameter for spot in clicked] == ["W2"]
    assert QGuiApplication.clipboard().text() == clicked[0].number


def test_what_shows_a_value_can_be_lit_from_outside(view):
    before = view.grab().toImage()
    view.light(frozenset({"dW2"}))
    assert view.grab().toImage() != before
    view.light(frozenset())
    assert view.grab().toImage() == before


def test_another_place_is_travelled_to_and_at_once_where_motion_is_reduced(view, qtbot):
    deeper = NetworkScene(a_frame(a_pass("sigmoid"), 9))
    view.show_scene(deeper, Place("Relu1"))
    assert not view._transition.running
    view.reduced_motion = False
    view.show_scene(NetworkScene(a_frame(a_pass(), 9)), Place())
    assert view._transition.running
    qtbot.waitUntil(lambda: not view._transition.running)


@pytest.mark.parametrize("part", ["paint_still", "paint_moving"])
def test_no_painter_is_left_at_work_by_an_error_while_painting(view, part, monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(NetworkScene, part, fail)
        view.show_scene(NetworkScene(a_frame(a_pass(), 3)), Place())
        with pytest.raises(ZeroDivisionError) as error:
            view.repaint()
    found = [f.frame.f_locals["painter"] for f in error.traceback if "painter" in f.frame.f_locals]
    assert found
    assert not any(painter.isActive() for painter in found)


def test_resizing_fits_the_picture_again(view):
    view.resize(600, 400)
    view.show_scene(NetworkScene(a_frame(a_pass(), 9, size=(600, 400))), Place())
    assert view.camera.scale == 1
    assert view.camera.view == (600, 400)


def test_a_message_takes_the_place_of_a_picture(view):
    view.show_message("The digits are being loaded.")
    assert view.scene is None
    assert view.spot is None
    assert view.accessibleDescription() == "The digits are being loaded."
    turn(view, 3, QPoint(100, 100))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.keyClick(view, Qt.Key.Key_Down)
    view.grab()
