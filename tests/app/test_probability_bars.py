import numpy as np
import painting
import pytest
from PySide6.QtGui import QColor, QImage

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.probability_bars import ProbabilityBars

P = np.array([0.0, 0.0009, 0.1784, 0.8179, 0.0, 0.0, 0.0011, 0.0, 0.0017, 0.0])


@pytest.fixture
def bars(qtbot) -> ProbabilityBars:
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(320, 230)
    return bars


def painted(bars: ProbabilityBars) -> QImage:
    image = QImage(bars.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.current().surface_1))
    bars.render(image)
    return image


def lengths(bars: ProbabilityBars, color: str) -> list[int]:
    image = painted(bars)
    rows = [round((digit + 0.5) * bars.height() / 10) for digit in range(10)]
    return [
        sum(image.pixelColor(x, y) == QColor(color) for x in range(16, bars.width() - 68))
        for y in rows
    ]


def test_nothing_predicted_is_ten_em_dashes_and_no_bar(bars: ProbabilityBars) -> None:
    assert bars.texts == (EM_DASH,) * 10
    assert bars.winner is None
    assert sum(lengths(bars, theme.DARK.accent) + lengths(bars, theme.DARK.text_2)) == 0


def test_the_percentages_are_those_of_the_probabilities(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P)
    assert bars.texts == tuple(formatting.percent(float(p), 2) for p in P)
    assert bars.texts[3] == "81.79\N{THIN SPACE}%"


def test_only_the_winner_has_the_accent(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P)
    assert bars.winner == 3
    assert [n > 0 for n in lengths(bars, theme.DARK.accent)] == [d == 3 for d in range(10)]


def test_bars_are_as_long_as_the_probabilities(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P)
    track = bars.width() - 88
    assert lengths(bars, theme.DARK.accent)[3] == pytest.approx(0.8179 * track, abs=2)
    assert lengths(bars, theme.DARK.text_2)[2] == pytest.approx(0.1784 * track, abs=2)


@pytest.mark.parametrize("height", [157, 158, 275, 283])
def test_all_rows_have_one_size_of_text_and_tracks_that_end_together(bars, height: int) -> None:
    bars.resize(320, height)
    bars.set_probabilities(P)
    ends = set()
    image, ground = painted(bars), QColor(theme.current().surface_2)
    for digit in range(10):
        y = round((digit + 0.5) * height / 10)
        ends.add(max(x for x in range(320) if image.pixelColor(x, y) == ground))
    assert len(ends) == 1


def test_a_probability_of_nothing_still_has_an_axis(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P)
    assert lengths(bars, theme.DARK.text_2)[0] == 1


def test_a_screen_reader_hears_the_percentages(bars: ProbabilityBars) -> None:
    assert bars.accessibleName()
    empty = bars.accessibleDescription()
    bars.set_probabilities(P)
    assert f"3: {formatting.percent(0.8179, 2)}" in bars.accessibleDescription()
    bars.set_probabilities(None)
    assert bars.accessibleDescription() == empty


def test_a_new_theme_shows_at_once(qapp, bars: ProbabilityBars) -> None:
    bars.set_probabilities(P)
    theme.apply(qapp, theme.LIGHT)
    assert lengths(bars, theme.LIGHT.accent)[3] > 0


def test_painting_loses_no_reference_to_none(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P)
    assert painting.references_lost(bars) < painting.TIMES / 10


# Before a lesson, and in doubt.

BEFORE = np.array([0.0, 0.0, 0.579, 0.415, 0.0, 0.0, 0.006, 0.0, 0.0, 0.0])


def top_edges(bars: ProbabilityBars) -> list[list[int]]:
    """In each row, where along the top edge of its bar the outline's colour is."""
    image = painted(bars)
    thickness, pitch = 13, bars.height() // 10
    rows = [digit * pitch + (pitch - thickness) // 2 for digit in range(10)]
    ink = QColor(theme.DARK.text_1).lightness()
    return [
        [x for x in range(22, bars.width() - 76) if image.pixelColor(x, y).lightness() > ink - 40]
        for y in rows
    ]


def test_what_was_before_is_outlined_where_there_was_something(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P, BEFORE)
    track = bars.width() - 88
    edges = top_edges(bars)
    assert [bool(edge) for edge in edges] == [digit == 2 for digit in range(10)]
    assert max(edges[2]) == pytest.approx(20 + 0.579 * track, abs=7)


def test_an_outline_can_be_seen_on_a_bar_that_grew_over_it(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P)
    grown = lengths(bars, theme.DARK.accent)[3]
    bars.set_probabilities(P, BEFORE)
    assert 0 < grown - lengths(bars, theme.DARK.accent)[3] <= 2  # its right edge


def test_the_outline_is_dashed(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P, BEFORE)
    edge = top_edges(bars)[2]
    assert 0.4 < len(edge) / (max(edge) - min(edge)) < 0.85


def test_without_a_before_nothing_is_outlined(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P, BEFORE)
    bars.set_probabilities(P)
    assert bars.before is None
    assert not any(top_edges(bars))


def test_a_winner_that_is_not_sure_has_no_accent(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P, sure=False)
    assert sum(lengths(bars, theme.DARK.accent)) == 0
    assert lengths(bars, theme.DARK.text_2)[3] > 0


def test_a_screen_reader_hears_what_was_before(bars: ProbabilityBars) -> None:
    bars.set_probabilities(P, BEFORE)
    now, before = formatting.percent(0.8179, 2), formatting.percent(0.415, 2)
    assert f"3: {now}, before {before}" in bars.accessibleDescription()
