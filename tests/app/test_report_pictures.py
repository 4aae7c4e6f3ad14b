import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from app import theme
from app.report_pictures import EMPTY, GAP, LEVELS, png, tile_palette, tiles
from app.theme import DARK, LIGHT, Theme

PITCH = 28 + GAP


def opened(picture: bytes) -> QImage:
    image = QImage()
    assert image.loadFromData(picture, "PNG")
    return image


def test_greys_are_read_as_they_were() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    image = opened(png(pixels))
    read = [[image.pixelColor(x, y).red() for x in range(28)] for y in range(28)]
    np.testing.assert_array_equal(read, pixels)


@pytest.mark.parametrize("colors", [DARK, LIGHT])
@pytest.mark.parametrize("count", [1, 10, 13])
def test_each_unit_has_its_weights_in_the_colours_of_the_window(colors: Theme, count: int) -> None:
    weights = np.random.default_rng(1).uniform(-0.3, 0.3, (784, count)).astype(np.float32)
    image = opened(png(tiles(weights, 0.25), tile_palette(colors), EMPTY))
    rows = -(-count // 10)
    assert (image.width(), image.height()) == (10 * PITCH - GAP, rows * PITCH - GAP)
    expected = theme.diverging_pixels(weights.T.reshape(count, 28, 28), 0.25, colors)
    for unit in (0, count - 1):
        left, top = unit % 10 * PITCH, unit // 10 * PITCH
        for y, x in ((0, 0), (3, 20), (27, 27)):
            found = image.pixelColor(left + x, top + y)
            assert abs(np.subtract(found.getRgb()[:3], expected[unit, y, x])).max() <= 2
    assert image.pixelColor(28, 0).alpha() == 0  # between two tiles the page is seen


def test_zero_and_what_is_no_number_are_neutral() -> None:
    weights = np.array([0.0, np.nan, np.inf, -np.inf] * 196, np.float32).reshape(784, 1)
    found = tiles(weights, 1.0)[0, :4]
    assert found.tolist() == [LEVELS, LEVELS, 2 * LEVELS, 0]
    assert QColor(*tile_palette(DARK)[LEVELS].tolist()) == QColor(DARK.zero)


def test_weights_that_are_all_zero_have_a_picture() -> None:
    assert set(tiles(np.zeros((784, 2)), 0.0)[:28, :28].ravel().tolist()) == {LEVELS}
