import functools
import operator
import time

import numpy as np
import pytest
from apart import touching
from node_graphs import NAMES, graph, trace
from pictures import check, differing
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from app import theme
from app.formatting import EM_DASH, MINUS, signed
from app.graph_view.canvas import Canvas, DrawnText
from app.graph_view.node_boxes import LabelBox
from app.graph_view.node_scene import NodeScene
from app.graph_view.node_values import number_text
from app.graph_view.scene import Weight
from app.places import Place
from bpcore.graph.expression import parse_expression
from bpcore.graph.trace import trace_graph

UNIT = Place("Affine1", 17)

SEVERAL = (
    "neuron relu 5",
    "neuron sigmoid 5",
    "unit sigmoid",
    "unit tanh",
    "softmax",
    "apples",
    "x*x + exp(x)*x",
    "max(x, 0) * 2 - y / 4",
    "2**x + 2*3",
    "x",
)


def scene(name: str, position: int | None = None, **changes) -> NodeScene:
    run = trace(name)
    room = changes.pop("room", (792, 190) if name.startswith("unit") else (792, 474))
    position = len(run.steps) if position is None else position
    return NodeScene(graph(name), run, position, room, UNIT, **changes)


def painted(
    shown: NodeScene,
    colors: theme.Theme = theme.DARK,
    pulse: float | None = None,
    detail: float = 1.0,
    *,
    still: bool = True,
    size: tuple[float, float] | None = None,
) -> tuple[QImage, list[DrawnText]]:
    width, height = (round(side) for side in size or shown.size)
    image, log = QImage(width, height, QImage.Format.Format_RGB32), []
    image.fill(QColor(colors.surface_1))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    canvas = Canvas(painter, colors, log, detail)
    if still:
        shown.paint_still(canvas)
    shown.paint_moving(canvas, pulse)
    painter.end()
    return image, log


def texts_of(shown: NodeScene) -> list[DrawnText]:
    """Return its texts; painting reaches one pixel."""
    return painted(shown, size=(1, 1))[1]


def told(log: list[DrawnText], label: LabelBox) -> tuple[list[str], list[str]]:
    """Return the texts above and below an edge, without the sign on a pulse."""
    line = label.axis + label.room.gap
    inside = [t for t in log if label.rect.contains(t.rect.center())]
    above = [t.text for t in inside if t.rect.center().y() < label.axis]
    below = [t.text for t in inside if t.rect.center().y() > line + 5]
    return above, below


@pytest.mark.parametrize("name", SEVERAL)
def test_every_number_at_every_position_is_the_traces(name):
    run = trace(name)
    for position in range(len(run.steps) + 1):
        shown = scene(name, position)
        log, known = painted(shown)[1], run.known(position)
        names = shown.picture.now
        for edge, label in shown.layout.labels.items():
            above, below = told(log, label)
            value = run.values[edge.source] if edge.source in known else None
            assert number_text(value) in above
            assert len(above) == (1 if label.room.value_name is None else 2)
            gradient = names.gradient_name(edge)
            if gradient is None:
                assert not below
                continue
            share = run.values[gradient] if gradient in known else None
            assert number_text(share) in below
            assert len(below) == (1 if label.room.gradient_name is None else 2)


def test_a_number_is_formatted_as_everywhere():
    run = trace("apples")
    drawn = [t.text for t in texts_of(scene("apples"))]
    for value in run.values.values():
        assert signed(float(value)) in drawn


def test_nothing_but_what_is_given_is_known_before_the_first_step():
    shown = scene("neuron relu 5", 0)
    log = painted(shown)[1]
    for edge, label in shown.layout.labels.items():
        above, below = told(log, label)
        given = graph("neuron relu 5").nodes[edge.source].operation is None
        assert (EM_DASH in above) is not given
        assert (EM_DASH in below) is bool(edge.target)
    assert "running" not in [t.text for t in log]


def test_a_shut_gate_hands_back_exact_zeros():
    shown = scene("neuron relu 5")
    log = painted(shown)[1]
    zeros = [e for e in shown.layout.labels if e.target]
    for edge in zeros:
        _, below = told(log, shown.layout.labels[edge])
        gradient = shown.picture.now.gradient(edge)
        assert not gradient.any()
        assert ("0" if gradient.size == 1 else f"{gradient.size} numbers") in below


def test_a_value_with_several_readers_shows_its_whole_gradient_once_it_is_there():
    name = "x*x + exp(x)*x"
    run = trace(name)
    last = max(i for i, step in enumerate(run.steps) if "dx" in step.computes)
    whole = f"dx {signed(float(run.values['dx']))}"
    for position in range(len(run.steps) + 1):
        drawn = [t.text for t in texts_of(scene(name, position))]
        assert (whole in drawn) is (position > last)
        assert (f"dx {EM_DASH}" in drawn) is (position <= last)


@pytest.mark.parametrize("name", SEVERAL)
def test_no_texts_overlap_at_any_position(name):
    for position in range(len(trace(name).steps) + 1):
        log = texts_of(scene(name, position))
        assert touching(log) == [], position


@pytest.mark.parametrize("name", NAMES)
def test_all_texts_lie_in_the_picture_and_can_be_read(name, monkeypatch):
    sizes, write = [], Canvas.text

    def noted(self, x, baseline, text, font, *rest):
        sizes.append(font.pixelSize())
        return write(self, x, baseline, text, font, *rest)

    monkeypatch.setattr(Canvas, "text", noted)
    for position in (0, len(trace(name).steps) // 2, len(trace(name).steps)):
        shown = scene(name, position)
        for drawn in painted(shown)[1]:
            assert 0 <= drawn.rect.left()
            assert drawn.rect.right() <= shown.size[0]
            assert 0 <= drawn.rect.top()
            assert drawn.rect.bottom() <= shown.size[1]
    assert min(sizes) >= 11


@pytest.mark.parametrize("detail", [2.0, 4.0])
@pytest.mark.parametrize("name", ["apples", "neuron relu 5", "unit sigmoid"])
def test_nearer_there_are_more_digits_in_the_same_place(name, detail):
    shown = scene(name)
    near, far = painted(shown, detail=detail)[1], painted(shown)[1]
    longer = 0
    for label in shown.layout.labels.values():
        longer += sum(map(len, functools.reduce(operator.iadd, told(near, label), []))) > sum(
            map(len, functools.reduce(operator.iadd, told(far, label), []))
        )
        for drawn in near:
            if label.rect.contains(drawn.rect.center()) and drawn.text != "0":
                assert label.rect.left() <= drawn.rect.left()
                assert drawn.rect.right() <= label.rect.right()
    assert longer > 0


def test_eight_decimals_are_those_of_the_value():
    shown = scene("unit sigmoid")
    label = next(box for edge, box in shown.layout.labels.items() if edge.source == "a1[17]")
    above, _ = told(painted(shown, detail=4.0)[1], label)
    assert signed(float(trace("unit sigmoid").values["a1[17]"]), 8) in above


@pytest.mark.parametrize("name", ["neuron relu 5", "softmax", "x*x + exp(x)*x"])
def test_a_picture_depends_on_nothing_but_its_scene(name):
    one, other = scene(name, 5), scene(name, 5)
    first = painted(one, pulse=0.7)[0]
    painted(scene(name, 2))
    painted(other, theme.LIGHT)
    assert differing(first, painted(other, pulse=0.7)[0]) == 0
    assert differing(first, painted(one, pulse=0.7)[0]) == 0


def test_the_newest_step_alone_runs():
    for position in range(1, 17):
        log = texts_of(scene("neuron relu 5", position))
        assert [t.text for t in log].count("running") == 1


def test_a_step_back_is_acted_out_in_its_order():
    shown = scene("unit sigmoid", 7)
    words = {
        pulse: [t.text for t in painted(shown, pulse=pulse, still=False)[1]]
        for pulse in (0.1, 0.3, 0.5, 0.9, None)
    }
    run = trace("unit sigmoid")
    step = run.steps[6]
    upstream, downstream = (signed(float(run.values[n])) for n in (step.upstream, step.computes[0]))
    (product,) = shown.products
    assert product.startswith(f"{upstream} × ")
    assert product.endswith(f" = {downstream}")
    local = [pulse for pulse, drawn in words.items() if any(" = " in t for t in drawn)]
    assert 0.1 not in local
    assert {p for p, drawn in words.items() if product in drawn} == {0.5, 0.9}
    assert {p for p, drawn in words.items() if downstream in drawn} == {0.9, None}
    assert {p for p, drawn in words.items() if EM_DASH in drawn} == {0.1, 0.3, 0.5}
    assert any(text.startswith("exp(") for text in words[0.3])


def test_a_step_forth_gives_its_value_when_it_is_done():
    shown = scene("apples", 1)
    early = [t.text for t in painted(shown, pulse=0.3, still=False)[1]]
    late = [t.text for t in painted(shown, pulse=0.9, still=False)[1]]
    assert "+200.0000" not in early
    assert "+200.0000" in late


def test_the_last_moment_of_a_step_is_its_rest():
    for position in (2, 12):
        shown = scene("neuron sigmoid 5", position)
        drawn = [t.text for t in painted(shown, pulse=1.0)[1]]
        rest = [t.text for t in painted(shown)[1]]
        assert set(rest) <= set(drawn)
        assert set(drawn) - set(rest) == set(shown.products)


def test_with_reduced_motion_nothing_moves():
    shown = scene("neuron relu 5", 10, reduced_motion=True)
    pictures = [painted(shown, pulse=pulse)[0] for pulse in (0.0, 0.3, 0.65, 0.8, 1.0)]
    assert all(differing(pictures[0], other) == 0 for other in pictures)
    assert [t.text for t in painted(shown, pulse=0.1)[1]].count(EM_DASH) == [
        t.text for t in painted(shown)[1]
    ].count(EM_DASH)


def test_without_it_pulses_move():
    shown = scene("neuron relu 5", 10)
    assert differing(painted(shown, pulse=0.7)[0], painted(shown, pulse=0.8)[0]) > 100


def test_a_stronger_gradient_has_a_stronger_colour_and_a_larger_weight_a_wider_line():
    shown = scene("neuron sigmoid 5").picture
    run = trace("neuron sigmoid 5")
    strong, weak = run.values["da1[17]"], run.values["dz1[17]"]
    assert shown.strength(strong) == 1.0
    assert 0.35 <= shown.strength(weak) < 1.0
    widths = {
        abs(float(run.values[e.source])): shown.line_width(e)
        for e in shown.layout.labels
        if e.source.startswith("W1") and run.values[e.source].size == 1
    }
    assert [widths[size] for size in sorted(widths)] == sorted(widths.values())
    assert max(widths.values()) == 4.0
    assert min(widths.values()) >= 1.2


def test_the_scales_are_told_and_only_of_what_is_there():
    texts = [t.text for t in texts_of(scene("apples", 8))]
    assert "gradients up to ±650.000" in texts
    assert "gradients up to ±1.000" in [t.text for t in texts_of(scene("apples", 0))]
    run = trace("neuron relu 5")
    largest = max(
        abs(float(v)) for n, v in run.values.items() if n.startswith("W1") and v.size == 1
    )
    words = [t.text for t in texts_of(scene("neuron relu 5"))]
    assert f"weights up to ±{largest:.3f}" in words


def test_a_gate_looks_open_or_shut_and_says_so():
    shut, open_ = (
        NodeScene(g, trace_graph(g), 1, (300, 190))
        for g in (parse_expression("relu(x)", {"x": x}) for x in (-1.0, 1.0))
    )
    names = [{s.key: s.name for s in each.spots}["node relu(x)"] for each in (shut, open_)]
    assert "gate closed" in names[0]
    assert "gate open" in names[1]
    box = open_.layout.nodes["relu(x)"].shape.toRect().adjusted(8, 30, -8, -4)
    assert differing(painted(shut)[0].copy(box), painted(open_)[0].copy(box)) > 20


def test_the_gates_of_an_array_are_counted():
    g = parse_expression("sum(relu(x))", {"x": [-1.0, 2.0, 3.0]})
    shown = NodeScene(g, trace_graph(g), 1, (700, 300))
    name = {s.key: s.name for s in shown.spots}["node relu(x)"]
    assert "2 open · 1 closed" in name


def test_a_slope_is_as_bright_as_it_is_of_the_steepest():
    shown = scene("unit tanh")
    local = float(trace("unit tanh").steps[-1].local_derivative)
    assert shown.picture.openness("a1[17]") == pytest.approx(local)
    g = parse_expression("sigmoid(x)", {"x": 0.0})
    assert NodeScene(g, trace_graph(g), 2, (300, 190)).picture.openness("sigmoid(x)") == 1.0
    assert scene("unit tanh", 0).picture.openness("a1[17]") is None


def test_a_spot_tells_a_node_with_its_value_and_gradient():
    spots = {spot.key: spot for spot in scene("unit sigmoid", 7).spots}
    run = trace("unit sigmoid")
    spot = spots["node exp(−z1[17])"]
    value, gradient = (run.values[n] for n in ("exp(−z1[17])", "d(exp(−z1[17]))"))
    assert spot.name == (
        f"exp: exp(−z1[17]), value {signed(float(value))}, gradient {signed(float(gradient))}"
    )
    assert spot.values == ("exp(−z1[17])", "d(exp(−z1[17]))")
    assert spot.number == str(value[()])
    assert f"exp(−z1[17]) = {value[()]!s}" in spot.tip.splitlines()
    assert f"d(exp(−z1[17])) = {MINUS}{str(gradient[()])[1:]}" in spot.tip.splitlines()
    assert "local derivative" in spot.tip


def test_a_spot_tells_an_edge_that_waits():
    spots = {spot.key: spot for spot in scene("apples", 5).spots}
    spot = spots["edge apples apple cost 1"]
    assert spot.name == "edge from apples to ×, value +2.0000, gradient not computed yet"
    assert spot.tip.splitlines() == ["apples = 2.0", f"dapples = {EM_DASH}"]


def test_a_constant_has_no_gradient_and_says_so():
    spots = {spot.key: spot for spot in scene("softmax").spots}
    assert spots["node t"].name == "t, value 10 numbers, no gradient"
    assert "never changes" in spots["node t"].tip


def test_the_numbers_of_an_array_are_told_by_their_range():
    run = trace("softmax")
    tip = {spot.key: spot for spot in scene("softmax").spots}["node y"].tip
    y = run.values["y"]
    assert f"y = 10 numbers from {y.min()!s} to {y.max()!s}" in tip
    assert "colours of y end at ±" in tip


def test_operations_open_where_the_graph_is_and_leaves_do_not():
    for spot in scene("neuron relu 5").spots:
        kind, _, name = spot.key.partition(" ")
        leaf = kind == "edge" or graph("neuron relu 5").nodes[name].operation is None
        assert spot.opens == (None if leaf else Place("Affine1", 17, name))


def test_weights_and_biases_are_known_by_their_index():
    spots = {spot.key: spot for spot in scene("neuron relu 5").spots}
    assert spots["node W1[128,17]"].weight == Weight("W1", (128, 17))
    edge = "edge W1[128,17] x[128] × W1[128,17] 1"
    assert spots[edge].weight == Weight("W1", (128, 17))
    assert spots["node b1[17]"].weight == Weight("b1", (17,))
    assert spots["node x[128]"].weight is None
    assert spots["node W1[others,17]"].weight is None
    assert spots["node z1[17]"].weight is None


@pytest.mark.parametrize("name", NAMES)
def test_spots_are_the_same_at_every_position_and_all_can_be_found(name):
    first, last = scene(name, 0), scene(name)
    assert [s.key for s in first.spots] == [s.key for s in last.spots]
    assert len({s.key for s in last.spots}) == len(last.spots)
    assert len(last.spots) == len(last.layout.nodes) + len(last.layout.labels)
    for spot in last.spots:
        assert last.spot_at(spot.rect.center()) == spot
        assert set(spot.values) <= set(trace(name).values)
    assert last.spot_at(QPointF(1, 1)) is None
    assert last.cell_from(last.spots[0], 1, 0) is None


def test_spots_are_read_from_left_to_right():
    keys = [spot.key for spot in scene("unit sigmoid").spots if spot.key.startswith("node")]
    assert keys == [
        "node z1[17]",
        "node −z1[17]",
        "node exp(−z1[17])",
        "node 1 + exp(−z1[17])",
        "node a1[17]",
    ]


def test_spots_of_a_picture_in_bands_are_read_band_by_band():
    keys = [s.key for s in scene("softmax").spots if s.key.startswith("node")]
    assert keys.index("node z2 − max") < keys.index("node exp(z2 − max)") < keys.index("node loss")


def test_a_window_without_a_size_has_a_picture_too():
    shown = NodeScene(graph("apples"), trace("apples"), 3, (0, 0))
    assert painted(shown)[1]


def test_the_description_tells_the_step_and_its_numbers():
    assert "nothing is computed yet" in scene("apples", 0).description
    run = trace("apples")
    for position in range(1, len(run.steps) + 1):
        text = scene("apples", position).description
        step = run.steps[position - 1]
        assert text.startswith(f"Step {position} of 8, {step.node} {step.phase}: {step.rule}.")
        for name in step.computes:
            assert f"{name} = {signed(float(run.values[name]))}" in text


def test_a_chain_lists_its_local_derivatives():
    assert scene("unit sigmoid", 4).local_row == ()
    row = dict(scene("unit sigmoid").local_row)
    assert list(row) == [step.node for step in trace("unit sigmoid").steps[:4]]
    assert row["−z1[17]"] == f"{MINUS}1"
    assert row["exp(−z1[17])"].startswith("exp(−z1[17]) = ")
    assert scene("apples").local_row == ()


def test_the_products_of_a_step_are_one_for_each_input():
    assert scene("apples", 5).products == (
        "+1.0000 × 1.1000 = +1.1000",
        "+1.0000 × 650 = +650.0000",
    )
    assert scene("apples", 6).products == ("+1.1000 × 1 = +1.1000",)
    assert scene("apples", 3).products == ()


@pytest.mark.parametrize(
    ("golden", "name", "position", "colors"),
    [
        ("node_sigmoid_07_dark", "unit sigmoid", 7, theme.DARK),
        ("node_relu_02_light", "unit relu", 2, theme.LIGHT),
        ("node_neuron_22_dark", "neuron sigmoid 5", 22, theme.DARK),
        ("node_neuron_16_dark", "neuron relu 5", 16, theme.DARK),
        ("node_apples_08_light", "apples", 8, theme.LIGHT),
        ("node_softmax_18_light", "softmax", 18, theme.LIGHT),
    ],
)
def test_the_picture_is_the_approved_one(golden, name, position, colors):
    check(painted(scene(name, position), colors)[0], golden)


def test_painting_takes_no_time_that_a_reader_would_notice():
    # Far above what is needed, so that a slow machine doesn't fail.
    shown = scene("neuron relu 5", 10)
    painted(shown)
    start = time.process_time()
    for _ in range(5):
        painted(shown, pulse=0.8)
    assert (time.process_time() - start) / 5 < 0.15


def test_a_position_shares_its_layout_with_all_others():
    assert scene("apples", 1).layout is scene("apples", 2).layout
    assert np.allclose(scene("apples", 1).size, (792, 474), atol=12)
