import itertools
from dataclasses import replace

import numpy as np
import painting
import pictures
import pytest
from difference_maps import UNIT, make, text_of, tile_of
from gradient_reports import report_of, sample_of, without_mask
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app import formatting, theme
from app.widgets.basics import Card
from app.widgets.difference_map import DifferenceMap
from app.widgets.difference_pixels import (
    HIGHEST,
    LOWEST,
    can_be_tiles,
    level_pixels,
    levels_of,
    of_unit,
    resized,
    verdicts,
)
from app.widgets.difference_plan import plan_for
from app.widgets.tile_pixels import rgb
from bpcore import Network
from bpcore.gradient_check import check_gradients


@pytest.fixture
def broken(qtbot) -> DifferenceMap:
    return make(qtbot, without_mask())


# The tiles


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
@pytest.mark.parametrize("unit", [1, 18, 49])
def test_a_tile_is_the_engines_differences_pixel_by_pixel(qapp, qtbot, colors, unit) -> None:
    theme.apply(qapp, colors)
    shown = make(qtbot, without_mask())
    shown.select_unit(0)
    report, side = without_mask(), shown.tiles.side
    difference = np.abs(report.backprop - report.numerical).reshape(784, 50)[:, unit]
    power = np.log10(np.maximum(difference, 1e-300)).reshape(28, 28)
    share = np.clip((power - LOWEST) / (HIGHEST - LOWEST), 0, 1)
    starts = np.arange(side) * 28 // side
    share = np.maximum.reduceat(np.maximum.reduceat(share, starts, axis=0), starts, axis=1)
    low, high = np.array(rgb(colors.surface_2)), np.array(rgb(colors.fail))
    expected = np.rint(low + share[..., np.newaxis] * (high - low))
    assert share.max() > 0.5
    assert np.abs(tile_of(shown, unit) - expected).max() <= 1


def test_of_code_that_is_right_no_tile_has_any_colour_but_that_of_no_difference(qtbot) -> None:
    shown = make(qtbot, report_of(), is_broken=False)
    assert report_of().absolute_difference.max() < 10.0**LOWEST
    assert (tile_of(shown, 5) == rgb(theme.DARK.surface_2)).all()


@pytest.mark.parametrize("side", [18, 20, 26, 27])
def test_smaller_tiles_lose_no_difference(side) -> None:
    levels = np.full((784, 28, 28), -np.inf)
    levels[np.arange(784), np.arange(784) // 28, np.arange(784) % 28] = -3
    assert (resized(levels, side) == -3).any(axis=(1, 2)).all()


def test_a_weight_at_a_kink_is_striped_and_has_no_level(qtbot) -> None:
    report = report_of(50, 0.1)
    assert report.kinks > 1000
    levels = levels_of(report, range(50))
    assert np.isnan(levels).sum() == report.kinks
    pixels = level_pixels(levels, theme.DARK)
    stripes = {rgb(theme.DARK.text_3), rgb(theme.DARK.border_strong)}
    assert {tuple(p) for p in pixels[np.isnan(levels)].tolist()} == stripes
    assert not stripes & {tuple(p) for p in pixels[~np.isnan(levels)].tolist()}
    shown = make(qtbot, report, is_broken=False)
    assert text_of(shown, "differenceSummary").endswith(f"{report.kinks:,} kinks left out.")


@pytest.mark.parametrize("units", [1, 7, 50, 150])
def test_the_last_of_any_number_of_units_can_be_reached_and_seen(qtbot, units) -> None:
    shown = make(qtbot, report_of(units), is_broken=False)
    assert (shown.tiles.verticalScrollBar().maximum() > 0) == (units == 150)
    shown.tiles.setFocus()
    with qtbot.waitSignal(shown.unit_chosen) as told:
        qtbot.keyClick(shown.tiles, Qt.Key.Key_End)
    assert told.args == [units - 1]
    assert shown.tiles.viewport().rect().contains(shown.tiles.tile_rect(units - 1))
    assert text_of(shown, "differenceUnit") == f"Unit {units - 1}"


@pytest.mark.parametrize("units", [11, 50, 100, 500])
@pytest.mark.parametrize(
    "size", [(168, 120), (215, 110), (184, 170), (272, 328), (480, 170), (480, 560)]
)
def test_units_stand_ten_in_a_row_in_any_room(units, size) -> None:
    plan = plan_for(*size, units)
    assert (plan.fitted.columns, plan.fitted.rows) == (10, -(-units // 10))
    assert 9 * plan.fitted.across + plan.fitted.side + 2 <= size[0]
    if units <= 50:
        assert plan.fitted.height <= plan.tiles.height()


def test_in_a_low_room_the_legend_gives_its_height_to_the_tiles(qtbot) -> None:
    plan = plan_for(277, 238, 50)
    assert (plan.legend.left(), plan.legend.height()) == (231, plan.tiles.height())
    assert plan.fitted.side == 18
    assert plan.has_equation
    shown = make(qtbot, report_of(50, 0.1), size=(277, 238))
    column = pictures.pixels(shown.grab(plan.legend).toImage())[10:60, -4].tolist()
    assert column[0][0] > column[-1][0]
    assert plan_for(272, 328, 50).legend.width() == 272


def test_fifty_units_stand_ten_in_a_row_as_in_the_rest_of_the_window(broken) -> None:
    plan = broken.tiles.plan
    assert (plan.columns, broken.tiles.rows, broken.tiles.side) == (10, 5, 26)
    assert broken.tiles.verticalScrollBar().maximum() == 0


# What is counted


def test_the_units_that_differ_are_counted_by_the_rule_of_the_check(broken) -> None:
    report = without_mask()
    passed = []
    for unit in range(50):
        part = slice(unit, None, 50)
        arrays = (report.elements, report.backprop, report.numerical, report.kink)
        alone = replace(
            report,
            **dict(
                zip(
                    ("elements", "backprop", "numerical", "kink"),
                    (array[part] for array in arrays),
                    strict=True,
                )
            ),
        )
        passed.append(alone.passed)
    wrong = passed.count(False)
    assert 0 < wrong < 50
    assert verdicts(report) == tuple(passed)
    assert text_of(broken, "differenceSummary") == f"{wrong} of 50 units differ."
    for unit in (passed.index(True), passed.index(False)):
        broken.select_unit(unit)
        mean = formatting.scientific(of_unit(report, unit).mean_absolute_difference)
        said = f"✓ Unit {unit} agrees" if passed[unit] else f"✗ Unit {unit} differs"
        assert text_of(broken, "differenceReading") == f"{said}: mean |diff| {mean}"


@pytest.mark.parametrize(
    ("units", "more", "text"),
    [
        (50, 0.0, "All 50 units agree."),
        (50, 1e-3, "All 50 units differ."),
        (1, 0.0, "The only unit agrees."),
        (1, 1e-3, "The only unit differs."),
    ],
)
def test_all_or_the_only_one_is_said_as_such(qtbot, units, more, text) -> None:
    report = report_of(units)
    report = replace(report, backprop=report.backprop + 1 + more, numerical=report.numerical + 1)
    assert text_of(make(qtbot, report), "differenceSummary") == text


def test_a_unit_of_which_nothing_was_compared_neither_agrees_nor_differs(qtbot) -> None:
    kink = np.zeros((784, 50), bool)
    kink[:, 3] = True
    shown = make(qtbot, replace(report_of(), kink=kink.ravel()), is_broken=False)
    assert text_of(shown, "differenceSummary") == "49 of 50 units agree; 784 kinks left out."
    shown.select_unit(3)
    assert text_of(shown, "differenceReading") == "Unit 3 was not compared: kinks only."
    everything = replace(report_of(), kink=np.ones(784 * 50, bool))
    shown.show_report(everything, is_broken=False)
    assert text_of(shown, "differenceSummary").startswith("No unit was compared;")


def test_gradients_that_are_no_numbers_differ_and_nothing_breaks(qtbot) -> None:
    wrong = report_of().backprop.copy()
    wrong[UNIT::50] = np.nan
    wrong[0] = np.inf
    shown = make(qtbot, replace(report_of(), backprop=wrong))
    shown.select_unit(UNIT)
    assert text_of(shown, "differenceSummary") == "2 of 50 units differ."
    assert text_of(shown, "differenceReading") == "✗ Unit 17 differs: mean |diff| —"
    shown.grab()
    shown.select_unit(0)
    assert shown.equation.limit < 1
    shown.grab()


def test_the_sentence_follows_the_verdict_of_the_whole(qtbot) -> None:
    report = replace(report_of(), numerical=report_of().backprop.copy())
    assert report.passed
    wrong, numerical = report.backprop.copy(), report.numerical.copy()
    wrong[UNIT::50] = numerical[UNIT::50] = 0.0
    wrong[UNIT] = 3e-6
    report = replace(report, backprop=wrong, numerical=numerical)
    assert report.passed
    shown = make(qtbot, report, is_broken=False)
    said = "W1 agrees, though 1 of 50 units alone do not."
    assert text_of(shown, "differenceSummary") == said


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_where_h_does_not_suit_no_fault_is_shown(qapp, qtbot, colors) -> None:
    theme.apply(qapp, colors)
    shown = make(qtbot, without_mask())
    unit = verdicts(without_mask()).index(False)
    shown.select_unit(unit)
    rose = np.array(rgb(colors.fail))
    assert np.ptp(tile_of(shown, unit)[3:-3, 3:-3].astype(int), axis=-1).max() > 60
    wrong = verdicts(without_mask()).count(False)
    shown.show_report(without_mask(), is_broken=True, doubtful=True)
    assert np.ptp(tile_of(shown, unit)[3:-3, 3:-3].astype(int), axis=-1).max() < 40
    said = text_of(shown, "differenceSummary")
    assert said == f"{wrong} of 50 units differ because of h."
    assert text_of(shown, "differenceReading").startswith(f"? Unit {unit}, h unfit: mean |diff|")
    assert shown.findChild(QLabel, "differenceReading").property("tone") == "3"
    image = pictures.pixels(shown.grab().toImage()).astype(int)
    assert np.abs(image - rose).max(axis=-1).min() > 20


def test_of_zeros_alone_it_is_said_that_there_is_nothing_to_compare(qtbot) -> None:
    zeros = replace(report_of(), numerical=np.zeros(39_200))
    shown = make(qtbot, zeros.with_backprop(np.zeros((784, 50))), is_broken=False)
    assert text_of(shown, "differenceSummary") == "All gradients are 0: nothing to compare."


# Without tiles


def test_before_a_check_it_is_said_what_to_do(qtbot) -> None:
    shown = make(qtbot, None, is_broken=False)
    assert shown.message == "Run the check to see where the gradients of W1 differ."
    assert not shown.tiles.isVisible()
    shown.show_report(report_of(), is_broken=False)
    assert shown.message == ""
    assert shown.tiles.isVisible()
    assert shown.equation.isVisible()


def test_of_a_sample_or_of_other_inputs_it_is_said_why_there_are_no_tiles(qtbot) -> None:
    shown = make(qtbot, sample_of(300))
    text = "No tiles: only a sample of W1 was checked, 300 of 39,200 elements."
    assert shown.message == shown.accessibleDescription() == text
    other = check_gradients(
        Network((12, 4, 10), dtype=np.float64), np.ones((2, 12)), [1, 2], names=["W1"]
    )[0]
    assert not can_be_tiles(other)
    shown.show_report(other, is_broken=False)
    assert shown.message.startswith("No tiles: the inputs of W1 are not the pixels")
    shown.show_report(report_of(1, name="b1"), is_broken=False)
    assert shown.message.startswith("No tiles: the inputs of b1")
    shown.grab()


def test_what_is_subtracted_is_named_for_the_title(qtbot) -> None:
    shown = make(qtbot, without_mask(), is_broken=True)
    assert shown.subtitle == "|bug − numerical|, log"
    shown.show_report(report_of(), is_broken=False)
    assert shown.subtitle == "|backprop − numerical|, log"


# Room


@pytest.mark.parametrize("units", [1, 7, 50, 500])
@pytest.mark.parametrize("width", [168, 200, 272, 388, 480])
@pytest.mark.parametrize("height", [140, 260, 328, 430, 560])
def test_in_any_room_the_parts_stand_below_each_other_and_inside(units, width, height) -> None:
    plan = plan_for(width, height, units)
    rects = [plan.tiles, plan.legend]
    if plan.legend.top() == 0:  # beside the tiles
        assert plan.tiles.right() < plan.legend.left()
        assert plan.legend.right() < width
        assert plan.legend.height() > plan.legend.width()
        rects = [plan.tiles]
    if plan.has_equation:
        rects += [plan.divider, plan.name, plan.equation]
    rects += [plan.summary, plan.reading]
    tops = [rect.top() for rect in rects]
    assert tops == sorted(tops)
    assert all(a.bottom() < b.top() for a, b in itertools.pairwise(rects))
    assert rects[-1].bottom() < height
    fitted = plan.fitted
    assert (fitted.columns - 1) * fitted.across + fitted.side + 2 <= width
    assert fitted.columns * fitted.rows >= units
    assert plan.has_equation is (height >= 260)
    if units == 50 and height >= 260 and width >= 200:
        assert fitted.height <= plan.tiles.height()


def test_painting_gives_back_what_it_borrows(broken) -> None:
    lost = painting.references_lost(broken, lambda turn: broken.select_unit(turn % 50))
    assert lost < painting.TIMES / 10


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
@pytest.mark.parametrize("kind", ["broken", "kinks"])
def test_the_map_looks_as_approved(qapp, qtbot, kind, colors) -> None:
    theme.apply(qapp, colors)
    report = without_mask() if kind == "broken" else report_of(50, 0.1)
    card = Card("W1 difference", " ")
    qtbot.addWidget(card)
    shown = DifferenceMap()
    card.body.addWidget(shown)
    card.resize(304, 384)
    with qtbot.waitExposed(card):
        card.show()
    shown.show_report(report, is_broken=kind == "broken")
    card.subtitle.setText(shown.subtitle)
    shown.select_unit(UNIT + 1)
    shown.tiles.clearFocus()
    QApplication.processEvents()
    pictures.check(card.grab().toImage(), f"difference_{kind}_{colors.name}")
