from dataclasses import replace

import numpy as np
import pictures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from unit_session import inspected, run_through

from app import formatting, theme
from app.inspecting import histograms
from app.widgets.basics import Card
from app.widgets.histogram_painter import AXIS, NAMES, heights
from app.widgets.histograms import GAP, LEAST_HEIGHT, Histograms
from bpcore import Network, load_mnist
from bpcore.inspection import inspect

BAR = theme.blend(theme.DARK.raw, theme.DARK.surface_2, 0.6)


def make(qtbot, found=None, size=(318, 200)) -> Histograms:
    view = Histograms()
    qtbot.addWidget(view)
    view.resize(*size)
    with qtbot.waitExposed(view):
        view.show()
    view.show_inspection(inspected() if found is None else found)
    return view


def test_each_weight_matrix_and_each_hidden_layer_has_its_counts_now_and_then(qtbot) -> None:
    found = inspected()
    view = make(qtbot, found)
    assert [frame.name for frame in view.frames] == ["W1", "W2", "Relu1"]
    now, then = histograms(found.now), histograms(found.then)
    for frame in view.frames:
        assert frame.now is now[frame.name]
        assert frame.then is then[frame.name]
        assert np.array_equal(frame.now.edges, frame.then.edges)


def test_it_says_how_many_outputs_of_a_relu_are_exactly_zero(qtbot) -> None:
    found = inspected()
    words = make(qtbot, found).frames[2].words
    share = formatting.share(found.now.activations.zeros)
    assert words == (f"{share} exactly 0", "of the outputs")
    assert f"{share} exactly 0" in make(qtbot, found).accessibleDescription()


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_it_says_how_many_outputs_of_a_sigmoid_are_saturated(qtbot, activation: str) -> None:
    found = inspected(activation)
    words = make(qtbot, found).frames[2].words
    assert words[0] == f"{formatting.share(float(found.now.saturated.mean()))} saturated"


def test_weights_are_counted(qtbot) -> None:
    assert make(qtbot).frames[0].words == ("9,408 weights",)


def test_bars_are_as_high_as_the_logarithm_of_their_counts(qtbot) -> None:
    view = make(qtbot, size=(318, 500))
    image = pictures.pixels(view.viewport().grab().toImage())
    frame = view.frames[0]
    color = np.array([BAR.red(), BAR.green(), BAR.blue()])
    wide = frame.width / len(frame.now.counts)
    column = image[: int(frame.height)]
    for place in (3, 8, len(frame.now.counts) - 6):
        x = NAMES + round(place * wide + wide / 3)
        painted = int((np.abs(column[:, x] - color).max(axis=1) < 12).sum())
        share = heights(frame.now.counts, frame.decades)[place]
        assert painted == pytest.approx(share * frame.height, abs=8)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
def test_heights_keep_the_order_of_the_counts_and_none_is_nothing(counts) -> None:
    counts = np.array(counts)
    found = heights(counts, 7.3)
    assert np.all((found >= 0) & (found <= 1))
    assert np.array_equal(found == 0, counts == 0)
    order = np.argsort(counts, kind="stable")
    assert np.all(np.diff(found[order]) >= 0)


def test_the_start_is_a_dashed_line_that_is_not_drawn_where_nothing_was(qtbot) -> None:
    found = inspected()
    view = make(qtbot, found, size=(318, 500))
    without = replace(found, then=found.now)
    image = pictures.pixels(view.viewport().grab().toImage())
    frame = view.frames[0]
    bottom = image[int(frame.height) - 1, NAMES : NAMES + int(frame.width)]
    ink = np.array([0xE9, 0xEC, 0xF1])
    first = int(np.flatnonzero(frame.then.counts)[0] * frame.width / len(frame.then.counts))
    assert np.abs(bottom[: first - 4] - ink).max(axis=1).min() > 60
    view.show_inspection(without)
    other = pictures.pixels(view.viewport().grab().toImage())
    assert not np.array_equal(image, other)


def test_a_line_stands_at_zero_between_the_numbers_at_the_ends(qtbot) -> None:
    view = make(qtbot, size=(318, 500))
    image = pictures.pixels(view.viewport().grab().toImage())
    edges, frame = view.frames[0].now.edges, view.frames[0]
    assert edges[0] < 0 < edges[-1]
    x = NAMES + round(-edges[0] / (edges[-1] - edges[0]) * frame.width)
    line = np.array([0x83, 0x8D, 0x9D])
    column = image[: int(frame.height) - 2, x]
    assert (np.abs(column - line).max(axis=1) < 6).sum() > 0.8 * frame.height


def test_while_nothing_is_known_nothing_is_shown(qtbot) -> None:
    view = make(qtbot)
    view.show_inspection(None)
    assert view.frames == ()
    assert view.accessibleDescription() == ""
    assert not view.grab().isNull()


def test_the_rows_of_the_books_network_fit_a_low_window(qtbot) -> None:
    view = make(qtbot, size=(318, 3 * (LEAST_HEIGHT + GAP) - GAP + 20))
    assert view.verticalScrollBar().maximum() == 0
    assert view.frames[0].height == LEAST_HEIGHT - AXIS


def test_a_deep_network_scrolls(qtbot) -> None:
    images = load_mnist(normalize=False, flatten=True)[1][0][:50]
    network = Network((784, 6, 5, 4, 10), seed=1)
    deep = run_through(inspect(network, images))
    view = make(qtbot, replace(inspected(), now=deep, then=deep))
    names = ["W1", "W2", "W3", "W4", "Relu1", "Relu2", "Relu3"]
    assert [frame.name for frame in view.frames] == names
    bar = view.verticalScrollBar()
    assert bar.maximum() > 0
    before = view.viewport().grab().toImage()
    bar.setValue(bar.maximum())
    assert view.viewport().grab().toImage() != before


def test_a_network_of_zeros_can_be_looked_at(qtbot) -> None:
    images = load_mnist(normalize=False, flatten=True)[1][0][:50]
    network = Network((784, 6, 10), weight_init_std=0.0, seed=1)
    zero = run_through(inspect(network, images))
    view = make(qtbot, replace(inspected(), now=zero, then=zero))
    assert view.frames[2].words[0] == f"{formatting.share(1.0)} exactly 0"
    assert not view.grab().isNull()


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_the_histograms_look_as_approved(qapp, qtbot, activation, colors: theme.Theme) -> None:
    theme.apply(qapp, colors)
    card = Card("Histograms")
    qtbot.addWidget(card)
    view = Histograms()
    card.body.addWidget(view)
    card.resize(352, 276 if activation == "relu" else 200)
    with qtbot.waitExposed(card):
        card.show()
    view.show_inspection(inspected(activation))
    QApplication.processEvents()
    pictures.check(card.grab().toImage(), f"histograms_{activation}_{colors.name}")
