"""Two losses side by side, one of them of a training with a bug."""

import numpy as np
import pictures
import pytest
from bug_findings import on_card
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton

from app import formatting, theme
from app.widgets.rehearsal_chart import RehearsalChart
from app.widgets.rehearsal_curves import RehearsalCurves
from app.widgets.rehearsal_plan import RehearsalPlan
from bpcore.bugs import bug_of
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset
from bpcore.rehearsal import Rehearsal, rehearse
from bpcore.steps import result_of

THEMES = [theme.DARK, theme.LIGHT]


def falling(count: int = 500, slower: float = 1.0, seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 0.08, count)
    return (0.3 + 2 * np.exp(-np.arange(count) / (80 * slower))) * np.exp(noise)


def hidden_well() -> Rehearsal:
    return Rehearsal(falling(), falling(slower=1.4), None)


def diverging() -> Rehearsal:
    wrong = np.concatenate([falling(40), 2 * np.exp(np.arange(100) * 0.8)])
    return Rehearsal(falling(), wrong, 141)


@pytest.fixture
def chart(qtbot) -> RehearsalChart:
    made = RehearsalChart()
    on_card(qtbot, made, 320, 186)
    return made


def button_of(chart: RehearsalChart) -> QPushButton:
    return chart.findChild(QPushButton, "rehearsalButton")


def point_at(curves: RehearsalCurves, iteration: int) -> None:
    plan = curves.plan
    QTest.mouseMove(curves, QPointF(plan.x(iteration), plan.bed.center().y()).toPoint())


# Reading off


def test_without_a_pointer_the_losses_at_the_end_are_shown(chart) -> None:
    made = hidden_well()
    chart.show_rehearsal(made)
    ends = (formatting.loss(float(losses[-1])) for losses in (made.right, made.wrong))
    assert chart.curves.readout == ("500", *ends)


@pytest.mark.parametrize("iteration", [1, 123, 499])
def test_the_pointer_reads_off_the_losses_of_an_iteration(chart, iteration: int) -> None:
    made = hidden_well()
    chart.show_rehearsal(made)
    point_at(chart.curves, iteration)
    here = chart.curves.iteration
    assert abs(here - iteration) <= 2
    losses = [formatting.loss(float(each[here - 1])) for each in (made.right, made.wrong)]
    assert list(chart.curves.readout) == [str(here), *losses]
    said = chart.curves.accessibleDescription()
    assert said == "iteration {}: loss without the bug {}, with it {}".format(here, *losses)


def test_the_keys_go_from_iteration_to_iteration(chart) -> None:
    chart.show_rehearsal(hidden_well())
    curves = chart.curves
    for key, wanted in (
        (Qt.Key.Key_Left, 499),
        (Qt.Key.Key_PageUp, 474),
        (Qt.Key.Key_Home, 1),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_PageDown, 27),
        (Qt.Key.Key_End, 500),
        (Qt.Key.Key_Right, 500),
    ):
        QTest.keyClick(curves, key)
        assert curves.iteration == wanted


def test_a_training_that_diverged_says_so_from_there_on(chart) -> None:
    made = diverging()
    chart.show_rehearsal(made)
    assert chart.curves.readout[2] == "diverged"
    chart.curves._point(140)
    assert chart.curves.readout[2] == formatting.loss(float(made.wrong[-1]))
    chart.curves._point(141)
    assert chart.curves.readout[1:] == (formatting.loss(float(made.right[140])), "diverged")


def test_a_right_training_that_diverged_has_no_number_where_it_has_none(chart) -> None:
    chart.show_rehearsal(Rehearsal(falling(20), falling(50), None))
    assert chart.curves.readout[1] == "—"
    chart.grab()


def test_a_real_rehearsal_is_shown_number_by_number(chart) -> None:
    config, dataset = TrainingConfig(hidden_sizes=(8,), batch_size=20), load_dataset()
    made = result_of(rehearse(config, dataset, bug_of("sign_swapped"), iterations=30))
    chart.show_rehearsal(made)
    for iteration in (1, 17, 30):
        chart.curves._point(iteration)
        losses = [formatting.loss(float(each[iteration - 1])) for each in (made.right, made.wrong)]
        assert list(chart.curves.readout) == [str(iteration), *losses]


# Where things are


def test_the_right_curve_keeps_its_shape_beside_one_that_explodes() -> None:
    plan = RehearsalPlan(diverging(), 320, 150)
    right = [plan.y(float(loss)) for loss in plan.rehearsal.right]
    assert max(right) - min(right) > plan.bed.height() / 4
    assert plan.line(plan.rehearsal.wrong).boundingRect().top() >= -plan.bed.height()


def test_the_cross_is_at_the_iteration_at_which_it_diverged_and_the_curve_left_before() -> None:
    plan = RehearsalPlan(diverging(), 320, 150)
    end, out = plan.end_of_wrong, plan.exit_of_wrong
    assert end.x() == plan.x(141)
    assert plan.nearest(end.x()) == 141
    assert plan.bed.contains(end)
    assert out.y() == plan.bed.top()
    top = 10 ** plan.limits[1]
    first = int(np.flatnonzero(plan.rehearsal.wrong > top)[0])
    assert plan.x(first) <= out.x() <= plan.x(first + 1)
    assert out.x() < end.x() - 20


def test_a_curve_that_stays_in_the_chart_has_no_way_out_and_one_that_goes_on_no_cross() -> None:
    plan = RehearsalPlan(hidden_well(), 320, 150)
    assert (plan.end_of_wrong, plan.exit_of_wrong) == (None, None)
    plan = RehearsalPlan(Rehearsal(falling(), falling(40), 41), 320, 150)
    assert plan.exit_of_wrong is None
    assert plan.end_of_wrong.x() == plan.x(41)


def test_a_curve_that_comes_back_leaves_where_it_does_for_good() -> None:
    wrong = np.array([2.0, 1e6, 2.0, 1e6, 1e9])
    plan = RehearsalPlan(Rehearsal(falling(), wrong, 6), 320, 150)
    assert plan.x(3) <= plan.exit_of_wrong.x() <= plan.x(4)


@pytest.mark.parametrize(
    "made",
    [
        Rehearsal(np.array([2.3]), np.array([2.3]), None),
        Rehearsal(np.array([2.3]), np.empty(0), 1),
        Rehearsal(falling(20), np.full(50, 1e9), 51),
        Rehearsal(np.array([0.0, 0.0]), np.array([1e300, 1e308]), 3),
        Rehearsal(np.empty(0), np.empty(0), 1),
    ],
    ids=["one", "none wrong", "all above", "extremes", "empty"],
)
def test_odd_losses_are_painted_without_trouble(chart, made) -> None:
    chart.show_rehearsal(made)
    chart.grab()
    QTest.keyClick(chart.curves, Qt.Key.Key_Left)
    QTest.mouseMove(chart.curves, chart.curves.rect().center())
    chart.grab()


# The button


def test_the_button_starts_and_cancels(chart, qtbot) -> None:
    assert button_of(chart).text() == "Train 500 iterations with it"
    with qtbot.waitSignal(chart.wanted):
        QTest.mouseClick(button_of(chart), Qt.MouseButton.LeftButton)
    chart.show_progress(0.25)
    progress = chart.findChild(QProgressBar, "rehearsalButtonProgress")
    assert (progress.isVisible(), progress.value()) == (True, 250)
    assert button_of(chart).text() == "Cancel"
    chart.show_progress(0.5)
    assert progress.value() == 500
    with qtbot.waitSignal(chart.cancelled):
        QTest.mouseClick(button_of(chart), Qt.MouseButton.LeftButton)
    chart.show_progress(None)
    assert not progress.isVisible()
    assert button_of(chart).text() == "Train 500 iterations with it"


def test_while_it_trains_the_progress_has_the_room_beside_cancel(chart, qapp) -> None:
    chart.show_progress(0.25)
    qapp.processEvents()
    progress = chart.findChild(QProgressBar, "rehearsalButtonProgress")
    button = button_of(chart)
    left, right = (each.mapTo(chart, each.rect().topLeft()).x() for each in (progress, button))
    assert left == 0
    assert left + progress.width() + 8 == right
    assert progress.width() > 2 * button.width()
    assert right + button.width() == chart.width()
    chart.show_progress(None)
    qapp.processEvents()
    assert button.width() >= button.sizeHint().width()


def test_while_the_bug_is_checked_it_says_that_it_is_being_found_out(chart) -> None:
    chart.set_ready(False)
    chart.set_ready(False, busy=True)
    assert not button_of(chart).isEnabled()
    assert "is being found out" in chart.curves.accessibleDescription()
    chart.set_ready(True)
    assert button_of(chart).isEnabled()
    assert "fresh weights" in chart.curves.accessibleDescription()


def test_without_a_bug_nothing_can_be_started(chart, qtbot) -> None:
    chart.set_ready(False)
    with qtbot.assertNotEmitted(chart.wanted):
        QTest.mouseClick(button_of(chart), Qt.MouseButton.LeftButton)
    assert "Switch a bug on" in chart.curves.accessibleDescription()
    chart.set_ready(True)
    assert button_of(chart).isEnabled()


def test_a_failure_is_said_beside_the_button(chart) -> None:
    chart.show_progress(0.5)
    chart.show_progress(None, "There is not enough memory for this.")
    status = chart.findChild(QLabel, "rehearsalButtonStatus")
    assert status.text() == "✗ There is not enough memory for this."
    assert button_of(chart).isEnabled()


def test_losses_of_another_bug_are_taken_away(chart) -> None:
    chart.show_rehearsal(hidden_well())
    chart.curves._point(3)
    chart.show_rehearsal(None)
    assert chart.curves.plan is None
    assert chart.curves.iteration == 0
    assert "What does the bug do" in chart.curves.accessibleDescription()


def test_losses_of_another_bug_are_read_off_at_their_end(chart) -> None:
    chart.show_rehearsal(hidden_well())
    chart.curves._point(3)
    chart.show_rehearsal(diverging())
    assert chart.curves.readout[0] == "500"


# Pictures


@pytest.mark.parametrize("colors", THEMES, ids=lambda colors: colors.name)
@pytest.mark.parametrize("name", ["hidden", "diverged", "idle"])
def test_the_chart_looks_as_approved(qapp, chart, name, colors) -> None:
    theme.apply(qapp, colors)
    made = {"hidden": hidden_well, "diverged": diverging, "idle": lambda: None}[name]()
    chart.show_rehearsal(made)
    chart.curves.clearFocus()
    if name == "hidden":
        point_at(chart.curves, 150)
    pictures.check(chart.window().grab().toImage(), f"rehearsal_{name}_{colors.name}")
