"""What the theatre shows against sources of its own: every text, and gradients by differences."""

import re
from functools import cache

import numpy as np
import pytest
from apart import cover_only
from digit_session import DigitSession, a_network
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLabel

from app import formatting, theme
from app.graph_view.canvas import Canvas
from app.graph_view.layout import Matrix
from app.graph_view.network_spots import cell_rect
from app.graph_view.scene import Weight
from app.graph_view.scenes import scene_of
from app.pages.backward import BackwardPage
from app.places import LANDING, Place
from app.staging import Expression, Shop
from app.theatre import Theatre
from bpcore.layers import SoftmaxWithLoss
from bpcore.network import Network

SIZE = (792, 474)
NUMBER = re.compile(r"(?<![\w.,\[×])[+−]?\d+\.\d+(?:e[+-]\d+)?|(?<![\w.,\[])[+−]?\d+e[+-]\d+")


def painted(scene):
    """Return every text of a picture, with its place."""
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    cover_only(painter, *(round(side) for side in scene.size))
    log = []
    scene.paint_still(Canvas(painter, theme.DARK, log))
    scene.paint_moving(Canvas(painter, theme.DARK, log), None)
    painter.end()
    return log


def parsed(text):
    return float(text.replace("−", "-"))


def resolution(text):
    """Return how far a rounded text may lie from its number."""
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals)


class Spellings:
    """Every way in which ``formatting`` writes one of these numbers."""

    def __init__(self, values):
        every = np.concatenate([np.ravel(v) for v in values]).astype(np.float64)
        self._numbers = np.unique([every, -every])
        self._values = set(every.tolist())

    def __contains__(self, text):
        """Look among the spellings of the numbers that ``text`` may be: those next to it."""
        reach = np.array([-1.001, 1.001]) * resolution(text)
        first, end = np.searchsorted(self._numbers, parsed(text) + reach)
        near = self._numbers[first:end].tolist()
        return any(text in spelled(v) for n in near for v in (n, -n) if v in self._values)


@cache
def spelled(number):
    found = {formatting.difference(number), formatting.scientific(number)}
    found.add(formatting.probability(number))
    for decimals in (1, 2, 3, 4, 6):
        found.add(formatting.signed(number, decimals))
        found.add(formatting.unsigned(number, decimals))
        found.add(formatting.magnitude(number, decimals))
    return found


STAGED = {
    "apples and oranges": Shop(),
    "sigmoid": Expression("1 / (1 + exp(-x))", {"x": 0.6069}),
    "shared": Expression("(x + y) * (x + 1) - exp(y)", {"x": 1.3, "y": -0.4}),
    "maximum": Expression("max(x, 0) * y + log(y)", {"x": -2.0, "y": 3.0}),
}


@pytest.mark.parametrize("kind", STAGED)
def test_every_number_of_a_graph_is_one_of_its_trace(qtbot, kind):
    """Scalars only, so that the texts that may appear can be listed."""
    page = BackwardPage(DigitSession(a_network()))
    page.reduced_motion = True
    qtbot.addWidget(page)
    theatre = page.theatre
    theatre.stage(STAGED[kind])
    locals_ = [d.local_derivative for s in theatre.trace.steps for d in s.downstream]
    allowed = Spellings([*theatre.trace.values.values(), *locals_])
    for place in (Place(), *(Place(node=node.name) for node in theatre.graph.operations)):
        theatre.open(place)
        for position in range(len(theatre.playback.steps) + 1):
            theatre.playback.jump(position)
            texts = [t.text for t in painted(scene_of(theatre, position, SIZE))]
            if not place.node:
                texts += [w.text() for w in page.side.formulas.findChildren(QLabel)]
            shown = [n for text in texts for n in NUMBER.findall(text)]
            assert shown or position == 0
            wrong = [n for n in shown if n not in allowed and n.lstrip("+−") not in allowed]
            assert not wrong, (place, position, wrong)


def staged_places():
    for activation, layer in (("relu", "Relu1"), ("sigmoid", "Sigmoid1")):
        for place in (
            Place(),
            Place("Affine1"),
            Place(layer),
            Place("Affine2"),
            Place("SoftmaxWithLoss"),
            LANDING,
            Place("Affine1", 3),
            Place(layer, 3),
            Place("Affine2", 4),
            Place("SoftmaxWithLoss", 0),
        ):
            yield activation, place


@pytest.mark.parametrize(("activation", "place"), list(staged_places()))
def test_every_number_of_the_network_is_one_of_its_trace(activation, place):
    digits = DigitSession(a_network(activation, units=8))
    theatre = Theatre(digits)
    theatre.stage(digits.example("test", 6))
    theatre.select_unit(3)
    theatre.open(place)
    trace, network = theatre.trace, theatre.network_trace
    locals_ = [d.local_derivative for s in trace.steps for d in s.downstream]
    small = [v for v in network.values.values() if v.size <= 784] + [
        network.values[name][:, 3] for name in ("W1", "dW1", "W1_new")
    ]
    scales = [np.abs(v).max() for v in network.values.values()]
    allowed = Spellings([*small, *trace.values.values(), *locals_, scales, [0.1]])
    for position in range(len(trace.steps) + 1):
        texts = [t.text for t in painted(scene_of(theatre, position, SIZE))]
        shown = [n for text in texts for n in NUMBER.findall(text)]
        wrong = [n for n in shown if n not in allowed and n.lstrip("+−") not in allowed]
        assert not wrong, (position, wrong)


# Gradients against central differences, from nothing but forward passes in double precision.

H = 1e-5
ROUNDS = 25


def check(text, expected, scale=1.0):
    tolerance = resolution(text) + 1e-5 * abs(expected) + 1e-6 * scale
    assert abs(parsed(text) - expected) <= tolerance, (text, expected)


def shown_gradient(scene, key):
    """Return the lower number in a spot: the gradient stands below the edge."""
    (spot,) = (spot for spot in scene.spots if spot.key == key)
    inside = [t for t in painted(scene) if spot.rect.contains(t.rect.center())]
    lower = [t for t in inside if t.rect.center().y() > spot.rect.center().y()]
    numbers = [t.text for t in lower if t.text == "0" or NUMBER.fullmatch(t.text)]
    assert len(set(numbers)) == 1, (key, [t.text for t in inside])
    return numbers[0]


@pytest.fixture(scope="module", params=["relu", "sigmoid"])
def stage(request):
    """A theatre with a double precision twin of its network, and its loss as a function."""
    digits = DigitSession(a_network(request.param))
    theatre = Theatre(digits)
    theatre.stage(digits.example("test", 6))
    theatre.playback.last()
    params = {name: array.astype(np.float64) for name, array in digits.network.params.items()}
    x, t = theatre.trace.values["x"].astype(np.float64), theatre.trace.values["t"]

    def loss(name, index, step):
        moved = {key: array.copy() for key, array in params.items()}
        moved[name][index] += step
        return float(Network.from_params(moved, request.param).loss(x, t))

    return theatre, loss, params


def slope(f):
    return (f(H) - f(-H)) / (2 * H)


@pytest.mark.parametrize("parameter", ["W1", "W2", "b2"])
def test_gradients_of_cells_are_central_differences(stage, parameter):
    theatre, loss, params = stage
    rng = np.random.default_rng(5)
    bright = np.flatnonzero(theatre.trace.values["x"][0])
    theatre.open(Place())
    for _ in range(ROUNDS):
        index = tuple(int(rng.integers(n)) for n in params[parameter].shape)
        if parameter == "W1":
            index = (int(rng.choice(bright)), index[1])
            theatre.select_unit(index[1])
        scene = scene_of(theatre, 14, SIZE)
        layout = scene.frame.layout
        tile = Matrix(layout.dw1, 28, 28)
        matrix = {"W1": tile, "W2": layout.dw2, "b2": layout.db2}[parameter]
        row, column = {"W1": divmod(index[0], 28), "W2": index, "b2": (0, index[0])}[parameter]
        spot = scene.spot_at(cell_rect(matrix, row, column).center())
        name = f"d{parameter}[{','.join(map(str, index))}] = "
        text = next(line for line in spot.tip.splitlines() if name in line).partition(name)[2]
        assert spot.number == text
        check(text, slope(lambda h, i=index: loss(parameter, i, h)))


def test_gradients_at_the_networks_edges_are_central_differences(stage):
    theatre, loss, params = stage
    values = theatre.trace.values if theatre.graph is None else theatre.network_trace.values
    rng = np.random.default_rng(7)
    theatre.open(Place())
    for unit, label in zip(rng.integers(50, size=4), rng.integers(10, size=4), strict=True):
        theatre.select_unit(int(unit))
        theatre.select_label(int(label))
        scene = scene_of(theatre, 14, SIZE)
        check(shown_gradient(scene, "edge1"), slope(lambda h, j=unit: loss("b1", j, h)))
        check(shown_gradient(scene, "edge3"), slope(lambda h, k=label: loss("b2", k, h)))
        a1 = values["a1"].astype(np.float64)

        def after(h, j=unit, a1=a1):
            moved = a1.copy()
            moved[0, j] += h
            z2 = moved @ params["W2"] + params["b2"]
            return float(SoftmaxWithLoss().forward(z2, values["t"]))

        check(shown_gradient(scene, "edge2"), slope(after))


def leaf_gradients(theatre):
    """Compare what every edge from a leaf shows with a central difference of the whole graph."""
    graph = theatre.graph
    scene = scene_of(theatre, len(theatre.trace.steps), SIZE)
    upstream = 1.0 if graph.upstream is None else float(graph.upstream)
    leaves = {n.name: np.float64(n.value) for n in graph.leaves}
    scale = abs(upstream) * max(1.0, *(abs(v).max() for v in leaves.values()))
    readers = [edge.source for edge in graph.edges]
    count = 0
    for edge in graph.edges:
        leaf = leaves.get(edge.source)
        if leaf is None or leaf.ndim or readers.count(edge.source) > 1:
            continue
        if not graph.changes(edge.source):
            continue

        def output(h, name=edge.source, leaf=leaf):
            return float(graph.forward({**leaves, name: leaf + h})[graph.output])

        key = f"edge {edge.source} {edge.target} {edge.position}"
        check(shown_gradient(scene, key), upstream * slope(output), scale)
        count += 1
    return count


def test_gradients_inside_units_are_central_differences(stage):
    theatre, _, _ = stage
    layer = theatre.network_trace.layers[1]
    count = 0
    for place in (Place("Affine1", 5), Place(layer, 11), Place("Affine2", 7)):
        theatre.open(Place())
        theatre.playback.last()
        theatre.open(place)
        count += leaf_gradients(theatre)
    assert count >= 20
    theatre.open(Place())


@pytest.mark.parametrize(
    "text",
    ["x * y + z", "1 / (1 + exp(-x)) * y", "log(x * x + 1) - tanh(y) * z", "max(x, y) * sqrt(z)"],
)
def test_gradients_of_typed_expressions_are_central_differences(text):
    theatre = Theatre(DigitSession(a_network()))
    names = {name: value for name, value in (("x", 0.7), ("y", -1.2), ("z", 2.5)) if name in text}
    theatre.stage(Expression(text, names))
    assert leaf_gradients(theatre) >= 1


def everything_said(page):
    """Return every text of the page, the picture's and those for who can't see it included."""
    scene = page.view.scene
    texts = [text.text for text in painted(scene)]
    texts += [f"{spot.name}\n{spot.tip}" for spot in scene.spots]
    labels = page.findChildren(QLabel)
    texts += [f"{lab.text()} {lab.accessibleDescription()} {lab.toolTip()}" for lab in labels]
    return [*texts, scene.description, page.side.code.view.toPlainText()]


@pytest.mark.parametrize("staged", ["example", "batch"])
def test_gates_are_open_or_closed_and_never_called_otherwise(qtbot, staged):
    page = BackwardPage(DigitSession(a_network()))
    qtbot.addWidget(page)
    qtbot.addWidget(page.tools)
    page.resize(1208, 600)
    page.show()
    page.chooser.choose_kind(staged)
    dead = int((page.theatre.network_trace.values["z1"][0] <= 0).argmax())
    page.theatre.select_unit(dead)
    said = []
    for place in (Place(), Place("Relu1"), Place("Relu1", dead), Place("Affine1", dead)):
        page.theatre.open(place)
        for position in range(len(page.playback.steps) + 1):
            page.playback.jump(position)
            said += everything_said(page)
    page.theatre.open(Place())
    page.playback.last()
    page.theatre.follow(Weight("W1", (406, dead)))
    said += everything_said(page)
    assert any("closed" in text for text in said)
    assert [text for text in said if re.search(r"\bshut", text, re.IGNORECASE)] == []
