"""In every window that is allowed, the cards beside the picture have room for what they say."""

import pytest
from digit_session import DigitSession, a_network
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.pages.backward import BackwardPage
from app.places import Place
from app.widgets.code_panel import LINE
from app.widgets.formula_panel import ValueBox

SIZES = [(1048, 520), (1208, 600), (1208, 680)]
PLACES = [
    Place(),
    Place("Relu1"),
    Place("Affine1", 7),
    Place("Relu1", 7),
    Place("SoftmaxWithLoss", 0),
    Place("Affine1", 7, "a1[7]"),
]


def make_page(qtbot, activation, size):
    page = BackwardPage(DigitSession(a_network(activation)))
    page.reduced_motion = True
    qtbot.addWidget(page)
    qtbot.addWidget(page.tools)
    page.setUpdatesEnabled(False)  # only places are looked at
    page.setMinimumSize(1048, 520)
    page.resize(*size)
    with qtbot.waitExposed(page):
        page.show()
    return page


def place_in(page, widget):
    return widget.rect().translated(widget.mapTo(page, QPoint(0, 0)))


@pytest.mark.parametrize("size", SIZES)
def test_cards_and_factors_are_whole_at_every_step(qtbot, size):
    page = make_page(qtbot, "relu", size)
    steps = 0
    for place in PLACES:
        page.theatre.open(place)
        QApplication.processEvents()  # cards that take the place of others find their heights
        for position in range(len(page.playback.steps) + 1):
            page.playback.jump(position)
            QApplication.processEvents()
            assert_cards_and_factors_are_whole(page)
            steps += 1
    assert steps > 5 * len(PLACES)


def assert_cards_and_factors_are_whole(page):
    cards = [c for c in page.findChildren(QWidget, "card") if c.isVisible()]
    rects = [place_in(page, card) for card in cards]
    for n, rect in enumerate(rects):
        assert page.rect().adjusted(11, 11, -11, -11).contains(rect)
        assert not any(rect.intersects(other) for other in rects[n + 1 :])
    card = place_in(page, page.side.formulas.products)
    boxes = [b for b in page.findChildren(ValueBox) if b.isVisible()]
    parts = [place_in(page, box) for box in boxes]
    sentence = page.findChild(QLabel, "productsSentence")
    if sentence.isVisible() and sentence.text():
        parts.append(place_in(page, sentence))
        assert sentence.height() >= sentence.heightForWidth(sentence.width())
    for box in boxes:
        assert box.height() >= 30
        assert box.visibleRegion().boundingRect() == box.rect()
    for n, rect in enumerate(parts):
        assert card.contains(rect)
        assert not any(rect.intersects(other) for other in parts[n + 1 :])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_inside_an_activation_code_and_formula_share_the_height_by_need(qtbot, activation, size):
    page = make_page(qtbot, activation, size)
    page.theatre.open(Place(f"{activation.capitalize()}1", 7))
    heights, empty = set(), []
    for position in range(len(page.playback.steps) + 1):
        page.playback.jump(position)
        QApplication.processEvents()
        formula, view = page.side.formulas.formula, page.side.code.view
        heights.add(formula.height())
        rows = [row for row in formula.graph.rows if row.isVisible()]
        assert formula.graph.verticalScrollBar().maximum() == 0
        empty.append(formula.graph.height() - sum(row.height() for row in rows))
        lines = view.viewport().height() // LINE
        assert lines >= min(len(view.code.lines), 5)
    assert len(heights) == 1
    assert min(empty) <= 12


def test_the_chain_rule_leaves_its_room_to_the_picture_when_the_window_shrinks(qtbot):
    page = make_page(qtbot, "relu", (1208, 600))
    page.theatre.open(Place("Relu1", 7))
    page.playback.last()
    assert page.stage.factors.isVisible()
    for height, there in ((520, False), (600, True)):
        page.resize(1048, height)
        QApplication.processEvents()
        assert page.stage.factors.isVisible() == there
        assert page.view.height() >= page.view.minimumHeight()


def test_a_pass_with_much_to_write_has_as_much_room_as_before(qtbot):
    page = make_page(qtbot, "relu", (1208, 600))
    page.theatre.open(Place("Affine1", 7))
    page.playback.last()
    QApplication.processEvents()
    assert page.side.formulas.formula.height() >= 160
