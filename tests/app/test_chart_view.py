"""Zoom, pan, clicks and keys of the charts, by real events."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from run_curves import curves_of

from app.widgets.loss_plot import AccuracyPlot, LossPlot
from app.widgets.run_chart import link

TOTAL, DONE = 10_000, 8000


class Charts(QWidget):
    """The two charts of the Train page, and what they ask for."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.loss = LossPlot("Loss", "smoothed")
        self.accuracy = AccuracyPlot("Accuracy", "train", "test")
        column.addWidget(self.loss)
        column.addWidget(self.accuracy)
        link((self.loss, self.accuracy))
        self.asked: list[object] = []
        self.loss.seek_requested.connect(self.asked.append)
        self.loss.live_requested.connect(self._ask_for_the_end)
        for chart in (self.loss, self.accuracy):
            chart.set_total(TOTAL)
            chart.set_curves(curves_of(DONE, TOTAL))

    def _ask_for_the_end(self) -> None:
        self.asked.append("live")

    def place_of(self, iteration: float) -> QPoint:
        return QPoint(round(self.loss._frame.x(iteration)), 80)


@pytest.fixture
def charts(qtbot) -> Charts:
    charts = Charts()
    qtbot.addWidget(charts)
    charts.resize(600, 500)
    charts.show()
    charts.activateWindow()
    qtbot.waitUntil(charts.isActiveWindow)
    return charts


def click(charts: Charts, place: QPoint) -> None:
    QTest.mouseClick(charts.loss.viewport(), Qt.MouseButton.LeftButton, pos=place)


def turn_wheel(chart: LossPlot, place: QPoint, notches: int) -> None:
    at = QPointF(place)
    event = QWheelEvent(
        at,
        chart.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart.viewport(), event)


def drag(charts: Charts, start: QPoint, by: int) -> None:
    viewport = charts.loss.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        QTest.mouseMove(viewport, start + QPoint(by * step // 10, 0))
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(by, 0))


def span(chart: LossPlot) -> float:
    return chart.x_range[1] - chart.x_range[0]


def test_the_wheel_zooms_both_charts_around_the_pointer(charts: Charts) -> None:
    at = charts.place_of(4000)
    turn_wheel(charts.loss, at, 3)
    assert span(charts.loss) < TOTAL
    assert charts.loss._frame.iteration_at(at.x()) == pytest.approx(4000, abs=30)
    assert charts.accuracy.x_range == charts.loss.x_range
    turn_wheel(charts.accuracy, at, -30)
    assert charts.loss.x_range == charts.accuracy.x_range == (0, TOTAL)


def test_dragging_pans_and_asks_for_no_iteration(charts: Charts) -> None:
    charts.loss._view.setXRange(4000, 5000, padding=0)
    QApplication.processEvents()
    drag(charts, charts.place_of(4500), 100)
    assert charts.loss.x_range[0] < 3900
    assert span(charts.loss) == pytest.approx(1000)
    assert charts.accuracy.x_range == charts.loss.x_range
    assert charts.asked == []


def test_a_click_asks_for_the_iteration_under_it(charts: Charts) -> None:
    click(charts, charts.place_of(3000))
    assert charts.asked == [pytest.approx(3000, abs=12)]


@pytest.mark.parametrize("iteration", [DONE, DONE - 40, DONE + 1500])
def test_a_click_at_the_end_of_the_curve_or_beyond_asks_for_the_end(charts, iteration) -> None:
    click(charts, charts.place_of(iteration))
    assert charts.asked == ["live"]


def test_a_click_on_an_axis_asks_for_nothing(charts: Charts) -> None:
    click(charts, QPoint(10, 80))
    assert charts.asked == []


def test_a_double_click_shows_all_and_stays_where_one_was(charts: Charts) -> None:
    charts.loss._view.setXRange(2000, 3000, padding=0)
    place = charts.place_of(2500)
    click(charts, place)
    QTest.mouseDClick(charts.loss.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert charts.loss.x_range == (0, TOTAL)
    assert charts.asked[-1] == "live"
    charts.loss.set_curves(curves_of(DONE, TOTAL), 700)
    click(charts, place)
    QTest.mouseDClick(charts.loss.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert charts.asked[-1] == 700


def test_with_the_focus_keys_zoom_pan_and_show_all(charts: Charts) -> None:
    chart = charts.loss
    chart.set_curves(curves_of(DONE, TOTAL), 6000)
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    zoomed = chart.x_range
    assert span(chart) == pytest.approx(TOTAL / 1.5)
    assert zoomed[0] < 6000 < zoomed[1]
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.x_range[0] < zoomed[0]
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.x_range == pytest.approx(zoomed)
    QTest.keyClick(chart, Qt.Key.Key_Minus)
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    QTest.keyClick(chart, Qt.Key.Key_0)
    assert chart.x_range == charts.accuracy.x_range == (0, TOTAL)


def test_keys_that_mean_nothing_here_are_left_to_the_window(charts: Charts) -> None:
    for key, modifier in (
        (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier),
    ):
        before = charts.loss.x_range
        QTest.keyClick(charts.loss, key, modifier)
        assert charts.loss.x_range == before


def test_the_focus_is_seen_when_it_came_by_a_key(charts: Charts) -> None:
    charts.accuracy.setFocus()
    charts.loss.setFocus(Qt.FocusReason.TabFocusReason)
    assert charts.loss._focus_seen
    charts.accuracy.setFocus()
    assert not charts.loss._focus_seen
    charts.loss.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not charts.loss._focus_seen


def test_pointing_tells_the_iteration_and_leaving_tells_none(charts: Charts) -> None:
    told: list[object] = []
    charts.loss.hovered.connect(told.append)
    QTest.mouseMove(charts.loss.viewport(), charts.place_of(4000))
    assert told[-1] == pytest.approx(4000, abs=12)
    QTest.mouseMove(charts.loss.viewport(), QPoint(5, 80))
    assert told[-1] is None


def test_a_longer_run_that_is_compared_has_room_too(charts: Charts) -> None:
    longer = curves_of(15_000, 20_000, seed=1)
    for chart in (charts.loss, charts.accuracy):
        chart.set_compared([(longer, 1, "longer")])
    assert charts.loss.x_range == charts.accuracy.x_range == (0, 20_000)
    for chart in (charts.loss, charts.accuracy):
        chart.set_compared([])
    assert charts.loss.x_range == charts.accuracy.x_range == (0, TOTAL)


def test_resizing_draws_anew(charts: Charts) -> None:
    before = charts.loss._frame.x(DONE), len(charts.loss._smooth.x)
    charts.resize(900, 500)
    QApplication.processEvents()
    assert charts.loss._frame.x(DONE) > before[0]
    assert len(charts.loss._smooth.x) > before[1]
    (point, _), *_ = charts.loss._dots
    assert point.x() == pytest.approx(charts.loss._frame.x(DONE))


def test_one_change_is_painted_once(qtbot, charts: Charts) -> None:
    """A second paint for each frame of a zoom would cost as much as the first."""
    from PySide6.QtCore import QEvent, QObject

    class Paints(QObject):
        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.Paint
            return False

    QApplication.processEvents()
    paints = Paints()
    for chart in (charts.loss, charts.accuracy):
        chart.viewport().installEventFilter(paints)
    turn_wheel(charts.loss, charts.place_of(4000), 2)
    for _ in range(3):
        QApplication.processEvents()
    assert paints.count == 2
