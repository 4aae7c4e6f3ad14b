import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel
from unit_graphs import a_neuron, a_unit, an_expression, units_by_gate

from app import theme
from app.formatting import EM_DASH, signed
from app.widgets.basics import SEMIBOLD
from app.widgets.chain_rule import ChainRuleCard, chain_of, shown
from app.widgets.graph_formulas import factor_span


@pytest.fixture
def card(qtbot):
    card = ChainRuleCard()
    qtbot.addWidget(card)
    card.resize(824, 128)
    card.show()
    return card


def texts(card):
    return [text for _, text in card.factors.boxes]


@pytest.mark.parametrize("position", range(9))
def test_the_boxes_are_the_numbers_of_the_trace(card, position):
    graph, trace = a_unit()
    card.show_step(trace, position, graph)
    known = trace.known(position)
    expected = [signed(float(trace.values["da1[17]"]))]
    for step in trace.steps[4:]:
        share = step.downstream[0]
        there = share.gradient in known
        local = float(share.local_derivative)
        plain = {1.0: "1", -1.0: "−1"}.get(local, signed(local))
        expected.append(plain if there else EM_DASH)
    result = float(trace.values["dz1[17]"])
    expected.append(signed(result) if "dz1[17]" in known else EM_DASH)
    assert texts(card) == expected


def test_the_boxes_are_called_as_the_nodes_are_drawn(card):
    graph, trace = a_unit()
    card.show_step(trace, 0, graph)
    titles = [title for title, _ in card.factors.boxes]
    assert titles == ["da1[17]", "1 / x", "+ 1", "exp", "× −1", "dz1[17]"]


@pytest.mark.parametrize("position", range(5, 9))
def test_the_product_so_far_is_the_gradient_that_the_last_step_handed_back(card, position):
    graph, trace = a_unit()
    card.show_step(trace, position, graph)
    gradient = float(trace.values[trace.steps[position - 1].downstream[0].gradient])
    said = card.findChild(QLabel, "soFar").text()
    assert said.endswith(f" = {signed(gradient)}")
    assert said.count("×") == position - 4


@pytest.mark.parametrize(
    ("position", "left"),
    [(4, "4 factors left"), (7, "one factor left: × −1"), (8, "no factor left")],
)
def test_what_is_left_is_counted(card, position, left):
    graph, trace = a_unit()
    card.show_step(trace, position, graph)
    assert card.findChild(QLabel, "factorsLeft").text() == left


def test_the_newest_factor_is_marked_and_no_other():
    graph, trace = a_unit()
    for position in range(9):
        newest = [f.newest for f in chain_of(trace, position, graph).factors]
        assert newest == [False] + [position == n for n in range(5, 9)]


def test_a_chain_can_be_one_node_with_a_gate(card):
    for unit, local in zip(units_by_gate(), ("1", "0"), strict=True):
        graph, trace = a_unit("relu", unit)
        card.show_step(trace, 2, graph)
        assert card.isVisible()
        upstream = factor_span(float(trace.values[f"da1[{unit}]"])).text
        assert texts(card) == [upstream, local, upstream if local == "1" else "0"]


@pytest.mark.parametrize("text", ["x * y", "x + x", "exp(v)", "sum(v)"])
def test_what_is_no_chain_of_numbers_has_no_card(card, text):
    _, trace = an_expression(text, x=1, y=2, v=[1, 2])
    card.show_step(trace, len(trace.steps))
    assert not card.isVisible()


def test_a_unit_with_its_products_is_no_chain(card):
    card.show_step(a_neuron()[1], 1)
    assert not card.isVisible()
    card.show_step(None, 0)
    assert not card.isVisible()


def test_the_card_comes_back_with_the_next_chain(card):
    card.show_step(None, 0)
    card.show_step(a_unit()[1], 8)
    assert card.isVisible()


@pytest.mark.parametrize("width", [560, 640, 824, 1110])
@pytest.mark.parametrize("position", range(9))
def test_nothing_is_cut_off_at_any_width(card, width, position):
    graph, trace = a_unit()
    card.show_step(trace, position, graph)
    card.resize(width, 128)
    assert card.minimumSizeHint().width() <= 560
    assert len(card.factors.boxes) == 6
    narrow, numbers = QFontMetricsF(theme.mono_font(11)), theme.mono_font(12, SEMIBOLD)
    for title, number in card.factors.boxes:
        assert narrow.horizontalAdvance(title) <= 68 - 4
        assert QFontMetricsF(numbers).horizontalAdvance(number) <= 68 - 2
    said = card.findChild(QLabel, "soFar")
    assert QFontMetricsF(numbers).horizontalAdvance(said.text()) <= said.width()


def test_a_long_chain_keeps_its_ends_and_what_is_newest():
    _, trace = an_expression("exp(sin(cos(tanh(sin(cos(sin(cos(x))))))))", x=0.3)
    for position in range(8, 17):
        factors = chain_of(trace, position).factors
        kept = shown(factors, 6)
        assert len(kept) <= 6
        assert kept[0] is factors[0]
        newest = [f for f in factors if f.newest]
        assert all(f in kept for f in newest)


def test_a_long_chain_is_written_in_short(card):
    _, trace = an_expression("exp(sin(cos(tanh(sin(cos(sin(cos(x))))))))", x=0.3)
    card.resize(560, 128)
    card.show_step(trace, 16)
    said = card.findChild(QLabel, "soFar")
    assert "…" in said.text()
    assert said.text().endswith(f" = {signed(float(trace.values['dx']))}")


def test_the_numbers_can_be_read_in_full(card):
    graph, trace = a_unit()
    card.show_step(trace, 8, graph)
    local = float(trace.steps[4].downstream[0].local_derivative)
    assert f"1 / x = {local!r}".replace("-", "−") in card.factors.toolTip().splitlines()
    assert card.factors.accessibleDescription().count("×") >= 4
