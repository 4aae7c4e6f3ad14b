import gc
import sys

import pytest
from PySide6.QtWidgets import QMainWindow

from app import application


@pytest.fixture(autouse=True)
def as_before():
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)
    gc.unfreeze()


def test_threads_take_turns_often_and_what_stays_is_not_looked_through(qtbot, monkeypatch) -> None:
    monkeypatch.setattr(application, "SETTLED_MS", 0)
    window = QMainWindow()
    qtbot.addWidget(window)
    gc.unfreeze()
    application.share_time(window)
    assert sys.getswitchinterval() == pytest.approx(application.SWITCH_SECONDS)
    assert not gc.get_freeze_count()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 0)
