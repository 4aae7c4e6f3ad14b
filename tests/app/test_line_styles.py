from itertools import pairwise

import numpy as np
import pytest
from pictures import pixels

from app import theme
from app.widgets.line_styles import ASIDE, BAND, COUNT, Swatch, legend, pen


def test_no_two_styles_look_the_same(qtbot) -> None:
    samples = []
    for style in (*range(COUNT), ASIDE, BAND):
        swatch = Swatch(style, 60)
        qtbot.addWidget(swatch)
        samples.append(pixels(swatch.grab().toImage()))
    for i, one in enumerate(samples):
        for other in samples[i + 1 :]:
            assert (np.abs(one - other).max(axis=2) > 40).sum() > 10


@pytest.mark.parametrize("colors", theme.THEMES.values(), ids=theme.THEMES)
def test_lines_have_the_ink_of_the_theme_and_are_as_wide_at_any_zoom(qapp, colors) -> None:
    theme.apply(qapp, colors)
    pens = [pen(style) for style in range(COUNT)]
    assert [made.color().name().upper() for made in pens] == [colors.text_1] + 3 * [colors.text_2]
    assert all(made.isCosmetic() for made in pens)


def test_a_fifth_run_begins_with_the_first_style_again() -> None:
    assert pen(COUNT) == pen(0)
    assert all(pen(a) != pen(b) for a, b in pairwise(range(COUNT)))


def test_a_sample_takes_another_style(qtbot) -> None:
    swatch = Swatch(0)
    qtbot.addWidget(swatch)
    solid = pixels(swatch.grab().toImage())
    swatch.set_style(2)
    assert swatch.style_number == 2
    assert (pixels(swatch.grab().toImage()) != solid).any()


def test_an_entry_of_a_legend_shows_the_line_and_says_what_it_is(qtbot) -> None:
    entry = legend("smoothed", 0)
    qtbot.addWidget(entry)
    assert entry.findChild(Swatch).style_number == 0
    assert [child.text() for child in entry.children() if hasattr(child, "text")] == ["smoothed"]
