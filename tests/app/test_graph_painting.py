import gc
import sys
from dataclasses import replace

import numpy as np
import pytest
from passes import a_frame, a_pass, picture
from pictures import check, differing
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app import theme
from app.formatting import EM_DASH, difference, loss, probability, signed
from app.graph_view.canvas import thinned
from app.graph_view.layout import Hit
from app.graph_view.painter import render, render_moving, render_still
from app.graph_view.readout import description, tooltip


def texts(frame) -> list[str]:
    image, log = QImage(*frame.size, QImage.Format.Format_RGB32), []
    painter = QPainter(image)
    render_still(painter, frame, theme.DARK, log)
    painter.end()
    return [drawn.text for drawn in log]


@pytest.mark.parametrize(
    ("name", "activation", "position", "colors"),
    [
        ("graph_relu_00_dark", "relu", 0, theme.DARK),
        ("graph_relu_09_dark", "relu", 9, theme.DARK),
        ("graph_relu_14_light", "relu", 14, theme.LIGHT),
        ("graph_sigmoid_09_light", "sigmoid", 9, theme.LIGHT),
    ],
)
def test_the_picture_is_the_approved_one(name, activation, position, colors):
    check(picture(a_frame(a_pass(activation), position), colors), name)


@pytest.mark.parametrize(
    ("activation", "said"), [("sigmoid", "slope a1 (1 − a1)"), ("tanh", "slope 1 − a1²")]
)
def test_an_activation_that_squashes_names_its_slope_in_place_of_gates(activation, said):
    for position in range(15):
        drawn = texts(a_frame(a_pass(activation), position))
        assert (said in drawn) == (position >= 2)
        assert not any("closed" in text for text in drawn)


def test_black_is_not_taken_for_white():
    black, white = (QImage(40, 30, QImage.Format.Format_RGB32) for _ in range(2))
    black.fill(QColor("black"))
    white.fill(QColor("white"))
    assert differing(black, white) == 1200
    assert differing(white, black) == 1200
    assert differing(black, black) == 0


def test_a_picture_that_differs_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("pictures.GOLDEN", tmp_path)
    monkeypatch.delenv("CHAINLIGHT_APPROVE", raising=False)
    black, white = (QImage(40, 30, QImage.Format.Format_RGB32) for _ in range(2))
    black.fill(QColor("black"))
    white.fill(QColor("white"))
    assert black.save(str(tmp_path / "square.png"))
    check(black, "square")
    with pytest.raises(AssertionError, match="1200 pixels"):
        check(white, "square")
    with pytest.raises(AssertionError, match="missing"):
        check(white, "circle")


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_every_number_at_an_edge_is_the_traces(activation):
    trace = a_pass(activation)
    frame = a_frame(trace, 12, unit=17, label=3)
    drawn, values = texts(frame), trace.values
    for name, index in (("z1", 17), ("a1", 17), ("dz1", 17), ("da1", 17), ("z2", 3), ("dz2", 3)):
        below = -1 if name.startswith("d") else 1  # a gradient's name stands below its number
        number = drawn[drawn.index(f"{name}[{index}]") + below]
        assert number == signed(float(values[name][0, index]), 3)
    pixel = int(np.abs(values["dx"][0]).argmax())
    at = drawn.index(f"dx[{pixel}]")
    assert drawn[at - 1] == signed(float(values["dx"][0, pixel]), 3)
    assert f"b1 {signed(float(values['b1'][17]), 3)}" in drawn
    assert f"db1 {signed(float(values['db1'][17]), 3)}" in drawn


def test_probabilities_loss_and_differences_are_the_traces():
    trace = a_pass()
    drawn, values = texts(a_frame(trace, 12)), trace.values
    for k in range(10):
        assert probability(float(values["y"][0, k])) in drawn
        assert difference(float(values["dz2"][0, k])) in drawn
    assert drawn[drawn.index("L = ") + 1] == loss(float(values["loss"]), 3)


def test_gates_are_counted_from_the_trace():
    trace = a_pass()
    closed = int((trace.values["z1"][0] <= 0).sum())
    assert f"{50 - closed} open · {closed} closed" in texts(a_frame(trace, 9))
    assert f"{50 - closed} of 50 open" in texts(a_frame(trace, 9, size=(692, 325)))


def test_before_the_first_step_nothing_computed_is_shown():
    trace = a_pass()
    drawn = texts(a_frame(trace, 0, unit=17))
    for name, below in (("z1", 1), ("a1", 1), ("dz1", -1), ("da1", -1)):
        assert drawn[drawn.index(f"{name}[17]") + below] == EM_DASH
    assert drawn[drawn.index("L = ") + 1] == EM_DASH
    assert drawn.count(EM_DASH) > 30
    assert "0" in drawn  # the class, not a value
    assert signed(float(trace.values["z1"][0, 17]), 3) not in drawn
    assert "running" not in drawn


def test_the_running_layer_says_so_and_only_that():
    trace = a_pass()
    for position, count in ((1, 1), (9, 1), (14, 2)):
        assert texts(a_frame(trace, position)).count("running") == count


def test_the_first_layer_waits_for_the_activation_on_the_way_back():
    trace = a_pass("sigmoid")
    assert "waits for Sigmoid1" in texts(a_frame(trace, 6))
    assert "waits for Sigmoid1" not in texts(a_frame(trace, 9))
    assert "waits for Sigmoid1" not in texts(a_frame(trace, 0))


def test_the_update_shows_the_new_loss_beside_the_old():
    trace = a_pass()
    drawn = texts(a_frame(trace, 14))
    at = drawn.index(f"L {loss(float(trace.values['loss']), 3)} → ")
    assert drawn[at + 1] == loss(float(trace.values["loss_after"]), 3)
    assert "W2 new" in drawn


def test_a_step_back_restores_the_very_same_picture():
    trace = a_pass()
    before = picture(a_frame(trace, 8))
    forward = picture(a_frame(trace, 9))
    assert differing(before, forward) > 100
    assert picture(a_frame(trace, 8)) == before


def test_a_pulse_at_rest_is_where_it_was_when_its_step_ends():
    trace = a_pass()
    rest = picture(a_frame(trace, 9))
    assert picture(a_frame(trace, 9, pulse=0.9)) == rest
    assert picture(a_frame(trace, 9, pulse=0.2)) != rest


def test_with_reduced_motion_no_pulse_moves():
    trace = a_pass()
    rest = picture(a_frame(trace, 9))
    assert picture(a_frame(trace, 9, pulse=0.2, reduced_motion=True)) == rest


def test_painting_in_two_layers_is_painting_at_once():
    frame = a_frame(a_pass(), 9, hovered=3, pulse=0.3)
    image = QImage(*frame.size, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.DARK.surface_1))
    for layer in (render_still, render_moving):
        painter = QPainter(image)
        layer(painter, frame, theme.DARK)
        painter.end()
    assert image == picture(frame)


def test_the_row_under_the_pointer_is_lit_in_three_places():
    frame = a_frame(a_pass(), 9, unit=0)
    plain, lit = picture(frame), picture(replace(frame, hovered=30))
    place = frame.layout
    rows = (place.rows.rect(30), place.w2.row_rect(30), place.dw2.row_rect(30))
    for row in rows:
        around = row.adjusted(-4, -4, 4, 4).toRect()
        assert differing(plain.copy(around), lit.copy(around)) > 20


def test_a_shut_gate_and_an_open_one_look_different_on_the_way_back():
    trace = a_pass()
    frame = a_frame(trace, 9)
    image = picture(frame)
    shut = np.flatnonzero(trace.values["z1"][0] <= 0)
    opened = np.flatnonzero((trace.values["z1"][0] > 0) & (trace.values["dz1"][0] > 0.05))
    columns, rows = frame.layout.columns, frame.layout.rows

    def color(x: float, unit: int) -> QColor:
        y = rows.rect(unit).center().y()
        return image.pixelColor(int(x + columns.cell / 2), int(y))

    background = QColor(theme.DARK.surface_2)
    assert color(columns.dz, int(shut[0])) == background  # hollow
    assert color(columns.dz, int(opened[0])).blue() > background.blue()


def test_the_slope_of_a_sigmoid_dims_its_gate():
    trace = a_pass("sigmoid")
    frame = a_frame(trace, 9)
    slopes = frame.local_derivative
    image, rows, columns = picture(frame), frame.layout.rows, frame.layout.columns

    def brightness(unit: int) -> int:
        row = rows.rect(unit)
        band = QRectF(columns.gate + 3, row.top(), columns.gap - 6, row.height()).toRect()
        part = image.copy(band)
        return max(
            part.pixelColor(x, y).lightness()
            for x in range(part.width())
            for y in range(part.height())
        )

    order = np.argsort(slopes)
    weakest, strongest = (int(j) for j in (order[0], order[-1]))
    assert brightness(weakest) + 30 < brightness(strongest)


def test_more_rows_than_pixels_keep_the_strongest_of_each():
    values = np.zeros((1000, 1), np.float32)
    values[503], values[504] = 1.0, -5.0
    thin = thinned(values, 100)
    assert thin.shape == (100, 1)
    assert thin.min() == -5.0
    assert np.count_nonzero(thin) == 1
    assert thinned(values[:50], 100) is not values
    assert (thinned(values[:50], 100) == values[:50]).all()


def test_a_tooltip_has_every_digit_of_the_value():
    trace = a_pass()
    text = tooltip(a_frame(trace, 9), Hit("activation", unit=17))
    value = trace.values["z1"][0, 17]
    said = next(line for line in text.splitlines() if line.startswith("z1[17] = "))
    number = said.removeprefix("z1[17] = ").replace("−", "-")
    assert np.float32(number) == value


@pytest.mark.parametrize(
    ("hit", "expected"),
    [
        (Hit("y", label=3), "y[3] = —"),
        (Hit("difference", label=3), "dz2[3] = —"),
        (Hit("db2", label=3), "db2[3] = —"),
        (Hit("dW2", unit=4, label=3), "dW2[4,3] = —"),
        (Hit("dW1", pixel=400), "dW1[400,17] = —"),
        (Hit("dx", pixel=400), "dx[400] = —"),
        (Hit("loss"), "L = —"),
        (Hit("edge", edge=1), "dz1[17] = —"),
        (Hit("edge", edge=0), "dx = —"),
    ],
)
def test_a_tooltip_of_what_is_not_computed_is_an_em_dash(hit, expected):
    assert expected in tooltip(a_frame(a_pass(), 0, unit=17), hit).splitlines()


def test_a_tooltip_tells_where_the_colours_end():
    trace = a_pass()
    text = tooltip(a_frame(trace, 9, unit=17), Hit("W1", pixel=400))
    end = np.abs(trace.values["W1"][:, 17]).max()
    assert f"±{end:.3g}" in text


def test_the_description_says_step_and_numbers():
    trace = a_pass()
    said = description(a_frame(trace, 9, unit=17))
    assert "Step 9 of 14" in said
    assert "closed gates block dout" in said
    assert f"dz1[17] = {signed(float(trace.values['dz1'][0, 17]))}" in said
    assert "nothing is computed" in description(a_frame(trace, 0))


def test_painting_does_not_lose_references_to_none():
    frame = a_frame(a_pass(units=8), 9, size=(792, 380))
    image = QImage(*frame.size, QImage.Format.Format_RGB32)

    def paint() -> None:
        painter = QPainter(image)
        render(painter, frame, theme.DARK)
        painter.end()

    paint()
    gc.collect()  # what other tests left must not go in between
    before = sys.getrefcount(None)
    for _ in range(12):  # each makes far more than 200 calls of the painter
        paint()
    gc.collect()
    assert abs(sys.getrefcount(None) - before) < 50
