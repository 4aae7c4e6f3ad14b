import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel
from unit_graphs import a_network_pass, a_neuron, a_unit, an_expression, units_by_gate

from app import theme
from app.formatting import EM_DASH, scientific, signed
from app.graph_view.canvas import Canvas
from app.graph_view.curve_plot import operation_plot, paint_curve
from app.widgets.agreement import AgreementCard, Verdict
from app.widgets.slope_plot import SlopeCard
from bpcore.graph.agreement import agreement
from bpcore.graph.trace import trace_graph


@pytest.fixture
def slope(qtbot):
    card = SlopeCard()
    qtbot.addWidget(card)
    card.resize(288, 172)
    card.show()
    return card


@pytest.fixture
def agreed(qtbot):
    card = AgreementCard()
    qtbot.addWidget(card)
    card.resize(288, 158)
    card.show()
    return card


def drawn(plot, size=(256, 120)):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.DARK.surface_1))
    painter = QPainter(image)
    log = []
    paint_curve(Canvas(painter, theme.DARK, log), QRectF(0, 0, *size), plot)
    painter.end()
    return image, log


def test_the_dots_are_the_numbers_of_the_pass(slope):
    graph, trace = a_unit()
    network = a_network_pass()
    slope.show_unit(graph, trace, network, 17, len(trace.steps))
    plot = slope.plot.plot
    assert plot.x == float(network.values["z1"][0, 17])
    assert plot.y == float(network.values["a1"][0, 17])
    step = next(s for s in network.steps if s.phase == "backward" and s.node == "Sigmoid1")
    assert plot.slope == float(step.local_derivative[0, 17])
    assert plot.texts() == (f"y {signed(plot.y)}", f"slope {signed(plot.slope)}")


@pytest.mark.parametrize(
    ("position", "known"), [(0, (0, 0)), (3, (0, 0)), (4, (1, 0)), (8, (1, 1))]
)
def test_what_is_not_computed_has_no_dot(slope, position, known):
    slope.show_unit(*a_unit(), a_network_pass(), 17, position)
    plot = slope.plot.plot
    assert (plot.y is not None, plot.slope is not None) == known
    assert sum(EM_DASH in text for text in plot.texts()) == 2 - sum(known)


def test_in_an_opened_neuron_even_x_must_be_computed_first(slope):
    graph, trace = a_neuron()
    slope.show_unit(graph, trace, a_network_pass(), 17, 0)
    assert slope.plot.plot.x is None
    slope.show_unit(graph, trace, a_network_pass(), 17, len(trace.steps))
    assert slope.plot.plot.x is not None


def test_a_shut_gate_has_slope_zero(slope):
    _, shut = units_by_gate()
    slope.show_unit(*a_unit("relu", shut), a_network_pass("relu"), shut, 2)
    assert slope.plot.plot.slope == 0
    assert slope.plot.plot.texts()[1] == "slope 0"


def test_one_operation_is_shown_if_it_is_a_function_of_one_number(slope):
    graph, trace = an_expression("log(x) * y", x=0.7, y=2)
    assert slope.show_operation(graph, trace, len(trace.steps), "log(x)")
    assert slope.plot.plot.y == math.log(0.7)
    assert not slope.show_operation(graph, trace, len(trace.steps), graph.output)
    assert not slope.isVisible()


@pytest.mark.parametrize(
    ("text", "x"),
    [("log(x)", 0.7), ("1 / x", -1e-9), ("sqrt(x)", 0.0), ("exp(x)", -745.0), ("x ** 3", 1e60),
     ("tanh(x)", 1e30), ("sin(x)", 1e15), ("x - 2", 0.0)],
)  # fmt: skip
def test_any_function_is_painted_without_a_complaint(text, x):
    try:
        graph, trace = an_expression(text, x=x)
    except ValueError:  # a slope that is no number: there is no such pass
        return
    plot = operation_plot(graph, trace, len(trace.steps), graph.output)
    image, log = drawn(plot)
    for size in ((200, 88), (540, 260)):
        drawn(plot, size)
    accent = np.array(QColor(theme.DARK.accent).getRgb()[:3])
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(120, 256, 4)[..., 2::-1]
    assert (np.abs(rows.astype(int) - accent).max(axis=2) < 40).any()
    assert log


def test_ticks_and_numbers_do_not_overlap(slope):
    slope.show_unit(*a_unit(), a_network_pass(), 17, 8)
    for size in ((232, 88), (256, 120), (540, 260)):
        _, log = drawn(slope.plot.plot, size)
        for n, one in enumerate(log):
            assert one.rect.left() >= 0
            assert one.rect.right() <= size[0]
            assert not any(one.rect.intersects(other.rect) for other in log[n + 1 :]), one.text


def cells(card):
    return [
        [card.findChild(QLabel, f"agreement{name}{row}").text() for name in ("Slope", "Gradient")]
        for row in range(3)
    ]


def test_both_ways_are_told_with_their_difference(agreed):
    graph, trace = a_unit()
    network = a_network_pass()
    agreed.show_unit(graph, trace, network, 17, len(trace.steps))
    found = agreement(trace, network, "Sigmoid1", 17)
    pairs = (found.slope, found.gradient)
    assert cells(agreed) == [
        [signed(pair.nodes, 6) for pair in pairs],
        [signed(pair.layer, 6) for pair in pairs],
        [scientific(pair.difference) for pair in pairs],
    ]
    assert agreed.findChild(QLabel, "agreementName0").text() == "4 nodes"
    said = agreed.findChild(QLabel, "agreementVerdict")
    assert said.text().startswith("agrees")
    assert scientific(found.gradient.tolerance) in said.text()
    assert said.property("tone") == "accent"
    assert agreed.findChild(Verdict).agrees


def test_nothing_is_compared_before_the_nodes_ran_back(agreed):
    agreed.show_unit(*a_unit(), a_network_pass(), 17, 7)
    assert [row[0] for row in (cells(agreed)[0], cells(agreed)[2])] == [EM_DASH, EM_DASH]
    assert agreed.findChild(Verdict).agrees is None
    assert agreed.findChild(QLabel, "agreementVerdict").property("tone") == "3"


def test_another_gradient_differs(agreed):
    graph, _ = a_unit()
    doubled = trace_graph(graph, upstream=2 * graph.upstream)
    agreed.show_unit(graph, doubled, a_network_pass(), 17, len(doubled.steps))
    assert agreed.findChild(Verdict).agrees is False
    said = agreed.findChild(QLabel, "agreementVerdict")
    assert said.text().startswith("differs")
    assert said.property("tone") == "fail"


def test_a_shut_gate_agrees_exactly(agreed):
    _, shut = units_by_gate()
    agreed.show_unit(*a_unit("relu", shut), a_network_pass("relu"), shut, 2)
    assert cells(agreed) == [["0", "0"]] * 3
    assert agreed.findChild(QLabel, "agreementName0").text() == "the one node"


@pytest.mark.parametrize("position", [0, 8])
def test_every_text_fits_the_narrow_side(agreed, position):
    agreed.show_unit(*a_unit(), a_network_pass(), 17, position)
    QApplication.processEvents()
    assert agreed.minimumSizeHint().width() <= 288
    for text in agreed.findChildren(QLabel):
        if text.isVisible():
            needed = text.fontMetrics().horizontalAdvance(text.text())
            assert needed <= text.width(), text.text()
