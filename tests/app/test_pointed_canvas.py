import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtWidgets import QApplication, QWidget

from app.widgets.pointed_canvas import PointedCanvas


class Canvas(PointedCanvas[int]):
    """Points at the column of pixels that the pointer is in; ``beside`` it is another."""

    beside: "Canvas"

    def __init__(self) -> None:
        super().__init__("canvas")
        self.told: list[int | None] = []

    def mouseMoveEvent(self, event) -> None:
        self._point(round(event.position().x()))

    def _tell(self) -> None:
        self.told.append(self.place)


@pytest.fixture
def canvas(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    canvas, other = Canvas(), Canvas()
    for n, each in enumerate((canvas, other)):
        each.setParent(window)
        each.setGeometry(100 * n, 0, 100, 100)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    canvas.beside = other
    yield canvas
    window.close()


def point_at(qtbot, canvas: Canvas, x: int) -> None:
    qtbot.mouseMove(canvas, QPoint(x, 10))


def leave(canvas: Canvas) -> None:
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))


def test_it_tells_once_of_each_place(qtbot, canvas) -> None:
    for x in (5, 5, 7):
        point_at(qtbot, canvas, x)
    assert canvas.told == [5, 7]


def test_nothing_is_pointed_at_once_the_pointer_is_gone(qtbot, canvas) -> None:
    canvas.beside.setFocus()
    point_at(qtbot, canvas, 5)
    leave(canvas)
    assert (canvas.place, canvas.told) == (None, [5, None])


def test_what_the_keys_point_at_stays_until_they_go_elsewhere(qtbot, canvas) -> None:
    canvas.setFocus()
    point_at(qtbot, canvas, 9)
    leave(canvas)
    assert canvas.place == 9
    canvas.beside.setFocus()
    assert canvas.place is None
