"""How long the Check page takes, from a click to what it shows, and how long the window waits.

The window is the real one. For each network and batch: the time from the click until the check is
there, with the guilty layer, until the sweeps are drawn, too, and for each bug until its columns
are. Beside it the longest time that a timer of a millisecond in the window's thread had to wait,
and the longest single refresh of the page. The engine alone is the measure.

    python tests/benchmarks/check_page.py
"""

# ruff: noqa: E402  (the environment has to be set before NumPy is imported)

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("CHAINLIGHT_DATA_DIR", tempfile.mkdtemp(prefix="chainlight-benchmark-"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.application import create
from app.main_window import MainWindow
from app.session import Session
from bpcore.bugs import BUGS
from bpcore.config import TrainingConfig
from bpcore.gradient_check import check_gradients

PATIENCE = 120.0


class Pulse:
    """A timer in the window's thread that remembers its longest wait."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def restart(self) -> None:
        """Forget what was before."""
        self.longest, self._last = 0.0, time.perf_counter()


def seconds_until(app: QApplication, done: Callable[[], bool]) -> float:
    begun = time.perf_counter()
    while not done():
        app.processEvents()
        assert time.perf_counter() - begun < PATIENCE, "it never came"
    return time.perf_counter() - begun


def measure(app: QApplication, window: MainWindow, pulse: Pulse, count: int) -> None:
    page = window.check_page
    checking, longest = page.checking, [0.0]
    refresh = page._refresh

    def timed() -> None:
        begun = time.perf_counter()
        refresh()
        longest[0] = max(longest[0], time.perf_counter() - begun)

    checking.changed.disconnect(page._refresh)
    checking.changed.connect(timed)
    checking.want(count=count)
    button = window.findChild(QWidget, "runCheckButton")
    pulse.restart()
    before = checking.checked
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    known = seconds_until(app, lambda: checking.checked is not before and not checking.busy)
    rest = seconds_until(app, lambda: checking.sweeps is not None)
    ground = checking.checked.ground
    begun = time.perf_counter()
    check_gradients(ground.network(), ground.digits(), ground.batch.labels)
    alone = time.perf_counter() - begun
    sizes = "-".join(map(str, ground.config.sizes))
    print(
        f"{sizes:>12}, {ground.config.activation}, N {count:3}: the check {known:5.2f} s "
        f"(the engine alone {alone:5.2f}), sweeps {rest:5.2f} s, "
        f"longest wait {pulse.longest * 1000:4.0f} ms, refresh {longest[0] * 1000:4.1f} ms"
    )
    pulse.restart()
    times = {}
    for bug in BUGS:
        checking.switch(bug.key)
        times[bug.key] = seconds_until(app, lambda: not checking.busy)
    slowest = max(times, key=lambda key: times[key])
    print(
        f"{'':14}a bug: {sum(times.values()) / len(times):5.2f} s, "
        f"{slowest} {times[slowest]:5.2f} s, "
        f"longest wait {pulse.longest * 1000:4.0f} ms, refresh {longest[0] * 1000:4.1f} ms"
    )
    checking.switch("")
    seconds_until(app, lambda: not checking.busy)
    checking.changed.disconnect(timed)
    checking.changed.connect(page._refresh)


def is_of(session: Session, config: TrainingConfig) -> bool:
    return session.snapshot is not None and session.snapshot.config == config


def main() -> None:
    """Print everything."""
    app, window = create(["benchmark"], keep_runs=False)
    window.resize(1280, 800)
    window.show()
    session = window.session
    seconds_until(app, lambda: session.snapshot is not None)
    window.show_page(3)
    pulse = Pulse()
    for changes in ({}, {"activation": "sigmoid"}, {"hidden_sizes": (500,)}):
        config = session.config.replace(activation="relu", hidden_sizes=(50,)).replace(**changes)
        session.reset(config)
        seconds_until(app, partial(is_of, session, config))
        for count in (3, 3, 100):
            measure(app, window, pulse, count)
    window.close()


if __name__ == "__main__":
    main()
