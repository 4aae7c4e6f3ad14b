"""Files of runs that are dropped on a window, with a canvas for pictures in it."""

from pathlib import Path

import pytest
from fake_runs import FakeSession
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.widgets.picture_drop import PictureDrop
from app.widgets.run_drop import RunDrop, run_files

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


class Lab:
    """A window, and a widget in it that takes pictures."""

    def __init__(self, window: QMainWindow) -> None:
        self.window, self.session = window, FakeSession()
        self.canvas = QWidget(window)
        self.canvas.setGeometry(100, 100, 100, 100)
        self.pictures = PictureDrop(self.canvas)
        self.drop = RunDrop(window, self.session)
        self.taken = 0
        self.drop.taken.connect(self._count)

    def _count(self) -> None:
        self.taken += 1

    @property
    def pane(self) -> QWidget:
        pane = self.window.findChild(QWidget, "runDrop")
        assert pane is not None
        return pane

    def enter(self, target: QWidget, mime: QMimeData) -> bool:
        event = QDragEnterEvent(QPoint(9, 9), COPY, mime, LEFT, NONE)
        QApplication.sendEvent(target, event)
        return event.isAccepted()

    def move(self, target: QWidget, mime: QMimeData) -> bool:
        event = QDragMoveEvent(QPoint(12, 9), COPY, mime, LEFT, NONE)
        QApplication.sendEvent(target, event)
        return event.isAccepted()

    def leave(self, target: QWidget) -> None:
        QApplication.sendEvent(target, QDragLeaveEvent())

    def let_go(self, target: QWidget, mime: QMimeData) -> bool:
        event = QDropEvent(QPointF(12, 9), COPY, mime, LEFT, NONE)
        QApplication.sendEvent(target, event)
        return event.isAccepted()


@pytest.fixture
def lab(qtbot) -> Lab:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(400, 300)
    lab = Lab(window)
    window.show()
    return lab


def files(*names: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(f"/home/somebody/{name}") for name in names])
    return mime


def test_a_run_that_is_dropped_is_opened(lab) -> None:
    mime = files("a.chainlight")
    assert lab.enter(lab.window, mime)
    assert lab.pane.isVisible()
    assert lab.pane.geometry() == lab.window.rect()
    lab.leave(lab.window)  # Qt tells it so: the pane lies under the pointer now
    assert lab.enter(lab.pane, mime)
    assert lab.move(lab.pane, mime)
    assert lab.let_go(lab.pane, mime)
    assert lab.session.runs.asked == [("open", Path("/home/somebody/a.chainlight"))]
    assert lab.taken == 1
    assert not lab.pane.isVisible()


def test_the_pane_stays_while_a_run_is_over_it_and_goes_with_it(qapp, lab) -> None:
    mime = files("A.CHAINLIGHT")
    lab.enter(lab.window, mime)
    lab.leave(lab.window)
    lab.enter(lab.pane, mime)
    qapp.processEvents()
    assert lab.pane.isVisible()
    lab.leave(lab.pane)
    assert not lab.pane.isVisible()
    assert lab.session.runs.asked == []


def test_a_run_that_only_touches_the_edge_of_the_window_leaves_nothing_behind(qtbot, lab) -> None:
    lab.enter(lab.window, files("a.chainlight"))
    lab.leave(lab.window)
    qtbot.waitUntil(lambda: not lab.pane.isVisible())


def test_a_run_is_no_picture(lab) -> None:
    assert lab.enter(lab.canvas, files("a.chainlight"))  # the window took it
    assert lab.pane.isVisible()
    assert not lab.pictures.is_over
    assert lab.pane.accessibleName() == "Drop to open the run"


def test_other_files_are_left_to_the_widgets_below(lab) -> None:
    for names in (("three.png",), ("chainlight",), ("run.chainlight.txt",), ()):
        assert not lab.enter(lab.window, files(*names))
    assert lab.enter(lab.canvas, files("three.png"))
    assert lab.pictures.is_over
    assert not lab.pane.isVisible()
    assert lab.session.runs.asked == []


def test_a_run_on_the_web_is_no_file() -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.chainlight")])
    assert run_files(mime) == []


def test_of_several_runs_none_is_guessed(lab) -> None:
    mime = files("a.chainlight", "b.chainlight")
    lab.enter(lab.window, mime)
    assert lab.pane.accessibleName() == "Drop one run at a time"
    lab.enter(lab.pane, mime)
    assert not lab.move(lab.pane, mime)
    assert not lab.let_go(lab.pane, mime)
    assert lab.session.runs.asked == []


def test_a_picture_beside_a_run_does_not_keep_it_from_being_opened(lab) -> None:
    mime = files("three.png", "a.chainlight")
    lab.enter(lab.window, mime)
    assert lab.let_go(lab.pane, mime)
    assert [what for what, _ in lab.session.runs.asked] == ["open"]


def test_the_pane_says_what_to_do_over_whatever_is_there(lab) -> None:
    lab.enter(lab.window, files("a.chainlight"))
    image = lab.pane.grab().toImage()
    points = [image.pixelColor(x, 4) for x in range(0, image.width(), 2)]
    assert sum(c.green() > 150 and c.red() < 90 for c in points) > 50  # a line along its edge
