from itertools import pairwise

import pytest
from passes import a_pass
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton

from app.playback import Playback
from app.widgets.step_chips import StepChips
from app.widgets.transport import Caption, Transport


@pytest.fixture
def playback():
    playback = Playback()
    playback.set_steps(a_pass().steps)
    return playback


@pytest.fixture
def transport(qtbot, playback):
    transport = Transport(playback)
    qtbot.addWidget(transport)
    transport.resize(836, 112)
    transport.show()
    return transport


def click(transport, name):
    button = transport.findChild(QToolButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def text(transport, name="passStepLabel"):
    return transport.findChild(QLabel, name).text()


def test_every_button_does_what_it_says(transport, playback):
    visited = []
    for name in (
        "passForward",
        "passForward",
        "passBack",
        "passLast",
        "passPreviousLayer",
        "passFirst",
        "passNextLayer",
    ):
        click(transport, name)
        visited.append(playback.position)
    assert visited == [1, 2, 1, 14, 13, 0, 1]
    click(transport, "passPlay")
    assert playback.playing
    click(transport, "passPlay")
    assert not playback.playing


def test_it_says_where_it_stands_and_what_ran(transport, playback):
    assert text(transport) == "Step 0 of 14"
    playback.jump(9)
    assert text(transport) == "Step 9 of 14"
    assert text(transport, "passCaption") == "Relu1.backward: closed gates block dout"


def test_a_button_that_leads_nowhere_is_disabled(transport, playback):
    for name in ("passFirst", "passBack", "passPreviousLayer"):
        assert not transport.findChild(QToolButton, name).isEnabled()
    playback.last()
    for name in ("passLast", "passForward", "passNextLayer"):
        assert not transport.findChild(QToolButton, name).isEnabled()
    assert transport.findChild(QToolButton, "passPlay").isEnabled()


def test_the_play_button_becomes_pause(transport, playback):
    button = transport.findChild(QToolButton, "passPlay")
    assert "Play" in button.accessibleName()
    playback.play()
    assert "Pause" in button.accessibleName()


def test_every_button_tells_its_key(transport):
    keys = {
        "passFirst": "Home",
        "passPreviousLayer": "[",
        "passBack": "Left",
        "passPlay": "Space",
        "passForward": "Right",
        "passNextLayer": "]",
        "passLast": "End",
    }
    for name, key in keys.items():
        button = transport.findChild(QToolButton, name)
        assert f"({key})" in button.toolTip()
        assert button.size().toTuple() == (32, 32)


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0, 4.0])
def test_a_segment_sets_the_speed(transport, playback, speed):
    from PySide6.QtWidgets import QPushButton

    button = transport.findChild(QPushButton, f"passSpeed_{speed:g}")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert playback.speed == speed


def test_a_click_on_a_chip_jumps_to_its_first_step(transport, playback):
    chips = transport.findChild(StepChips)
    for rect, position in zip(chips.chip_rects(), (1, 2, 3, 4, 5, 6, 9, 10, 13), strict=True):
        QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
        assert playback.position == position


def test_a_click_beside_the_chips_does_nothing(transport, playback):
    chips = transport.findChild(StepChips)
    QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert playback.position == 0


def test_chips_stand_in_a_row_inside_the_widget(transport):
    for activation in ("relu", "sigmoid"):
        transport._playback.set_steps(a_pass(activation).steps)
        chips = transport.findChild(StepChips)
        rects = chips.chip_rects()
        assert rects[-1].right() <= chips.width()
        for a, b in pairwise(rects):
            assert a.right() < b.left()


def test_chips_are_reached_and_used_by_keyboard(transport, playback, qtbot):
    playback.jump(9)
    chips = transport.findChild(StepChips)
    chips.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chips, Qt.Key.Key_Left)
    assert "Affine2 backward" in chips.accessibleDescription()
    assert playback.position == 9
    QTest.keyClick(chips, Qt.Key.Key_Return)
    assert playback.position == 6


def caption(transport):
    return transport.findChild(Caption, "passCaption")


def test_a_long_caption_keeps_to_two_lines(transport, playback):
    playback.jump(4)
    assert caption(transport).height() == 32
    assert caption(transport).toolTip() == caption(transport).text()
    assert len(caption(transport).shown_lines()) <= 2


@pytest.mark.parametrize("width", [692, 724, 824, 836, 1144])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_no_word_of_a_caption_is_cut_at_the_edge(transport, playback, width, activation):
    playback.set_steps(a_pass(activation).steps)
    transport.resize(width, 112)
    QApplication.processEvents()
    for position in range(15):
        playback.jump(position)
        shown = caption(transport)
        metrics = QFontMetricsF(shown.painted_font())
        for line in shown.shown_lines():
            assert metrics.horizontalAdvance(line) <= shown.width()
    assert transport.minimumSizeHint().width() <= 724


@pytest.mark.parametrize(("width", "most"), [(724, 3), (824, 0), (836, 0)])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_sentence_of_a_step_is_told_whole(transport, playback, width, most, activation):
    playback.set_steps(a_pass(activation).steps)
    transport.resize(width, 112)
    QApplication.processEvents()
    cut = []
    for position in range(15):
        playback.jump(position)
        text = " ".join(caption(transport).shown_lines())
        if "…" in text:
            cut.append(text)
    assert len(cut) <= most, cut


def test_where_there_is_little_room_the_sentence_begins_with_what_happens(transport, playback):
    playback.jump(11)
    long = "Affine1.backward: a weight's gradient is its input times the gradient of its unit"
    assert caption(transport).text() == long
    transport.resize(1144, 112)
    QApplication.processEvents()
    assert " ".join(caption(transport).shown_lines()) == long
    transport.resize(836, 112)
    QApplication.processEvents()
    assert " ".join(caption(transport).shown_lines()) == (
        "A weight's gradient is its input times the gradient of its unit"
    )
    assert caption(transport).toolTip() == long


def test_a_small_window_has_smaller_buttons_that_all_show(transport, playback):
    for width in (836, 724, 836):
        transport.resize(width, 112)
        QApplication.processEvents()
        buttons = transport.findChildren(QToolButton)
        assert {button.width() for button in buttons} == {28 if width < 780 else 32}
        for button in transport.findChildren(QPushButton):
            wide = button.fontMetrics().horizontalAdvance(button.text())
            assert button.width() >= wide + 2
        image = transport.findChild(QPushButton, "passSpeed_0.25").grab().toImage()
        inked = [
            x
            for x in range(image.width())
            if any(image.pixelColor(x, y).lightness() > 60 for y in range(4, 18))
        ]
        assert inked[-1] - inked[0] >= 29  # from the 0 to the × nothing is cut off


def test_a_chip_that_is_too_narrow_for_its_title_says_what_kind_it_is(qtbot):
    from app.passes import staged_graph
    from app.staging import Shop
    from bpcore.graph.trace import trace_graph

    playback = Playback()
    steps = trace_graph(staged_graph(Shop())).steps
    playback.set_steps(steps, {"apple cost": "apple cost"}, {"apple cost": "×"})
    chips = StepChips(playback)
    qtbot.addWidget(chips)
    said = {}
    for width in (792, 200):
        chips.resize(width, chips.height())
        said[width] = [text for _, text in chips.texts()]
    assert said[792][0] == "apple cost"
    assert said[200][0] == "×"
