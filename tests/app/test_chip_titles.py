"""What the chips of a graph's pass say: no two of a phase look alike, and minus is one sign."""

import re

import pytest
from digit_session import DigitSession, a_network
from PySide6.QtWidgets import QLabel
from test_theatre_truth import painted

from app.pages.backward import BackwardPage
from app.passes import staged_graph
from app.places import Place
from app.staging import Expression, Shop
from app.theatre import Theatre


def theatre_of(staged=None, place=None, activation="relu"):
    digits = DigitSession(a_network(activation))
    theatre = Theatre(digits)
    theatre.stage(staged or digits.example("test", 6))
    if place is not None:
        theatre.open(place)
    return theatre


def titles(theatre, phase="forward"):
    return [c.title for c in theatre.playback.chapters if c.phase == phase]


def assert_different(theatre):
    for phase in ("forward", "backward"):
        found = titles(theatre, phase)
        assert found
        assert len(set(found)) == len(found)


def test_the_products_of_a_unit_are_told_apart_by_their_pixel():
    theatre = theatre_of(place=Place("Affine1", 17))
    assert_different(theatre)
    pixels = [name.split("[")[1].split("]")[0] for name in theatre.graph.nodes if " × W1[" in name]
    assert titles(theatre)[:5] == [f"×{pixel}" for pixel in pixels[:5]]
    assert "·others" in titles(theatre)
    assert [c.mark for c in theatre.playback.chapters][:2] == ["×", "×"]


@pytest.mark.parametrize(
    ("staged", "expected"),
    [
        (Shop(), ["apple cost", "orange cost", "+", "total"]),
        (Expression("x * y + x * z", {"x": 1.0, "y": 2.0, "z": 3.0}), ["× y", "× z", "+"]),
        (
            Expression("(exp(x) - exp(-x)) / 2", {"x": 0.5}),
            ["exp x", "× −1", "exp −x", "−", "/ 2"],
        ),
        (
            Expression("exp(sin(x)) * exp(cos(x))", {"x": 0.5}),
            ["sin", "exp₁", "cos", "exp₂", "×"],
        ),
    ],
)
def test_operations_of_one_kind_are_told_apart(staged, expected):
    theatre = theatre_of(staged)
    assert_different(theatre)
    assert titles(theatre) == expected


@pytest.mark.parametrize("layer", ["Relu1", "Sigmoid1", "Affine2", "SoftmaxWithLoss"])
def test_no_chips_of_a_layers_graph_look_alike(layer):
    activation = "sigmoid" if layer == "Sigmoid1" else "relu"
    assert_different(theatre_of(place=Place(layer, 0), activation=activation))


def test_chips_are_called_as_the_nodes_of_the_picture():
    theatre = theatre_of(Expression("1 / (1 + exp(-x))", {"x": 1.0}))
    assert titles(theatre) == ["× −1", "exp", "+ 1", "1 / x"]


def test_a_minus_that_was_typed_is_the_same_sign_as_any_other():
    graph = staged_graph(Expression("-x * 2e-5 - exp(-x)", {"x": 1.0}))
    assert graph.output == "−x * 2e-5 − exp(−x)"
    assert graph.forward()["−x"] == -1
    assert list(staged_graph(Expression("−x", {"x": 2.0})).nodes) == ["x", "−x"]


MINUS_OF_A_NUMBER = re.compile(r"(?<![\de])-(?=[\w(])|(?<=\w)-(?=x)|\d- |- \d| - ")


def said_on(page):
    scene = page.view.scene
    texts = [text.text for text in painted(scene)]
    texts += [text for spot in scene.spots for text in (spot.name, spot.tip)]
    for label in page.findChildren(QLabel):
        texts += [label.text(), label.toolTip(), label.accessibleDescription()]
    texts += [chapter.title for chapter in page.playback.chapters]
    return [*texts, *page.tools.breadcrumb.texts, scene.description]


def test_no_text_of_a_graphs_pass_has_a_hyphen_for_a_minus(qtbot):
    page = BackwardPage(DigitSession(a_network("sigmoid")))
    qtbot.addWidget(page)
    qtbot.addWidget(page.tools)
    page.resize(1208, 600)
    page.show()
    said = []
    page.chooser.choose_kind("expression")
    page.chooser._expression.text.setText("-x * y - exp(-z) / (-2)")
    for place in (Place(), Place(node="−x"), Place(node="exp(−z)")):
        page.theatre.open(place)
        for position in range(len(page.playback.steps) + 1):
            page.playback.jump(position)
            said += said_on(page)
    page.chooser.choose_kind("example")
    page.theatre.open(Place("Sigmoid1", 3))
    for position in range(len(page.playback.steps) + 1):
        page.playback.jump(position)
        said += said_on(page)
    assert any("−x" in text for text in said)
    lines = {line for text in said for line in text.splitlines()}
    assert sorted(line for line in lines if MINUS_OF_A_NUMBER.search(line)) == []
    assert sorted(line for line in lines if "(−1)" in line) == []
