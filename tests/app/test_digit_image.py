import numpy as np
import pytest
from PySide6.QtGui import QImage

from app import theme
from app.widgets.digit_image import DigitImage


def painted(widget: DigitImage) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


@pytest.fixture
def digit() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (28, 28), dtype=np.uint8)


def make(qtbot, side: int, framed: bool = False) -> DigitImage:
    widget = DigitImage("preparedImage", "digit", framed=framed)
    qtbot.addWidget(widget)
    widget.set_side(side)
    return widget


@pytest.mark.parametrize("framed", [False, True])
@pytest.mark.parametrize("scale", [3, 5])
def test_each_pixel_is_a_square_of_its_own_colour(qtbot, digit, scale: int, framed: bool) -> None:
    widget = make(qtbot, 28 * scale, framed)
    widget.set_image(digit)
    margin = (widget.width() - 28 * scale) // 2
    inside = painted(widget)[margin : margin + 28 * scale, margin : margin + 28 * scale]
    expected = theme.digit_pixels(digit, theme.DARK).repeat(scale, axis=0).repeat(scale, axis=1)
    assert np.array_equal(inside, expected)


def test_an_image_that_does_not_fill_the_box_is_in_its_middle(qtbot) -> None:
    widget = make(qtbot, 140)
    widget.set_image(np.full((20, 10), 255, np.uint8))
    lit = np.argwhere(painted(widget)[1:-1, 1:-1, 0] == 0xF4)
    assert lit.min(axis=0).tolist() == [0, 35]
    assert lit.max(axis=0).tolist() == [139, 104]


def test_a_large_image_is_scaled_down_into_the_box(qtbot) -> None:
    widget = make(qtbot, 84)
    widget.set_image(np.full((300, 150), 255, np.uint8))
    lit = np.argwhere(painted(widget)[1:-1, 1:-1, 0] > 0x80)
    assert lit.min(axis=0) == pytest.approx([0, 21], abs=1)
    assert lit.max(axis=0) == pytest.approx([83, 62], abs=1)


def test_an_empty_box_is_dark_in_either_theme(qapp, qtbot) -> None:
    widget = make(qtbot, 84)
    for colors in (theme.DARK, theme.LIGHT):
        theme.apply(qapp, colors)
        assert (painted(widget)[4:-4, 4:-4] == (0x08, 0x09, 0x0C)).all()
