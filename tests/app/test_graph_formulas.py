import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel
from unit_graphs import a_network_pass, a_neuron, a_unit, an_expression, units_by_gate

from app.formatting import EM_DASH, signed, unsigned
from app.widgets.formula_panel import FormulaPanel, ValueBox
from app.widgets.formulas import Row, Span, formula_of
from app.widgets.graph_formulas import (
    ArrayProduct,
    factor_span,
    formula_spans,
    full_text,
    graph_formula_of,
    graph_products_of,
    named_spans,
)
from app.widgets.row_label import LINE, RowLabel


@pytest.fixture
def panel(qtbot):
    panel = FormulaPanel()
    qtbot.addWidget(panel)
    panel.products.setFixedHeight(206)
    panel.resize(288, 400)
    panel.show()
    return panel


def lines(trace, position):
    formula = graph_formula_of(trace, position)
    return [formula.formula, *(row.text for row in formula.rows)]


def number(trace, name):
    return float(trace.values[name])


def test_a_forward_step_is_told_in_names_in_numbers_and_its_result():
    _, trace = a_unit()
    exp, total, a = (number(trace, n) for n in ("exp(−z1[17])", "1 + exp(−z1[17])", "a1[17]"))
    assert lines(trace, 3) == ["1 + exp(−z1[17])", f"= 1 + {unsigned(exp)}", f"= {signed(total)}"]
    assert lines(trace, 4) == [
        "a1[17] = 1 / (1 + exp(−z1[17]))",
        f"= 1 / {unsigned(total)}",
        f"= {signed(a)}",
    ]


def test_before_the_first_step_nothing_is_known():
    assert lines(a_unit()[1], 0) == ["−z1[17]", f"= {EM_DASH}"]


@pytest.mark.parametrize("position", range(5, 9))
def test_a_backward_step_is_upstream_times_local_is_downstream(position):
    _, trace = a_unit()
    step = trace.steps[position - 1]
    (share,) = step.downstream
    values = (number(trace, step.upstream), float(share.local_derivative),
              number(trace, share.gradient))  # fmt: skip
    upstream, local, downstream = (factor_span(value).text for value in values)
    assert lines(trace, position) == [share.formula, f"= {upstream} × {local} = {downstream}"]
    (row,) = graph_products_of(trace, position).rows
    assert row.values == values


def test_negative_numbers_stand_in_parentheses_where_they_must():
    _, trace = an_expression("x * x + max(x, 1)", x=-3)
    assert lines(trace, 1)[1] == "= −3.0000 × (−3.0000)"
    assert lines(trace, 2)[1] == "= max(−3.0000, 1)"


def test_a_typed_number_stays_as_it_was_typed():
    _, trace = an_expression("2 * x ** 2 + 2", x=3)
    assert lines(trace, 1)[1] == "= 3.0000 ** 2"
    assert lines(trace, 2)[1] == "= 2 × 9.0000"


def test_each_of_two_inputs_gets_its_product_and_a_sum_its_whole():
    _, trace = an_expression("x * x", x=-3)
    told = lines(trace, 2)
    assert told[1] == "= 1 × −3.0000 = −3.0000"
    assert told[3] == "= 1 × −3.0000 = −3.0000"
    assert told[-1] == "all shares: dx = −6.0000"


def test_many_inputs_are_counted():
    _, trace = a_neuron()
    position = next(n for n, s in enumerate(trace.steps, 1) if len(s.downstream) == 7)
    assert lines(trace, position)[-1] == "and 5 more"
    products = graph_products_of(trace, position)
    assert len(products.rows) == 2
    assert products.sentence == "And 5 more."


def test_of_arrays_shapes_and_ranges_are_told():
    _, trace = an_expression("x @ W", x=[[1, 2], [3, 4]], W=[[1, 0, -1], [2, 1, 0]])
    assert lines(trace, 1) == [
        "x @ W = x · W", "= [2 × 2] · [2 × 3]", "= [2 × 3] −3.0000 … +11.0000"
    ]  # fmt: skip
    row = graph_products_of(trace, 2).rows[0]
    assert isinstance(row, ArrayProduct)
    assert row.texts == ("2 × 3", "2 × 3", "2 × 2")
    assert row.tips[0] == "all +1.0000"


def test_a_shut_gate_hands_back_an_exact_zero():
    _, shut = units_by_gate()
    _, trace = a_unit("relu", shut)
    assert lines(trace, 2)[-1].endswith("× 0 = 0")
    (row,) = graph_products_of(trace, 2).rows
    assert row.note == "exactly 0, not —"


def test_signs_have_their_colours_and_ones_none():
    assert [factor_span(v).tone for v in (0.5, -0.5, 0.0, 1.0, -1.0, None)] == list("+−01−3")
    assert [factor_span(v).text for v in (1.0, -1.0, None)] == ["1", "−1", EM_DASH]


@pytest.mark.parametrize(
    ("formula", "names", "found"),
    [
        ("exp(x)", ["x"], ["x"]),
        ("dx × x", ["x", "dx"], ["dx", "x"]),
        ("x[1] × x[12]", ["x[1]", "x[12]"], ["x[1]", "x[12]"]),
        ("−y²", ["y"], ["y"]),
        ("xᵀ · dx′", ["x", "dx", "dx′"], ["x", "dx′"]),
        ("max(max, 1.5)", ["max", "1"], ["max"]),
        ("(apple price) × apples", ["apple price", "apples"], ["apple price", "apples"]),
    ],
)
def test_names_are_found_and_no_parts_of_names(formula, names, found):
    spans = named_spans(formula, names)
    assert "".join(span.text for span in spans) == formula
    assert [span.value for span in spans if span.value] == found


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_every_named_term_is_a_value_of_the_trace(activation):
    network = a_network_pass(activation)
    traces = [a_unit(activation)[1], a_neuron()[1], an_expression("x * x - x / y", x=2, y=3)[1]]
    for trace in traces:
        for position in range(len(trace.steps) + 1):
            rows = (Row(formula_spans(trace, position)), *graph_formula_of(trace, position).rows)
            named = [span for row in rows for span in row.spans if span.value]
            assert named
            assert all(full_text(trace, span) for span in named)
    for position in range(len(network.steps) + 1):
        rows = formula_of(network, position, 17, 3).rows
        named = [span for row in rows for span in row.spans if span.value]
        assert named
        assert all(full_text(network, span) for span in named)


def test_the_tooltip_of_a_term_has_all_digits():
    network = a_network_pass()
    value = str(network.values["z1"][0, 17]).replace("-", "−")
    assert full_text(network, Span("z1[17]", value="z1")) == f"z1[17] = {value}"
    _, trace = a_unit()
    da = trace.values["da1[17]"][()]
    assert full_text(trace, Span("+0.02", "+", "da1[17]")) == f"da1[17] = {da!s}"
    assert full_text(network, Span("W1", value="W1")).startswith("W1: 784 × 50, −")


def rows_of(panel):
    return [row for row in panel.formula.graph.rows if row.isVisibleTo(panel)]


@pytest.mark.parametrize("position", range(9))
def test_the_panel_shows_these_lines_and_products(panel, position):
    _, trace = a_unit()
    panel.show_graph_step(trace, position)
    assert [row.text() for row in rows_of(panel)] == lines(trace, position)
    products = graph_products_of(trace, position)
    shown = [
        panel.findChild(ValueBox, f"{name}0").text()
        for name in ("upstreamValue", "localValue", "productValue")
    ]
    assert shown == [factor_span(value).text for value in products.rows[0].values]


def test_the_panel_shows_layers_again_after_a_graph(panel):
    panel.show_graph_step(a_unit()[1], 8)
    network = a_network_pass()
    panel.show_step(network, 5, 17, 3)
    assert panel.findChild(QLabel, "stepFormula").isVisible()
    assert not panel.formula.graph.isVisible()


def move_to(label, place):
    where = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, where, label.mapToGlobal(where),
                        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(label, event)


def test_a_term_under_the_pointer_is_told_and_its_number_shown(panel):
    _, trace = a_unit()
    panel.show_graph_step(trace, 5)
    said = []
    panel.value_hovered.connect(said.append)
    row = rows_of(panel)[0]
    piece = next(p for p in row.pieces() if p.span.value == "da1[17]")
    move_to(row, piece.rect.center())
    assert said == ["da1[17]"]
    center = piece.rect.center()
    assert row.tip_at(center.x(), center.y()) == f"da1[17] = {trace.values['da1[17]'][()]!s}"
    QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert said == ["da1[17]", ""]


def test_terms_of_a_layers_formula_are_told_too(panel):
    panel.show_step(a_network_pass(), 2, 17, 3)
    said = []
    panel.value_hovered.connect(said.append)
    move_to(panel.findChild(RowLabel, "formulaRow0"), QPoint(4, 10))
    assert said == ["z1"]


def test_what_the_picture_points_at_is_underlined(panel):
    panel.show_graph_step(a_unit()[1], 5)
    panel.light(frozenset(("da1[17]",)))
    lit = [text for row in rows_of(panel) for text in row.lit]
    assert len(lit) == 2
    panel.show_graph_step(a_unit()[1], 4)
    assert not any(row.lit for row in rows_of(panel))
    panel.light(frozenset())
    assert not any(row.lit for row in rows_of(panel))


@pytest.mark.parametrize("width", [288, 336])
def test_no_line_is_cut_off_however_long_its_names(panel, width):
    panel.resize(width, 400)
    traces = [a_unit()[1], a_neuron()[1]]
    traces.append(an_expression("1 / (1 + exp(-(a * b + c * d - max(a, sin(b)))))", a=1, b=2, c=3,
                                d=4)[1])  # fmt: skip
    for trace in traces:
        for position in range(len(trace.steps) + 1):
            panel.show_graph_step(trace, position)
            QApplication.processEvents()
            assert panel.width() == width
            for row in rows_of(panel):
                pieces = row.pieces()
                assert max(p.rect.right() for p in pieces if p.text.strip()) <= row.width()
                assert row.height() == row.lines() * LINE
                squeezed = "".join(p.text for p in pieces).replace(" ", "")
                assert squeezed == row.text().replace(" ", "")
            for box in panel.findChildren(ValueBox):
                if box.isVisible():
                    assert box.height() >= 30
                    assert box.fontMetrics().horizontalAdvance(box.text()) <= box.width()


def test_what_there_is_no_room_for_can_be_scrolled_to_with_keys(panel):
    _, trace = an_expression("(alpha + beta + gamma) * (alpha - beta - gamma)", alpha=1, beta=2,
                             gamma=3)  # fmt: skip
    panel.show_graph_step(trace, 6)
    QApplication.processEvents()
    area = panel.formula.graph
    assert area.verticalScrollBar().maximum() > 0
    assert area.focusPolicy() == Qt.FocusPolicy.TabFocus
    panel.show_graph_step(a_unit()[1], 1)
    QApplication.processEvents()
    assert area.focusPolicy() == Qt.FocusPolicy.NoFocus
