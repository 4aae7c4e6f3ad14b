"""Photos: ink is found in any light, and nothing else is ink."""

import numpy as np
import pytest
from digit_pictures import encoded, grey_image, likeness, photo, written
from PySide6.QtGui import QImage

from app.images import Offer, load


def ink_of(image: QImage) -> np.ndarray:
    return load(Offer(image, "The picture")).levels


LIGHTS = {
    "even": lambda x, y: 0.9 + 0 * x,
    "from a window": lambda x, y: 1 - 0.5 * x * (0.4 + 0.6 * y),
    "under a lamp": lambda x, y: 1 - 0.5 * ((x - 0.3) ** 2 + (y - 0.2) ** 2),
    "half in shadow": lambda x, y: np.where(0.7 * x + y > 0.8, 0.6, 1.0),
    "dim": lambda x, y: 0.45 - 0.1 * x,
}


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("digit", [2, 5, 8])
def test_a_photo_gives_the_ink_and_neither_shadow_nor_noise(qapp, light: str, digit: int) -> None:
    content = encoded(photo(digit, LIGHTS[light]), "JPEG", 85)
    assert likeness(load(Offer(content, "photo.jpg")).levels, digit) > 0.93


def test_chalk_on_a_blackboard_is_read_too(qapp) -> None:
    chalk = 60 + 150 * written(8, 800, 600)
    chalk += np.random.default_rng(8).normal(0, 6, chalk.shape) + 20 * np.linspace(0, 1, 800)
    assert likeness(ink_of(grey_image(chalk)), 8) > 0.93


def test_of_a_sheet_on_a_dark_table_only_the_writing_counts(qapp) -> None:
    sheet = 215 - 170 * written(4, 800, 600, share=0.5)
    sheet[:70] = sheet[530:] = 55
    sheet[:, :130] = sheet[:, 670:] = 55
    sheet += np.random.default_rng(4).normal(0, 6, sheet.shape)
    assert likeness(ink_of(grey_image(sheet)), 4) > 0.93


def test_specks_and_a_dark_edge_are_no_part_of_the_digit(qapp) -> None:
    levels = 215 - 170 * written(3, 800, 600, share=0.6)
    levels[:, 780:] = 90
    for row, column in ((40, 60), (550, 100), (300, 700)):
        levels[row : row + 4, column : column + 4] = 60
    levels += np.random.default_rng(3).normal(0, 5, levels.shape)
    assert likeness(ink_of(grey_image(levels)), 3) > 0.95


@pytest.mark.parametrize("frame", [10, 20, 60])
def test_a_digit_on_flat_paper_is_found_inside_of_a_dark_frame(qapp, frame: int) -> None:
    levels = 255 * (1 - written(6, 300, 300, share=0.5))
    levels[:frame] = levels[-frame:] = 0
    levels[:, :frame] = levels[:, -frame:] = 0
    assert likeness(ink_of(grey_image(levels)), 6) > 0.95


def test_where_ink_is_does_not_depend_on_how_large_the_photo_is(qapp) -> None:
    small = photo(9, LIGHTS["from a window"])
    large = small.scaled(2400, 1800)
    assert likeness(ink_of(large), 9) > 0.93
    assert likeness(ink_of(small), 9) > 0.93
