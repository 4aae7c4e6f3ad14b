"""The fields that say what is checked: what is typed is kept, and what is there can be chosen."""

import pytest
from checkings import WAIT
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSpinBox

from app.checking import Checking
from app.pages.check_choice import CheckChoice


@pytest.fixture
def checking(session) -> Checking:
    return Checking(session)


@pytest.fixture
def choice(qtbot, session, checking) -> CheckChoice:
    choice = CheckChoice(session, checking)
    qtbot.addWidget(choice)
    choice.show()
    return choice


@pytest.mark.parametrize(("name", "wish"), [("checkFirst", "first"), ("checkCount", "count")])
def test_news_take_nothing_from_a_number_that_is_being_typed(
    choice, checking, name: str, wish: str
) -> None:
    box = choice.findChild(QSpinBox, name)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "12")
    checking.changed.emit()  # a check has come to its end, say
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert getattr(checking.wanted, wish) == 12


def test_with_fewer_digits_the_first_is_one_of_them(
    qtbot, session, choice, checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = session.size("train") - 3
    checking.want(first=last)
    assert checking.present is not None
    digits = session.digits
    few = type(digits)(
        "few",
        digits.train_images[:50],
        digits.train_labels[:50],
        digits.test_images,
        digits.test_labels,
    )
    monkeypatch.setattr(session, "_dataset", few)
    session.data_changed.emit()
    assert checking.wanted.first == choice.findChild(QSpinBox, "checkFirst").value() == 47
    assert checking.present is not None
    checking.want(count=200)
    checking.run()
    qtbot.waitUntil(lambda: not checking.busy and checking.checked is not None, timeout=WAIT)
    assert len(checking.checked.ground.batch.labels) == 3


# The digits.


def choose(choice: CheckChoice, source: str) -> None:
    combo = choice.findChild(QComboBox, "checkSource")
    combo.setCurrentIndex(combo.findData(source))


def test_the_keys_walk_through_all_digits_and_fields_that_mean_nothing_are_off(
    session, choice, checking
) -> None:
    combo = choice.findChild(QComboBox, "checkSource")
    boxes = [choice.findChild(QSpinBox, name) for name in ("checkFirst", "checkCount")]
    seen = []
    combo.setFocus()
    for _ in range(4):
        on, off = ([box.text() for box in boxes if box.isEnabled() == is_on] for is_on in (1, 0))
        seen.append((checking.wanted.source, on, off))
        QTest.keyClick(combo, Qt.Key.Key_Down)
    assert seen == [
        ("train", ["from 0", "N 3"], []),
        ("test", ["from 0", "N 3"], []),
        ("run", [], ["from —", "N 20"]),
        ("drawing", [], ["from —", "N —"]),
    ]
    session.set_drawing(session.example("test", 0).image)
    checking.name_drawing(0)
    assert boxes[1].text() == "N 1"
    choose(choice, "test")
    assert [box.text() for box in boxes] == ["from 0", "N 3"]


def test_training_and_test_digits_keep_their_own_place(session, choice, checking) -> None:
    box = choice.findChild(QSpinBox, "checkFirst")
    box.setValue(5000)
    choose(choice, "test")
    assert box.value() == checking.wanted.first == 0
    box.setValue(5000)
    assert box.value() == checking.wanted.first == session.size("test") - 3
    choose(choice, "drawing")
    choose(choice, "train")
    assert box.value() == checking.wanted.first == 5000
    choice.findChild(QSpinBox, "checkCount").setValue(200)
    choose(choice, "test")
    assert box.value() == checking.wanted.first == session.size("test") - 200
