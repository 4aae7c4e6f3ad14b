"""Curves of runs that were never trained, for charts and the timeline."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.curves import RunCurves
from bpcore.recording import Event


def curves_of(
    done: int,
    total: int,
    *,
    seed: int = 0,
    floor: float = 0.03,
    interval: int = 90,
    events: Sequence[Event] = (),
) -> RunCurves:
    """Return curves of a run that did ``done`` of ``total`` iterations."""
    rng = np.random.default_rng(seed)
    curves = RunCurves(total)
    at = np.arange(1, done + 1)
    clean = 2.2 * np.exp(-30 * at / total) + 0.3 * np.exp(-4 * at / total) + floor
    curves.losses.extend(clean * np.exp(rng.normal(0, 0.3, done)))
    at = np.arange(interval, done + 1, interval)
    noise = rng.normal(0, 0.002, (2, len(at)))
    curves.train.extend(at, np.minimum(1 - 0.2 * np.exp(-6 * at / total) + noise[0], 1))
    curves.test.extend(at, 0.95 - 0.2 * np.exp(-9 * at / total) + noise[1])
    curves.events = tuple(events)
    return curves


CHANGES = (
    Event(2000, "learning_rate", 0.05),
    Event(2150, "batch_size", 1000),
    Event(5000, "learning_rate", 0.01),
)


def shown_in_card(qtbot, chart: QWidget, width: int, height: int) -> QWidget:
    """Show a chart inside another widget, as pages do: pyqtgraph takes one apart that is closed."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(chart)
    qtbot.addWidget(holder)
    holder.resize(width, height)
    holder.show()
    return holder
