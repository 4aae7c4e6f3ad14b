import time

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from app import frame_pace
from app.frame_pace import FRAME_MS, REST, SLOWEST_MS, FramePace


@pytest.fixture
def widget(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def drawn() -> list[float]:
    return []


@pytest.fixture
def pace(widget: QWidget, drawn: list[float]) -> FramePace:
    pace = FramePace(widget)
    pace.due.connect(lambda: drawn.append(time.monotonic()))
    return pace


def busy(seconds: float) -> None:
    """Take that much of the processor."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_what_is_wanted_first_is_drawn_with_the_next_events(qtbot, pace, drawn) -> None:
    pace.want()
    pace.want()
    assert not drawn
    QApplication.processEvents()
    assert len(drawn) == 1


def test_the_next_frame_waits_for_its_time_and_then_shows_the_last_wish(qtbot, pace, drawn) -> None:
    pace.want()
    QApplication.processEvents()
    for _ in range(5):
        pace.want()
    qtbot.waitUntil(lambda: len(drawn) == 2)
    QApplication.processEvents()
    assert len(drawn) == 2


def test_a_frame_is_not_drawn_before_its_time(qtbot, pace, drawn, monkeypatch) -> None:
    monkeypatch.setattr(frame_pace, "FRAME_MS", 100_000)
    monkeypatch.setattr(frame_pace, "SLOWEST_MS", 100_000)
    pace.want()
    QApplication.processEvents()
    pace.want()
    QApplication.processEvents()
    assert len(drawn) == 1
    assert 50_000 < pace.milliseconds_left <= 100_000


def test_what_must_be_seen_at_once_does_not_wait_for_its_time(
    qtbot, pace, drawn, monkeypatch
) -> None:
    monkeypatch.setattr(frame_pace, "FRAME_MS", 100_000)
    monkeypatch.setattr(frame_pace, "SLOWEST_MS", 100_000)
    pace.want()
    QApplication.processEvents()
    pace.want()
    pace.want(at_once=True)
    QApplication.processEvents()
    assert len(drawn) == 2
    pace.want(at_once=True)
    QApplication.processEvents()
    assert len(drawn) == 3


def test_what_is_wanted_is_drawn_before_the_paint_of_what_has_changed_by_then(
    qtbot, widget, pace
) -> None:
    order = []

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                order.append("painted")
            return False

    watch = Painted(widget)
    widget.installEventFilter(watch)
    pace.due.connect(lambda: order.append("drawn"))
    widget.update()
    pace.want(at_once=True)
    qtbot.waitUntil(lambda: "painted" in order)
    assert order == ["drawn", "painted"]


def test_frames_that_take_long_leave_the_run_many_times_as_long(qtbot, widget, pace) -> None:
    def paint() -> None:
        busy(0.004)
        widget.update()

    pace.due.connect(paint)
    assert pace.interval == FRAME_MS
    for _ in range(12):
        pace.draw()
        QApplication.processEvents()
    assert pace.interval >= REST * 3.5
    assert pace.milliseconds_left <= pace.interval <= SLOWEST_MS


def test_drawing_now_fulfils_what_was_wanted(qtbot, pace, drawn) -> None:
    pace.want()
    pace.draw()
    QApplication.processEvents()
    assert len(drawn) == 1
