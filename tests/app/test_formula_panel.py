import numpy as np
import pytest
from passes import a_pass
from PySide6.QtWidgets import QLabel

from app import formatting
from app.formatting import EM_DASH, signed
from app.widgets.formula_panel import FormulaPanel, ValueBox
from app.widgets.formulas import formula_of
from app.widgets.products import products_of
from bpcore.graph.factors import factors

UNIT, LABEL = 17, 3


def lines(trace, position, unit=UNIT, label=LABEL):
    return [row.text for row in formula_of(trace, position, unit, label).rows]


@pytest.fixture
def panel(qtbot):
    panel = FormulaPanel()
    qtbot.addWidget(panel)
    panel.resize(336, 386)
    panel.show()
    return panel


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("position", range(15))
def test_every_step_has_a_formula_with_numbers(panel, activation, position):
    trace = a_pass(activation)
    panel.show_step(trace, position, UNIT, LABEL)
    shown = panel.findChild(QLabel, "stepFormula").text()
    assert shown == trace.steps[max(position - 1, 0)].formula
    assert lines(trace, position)
    assert panel.findChild(QLabel, "productsSentence").text()


def test_forward_rows_are_the_values_of_the_trace():
    values = a_pass().values
    assert f"z1[17] = {signed(float(values['z1'][0, 17]))}" in lines(a_pass(), 1)
    assert f"a1[17] = {signed(float(values['a1'][0, 17]))}" in lines(a_pass(), 2)
    assert f"z2[3] = {signed(float(values['z2'][0, 3]))}" in lines(a_pass(), 3)
    assert f"L = {formatting.loss(float(values['loss']))}" in lines(a_pass(), 4)


def test_before_the_first_step_the_result_is_an_em_dash():
    assert f"z1[17] = {EM_DASH}" in lines(a_pass(), 0)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("position", range(5, 13))
def test_backward_boxes_are_the_factors_of_the_engine(panel, activation, position):
    trace = a_pass(activation)
    panel.show_step(trace, position, UNIT, LABEL)
    for n, f in enumerate(factors(trace, trace.steps[position - 1], UNIT, LABEL)):
        shown = [
            panel.findChild(ValueBox, f"{name}{n}").text()
            for name in ("upstreamValue", "localValue", "productValue")
        ]
        expected = ["1" if v == 1 else signed(v) for v in (f.upstream, f.local, f.product)]
        assert shown == expected


def test_a_sum_names_its_terms_and_its_whole():
    trace = a_pass()
    rows = lines(trace, 6)
    whole = signed(float(trace.values["da1"][0, 17]))
    assert f"da1[17] = {whole}" in rows
    assert products_of(trace, 6, UNIT, LABEL).sentence == (
        f"One of 10 terms; their sum is da1[17] = {whole}."
    )


@pytest.mark.parametrize(("count", "said"), [(1, "W"), (20, "One of 20 terms; w")])
def test_weight_decay_is_told_apart_from_the_products(count, said):
    trace = a_pass(count=count, decay=0.5)
    (f, *_) = factors(trace, trace.steps[6], UNIT, LABEL)
    decay = signed(0.5 * float(trace.values["W2"][UNIT, LABEL]))
    whole = signed(float(trace.values["dW2"][UNIT, LABEL]))
    shown = products_of(trace, 7, UNIT, LABEL)
    assert shown.sentence == f"{said}eight decay {decay}, in all dW2[17,3] = {whole}."
    assert shown.headings[2] == "term of dW2"
    assert shown.rows[0].values == (f.upstream, f.local, f.product)
    (last,) = formula_of(trace, 7, UNIT, LABEL).rows[-1:]
    assert (last.text, last.note) == (f"dW2[17,3] = {whole}", f"weight decay {decay}")


def test_shut_gates_are_counted():
    trace = a_pass()
    shut = int((trace.values["z1"][0] <= 0).sum())
    assert products_of(trace, 9, UNIT, LABEL).sentence == f"{shut} of 50 gradients stop here."


def test_a_shut_gate_and_an_open_one_stand_beside_each_other():
    trace = a_pass()
    notes = {row.note for row in products_of(trace, 9, UNIT, LABEL).rows}
    assert notes == {"open: passes unchanged", "closed: exactly 0, not —"}


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_slope_tells_what_share_passes(activation):
    trace = a_pass(activation)
    local = trace.steps[8].local_derivative[0]
    rows, mean = products_of(trace, 9, UNIT, LABEL).rows, local.mean()
    assert rows[0].note == f"{formatting.percent(float(local[UNIT]))} passes"
    expected = f"On average {formatting.percent(float(mean))} of a gradient passes."
    assert products_of(trace, 9, UNIT, LABEL).sentence == expected


def test_forward_steps_multiply_no_gradients_yet(panel):
    panel.show_step(a_pass(), 3, UNIT, LABEL)
    boxes = panel.findChildren(ValueBox)
    assert len(boxes) == 6
    assert {box.text() for box in boxes} == {EM_DASH}


def test_the_update_shows_old_gradient_and_new(panel):
    trace = a_pass()
    panel.show_step(trace, 13, UNIT, LABEL)
    pixel = int(np.abs(trace.values["dW1"][:, UNIT]).argmax())
    shown = [panel.findChild(ValueBox, f"{n}0").text() for n in ("upstreamValue", "productValue")]
    old, new = (float(trace.values[name][pixel, UNIT]) for name in ("W1", "W1_new"))
    assert shown == [signed(old), signed(new)]
    assert f"W1[{pixel},17] = {signed(old)}" in lines(trace, 13)[0]


@pytest.mark.parametrize(
    ("position", "name", "index", "subtitle"),
    [(13, "W2", (UNIT, LABEL), "unit 17, class 3"), (14, "b2", (LABEL,), "class 3")],
)
def test_in_the_second_layer_the_update_is_that_of_its_own_numbers(
    panel, position, name, index, subtitle
):
    trace = a_pass()
    panel.show_step(trace, position, UNIT, LABEL, "Affine2")
    old, new = (float(trace.values[n][index]) for n in (name, f"{name}_new"))
    rows = [row.text for row in formula_of(trace, position, UNIT, LABEL, "Affine2").rows]
    assert rows[0].startswith(f"{name}[{','.join(map(str, index))}] = {signed(old)} − 0.1 × ")
    assert rows[1].strip() == f"= {signed(new)}"
    assert panel.formula.subtitle.text() == subtitle
    assert panel.findChild(QLabel, "formulaRow0").text() == rows[0]
    panel.show_step(trace, position, UNIT, LABEL, "Affine1")
    assert panel.findChild(QLabel, "formulaRow0").text().startswith(name.replace("2", "1"))


def test_after_the_update_the_loss_is_compared():
    values = a_pass().values
    before, after = (formatting.loss(float(values[n])) for n in ("loss", "loss_after"))
    assert f"L = {before} → {after}" in lines(a_pass(), 14)
    assert f"{before} → {after}" in products_of(a_pass(), 14, UNIT, LABEL).sentence


def test_after_the_update_of_a_batch_it_is_the_mean_loss_that_is_compared():
    trace = a_pass(count=20)
    before, after = (formatting.loss(float(trace.values[n])) for n in ("loss", "loss_after"))
    assert products_of(trace, 14, UNIT, LABEL).sentence == (
        f"The mean loss of these 20 examples: {before} → {after}."
    )


def test_signs_have_their_colours_and_a_one_has_none():
    trace = a_pass()
    opened = int(trace.values["dz1"][0].argmax())
    tones = {s.text: s.tone for row in formula_of(trace, 9, opened, 3).rows for s in row.spans}
    assert tones[signed(float(trace.values["da1"][0, opened]))] == "+"
    assert tones["1"] == "1"
    negative = int(trace.values["dz1"][0].argmin())
    tones = {s.text: s.tone for row in formula_of(trace, 9, negative, 3).rows for s in row.spans}
    assert tones[signed(float(trace.values["da1"][0, negative]))] == "−"


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("units", [1, 50, 1000])
def test_every_line_fits_the_panel(qapp, activation, units):
    from PySide6.QtGui import QFontMetricsF

    from app import theme

    metrics = QFontMetricsF(theme.mono_font(12))
    trace = a_pass(activation, units)
    for position in range(15):
        formula = formula_of(trace, position, units - 1, LABEL)
        for text in (formula.formula, *(row.text for row in formula.rows)):
            assert metrics.horizontalAdvance(text) <= 304, text
