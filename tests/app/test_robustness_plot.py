import itertools
import threading

import numpy as np
import pytest
from evaluated import (
    EvaluatedSession,
    child,
    click,
    digits,
    pictures,
    show,
    shown_card,
    shown_of,
    text,
    trained,
    untrained,
)
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton

from app import formatting, theme
from app.formatting import EM_DASH
from app.pages import evaluate_errands
from app.pages.evaluate_errands import measure_robustness
from app.pages.evaluate_findings import Subject
from app.widgets.robustness_chart import ChartPlan, RobustnessChart, amount_text
from app.widgets.robustness_plot import Robustness, RobustnessPlot
from bpcore.robustness import AMOUNTS, KINDS, RobustnessCurve, disturbed, robustness
from bpcore.steps import result_of

FEW = 40


def a_robustness(run: int = 1, iteration: int = 600) -> Robustness:
    curves = tuple(
        RobustnessCurve(
            kind,
            "pixels",
            np.array(AMOUNTS[kind], float),
            np.linspace(0.95, 0.1, len(AMOUNTS[kind])),
            1000,
        )
        for kind in KINDS
    )
    looks = tuple(pictures(len(AMOUNTS[kind])) for kind in KINDS)
    return Robustness(run, iteration, curves, looks)


@pytest.fixture
def plot(qtbot) -> RobustnessPlot:
    return shown_card(qtbot, RobustnessPlot)


@pytest.fixture
def session(qapp):
    made = EvaluatedSession(trained())
    images, labels = digits()["test"]
    made.test_digits(images[:FEW], labels[:FEW])
    yield made
    assert made.laboratory.close()


def chart_of(parent, kind: str) -> RobustnessChart:
    return child(parent, RobustnessChart, f"robustness_{kind}")


def status_of(parent) -> str:
    return text(parent, "robustnessButtonStatus")


def button_of(parent) -> QPushButton:
    return child(parent, QPushButton, "robustnessButton")


def point_at(chart: RobustnessChart, place: int) -> None:
    plan = chart.plan
    at = QPointF(plan.x(plan.amounts[place]), plan.bed.center().y())
    QTest.mouseMove(chart, at.toPoint())


# The chart


def test_before_anything_is_measured_there_are_no_curves(plot) -> None:
    for kind in KINDS:
        chart = chart_of(plot, kind)
        assert chart.plan is None
        assert chart.accessibleDescription() == EM_DASH
        QTest.keyClick(chart, Qt.Key.Key_Right)
        QTest.mouseMove(chart, chart.rect().center())
        chart.grab()
    assert status_of(plot) == ""
    assert button_of(plot).text() == "Measure"


@pytest.mark.parametrize("kind", KINDS)
def test_the_pointer_reads_off_the_engine_s_numbers(plot, kind) -> None:
    measured = a_robustness()
    plot.show_robustness(measured)
    chart, curve = chart_of(plot, kind), measured.curves[KINDS.index(kind)]
    for place in (0, 2, len(curve.amounts) - 1):
        point_at(chart, place)
        share = formatting.share(float(curve.accuracies[place]))
        said = f"{amount_text(float(curve.amounts[place]))} {curve.unit}: accuracy {share}"
        assert chart.readout == chart.accessibleDescription() == said
    assert chart.toolTip() == ""  # it would lie over the curve
    chart.clearFocus()
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert ":" not in chart.readout


def test_the_keys_read_off_point_by_point(plot) -> None:
    plot.show_robustness(a_robustness())
    chart = chart_of(plot, "noise")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.readout.startswith("0 ")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.readout.startswith("16 ")
    for _ in range(20):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.readout.startswith("128 ")
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.readout.startswith("112 ")


def test_amounts_are_written_with_a_minus_where_strokes_get_thinner() -> None:
    assert [amount_text(x) for x in (-1.5, 0.0, 0.5, 16.0)] == ["−1.5", "0", "0.5", "16"]


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_each_digit_under_the_axis_is_the_one_of_its_amount(qapp, plot, colors) -> None:
    theme.apply(qapp, colors)
    measured = a_robustness()
    plot.show_robustness(measured)
    QApplication.processEvents()
    for number, kind in enumerate(KINDS):
        chart = chart_of(plot, kind)
        shot = chart.grab().toImage()
        assert 0 in [chart.plan.amounts[place] for place in chart.plan.shown]
        for place in chart.plan.shown:
            tile = chart.plan.tile(place)
            image = measured.examples[number][place].reshape(28, 28)
            pixels = theme.digit_pixels(image, colors)
            for row, column in ((0, 0), (13, 5), (27, 27)):
                color = shot.pixelColor(int(tile.x()) + column, int(tile.y()) + row)
                assert list(color.toTuple()[:3]) == pixels[row, column].tolist()


@pytest.mark.parametrize("width", [220, 262, 330, 420, 600])
@pytest.mark.parametrize("kind", KINDS)
def test_the_digits_under_the_axis_do_not_overlap_and_stay_inside(width, kind) -> None:
    plan = ChartPlan(width, 200, tuple(float(a) for a in AMOUNTS[kind]))
    tiles = [plan.tile(place) for place in plan.shown]
    assert len(tiles) >= 3
    assert all(a.right() < b.left() for a, b in itertools.pairwise(tiles))
    assert tiles[0].left() >= 0
    assert tiles[-1].right() <= width
    assert tiles[0].bottom() < 200
    assert plan.y(1.0) == plan.bed.top()
    assert plan.y(0.0) == plan.bed.bottom()


# Fresh and stale


def test_curves_of_another_network_are_dashed_and_say_of_which_they_are(plot) -> None:
    plot.show_robustness(a_robustness(iteration=4000))
    plot.show_present((1, 4000))
    assert status_of(plot) == "of iteration 4,000"
    chart = chart_of(plot, "noise")

    def inked() -> int:
        shot = chart.grab().toImage()
        ink = QColor(theme.DARK.text_1)
        xs = range(int(chart.plan.bed.left()), int(chart.plan.bed.right()))
        ys = range(int(chart.plan.bed.top()), int(chart.plan.bed.bottom()))
        return sum(shot.pixelColor(x, y) == ink for x in xs for y in ys)

    assert inked() > 50
    plot.show_present((1, 4001))
    assert plot.stale
    assert status_of(plot) == "of iteration 4,000; measure again"
    assert inked() == 0
    plot.show_present((2, 4000))
    assert status_of(plot) == "of another run, iteration 4,000; measure again"
    plot.show_present((1, 4000))
    assert not plot.stale
    assert inked() > 50


def test_without_a_network_nothing_can_be_measured(plot) -> None:
    plot.show_present(None)
    assert not button_of(plot).isEnabled()


# On the page


def open_page(qtbot, session):
    page = show(qtbot, session)
    click(page, "evaluateView_robustness")
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 600", timeout=20_000)
    return page


def test_measuring_shows_what_the_engine_measures(qtbot, session) -> None:
    page = open_page(qtbot, session)
    click(page, "robustnessButton")
    assert status_of(page) == "Measuring iteration 600"
    qtbot.waitUntil(lambda: status_of(page) == "of iteration 600", timeout=60_000)
    images, labels = digits()["test"]
    expected = result_of(robustness(trained(), images[:FEW], labels[:FEW]))
    for curve in expected:
        chart = chart_of(page, curve.kind)
        for place in (0, len(curve.amounts) - 1):
            point_at(chart, place)
            assert chart.readout.endswith(formatting.share(float(curve.accuracies[place])))
    session.publish(untrained(), 601)
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 601", timeout=20_000)
    assert status_of(page) == "of iteration 600; measure again"


def test_the_examples_are_the_first_digit_disturbed_by_each_amount() -> None:
    images, labels = digits()["test"]
    subject = Subject(trained(), 1, 600, "test", images[:5], labels[:5])
    measured = result_of(measure_robustness(subject))
    assert (measured.run, measured.iteration, measured.count) == (1, 600, 5)
    for curve, looks in zip(measured.curves, measured.examples, strict=True):
        for amount, look in zip(curve.amounts, looks, strict=True):
            assert np.array_equal(look, disturbed(images[:1], curve.kind, float(amount))[0])


def held_measure(monkeypatch, gate: threading.Event) -> threading.Event:
    """Let it wait for the gate after a quarter; return what tells that it is over, or given up."""
    real, over = evaluate_errands.robustness, threading.Event()

    def held(*args):
        try:
            yield 0.25
            assert gate.wait(20)
            return (yield from real(*args))
        finally:
            over.set()

    monkeypatch.setattr(evaluate_errands, "robustness", held)
    return over


def test_it_can_be_cancelled(qtbot, session, monkeypatch) -> None:
    gate = threading.Event()
    over = held_measure(monkeypatch, gate)
    page = open_page(qtbot, session)
    click(page, "robustnessButton")
    progress = child(page, QProgressBar, "robustnessButtonProgress")
    qtbot.waitUntil(lambda: progress.value() == 250, timeout=20_000)
    assert progress.isVisible()
    assert button_of(page).text() == button_of(page).accessibleName() == "Cancel"
    click(page, "robustnessButton")
    gate.set()
    assert not progress.isVisible()
    assert button_of(page).text() == "Measure"
    assert status_of(page) == ""
    qtbot.waitUntil(over.is_set, timeout=60_000)
    session.publish(untrained(), 601)  # what comes after it comes later
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 601", timeout=20_000)
    assert chart_of(page, "noise").plan is None


def test_what_was_begun_goes_on_when_another_network_is_shown(qtbot, session, monkeypatch) -> None:
    gate = threading.Event()
    held_measure(monkeypatch, gate)
    page = open_page(qtbot, session)
    click(page, "robustnessButton")
    session.publish(untrained(), 601)
    gate.set()
    wanted = "of iteration 600; measure again"
    qtbot.waitUntil(lambda: status_of(page) == wanted, timeout=60_000)
    assert shown_of(page) == "Iteration 601"


def test_a_failure_is_said_where_it_was_asked_for(qtbot, session, monkeypatch) -> None:
    def broken(*args):
        yield 0.5
        raise MemoryError

    monkeypatch.setattr(evaluate_errands, "robustness", broken)
    page = open_page(qtbot, session)
    click(page, "robustnessButton")
    qtbot.waitUntil(lambda: status_of(page).startswith("✗"), timeout=20_000)
    assert status_of(page) == "✗ There is not enough memory for this."
    assert child(page, QLabel, "robustnessButtonStatus").property("tone") == "fail"
    assert button_of(page).isEnabled()
