import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QToolButton
from unit_graphs import a_network, an_example

from app.formatting import signed
from app.widgets.graph_formulas import factor_span
from app.widgets.row_label import RowLabel
from app.widgets.weight_chain import PATHS, WeightChainCard
from bpcore import explain_gradient, load_mnist
from bpcore.network import Network


@pytest.fixture
def card(qtbot):
    card = WeightChainCard()
    qtbot.addWidget(card)
    card.resize(336, 380)
    card.show()
    return card


def explained(parameter="W1", index=(130, 31), activation="relu"):
    return explain_gradient(a_network(activation), *an_example(), parameter, index)


def text_of(card, name):
    return card.findChild(QLabel, name).text()


def factors_of(card):
    rows = [card.findChild(RowLabel, f"chainFactor{n}") for n in range(3)]
    return [row for row in rows if row is not None and row.isVisible()]


def strongest():
    gradient = np.abs(
        a_network("relu").gradient(an_example()[0][np.newaxis], [an_example()[1]])["W1"]
    )
    return tuple(int(n) for n in np.unravel_index(gradient.argmax(), gradient.shape))


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize(
    ("parameter", "index"), [("W1", (130, 31)), ("b1", (17,)), ("W2", (17, 3)), ("b2", (3,))]
)
def test_the_factors_and_the_gradient_are_those_of_the_engine(card, activation, parameter, index):
    explanation = explained(parameter, index, activation)
    card.show_explanation(explanation, "test image 6")
    (chain,) = explanation.examples
    rows = factors_of(card)
    assert len(rows) == len(chain.factors)
    for row, factor in zip(rows, chain.factors, strict=True):
        assert factor.name in row.text()
        assert row.text().endswith(factor_span(factor.value).text)
        source = "the loss" if factor.node == "SoftmaxWithLoss" else factor.node
        assert row.accessibleDescription() == source
    name = f"{parameter}[{','.join(map(str, index))}]"
    assert card.title.text() == f"Follow {name}"
    assert card.subtitle.text() == "test image 6"
    shown = factor_span(explanation.gradient).text
    assert text_of(card, "chainProduct") == f"= {shown}  d{name}"


def test_the_largest_paths_stand_below_with_what_they_contribute(card):
    explanation = explained(index=strongest())
    card.show_explanation(explanation)
    paths = explanation.examples[0].paths[:PATHS]
    assert card.paths.texts == tuple(
        (f"class {path.units[0]}", signed(path.contribution)) for path in paths
    )
    sizes = [abs(path.contribution) for path in paths]
    assert sizes == sorted(sizes, reverse=True)
    assert not card.others.isVisible()


def test_of_many_paths_the_others_are_told_together(card):
    rng = np.random.default_rng(3)
    shapes = {"W1": (784, 9), "W2": (9, 8), "W3": (8, 10), "b1": 9, "b2": 8, "b3": 10}
    params = {name: np.abs(rng.normal(0, 0.3, shape)) for name, shape in shapes.items()}
    network = Network.from_params(params, "relu")
    explanation = explain_gradient(network, *an_example(), "W1", (130, 4), paths=5)
    (chain,) = explanation.examples
    card.show_explanation(explanation)
    assert text_of(card, "chainOthers") == f"and {chain.others} others: {signed(chain.rest)}"
    class_, above, _own = chain.paths[0].units
    assert card.paths.texts[0][0] == f"class {class_} ← {above}"


def test_a_zero_gradient_has_its_reason(card):
    z = a_network("relu")
    x, _ = an_example()
    unit = int((x @ z.params["W1"] + z.params["b1"]).argmin())
    explanation = explained(index=(130, unit))
    card.show_explanation(explanation)
    assert text_of(card, "chainProduct").startswith("= 0 ")
    assert text_of(card, "chainReason").startswith(f"Relu1[{unit}] is closed: ")
    assert text_of(card, "pathsHeading") == "Each of its 10 paths comes to 0"
    assert card.paths.texts == ()


def test_a_black_pixel_is_named_as_it_is_written(card):
    card.show_explanation(explained(index=(0, strongest()[1])))
    assert text_of(card, "chainReason") == "x[0] is 0."


def test_without_a_zero_there_is_no_reason(card):
    card.show_explanation(explained(index=strongest()))
    assert not card.reason.isVisible()


def test_of_a_batch_the_first_chain_is_shown_and_the_mean_told(card):
    (x, t), _ = load_mnist()
    explanation = explain_gradient(a_network("relu"), x[:20], t[:20], "b1", 31)
    card.show_explanation(explanation)
    assert text_of(card, "chainHeading") == "The first of 20 examples"
    own = factor_span(explanation.examples[0].gradient).text
    assert text_of(card, "chainProduct") == f"= {own}  of this example"
    mean = factor_span(explanation.gradient).text
    assert text_of(card, "chainGradient") == f"db1[31] = {mean}  mean of 20"


def test_weight_decay_is_told(card):
    network = Network.from_params(a_network("relu").params, "relu", 0.01)
    explanation = explain_gradient(network, *an_example(), "W1", (130, 31))
    card.show_explanation(explanation)
    said = text_of(card, "chainGradient")
    assert said.startswith(f"dW1[130,31] = {factor_span(explanation.gradient).text}")
    assert said.endswith(f"weight decay {signed(explanation.penalty)}")


def test_it_closes_by_a_button(card, qtbot):
    card.show_explanation(explained())
    button = card.findChild(QToolButton, "stopFollowing")
    assert button.accessibleName()
    with qtbot.waitSignal(card.closed):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(card.closed):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_without_an_explanation_there_is_no_card(card):
    card.show_explanation(None)
    assert not card.isVisible()
    card.show_explanation(explained())
    assert card.isVisible()


@pytest.mark.parametrize("width", [288, 336])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_nothing_is_cut_off_at_either_width(card, width, activation):
    card.resize(width, 380)
    for parameter, index in (("W1", strongest()), ("W1", (0, 17)), ("W2", (17, 3)), ("b2", (3,))):
        card.show_explanation(explained(parameter, index, activation), "test image 1,642")
        QApplication.processEvents()
        assert card.width() == width
        area = card.findChild(QScrollArea, "chainArea")
        assert area.widget().width() <= area.viewport().width()
        for row in card.findChildren(RowLabel):
            if row.isVisible():
                room = row.width()
                assert max(p.rect.right() for p in row.pieces() if p.text.strip()) <= room
        assert card.paths.height() == 19 * len(card.paths.texts)
