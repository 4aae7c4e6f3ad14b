import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from fuzzing import CASES
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from steps import reading_network

from bpcore.datasets.drawing import FAINTEST_INK, THICKEST, THINNEST, Prepared, prepare
from bpcore.datasets.mnist import Dataset
from bpcore.evaluation import accuracy

Bytes = npt.NDArray[np.uint8]

BOX = 20

drawings = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40))


def blank(height: int, width: int) -> Bytes:
    return np.zeros((height, width), np.uint8)


def bar(height: int, width: int) -> Bytes:
    """Return a drawing of one filled rectangle with some paper around it."""
    drawing = blank(height + 10, width + 10)
    drawing[4 : 4 + height, 5 : 5 + width] = 255
    return drawing


def polyline(
    points: list[tuple[float, float]], width: float, size: int = 320, shift: float = 0.0
) -> Bytes:
    """Return the ink (size, size) of a round pen; points and width are shares of the side."""
    down, right = np.mgrid[:size, :size] + 0.5
    distance = np.full((size, size), np.inf)
    corners = np.array(points) * size + shift
    for (x0, y0), (x1, y1) in pairwise(corners):
        dx, dy = x1 - x0, y1 - y0
        along = ((right - x0) * dx + (down - y0) * dy) / max(dx * dx + dy * dy, 1e-9)
        along = np.clip(along, 0, 1)
        far = np.hypot(right - x0 - along * dx, down - y0 - along * dy)
        distance = np.minimum(distance, far)
    return np.rint(255 * np.clip(width * size / 2 + 0.5 - distance, 0, 1)).astype(np.uint8)


TWO = [(0.3, 0.3), (0.5, 0.15), (0.68, 0.3), (0.3, 0.8), (0.75, 0.8)]
"""A two made of straight strokes."""


def enlarged(image: Bytes, factor: int) -> Bytes:
    return np.kron(image.reshape(28, 28), np.ones((factor, factor), np.uint8))


def prepared(drawing: Bytes) -> Prepared:
    result = prepare(drawing)
    assert result is not None
    return result


# As MNIST was made


@pytest.mark.parametrize("factor", [1, 7, 10])
def test_an_enlarged_digit_of_mnist_comes_back(bundled: Dataset, factor: int) -> None:
    # One in five has strokes outside the usual widths, which are brought there.
    digits = bundled.test_images[:200]
    images = np.array([prepared(enlarged(digit, factor)).image.ravel() for digit in digits])
    difference = np.abs(images.astype(int) - digits)
    assert np.mean(difference.max(axis=1) <= 1) > 0.75
    assert difference.mean(axis=1).max() < 30


def test_a_network_reads_enlarged_digits_as_well_as_the_originals(bundled: Dataset) -> None:
    network = reading_network()
    digits, labels = (array[:300] for array in bundled.split("test"))
    images = np.array([prepared(enlarged(digit, 10)).image.ravel() for digit in digits])
    original = accuracy(network, digits, labels)
    assert accuracy(network, images, labels) == pytest.approx(original, abs=0.01)


def test_the_centre_of_mass_is_within_half_a_pixel_of_the_middle() -> None:
    drawing = blank(100, 100)
    drawing[10:90, 40:50] = 255
    drawing[80:90, 40:70] = 255
    image = prepared(drawing).image.astype(float)
    for axis in (0, 1):
        middle = (image.sum(axis=1 - axis) @ np.arange(28)) / image.sum()
        assert abs(middle - 14) <= 0.5


def test_where_on_the_paper_it_is_drawn_changes_nothing() -> None:
    paper, digit = blank(60, 60), np.random.default_rng(0).integers(99, 255, (30, 20), np.uint8)
    images = []
    for top, left in ((0, 0), (30, 40), (7, 13)):
        drawing = paper.copy()
        drawing[top : top + 30, left : left + 20] = digit
        images.append(prepared(drawing).image)
    np.testing.assert_array_equal(images[0], images[1])
    np.testing.assert_array_equal(images[0], images[2])


def test_a_lopsided_drawing_is_moved_only_as_far_as_there_is_room() -> None:
    drawing = blank(200, 200)
    drawing[:, :4] = 8
    drawing[:4] = 8
    drawing[180:, 180:] = 255
    result = prepared(drawing)
    np.testing.assert_array_equal(result.image[:20, :20], result.scaled)


# Sizes


@pytest.mark.parametrize(
    ("height", "width", "scaled"),
    [
        (200, 200, (20, 20)),
        (200, 100, (20, 10)),
        (100, 200, (10, 20)),
        (5, 5, (20, 20)),
        (20, 13, (20, 13)),
        (1, 1, (20, 20)),
        (1, 100, (2, 20)),
        (100, 1, (20, 2)),
        (3, 300, (2, 20)),
        (1000, 7, (20, 2)),
    ],
)
def test_the_longer_side_becomes_20_and_the_shorter_keeps_the_ratio(
    height: int, width: int, scaled: tuple[int, int]
) -> None:
    assert prepared(bar(height, width)).scaled.shape == scaled


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 1), (2, 150)])
def test_however_thin_a_line_is_it_is_white(height: int, width: int) -> None:
    scaled = prepared(bar(height, width)).scaled
    middle = scaled[scaled.shape[0] // 4 :, scaled.shape[1] // 4 :][: BOX // 2, : BOX // 2]
    assert middle.max() == 255
    assert scaled.min() > 60


def test_a_thin_slanted_line_has_white_in_it() -> None:
    assert prepared(np.eye(300, dtype=np.uint8) * 255).image.max() == 255


def test_a_new_pixel_is_the_mean_of_what_is_under_it() -> None:
    drawing = bar(60, 60)
    drawing[10:40, 10:40] = 180
    mean = drawing[4:64, 5:65].reshape(20, 3, 20, 3).mean(axis=(1, 3))
    assert np.abs(prepared(drawing).scaled - mean).max() < 0.501


def test_a_pixel_across_a_border_counts_for_both_sides() -> None:
    drawing = np.full((30, 30), 200, np.uint8)
    drawing[:, 1] = 250  # half of it lies in the first of 20 columns, half in the second
    scaled = prepared(drawing).scaled.astype(int)
    assert (scaled[:, :2] == 255).all()
    assert (scaled[:, 2:] == round(200 / (650 / 3) * 255)).all()


# Widths of strokes


def width_of(image: Bytes) -> float:
    """Return the width of strokes by another way: the area by the length of their middle line."""
    length = sum(math.dist(a, b) for a, b in pairwise(TWO))
    extent = max(max(p[i] for p in TWO) - min(p[i] for p in TWO) for i in (0, 1))
    ink = image.sum() / 255
    width = 2.0
    for _ in range(20):  # the pen's own width is part of what is scaled to 20
        unit = (20 - width) / extent
        width = ink / (length * unit + width)
    return width


@pytest.mark.parametrize("share", [0.004, 0.01, 0.03, 0.05])
def test_a_pen_that_is_too_thin_comes_out_as_wide_as_the_thinnest_usual_one(share: float) -> None:
    image = prepared(polyline(TWO, share)).image
    assert width_of(image) == pytest.approx(THINNEST, rel=0.2)
    assert image.max() == 255


@pytest.mark.parametrize("share", [0.16, 0.18, 0.2])
def test_a_pen_that_is_too_thick_comes_out_as_wide_as_the_thickest_usual_one(share: float) -> None:
    assert width_of(prepared(polyline(TWO, share)).image) == pytest.approx(THICKEST, rel=0.2)


@pytest.mark.parametrize("share", [0.075, 0.09, 0.11])
def test_a_usual_pen_is_left_as_it_is(share: float) -> None:
    drawing = polyline(TWO, share)
    result = prepared(drawing)
    ratio = max(result.crop.shape) / 20
    assert result.scaled.sum() == pytest.approx(result.crop.sum() / ratio**2, rel=0.01)


def test_the_ink_answers_smoothly_to_the_width_of_the_pen() -> None:
    # Nothing jumps from one width to the next, also where the correction begins.
    shares = np.arange(40, 200, 4) / 1000
    ink = [float(prepared(polyline(TWO, share)).image.sum()) for share in shares]
    assert max(abs(b / a - 1) for a, b in pairwise(ink)) < 0.08


@pytest.mark.parametrize("side", [1, 2, 20, 320])
def test_a_filled_square_stays_one(side: int) -> None:
    result = prepared(np.full((side, side), 255, np.uint8))
    assert result.scaled.shape == (20, 20)
    assert (result.scaled == 255).all()


# Stages


def test_the_crop_is_the_part_of_the_drawing_in_the_box() -> None:
    drawing = bar(30, 20)
    result = prepared(drawing)
    assert result.box == (4, 5, 30, 20)
    np.testing.assert_array_equal(result.crop, drawing[4:34, 5:25])


def test_the_image_holds_the_scaled_drawing_and_nothing_else() -> None:
    result = prepared(np.random.default_rng(0).integers(0, 256, (50, 31)).astype(np.uint8))
    height, width = result.scaled.shape
    top, left = (int(np.flatnonzero(result.image.any(axis=1 - axis))[0]) for axis in (0, 1))
    inside = result.image[top : top + height, left : left + width]
    np.testing.assert_array_equal(inside, result.scaled)
    assert result.image.sum() == result.scaled.sum()


def test_the_arrays_are_read_only() -> None:
    result = prepared(bar(30, 20))
    for array in (result.crop, result.scaled, result.image):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0


def test_what_is_prepared_stays_as_it_is_when_drawing_goes_on() -> None:
    drawing = bar(30, 20)
    result = prepared(drawing)
    drawing[:] = 0
    assert (result.crop == 255).all()


def test_the_drawing_itself_stays_writable() -> None:
    drawing = np.full((30, 30), 255, np.uint8)
    prepare(drawing)
    drawing[0, 0] = 0


@given(drawings)
def test_any_drawing_is_fitted_into_the_image_with_its_brightest_pixel_white(
    drawing: Bytes,
) -> None:
    result = prepare(drawing)
    if drawing.max() < FAINTEST_INK:
        assert result is None
        return
    assert result is not None
    assert result.image.shape == (28, 28)
    assert max(result.scaled.shape) == 20
    assert result.image.max() == 255
    assert result.image.sum() == result.scaled.sum()


points = st.tuples(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
strokes = st.lists(points, min_size=1, max_size=6).map(lambda p: p if len(p) > 1 else p * 2)


@CASES
@given(strokes, st.floats(0.02, 0.2))
def test_no_ink_is_lost_on_the_way(stroke: list[tuple[float, float]], width: float) -> None:
    result = prepared(polyline(stroke, width, 160))
    assert result.image.sum() == result.scaled.sum()
    assert result.image.max() == 255
    # What the box cuts out is all that can be seen.
    drawing = polyline(stroke, width, 160)
    drawing[drawing < FAINTEST_INK] = 0
    assert result.crop.sum() >= 0.99 * drawing.sum()


@CASES
@given(st.lists(st.tuples(st.integers(0, 319), st.integers(0, 319)), min_size=1, max_size=4))
@pytest.mark.parametrize("level", [FAINTEST_INK, 100, 255])
def test_specks_of_dust_are_a_drawing_too(level: int, specks: list[tuple[int, int]]) -> None:
    drawing = blank(320, 320)
    for speck in specks:
        drawing[speck] = level
    result = prepared(drawing)
    assert result.image.max() == 255
    assert result.image.sum() == result.scaled.sum()


@CASES
@given(strokes, st.integers(-40, 40), st.integers(-40, 40))
def test_a_shifted_drawing_is_the_same(
    stroke: list[tuple[float, float]], right: int, down: int
) -> None:
    paper = np.zeros((320, 320), np.uint8)
    small = polyline(stroke, 0.08, 200)
    images = []
    for x, y in ((60, 60), (60 + right, 60 + down)):
        drawing = paper.copy()
        drawing[y : y + 200, x : x + 200] = small
        images.append(prepared(drawing).image)
    np.testing.assert_array_equal(*images)


@CASES
@given(strokes, st.sampled_from([2, 3, 5]))
def test_a_drawing_whose_pixels_are_larger_is_the_same(
    stroke: list[tuple[float, float]], factor: int
) -> None:
    drawing = polyline(stroke, 0.08, 96)
    large = np.kron(drawing, np.ones((factor, factor), np.uint8))
    difference = prepared(large).image.astype(int) - prepared(drawing).image
    assert np.abs(difference).max() <= 2


@pytest.mark.parametrize("size", [160, 240, 480, 640])
def test_the_same_strokes_on_a_larger_canvas_are_nearly_the_same(size: int) -> None:
    reference = prepared(polyline(TWO, 0.08)).image.astype(int)
    difference = np.abs(prepared(polyline(TWO, 0.08, size)).image - reference)
    assert difference.mean() < 3


@pytest.mark.parametrize("edge", [[(0, 0), (1, 0)], [(0, 1), (1, 1)], [(0, 0), (0, 1), (1, 1)]])
def test_a_stroke_along_the_border_is_not_cut(edge: list[tuple[float, float]]) -> None:
    result = prepared(polyline(edge, 0.08))
    assert result.image.max() == 255
    assert result.image.sum() == result.scaled.sum()
    assert max(result.scaled.shape) == 20


@pytest.mark.parametrize("at", [(0, 0), (319, 319), (0, 319), (160, 40)])
def test_a_single_pixel_fills_the_box(at: tuple[int, int]) -> None:
    drawing = blank(320, 320)
    drawing[at] = 255
    result = prepared(drawing)
    assert (result.scaled == 255).all()
    assert (result.image[4:24, 4:24] == 255).all()


def test_a_single_point_of_a_pen_is_a_disc() -> None:
    scaled = prepared(polyline([(0.5, 0.5), (0.5, 0.5)], 0.085)).scaled
    assert scaled.shape == (20, 20)
    assert scaled.sum() / 255 == pytest.approx(math.pi * 100, rel=0.08)


# No drawing


@pytest.mark.parametrize("ink", [0, FAINTEST_INK - 1])
def test_paper_without_ink_is_no_drawing(ink: int) -> None:
    assert prepare(np.full((320, 320), ink, np.uint8)) is None


def test_what_an_eraser_leaves_behind_does_not_widen_the_box() -> None:
    drawing = bar(30, 20)
    drawing[0, 0] = FAINTEST_INK - 1
    assert prepared(drawing).box == (4, 5, 30, 20)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((28, 28)),
        np.zeros((28, 28), bool),
        np.zeros(784, np.uint8),
        np.zeros((1, 28, 28), np.uint8),
        np.zeros((0, 28), np.uint8),
        [[0, 1]],
    ],
)
def test_what_is_no_drawing_is_refused(array: Bytes) -> None:
    array = np.asarray(array)
    named = rf"not {array.dtype} of shape \({', '.join(map(str, array.shape))},?\)"
    with pytest.raises(ValueError, match=rf"drawing must be uint8 of shape \(H, W\), {named}"):
        prepare(array)
