"""What is said by a field of a number that it did not take."""

import pytest
from parameter_fields import BOOK, box, choose, shown, type_into
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget

from app import theme
from app.widgets.field_note import FieldNote
from app.widgets.learn_rate import LearnRate
from app.widgets.parameters import ParameterFields

TOO_LARGE = [
    ("hiddenUnits", "2000", "1,000"),
    ("weightInitStd", "50", "10"),
    ("learningRate", "250", "100"),
    ("batchSize", "99999", "10,000"),
    ("iterations", "20000000", "10,000,000"),
    ("seed", "9999999999", "4294967295"),
    ("weightDecay", "25", "10"),
    ("beta1", "2", "0.9999"),
    ("beta2", "1", "0.9999"),
]


@pytest.fixture
def fields(qtbot) -> ParameterFields:
    return shown(qtbot, BOOK)


def notes(fields: ParameterFields) -> list[str]:
    return [n.message for n in fields.findChildren(FieldNote) if n.isVisible()]


@pytest.mark.parametrize(("name", "typed", "largest"), TOO_LARGE)
def test_too_large_a_number_is_refused_and_the_largest_said_by_the_field(
    qtbot, fields, name: str, typed: str, largest: str
) -> None:
    choose(fields, "optimizer", "adam")
    field = box(fields, name)
    was = field.text()
    QApplication.processEvents()
    before = {b: b.mapTo(fields, QPoint()) for b in fields.findChildren(QAbstractSpinBox)}
    type_into(qtbot, field, typed)
    QApplication.processEvents()
    assert field.text() == was
    assert notes(fields) == [f"The largest is {largest}."]
    assert {b: b.mapTo(fields, QPoint()) for b in before} == before
    (note,) = (n for n in fields.findChildren(FieldNote) if n.isVisible())
    place = QRect(note.mapTo(fields, QPoint()), note.size())
    assert fields.rect().contains(place)
    gap = place.top() - field.mapTo(fields, QPoint(0, field.height())).y()
    assert 0 <= gap <= 4
    for other, corner in before.items():
        assert other.isHidden() or not place.intersects(QRect(corner, other.size()))
    pixels = note.grab().toImage()
    assert any(
        pixels.pixelColor(x, 11).name() == theme.current().fail.lower()
        for x in range(pixels.width())
    )


def test_too_small_a_number_is_told_too(qtbot, fields) -> None:
    type_into(qtbot, box(fields, "batchSize"), "0")
    assert (fields.config.batch_size, notes(fields)) == (100, ["The least is 1."])


@pytest.mark.parametrize("name", ["learningRate", "seed"])
def test_what_was_said_of_a_number_stays_until_the_next_edit(qtbot, fields, name: str) -> None:
    rate = box(fields, "learningRate")
    type_into(qtbot, rate, "250")
    box(fields, "seed").setFocus()
    fields.show_config(fields.config)
    assert len(notes(fields)) == 1
    qtbot.keyClicks(box(fields, name), "1")
    assert notes(fields) == []
    type_into(qtbot, rate, "250")
    assert len(notes(fields)) == 1
    rate.stepDown()
    assert (rate.value(), notes(fields)) == (0.05, [])


def test_a_number_within_its_range_is_taken_without_a_word(qtbot, fields) -> None:
    for name, _, largest in TOO_LARGE:
        if not box(fields, name).parentWidget().isHidden():
            type_into(qtbot, box(fields, name), largest)
            assert (box(fields, name).text(), notes(fields)) == (largest, [])


def test_the_number_of_another_page_says_it_too(qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(300, 100)
    rate = LearnRate()
    rate.setParent(holder)
    holder.show()
    type_into(qtbot, rate, "3")
    assert (rate.value(), rate.note.message) == (0.002, "The largest is 0.5.")
    assert holder.rect().contains(rate.note.geometry())
    qtbot.keyClicks(rate, "0")
    assert (rate.note.message, rate.note.isHidden()) == ("", True)
