"""How fast the charts draw: python tests/benchmarks/charts.py.

A run of 1,000,000 iterations with 11,000 accuracies, and one of 1,000 with 11, both changed twelve
times, on the Train page's two charts at their size; alone, and with three other runs over them.
Prints the median and the 99th percentile, of processor time and by the clock, of: drawing each
chart anew with its painting; a frame of zooming by the wheel, of panning by a drag, and of the
crosshair, both charts in each; a frame of dragging the timeline's handle, and of its run going on.
"""

# ruff: noqa: E402

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE, SMALL = 1_000_000, 1000
CHANGES = 12
SIZE = (552, 520)
FRAMES = 300


def milliseconds(act: Callable[[int], object], count: int = FRAMES) -> str:
    """Return median and 99th percentile of ``act``, called with 0, 1, 2 and so on."""
    times = []
    for k in range(count):
        begun = time.perf_counter(), time.thread_time()
        act(k)
        times.append((time.perf_counter() - begun[0], time.thread_time() - begun[1]))
    (wall, own), (late_wall, late_own) = 1e3 * np.percentile(times, [50, 99], axis=0)
    return f"p50 {own:5.2f} ms, p99 {late_own:5.2f} ms  (by the clock {wall:.2f}, {late_wall:.2f})"


def curves_of(iterations: int, seed: int, interval: int) -> object:
    """Return curves as a run has them: noisy losses, an accuracy each ``interval`` iterations."""
    from app.curves import RunCurves
    from bpcore.recording import Event

    rng = np.random.default_rng(seed)
    curves = RunCurves(iterations)
    share = np.arange(1, iterations + 1) / iterations
    curves.losses.extend(
        (2.3 * np.exp(-30 * share) + 0.05) * np.exp(rng.normal(0, 0.5, iterations))
    )
    at = np.arange(interval, iterations + 1, interval)
    noise = rng.normal(0, 0.003, (2, len(at)))
    curves.train.extend(at, np.minimum(1 - 0.2 * np.exp(-9 * at / iterations) + noise[0], 1))
    curves.test.extend(at, 0.95 - 0.2 * np.exp(-9 * at / iterations) + noise[1])
    changes = (iterations * k // (CHANGES + 1) for k in range(1, CHANGES + 1))
    curves.events = tuple(Event(at, "learning_rate", 0.05) for at in changes)
    return curves


class Charts:
    """Both charts of the Train page, shown, with a run and ``others`` over it."""

    def __init__(self, app: QApplication, iterations: int, others: int) -> None:
        from app.widgets.loss_plot import AccuracyPlot, LossPlot
        from app.widgets.run_chart import link

        self.app = app
        self.window = QWidget()
        self.window.resize(*SIZE)
        column = QVBoxLayout(self.window)
        self.loss = LossPlot("Loss", "smoothed")
        self.accuracy = AccuracyPlot("Accuracy", "train", "test")
        self.both = (self.loss, self.accuracy)
        for chart, stretch in zip(self.both, (8, 5), strict=True):
            column.addWidget(chart, stretch)
        link(self.both)
        self.window.show()
        interval = max(iterations // 11_000, 90)
        self.curves = curves_of(iterations, 0, interval)
        compared = [
            (curves_of(iterations, k, interval), k, f"run {k}") for k in range(1, 1 + others)
        ]
        for chart in self.both:
            chart.set_total(iterations)
            chart.set_curves(self.curves)
            chart.set_compared(compared)
        self.paint()

    def paint(self) -> None:
        """Let everything that waits be painted."""
        self.app.processEvents()

    def redraw(self, chart: object) -> Callable[[int], None]:
        def act(_k: int) -> None:
            chart.set_curves(self.curves)
            self.paint()

        return act

    def wheel(self, k: int) -> None:
        """Turn the wheel towards a place for 20 notches, and back."""
        at = QPointF(200 + k % 200, 120)
        angle = QPoint(0, 120 if k // 20 % 2 == 0 else -120)
        none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(
            at,
            self.loss.mapToGlobal(at),
            QPoint(),
            angle,
            *none,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        self.app.sendEvent(self.loss.viewport(), event)
        self.paint()

    def mouse(self, kind: QMouseEvent.Type, x: float, held: bool) -> None:
        """Send an event of the mouse to the chart of the loss."""
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        at = QPointF(x, 120)
        event = QMouseEvent(
            kind,
            at,
            self.loss.viewport().mapToGlobal(at),
            none if kind == QMouseEvent.Type.MouseMove else left,
            left if held else none,
            Qt.KeyboardModifier.NoModifier,
        )
        self.app.sendEvent(self.loss.viewport(), event)

    def drag(self, k: int) -> None:
        """Drag the view by some pixels, to and fro."""
        self.mouse(QMouseEvent.Type.MouseMove, 300 + 100 * np.sin(k / 20), held=True)
        self.paint()

    def point(self, k: int) -> None:
        """Move the pointer over the chart."""
        self.mouse(QMouseEvent.Type.MouseMove, 60 + k, held=False)
        self.paint()


def measure(app: QApplication, iterations: int, others: int) -> None:
    """Print the figures of one run."""
    print(f"a run of {iterations:,} iterations, {others} others over it")
    charts = Charts(app, iterations, others)
    for name, chart in zip(("loss", "accuracy"), charts.both, strict=True):
        print(f"  {name} drawn anew:  ".ljust(26), milliseconds(charts.redraw(chart)))
    for chart in charts.both:
        chart.hovered.connect(charts.loss.show_crosshair)
        chart.hovered.connect(charts.accuracy.show_crosshair)
    print("  crosshair:".ljust(26), milliseconds(charts.point))
    print("  zoom by the wheel:".ljust(26), milliseconds(charts.wheel))
    charts.loss._view.setXRange(iterations * 0.4, iterations * 0.6, padding=0)
    charts.mouse(QMouseEvent.Type.MouseButtonPress, 300, held=True)
    print("  pan by a drag:".ljust(26), milliseconds(charts.drag))
    charts.mouse(QMouseEvent.Type.MouseButtonRelease, 300, held=False)
    assert charts.loss.x_range != (0, iterations), "the drag did not pan"
    charts.window.close()


class Track:
    """The timeline's track of a run of which half is done, shown, with something pinned."""

    def __init__(self, app: QApplication, iterations: int) -> None:
        from app.widgets.loss_track import LossTrack

        self.app = app
        half = curves_of(iterations, 0, 90)
        half.total = 2 * iterations
        self.session = SimpleNamespace(
            curves=half,
            live=SimpleNamespace(losses=np.ones(iterations)),
            pinned=iterations // 2,
            replaying=False,
            jump_to_live=self._nothing,
            seek=self._seek,
        )
        self.track = LossTrack(self.session)
        self.track.resize(776, 72)
        self.track.show()
        app.processEvents()

    def _nothing(self) -> None:
        pass

    def _seek(self, iteration: int, *, coarse: bool) -> None:
        self.session.pinned = iteration
        self.track.refresh()

    def drag(self, k: int) -> None:
        """Drag the handle to and fro."""
        self.track._drag_to(60 + k)
        self.app.processEvents()

    def run_on(self, k: int) -> None:
        """Let the run go on a little."""
        self.session.curves.losses.extend(np.full(30, 0.5))
        self.track.refresh()
        self.app.processEvents()


def measure_track(app: QApplication, iterations: int) -> None:
    """Print the figures of the timeline's track."""
    print(f"the track of the timeline, {iterations:,} iterations done")
    track = Track(app, iterations)
    print("  drag of the handle:".ljust(26), milliseconds(track.drag))
    print("  the run goes on:".ljust(26), milliseconds(track.run_on))
    track.track.close()


def main() -> None:
    """Measure and print."""
    from app import theme

    app = QApplication.instance() or QApplication([])
    app.setStyle("Fusion")
    theme.load_fonts()
    theme.apply(app, theme.DARK)
    for iterations in (SMALL, LARGE):
        for others in (0, 3):
            measure(app, iterations, others)
        measure_track(app, iterations)


if __name__ == "__main__":
    main()
