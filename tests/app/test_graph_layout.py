from itertools import combinations, pairwise

import numpy as np
import pytest
from apart import touching
from passes import a_frame, a_pass
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from app import theme
from app.graph_view.arrangement import arrange
from app.graph_view.layout import GraphLayout
from app.graph_view.painter import render_still
from bpcore import TwoLayerNet, load_mnist
from bpcore.graph.trace import trace_pass

SIZES = ((692, 325), (704, 326), (792, 474), (804, 406), (900, 406), (1112, 674), (1700, 900))
UNITS = (1, 2, 7, 50, 100, 101, 300, 1000)


def boxes(place: GraphLayout) -> dict[str, QRectF]:
    return {
        "image": place.image,
        "dx": place.dx,
        "w1": place.w1,
        "dw1": place.dw1,
        "rows": place.rows.area,
        "w2": place.w2.rect,
        "b2": place.b2.rect,
        "dw2": place.dw2.rect,
        "db2": place.db2.rect,
        "y": place.y.area,
        "loss": place.loss,
        "difference": place.difference.area,
        **{f"edge{n}": rect for n, rect in enumerate(place.edges)},
    }


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("size", SIZES)
def test_no_two_boxes_overlap(size, units):
    place = arrange(*size, units=units)
    for (a, first), (b, second) in combinations(boxes(place).items(), 2):
        assert not first.intersects(second), f"{a} overlaps {b}"


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("size", SIZES)
def test_every_box_lies_in_its_block(size, units):
    place = arrange(*size, units=units)
    inside = {
        "input": ("image", "dx"),
        "affine1": ("w1", "dw1"),
        "activation": ("rows",),
        "affine2": ("w2", "b2", "dw2", "db2"),
        "output": ("y", "loss", "difference"),
    }
    found = boxes(place)
    for block, names in inside.items():
        frame: QRectF = getattr(place, block)
        for name in names:
            assert frame.contains(found[name]), f"{name} leaves {block}"


@pytest.mark.parametrize("size", SIZES)
def test_blocks_and_edges_alternate_across_the_whole_width(size):
    place = arrange(*size, units=50)
    row = [place.input]
    for edge, block in zip(place.edges, place.blocks, strict=True):
        row += [edge, block]
    assert row[0].left() == 0
    assert row[-1].right() == pytest.approx(size[0], abs=1)
    for left, right in pairwise(row):
        assert right.left() == pytest.approx(left.right(), abs=1)


def test_the_designed_size_gives_the_designed_widths():
    place = arrange(792, 474, units=50)
    blocks = (place.input, *place.blocks)
    assert [block.width() for block in blocks] == [112, 104, 112, 96, 144]
    assert {edge.width() for edge in place.edges} == {56}


def text_rects(size, units, position, activation):
    frame = a_frame(
        a_pass(activation, units),
        position,
        size=size,
        caption="training image 59,999",
        unit=units - 1,
    )
    return text_log(frame)


def text_log(frame):
    image, log = QImage(1, 1, QImage.Format.Format_RGB32), []
    painter = QPainter(image)
    render_still(painter, frame, theme.DARK, log)
    painter.end()
    return log


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("position", [0, 4, 9, 14])
@pytest.mark.parametrize("units", [1, 50, 1000])
@pytest.mark.parametrize("size", [(692, 325), (792, 474), (804, 406), (1112, 674)])
def test_no_text_is_clipped_or_touches_another(size, units, position, activation):
    log = text_rects(size, units, position, activation)
    assert len(log) > 50
    whole = QRectF(0, 0, *size)
    for text in log:
        assert whole.contains(text.rect), f"{text.text!r} is clipped"
    assert touching(log) == []


def longest(position, size):
    """Return a frame with the longest numbers that there are: small ones, of unit 999."""
    x, t = load_mnist(normalize=True, flatten=True)[1]
    network = TwoLayerNet(784, 1000, 10, weight_init_std=1e-4, dtype=np.float32, seed=1)
    network.params["b1"][:] = -3.2e-5
    trace = trace_pass(network, x[:1], t[:1], learning_rate=0.001)
    return a_frame(trace, position, size=size, unit=999)


@pytest.mark.parametrize("size", [(692, 325), (804, 405), (1112, 573)])
def test_the_losses_before_and_after_stay_in_their_box(size):
    frame = a_frame(a_pass(), 14, size=size)
    box = frame.layout.loss
    found = [text for text in text_log(frame) if box.intersects(text.rect)]
    assert len(found) == 2
    assert all(box.adjusted(2, 0, -2, 0).contains(text.rect) for text in found)


@pytest.mark.parametrize("position", [0, 9, 12, 14])
@pytest.mark.parametrize("size", [(692, 325), (804, 405), (1112, 573)])
def test_long_numbers_and_names_stay_within_their_block_and_their_edge(size, position):
    frame = longest(position, size)
    place, log = frame.layout, text_log(frame)
    frames = (*(b.adjusted(2, 0, -2, 0) for b in place.blocks), *place.edges)
    for frame_rect in frames:
        for text in log:
            inside = frame_rect.contains(text.rect.center())
            if inside and text.text != frame.texts.running and "…" not in text.text:
                assert frame_rect.left() <= text.rect.left(), text.text
                assert text.rect.right() <= frame_rect.right(), text.text


@pytest.mark.parametrize("units", UNITS)
def test_the_middle_of_a_row_is_that_units_row(units):
    place = arrange(792, 474, units=units)
    for unit in {0, units // 2, units - 1}:
        point = place.rows.rect(unit).center()
        hit = place.hit(point)
        assert hit is not None
        assert (hit.area, hit.unit) == ("activation", unit)
        for area, matrix in (("W2", place.w2), ("dW2", place.dw2)):
            hit = place.hit(matrix.row_rect(unit).center())
            assert hit is not None
            assert (hit.area, hit.unit) == (area, unit)


def test_every_class_row_and_column_is_found():
    place = arrange(804, 406, units=50)
    for k in range(10):
        for area, rows in (("y", place.y), ("difference", place.difference)):
            hit = place.hit(rows.rect(k).center())
            assert hit is not None
            assert (hit.area, hit.label) == (area, k)
        x = place.w2.rect.left() + (k + 0.5) * place.w2.rect.width() / 10
        hit = place.hit(QPointF(x, place.db2.rect.center().y()))
        assert hit is not None
        assert (hit.area, hit.label) == ("db2", k)


def test_a_tile_finds_its_pixel():
    place = arrange(792, 474, units=50)
    for area, tile in (("x", place.image), ("W1", place.w1), ("dW1", place.dw1), ("dx", place.dx)):
        step = tile.width() / 28
        hit = place.hit(tile.topLeft() + QPointF(3.5 * step, 2.5 * step))
        assert hit is not None
        assert (hit.area, hit.pixel) == (area, 2 * 28 + 3)


def test_the_loss_and_the_edges_are_found_and_empty_space_is_not():
    place = arrange(792, 474, units=50)
    assert place.hit(place.loss.center()).area == "loss"
    assert [place.hit(edge.center()).edge for edge in place.edges] == [0, 1, 2, 3]
    assert place.hit(QPointF(-5, -5)) is None


def test_few_units_get_rows_no_higher_than_a_line_of_text():
    assert arrange(792, 474, units=1).rows.pitch <= 22


def test_many_units_share_the_height_without_gaps():
    rows = arrange(792, 474, units=1000).rows
    assert rows.gap == 0
    assert rows.pitch < 1
    assert rows.area.height() > 300


def test_tiles_enlarge_every_pixel_equally():
    for size in SIZES:
        place = arrange(*size, units=50)
        for tile in (place.image, place.dx, place.w1, place.dw1):
            assert tile.width() % 28 == 0
            assert np.isclose(tile.width(), tile.height())


@pytest.mark.parametrize("size", SIZES)
def test_the_figures_of_two_classes_never_touch(size):
    place = arrange(*size, units=50)
    height = QFontMetricsF(theme.mono_font(11)).tightBoundingRect("0").height()
    assert min(place.y.pitch, place.difference.pitch) >= height + 1.5
