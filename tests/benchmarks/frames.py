"""How smoothly the window draws while it trains, and how fast it starts.

    python tests/benchmarks/frames.py

Prints, of this one run: milliseconds from the start of the process to the first paint; intervals
between frames on the Train page, with training at its default pace and at full speed; how long the
GUI thread was busy at a stretch; iterations per second with and without the window.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

SECONDS = 5.0
STARTS = 5

START_SCRIPT = """
import sys, time
from app.__main__ import main
from PySide6.QtCore import QObject, QEvent
from PySide6.QtWidgets import QApplication
import app.application
create = app.application.create
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.objectName() == "startButton":
            print(time.time(), flush=True)
            QApplication.exit(0)
        return False
def watched(*args, **kwargs):
    application, window = create(*args, **kwargs)
    window.watch = Watch()
    application.installEventFilter(window.watch)
    return application, window
app.application.create = watched
main([])
"""


def seconds_to_first_paint() -> float:
    begun = time.time()
    result = subprocess.run(
        [sys.executable, "-c", START_SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(result.stdout.split()[0]) - begun


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def main() -> None:
    starts = sorted(seconds_to_first_paint() for _ in range(STARTS))
    print(
        f"start to first paint: median {starts[len(starts) // 2]:.2f} s, worst {starts[-1]:.2f} s"
    )

    from PySide6.QtCore import QEvent, QObject, Qt, QTimer

    from app.application import create
    from bpcore.training import Trainer

    app, window = create([], theme_choice="dark")
    window.resize(1280, 800)
    window.show()

    def run(seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            app.processEvents()

    class Frames(QObject):
        """Times every paint of the window's tiles, once per frame."""

        def __init__(self) -> None:
            super().__init__()
            self.times: list[float] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.times.append(time.perf_counter())
            return False

    beats: list[float] = []
    heart = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    frames = Frames()
    track = window.findChild(QObject, "lossTrack")
    track.installEventFilter(frames)
    run(1.0)

    config = window.session.config.replace(iterations=1_000_000)
    for pace in (1000.0, None):
        window.session.set_pace(pace)
        window.session.start(config)
        run(1.0)
        frames.times.clear()
        beats.clear()
        heart.start()
        before = window.session.snapshot
        run(SECONDS)
        heart.stop()
        after = window.session.snapshot
        intervals = [b - a for a, b in zip(frames.times, frames.times[1:], strict=False)]
        gaps = [b - a for a, b in itertools.pairwise(beats)]
        rate = (after.iteration - before.iteration) / (after.elapsed - before.elapsed)
        shown = f"{pace:g}" if pace else "max"
        print(
            f"pace {shown:>4}: frame interval median {percentile(intervals, 0.5) * 1e3:.1f} ms, "
            f"p99 {percentile(intervals, 0.99) * 1e3:.1f} ms "
            f"({len(intervals) / SECONDS:.0f} frames/s); "
            f"GUI thread free again after p99 {percentile(gaps, 0.99) * 1e3:.1f} ms; "
            f"{rate:,.0f} iterations/s"
        )
    window.close()

    trainer = Trainer(config)
    begun = time.perf_counter()
    for progress in trainer:
        if progress.iteration == 5000:
            break
    bare = 5000 / (time.perf_counter() - begun)
    print(f"bare trainer: {bare:,.0f} iterations/s; in the window {rate / bare:.0%} of that")


if __name__ == "__main__":
    main()
