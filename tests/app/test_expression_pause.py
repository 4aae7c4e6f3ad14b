"""A large expression is staged in a pause, so that its pass does not hold up who types it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.staging import Expression
from app.widgets.expression_examples import examples
from app.widgets.expression_field import FIRST_TEXT, PAUSE_MS, ExpressionField

LONG = " + ".join(f"x{i % 7} * y{i % 5}" for i in range(20))
FIRST = Expression(FIRST_TEXT, {"x": 1.0})


@pytest.fixture
def field(qtbot) -> ExpressionField:
    """Return a field whose pauses end only when a test says so."""
    field = ExpressionField()
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
    assert field._pause.interval() == PAUSE_MS
    field._pause.setInterval(1_000_000)
    field.text.setFocus()
    return field


@pytest.fixture
def told(field: ExpressionField) -> list[str]:
    """Return a list that grows by the text of each expression that is staged."""
    texts: list[str] = []
    field.changed.connect(lambda: texts.append(field.staged().text))
    return texts


def test_each_key_of_a_small_expression_is_staged_at_once(
    field: ExpressionField, told: list[str]
) -> None:
    field.text.setText("x")
    QTest.keyClicks(field.text, "*y")
    assert told == ["x", "x*y"]
    assert not field._pause.isActive()


def test_of_a_large_expression_the_last_is_staged_in_a_pause(
    qtbot, field: ExpressionField, told: list[str]
) -> None:
    field.text.setText(LONG)
    QTest.keyClicks(field.text, "+x+1")
    assert told == []
    assert field.staged() == FIRST
    assert field._pause.isActive()
    with qtbot.waitSignal(field.changed):
        field._pause.start(0)
    assert told == [f"{LONG}+x+1"]
    assert not field._pause.isActive()


def test_a_number_of_a_large_expression_waits_for_a_pause_too(
    field: ExpressionField, told: list[str]
) -> None:
    field.text.setText(LONG)
    QTest.keyClick(field.text, Qt.Key.Key_Return)
    field.variables.set_values({"x0": 5.0})
    field._read()
    assert told == [LONG]
    assert field._pause.isActive()


def test_what_is_wrong_is_told_at_once_and_nothing_comes_after_it(
    field: ExpressionField, told: list[str]
) -> None:
    field.text.setText(LONG)
    QTest.keyClicks(field.text, "*")
    assert field.wrong
    assert field.error.message
    assert not field._pause.isActive()
    QTest.keyClick(field.text, Qt.Key.Key_Return)
    assert told == []
    assert (field.staged(), field.still) == (FIRST, FIRST_TEXT)


def test_who_goes_back_to_what_is_staged_stages_nothing(
    field: ExpressionField, told: list[str]
) -> None:
    field.text.setText(LONG)
    field.text.setText(FIRST_TEXT)
    assert not field._pause.isActive()
    QTest.keyClick(field.text, Qt.Key.Key_Return)
    assert told == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
def test_who_is_done_does_not_wait(field: ExpressionField, told: list[str], key: Qt.Key) -> None:
    field.entered.connect(lambda: told.append("done"))
    field.text.setText(LONG)
    QTest.keyClick(field.text, key)
    assert told == [LONG, "done"]
    assert not field._pause.isActive()


def test_an_example_is_staged_at_once(
    field: ExpressionField, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.widgets.expression_field.LARGE", 0)
    example = examples()[-1]
    field.show_example(example)
    assert told == [example.text]
    assert not field._pause.isActive()


def test_a_hidden_field_has_no_timer_and_stages_what_was_typed_when_it_is_shown(
    field: ExpressionField, told: list[str]
) -> None:
    field.text.setText(LONG)
    field.hide()
    assert not field._pause.isActive()
    assert told == []
    field.show()
    assert told == [LONG]


def test_what_is_put_in_unseen_is_staged_at_once(field: ExpressionField, told: list[str]) -> None:
    field.hide()
    field.text.setText(LONG)
    assert told == [LONG]


def test_a_field_that_is_deleted_takes_its_timer_along(qtbot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    field = ExpressionField()
    field.setParent(page)
    with qtbot.waitExposed(page):
        page.show()
    field.show()
    pause = field._pause
    field.text.setText(LONG)
    assert pause.isActive()
    field.deleteLater()
    qtbot.waitUntil(lambda: not isValid(field))
    assert not isValid(pause)
