"""Detective mode as one plays it, with the mouse: what is said, what it costs, how it ends."""

import numpy as np
import pytest
from detective_game import begin
from detectives import PARAMETERS, SUSPECTS, hide, suspect
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from app import bug_words
from app.formatting import EM_DASH
from app.widgets.detective_log import DiffLines
from app.widgets.detective_panel import DetectivePanel


@pytest.fixture
def game(qtbot):
    def begin_with(layer="Relu1", key="mask_forgotten", height=560):
        return begin(qtbot, layer, key, height)

    return begin_with


# What is there to play with.


def test_until_a_case_is_there_nothing_can_be_done(qtbot) -> None:
    panel = DetectivePanel()
    qtbot.addWidget(panel)
    panel.show()
    assert panel.findChild(QLabel, "detectiveScore").text() == EM_DASH
    enabled = [b.objectName() for b in panel.findChildren(QPushButton) if b.isVisible()]
    enabled = [name for name in enabled if panel.findChild(QPushButton, name).isEnabled()]
    assert enabled == []


def test_a_case_begins_with_all_points_all_suspects_and_the_price_of_a_mistake(game) -> None:
    game = game()
    assert game.text("detectiveScore") == "100"
    assert game.text("detectiveLeft") == f"{len(SUSPECTS)} of {len(SUSPECTS)} suspects left"
    said = " ".join(label.text() for label in game.panel.findChildren(QLabel))
    assert "A wrong accusation costs 20, even if half of it is right." in said
    assert not game.button("accuseButton").isEnabled()


def test_the_layer_is_chosen_first_and_then_a_mistake_that_can_be_in_it(game) -> None:
    game = game()
    assert not game.box("guessBug").isEnabled()
    game.choose("guessLayer", "Affine2")
    box = game.box("guessBug")
    shown = [(box.itemData(n), box.itemText(n)) for n in range(box.count())]
    fitting = [each.key for each in SUSPECTS if each.layer == "Affine2"]
    assert shown == [(key, bug_words.name_of(key, "Affine2")) for key in fitting]
    assert box.currentIndex() == -1
    assert not game.button("accuseButton").isEnabled()
    game.choose("guessBug", "mean_for_db")
    assert game.button("accuseButton").isEnabled()


def test_a_mistake_that_fits_the_next_layer_too_stays_chosen(game) -> None:
    game = game()
    game.choose("guessLayer", "Affine2")
    game.choose("guessBug", "mean_for_db")
    game.choose("guessLayer", "Affine1")
    assert game.box("guessBug").currentData() == "mean_for_db"
    game.choose("guessLayer", "Relu1")
    assert game.box("guessBug").currentData() is None


# What an accusation finds.


def test_a_wrong_accusation_says_so_costs_points_and_rules_the_layer_out(game) -> None:
    game = game()
    game.accuse_with_mouse("Affine1", "mean_for_db")
    assert game.text("detectiveNews") == (
        "✗ No: Affine1 is innocent, and the mistake is another one."
    )
    assert game.text("detectiveScore") == "80"
    assert game.log() == ["✗ Affine1 | ✗ mean, not sum, for db1 | −20"]
    box = game.box("guessLayer")
    assert box.currentIndex() == -1
    assert box.itemText(box.findData("Affine1")) == "✗ Affine1"
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert box.currentData() == "Relu1"


def test_the_list_of_suspects_holds_those_that_are_left(game) -> None:
    game = game("Affine2", "mean_for_db")
    rows = game.suspects().rows
    assert {(row.layer, row.key) for row in rows} == {(s.layer, s.key) for s in SUSPECTS}
    assert [row.name for row in rows] == [bug_words.name_of(row.key, row.layer) for row in rows]
    firsts = [row.layer for row in rows if row.is_first]
    assert firsts == list(dict.fromkeys(each.layer for each in SUSPECTS))
    game.accuse_with_mouse("Affine1", "mean_for_db")
    shown = [(row.layer, row.name) for row in game.suspects().rows]
    assert shown == [
        ("Affine2", "mean, not sum, for db2"),
        ("Affine3", "mean, not sum, for db3"),
    ]


@pytest.mark.parametrize("layer", ["Affine1", "Relu2", "SoftmaxWithLoss"])
def test_a_click_on_a_suspect_fills_in_the_layer_and_the_mistake(game, layer) -> None:
    game = game()
    for n, row in enumerate(game.suspects().rows):
        if row.layer != layer:
            continue
        place = game.suspects().row_rect(n).center()
        QTest.mouseClick(game.suspects(), Qt.MouseButton.LeftButton, pos=place)
        assert game.box("guessLayer").currentData() == row.layer
        assert game.box("guessBug").currentData() == row.key
        assert game.button("accuseButton").isEnabled()
    assert game.text("detectiveScore") == "100", "filling in accuses nobody"


def test_a_click_beside_the_suspects_and_one_that_ends_elsewhere_fill_nothing_in(game) -> None:
    game = game()
    suspects, left = game.suspects(), Qt.MouseButton.LeftButton
    QTest.mouseClick(suspects, left, pos=QPoint(2, suspects.row_rect(1).center().y()))
    QTest.mousePress(suspects, left, pos=suspects.row_rect(1).center())
    QTest.mouseRelease(suspects, left, pos=suspects.row_rect(2).center())
    QTest.mouseClick(suspects, Qt.MouseButton.RightButton, pos=suspects.row_rect(1).center())
    assert game.box("guessLayer").currentIndex() == -1


def test_where_the_layer_is_right_it_stays_and_the_mistake_is_ruled_out(game) -> None:
    game = game("Affine2", "mean_for_db")
    game.accuse_with_mouse("Affine2", "first_row_for_db")
    assert game.text("detectiveNews") == (
        "Half right: it is Affine2, but the mistake in it is another one."
    )
    assert game.log() == ["✓ Affine2 | ✗ first row only for db2 | −20"]
    assert game.box("guessLayer").currentData() == "Affine2"
    assert game.box("guessBug").currentData() != "first_row_for_db"
    assert not game.button("accuseButton").isEnabled()


def test_where_the_mistake_is_right_another_layer_is_asked_for(game) -> None:
    game = game("Affine2", "mean_for_db")
    game.accuse_with_mouse("Affine1", "mean_for_db")
    assert game.text("detectiveNews") == (
        "Half right: that is the mistake, but not in Affine1. Look in another layer."
    )
    assert game.log() == ["✗ Affine1 | ✓ mean, not sum, for db1 | −20"]
    assert game.text("detectiveLeft") == f"2 of {len(SUSPECTS)} suspects left"


# What a hint costs, and tells.


def test_a_hint_says_what_it_costs_and_what_it_would_tell_before_it_is_asked_for(game) -> None:
    game = game("Relu2", "mask_forgotten")
    seen = []
    while game.button("hintButton").isEnabled():
        seen.append((game.button("hintButton").text(), game.text("detectiveNext")))
        game.click("hintButton")
    assert seen == [
        ("Hint (−10)", "Next hint: is it an Affine, an activation or the loss?"),
        ("Hint (−25)", "Next hint: the lines of code that differ."),
    ]
    assert game.button("hintButton").text() == "No hint"
    assert game.text("detectiveNext") == "There is nothing left that a hint could tell."
    assert game.log() == [
        "These are the lines that differ from the right code. | −25",
        "The mistake is in an activation. | −10",
    ]
    assert game.text("detectiveScore") == "65"


def test_a_hint_that_leaves_one_layer_chooses_it(game) -> None:
    game = game("SoftmaxWithLoss", "softmax_over_batch")
    game.click("hintButton")
    assert game.box("guessLayer").currentData() == "SoftmaxWithLoss"
    assert game.log() == ["forward is wrong, so that the loss itself is another one. | −20"]


def test_the_code_is_shown_once_it_is_paid_for(game) -> None:
    game = game("Affine2", "mean_for_db")
    assert game.panel.findChild(DiffLines) is None
    game.click("hintButton")
    said = game.panel.findChild(DiffLines).accessibleDescription()
    assert "✗ dout.mean(axis=0, out=self.db)" in said
    assert "✓ dout.sum(axis=0, out=self.db)" in said


# How it ends.


def test_giving_up_asks_first_and_whoever_goes_on_means_no(game) -> None:
    game = game()
    button = game.button("giveUpButton")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Really?"
    assert game.text("detectiveNews").startswith("Give up? You see the mistake, and get no points.")
    game.choose("guessLayer", "Relu1")
    assert button.text() == "Give up"
    assert game.text("detectiveNews") == ""
    game.click("giveUpButton")
    game.click("hintButton")
    assert (game.detective.case.ending, len(game.detective.case.events)) == (None, 1)
    game.give_up_with_mouse()
    assert game.text("detectiveNews") == "Given up: no points"


def test_where_few_mistakes_show_the_panel_says_why_and_that_the_case_does_not_count(game) -> None:
    game = game()
    suspects = tuple(each for each in SUSPECTS if each.key in ("mask_forgotten", "mask_inverted"))
    game.detective.begin(suspects, PARAMETERS, np.random.default_rng(1), silent=7)
    game.show()
    assert game.text("detectiveSilent").startswith("Here 7 of 9 mistakes change no gradient")
    assert game.text("detectivePoints") == "points, not counted"
    record, secret = game.detective.record, game.detective.secret
    game.accuse(secret.layer, secret.key)
    assert game.text("detectiveNews") == "✓ Solved; 100 points, not counted"
    assert game.detective.record == record


def test_the_end_says_what_it_was_what_it_does_and_how_it_could_be_told(game) -> None:
    game = game()
    game.accuse_with_mouse("Relu1", "mask_forgotten")
    assert game.text("detectiveNews") == "✓ Solved with 100 points"
    assert game.text("detectiveWhere") == "Relu1.backward"
    assert game.text("detectiveName") == bug_words.name_of("mask_forgotten")
    assert game.text("detectiveStory") == bug_words.story_of("mask_forgotten")
    alike = [each for each in SUSPECTS if each.differing == ("W1", "b1")]
    alike = [each for each in alike if each.layer != "Relu1"]
    assert {each.layer for each in alike} == {"Affine2"}
    assert game.text("detectiveTrace") == (
        f"W1 and b1 differ, W2, b2, W3 and b3 agree. {len(alike) + 2} of {len(SUSPECTS)} suspects "
        "leave that trace, and all of them are in Relu1 or Affine2."
    )
    assert "✗     dx = dout\n" in game.panel.findChild(DiffLines).accessibleDescription()
    assert game.text("detectiveLeft") == "Solved 1 of 1 · best 100 · together 100"
    assert not game.box("guessLayer").isVisible()


@pytest.mark.parametrize(
    ("layer", "key", "said"),
    [
        ("SoftmaxWithLoss", "sign_swapped", "All parameters differ."),
        ("Affine3", "mean_for_db", "b3 differs, W1, b1, W2, b2 and W3 agree."),
    ],
)
def test_the_trace_is_that_of_the_parameters(game, layer, key, said) -> None:
    game = game(layer, key)
    game.give_up_with_mouse()
    assert game.text("detectiveTrace").startswith(said)


def test_giving_up_tells_all_the_same_without_points(game) -> None:
    game = game("SoftmaxWithLoss", "softmax_over_batch")
    game.give_up_with_mouse()
    assert game.text("detectiveNews") == "Given up: no points"
    assert game.text("detectiveScore") == "0"
    assert game.text("detectiveWhere") == "SoftmaxWithLoss.forward"
    assert game.text("detectiveLeft") == "Solved 0 of 1"


def test_a_case_that_was_left_open_stands_in_the_record_when_the_next_one_begins(game) -> None:
    game = game()
    assert game.panel.findChild(QLabel, "detectiveSoFar") is None
    game.detective.give_up()  # as the page does when detective mode is ended
    hide(suspect("Affine2", "mean_for_db"), game.detective)
    game.show()
    assert game.text("detectiveSoFar") == "So far 0 of 1 solved, 1 given up."
    game.accuse_with_mouse("Affine2", "mean_for_db")
    assert game.text("detectiveLeft") == "Solved 1 of 2 · best 100 · together 100"


def test_after_the_end_one_asks_for_another_case_or_goes_back(qtbot, game) -> None:
    game = game()
    assert not game.button("endDetectiveButton").isVisible()
    game.give_up_with_mouse()
    with qtbot.waitSignal(game.panel.another_wanted, timeout=1000):
        game.click("anotherCaseButton")
    game.click("endDetectiveButton")
    assert game.ended == 1


def test_another_case_begins_with_nothing_chosen_and_nothing_known(game) -> None:
    game = game()
    game.accuse_with_mouse("Affine1", "mean_for_db")
    game.choose("guessLayer", "Relu2")
    game.give_up_with_mouse()
    hide(suspect("Affine2", "mean_for_db"), game.detective)
    game.show()
    assert game.log() == []
    assert game.box("guessLayer").currentIndex() == -1
    assert game.text("detectiveScore") == "100"


def test_showing_the_same_case_again_leaves_what_is_chosen(game) -> None:
    game = game()
    game.choose("guessLayer", "Affine2")
    game.choose("guessBug", "mean_for_db")
    game.show()
    assert game.box("guessLayer").currentData() == "Affine2"
    assert game.box("guessBug").currentData() == "mean_for_db"
