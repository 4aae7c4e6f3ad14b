import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from bpcore.config import TrainingConfig
from bpcore.datasets.drawing import FAINTEST_INK, Prepared, prepare
from bpcore.datasets.mnist import Dataset
from bpcore.training import Trainer, accuracy

Bytes = npt.NDArray[np.uint8]

drawings = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40))


def blank(height: int, width: int) -> Bytes:
    return np.zeros((height, width), np.uint8)


def bar(height: int, width: int) -> Bytes:
    """Return a drawing of one filled rectangle with some paper around it."""
    drawing = blank(height + 10, width + 10)
    drawing[4 : 4 + height, 5 : 5 + width] = 255
    return drawing


def enlarged(image: Bytes, factor: int) -> Bytes:
    return np.kron(image.reshape(28, 28), np.ones((factor, factor), np.uint8))


def prepared(drawing: Bytes) -> Prepared:
    result = prepare(drawing)
    assert result is not None
    return result


# As MNIST was made


@pytest.mark.parametrize("factor", [1, 7, 10])
def test_an_enlarged_digit_of_mnist_comes_back(bundled: Dataset, factor: int) -> None:
    # The few whose outermost row is fainter than any pen are scaled a little differently.
    digits = bundled.test_images[:200]
    images = np.array([prepared(enlarged(digit, factor)).image.ravel() for digit in digits])
    worst = np.abs(images.astype(int) - digits).max(axis=1)
    assert np.mean(worst <= 1) > 0.95


def test_a_network_reads_enlarged_digits_as_well_as_the_originals(bundled: Dataset) -> None:
    trainer = Trainer(TrainingConfig(iterations=600), bundled)
    for _ in trainer:
        pass
    digits, labels = (array[:300] for array in bundled.split("test"))
    images = np.array([prepared(enlarged(digit, 10)).image.ravel() for digit in digits])
    original = accuracy(trainer.network, digits, labels)
    assert accuracy(trainer.network, images, labels) == pytest.approx(original, abs=0.01)


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
        (1, 100, (1, 20)),
        (100, 1, (20, 1)),
        (3, 300, (1, 20)),
        (1000, 7, (20, 1)),
    ],
)
def test_the_longer_side_becomes_20_and_the_shorter_keeps_the_ratio(
    height: int, width: int, scaled: tuple[int, int]
) -> None:
    assert prepared(bar(height, width)).scaled.shape == scaled


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 1), (2, 150)])
def test_however_thin_a_line_is_it_is_white(height: int, width: int) -> None:
    assert (prepared(bar(height, width)).scaled == 255).all()


def test_a_thin_slanted_line_has_white_in_it() -> None:
    assert prepared(np.eye(300, dtype=np.uint8) * 255).image.max() == 255


def test_a_new_pixel_is_the_mean_of_what_is_under_it() -> None:
    drawing = np.random.default_rng(0).integers(8, 256, (60, 60)).astype(np.uint8)
    mean = drawing.reshape(20, 3, 20, 3).mean(axis=(1, 3))
    difference = prepared(drawing).scaled - mean * 255 / mean.max()
    assert np.abs(difference).max() < 0.501


def test_a_pixel_across_a_border_counts_for_both_sides() -> None:
    drawing = blank(1, 30)
    drawing[0] = 100
    drawing[0, 1] = 250  # half of it lies in the first of 20, half in the second
    scaled = prepared(drawing).scaled[0].astype(int)
    assert scaled[0] == scaled[1] == 255
    assert (scaled[2:] == round(100 / 150 * 255)).all()


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
