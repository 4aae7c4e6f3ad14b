"""How smooth the window is while it trains, with every chart in sight.

    python tests/benchmarks/cockpit.py [--quick] [--only heartbeat speed scrub charts memory]

Starts the real window at 1280 x 800 and 1600 x 1000, without a screen and, where DISPLAY is set, on
it, and prints of the default run at the greatest pace:

heartbeat
    how far apart the beats of a timer of 1 ms are in the thread of the window; and how long a
    click at any moment waits, of which 1 of 100 waits longer;
speed
    iterations per second in the window against those of the engine alone, in the same process
    right before and after. Several rounds: their median, and the best, as other programs take
    their share of the machine;
scrub
    wishes for another iteration at 60 a second, from the wish until that state, or that of a later
    wish, is told (``shown``) and painted on the page;
charts
    frames of zooming and panning with a million losses on the page;
memory
    what a run of 1,000,000 iterations of a tiny network adds to the memory of the process after
    its first 10,000 (``--quick``: 100,000).
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time

import numpy as np
from cockpit_window import (
    CONFIG,
    FOLLOWING,
    VIEWS,
    Cockpit,
    bare_speed,
    load,
    milliseconds,
    resident_bytes,
)
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

PARTS = ("heartbeat", "speed", "scrub", "charts", "memory")
SIZES = ((1280, 800), (1600, 1000))
SECONDS = 5.0
ROUNDS = 4
DRAGS = 200
FRAMES = 300


def main() -> None:
    """Measure in a process of its own for each platform."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--platform", choices=("offscreen", "xcb"), default="")
    arguments = parser.parse_args()
    if arguments.platform:
        measure(arguments.only, quick=arguments.quick)
        return
    platforms = ["offscreen"] + ["xcb"] * bool(os.environ.get("DISPLAY"))
    groups = [[part for part in arguments.only if part != "memory"]]
    groups += [["memory"]] * ("memory" in arguments.only)
    for platform in platforms:
        for only in filter(None, groups):
            command = [sys.executable, __file__, "--platform", platform, "--only", *only]
            command += ["--quick"] * arguments.quick
            environment = {**os.environ, "QT_QPA_PLATFORM": platform}
            subprocess.run(command, env=environment, check=True)


def measure(parts: list[str], *, quick: bool) -> None:
    """Print the figures of this platform."""
    cockpit = Cockpit()
    print(f"{cockpit.app.platformName()}, {'memory' if 'memory' in parts else SIZES}")
    if "memory" in parts:
        memory(cockpit, 100_000 if quick else 1_000_000)
    for size in SIZES[: 1 if quick else None] if set(parts) - {"memory"} else ():
        cockpit.window.resize(*size)
        cockpit.run(0.5)
        print(f"  window of {size[0]} x {size[1]}")
        for part in (heartbeat, speed, scrub, charts):
            if part.__name__ in parts:
                part(cockpit, quick=quick)
    cockpit.close()


def heartbeat(cockpit: Cockpit, *, quick: bool) -> None:
    """Print for how long the thread of the window is busy at a stretch."""
    cockpit.make_runs()
    for iterations in (10_000, 1_000_000):
        for view in VIEWS:
            cockpit.show_view(view)
            beats = beats_of(cockpit, iterations, SECONDS / (2 if quick else 1))
            print(f"    heartbeat {iterations:9,} {view:10} {waits(beats)}  {load()}", flush=True)
            cockpit.finish()
    cockpit.show_view("gradient")


def beats_of(cockpit: Cockpit, iterations: int, seconds: float) -> list[float]:
    """Return the times between beats, in seconds, while runs begin, go on and end."""

    times: list[float] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1)
    timer.timeout.connect(lambda: times.append(time.perf_counter()))
    end = time.monotonic() + seconds
    timer.start()
    while (left := end - time.monotonic()) > 0:
        if cockpit.session.state.value != "running":
            cockpit.begin(iterations)
        cockpit.run(min(left, 0.1))
    timer.stop()
    return [b - a for a, b in itertools.pairwise(times)]


def waits(gaps: list[float]) -> str:
    """Return percentiles of the times between beats, and of the wait from any moment on."""
    every = np.array(gaps)
    grid = np.linspace(0, every.max(), 2000)
    late = [np.maximum(every - wait, 0).sum() / every.sum() for wait in grid]
    click = grid[int(np.argmax(np.array(late) <= 0.01))] * 1e3
    return f"{milliseconds(gaps)}, a click waits p99 {click:5.1f} ms"


def speed(cockpit: Cockpit, *, quick: bool) -> None:
    """Print how much of its speed training keeps in the window."""
    cockpit.make_runs()
    seconds = SECONDS / (5 if quick else 2)
    for view in VIEWS:
        cockpit.show_view(view)
        rounds = []
        for _ in range(ROUNDS):
            before = bare_speed(cockpit.session.digits, seconds)
            inside, frames, charts = inside_speed(cockpit, seconds)
            after = bare_speed(cockpit.session.digits, seconds)
            rounds.append((inside / ((before + after) / 2), frames, charts))
        shares = [share for share, _, _ in rounds]
        _, frames, charts = np.median(rounds, axis=0)
        print(
            f"    speed {view:10} {np.median(shares):.0%} of the engine alone, "
            f"best {max(shares):.0%} ({' '.join(f'{share:.0%}' for share in shares)}; "
            f"{frames:.0f} paints/s, of charts {charts:.0f}; last {after:,.0f}/s alone)  {load()}",
            flush=True,
        )
    cockpit.show_view("gradient")


def inside_speed(cockpit: Cockpit, seconds: float) -> tuple[float, float, float]:
    """Return per second: iterations in the window, its paints, and those with new charts."""
    paints: list[float] = []
    charts: list[float] = []
    cockpit.begin(1_000_000)
    cockpit.run(0.5)
    drawn = cockpit.window.train_page._pace.due
    connections = (
        (cockpit.painted, cockpit.painted.connect(lambda: paints.append(0))),
        (drawn, drawn.connect(lambda: charts.append(0))),
    )
    begun, first = time.perf_counter(), cockpit.session.live.iteration
    cockpit.run(seconds)
    took, last = time.perf_counter() - begun, cockpit.session.live.iteration
    for signal, connection in connections:
        signal.disconnect(connection)
    cockpit.finish()
    return (last - first) / took, len(paints) / took, len(charts) / took


def scrub(cockpit: Cockpit, *, quick: bool) -> None:
    """Print how soon another iteration is shown on each page."""
    cockpit.begin(1_000_000)
    cockpit.until_iteration(10_000)
    cockpit.draw_digit()
    for trains in (False, True):
        if not trains:
            cockpit.session.pause()
        else:
            cockpit.session.resume()
        for page in FOLLOWING:
            cockpit.show_page(page)
            shown, painted = drag(cockpit, DRAGS // (2 if quick else 1))
            what = "while it trains" if trains else "paused"
            print(f"    scrub {page:9} {what:16} shown   {milliseconds(shown)}")
            print(f"    {'':32} painted {milliseconds(painted)}  {load()}", flush=True)
            cockpit.session.jump_to_live()
            cockpit.run(0.2)
    cockpit.show_page("Train")
    cockpit.finish()


def drag(cockpit: Cockpit, count: int) -> tuple[list[float], list[float]]:
    """Return the seconds from each wish until it, or a later one, is shown and painted."""

    session, rng = cockpit.session, np.random.default_rng(1)
    wished: dict[int, float] = {}
    shown: dict[int, float] = {}
    painted: dict[int, float] = {}
    number_of: dict[int, int] = {}

    def note_found(found: object) -> None:
        if found.snapshot is session.snapshot:
            number_of[found.snapshot.iteration] = found.number
            shown.setdefault(found.number, time.perf_counter())

    def note_painted() -> None:
        iteration = cockpit.shown_iteration()
        if iteration in number_of:
            painted.setdefault(number_of[iteration], time.perf_counter())

    past = session._past
    past.seeker.found.connect(note_found)
    cockpit.painted.connect(note_painted)
    last = session.live.iteration
    for k in range(count):
        place = 0.5 + 0.49 * np.sin(k / 9) + rng.normal(0, 0.004)
        begun = time.perf_counter()
        session.seek(int(last * min(max(place, 0.0), 1.0)), coarse=True)
        wished.setdefault(past._number, begun)  # not again what is wanted already
        cockpit.run(1 / 60)
    cockpit.run(1.5)
    past.seeker.found.disconnect(note_found)
    cockpit.painted.disconnect(note_painted)
    return delays(wished, shown), delays(wished, painted)


def delays(wished: dict[int, float], seen: dict[int, float]) -> list[float]:
    """Return how long after each wish it was seen, or a later one; endless if never."""
    found, soonest = [], float("inf")
    for number in sorted(wished, reverse=True):
        soonest = min(soonest, seen.get(number, float("inf")))
        found.append(soonest - wished[number])
    return found


def charts(cockpit: Cockpit, *, quick: bool) -> None:
    """Print how long a frame takes that zooms or pans a million losses."""
    session = cockpit.session
    session.reset(CONFIG.replace(iterations=1_000_000))
    run = session.shown_run
    cockpit.until(lambda: session.live.run == run)
    share = np.arange(1, 1_000_001) / 1e6
    noise = np.exp(np.random.default_rng(0).normal(0, 0.5, len(share)))
    session.curves.losses.extend((2.3 * np.exp(-30 * share) + 0.05) * noise)
    cockpit.window.train_page.refresh()
    chart = cockpit.window.train_page._loss_chart
    for what, act in (("zoom", wheel), ("pan", pan)):
        times = []
        for k in range(FRAMES // (3 if quick else 1)):
            begun = time.perf_counter()
            act(chart, k)
            cockpit.app.processEvents()
            times.append(time.perf_counter() - begun)
        print(f"    charts {what:5} {milliseconds(times)}  {load()}", flush=True)
    session.reset(CONFIG)
    cockpit.run(0.5)


def wheel(chart, k: int) -> None:
    """Turn the wheel over a chart: 20 notches in, and back."""

    at, angle = QPointF(200 + k % 200, 120), QPoint(0, 120 if k // 20 % 2 == 0 else -120)
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, chart.mapToGlobal(at), QPoint(), angle, *none, False)
    QApplication.sendEvent(chart.viewport(), event)


def pan(chart, k: int) -> None:
    """Pan a part of the run to and fro."""

    middle = 500_000 + 200_000 * np.sin(k / 20)
    chart._view.setXRange(middle - 100_000, middle + 100_000, padding=0)


def memory(cockpit: Cockpit, iterations: int) -> None:
    """Print what a long run of a tiny network adds to the memory."""
    cockpit.window.resize(*SIZES[0])
    begun = time.perf_counter()
    cockpit.begin(iterations, hidden_sizes=(1,), batch_size=1)
    cockpit.until_iteration(10_000, 600)
    first = resident_bytes()
    print(f"    memory at 10,000: {first / 2**20:.1f} MB")
    for part in range(2, 11, 2):
        cockpit.until_iteration(iterations * part // 10, 3600)
        now = resident_bytes()
        print(
            f"    memory at {cockpit.session.live.iteration:,}: {(now - first) / 2**20:+.1f} MB "
            f"after {time.perf_counter() - begun:.0f} s  {load()}",
            flush=True,
        )
    cockpit.run(5)  # it is saved
    print(f"    memory at rest: {(resident_bytes() - first) / 2**20:+.1f} MB")


if __name__ == "__main__":
    main()
