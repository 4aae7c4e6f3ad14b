"""The window of the program, for benchmarks: shown, with runs, and an event loop to wait in."""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
_FOLDER = tempfile.TemporaryDirectory(prefix="chainlight-benchmark-")
os.environ["CHAINLIGHT_DATA_DIR"] = os.environ["XDG_CONFIG_HOME"] = _FOLDER.name
sys.path.insert(0, str(Path(__file__).parents[2]))


import numpy as np  # noqa: E402
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Signal  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget  # noqa: E402

import app.application  # noqa: E402
from app.session import State  # noqa: E402
from bpcore.config import TrainingConfig  # noqa: E402
from bpcore.training import Trainer  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = ("Train", "Backward", "Draw", "Check", "Evaluate")
FOLLOWING = ("Train", "Backward", "Draw", "Evaluate")
"""Pages that show all of another iteration at once: a check takes its time."""

VIEWS = ("gradient", "histograms", "runs")
CONFIG = TrainingConfig()


class Painted(QObject):
    """Tells after each time that what was to be painted in a window has been.

    It hears of that from a filter: a window whose events were Python's would be painted with the
    interpreter held.
    """

    painted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell, once the paint that begins now is over."""
        if event.type() == QEvent.Type.UpdateRequest:
            QTimer.singleShot(0, self, self.painted.emit)
        return False


class Cockpit:
    """The window on the screen, at its default theme."""

    def __init__(self) -> None:
        self.app, self.window = app.application.create([], theme_choice="dark")
        app.application.share_time(self.window)
        self.session = self.window.session
        self.painted = Painted(self.window).painted
        self.window.show()
        self.session.set_pace(None)
        self.until(lambda: self.session.snapshot is not None)
        self.run(0.5)

    def run(self, seconds: float) -> None:
        """Let the program go on for some time, asleep while nothing happens."""
        loop = QEventLoop()
        timer = QTimer(loop, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(loop.quit)
        timer.start(round(seconds * 1000))
        loop.exec()

    def until(self, condition: Callable[[], bool], timeout: float = 60.0) -> None:
        """Let it go on until ``condition``."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("it did not happen")
            self.run(0.02)

    def until_iteration(self, iteration: int, timeout: float = 60.0) -> None:
        """Let it go on until the run is there."""
        self.until(lambda: self.session.live.iteration >= iteration, timeout)

    def begin(self, iterations: int, **others: object) -> None:
        """Start a run at the greatest speed."""
        self.session.start(CONFIG.replace(iterations=iterations, **others))
        run = self.session.shown_run
        self.until(lambda: self.session.live.run == run and self.session.live.iteration > 0)

    def finish(self) -> None:
        """End the run, if there is one."""
        self.session.jump_to_live()
        self.session.stop()
        self.until(lambda: self.session.state is not State.RUNNING)

    def show_page(self, name: str) -> None:
        """Show a page, and let it settle."""
        self.window.show_page(PAGES.index(name))
        self.run(0.5)

    def show_view(self, view: str) -> None:
        """Show one of the views in the right column of Train; runs are compared in the last."""
        side = "runs" if view == "runs" else "network"
        self.window.findChild(QPushButton, f"sideView_{side}").click()
        if view != "runs":
            self.window.findChild(QPushButton, f"vitalsView_{view}").click()
        runs = self.session.runs
        others = [entry.key for entry in runs.entries if not entry.is_shown]
        runs.compare(others[:3] if view == "runs" else [])
        self.run(1.0)
        if view == "runs":
            assert len(runs.compared) == 3, "three runs should be compared"

    def make_runs(self, iterations: int = 2000) -> None:
        """Let there be three runs to be compared."""
        for seed in (1, 2, 3):
            self.begin(iterations, seed=seed)
            self.until(lambda: self.session.state is State.FINISHED)

    def draw_digit(self) -> None:
        """Draw a 7 on the page Draw, to be read by the network of the run."""
        self.show_page("Draw")
        self.session.readers.choose("run")
        canvas, left = self.window.findChild(QWidget, "digitCanvas"), Qt.MouseButton.LeftButton
        corners = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]
        QTest.mousePress(canvas, left, pos=canvas.position(*corners[0]).toPoint())
        for start, end in itertools.pairwise(corners):
            for share in np.linspace(0, 1, 12):
                x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
                QTest.mouseMove(canvas, canvas.position(x, y).toPoint())
                self.run(0.005)
        QTest.mouseRelease(canvas, left)
        self.run(0.5)

    def shown_iteration(self) -> int | None:
        """Return the iteration that the present page shows all of; None while it does not."""
        window, snapshot = self.window, self.session.snapshot
        name = PAGES[window.findChild(QStackedWidget, "pages").currentIndex()]
        if name == "Backward":
            return window.backward_page.theatre.running.passes.iteration
        if name == "Evaluate":
            known = window.evaluate_page._watch.known
            return None if known is None else known.subject.iteration
        if name == "Draw":
            return None if window.draw_page._stale else snapshot.iteration
        figures = window.train_page._figures._iteration.value.text().replace(",", "")
        grid = window.train_page._side.tiles.grid
        fresh = figures == str(snapshot.iteration) and grid.weights is snapshot.params["W1"]
        return snapshot.iteration if fresh else None

    def close(self) -> None:
        """End the program, with what Python would only tidy up."""
        self.window.close()
        sys.stdout.flush()
        os._exit(0)


def bare_speed(digits: object, seconds: float) -> float:
    """Return iterations a second of the engine alone, looking at the clock as the window does."""
    trainer = Trainer(CONFIG.replace(iterations=1_000_000), digits)
    next(trainer)
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        next(trainer)
    return (trainer.iteration - 1) / (time.perf_counter() - begun)


def resident_bytes() -> int:
    """Return how much memory the process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def milliseconds(seconds: list[float]) -> str:
    """Return median, 99th percentile and maximum."""
    if not seconds:
        return "none"
    p50, p99 = np.percentile(seconds, [50, 99]) * 1e3
    return f"p50 {p50:6.1f}  p99 {p99:6.1f}  max {max(seconds) * 1e3:6.1f} ms  of {len(seconds)}"


def load() -> str:
    """Return how busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
