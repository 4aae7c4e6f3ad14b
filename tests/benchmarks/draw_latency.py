"""How long after a mouse event the ten bars show it, and what one such round costs.

Draws at 125 mouse events a second, as most mice report, on the whole Draw page: with the network of
a run and with the one that comes along, at rest, and while another run trains as fast as it can.
Rounds are held to 60 a second: an event that comes earlier waits for the next. ``to bars`` and
``to all`` are of the event that starts a round, or of the moment when the wait is over, until the
bars are painted, and until the whole window is; ``with waits`` is of every event, until the bars.
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
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import theme
from app.pages.draw import DrawPage
from app.session import Session, State
from bpcore.config import TrainingConfig

EVENTS_PER_SECOND = 125
SECONDS = 6


class Stopwatch(QObject):
    """Times each round from its mouse event until the bars, and then all, are painted."""

    def __init__(self, page: DrawPage, session: Session) -> None:
        super().__init__()
        self.session = session
        self.canvas = page.findChild(QWidget, "digitCanvas")
        self.bars = page.findChild(QWidget, "probabilityBars")
        self.waiting: list[float] = []
        self.handled = self.begun = self.all_begun = 0.0
        self.to_bars: list[float] = []
        self.to_all: list[float] = []
        self.with_waits: list[float] = []
        self.watched = [self.canvas, self.bars, page.window(), *self.canvas.findChildren(QTimer)]
        for each in self.watched:
            each.installEventFilter(self)
        session.drawing_changed.connect(self.begin)

    def stop(self) -> None:
        for each in self.watched:
            each.removeEventFilter(self)
        self.session.drawing_changed.disconnect(self.begin)

    def begin(self) -> None:
        """Hear that the page has the ink, and will read it next."""
        self.begun = self.all_begun = self.handled

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.MouseMove, QEvent.Type.Timer):
            self.handled = time.perf_counter()
            if kind == QEvent.Type.MouseMove:
                self.waiting.append(self.handled)
        elif kind == QEvent.Type.Paint and watched is self.bars and self.begun:
            watched.event(event)
            now = time.perf_counter()
            self.to_bars.append(now - self.begun)
            self.with_waits += [now - since for since in self.waiting]
            self.begun, self.waiting = 0.0, []
            return True
        elif kind == QEvent.Type.UpdateRequest and self.all_begun and not self.begun:
            watched.event(event)
            self.to_all.append(time.perf_counter() - self.all_begun)
            self.all_begun = 0.0
            return True
        return False


def draw(app: QApplication, page: DrawPage, session: Session, what: str) -> None:
    watch = Stopwatch(page, session)
    canvas = watch.canvas
    canvas.drawing.clear()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.position(0.7, 0.5).toPoint())
    start = time.perf_counter()
    for i in range(EVENTS_PER_SECOND * SECONDS):
        angle = i / 40
        x, y = 0.5 + 0.25 * np.cos(angle), 0.5 + 0.35 * np.sin(1.3 * angle)
        QTest.mouseMove(canvas, canvas.position(x, y).toPoint())
        due = start + (i + 1) / EVENTS_PER_SECOND
        while time.perf_counter() < due:
            app.processEvents()
            time.sleep(0.0005)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    watch.stop()
    print(f"{what}: {len(watch.to_bars) / SECONDS:.0f} rounds a second")
    report("  to bars", watch.to_bars)
    report("  to all", watch.to_all)
    report("  with waits", watch.with_waits)


def report(what: str, seconds: list[float]) -> None:
    ms = 1000 * np.array(seconds)
    median, p99 = np.percentile(ms, [50, 99])
    print(f"{what:30} median {median:6.2f} ms   p99 {p99:6.2f} ms   of {len(ms)}")


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
    readers = session.readers
    canvas = page.findChild(QWidget, "digitCanvas")
    for choice in readers.offers:
        readers.choose(choice)
        draw(app, page, session, f"at rest, {choice} network")
        report("  from ink to all that is said", timed(canvas.changed.emit))
        report("  paint all", timed(page.repaint))
    session.start(TrainingConfig(iterations=1_000_000))
    wait(app, lambda: session.snapshot is not None and session.snapshot.iteration > 0)
    for choice in readers.offers:
        readers.choose(choice)
        draw(app, page, session, f"training at full speed, {choice}")
    session.stop()
    page.close()
    session.close()


if __name__ == "__main__":
    main()
