"""Passes of a network with fixed parameters, for tests that look at a trace."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from app import theme
from app.graph_view.canvas import Canvas
from app.graph_view.frame import Frame
from app.graph_view.painter import render
from bpcore import TwoLayerNet, load_mnist
from bpcore.graph.trace import Trace, trace_pass

if TYPE_CHECKING:
    from app.graph_view.scene import Scene


@cache
def a_pass(
    activation: str = "relu", units: int = 50, digit: int = 6, count: int = 1, decay: float = 0.0
) -> Trace:
    """Return the pass of ``count`` bundled test digits through a network that never trained."""
    _, (x, t) = load_mnist(normalize=True, flatten=True)
    network = TwoLayerNet(
        784, units, 10, weight_init_std=0.1, activation=activation, dtype=np.float32, seed=1
    )
    network.weight_decay = decay
    digits = slice(digit, digit + count)
    return trace_pass(network, x[digits], t[digits], learning_rate=0.1)


def a_frame(trace: Trace, position: int, **changes: object) -> Frame:
    """Return a frame of ``trace`` at the size for which the graph was designed."""
    given: dict[str, object] = {
        "size": (792, 474),
        "trace": trace,
        "position": position,
        "caption": "test image 6",
        "unit": int(np.abs(trace.values["dz1"][0]).argmax()),
        "label": int(trace.values["t"][0].argmax()),
    }
    return Frame(**(given | changes))  # type: ignore[arg-type]


def picture(frame: Frame, colors: theme.Theme = theme.DARK) -> QImage:
    """Return ``frame`` painted by ``render``."""
    image = QImage(*frame.size, QImage.Format.Format_RGB32)
    image.fill(QColor(colors.surface_1))
    painter = QPainter(image)
    render(painter, frame, colors)
    painter.end()
    return image


def scene_picture(
    scene: Scene, colors: theme.Theme = theme.DARK, pulse: float | None = None
) -> QImage:
    """Return ``scene`` as the view shows it, unzoomed."""
    width, height = (math.ceil(side) for side in scene.size)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colors.surface_1))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.paint_still(Canvas(painter, colors))
    scene.paint_moving(Canvas(painter, colors), pulse)
    painter.end()
    return image
