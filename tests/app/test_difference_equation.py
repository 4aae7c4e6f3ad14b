from dataclasses import replace

import numpy as np
import pictures
import pytest
from difference_maps import UNIT, make, move_to, picture_of, point_at, text_of
from gradient_reports import report_of, without_mask
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtWidgets import QApplication

from app import formatting, theme
from app.widgets.difference_equation import faint_text
from app.widgets.difference_map import DifferenceMap
from app.widgets.difference_pixels import of_unit, verdicts
from app.widgets.tile_pixels import rgb


@pytest.fixture
def broken(qtbot) -> DifferenceMap:
    return make(qtbot, without_mask())


def test_a_click_selects_the_unit_and_tells(qtbot, broken) -> None:
    at = broken.tiles.tile_rect(UNIT).center()
    with qtbot.waitSignal(broken.unit_chosen) as told:
        qtbot.mouseClick(broken.tiles.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == [UNIT]
    assert broken.unit == UNIT
    assert text_of(broken, "differenceUnit") == "Unit 17"


def test_a_unit_that_another_page_selects_is_shown_and_not_told_again(qtbot, broken) -> None:
    with qtbot.assertNotEmitted(broken.unit_chosen):
        broken.select_unit(42)
    assert text_of(broken, "differenceUnit") == "Unit 42"
    image = pictures.pixels(broken.tiles.viewport().grab().toImage())
    rect = broken.tiles.tile_rect(42)
    accent = np.array(rgb(theme.DARK.accent))
    assert np.abs(image[rect.center().y(), rect.left()] - accent).max() < 30


def test_in_place_of_a_unit_that_the_network_has_not_the_first_is_shown(qtbot) -> None:
    shown = make(qtbot, report_of(7), is_broken=False)
    with qtbot.assertNotEmitted(shown.unit_chosen):
        shown.select_unit(30)
    assert (shown.unit, shown.shown_unit) == (30, 0)
    assert text_of(shown, "differenceUnit") == "Unit 0"
    assert text_of(shown, "differenceReading").startswith("Unit 0: all gradients are 0")
    image = pictures.pixels(shown.tiles.viewport().grab().toImage())
    rect = shown.tiles.tile_rect(0)
    accent = np.array(rgb(theme.DARK.accent))
    assert np.abs(image[rect.center().y(), rect.left()] - accent).max() < 30
    shown.show_report(report_of(50), is_broken=False)
    assert text_of(shown, "differenceUnit") == "Unit 30"


def test_the_three_pictures_are_backprop_numerical_and_what_is_left(broken) -> None:
    unit = verdicts(without_mask()).index(False)
    broken.select_unit(unit)
    one = of_unit(without_mask(), unit)
    terms = (one.backprop, one.numerical, one.backprop - one.numerical)
    limit = float(f"{max(np.abs(term).max() for term in terms):.1e}")
    assert broken.equation.limit == limit
    assert broken.equation.end_texts[1] == formatting.signed(limit, 4)
    for number, term in enumerate(terms):
        side = broken.equation.plan.side
        seen = np.arange(side) * 28 // side
        image = term.reshape(28, 28)[seen][:, seen]
        expected = theme.diverging_pixels(image, limit, theme.DARK)
        middle = slice(2, -2)  # without the round corners of the border
        got = picture_of(broken, number)[middle, middle]
        if term.any():
            assert np.array_equal(got, expected[middle, middle])


def test_where_the_numerical_gradient_is_exactly_zero_a_zero_is_written(broken) -> None:
    report = without_mask()
    shut = [u for u in range(50) if not of_unit(report, u).numerical.any()]
    assert shut
    broken.select_unit(shut[0])
    picture = picture_of(broken, 1)
    middle = slice(30, -30)
    assert len(np.unique(picture[middle, middle].reshape(-1, 3), axis=0)) > 2
    assert (picture[3:20, 3:20] == rgb(theme.DARK.zero)).all()


def test_a_difference_without_a_colour_says_how_small_it_is(broken) -> None:
    values = np.zeros((28, 28))
    assert faint_text(values, 1.0) == faint_text(values, 0.0) == "0"
    values[3, 3] = np.nan  # at a kink
    assert faint_text(values, 1.0) == "0"
    values[4, 4] = -2e-12
    assert faint_text(values, 1e-3) == "max\n2.0e-12"
    assert faint_text(values, 1e-11) == ""
    assert faint_text(np.full((28, 28), np.nan), 1.0) == ""
    agrees = verdicts(without_mask()).index(True)
    broken.select_unit(agrees)
    picture = picture_of(broken, 2)
    middle = slice(20, -20)
    assert len(np.unique(picture[middle, middle].reshape(-1, 3), axis=0)) > 2


def test_how_small_a_difference_is_stands_on_no_stripes(qtbot) -> None:
    report = replace(report_of(), kink=np.ones(784 * 50, bool))
    report.kink[UNIT] = False
    shown = make(qtbot, report, is_broken=False)
    shown.select_unit(UNIT)
    picture = picture_of(shown, 2)
    side, stripes = len(picture) // 2, rgb(theme.DARK.text_3)
    assert (picture[2:10, 2:10] == stripes).all(axis=-1).any()
    assert (picture[side - 7, side - 5 : side + 5] == rgb(theme.DARK.zero)).all()


@pytest.mark.parametrize("term", [0, 1, 2])
def test_the_pointer_reads_off_a_weight_in_any_picture(broken, term) -> None:
    unit = verdicts(without_mask()).index(False)
    broken.select_unit(unit)
    one = of_unit(without_mask(), unit)
    place = int(np.abs(one.backprop - one.numerical).argmax())
    point_at(broken, term, *divmod(place, 28))
    back, forth = float(one.backprop[place]), float(one.numerical[place])
    values = (back, forth, back - forth)
    assert broken.equation.captions == tuple(formatting.signed(value, 2) for value in values)
    said = "Unit {}, row {}, column {}".format(unit, *divmod(place, 28))
    assert text_of(broken, "differenceReading") == said
    QApplication.sendEvent(broken.equation, QEvent(QEvent.Type.Leave))
    assert broken.equation.captions == ("backprop", "numerical", "difference")
    assert text_of(broken, "differenceReading").startswith("✗ Unit")


def test_the_keys_begin_at_the_largest_difference_and_go_from_weight_to_weight(
    qtbot, broken
) -> None:
    unit = verdicts(without_mask()).index(False)
    broken.select_unit(unit)
    row, column = divmod(int(of_unit(without_mask(), unit).absolute_difference.argmax()), 28)
    broken.equation.setFocus()
    qtbot.keyClick(broken.equation, Qt.Key.Key_Right)
    assert broken.equation.place == (row, column)
    qtbot.keyClick(broken.equation, Qt.Key.Key_Right)
    qtbot.keyClick(broken.equation, Qt.Key.Key_Up)
    assert broken.equation.place == (row - 1, column + 1)
    for _ in range(40):
        qtbot.keyClick(broken.equation, Qt.Key.Key_Left)
    assert broken.equation.place == (row - 1, 0)
    assert f"row {row - 1}, column 0" in broken.equation.accessibleDescription()


def test_of_a_weight_at_a_kink_no_difference_is_read_off(qtbot) -> None:
    report = report_of(50, 0.1)
    shown = make(qtbot, report, is_broken=False)
    place = int(report.kink.argmax())
    shown.select_unit(place % 50)
    point_at(shown, 2, *divmod(place // 50, 28))
    assert text_of(shown, "differenceReading").endswith(": at a kink")
    assert shown.equation.captions[2] == "—"
    assert shown.equation.captions[0] == formatting.signed(float(report.backprop[place]), 2)


def test_of_numbers_that_are_all_0_there_is_no_scale(qtbot) -> None:
    report = report_of(50)
    zeros = np.zeros_like(report.backprop)
    shown = make(qtbot, replace(report, backprop=zeros, numerical=zeros), is_broken=False)
    right = QRect(200, shown._plan.name.top(), 72, shown._plan.name.height())
    assert len(np.unique(pictures.pixels(shown.grab(right).toImage()).reshape(-1, 3), axis=0)) == 1
    shown.show_report(report, is_broken=False)
    assert len(np.unique(pictures.pixels(shown.grab(right).toImage()).reshape(-1, 3), axis=0)) > 20


def test_all_is_of_the_tile_that_is_pointed_at_and_then_of_the_selected_one_again(broken) -> None:
    broken.select_unit(UNIT)
    told, before = [], picture_of(broken, 0)
    broken.unit_chosen.connect(told.append)
    move_to(broken.tiles.viewport(), QPointF(broken.tiles.tile_rect(23).center()))
    assert "Unit 23" in text_of(broken, "differenceReading")
    assert text_of(broken, "differenceUnit") == "Unit 23"
    assert (picture_of(broken, 0) != before).any()
    QApplication.sendEvent(broken.tiles.viewport(), QEvent(QEvent.Type.Leave))
    assert "Unit 17" in text_of(broken, "differenceReading")
    assert text_of(broken, "differenceUnit") == "Unit 17"
    assert (picture_of(broken, 0) == before).all()
    assert (broken.unit, told) == (UNIT, [])
    assert broken.tiles.place_at(QPoint(100, 134)) < 50
