"""How long the graph takes to paint: everything anew, and one frame of an animation.

Run it as ``python tests/benchmarks/graph_paint.py``; it prints milliseconds.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from app import theme
from app.graph_view.frame import Frame
from app.graph_view.painter import render, render_moving, render_still
from bpcore import TwoLayerNet, load_mnist
from bpcore.graph.trace import trace_pass

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 200


def measure(work: Callable[[], None]) -> str:
    """Return median and 99th percentile of ``work``, in milliseconds."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return f"median {statistics.median(times):6.2f} ms   p99 {sorted(times)[-3]:6.2f} ms"


def main() -> None:
    """Print the figures for several sizes of network and window."""
    app = QApplication([])
    theme.load_fonts()
    _, (x, t) = load_mnist(normalize=True, flatten=True)
    for units in (1, 50, 100, 300, 1000):
        network = TwoLayerNet(784, units, 10, weight_init_std=0.1, seed=1)
        trace = trace_pass(network, x[:1], t[:1], learning_rate=0.1)
        for size in ((792, 474), (1112, 674)):
            frame = Frame(size, trace, 12, "test image 0", 0, int(t[0]), pulse=0.3)
            image = QImage(*size, QImage.Format.Format_RGB32)
            still = QPixmap(*size)
            still.fill(QColor(theme.DARK.surface_1))
            painter = QPainter(still)
            render_still(painter, frame, theme.DARK)
            painter.end()

            def whole(image: QImage = image, frame: Frame = frame) -> None:
                painter = QPainter(image)
                render(painter, frame, theme.DARK)
                painter.end()

            def moving(image: QImage = image, frame: Frame = frame, still: QPixmap = still) -> None:
                painter = QPainter(image)
                painter.drawPixmap(0, 0, still)
                render_moving(painter, frame, theme.DARK)
                painter.end()

            print(f"{units:5} units, {size[0]}x{size[1]}, all    {measure(whole)}")
            print(f"{units:5} units, {size[0]}x{size[1]}, moving {measure(moving)}")
    app.quit()


if __name__ == "__main__":
    main()
