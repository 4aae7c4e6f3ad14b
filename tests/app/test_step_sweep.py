import math
from dataclasses import replace

import numpy as np
import painting
import pictures
import pytest
from difference_maps import move_to
from gradient_reports import sweep_of
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication

from app import theme
from app.formatting import scientific, step_size
from app.widgets.basics import Card
from app.widgets.step_sweep import StepSweep
from app.widgets.sweep_plan import drawn, plan_of, steps_of, winning
from app.widgets.sweep_words import words
from app.widgets.tile_pixels import rgb
from bpcore.gradient_check import SWEEP, Sweep, SweepPoint

H = 1e-4
EXACT, COARSE = (sweep_of(kind) for kind in (np.float64, np.float32))


def make(qtbot, float64=EXACT, float32=COARSE, h: float = H, size=(176, 328)) -> StepSweep:
    shown = StepSweep()
    qtbot.addWidget(shown)
    shown.resize(*size)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.show_sweeps(float64, float32, h)
    shown.clearFocus()
    QApplication.processEvents()
    return shown


@pytest.fixture
def chart(qtbot) -> StepSweep:
    return make(qtbot)


def point_at(chart: StepSweep, h: float) -> None:
    move_to(chart, QPointF(chart.plan.x(h) + 2, chart.plan.bed.center().y()))


def color_at(chart: StepSweep, at: QPointF) -> np.ndarray:
    return pictures.pixels(chart.grab().toImage())[round(at.y()), round(at.x())]


def is_near(color: np.ndarray, name: str, colors: theme.Theme = theme.DARK) -> bool:
    return bool(np.abs(color - np.array(rgb(getattr(colors, name)))).max() < 40)


# The curves


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_each_point_of_the_engine_is_where_the_axes_say(qapp, qtbot, colors) -> None:
    theme.apply(qapp, colors)
    chart = make(qtbot)
    plan = chart.plan
    assert len(drawn(EXACT)) == len(SWEEP)
    for point in EXACT.points:
        at = plan.point(point)
        across = (math.log10(point.h) - plan.across[0]) / (plan.across[1] - plan.across[0])
        assert at.x() == pytest.approx(plan.bed.left() + across * plan.bed.width())
        power = math.log10(point.mean_absolute_difference)
        up = (power - plan.down[0]) / (plan.down[1] - plan.down[0])
        assert at.y() == pytest.approx(plan.bed.bottom() - up * plan.bed.height())
        ink = "accent" if math.isclose(point.h, H) else "text_1"
        assert is_near(color_at(chart, at), ink, colors)
    for point in COARSE.points:
        if not math.isclose(point.h, H) and abs(point.h) < 1e-2:
            assert not is_near(color_at(chart, plan.point(point)), "surface_2", colors)


def test_the_line_of_the_present_h_has_the_accent_and_moves_with_it(qtbot, chart) -> None:
    for h in (1e-4, 1e-7, 3e-9):
        chart.show_sweeps(EXACT, COARSE, h)
        at = QPointF(chart.plan.x(h), chart.plan.bed.bottom() - 3)
        assert is_near(color_at(chart, at), "accent")
    old = QPointF(chart.plan.x(1e-7), chart.plan.bed.bottom() - 3)
    assert is_near(color_at(chart, old), "surface_2")


def test_what_is_no_number_or_has_no_place_on_a_log_scale_is_left_out(qtbot) -> None:
    values = {1e-1: math.nan, 1e-2: 1e-4, 1e-3: 0.0, 1e-4: 1e-9, 1e-5: math.inf}
    points = tuple(SweepPoint(h, value, 10, 0) for h, value in values.items())
    sweep = Sweep(points)
    assert [p.h for p in drawn(sweep)] == [1e-4, 1e-2]
    chart = make(qtbot, sweep, None)
    assert chart.steps == tuple(sorted(values))
    chart.grab()
    for h, text in ((1e-1, "—"), (1e-3, "0"), (1e-2, "1.0e-04"), (1e-5, "—")):
        point_at(chart, h)
        assert chart.readout == (f"h {step_size(h)}: float64 {text}", "float32 —")


def test_a_sweep_of_which_nothing_could_be_compared_says_so(qtbot) -> None:
    points = tuple(SweepPoint(h, math.nan, 10, 10) for h in SWEEP)
    chart = make(qtbot, Sweep(points), None)
    assert chart.readout == ("No h could be compared.", "")
    chart.grab()


# What is said


def test_the_best_h_is_named_with_its_difference(chart) -> None:
    best = min(EXACT.points, key=lambda point: point.mean_absolute_difference)
    mean = scientific(best.mean_absolute_difference)
    assert chart.readout[0] == f"Best: h {step_size(best.h)}, {mean}"
    assert chart.readout[0] in chart.accessibleDescription()
    chart.show_sweeps(EXACT, COARSE, best.h)
    assert chart.readout == (f"Best: h {step_size(best.h)}, {mean}", "")


def test_how_many_elements_were_compared_is_said(chart) -> None:
    count = EXACT.points[0].count
    assert chart.toolTip().startswith(f"{count} elements compared, of all parameters.\n")
    assert chart.count == count
    chart.show_sweeps(None, None, H)
    assert chart.toolTip() == ""


@pytest.mark.parametrize("h", [*SWEEP, 3e-2, 2.5e-8])
def test_what_wins_at_the_present_h_is_what_the_engine_says(chart, h) -> None:
    best = EXACT.best
    chart.show_sweeps(EXACT, COARSE, h)
    error = EXACT.error_at(replace(best, h=h))
    assert chart.readout[1] == (f"{step_size(h)}: {error} wins." if error else "")


def test_truncation_and_rounding_stand_at_their_branches(chart) -> None:
    plan, found = chart.plan, words(chart.plan, (EXACT, COARSE), H)
    assert [word.text for word in found if word.sweep == 0] == ["truncation", "rounding", "best"]
    for word in (word for word in found if not word.is_best):
        sweep = (EXACT, COARSE)[word.sweep]
        branch = [plan.point(point) for point in winning(sweep, word.text)]
        near = min((p - word.rect.center()).manhattanLength() for p in branch)
        assert near < 70
        best = plan.x(sweep.best.h)
        assert all((p.x() > best) == (word.text == "truncation") for p in branch)


@pytest.mark.parametrize("h", [1e-4, 1e-5, 1e-10, 1e-1])
@pytest.mark.parametrize("size", [(138, 140), (168, 260), (176, 328), (328, 528), (480, 360)])
def test_no_word_lies_over_a_curve_or_another_word(size, h) -> None:
    sweeps = (EXACT, COARSE)
    plan = plan_of(*size, sweeps, h)
    found = words(plan, sweeps, h)
    assert "best" in {word.text for word in found}
    for number, word in enumerate(found):
        assert plan.bed.contains(word.rect)
        assert not word.rect.left() - 2 < plan.x(h) < word.rect.right() + 2
        same = [other.rect for other in found[:number] if other.text == word.text]
        assert not any(rect.adjusted(-63, -63, 63, 63).intersects(word.rect) for rect in same)
        assert not any(word.rect.intersects(other.rect) for other in found[:number])
        for sweep in sweeps:
            points = [plan.point(point) for point in drawn(sweep)]
            xs, ys = (np.array([getattr(p, axis)() for p in points]) for axis in ("x", "y"))
            across = np.linspace(word.rect.left(), word.rect.right(), 200)
            down = np.interp(across, xs, ys, left=np.nan, right=np.nan)
            assert not ((down > word.rect.top()) & (down < word.rect.bottom())).any()


@pytest.mark.parametrize("size", [(176, 296), (230, 330), (300, 420)])
def test_all_is_named_at_the_usual_h_in_any_window(size) -> None:
    found = words(plan_of(*size, (EXACT, COARSE), H), (EXACT, COARSE), H)
    assert {word.text for word in found if word.sweep == 0} == {"truncation", "rounding", "best"}


# Reading off and choosing


@pytest.mark.parametrize("h", SWEEP)
def test_the_pointer_reads_off_both_numbers_at_the_nearest_h(chart, h) -> None:
    point_at(chart, h)
    values = [
        scientific(next(p for p in sweep.points if p.h == h).mean_absolute_difference)
        for sweep in (EXACT, COARSE)
    ]
    assert chart.readout == (f"h {step_size(h)}: float64 {values[0]}", f"float32 {values[1]}")
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert chart.readout[0].startswith("Best")


def test_kinks_that_were_left_out_are_told_to_a_screen_reader(chart) -> None:
    point = next(point for point in EXACT.points if point.kinks)
    point_at(chart, point.h)
    said = f"float64: {point.kinks} of {point.count} at a kink, left out"
    assert said in chart.accessibleDescription()


@pytest.mark.parametrize("h", SWEEP)
def test_a_click_chooses_the_nearest_h(qtbot, chart, h) -> None:
    at = QPointF(chart.plan.x(h) - 3, chart.plan.bed.top() + 20).toPoint()
    with qtbot.waitSignal(chart.step_chosen) as told:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at)
    assert told.args == [h]
    qtbot.mouseClick(chart, Qt.MouseButton.RightButton, pos=at)


def test_the_keys_begin_at_the_present_h_and_enter_chooses(qtbot, chart) -> None:
    chart.setFocus()
    with qtbot.assertNotEmitted(chart.step_chosen):
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.readout[0].startswith("h 1e-4:")
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    with qtbot.waitSignal(chart.step_chosen) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert told.args == [1e-6]
    for _ in range(20):
        qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.readout[0].startswith("h 1e-12:")
    for _ in range(20):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    with qtbot.waitSignal(chart.step_chosen) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Enter)
    assert told.args == [1e-1]


def test_another_h_leaves_what_is_read_off_and_other_sweeps_do_not(chart) -> None:
    point_at(chart, 1e-8)
    chart.show_sweeps(EXACT, COARSE, 1e-6)
    assert chart.readout[0].startswith("h 1e-8")
    chart.show_sweeps(Sweep(EXACT.points[:3]), None, 1e-6)
    assert chart.readout[0].startswith("Best")


def test_before_a_check_there_is_nothing_to_choose(qtbot) -> None:
    chart = make(qtbot, None, None)
    assert chart.readout[0] == "Run the check to compare steps h."
    chart.setFocus()
    with qtbot.assertNotEmitted(chart.step_chosen):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton)
        qtbot.keyClick(chart, Qt.Key.Key_Right)
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    chart.grab()


def test_one_sweep_alone_is_shown_too(qtbot) -> None:
    chart = make(qtbot, None, COARSE)
    assert chart.steps == steps_of((COARSE,))
    point_at(chart, 1e-8)
    assert chart.readout[0] == "h 1e-8: float64 —"
    assert chart.readout[1] != "float32 —"
    chart.grab()


# Room


@pytest.mark.parametrize("width", [138, 168, 176, 200, 328, 480])
@pytest.mark.parametrize("height", [140, 260, 328, 560])
def test_in_any_room_there_is_a_bed_and_ticks_that_do_not_meet(width, height) -> None:
    plan = plan_of(width, height, (EXACT, COARSE), H)
    has_name, has_legend, lines = plan.parts
    assert plan.bed.height() >= (100 if height >= 260 else 90)
    assert plan.bed.right() <= width
    assert (has_name, has_legend, lines) == ((True,) * 2 + (2,) if height >= 260 else (0, 0, 0))
    xs = [plan.x(10.0**tick) for tick in plan.x_ticks]
    ys = [plan.y(10.0**tick) for tick in plan.y_ticks]
    assert len(xs) >= 2
    assert len(ys) >= 2
    assert min(np.diff(xs)) >= 40
    assert min(-np.diff(ys)) >= 16


def test_what_has_no_room_below_a_low_chart_is_in_its_title_and_tooltip(qtbot) -> None:
    chart = make(qtbot, size=(137, 122))
    assert chart.plan.parts == (False, False, 0)
    before = pictures.pixels(chart.grab().toImage())[:16]
    point_at(chart, 1e-2)
    assert not np.array_equal(before, pictures.pixels(chart.grab().toImage())[:16])
    assert chart.toolTip().startswith("\n".join((*chart.readout, "")))
    chart.resize(176, 328)
    assert chart.readout[0] not in chart.toolTip()


def test_painting_gives_back_what_it_borrows(chart) -> None:
    lost = painting.references_lost(chart, lambda turn: chart._point(turn % len(SWEEP)))
    assert lost < painting.TIMES / 10


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
@pytest.mark.parametrize("is_read", [False, True], ids=["best", "read"])
def test_the_sweep_looks_as_approved(qapp, qtbot, is_read, colors) -> None:
    theme.apply(qapp, colors)
    card = Card("Choosing h")
    qtbot.addWidget(card)
    chart = StepSweep()
    card.body.addWidget(chart)
    card.resize(208, 384)
    with qtbot.waitExposed(card):
        card.show()
    chart.show_sweeps(EXACT, COARSE, 1e-7 if is_read else H)
    chart.clearFocus()
    if is_read:
        point_at(chart, 1e-2)
    QApplication.processEvents()
    name = f"step_sweep_{'read' if is_read else 'best'}_{colors.name}"
    pictures.check(card.grab().toImage(), name)
