from itertools import combinations

import numpy as np
import pictures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from app import formatting, theme
from app.curves import RunCurves
from app.widgets import vitals_axis, vitals_painter
from app.widgets.basics import Card
from app.widgets.vitals_columns import GAP, SAMPLE, Columns
from app.widgets.vitals_curves import (
    RULE_OF_THUMB,
    course_of,
    decade_ticks,
    decades,
    inner_ticks,
    value_at,
)
from app.widgets.vitals_painter import Bed
from app.widgets.vitals_rows import LEAST_HEIGHT, VitalsRows
from bpcore.vitals import Vitals

NAMES = ("W1", "b1", "W2", "b2")


def vitals_of(count: int = 500, names=NAMES, stride: int = 4, idle: float = 0.25) -> Vitals:
    """Gradients that fall, each parameter's a factor of three above the one before."""
    iterations = np.arange(1, count + 1) * stride
    wave = 1 + 0.4 * np.sin(np.arange(count))
    fall = np.exp(-iterations / (count * stride)) * wave
    gradient = 1e-4 * fall[:, None] * 3.0 ** np.arange(len(names))
    weight = np.full_like(gradient, 0.05)
    return Vitals(names, iterations, weight, gradient, 0.1 * gradient, np.full(count, idle))


def curves_of(vitals: Vitals, total: int = 4000) -> RunCurves:
    curves = RunCurves(total)
    done = int(vitals.iterations[-1]) if len(vitals) else 0
    curves.take(np.ones(done), (), vitals, (), total)
    return curves


def make(qtbot, vitals: Vitals | None = None, size=(318, 217), total: int = 4000) -> VitalsRows:
    rows = VitalsRows()
    qtbot.addWidget(rows)
    rows.resize(*size)
    with qtbot.waitExposed(rows):
        rows.show()
    vitals = vitals_of() if vitals is None else vitals
    rows.set_x_range(0, total)
    rows.set_curves(curves_of(vitals, total))
    rows.set_cursor(int(vitals.iterations[-1]) if len(vitals) else 0)
    return rows


@pytest.fixture
def rows(qtbot) -> VitalsRows:
    return make(qtbot)


# Numbers


def test_each_row_has_the_newest_number_of_its_parameter(rows: VitalsRows) -> None:
    last = vitals_of().gradient[-1]
    expected = [(f"∂L/∂{n}", formatting.scientific(x)) for n, x in zip(NAMES, last, strict=True)]
    assert rows.texts == (*expected, ("dead", formatting.share(0.25, 0)))
    assert all(f"{name} {text}" in rows.accessibleDescription() for name, text in rows.texts)


def test_an_update_is_a_share_of_its_weight(rows: VitalsRows) -> None:
    rows.set_kind("update")
    vitals = vitals_of()
    ratio = formatting.scientific(float(vitals.update[-1, 2] / vitals.weight[-1, 2]))
    assert rows.texts[2] == ("ΔW2/W2", ratio)


def test_the_numbers_are_those_of_the_iteration_that_is_shown(rows: VitalsRows) -> None:
    rows.set_cursor(403)
    assert rows.texts[0][1] == formatting.scientific(float(vitals_of().gradient[99, 0]))
    rows.set_cursor(3)
    assert [text for _, text in rows.texts] == ["—"] * 5


def test_under_the_pointer_they_are_those_of_that_iteration(rows: VitalsRows) -> None:
    rows.show_crosshair(801.0)
    assert rows.texts[3][1] == formatting.scientific(float(vitals_of().gradient[199, 3]))
    rows.show_crosshair(None)
    assert rows.texts[3][1] == formatting.scientific(float(vitals_of().gradient[-1, 3]))


def test_idle_units_of_a_sigmoid_are_saturated(rows: VitalsRows) -> None:
    rows.set_activation("sigmoid")
    assert rows.texts[-1] == ("saturated", formatting.share(0.25, 0))


def test_before_the_first_measurement_there_are_names_and_em_dashes(qtbot) -> None:
    rows = make(qtbot, vitals_of(0))
    assert rows.texts == (*((f"∂L/∂{n}", "—") for n in NAMES), ("dead", "—"))
    assert not rows.grab().isNull()
    rows.set_curves(None)
    assert rows.texts == ()


def test_a_parameter_of_zeros_has_no_share_and_a_gradient_of_zero_is_zero(qtbot) -> None:
    vitals = vitals_of()
    vitals.weight[:, 1] = 0
    vitals.gradient[:, 0] = 0
    rows = make(qtbot, vitals)
    assert rows.texts[0][1] == "0"
    rows.set_kind("update")
    assert rows.texts[1][1] == "—"
    assert len(rows.courses[1].x) == 0
    assert not rows.grab().isNull()


# Curves


def test_all_parameters_share_one_scale_that_holds_them(rows: VitalsRows) -> None:
    low, high = rows.decades
    gradient = np.log10(vitals_of().gradient)
    assert low < gradient.min() < gradient.max() < high
    rows.set_kind("update")
    assert rows.decades[0] < np.log10(RULE_OF_THUMB) < rows.decades[1]


@given(
    st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=300),
    st.integers(1, 60),
    st.floats(0, 0.9),
    st.floats(0.05, 1),
)
def test_a_course_has_the_extremes_of_what_is_in_view(values, bins, start, width) -> None:
    values = np.array(values)
    iterations = np.arange(1, len(values) + 1) * 4
    total = float(iterations[-1])
    low, high = start * total, (start + width) * total
    course = course_of(iterations, values, low, high, bins)
    inside = values[(iterations >= low) & (iterations <= high)]
    assert len(course.x) <= bins + 2
    if len(inside):
        assert course.low.min() <= inside.min()
        assert course.high.max() >= inside.max()
        assert set(course.low) | set(course.high) <= set(values)
    if len(course.x):
        assert np.all(np.diff(course.x) > 0)
        assert np.all(
            (course.low <= course.middle * 1.0001) & (course.middle <= course.high * 1.0001)
        )


def test_a_bin_stays_where_it_is_while_the_run_grows() -> None:
    iterations, values = np.arange(1, 501) * 4, np.sin(np.arange(500)) + 2
    short = course_of(iterations[:300], values[:300], 0, 2000, 40)
    long = course_of(iterations, values, 0, 2000, 40)
    assert np.array_equal(short.high[:-1], long.high[: len(short.high) - 1])


def test_what_is_no_number_leaves_a_gap() -> None:
    values = np.array([1.0, np.nan, np.inf, 2.0])
    course = course_of(np.arange(1, 5), values, 0, 4, 8)
    assert course.low.tolist() == [1.0, 2.0]


def test_a_number_is_the_last_one_measured() -> None:
    vitals = vitals_of(10)
    values = vitals.gradient[:, 0]
    assert value_at(vitals, values, 3.9) is None
    assert value_at(vitals, values, 4) == values[0]
    assert value_at(vitals, values, 7.9) == values[0]
    assert value_at(vitals, values, 1e6) == values[-1]


@given(st.floats(-12, 3), st.floats(0, 6), st.floats(16, 160))
def test_ticks_are_whole_powers_of_ten_and_keep_apart(low, span, height) -> None:
    course = course_of(np.array([1, 2]), np.array([10.0**low, 10.0 ** (low + span)]), 0, 3, 3)
    ends = decades([course])
    assert ends[1] - ends[0] >= 2
    assert ends[0] < low
    assert ends[1] > low + span
    ticks = decade_ticks(*ends, height, 13)
    pixels = np.array([height * (tick - ends[0]) / (ends[1] - ends[0]) for tick in ticks])
    assert np.all(np.diff(pixels) >= 12.9)


def test_the_line_goes_through_what_was_measured(qtbot) -> None:
    vitals = vitals_of()
    vitals.gradient[:] = 1e-3
    rows = make(qtbot, vitals)
    image = pictures.pixels(rows.viewport().grab().toImage())
    bed = rows.bed
    low, high = rows.decades
    height = bed.height() / 5 - 4
    y = round(height * (high + 3) / (high - low))
    ink = np.array([0xE9, 0xEC, 0xF1])
    column = image[:, bed.left() + 40]
    assert np.abs(column[y - 1 : y + 2] - ink).max(axis=1).min() < 60
    assert np.abs(column[2 : y - 3] - ink).max(axis=1).min() > 60


def test_zeros_are_at_the_bottom_of_a_log_scale() -> None:
    bed = Bed(100, 40, (0, 10), (-4.0, -2.0))
    assert bed.ys(np.array([0.0, 1e-2, 1e-4, 1e-3])).tolist() == pytest.approx([39, 0, 40, 20])


def test_the_accent_line_stands_at_the_iteration_that_is_shown(rows: VitalsRows) -> None:
    rows.set_cursor(1000)
    image = pictures.pixels(rows.viewport().grab().toImage())
    x = rows.bed.left() + rows.bed.width() // 4
    accent = np.array([0x35, 0xC9, 0xA5])
    assert np.abs(image[8, x - 2 : x + 3] - accent).max(axis=1).min() < 30
    assert np.abs(image[8, x + 20 :] - accent).max(axis=1).min() > 60


def test_the_rows_follow_the_zoom_of_the_loss(rows: VitalsRows) -> None:
    rows.set_x_range(1000, 1200)
    course = rows.courses[0]
    assert 996 <= course.x.min() <= 1000
    assert 1200 <= course.x.max() <= 1204
    rows.set_cursor(2000)
    image = pictures.pixels(rows.viewport().grab().toImage())
    accent = np.array([0x35, 0xC9, 0xA5])
    assert np.abs(image[8] - accent).max(axis=1).min() > 60


def test_more_of_a_run_is_drawn_and_nothing_new_is_drawn_once(qtbot, monkeypatch) -> None:
    vitals = vitals_of()
    rows = make(qtbot, vitals.until(1000))
    drawn = []
    picture_of = vitals_painter.picture_of

    def counted(course, bed):
        drawn.append(bed)
        return picture_of(course, bed)

    monkeypatch.setattr(vitals_painter, "picture_of", counted)
    curves = curves_of(vitals.until(1000))
    rows.set_curves(curves)
    rows.grab()
    once = len(drawn)
    for iteration in (400, 500, 600):
        rows.set_cursor(iteration)
        rows.set_curves(curves)
        rows.grab()
    assert len(drawn) == once
    curves.vitals = vitals
    rows.set_curves(curves)
    rows.grab()
    assert len(drawn) == 2 * once
    assert rows.courses[0].x.max() > 1900


def test_other_runs_are_drawn_in_their_styles_on_the_same_whole_decades(rows) -> None:
    alone = pictures.pixels(rows.viewport().grab().toImage())
    weak = vitals_of()
    weak.gradient[:] *= 1e-3
    rows.set_compared([(curves_of(weak), 1, "Sigmoid")])
    low, high = rows.decades
    assert (low, high) == (round(low), round(high))
    assert low < np.log10(weak.gradient).min() < np.log10(vitals_of().gradient).max() < high
    others = [row.others for row in rows._rows]
    assert [[style for _, style in each] for each in others] == [[1]] * 4 + [[]]
    np.testing.assert_allclose(others[2][0][0].middle, rows.courses[2].middle * 1e-3)
    assert not np.array_equal(pictures.pixels(rows.viewport().grab().toImage()), alone)
    rows.set_compared([])
    assert np.array_equal(pictures.pixels(rows.viewport().grab().toImage()), alone)


def test_numbers_of_other_runs_stand_beside_those_of_the_shown_one(rows: VitalsRows) -> None:
    weak, short = vitals_of(), vitals_of(50)
    weak.gradient[:] *= 1e-1
    weak.update[:] *= 1e-2
    rows.set_compared([(curves_of(weak), 1, "Sigmoid"), (curves_of(short), 2, "Adam")])
    rows.show_crosshair(801.0)
    expected = [(formatting.scientific(float(x)), "—") for x in weak.gradient[199]]
    assert [each.others for each in rows.numbers] == [*expected, ()]
    assert f"∂L/∂W1 {rows.texts[0][1]} (Sigmoid {expected[0][0]}, Adam —)" in (
        rows.accessibleDescription()
    )
    rows.show_crosshair(100.0)
    assert rows.numbers[3].others[1] == formatting.scientific(float(short.gradient[24, 3]))
    rows.set_kind("update")
    ratio = float(weak.update[24, 0] / weak.weight[24, 0])
    assert rows.numbers[0].others[0] == formatting.scientific(ratio)


def test_what_is_told_of_other_runs_leaves_their_curves_free(rows: VitalsRows) -> None:
    weak = vitals_of()
    weak.gradient[:] *= 1e-1
    rows.set_compared([(curves_of(weak), 1, "Sigmoid")])
    rows.show_crosshair(801.0)
    before = pictures.pixels(rows.viewport().grab().toImage())
    rows.show_crosshair(805.0)  # in the same pixel
    after = pictures.pixels(rows.viewport().grab().toImage())
    changed = np.flatnonzero(np.abs(after - before).max(axis=(0, 2)))
    assert len(changed)
    assert changed.max() < rows.bed.left()


@pytest.mark.parametrize("others", [0, 1, 2, 3])
@pytest.mark.parametrize("height", [22, 23, 35, 36, 60, 160])
def test_names_and_numbers_have_room_beside_each_other(qapp, height: int, others: int) -> None:
    columns = Columns(height, others)
    number = columns.number()
    metrics = QFontMetricsF(theme.mono_font(11))
    assert metrics.horizontalAdvance("1.0e-10") <= number.width()
    places = [columns.other(index) for index in range(others)]
    for rect in places:
        assert metrics.horizontalAdvance("1.0e-10") <= rect.width() - SAMPLE - GAP
        assert rect.right() <= columns.width
        assert rect.left() >= number.right()
    texts = [rect.adjusted(0, 3, 0, -3) for rect in (number, *places)]  # as high as digits
    assert not any(a.intersects(b) for a, b in combinations(texts, 2))
    assert all(0 <= rect.top() and rect.bottom() <= height for rect in texts)


@given(st.integers(-12, 0), st.integers(3, 9), st.floats(16, 160))
def test_ticks_of_a_row_are_nearer_to_each_other_than_to_those_of_the_next(
    low, decades, height
) -> None:
    ticks = inner_ticks(low, low + decades, height, 12)
    assert ticks
    assert all(low < tick < low + decades for tick in ticks)
    pixels = np.array(ticks) - low
    pixels = pixels * (height / decades)
    assert np.all(np.diff(pixels) >= 11.9)
    to_the_next = height + 4 - (pixels[-1] - pixels[0])
    assert to_the_next >= 14


def test_what_the_rows_mean_is_said_beside_the_curves_not_over_them(
    rows: VitalsRows, monkeypatch
) -> None:
    shown = []
    monkeypatch.setattr(QToolTip, "showText", lambda at, text, *_: shown.append((at, text)))
    for x, said in ((20, rows.toolTip()), (rows.bed.left() + 20, "")):
        at = QPoint(x, 30)
        event = QHelpEvent(QEvent.Type.ToolTip, at, rows.viewport().mapToGlobal(at))
        QApplication.sendEvent(rows.viewport(), event)
        assert shown[-1][1] == said
        assert rows.mapFromGlobal(shown[-1][0]).y() >= rows.height()


def test_the_scale_stands_still_while_one_zooms(rows: VitalsRows) -> None:
    before = rows.decades
    rows.set_x_range(1000, 1010)
    assert rows.decades == before


def test_what_cannot_be_seen_of_a_long_run_is_left_for_later(qtbot, monkeypatch) -> None:
    vitals = vitals_of()
    rows = make(qtbot, vitals.until(1900))
    rows.set_x_range(0, 1_000_000)
    curves = curves_of(vitals.until(1900), 1_000_000)
    rows.set_curves(curves)
    rows.grab()
    drawn = []
    picture_of = vitals_painter.picture_of

    def counted(course, bed):
        drawn.append(bed)
        return picture_of(course, bed)

    monkeypatch.setattr(vitals_painter, "picture_of", counted)
    for last, seen in ((1960, False), (1999, True)):
        curves.vitals = vitals.until(last)
        rows.set_curves(curves)
        rows.set_cursor(last)
        rows.grab()
        assert bool(drawn) == seen
        newest = float(curves.vitals.gradient[-1, 0])
        assert rows.texts[0][1] == formatting.scientific(newest)


# Pointer


def test_pointing_tells_the_iteration(qtbot, rows: VitalsRows) -> None:
    told = []
    rows.hovered.connect(told.append)
    bed = rows.bed
    qtbot.mouseMove(rows.viewport(), QPoint(bed.left() + bed.width() // 2, 60))
    assert told[-1] == pytest.approx(2000, abs=30)
    qtbot.mouseMove(rows.viewport(), QPoint(10, 60))
    assert told[-1] is None
    qtbot.mouseMove(rows.viewport(), QPoint(bed.left() + 3, 60))
    QApplication.sendEvent(rows.viewport(), QEvent(QEvent.Type.Leave))
    assert told[-1] is None


# Room


@pytest.mark.parametrize("height", [114, 150, 217, 500])
def test_the_rows_of_the_books_network_fit_any_height(qtbot, height: int) -> None:
    rows = make(qtbot, size=(318, height))
    assert rows.verticalScrollBar().maximum() == 0
    assert rows.bed.height() <= rows.viewport().height() + 4


def test_a_deep_network_scrolls(qtbot) -> None:
    names = tuple(f"{kind}{n}" for n in range(1, 10) for kind in "Wb")
    rows = make(qtbot, vitals_of(names=names))
    bar = rows.verticalScrollBar()
    assert bar.maximum() >= 19 * LEAST_HEIGHT - rows.viewport().height()
    before = rows.viewport().grab().toImage()
    bar.setValue(bar.maximum())
    assert rows.viewport().grab().toImage() != before


def test_the_ends_of_the_axis_are_written(qtbot, rows: VitalsRows, monkeypatch) -> None:
    told = []
    monkeypatch.setattr(vitals_axis, "paint_axis", lambda *args: told.append(args[2]))
    rows.set_x_range(100, 900)
    rows.grab()
    assert told[-1] == (100, 900)


@pytest.mark.parametrize("kind", ["gradient", "update"])
@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_the_rows_look_as_approved(qapp, qtbot, kind: str, colors: theme.Theme) -> None:
    theme.apply(qapp, colors)
    card = Card("Gradient RMS")
    qtbot.addWidget(card)
    rows = VitalsRows()
    card.body.addWidget(rows)
    tall = kind == "gradient"
    card.resize(352, 276 if tall else 200)
    with qtbot.waitExposed(card):
        card.show()
    rows.set_kind(kind)
    rows.set_x_range(0, 4000)
    rows.set_curves(curves_of(vitals_of(700)))
    rows.set_cursor(2800)
    rows.show_crosshair(1200.0 if tall else None)
    QApplication.processEvents()
    pictures.check(card.grab().toImage(), f"vitals_{kind}_{colors.name}")
    assert rows.focusPolicy() is Qt.FocusPolicy.NoFocus
