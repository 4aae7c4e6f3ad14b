"""How long after a mouse event the ten bars show it, and what one such round costs.

Draws at 125 mouse events a second, as most mice report, on the Draw page with a trained network;
once at rest, and once while another run trains as fast as it can.
"""

# ruff: noqa: E402  (the environment has to be set before NumPy and Qt are imported)

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import theme
from app.pages.draw import DrawPage
from app.session import Session, State
from bpcore.config import TrainingConfig

EVENTS_PER_SECOND = 125
SECONDS = 6


class Stopwatch(QObject):
    """Times each mouse event until the bars are painted with what it changed."""

    def __init__(self, page: DrawPage) -> None:
        super().__init__()
        self.canvas = page.findChild(QWidget, "digitCanvas")
        self.bars = page.findChild(QWidget, "probabilityBars")
        self.waiting: list[float] = []
        self.told: list[float] = []
        self.latencies: list[float] = []
        self.canvas.changed.connect(self.tell)
        self.bars.installEventFilter(self)

    def move(self, x: float, y: float) -> None:
        self.waiting.append(time.perf_counter())
        QTest.mouseMove(self.canvas, self.canvas.position(x, y).toPoint())

    def tell(self) -> None:
        self.told += self.waiting
        self.waiting = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            now = time.perf_counter()
            self.latencies += [now - since for since in self.told]
            self.told = []
        return False


def draw(app: QApplication, page: DrawPage) -> list[float]:
    watch = Stopwatch(page)
    canvas = watch.canvas
    canvas.drawing.clear()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.position(0.7, 0.5).toPoint())
    start = time.perf_counter()
    for i in range(EVENTS_PER_SECOND * SECONDS):
        angle = i / 40
        watch.move(0.5 + 0.25 * np.cos(angle), 0.5 + 0.35 * np.sin(1.3 * angle))
        due = start + (i + 1) / EVENTS_PER_SECOND
        while time.perf_counter() < due:
            app.processEvents()
            time.sleep(0.0005)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    return watch.latencies


def report(what: str, seconds: list[float]) -> None:
    ms = 1000 * np.array(seconds)
    median, p99 = np.percentile(ms, [50, 99])
    print(f"{what:28} median {median:6.2f} ms   p99 {p99:6.2f} ms   of {len(ms)}")


def timed(function, count: int = 200) -> list[float]:
    times = []
    for _ in range(count):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return times


def wait(app: QApplication, condition) -> None:
    while not condition():
        app.processEvents()
        time.sleep(0.001)


def main() -> None:
    app = QApplication([])
    app.setStyle("Fusion")
    theme.load_fonts()
    theme.apply(app, theme.DARK)
    session = Session(TrainingConfig(iterations=2000))
    session.set_pace(None)
    session.start()
    wait(app, lambda: session.state is State.FINISHED)
    page = DrawPage(session)
    page.resize(1208, 680)
    page.show()
    report("mouse event to bars, at rest", draw(app, page))
    canvas = page.findChild(QWidget, "digitCanvas")
    report("prepare and predict", timed(canvas.changed.emit))
    report("paint the canvas", timed(canvas.repaint))
    session.start(TrainingConfig(iterations=1_000_000))
    wait(app, lambda: session.snapshot is not None and session.snapshot.iteration > 0)
    report("mouse event to bars, training", draw(app, page))
    session.stop()
    page.close()
    session.close()


if __name__ == "__main__":
    main()
