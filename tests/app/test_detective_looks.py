"""Detective mode with keys alone, and how its panel looks."""

import numpy as np
import pytest
from detective_game import begin
from detectives import PARAMETERS, lines_of, run
from pictures import check
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QScrollArea

from app import theme
from app.detective import Detective
from app.detective_case import Ending, Record
from app.widgets.basics import Card
from app.widgets.detective_log import DiffLines
from app.widgets.detective_panel import DetectivePanel
from bpcore.bug_effects import bug_effects
from bpcore.network import Network


@pytest.fixture
def game(qtbot):
    def begin_with(layer="Relu1", key="mask_forgotten", height=560):
        return begin(qtbot, layer, key, height)

    return begin_with


# With keys alone.


def test_a_case_can_be_solved_with_keys_alone(game) -> None:
    game = game("Affine1", "first_row_for_db")
    layers, bugs, accuse = (
        game.box("guessLayer"),
        game.box("guessBug"),
        game.button("accuseButton"),
    )
    layers.setFocus()
    QTest.keyClick(layers, Qt.Key.Key_Down)
    assert layers.currentData() == "Affine1"
    QTest.keyClick(layers, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is bugs
    QTest.keyClick(bugs, Qt.Key.Key_Down)
    QTest.keyClick(bugs, Qt.Key.Key_Down)
    assert bugs.currentData() == "first_row_for_db"
    QTest.keyClick(bugs, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is accuse
    QTest.keyClick(accuse, Qt.Key.Key_Space)
    assert game.detective.case.ending is Ending.SOLVED
    assert QApplication.focusWidget() is game.button("anotherCaseButton")


def test_tab_leads_to_the_hint_and_to_giving_up(game) -> None:
    game = game()
    layers = game.box("guessLayer")
    layers.setFocus()
    QTest.keyClick(layers, Qt.Key.Key_Tab)
    hint = game.button("hintButton")
    assert QApplication.focusWidget() is hint
    QTest.keyClick(hint, Qt.Key.Key_Space)
    assert game.text("detectiveScore") == "90"
    QTest.keyClick(hint, Qt.Key.Key_Tab)
    if QApplication.focusWidget() is not game.button("giveUpButton"):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is game.button("giveUpButton")


def test_whoever_asks_for_another_case_with_a_key_goes_on_at_the_layer(game) -> None:
    game = game()
    game.box("guessLayer").setFocus()
    game.give_up_with_mouse()
    another = game.button("anotherCaseButton")
    another.setFocus()
    game.panel.another_wanted.connect(game.begin_another)
    QTest.keyClick(another, Qt.Key.Key_Space)
    assert game.text("detectiveScore") == "100"
    assert QApplication.focusWidget() is game.box("guessLayer")


def test_a_suspect_is_filled_in_with_keys_and_return_accuses(game) -> None:
    game = game("Affine1", "first_row_for_db")
    suspects = game.suspects()
    rows = [(row.layer, row.key) for row in suspects.rows]
    game.button("giveUpButton").setFocus()
    for _ in range(4):
        if QApplication.focusWidget() is not suspects:
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is suspects
    for _ in range(rows.index(("Affine1", "first_row_for_db"))):
        QTest.keyClick(suspects, Qt.Key.Key_Down)
    assert suspects.accessibleDescription() == "Affine1, first row only for db1"
    QTest.keyClick(suspects, Qt.Key.Key_Return)
    assert game.box("guessBug").currentData() == "first_row_for_db"
    assert QApplication.focusWidget() is game.button("accuseButton")
    assert game.text("detectiveScore") == "100"
    QTest.keyClick(game.button("accuseButton"), Qt.Key.Key_Return)
    assert game.detective.case.ending is Ending.SOLVED


def test_whoever_is_at_the_suspects_goes_on_at_the_layer_or_at_the_end(game) -> None:
    game = game("Affine1", "first_row_for_db")
    game.suspects().setFocus()
    game.show()
    assert QApplication.focusWidget() is game.suspects(), "nothing happened"
    game.hint()
    assert QApplication.focusWidget() is game.box("guessLayer")
    game.suspects().setFocus()
    game.give_up()
    assert QApplication.focusWidget() is game.button("anotherCaseButton")


def test_the_keys_bring_a_suspect_into_sight(game) -> None:
    game = game(height=400)
    suspects = game.suspects()
    suspects.setFocus()
    bar = game.panel.findChild(QScrollArea, "detectiveLog").verticalScrollBar()
    assert bar.maximum() > 0
    QTest.keyClick(suspects, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    last = suspects.row_rect(len(suspects.rows) - 1)
    assert suspects.visibleRegion().contains(last.center())


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
@pytest.mark.parametrize("name", ["hintButton", "giveUpButton"])
def test_return_presses_the_button_that_has_the_focus(game, key, name) -> None:
    game = game()
    button = game.button(name)
    pressed = []
    button.clicked.connect(lambda: pressed.append(name))
    button.setFocus()
    QTest.keyClick(button, key)
    assert pressed == [name]


@pytest.mark.parametrize("name", ["anotherCaseButton", "endDetectiveButton"])
def test_return_presses_the_buttons_at_the_end(game, name) -> None:
    game = game()
    game.give_up_with_mouse()
    button = game.button(name)
    pressed = []
    button.clicked.connect(lambda: pressed.append(name))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [name]


def test_everything_that_can_be_used_has_a_name_for_a_screen_reader(game) -> None:
    game = game()
    for each in (QComboBox, QPushButton):
        for widget in game.panel.findChildren(each):
            assert widget.objectName()
            assert widget.accessibleName()
    assert game.box("guessLayer").accessibleName() == "Layer that is accused"


# What it looks like.


def test_a_long_line_of_code_goes_on_further_in_without_another_sign(qtbot) -> None:
    lines = DiffLines(lines_of("updated_too_early"))
    qtbot.addWidget(lines)
    wide, narrow = lines.rows(2000), lines.rows(240)
    assert len(narrow) > len(wide)
    assert [sign for _, sign, _ in narrow].count("") == len(narrow) - len(wide)
    joined = "".join(text.replace(" ", "") for _, _, text in narrow)
    assert joined == "".join(text.replace(" ", "") for _, _, text in wide)
    assert lines.heightForWidth(240) == 18 * len(narrow)


@pytest.mark.parametrize("width", [1, 40, 90])
def test_code_is_broken_to_any_width(qtbot, width) -> None:
    lines = DiffLines(lines_of("updated_too_early"))
    qtbot.addWidget(lines)
    assert len(lines.rows(width)) > len(lines.rows(304))


@pytest.mark.parametrize("height", [250, 560])
def test_nothing_is_cut_at_the_heights_that_it_has(qtbot, game, height) -> None:
    game = game("Affine2", "mean_for_db", height)
    game.accuse_with_mouse("Affine2", "first_row_for_db")
    assert game.panel.minimumSizeHint().height() <= 250
    assert game.panel.minimumSizeHint().width() <= 320
    for name in ("detectiveNews", "detectiveLeft", "detectiveNext"):
        found = game.panel.findChild(QLabel, name)
        across = found.fontMetrics().horizontalAdvance(found.text())
        lines = found.height() // found.fontMetrics().lineSpacing()
        assert across <= found.width() * lines, name


def play(panel: DetectivePanel) -> Detective:
    """Hide the secret of the golden pictures in the book's network, and play half of the case."""
    rng = np.random.default_rng(0)
    network = Network((784, 50, 10), seed=42)
    x = rng.random((3, 784)) * (rng.random((3, 784)) > 0.8)
    suspects = run(bug_effects(network, x, rng.integers(0, 10, 3)))
    detective = Detective(lines_of, Record(3, 2, 150, 85))
    while detective.secret is None or detective.secret.key != "updated_too_early":
        detective.record = Record(3, 2, 150, 85)
        detective.case = None
        detective.begin(suspects, PARAMETERS[:4], rng)
    detective.guess("SoftmaxWithLoss", "count_forgotten")
    detective.hint()
    detective.guess("Affine2", "mean_for_db")
    panel.show_case(detective.case, detective.record)
    return detective


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda each: each.name)
def test_the_panel_looks_as_approved(qtbot, qapp, colors) -> None:
    theme.apply(qapp, colors)
    card, panel = Card("Bug lab"), DetectivePanel()
    qtbot.addWidget(card)
    card.body.addWidget(panel)
    card.resize(354, 560)
    detective = play(panel)
    card.show()
    qapp.processEvents()
    check(card.grab().toImage(), f"detective_{colors.name}")
    detective.guess("Affine2", "updated_too_early")
    panel.show_case(detective.case, detective.record)
    qapp.processEvents()
    check(card.grab().toImage(), f"detective_end_{colors.name}")
