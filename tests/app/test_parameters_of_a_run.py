import pytest
from parameter_fields import BOOK, box, choose, shown, type_into
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.parameter_changes import changes_at_once, following, waiting
from app.widgets.parameters import ParameterFields
from bpcore.config import CHANGEABLE, LEARNING_RATES


@pytest.fixture
def fields(qtbot) -> ParameterFields:
    return shown(qtbot, BOOK)


def marked(fields: ParameterFields) -> dict[str, str]:
    marks = [each for each in fields.findChildren(QLabel) if each.objectName().endswith("Waits")]
    return {m.objectName().removesuffix("Waits"): m.text() for m in marks if m.text()}


def test_what_waits_for_a_restart_is_marked_and_can_be_put_back(qtbot, fields) -> None:
    fields.follow_run(BOOK, under_way=True)
    put_back = fields.findChild(QPushButton, "putBackButton")
    assert put_back.isHidden()
    with qtbot.waitSignal(fields.waiting_changed):
        type_into(qtbot, box(fields, "hiddenUnits"), "20")
    type_into(qtbot, box(fields, "iterations"), "500")
    assert fields.waiting == ("hidden_sizes", "iterations")
    # The short mark stands where the long one has no room.
    assert marked(fields) == {"hiddenUnits": "at restart", "iterations": "↺"}
    assert "restart" in box(fields, "iterations").accessibleDescription()
    with qtbot.waitSignal(fields.changed) as caught:
        qtbot.mouseClick(put_back, Qt.MouseButton.LeftButton)
    assert caught.args == [BOOK]
    assert fields.waiting == ()
    assert marked(fields) == {}
    assert put_back.isHidden()


def test_nothing_waits_while_a_run_is_only_prepared(fields) -> None:
    fields.follow_run(None, under_way=False)
    choose(fields, "optimizer", "adam")
    assert fields.waiting == ()


def test_what_can_be_changed_at_once_does_not_wait_while_the_run_is_under_way(fields) -> None:
    fields.follow_run(BOOK, under_way=True)
    box(fields, "learningRate").setValue(0.02)
    box(fields, "batchSize").setValue(20)
    assert fields.waiting == ()
    fields.follow_run(BOOK, under_way=False)
    assert fields.waiting == ("learning_rate", "batch_size")


def test_the_rate_of_another_optimizer_waits_with_it(fields) -> None:
    fields.follow_run(BOOK, under_way=True)
    choose(fields, "optimizer", "adam")
    assert fields.waiting == ("optimizer", "learning_rate")
    assert changes_at_once(BOOK, fields.config) == ()


def test_a_change_from_elsewhere_shows_and_an_edit_stays(qtbot, fields) -> None:
    fields.follow_run(BOOK, under_way=True)
    type_into(qtbot, box(fields, "seed"), "7")
    fields.follow_run(BOOK.replace(learning_rate=0.01), under_way=True)
    assert fields.config == BOOK.replace(seed=7, learning_rate=0.01)
    assert box(fields, "learningRate").text() == "0.01"
    assert fields.waiting == ("seed",)


def test_a_run_that_was_opened_shows_in_place_of_the_prepared_one(fields) -> None:
    fields.follow_run(None, under_way=False)
    opened = BOOK.replace(seed=7, optimizer="adam", learning_rate=0.5)
    fields.follow_run(opened, under_way=True)
    assert fields.config == opened
    assert fields.waiting == ()


@pytest.mark.parametrize("optimizer", LEARNING_RATES)
def test_a_run_takes_over_at_once_what_its_optimizer_has_and_the_engine_allows(
    optimizer: str,
) -> None:
    run = BOOK.replace(optimizer=optimizer)
    wanted = run.replace(**dict.fromkeys(CHANGEABLE, 0.5) | {"batch_size": 7})
    names = {name for name, _ in changes_at_once(run, wanted)}
    own = {"momentum": {"momentum"}, "adam": {"beta1", "beta2"}}.get(optimizer, set())
    assert names == {"learning_rate", "batch_size", "weight_decay"} | own
    assert waiting(run, wanted, under_way=True) == ()


def test_a_deviation_that_is_not_used_is_no_change() -> None:
    run = BOOK.replace(initializer="he")
    assert waiting(run, run.replace(weight_init_std=1.0), under_way=True) == ()


def test_following_a_run_keeps_what_was_edited() -> None:
    wanted = BOOK.replace(seed=7)
    now = BOOK.replace(batch_size=5, seed=1)
    assert following(wanted, BOOK, now) == BOOK.replace(batch_size=5, seed=7)
