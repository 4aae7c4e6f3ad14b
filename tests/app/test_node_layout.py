import time
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from node_graphs import NAMES, graph, random_graph, trace
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.graph_view.canvas import text_width
from app.graph_view.node_layout import NodeLayout, arrange_nodes
from app.graph_view.node_order import columns_of, crossings
from app.graph_view.node_route import side
from app.graph_view.node_symbols import drawn
from app.graph_view.node_values import Knowledge, names_of, number_text
from app.theme import mono_font
from bpcore.graph.expression import parse_expression
from bpcore.graph.graph import Graph
from bpcore.graph.nodes import Edge
from bpcore.graph.ops import Add, Multiply

ROOMS = ((792, 474), (700, 300), (792, 190), (1600, 900))


@cache
def layout(name: str, room: tuple[float, float] = (792, 474)) -> NodeLayout:
    """Return the layout with the texts of the graph's pass, as its picture has it."""
    run = trace(name)
    texts = Knowledge(graph(name), run, 0, names_of(graph(name), run)).texts()
    return arrange_nodes(graph(name), room, texts, run.values)


def disjoint(rects: dict[str, QRectF]) -> None:
    """Assert that no two rectangles overlap by more than rounding; those far left go first."""
    ordered = sorted(rects.items(), key=lambda item: item[1].left())
    open_: list[tuple[str, QRectF]] = []
    for name, rect in ordered:
        open_ = [(other, place) for other, place in open_ if place.right() > rect.left() + 0.01]
        for other, place in open_:
            assert not place.intersects(rect.adjusted(0.01, 0.01, -0.01, -0.01)), (name, other)
        open_.append((name, rect))


def sampled(line: tuple[QPointF, ...]) -> np.ndarray:
    """Return points (N, 2) along a line, at most 5 pixels apart in each direction."""
    corners = np.array([point.toTuple() for point in line])
    counts = np.abs(np.diff(corners, axis=0)).max(axis=1) // 5 + 1
    numbers = np.cumsum([0, *counts])
    among = np.arange(numbers[-1] + 1)
    return np.column_stack([np.interp(among, numbers, along) for along in corners.T])


def inside(shape: QRectF, point: QPointF) -> bool:
    """Tell whether a point lies in a circle or pill, by more than its border."""
    offset = point.y() - shape.center().y()
    if abs(offset) >= shape.height() / 2:
        return False
    left, right = side(shape, offset, right=False), side(shape, offset, right=True)
    return left + 1 < point.x() < right - 1


def check(place: NodeLayout) -> None:
    """Assert that nothing overlaps and no line goes through what is not its own."""
    rects = {f"node {name}": box.rect for name, box in place.nodes.items()}
    rects |= {f"label {edge}": box.rect for edge, box in place.labels.items()}
    disjoint(rects)
    whole = QRectF(0, 0, *place.size).adjusted(-0.01, -0.01, 0.01, 0.01)
    for name, rect in rects.items():
        assert whole.contains(rect), name
        assert not rect.intersects(place.legend), name
    names = list(rects)
    sides = np.array([(r.left(), r.top(), r.right(), r.bottom()) for r in rects.values()])
    for link in place.links:
        own = {f"node {link.source}", f"node {link.target}"}
        own |= {f"label {edge}" for edge in link.riders}
        for line in (link.forward, link.gradient):
            points = sampled(line)
            low, high = points.min(axis=0), points.max(axis=0)
            assert (low >= 0).all()
            assert (high <= np.array(place.size) + 0.01).all()
            for at in np.flatnonzero(
                ((sides[:, :2] < high) & (sides[:, 2:] > low)).all(axis=1)
            ).tolist():
                if names[at] not in own:
                    hit = ((points > sides[at, :2]) & (points < sides[at, 2:])).all(axis=1)
                    assert not hit.any(), (link.riders, names[at])
            for name in filter(None, (link.source, link.target)):
                shape = place.nodes[name].shape
                near = points[np.abs(points[:, 1] - shape.center().y()) < shape.height() / 2]
                near = near[(near[:, 0] > shape.left()) & (near[:, 0] < shape.right())]
                assert not any(inside(shape, QPointF(*point)) for point in near.tolist())


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_overlaps_and_no_line_goes_through_what_is_not_its_own(name, room):
    check(layout(name, room))


@pytest.mark.parametrize("seed", range(12))
def test_nothing_overlaps_in_any_expression(seed):
    leaves = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 123, 160)[seed % 12]
    check(arrange_nodes(random_graph(leaves, seed), ROOMS[seed % len(ROOMS)]))


@pytest.mark.parametrize("name", NAMES)
def test_every_edge_is_one_line_from_its_source_to_its_target(name):
    place = layout(name)
    assert {edge for edge in place.labels if edge.target} == {
        edge for edges in place.drawn.edges.values() for edge in edges
    }
    for edge, route in place.routes.items():
        assert route[0].source == edge.source
        assert route[-1].target == edge.target
        assert route[-1].ends
        for before, after in pairwise(route):
            for line in ("forward", "gradient"):
                gap = getattr(after, line)[0] - getattr(before, line)[-1]
                assert abs(gap.x()) < 0.01
                assert abs(gap.y()) <= 4.01  # where an edge leaves its trunk
        box = place.labels[edge]
        for line in ("forward", "gradient"):
            points = np.concatenate([sampled(getattr(link, line)) for link in route]).tolist()
            assert any(box.rect.contains(*point) for point in points)


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_wide_enough_for_their_numbers(name):
    place, run = layout(name), trace(name)
    now = Knowledge(graph(name), run, len(run.steps), names_of(graph(name), run))
    for edge, box in place.labels.items():
        font = mono_font(box.room.font, QFont.Weight.DemiBold)
        for value in (now.array(edge.source), now.gradient(edge)):
            assert text_width(font, number_text(value)) <= box.rect.width()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_graph_is_always_laid_out_alike(name):
    one, other = layout(name), layout.__wrapped__(name)
    assert one.size == other.size
    assert [box.rect for box in one.nodes.values()] == [box.rect for box in other.nodes.values()]
    assert [box.rect for box in one.labels.values()] == [box.rect for box in other.labels.values()]
    assert [link.gradient for link in one.links] == [link.gradient for link in other.links]


@pytest.mark.parametrize("name", ["unit sigmoid", "unit relu", "1 / (1 + exp(-x))"])
def test_a_chain_is_one_straight_row(name):
    place = layout(name, (792, 190))
    axes = {box.shape.center().y() for box in place.nodes.values()}
    axes |= {box.axis for box in place.labels.values()}
    assert len(axes) == 1
    for link in place.links:
        for line in (link.forward, link.gradient):
            assert len({point.y() for point in line}) == 1


def test_the_chain_behind_a_sum_is_straight():
    place = layout("neuron relu 12")
    total, gate = place.nodes["z1[17]"], place.nodes["a1[17]"]
    assert total.shape.center().y() == gate.shape.center().y()


@pytest.mark.parametrize(
    ("name", "room", "most"),
    [
        ("unit sigmoid", (792, 190), 1.01),
        ("unit relu", (792, 190), 1.0),
        ("apples", (792, 474), 1.0),
        ("apples", (700, 300), 1.1),
        ("softmax", (792, 474), 1.05),
        ("(x*y + z)**2 / (1 + exp(-x))", (700, 300), 1.15),
        ("neuron relu 5", (792, 474), 1.05),
        ("neuron sigmoid 5", (792, 474), 1.25),
    ],
)
def test_common_graphs_fit_into_their_room_or_nearly(name, room, most):
    place = layout(name, room)
    assert place.size[0] / room[0] <= most
    assert place.size[0] / room[0] == pytest.approx(place.size[1] / room[1])


@pytest.mark.parametrize("name", NAMES)
def test_no_picture_is_smaller_than_its_room(name):
    for room in ROOMS:
        assert layout(name, room).size[0] >= room[0]
        assert layout(name, room).size[1] >= room[1]


def test_large_numbers_and_names_stand_where_there_is_room():
    place = layout("neuron relu 5")
    fonts = {edge.source: box.room.font for edge, box in place.labels.items()}
    assert fonts["z1[17]"] == 14
    assert fonts["x[128]"] == 11


def test_the_inputs_of_a_difference_enter_in_their_order():
    place = arrange_nodes(parse_expression("exp(x)*y - x*x", {"x": 1, "y": 2}), (792, 474))
    ends = [place.routes[edge][-1].forward[-1].y() for edge in place.drawn.edges["exp(x)*y - x*x"]]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("x + 1", ["x", "+ 1"]),
        ("1 + x", ["x", "+ 1"]),
        ("x - 3", ["x", "− 3"]),
        ("3 - x", ["x", "3 − x"]),
        ("x * 0.5", ["x", "× 0.5"]),
        ("x / 2", ["x", "/ 2"]),
        ("2 / x", ["x", "2 / x"]),
        ("1 / x", ["x", "1 / x"]),
        ("-x", ["x", "× −1"]),
        ("x**2", ["x", "x²"]),
        ("x**4", ["x", "x ^ 4"]),
        ("2**x", ["x", "2 ^ x"]),
        ("max(x, 0)", ["x", "max 0"]),
        ("pi * x", ["x", "× pi"]),
        ("2 * 3", ["2", "3", "×"]),
        ("x ** y", ["x", "y", "xⁿ"]),
    ],
)
def test_a_constant_with_one_reader_stands_inside_it(text, symbols):
    picture = drawn(parse_expression(text, {"x": 1.5, "y": 2.0}))
    assert [picture.symbols[name] for name in picture.names] == symbols


def test_a_constant_with_several_readers_stands_beside_them():
    graph = parse_expression("2*x + 2*y", {"x": 1, "y": 2}, share=True)
    assert "2" in drawn(graph).names


def test_a_constant_that_the_pass_replaced_shows_the_passes_number():
    graph = parse_expression("x + 1", {"x": 1.5})
    values = graph.forward({"1": 4.0})
    assert drawn(graph, values).symbols["x + 1"] == "+ 4"


def test_a_tree_has_no_crossings():
    for name in ("neuron relu 12", "apples", "x*y + exp(z)*2"):
        columns = columns_of(drawn(graph(name)), Edge(graph(name).output, "", 0))
        assert crossings(columns) == 0


def test_a_very_deep_graph_needs_no_recursion():
    from bpcore.graph.builder import GraphBuilder

    builder = GraphBuilder()
    x = last = builder.variable("x", 0.5)
    for number in range(300):
        operation = Add() if number % 2 else Multiply()
        last = builder.apply(operation, last, x, name=f"n{number}")
    check(arrange_nodes(builder.build(last), (792, 474)))


def test_a_value_with_fifty_readers_has_room_for_each():
    text = " + ".join(f"x*{n}" for n in range(1, 51))
    check(arrange_nodes(parse_expression(text, {"x": 1.0}), (792, 474)))


def test_long_names_are_cut_and_wide_ones_are_measured():
    text = "価格価格価格価格価格価格 * a_very_long_name_of_a_variable_that_never_ends"
    values = {
        "価格価格価格価格価格価格": 1.0,
        "a_very_long_name_of_a_variable_that_never_ends": 2.0,
    }
    check(arrange_nodes(parse_expression(text, values), (792, 474)))


def seconds(graph: Graph) -> float:
    """Return the processor's time of the fastest of some layouts: others may be at work, too."""
    times = []
    for _ in range(5):
        start = time.process_time()
        arrange_nodes(graph, (792, 474))
        times.append(time.process_time() - start)
    return min(times)


def test_layouts_take_no_time_that_a_reader_would_notice():
    # Far above what is needed, so that a slow machine doesn't fail: a unit takes some 8 ms.
    assert seconds(graph("neuron sigmoid 12")) < 0.15
    assert seconds(random_graph(150, 1)) < 0.6


def test_no_two_spots_of_a_row_of_labels_share_a_place():
    place = layout("neuron relu 12")
    for one, other in combinations(place.labels.values(), 2):
        assert one.rect.center() != other.rect.center()
