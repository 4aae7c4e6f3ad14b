import numpy as np
import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QWidget

from app import theme

THEMES = [theme.DARK, theme.LIGHT]
MINIMUM_CONTRAST = 4.5  # WCAG 2.2, AA, for text of normal size


def luminance(color: str) -> float:
    channels = np.array(QColor(color).getRgbF()[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", THEMES, ids=lambda t: t.name)
def test_text_can_be_read_on_cards(colors: theme.Theme) -> None:
    for text in (
        colors.text_1, colors.text_2, colors.text_3, colors.positive, colors.negative,
        colors.accent_text, colors.fail,
    ):  # fmt: skip
        assert contrast(text, colors.surface_1) >= MINIMUM_CONTRAST


@pytest.mark.parametrize("colors", THEMES, ids=lambda t: t.name)
def test_the_scale_ends_in_the_signs_colours_with_zero_between(colors: theme.Theme) -> None:
    pixels = theme.diverging_pixels(np.array([-2.0, 0.0, 2.0]), 2.0, colors)
    names = [QColor(*(int(c) for c in pixel)).name().upper() for pixel in pixels]
    assert names == [colors.negative, colors.zero, colors.positive]


def test_values_beyond_the_limit_are_clipped() -> None:
    pixels = theme.diverging_pixels(np.array([5.0, 1.0]), 1.0, theme.DARK)
    assert np.array_equal(pixels[0], pixels[1])


def test_an_array_of_zeros_has_a_scale() -> None:
    pixels = theme.diverging_pixels(np.zeros(3), 0.0, theme.DARK)
    assert QColor(*(int(c) for c in pixels[0])).name().upper() == theme.DARK.zero


def test_the_bundled_fonts_are_used() -> None:
    for font in (theme.ui_font(12), theme.mono_font(12)):
        assert QFontInfo(font).family() == font.family()
        assert QFontDatabase.hasFamily(font.family())


def test_a_monospaced_line_has_no_ligatures() -> None:
    font = theme.mono_font(12)
    assert {bytes(tag.toString()).decode() for tag in font.featureTags()} >= {"liga", "calt"}
    assert font.styleHint() == QFont.StyleHint.Monospace


def test_a_new_theme_paints_every_widget_anew(qtbot, qapp) -> None:
    class Painted(QWidget):
        times = 0

        def paintEvent(self, event) -> None:
            self.times += 1

    window = QWidget()
    qtbot.addWidget(window)
    inner = Painted(window)
    window.show()
    qtbot.waitUntil(lambda: inner.times > 0)
    before = inner.times
    theme.apply(qapp, theme.LIGHT)
    qtbot.waitUntil(lambda: inner.times > before)
    theme.apply(qapp, theme.DARK)
