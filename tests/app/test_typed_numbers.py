"""What becomes of what is typed into a field of a number: that number, or none."""

import re
from collections.abc import Iterator

import pytest
import shiboken6
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parameter_fields import type_into
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QVBoxLayout, QWidget

from app.widgets.choice_box import NumberBox
from app.widgets.fields import LayersField, NumberField, RateBox, SeedField, WholeField
from app.widgets.learn_rate import LearnRate
from app.widgets.typed_number import without_commas_of, written
from bpcore.config import RANGES

MADE = {
    "rate": RateBox,
    "decay": lambda: NumberField("weightDecay", RANGES["weight_decay"]),
    "batch": lambda: WholeField("batchSize", RANGES["batch_size"], step=10),
    "iterations": lambda: WholeField("iterations", RANGES["iterations"], step=1000),
    "seed": SeedField,
    "layers": LayersField,
    "index": lambda: NumberBox("exampleIndex", "Index"),
    "drawn": LearnRate,
}
BEFORE = {"rate": 0.1, "decay": 0.5, "drawn": 0.002}


@pytest.fixture(scope="module")
def boxes(qapp) -> Iterator[dict[str, QAbstractSpinBox]]:
    holder = QWidget()
    column = QVBoxLayout(holder)
    made = {name: make() for name, make in MADE.items()}
    for box in made.values():
        column.addWidget(box)
    holder.show()
    yield made
    holder.close()
    shiboken6.delete(holder)


def meant_by(text: str, whole: bool) -> float | None:
    """Return Python's float of ``text``, with commas where thousands are; None if it is none."""
    text = text.strip()
    if whole and re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+", text):
        text = text.replace(",", "")
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def ends(box: QAbstractSpinBox) -> tuple[float, float]:
    offset = getattr(box, "OFFSET", 0)
    return box.minimum() + offset, box.maximum() + offset


LETTERS = st.text("0123456789.,-+eE_ x", min_size=1, max_size=8)
NUMBERS = st.one_of(
    st.floats(-1, 200).map(repr),
    st.floats(0, 1e-4).map(str),
    st.integers(-5, 2 * 10**7).map(str),
    st.integers(0, 2**33).map("{:,}".format),
    st.tuples(st.integers(0, 999), st.integers(-9, 9)).map(lambda p: f"{p[0]}e{p[1]}"),
)


@settings(max_examples=40)
@example(text="0,5", name="rate")
@example(text="1e-3", name="rate")
@example(text="0.012345678", name="drawn")
@example(text="3e-9", name="decay")
@example(text="2.5", name="iterations")
@example(text="1,5", name="seed")
@example(text="1,000", name="batch")
@given(text=LETTERS | NUMBERS, name=st.sampled_from(sorted(MADE)))
def test_what_is_typed_is_the_value_or_the_value_stays(boxes, text: str, name: str) -> None:
    box, before = boxes[name], BEFORE.get(name, 7)
    box.setValue(before)
    box.note.clear()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, text)
    assert box.value() == before
    QTest.keyClick(box, Qt.Key.Key_Return)
    whole, (least, largest) = not isinstance(box, NumberField), ends(box)
    meant = meant_by(text, whole)
    is_taken = meant is not None and least <= meant <= largest and (not whole or meant % 1 == 0)
    assert box.value() == (meant if is_taken else before)
    assert bool(box.note.message) is not is_taken
    if not is_taken:
        QTest.keyClick(box, Qt.Key.Key_Return)
        assert box.value() == before


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("rate", "0,5", "Write 0.5."),
        ("rate", "abc", "“abc” is no number."),
        ("rate", "-0.5", "The least is 0.000001."),
        ("rate", "1e9", "The largest is 100."),
        ("rate", "a very long word indeed", "“a very long …” is no number."),
        ("rate", " ", "A number is missing."),
        ("iterations", "2.5", "“2.5” is no whole number."),
        ("iterations", "2,5", "“2,5” is no whole number."),
        ("seed", "1,5", "“1,5” is no whole number."),
        ("seed", "4294967296", "The largest is 4294967295."),
        ("layers", "50, 50", "“50, 50” is no whole number."),
    ],
)
def test_why_a_text_is_refused_is_said(qtbot, boxes, name: str, typed: str, said: str) -> None:
    type_into(qtbot, boxes[name], typed)
    assert boxes[name].note.message == said


@pytest.mark.parametrize("name", sorted(MADE))
def test_an_emptied_field_gets_its_number_back(qtbot, boxes, name: str) -> None:
    box, before = boxes[name], BEFORE.get(name, 7)
    box.setValue(before)
    box.lineEdit().selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert (box.value(), box.note.message) == (before, "A number is missing.")
    assert box.text() == box.shown_text()


@pytest.mark.parametrize(("typed", "value"), [("1e-3", 0.001), ("1E-3", 0.001), ("+5", 5.0)])
def test_exponents_are_numbers(qtbot, boxes, typed: str, value: float) -> None:
    type_into(qtbot, boxes["rate"], typed)
    assert (boxes["rate"].value(), boxes["rate"].text()) == (value, written(value))


def test_a_number_that_is_set_is_kept_as_exactly_as_one_that_is_typed(boxes) -> None:
    for number in (1.2345678901234567e-8, 0.1 + 0.2):
        boxes["decay"].setValue(number)
        assert boxes["decay"].value() == number


def test_a_digit_more_or_less_in_a_number_with_commas_is_that_number(boxes) -> None:
    box = boxes["iterations"]
    for key, value in ((Qt.Key.Key_0, 100_000), (Qt.Key.Key_Backspace, 1_000)):
        box.setValue(10_000)
        box.lineEdit().end(False)
        QTest.keyClick(box, key)
        QTest.keyClick(box, Qt.Key.Key_Return)
        assert (box.value(), box.note.message) == (value, "")


def test_a_comma_that_someone_typed_stays_where_it_is() -> None:
    assert without_commas_of("10,000", "10,0005") == "100005"
    assert without_commas_of("10,000", "10,00") == "1000"
    assert without_commas_of("10,000", "1") == "1"
    assert without_commas_of("10,000", "10,5") == "10,5"
    assert without_commas_of("1000", "1000,5") == "1000,5"


def test_a_step_goes_on_from_what_was_typed_and_from_nothing_that_was_refused(boxes) -> None:
    box = boxes["rate"]
    for typed, value, said in (("3", 5.0, ""), ("3x", 100.0, "“3x” is no number.")):
        box.setValue(100)
        box.lineEdit().selectAll()
        QTest.keyClicks(box, typed)
        QTest.keyClick(box, Qt.Key.Key_Up)
        assert (box.value(), box.note.message) == (value, said)


def test_escape_gives_up_what_was_typed(boxes) -> None:
    for name, box in boxes.items():
        before = BEFORE.get(name, 7)
        box.setValue(before)
        box.lineEdit().selectAll()
        QTest.keyClicks(box, "3x")
        QTest.keyClick(box, Qt.Key.Key_Escape)
        assert (box.value(), box.text(), box.note.message) == (before, box.shown_text(), "")


def test_the_focus_that_goes_elsewhere_takes_what_was_typed(boxes) -> None:
    rate, seed = boxes["rate"], boxes["seed"]
    for typed, value, said in (("0.3", 0.3, ""), ("0,3", 0.3, "Write 0.3.")):
        rate.setFocus()
        QApplication.processEvents()
        rate.lineEdit().selectAll()
        QTest.keyClicks(rate, typed)
        seed.setFocus()
        QApplication.processEvents()
        assert (rate.value(), rate.note.message) == (value, said)
        rate.note.clear()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1, "0.1"), (100.0, "100"), (1e-6, "0.000001"), (1e-7, "1e-07"), (0.0, "0"), (0.3, "0.3")],
)
def test_a_number_is_written_as_short_as_it_is(number: float, text: str) -> None:
    assert written(number) == text
