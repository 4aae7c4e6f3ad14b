from collections.abc import Iterator

import numpy as np
import pytest
from pictures import check
from PySide6.QtWidgets import QApplication
from run_curves import CHANGES, curves_of, shown_in_card

from app import formatting, theme
from app.curves import RunCurves
from app.widgets import line_styles
from app.widgets.accuracy_plot import AccuracyPlot
from app.widgets.chart_labels import Line
from bpcore.series import SparseSeries

TOTAL = 10_000


@pytest.fixture
def plot(qtbot) -> Iterator[AccuracyPlot]:
    plot = AccuracyPlot("Accuracy per epoch", "train", "test")
    holder = shown_in_card(qtbot, plot, 552, 200)
    plot.set_total(TOTAL)
    QApplication.processEvents()
    yield plot
    holder.close()


def texts(plot: AccuracyPlot) -> set[str]:
    return {line.text for placed in plot._placed for line in placed.label.lines}


def lines_of(plot: AccuracyPlot) -> list[tuple[Line, float]]:
    """Return each line of text, and how far down it stands."""
    return [
        (line, placed.rect.top() + 15 * k)
        for placed in plot._placed
        for k, line in enumerate(placed.label.lines)
    ]


def test_every_measured_point_is_drawn_while_there_is_room(plot: AccuracyPlot) -> None:
    curves = curves_of(6480, TOTAL)
    plot.set_curves(curves)
    assert plot._test.x.tolist() == list(range(90, 6481, 90))
    assert plot._test.y[-1] == curves.test.until(6480)[1]
    assert not len(plot._range.x)


def test_of_eleven_thousand_points_a_band_shows_the_range(plot: AccuracyPlot) -> None:
    total = 1_000_000
    curves = curves_of(total, total)
    plot.set_total(total)
    plot.set_curves(curves)
    assert len(curves.test) > 11_000
    assert len(plot._test.x) <= plot.bins() + 2
    assert (plot._range.high >= plot._test.y).all()
    assert (plot._range.low <= plot._test.y).all()
    assert plot._range.high.max() == pytest.approx(curves.test.envelope(0, total, 1).high.max())


def test_between_two_measurements_the_line_crosses_the_view(plot: AccuracyPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    plot._view.setXRange(3000, 3040, padding=0)
    assert plot._test.x.tolist() == [2970, 3060]


def test_labels_tell_the_last_measurements_up_to_what_is_shown(plot: AccuracyPlot) -> None:
    curves = curves_of(6480, TOTAL)
    plot.set_curves(curves)
    expected = {
        f"{name} {formatting.share(series.until(6480)[1])}"
        for name, series in (("train", curves.train), ("test", curves.test))
    }
    assert texts(plot) == expected
    plot.set_curves(curves, 1000)
    assert plot._dots[0][0].x() == pytest.approx(plot._frame.x(990))
    assert f"test {formatting.share(curves.test.until(990)[1])}" in texts(plot)


def test_curves_without_a_new_measurement_are_not_drawn_again(plot, monkeypatch) -> None:
    curves = curves_of(6480, TOTAL)
    plot.set_curves(curves)
    drawn = []
    envelope = SparseSeries.envelope

    def counted(series, *args, **options):
        drawn.append(series)
        return envelope(series, *args, **options)

    monkeypatch.setattr(SparseSeries, "envelope", counted)
    curves.losses.extend([0.1] * 60)
    plot.set_curves(curves)
    assert not drawn
    assert plot.cursor_iteration == 6540
    curves.train.extend([6570], [0.97])
    curves.test.extend([6570], [0.96])
    plot.set_curves(curves)
    assert drawn
    assert plot._test.x[-1] == 6570


def test_of_a_long_run_what_is_no_wider_than_half_a_pixel_is_left_for_later(plot) -> None:
    total = 1_000_000
    curves = curves_of(500_000, total)
    plot.set_total(total)
    plot.set_curves(curves)
    drawn = plot._test.x[-1]
    curves.losses.extend([0.1] * 200)
    curves.train.extend([500_100], [0.97])
    curves.test.extend([500_100], [0.96])
    plot.set_curves(curves)
    assert plot._test.x[-1] == drawn
    assert f"test {formatting.share(0.96)}" in texts(plot)
    curves.train.extend([502_000], [0.97])
    curves.test.extend([502_000], [0.96])
    plot.set_curves(curves)
    assert plot._test.x[-1] > drawn


def test_before_the_first_measurement_there_is_nothing_to_tell(plot: AccuracyPlot) -> None:
    plot.set_curves(curves_of(50, TOTAL))
    assert texts(plot) == set()
    assert plot._dots == []
    plot.grab()


def test_the_bottom_leaves_the_first_steep_epochs_out(plot: AccuracyPlot) -> None:
    plot.set_curves(curves_of(TOTAL, TOTAL))
    bottom, top = plot._view.viewRange()[1]
    later = plot._test.y[plot._test.x > 400].min()
    assert bottom == pytest.approx(np.floor(later * 10 - 0.1) / 10)
    assert top == pytest.approx(1, abs=0.01)


def test_the_test_accuracies_of_other_runs_lie_over_it(plot: AccuracyPlot) -> None:
    plot.set_curves(curves_of(6480, TOTAL))
    other = curves_of(TOTAL, TOTAL, seed=3)
    plot.set_compared([(other, 2, "Momentum")])
    (line,) = plot._compared
    assert line.curve.style == 2
    assert plot._train.style == line_styles.ASIDE_SOLID  # dashed is another run now
    assert plot._legend[0].entries == ((2, "Momentum"),)
    plot.show_crosshair(3000.0)
    assert plot.readings == [formatting.share(other.test.until(3000)[1])]
    assert line.curve.y[-1] == other.test.until(TOTAL)[1]
    plot.set_compared([])
    assert plot._compared == []
    assert plot._train.style == line_styles.ASIDE
    assert plot._legend is None


def test_a_slow_run_beside_it_does_not_take_the_room_for_its_beginning(plot) -> None:
    plot.set_curves(curves_of(TOTAL, TOTAL))
    slow = curves_of(TOTAL, TOTAL, seed=3)
    slow.test = type(slow.test)()
    slow.test.extend([100, 3000, 6000, TOTAL], [0.1, 0.5, 0.87, 0.9])
    plot.set_compared([(slow, 1, "slow")])
    assert plot._view.viewRange()[1][0] == pytest.approx(0.8)
    zero = curves_of(TOTAL, TOTAL, seed=3)
    zero.test = type(slow.test)()
    zero.test.extend([100, 5000, TOTAL], [0.11, 0.11, 0.11])
    plot.set_compared([(zero, 1, "weights all zero")])
    assert plot._view.viewRange()[1][0] == pytest.approx(0.1)


def test_a_run_that_ended_early_is_in_view_wherever_it_ended(plot) -> None:
    plot.set_curves(curves_of(TOTAL, TOTAL))
    short = curves_of(TOTAL, TOTAL, seed=3)
    short.test = type(short.test)()
    short.test.extend([100, 200], [0.11, 0.11])
    plot.set_compared([(short, 1, "short")])
    assert plot._view.viewRange()[1][0] < 0.11


@pytest.mark.parametrize("height", [110, 200])
@pytest.mark.parametrize("apart", [0.0008, -0.008])
@pytest.mark.parametrize("cursor", [None, 9600, 200])
def test_the_higher_accuracy_has_the_higher_label(plot, height, apart: float, cursor) -> None:
    plot.window().resize(448, height)
    QApplication.processEvents()
    for done in range(1000, TOTAL + 1, 500):
        at = np.arange(100, done + 1, 100)
        curves = RunCurves(TOTAL)
        curves.losses.extend(np.full(done, 0.1))
        curves.train.extend(at, 0.8 + 0.156 * at / done)
        curves.test.extend(at, 0.8 - apart + 0.156 * at / done)
        plot.set_curves(curves, None if cursor is None else min(cursor, done))
        said = [(float(line.text.split()[1][:-2]), top) for line, top in lines_of(plot)]
        assert len(said) == 2
        (high, above), (low, below) = sorted(said, reverse=True)
        assert above < below or high == low


@pytest.mark.parametrize("name", theme.THEMES)
def test_it_looks_as_approved(plot: AccuracyPlot, name: str, qapp) -> None:
    theme.apply(qapp, theme.THEMES[name])
    curves = curves_of(6480, TOTAL, events=CHANGES)
    plot.set_curves(curves)
    check(plot.grab().toImage(), f"accuracy_live_{name}")
    plot.set_compared([(curves_of(TOTAL, TOTAL, seed=k), k, f"run {k}") for k in (1, 2, 3)])
    plot.set_curves(curves, 3000)
    check(plot.grab().toImage(), f"accuracy_compared_{name}")
