import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QPushButton, QSpinBox
from unit_graphs import a_network, an_example, units_by_gate

from app import theme
from app.formatting import EM_DASH, percent, signed
from app.graph_view.canvas import Canvas
from app.widgets.basics import SEMIBOLD
from app.widgets.lane_painter import NUMBER, factor_text, share_text
from app.widgets.twin_lanes import TwinLanesCard
from bpcore import TwoLayerNet, compare_activations


def lanes_of(activation="sigmoid", layers=1):
    return compare_activations(a_network(activation), *an_example(), layers=layers)


@pytest.fixture
def card(qtbot):
    card = TwinLanesCard()
    qtbot.addWidget(card)
    card.resize(824, 132)
    card.show()
    return card


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_the_numbers_of_both_lanes_are_those_of_the_unit(card, activation):
    lanes = lanes_of(activation)
    card.show_lanes(lanes, 17)
    for name in ("relu", "sigmoid"):
        (crossing,) = lanes[name].crossings
        expected = [
            signed(float(array[17]))
            for array in (crossing.z, crossing.a, crossing.upstream, crossing.downstream)
        ]
        texts = card.lanes.texts(lanes[name])
        assert list(texts[:4]) == expected
        assert texts[5] == percent(float(lanes[name].passed[-1]))


def test_both_lanes_have_the_same_z_and_the_same_upstream(card):
    lanes = lanes_of()
    card.show_lanes(lanes, 3)
    relu, sigmoid = (card.lanes.texts(lane) for lane in lanes.values())
    assert (relu[0], relu[2]) == (sigmoid[0], sigmoid[2])


def test_a_gate_is_a_factor_of_1_or_0_and_a_dimmer_at_most_a_quarter():
    opened, shut = units_by_gate()
    lanes = lanes_of("relu")
    relu, sigmoid = (lane.crossings[0] for lane in lanes.values())
    assert factor_text(relu, opened) == "× 1"
    assert factor_text(relu, shut) == "× 0"
    for unit in (opened, shut):
        assert 0 < float(factor_text(sigmoid, unit).removeprefix("× ")) <= 0.25


def test_a_shut_gate_hands_back_zero_and_not_nothing(card):
    _, shut = units_by_gate()
    lanes = lanes_of("relu")
    card.show_lanes(lanes, shut)
    assert card.lanes.texts(lanes["relu"])[3] == "0"


@pytest.mark.parametrize("layers", [1, 3, 8])
@pytest.mark.parametrize("choice", ["left out", "included"])
def test_the_shares_are_the_engines_with_or_without_weights(card, layers, choice):
    lanes = lanes_of(layers=layers)
    card.weights.set_value(choice)
    card.show_lanes(lanes, 17)
    for shown, lane in zip(card.shares, lanes.values(), strict=True):
        shares = lane.left if choice == "included" else lane.passed
        assert len(shares) == layers
        assert shown == share_text(float(shares[-1]))


def test_a_share_is_never_rounded_to_nothing():
    assert share_text(0.228) == "22.8\N{THIN SPACE}%"
    assert share_text(7.5e-5) == "7.5e-05"
    assert share_text(1.35) == "135.0\N{THIN SPACE}%"
    assert share_text(0.0) == "0"
    assert share_text(None) == EM_DASH


def test_the_number_of_layers_is_asked_for(card, qtbot):
    box = card.findChild(QSpinBox, "stackedLayers")
    assert (box.minimum(), box.maximum(), box.value()) == (1, 8, 1)
    with qtbot.waitSignal(card.layers_changed) as asked:
        box.setValue(5)
    assert asked.args == [5]
    assert box.text() == "5 layers"
    box.setValue(1)
    assert box.text() == "1 layer"


def test_whether_weights_are_included_can_be_chosen_by_hand(card, qtbot):
    lanes = lanes_of(layers=4)
    card.show_lanes(lanes, 17)
    before = card.shares
    card.findChild(QPushButton, "weightsIncluded_included").click()
    assert card.shares == tuple(share_text(float(lane.left[-1])) for lane in lanes.values())
    assert card.shares != before


def test_without_lanes_there_are_em_dashes(card):
    card.show_lanes(None, 0)
    assert card.shares == ()
    assert card.grab().width() == 824


def test_where_no_gradient_arrives_no_share_is_told(card):
    network = TwoLayerNet(20, 4, 3, activation="sigmoid", weight_init_std=0.0, seed=1)
    lanes = compare_activations(network, np.ones(20), 1)
    card.show_lanes(lanes, 2)
    assert card.shares == (EM_DASH, EM_DASH)


@pytest.mark.parametrize("width", [560, 700, 1110])
@pytest.mark.parametrize("layers", [1, 8])
def test_nothing_is_clipped_or_on_top_of_anything_else(card, width, layers, monkeypatch):
    card.resize(width, 132)
    assert card.minimumSizeHint().width() <= 560
    assert card.width() == width
    log = []
    plain = Canvas.__init__
    monkeypatch.setattr(
        Canvas, "__init__", lambda self, painter, colors: plain(self, painter, colors, log)
    )
    card.show_lanes(lanes_of(layers=layers), 18)
    card.grab()
    area = card.lanes.rect()
    assert len(log) >= 24
    texts = log[-24:]
    for n, one in enumerate(texts):
        assert area.contains(one.rect.toAlignedRect()), one.text
        assert not any(one.rect.intersects(other.rect) for other in texts[n + 1 :]), one.text


@pytest.mark.parametrize(
    ("layers", "said"), [(1, "of the layer's gradient"), (3, "of the gradient, after 3 layers")]
)
def test_the_share_says_of_what_it_is(card, layers, said, monkeypatch):
    log = []
    plain = Canvas.__init__
    monkeypatch.setattr(
        Canvas, "__init__", lambda self, painter, colors: plain(self, painter, colors, log)
    )
    _, closed = units_by_gate()
    card.show_lanes(lanes_of("relu", layers), closed)
    card.grab()
    assert [text.text for text in log].count(said) == 2
    assert card.lanes.accessibleDescription().count(said) == 2


def test_the_longest_share_has_room():
    metrics = QFontMetricsF(theme.ui_font(12, SEMIBOLD))
    for share in (1.0, 12.345, 7.5e-5, 1e-300):
        assert metrics.horizontalAdvance(share_text(share)) <= NUMBER + 8


def test_all_is_said_to_who_cannot_see_it(card):
    lanes = lanes_of()
    card.show_lanes(lanes, 17)
    said = card.lanes.accessibleDescription()
    assert all(text in said for lane in lanes.values() for text in card.lanes.texts(lane))
    assert str(lanes["relu"].crossings[0].z[17]).replace("-", "−") in card.lanes.toolTip()
