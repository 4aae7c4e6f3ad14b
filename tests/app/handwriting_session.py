"""The dialog of a handwriting, with a session that a test hands out, and hands to work it."""

from pathlib import Path

import numpy as np
from kept import drawing
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from app.handwriting import Handwriting
from app.readers import Readers
from app.widgets.correction_list import CorrectionList
from app.widgets.handwriting_dialog import HandwritingDialog
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.network import Network
from bpcore.reader import Reader

MORNING = 1_700_000_000.0


class FakeSession(QObject):
    snapshot_changed = Signal(object)
    data_changed = Signal()

    def __init__(self, folder: Path, shipped: Reader) -> None:
        super().__init__()
        moments = (MORNING + 60 * n for n in range(1_000))
        self.handwriting = Handwriting(self, folder=folder, clock=lambda: next(moments))
        self.readers = Readers(self, shipped=lambda: shipped)
        self.digits: Dataset | None = None


def a_session(folder: Path) -> FakeSession:
    """Return a session with a small network and a few digits, its corrections in ``folder``."""
    session = FakeSession(folder, Reader(Network((784, 5, 10), dtype=np.float32, seed=1)))
    full = load_dataset()
    arrays = (full.train_images, full.train_labels, full.test_images, full.test_labels)
    session.digits = Dataset("small", *(array[:200].copy() for array in arrays))
    return session


def show(qtbot, session: FakeSession) -> HandwritingDialog:
    dialog = HandwritingDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def text(dialog: HandwritingDialog, name: str) -> str:
    return dialog.findChild(QLabel, name).text()


def button(dialog: HandwritingDialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, name)


def click(dialog: HandwritingDialog, name: str) -> None:
    QTest.mouseClick(button(dialog, name), Qt.MouseButton.LeftButton)


def corrections_of(dialog: HandwritingDialog) -> CorrectionList:
    return dialog.findChild(CorrectionList)


def keep(session: FakeSession, *labels: int) -> None:
    for n, label in enumerate(labels, start=session.handwriting.count):
        session.handwriting.add(drawing(n), label)


def point_at(dialog: HandwritingDialog, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    shown = corrections_of(dialog)
    place = shown.visualRect(shown.model().index(row)).center()
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(place))


def shown_labels(dialog: HandwritingDialog) -> list[int]:
    model = corrections_of(dialog).model()
    return [model.data(model.index(row)).label for row in range(model.rowCount())]
