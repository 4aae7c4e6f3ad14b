"""Another network or graph than the one that was looked at: smaller, later, of other names."""

import pytest
from digit_session import DigitSession, a_network
from PySide6.QtWidgets import QLineEdit

from app.graph_view.scene import Weight
from app.pages.backward import BackwardPage
from app.places import Place


def make_page(qtbot, units=50):
    page = BackwardPage(DigitSession(a_network(units=units)))
    page.reduced_motion = True
    qtbot.addWidget(page)
    qtbot.addWidget(page.tools)
    page.resize(1208, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.playback.last()
    return page


def another_run(qtbot, page, network):
    """Show ``network`` as the first of another run, and wait until the page has followed."""
    page._session.publish(network, 0, run=2)
    qtbot.waitUntil(lambda: page.theatre.running.passes.network is network)


@pytest.mark.parametrize(
    ("weight", "stays"),
    [
        (Weight("W1", (300, 4)), True),
        (Weight("W1", (300, 5)), False),
        (Weight("W2", (4, 9)), True),
        (Weight("W2", (5, 3)), False),
        (Weight("b1", (4,)), True),
        (Weight("b1", (5,)), False),
        (Weight("b2", (7,)), True),
    ],
    ids=str,
)
def test_a_followed_weight_is_kept_if_the_next_network_has_it(qtbot, weight, stays):
    page = make_page(qtbot)
    page.theatre.follow(weight)
    another_run(qtbot, page, a_network(units=5))
    assert page.theatre.following.weight == (weight if stays else None)
    assert page.side.chain.isVisible() == stays
    assert page.side.formulas.isVisible() == (not stays)


@pytest.mark.parametrize("place", [Place(), Place("Affine1"), Place("Relu1"), Place("Affine2")])
def test_a_network_of_one_hidden_unit_is_shown_and_all_its_cells_are_reached(qtbot, place):
    page = make_page(qtbot, units=1)
    page.theatre.open(place)
    scene = page.view.scene
    assert page.theatre.place == place
    for spot in scene.spots:
        cell, keys = scene.cell_from(spot, 0, 0), set()
        while cell is not None and cell.key not in keys:
            keys.add(cell.key)
            cell = scene.cell_from(cell, 1, 0)
        if place == Place() and spot.key in ("W2", "dW2", "b2", "db2"):
            assert len(keys) == 10


def test_a_window_that_was_minimised_catches_up_with_what_it_missed(qtbot):
    page = make_page(qtbot)
    page.watch._refreshed_at += 3600  # the next numbers are not due before the window goes
    page._session.publish(a_network(seed=2), 100)
    assert page.watch._timer.isActive()
    page.showMinimized()
    qtbot.waitUntil(lambda: not page.watch._timer.isActive())
    assert page.theatre.running.passes.iteration == 0
    page.showNormal()
    qtbot.waitUntil(lambda: page.theatre.running.passes.iteration == 100)
    assert "iteration 100" in page.stage.card.subtitle.text()


def test_an_operation_of_the_shop_whose_name_is_a_variables_now_leads_up(qtbot):
    page = make_page(qtbot)
    page.chooser.choose_kind("expression")
    page.findChild(QLineEdit, "expressionText").setText("total * 2")
    page.chooser.choose_kind("shop")
    page.theatre.open(Place(node="total"))
    page.chooser.choose_kind("expression")
    assert page.theatre.place == Place()
    assert "total * 2" in page.theatre.graph.nodes
