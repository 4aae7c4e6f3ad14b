"""How smoothly the theatre plays while a network trains beside it.

    python tests/benchmarks/theatre.py

Plays a pass at the network's and at a unit's level in a window of 1280×800, with training paused
and at full speed. Prints, of this one run: milliseconds that the view's paint takes, intervals
between its frames, how long opening a unit takes, and which share of its speed training keeps while
the page plays and while it rests, against the same window on a page that shows nothing of the run.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.application import create
from app.graph_view.view import GraphView
from app.places import Place

SECONDS = 6.0
UNIT = Place("Affine1", 17)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of them lie, in milliseconds; nan of none."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3


class Watch:
    """Times every paint of the view, from inside."""

    def __init__(self) -> None:
        self.paints: list[float] = []
        self.moments: list[float] = []
        paint = GraphView.paintEvent

        def timed(view: GraphView, event: object) -> None:
            begun = time.perf_counter()
            paint(view, event)  # type: ignore[arg-type]
            self.moments.append(begun)
            self.paints.append(time.perf_counter() - begun)

        GraphView.paintEvent = timed  # type: ignore[method-assign,assignment]

    def clear(self) -> None:
        """Forget what was measured."""
        self.paints.clear()
        self.moments.clear()


def main() -> None:
    """Measure and print."""
    watch = Watch()
    app, window = create([], theme_choice="dark", keep_runs=False)
    window.resize(1280, 800)
    window.show()
    page, session = window.backward_page, window.session
    page.reduced_motion = False
    beats: list[float] = []
    heart = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=4)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))

    def run(seconds: float) -> None:
        loop = QEventLoop()  # a loop that asks again and again would hold up training
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def rate(seconds: float) -> float:
        before = session.snapshot
        begun = time.perf_counter()
        run(seconds)
        after = session.snapshot
        assert before is not None
        assert after is not None
        return (after.iteration - before.iteration) / (time.perf_counter() - begun)

    def play(place: Place) -> None:
        page.theatre.open(place)
        page.playback.first()
        page.playback.play()

    def report(what: str) -> None:
        gaps = [b - a for a, b in itertools.pairwise(watch.moments)]
        free = [b - a for a, b in itertools.pairwise(beats)]
        print(
            f"{what:34} paint median {percentile(watch.paints, 0.5):5.2f} ms, "
            f"p99 {percentile(watch.paints, 0.99):5.2f} ms; frames {len(gaps) / SECONDS:3.0f}/s, "
            f"interval p99 {percentile(gaps, 0.99):5.1f} ms; "
            f"window free again p99 {percentile(free, 0.99):5.1f} ms"
        )

    def measured(what: str) -> float:
        run(0.5)
        watch.clear()
        beats.clear()
        heart.start()
        speed = rate(SECONDS)
        heart.stop()
        report(what)
        return speed

    while session.snapshot is None:
        app.processEvents()
    window.show_page(1)
    run(1.0)
    page.chooser.choose("test", 6)
    for place, name in ((Place(), "network"), (UNIT, "unit")):
        play(place)
        measured(f"{name}, training paused")
        page.playback.pause()
    times = []
    for unit in range(30):
        page.theatre.open(Place())
        page.playback.last()
        run(0.02)
        begun = time.perf_counter()
        page.theatre.open(Place("Affine1", unit))
        page.view.repaint()
        times.append(time.perf_counter() - begun)
    print(
        f"opening a unit: median {percentile(times, 0.5):.1f} ms, worst {percentile(times, 1):.1f}"
    )
    page.theatre.open(Place())

    session.set_pace(None)
    session.start(session.config.replace(iterations=10_000_000))
    window.show_page(2)
    run(1.0)
    bare = rate(SECONDS)
    window.show_page(1)
    shares = {}
    page.playback.pause()
    shares["rests"] = measured("network at rest, training at Max") / bare
    for place, name in ((Place(), "network"), (UNIT, "unit")):
        play(place)
        shares[name] = measured(f"{name}, training at Max") / bare
        page.playback.pause()
    window.show_page(2)
    again = rate(SECONDS)
    print(
        f"bare {bare:,.0f} iterations/s (afterwards {again / bare:.0%} of that); kept: "
        + ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    )
    window.close()


if __name__ == "__main__":
    main()
