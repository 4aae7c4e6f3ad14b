import numpy as np
import pytest
from pictures import check
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from unit_graphs import a_neuron, a_unit, an_expression, units_by_gate

from app import theme
from app.formatting import EM_DASH, signed
from app.graph_view.canvas import Canvas
from app.graph_view.operation_facts import MOST_INPUTS, factor_text
from app.graph_view.operation_scene import OperationScene
from app.places import Place

SIZES = [(560, 320), (792, 474), (1112, 674)]
EXP = "exp(−z1[17])"
TIMES = "(x + 1) * sin(y)"


def scene(passed, node, position=None, size=(792, 474), **more):
    graph, trace = passed
    position = len(trace.steps) if position is None else position
    return OperationScene(graph, trace, position, Place("Sigmoid1", 17, node), size, **more)


def times(**more):
    return scene(an_expression(TIMES, x=2, y=-1.2), TIMES, **more)


def drawn(shown, colors=theme.DARK, pulse=None, *, still=True, moving=True):
    image = QImage(*shown.size, QImage.Format.Format_RGB32)
    image.fill(QColor(colors.surface_1))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    log = []
    canvas = Canvas(painter, colors, log)
    if still:
        shown.paint_still(canvas)
    if moving:
        shown.paint_moving(canvas, pulse)
    painter.end()
    return image, log


def texts(shown):
    return [text.text for text in drawn(shown)[1]]


@pytest.mark.parametrize("position", range(9))
def test_the_numbers_are_those_of_the_trace_and_others_em_dashes(position):
    graph, trace = a_unit()
    shown = scene((graph, trace), EXP, position)
    known, facts = trace.known(position), shown.facts
    (told,) = facts.inputs
    for array, name in (
        (told.value, "−z1[17]"),
        (told.gradient, "d(−z1[17])"),
        (facts.output.value, EXP),
        (facts.output.gradient, f"d({EXP})"),
    ):
        assert (array is trace.values[name]) if name in known else (array is None)
    words = texts(shown)
    share = next(s for s in trace.steps[4:] if s.node == EXP).downstream[0]
    local = factor_text(share.local_derivative)
    assert (f"× {local}" in words) == (position >= 7)
    assert (f"× {EM_DASH}" in words) == (position < 7)
    for name in ("−z1[17]", EXP):
        assert (signed(float(trace.values[name])) in words) == (name in known)


def test_the_rule_is_that_of_the_newest_step_of_this_operation():
    passed = a_unit()
    assert "Raises e to the power of its input." in texts(scene(passed, EXP, 2))
    assert "Raises e to the power of its input." in texts(scene(passed, EXP, 6))
    assert "Exponential: upstream times the output itself." in texts(scene(passed, EXP, 7))


@pytest.mark.parametrize("position", range(9))
def test_only_an_operation_that_just_ran_is_running(position):
    assert ("running" in texts(scene(a_unit(), EXP, position))) == (position in (2, 7))


def test_each_input_gets_upstream_times_its_local_derivative():
    shown = times()
    trace = shown.trace
    words = texts(shown)
    for told in shown.facts.shares:
        local, gradient = float(told.local), float(told.gradient)
        assert gradient == local * float(trace.values[shown.facts.output.gradient_name])
        assert f"× {signed(local)}" in words
        assert words.count(signed(gradient)) >= 2


def test_a_constant_gets_no_gradient_and_the_rest_has_a_curve():
    shown = scene(a_unit(), "1 + exp(−z1[17])")
    constant, changing = shown.facts.inputs
    assert (constant.changes, changing.changes) == (False, True)
    assert "constant, no gradient" in texts(shown) or "constant" in texts(shown)
    assert shown.plot is not None
    assert shown.plot.x == float(shown.trace.values[EXP])
    assert times().plot is None


@pytest.mark.parametrize("text", ["sum(x)", "mean(x)", "max(x)"])
def test_what_reduces_one_number_is_drawn_without_a_curve(text):
    shown = scene(an_expression(text, x=1.5), text)
    assert shown.plot is None
    assert signed(1.5) in texts(shown)


@pytest.mark.parametrize(("terms", "more"), [(3, 0), (4, 0), (5, 1), (9, 5)])
def test_of_many_inputs_the_largest_are_shown_first_and_the_rest_counted(terms, more):
    graph, trace = a_neuron(17, terms)
    shown = scene((graph, trace), "z1[17]")
    inputs = shown.facts.inputs
    assert shown.facts.more == more
    assert (f"and {more} more" in texts(shown)) == bool(more)
    assert len(inputs) + more == len(graph.nodes["z1[17]"].inputs)
    if more:
        assert len(inputs) == MOST_INPUTS
        sizes = [abs(float(told.value)) for told in inputs]
        assert sizes == sorted(sizes, reverse=True)


def test_a_shut_gate_hands_back_an_exact_zero():
    opened, shut = units_by_gate()
    for unit, zero in ((opened, False), (shut, True)):
        shown = scene(a_unit("relu", unit), f"a1[{unit}]")
        (told,) = shown.facts.shares
        assert (float(told.gradient) == 0) == zero
        assert ("× 0" in texts(shown)) == zero
        assert ("× 1" in texts(shown)) == (not zero)


def test_arrays_are_strips_with_their_shapes():
    rng = np.random.default_rng(2)
    passed = an_expression("x @ W + b", x=rng.normal(size=(4, 900)), W=rng.normal(size=(900, 3)),
                           b=[1, 2, 3])  # fmt: skip
    for size in SIZES:
        words = texts(scene(passed, "x @ W", size=size))
        assert "4 × 900" in words
        assert "× [900 × 3]" in words


def passes():
    rng = np.random.default_rng(2)
    arrays = an_expression("x @ W + b", x=rng.normal(size=(4, 5)), W=rng.normal(size=(5, 3)),
                           b=[1, 2, 3])  # fmt: skip
    long = an_expression("max(alpha * beta, gamma) - 12345.678 * delta", alpha=1e-9, beta=-1e9,
                         gamma=2, delta=3)  # fmt: skip
    return {
        "exp": (a_unit(), EXP),
        "plus": (a_unit(), "1 + exp(−z1[17])"),
        "reciprocal": (a_unit(), "a1[17]"),
        "sum": (a_neuron(), "z1[17]"),
        "product": (a_neuron(), a_neuron()[0].operations[0].name),
        "arrays": (arrays, "x @ W + b"),
        "dot": (arrays, "x @ W"),
        "long": (long, long[0].output),
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", passes())
def test_no_text_leaves_the_picture_or_lies_on_another(size, name):
    passed, node = passes()[name]
    for position in (0, len(passed[1].steps)):
        log = drawn(scene(passed, node, position, size))[1]
        for n, one in enumerate(log):
            assert one.rect.left() >= 0
            assert one.rect.top() >= 0
            assert one.rect.right() <= size[0]
            assert one.rect.bottom() <= size[1]
            inner = one.rect.adjusted(1, 1, -1, -1)
            hit = [o.text for o in log[n + 1 :] if inner.intersects(o.rect)]
            assert not hit, (one.text, hit)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", passes())
def test_everything_can_be_pointed_at(size, name):
    passed, node = passes()[name]
    shown = scene(passed, node, size=size)
    keys = [spot.key for spot in shown.spots]
    assert len(set(keys)) == len(keys)
    assert {"node", "output", "input0"} <= set(keys) or name == "sum"
    for spot in shown.spots:
        assert spot.name
        assert spot.tip
        assert 0 <= spot.rect.left() <= spot.rect.right() <= size[0]
        assert 0 <= spot.rect.top() <= spot.rect.bottom() <= size[1]
        assert shown.spot_at(spot.rect.center()) is not None


def test_keys_stay_the_same_at_other_positions():
    passed = a_unit()
    keys = {tuple(spot.key for spot in scene(passed, EXP, n).spots) for n in range(9)}
    assert len(keys) == 1


def test_a_spot_tells_all_digits_and_leads_to_the_operation_before():
    shown = scene(a_unit(), EXP)
    spots = {spot.key: spot for spot in shown.spots}
    value = str(shown.trace.values["−z1[17]"]).replace("-", "−")
    assert spots["input0"].number.startswith(value[:6])
    assert spots["input0"].values == ("−z1[17]", "d(−z1[17])")
    assert spots["input0"].opens == Place("Sigmoid1", 17, "−z1[17]")
    assert spots["output"].opens is None
    leaf = {spot.key: spot for spot in scene(a_unit(), "−z1[17]").spots}["input0"]
    assert leaf.opens is None


def test_the_description_says_the_rule_and_every_product():
    said = times().description
    assert "Multiplication: upstream times the other input." in said
    for told in times().facts.shares:
        assert f"= {signed(float(told.gradient))}." in said
    assert f"d({TIMES})" in said
    assert EM_DASH in times(position=0).description


def test_what_flows_moves_and_rests_with_reduced_motion():
    def moved(position, *pulses, **more):
        return [
            drawn(scene(a_unit(), EXP, position, **more), pulse=pulse, still=False)[0]
            for pulse in pulses
        ]

    for position in (2, 7):
        early, late = moved(position, 0.1, 0.3)
        assert early != late
        early, late = moved(position, 0.1, 0.3, reduced_motion=True)
        assert early == late
    early, late = moved(4, 0.1, 0.3)
    assert early == late


def test_nothing_still_depends_on_the_pulse():
    shown = times()
    assert drawn(shown, pulse=0.1, moving=False)[0] == drawn(shown, pulse=0.6, moving=False)[0]


def test_a_spot_lies_where_it_is_drawn():
    shown = scene(a_unit(), EXP)
    node = next(spot for spot in shown.spots if spot.key == "node")
    symbol = next(text for text in drawn(shown)[1] if text.text == "exp")
    assert node.rect.contains(symbol.rect)
    assert shown.spot_at(QPointF(symbol.rect.center())).key == "node"


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
@pytest.mark.parametrize("name", ["exp", "times"])
def test_the_picture_is_the_approved_one(name, colors):
    shown = times() if name == "times" else scene(a_unit(), EXP, 7)
    check(drawn(shown, colors)[0], f"operation_{name}_{colors.name}")
