"""A Draw page on a session whose networks a test hands out itself, and ways to use it."""

from functools import cache

import numpy as np
from fake_session import FakeSession
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.formatting import EM_DASH
from app.pages.draw import DrawPage
from app.widgets.digit_canvas import DigitCanvas
from app.widgets.digit_image import DigitImage
from app.widgets.probability_bars import ProbabilityBars
from bpcore.config import TrainingConfig
from bpcore.network import Network
from bpcore.training import Trainer

LEFT = Qt.MouseButton.LeftButton


@cache
def trained() -> Network:
    """A network that reads most digits."""
    trainer = Trainer(TrainingConfig(iterations=600, optimizer="adam", learning_rate=0.003))
    for _ in trainer:
        pass
    return trainer.network


def show(qtbot, session: FakeSession) -> DrawPage:
    page = DrawPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def child(page: QWidget, kind: type, name: str):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def canvas_of(page: DrawPage) -> DigitCanvas:
    return child(page, DigitCanvas, "digitCanvas")


def button(page: DrawPage, name: str) -> QAbstractButton:
    return child(page, QAbstractButton, name)


def click(page: DrawPage, name: str) -> None:
    QTest.mouseClick(button(page, name), LEFT)


def press(page: DrawPage, keys: str) -> None:
    QTest.keySequence(page.window(), keys)


def turn_wheel(widget: QWidget) -> None:
    """Turn it down by a notch over the middle of ``widget``."""
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at)),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def text(page: DrawPage, name: str) -> str:
    return child(page, QLabel, name).text()


def bars(page: DrawPage) -> ProbabilityBars:
    return child(page, ProbabilityBars, "probabilityBars")


def prepared(page: DrawPage) -> np.ndarray | None:
    return child(page, DigitImage, "preparedImage").image


def label(page: DrawPage) -> int | None:
    """The label button that is chosen."""
    chosen = [d for d in range(10) if button(page, f"labelButton{d}").isChecked()]
    assert len(chosen) <= 1
    return chosen[0] if chosen else None


def assert_nothing_predicted(page: DrawPage) -> None:
    assert text(page, "predictedDigit") == EM_DASH
    assert bars(page).texts == (EM_DASH,) * 10
