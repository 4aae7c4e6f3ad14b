"""A Train page in a window of a given size, and what a test does with it."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from app.pages.train import TrainPage
from app.session import Session, State


def open_page(qtbot, session: Session, size: tuple[int, int] = (1208, 680)) -> TrainPage:
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.resize(*size)
    with qtbot.waitExposed(page):
        page.show()
    page.load_charts()
    QApplication.processEvents()
    return page


def click(page: QWidget, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def text_of(page: QWidget, name: str) -> str:
    found = page.findChild(QLabel, name)
    assert found is not None, name
    return found.text()


def train(qtbot, session: Session, **changes: object) -> None:
    """Train a run of ``changes`` to its end."""
    session.start(session.config.replace(**changes))
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)


def seek(qtbot, session: Session, iteration: int) -> None:
    session.seek(iteration)
    qtbot.waitUntil(lambda: session.snapshot.iteration == iteration, timeout=20_000)


def place_in(page: QWidget, widget: QWidget) -> QRect:
    return widget.rect().translated(widget.mapTo(page, QPoint(0, 0)))
