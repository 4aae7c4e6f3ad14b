from collections.abc import Iterator

import numpy as np
import pytest
from pictures import check, differing, pixels
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from run_curves import CHANGES, curves_of, shown_in_card

from app import formatting, theme
from app.curves import RunCurves
from app.widgets.line_styles import ASIDE
from app.widgets.loss_plot import LossPlot
from bpcore.recording import Event

TOTAL = 10_000


@pytest.fixture
def plot(qtbot) -> Iterator[LossPlot]:
    plot = LossPlot("Loss per iteration", "smoothed")
    holder = shown_in_card(qtbot, plot, 552, 300)
    plot.set_total(TOTAL)
    QApplication.processEvents()
    yield plot
    holder.close()


def texts(plot: LossPlot) -> list[str]:
    return [line.text for placed in plot._placed for line in placed.label.lines]


def others() -> list[tuple[object, int, str]]:
    names = ("Sigmoid", "Momentum", "A run with a long name that its user gave it")
    return [
        (curves_of(TOTAL - 1500 * k, TOTAL, seed=k, floor=0.1 * k), k, name)
        for k, name in enumerate(names, start=1)
    ]


def test_the_line_drawn_is_the_moving_mean_of_what_was_recorded(plot: LossPlot) -> None:
    curves = curves_of(6480, TOTAL)
    plot.set_curves(curves)
    window = curves.smoothing
    assert window == 100
    envelope = curves.losses.envelope(0, TOTAL, plot.bins(), window)
    assert np.array_equal(plot._smooth.x, envelope.x)
    np.testing.assert_allclose(10**plot._smooth.y, envelope.smooth)
    plot.set_log(False)
    np.testing.assert_allclose(plot._smooth.y, envelope.smooth)


@pytest.mark.parametrize(
    ("done", "more", "seen"),
    [
        (500_000, 0, False),
        (500_000, 300, False),
        (500_000, 3000, True),
        (100, 20, True),
        (999_900, 100, True),
    ],
)
def test_a_curve_is_drawn_anew_when_more_of_it_can_be_seen(plot, done, more, seen: bool) -> None:
    total = 1_000_000
    curves = curves_of(done, total)
    plot.set_total(total)
    plot.set_curves(curves)
    drawn = plot._smooth.x
    curves.losses.extend([0.5] * more)
    plot.set_curves(curves)
    assert (plot._smooth.x is not drawn) == seen
    assert plot.cursor_iteration == done + more
    assert texts(plot)[0] == formatting.loss(plot.smoothed_at(done + more), 3)


def test_a_change_of_the_run_is_seen_at_once(plot: LossPlot) -> None:
    curves = curves_of(6480, TOTAL)
    plot.set_curves(curves)
    curves.events = CHANGES
    plot.set_curves(curves)
    assert plot._marks == CHANGES


def test_curves_that_stay_are_painted_the_same_from_their_picture(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL, events=CHANGES), 3000)
    first = plot.grab().toImage()
    assert plot._ink is None
    assert not differing(first, plot.grab().toImage())
    assert plot._ink is not None


@pytest.mark.parametrize("done", [1, 2, 30, 200])
def test_the_line_of_a_short_run_is_smooth_too_and_its_raw_range_is_seen(plot, done: int) -> None:
    plot.set_total(200)
    curves = curves_of(done, 200)
    plot.set_curves(curves)
    losses = np.array([curves.losses.envelope(k, k, 1, 1).low[0] for k in range(1, done + 1)])
    if done == 200:
        assert plot.smoothed_at(100) == pytest.approx(losses[74:125].mean())
        steps = np.abs(np.diff(plot._smooth.y))[20:-20]
        assert steps.max() < 0.2 * np.abs(np.diff(np.log10(losses))).max()
    drawn = plot._range
    assert (drawn.low[1:] <= drawn.high[:-1]).all()
    assert (drawn.low[:-1] <= drawn.high[1:]).all()
    assert 10 ** drawn.low.min() == pytest.approx(losses.min())
    assert 10 ** drawn.high.max() == pytest.approx(losses.max())


def test_the_line_of_a_run_does_not_move_before_the_change_that_moves_it(plot: LossPlot) -> None:
    changed = RunCurves(TOTAL)
    changed.losses.extend([0.5] * 3000 + [4.0] * 3000)
    changed.events = (Event(3000, "learning_rate", 5.0),)
    compared = RunCurves(TOTAL)
    compared.losses.extend([0.5] * 3000 + [0.1] * 3000)
    compared.events = (Event(3000, "learning_rate", 0.01),)
    plot.set_curves(changed)
    plot.set_compared([(compared, 1, "other")])
    for zoom in (TOTAL, 300):
        plot._view.setXRange(3000 - zoom * 0.3, 3000 + zoom * 0.7, padding=0)
        for curve, after in ((plot._smooth, 4.0), (plot._compared[0].curve, 0.1)):
            before = curve.x <= 3000
            np.testing.assert_allclose(10 ** curve.y[before], 0.5)
            np.testing.assert_allclose(10 ** curve.y[~before], after)
    values = [plot.smoothed_at(at) for at in (2999, 3000, 3001)]
    assert values == pytest.approx([0.5, 0.5, 4])
    assert plot.compared_at(3000) == [("other", pytest.approx(0.5))]


def test_a_smoothed_loss_is_the_same_at_any_zoom(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    plot.set_compared(others())
    before = plot.smoothed_at(3000), plot.compared_at(3000)
    plot._view.setXRange(2990, 3040, padding=0)
    assert (plot.smoothed_at(3000), plot.compared_at(3000)) == before


def test_following_the_run_cursor_and_label_are_at_its_end(plot: LossPlot) -> None:
    curves = curves_of(6480, TOTAL)
    plot.set_curves(curves)
    assert plot.follows
    assert plot.cursor_iteration == 6480
    assert texts(plot) == [formatting.loss(plot.smoothed_at(6480), 3), "smoothed"]
    assert [here for _, here in plot._dots] == [True]


def test_looking_back_the_cursor_is_there_and_the_end_is_only_a_dot(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL), 2000)
    assert not plot.follows
    assert texts(plot)[0] == formatting.loss(plot.smoothed_at(2000), 3)
    (here, at_cursor), (end, at_end) = plot._dots
    assert (at_cursor, at_end) == (True, False)
    assert here.x() == pytest.approx(plot._frame.x(2000))
    assert end.x() == pytest.approx(plot._frame.x(6480))
    accent = np.array(theme.blend(theme.DARK.accent, theme.DARK.accent, 1).getRgb()[:3])
    image = pixels(plot.grab().toImage())
    columns = np.flatnonzero(np.abs(image[10] - accent).max(axis=1) < 60)
    assert columns.tolist() == pytest.approx([plot._frame.x(2000)] * len(columns), abs=1.5)
    assert len(columns)


def test_an_end_out_of_view_has_neither_dot_nor_label(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    plot._view.setXRange(1000, 2000, padding=0)
    assert plot._dots == []
    assert texts(plot) == []


def test_a_run_that_did_nothing_yet_is_empty_and_may_be_compared(plot: LossPlot) -> None:
    plot.set_curves(curves_of(0, TOTAL))
    assert plot._dots == []
    assert texts(plot) == []
    plot.set_compared(others())
    plot.grab()


def test_other_runs_are_drawn_in_their_styles_over_the_same_iterations(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    compared = others()
    plot.set_compared(compared)
    for line, (curves, style, _) in zip(plot._compared, compared, strict=True):
        assert line.curve.style == style
        envelope = curves.losses.envelope(0, TOTAL, plot.bins(), curves.smoothing)
        np.testing.assert_allclose(10**line.curve.y, envelope.smooth)
    legend, _ = plot._legend
    assert [name for _, name in legend.entries] == [name for *_, name in compared]
    assert [style for style, _ in legend.entries] == [1, 2, 3]


def test_a_compared_run_that_goes_on_is_drawn_on(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    growing = curves_of(1000, TOTAL, seed=4)
    plot.set_compared([(growing, 1, "race")])
    before = plot._compared[0].curve.x.max()
    growing.losses.extend(np.full(2000, 0.5))
    plot.redraw()
    assert plot._compared[0].curve.x.max() > before + 1500


def test_the_scale_holds_the_lines_of_all_runs(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    high = curves_of(TOTAL, TOTAL, seed=1, floor=40.0)
    plot.set_compared([(high, 1, "high")])
    low, top = plot._view.viewRange()[1]
    assert low < plot._compared[0].curve.y.max() < top


@pytest.mark.parametrize("log", [True, False])
def test_a_run_that_diverged_leaves_the_picture_at_the_top(plot: LossPlot, log: bool) -> None:
    diverged = RunCurves(TOTAL)
    diverged.losses.extend(np.geomspace(2.3, 1e36, 400))
    plot.set_log(log)
    plot.set_curves(curves_of(6480, TOTAL))
    low, top = plot._view.viewRange()[1]
    plot.set_compared([(diverged, 1, "diverged")])
    low_beside, top_beside = plot._view.viewRange()[1]
    assert (top - low) / (top_beside - low_beside) > 0.4
    y = plot._lines[1][1]
    assert y[0] > plot.room.top() > y[-1]
    label = next(placed for placed in plot._placed if placed.label.style == 1)
    assert label.label.lines[0].text == formatting.loss(diverged.smoothed_at(400), 3)
    assert plot.room.contains(label.rect)
    plot.grab()


def test_no_text_lies_over_another(plot: LossPlot) -> None:
    curves = curves_of(TOTAL, TOTAL, events=CHANGES)
    plot.set_compared(others())
    for cursor in (None, 300, 2100, 5000, 9990):
        plot.set_curves(curves, cursor)
        rects = [placed.rect for placed in plot._placed]
        rects += [rect for rect, _ in plot._event_texts]
        rects.append(plot._legend[1])
        for k, rect in enumerate(rects):
            assert not any(rect.intersects(other) for other in rects[k + 1 :])


def test_changes_are_marked_with_what_changed(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL, events=CHANGES))
    assert [text for _, text in plot._event_texts] == ["rate 0.05", "batch 1,000", "rate 0.01"]
    assert plot.events_near(2010) == (CHANGES[0],)
    plain = plot.grab().toImage()
    plot.set_curves(curves_of(6480, TOTAL))
    assert differing(plain, plot.grab().toImage()) > 200


def test_under_the_pointer_the_losses_of_the_other_runs_follow_their_names(plot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    plot.set_compared(others())
    assert plot.readings == []
    without = plot.grab().toImage()
    plot.show_crosshair(8000.0)
    values = [curves.smoothed_at(8000) for curves, *_ in others()]
    assert values[1:] == [None, None]  # these two did not come so far
    assert plot.readings == [formatting.loss(values[0]), "—", "—"]
    legend = plot._legend[1].toRect()
    assert differing(without.copy(legend), plot.grab().toImage().copy(legend)) > 30
    plot.show_crosshair(None)
    assert differing(without, plot.grab().toImage()) == 0


def test_resting_on_a_mark_tells_what_changed_and_hides_no_curve_elsewhere(
    qtbot, plot: LossPlot
) -> None:
    plot.set_curves(curves_of(6480, TOTAL, events=CHANGES))
    plot.set_compared(others())
    assert plot.tip_at(4000) == ""
    place = QPoint(round(plot._frame.x(5000)), 90)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, plot.viewport().mapToGlobal(place))
    QApplication.sendEvent(plot.viewport(), event)
    assert QToolTip.text() == "learning rate 0.01 from 5,001 on"
    QToolTip.hideText()
    QApplication.processEvents()


def test_a_curve_has_never_more_points_than_are_quick_to_draw(plot: LossPlot) -> None:
    plot.window().resize(9000, 300)
    QApplication.processEvents()
    plot.set_total(200_000)
    plot.set_curves(curves_of(200_000, 200_000))
    assert 1000 < len(plot._smooth.x) <= 4000


@pytest.mark.parametrize("name", theme.THEMES)
def test_it_looks_as_approved(qtbot, plot: LossPlot, name: str, qapp) -> None:
    theme.apply(qapp, theme.THEMES[name])
    curves = curves_of(6480, TOTAL, events=CHANGES)
    plot.set_curves(curves)
    check(plot.grab().toImage(), f"loss_live_{name}")
    plot.set_compared(others())
    plot.set_curves(curves, 3000)
    plot.show_crosshair(4300)
    check(plot.grab().toImage(), f"loss_compared_{name}")


def test_a_key_moves_the_view_not_the_run(plot: LossPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.cursor_iteration == 6480


def test_the_accuracy_of_the_training_set_is_no_compared_run() -> None:
    assert ASIDE not in range(4)
