import numpy as np
import pytest
from digit_session import DigitSession, a_network
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.passes import staged_graph
from app.staging import Batch, Example, Expression, Shop
from app.widgets.basics import Card
from app.widgets.stage_chooser import StageChooser

BOOK = {"apple price": 100, "apples": 2, "orange price": 150, "oranges": 3, "tax": 1.1}


@pytest.fixture
def digits():
    return DigitSession(a_network())


@pytest.fixture
def page(qtbot, digits):
    """A window with the chooser in it, its details, and something that the focus can go to."""
    page = QWidget()
    page.chooser = StageChooser(digits)
    page.after = QLineEdit()
    column = QVBoxLayout(page)
    card = Card("One image, forwards and backwards", "iteration 4,312")
    card.header.addWidget(page.chooser)
    card.body.addWidget(page.chooser.details)
    card.body.addWidget(page.after)
    column.addWidget(card)
    qtbot.addWidget(page)
    page.resize(824, 300)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


@pytest.fixture
def chooser(page):
    return page.chooser


def find(chooser, kind, name):
    widget = chooser.window().findChild(kind, name)
    assert widget is not None, name
    return widget


def click(chooser, name):
    QTest.mouseClick(find(chooser, QWidget, name), Qt.MouseButton.LeftButton)


def allowed(chooser, choice):
    combo = find(chooser, QComboBox, "stageKind")
    return combo.model().item(combo.findData(choice)).isEnabled()


def test_at_first_it_is_the_first_test_digit(chooser, digits):
    staged = chooser.staged()
    assert isinstance(staged, Example)
    assert (staged.source, staged.index, staged.label) == (
        "test",
        0,
        digits.example("test", 0).label,
    )
    assert chooser.kind == "example"
    assert not chooser.details.isVisible()


def test_every_kind_stages_its_own(chooser, digits, qtbot):
    digits.set_drawing(digits.example("test", 40).image)
    for kind, what in (
        ("batch", Batch),
        ("drawing", Example),
        ("shop", Shop),
        ("expression", Expression),
        ("run", Batch),
        ("example", Example),
    ):
        with qtbot.waitSignals([chooser.changed], timeout=0):
            chooser.choose_kind(kind)
        assert chooser.kind == kind
        assert isinstance(chooser.staged(), what)
        with qtbot.assertNotEmitted(chooser.changed):
            chooser.choose_kind(kind)


def test_arrows_walk_through_what_there_is(chooser):
    combo = find(chooser, QComboBox, "stageKind")
    combo.setFocus()
    seen = []
    for _ in range(7):
        seen.append((chooser.kind, chooser.source))
        QTest.keyClick(combo, Qt.Key.Key_Down)
    assert seen == [
        ("example", "test"),
        ("example", "train"),
        ("batch", "train"),
        ("batch", "test"),
        ("run", "train"),
        ("shop", ""),
        ("expression", ""),
    ]


def test_an_example_is_chosen_from_outside(chooser, digits, qtbot):
    with qtbot.waitSignals([chooser.changed], timeout=0):
        chooser.choose("train", 77)
    assert (chooser.staged().source, chooser.staged().index) == ("train", 77)
    chooser.choose("test")
    assert chooser.staged().index == 0
    chooser.choose("train")
    assert chooser.staged().index == 77
    chooser.choose_kind("shop")
    chooser.choose_kind("example")
    assert chooser.staged().source == "train"
    chooser.choose("train", 78)
    assert chooser.staged().index == 78
    with qtbot.assertNotEmitted(chooser.changed):
        chooser.choose("train", 78)


def test_a_batch_begins_at_the_index_and_moves_by_its_size(chooser, digits):
    chooser.choose_kind("batch")
    batch = chooser.staged()
    assert (batch.source, batch.first, len(batch.labels)) == ("train", 0, 100)
    click(chooser, "exampleNext")
    assert chooser.staged().first == 100
    find(chooser, QSpinBox, "exampleIndex").setValue(250)
    assert chooser.staged().first == 250
    assert np.array_equal(chooser.staged().images[0], digits.example("train", 250).image)
    click(chooser, "examplePrevious")
    click(chooser, "examplePrevious")
    click(chooser, "examplePrevious")
    assert chooser.staged().first == 0
    click(chooser, "examplePrevious")
    assert chooser.staged().first == digits.size("train") - 100
    assert len(chooser.staged().labels) == 100
    click(chooser, "exampleNext")
    assert chooser.staged().first == 0


def test_batches_are_of_training_or_of_test_digits(chooser, digits):
    combo = find(chooser, QComboBox, "stageKind")
    chooser.choose_batch("train", 250, 7)
    chooser.choose_batch("test", 30, 4)
    batch = chooser.staged()
    assert (batch.source, batch.first, len(batch.labels)) == ("test", 30, 4)
    assert (chooser.kind, chooser.source) == ("batch", "test")
    assert np.array_equal(batch.images[3], digits.example("test", 33).image)
    chooser.choose_kind("shop")
    chooser.choose_kind("batch")
    assert combo.currentData() == "test_batch"
    click(chooser, "exampleNext")
    assert chooser.staged().first == 34
    find(chooser, QSpinBox, "exampleIndex").setValue(0)
    click(chooser, "examplePrevious")
    assert chooser.staged().first == digits.size("test") - 4
    combo.setCurrentIndex(combo.findData("batch"))
    assert (chooser.staged().source, chooser.staged().first) == ("train", 250)
    chooser.choose_batch("test", 9, 1)
    assert (chooser.kind, chooser.staged().index) == ("example", 9)


def test_the_size_of_a_batch_is_typed(chooser, digits):
    chooser.choose_kind("batch")
    box = find(chooser, QSpinBox, "stageBatchSize")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "7")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert len(chooser.staged().labels) == 7
    click(chooser, "exampleNext")
    assert chooser.staged().first == 7
    box.setValue(1)
    assert len(chooser.staged().labels) == 2
    box.setValue(1000)
    assert len(chooser.staged().labels) == 200
    chooser.choose("test", 3)
    chooser.choose_kind("batch")
    assert len(chooser.staged().labels) == 200
    assert chooser.staged().first == 7


def test_a_batch_is_usually_that_of_the_run(qtbot):
    digits = DigitSession(a_network())
    digits.config = digits.config.replace(batch_size=20)
    chooser = StageChooser(digits)
    qtbot.addWidget(chooser)
    qtbot.addWidget(chooser.details)
    chooser.choose_kind("batch")
    assert len(chooser.staged().labels) == 20
    digits.config = digits.config.replace(batch_size=500)
    chooser.choose_kind("example")
    chooser.choose_kind("batch")
    assert len(chooser.staged().labels) == 100


def test_a_smaller_batch_can_begin_nearer_to_the_end(chooser, digits):
    chooser.choose_kind("batch")
    size = digits.size("train")
    find(chooser, QSpinBox, "exampleIndex").setValue(size - 100)
    assert chooser.staged().first == size - 100
    find(chooser, QSpinBox, "stageBatchSize").setValue(200)
    assert chooser.staged().first == size - 200
    assert len(chooser.staged().labels) == 200


def test_the_drawing_waits_until_there_is_one(chooser, digits):
    assert not allowed(chooser, "drawing")
    chooser.choose_kind("drawing")
    chooser.choose("drawing")
    assert chooser.kind == "example"
    digits.set_drawing(digits.example("test", 40).image)
    assert allowed(chooser, "drawing")
    chooser.choose("drawing")
    assert chooser.kind == "drawing"
    assert chooser.staged().label == digits.predict(digits.drawing).digit


def test_a_drawing_is_labelled_as_it_was_meant(chooser, digits):
    digits.set_drawing(digits.example("test", 40).image)
    chooser.choose_kind("drawing")
    read = chooser.staged().label
    combo = find(chooser, QComboBox, "drawingLabel")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Up if read else Qt.Key.Key_Down)
    assert chooser.staged().label == (read - 1 if read else 1)
    digits.set_drawing(digits.example("test", 41).image)
    assert chooser.staged().label == digits.predict(digits.drawing).digit


def test_a_wiped_drawing_gives_way_to_the_test_digits(chooser, digits, qtbot):
    chooser.choose("train", 5)
    digits.set_drawing(digits.example("test", 40).image)
    chooser.choose_kind("drawing")
    with qtbot.waitSignals([chooser.changed], timeout=0):
        digits.set_drawing(None)
    assert chooser.staged().source == "test"
    chooser.choose_kind("shop")
    with qtbot.assertNotEmitted(chooser.changed):
        digits.set_drawing(digits.example("test", 40).image)


def test_the_shop_has_the_books_numbers_until_they_are_changed(chooser, qtbot):
    chooser.choose_kind("shop")
    assert chooser.details.isVisible()
    assert chooser.staged() == Shop(BOOK)
    assert staged_graph(chooser.staged()).forward()["total"] == pytest.approx(715)
    apples = find(chooser, QLineEdit, "variable_apples")
    apples.setFocus()
    with qtbot.waitSignals([chooser.changed], timeout=0):
        QTest.keyClick(apples, Qt.Key.Key_Up)
    assert chooser.staged() == Shop(BOOK | {"apples": 3})
    tax = find(chooser, QLineEdit, "variable_tax")
    tax.selectAll()
    QTest.keyClicks(tax, "free")
    assert chooser.staged() == Shop(BOOK | {"apples": 3})
    assert "free" in find(chooser, QWidget, "shopError").message
    click(chooser, "shopReset")
    assert chooser.staged() == Shop(BOOK)
    assert find(chooser, QWidget, "shopError").message == ""
    assert tax.text() == "1.1"


def test_an_expression_stays_while_others_are_looked_at(chooser, qtbot):
    chooser.choose_kind("expression")
    assert chooser.details.isVisible()
    text = find(chooser, QLineEdit, "expressionText")
    text.selectAll()
    QTest.keyClicks(text, "x * 2")
    assert chooser.staged() == Expression("x * 2", {"x": 1.0})
    chooser.choose_kind("shop")
    assert not text.isVisible()
    assert find(chooser, QLineEdit, "variable_tax").isVisible()
    chooser.choose_kind("batch")
    assert not chooser.details.isVisible()
    chooser.choose_kind("expression")
    assert chooser.staged().text == "x * 2"
    with qtbot.waitSignals([chooser.changed], timeout=0):
        find(chooser, QWidget, "expressionExamples").menu().actions()[0].trigger()
    assert chooser.staged() == Expression("x * y + z", {"x": 3, "y": -2, "z": 10})


def test_what_is_not_loaded_is_not_there_but_an_expression_is(qtbot):
    digits = DigitSession(loaded=False)
    chooser = StageChooser(digits)
    qtbot.addWidget(chooser)
    qtbot.addWidget(chooser.details)
    assert chooser.staged() is None
    assert not any(allowed(chooser, choice) for choice in ("test", "train", "batch", "drawing"))
    assert not find(chooser, QSpinBox, "exampleIndex").isEnabled()
    chooser.choose_kind("batch")
    assert chooser.staged() is None
    chooser.choose_kind("shop")
    assert chooser.staged() == Shop(BOOK)
    with qtbot.assertNotEmitted(chooser.changed):
        digits.load()
    chooser.choose_kind("example")
    assert chooser.staged().index == 0
    assert find(chooser, QSpinBox, "exampleIndex").isEnabled()


def test_the_next_mistake_is_asked_for_and_shown(chooser, digits, qtbot):
    find(chooser, QSpinBox, "exampleIndex").setValue(3)
    click(chooser, "exampleNextMistake")
    assert digits.searches == [("test", 3)]
    assert not find(chooser, QWidget, "exampleNextMistake").isEnabled()
    digits.mistake_found.emit(digits.example("test", 77))
    assert chooser.staged().index == 77
    click(chooser, "exampleNextMistake")
    with qtbot.waitSignals([chooser.nothing_found], timeout=0):
        digits.mistake_found.emit(None)
    click(chooser, "exampleNextMistake")
    chooser.choose_kind("shop")
    digits.mistake_found.emit(digits.example("test", 78))
    assert chooser.kind == "shop"
    click_again = find(chooser, QWidget, "exampleNextMistake")
    assert click_again.isEnabled()


def test_typing_ends_with_return(chooser, qtbot):
    box = find(chooser, QSpinBox, "exampleIndex")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "12")
    with qtbot.waitSignals([chooser.entered], timeout=0):
        QTest.keyClick(box, Qt.Key.Key_Return)
    assert chooser.staged().index == 12
    for kind, name in (("shop", "variable_tax"), ("expression", "expressionText")):
        chooser.choose_kind(kind)
        with qtbot.waitSignals([chooser.entered], timeout=0):
            QTest.keyClick(find(chooser, QLineEdit, name), Qt.Key.Key_Escape)


def test_tab_goes_through_the_row_and_then_through_what_is_below(page, chooser):
    for kind, names in (
        ("expression", ("expressionExamples", "expressionText", "variable_x")),
        ("shop", ("shopReset", "variable_apple price", "variable_apples")),
    ):
        chooser.choose_kind(kind)
        find(chooser, QComboBox, "stageKind").setFocus()
        for name in names:
            QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
            assert page.focusWidget().objectName() == name
    for _ in range(4):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    assert page.focusWidget() is page.after


@pytest.mark.parametrize("width", [748, 824, 1400])
def test_the_row_keeps_its_place_and_size_whatever_is_chosen(page, chooser, digits, width):
    digits.set_drawing(digits.example("test", 40).image)
    page.resize(width, 300)
    places = set()
    for kind in ("example", "batch", "drawing", "shop", "expression"):
        chooser.choose_kind(kind)
        QApplication.processEvents()
        combo = find(chooser, QComboBox, "stageKind")
        places.add((combo.mapTo(page, QPoint(0, 0)).x(), chooser.width(), combo.height()))
        assert page.width() == width
        for child in chooser.findChildren(
            QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
        ):
            assert not child.isVisible() or chooser.rect().contains(child.geometry())
    assert len(places) == 1
    assert chooser.width() <= 440


def test_everything_that_acts_says_what_it_does(chooser):
    chooser.choose_kind("expression")
    chooser.choose_kind("shop")
    for name in (
        "stageKind",
        "exampleIndex",
        "examplePrevious",
        "exampleNext",
        "exampleNextMistake",
        "stageBatchSize",
        "drawingLabel",
        "shopReset",
        "expressionExamples",
        "expressionText",
        "expressionError",
        "variable_x",
        "variable_tax",
    ):
        assert find(chooser, QWidget, name).accessibleName(), name
