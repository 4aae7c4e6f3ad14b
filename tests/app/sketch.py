"""A scene that is quickly painted, for tests of what is done with scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app import theme
from app.graph_view.scene import Scene

if TYPE_CHECKING:
    from pathlib import Path

    from app.graph_view.canvas import Canvas


class Sketch(Scene):
    """A bar as long as the position, an image, a text, and a dot that moves."""

    def __init__(self, position: int = 1, size: tuple[float, float] = (120, 60)) -> None:
        self.position, self.size = position, size

    def paint_still(self, canvas: Canvas) -> None:
        canvas.fill(QRectF(4, 4, 10 + 10 * self.position, 8), canvas.theme.positive)
        grey = np.array([[[0] * 3, [255] * 3], [[90] * 3, [160] * 3]], np.uint8)
        canvas.pixels(QRectF(90, 4, 20, 20), grey)
        canvas.text(
            4, 30, f"step {self.position} < −0.25 & on", theme.ui_font(12), "#E9ECF1", "left"
        )
        canvas.text(4, 52, "dW1[406, 17]", theme.mono_font(12), canvas.theme.negative, "left")

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        x = 60 if pulse is None or pulse > 0.75 else 110 - 50 * pulse
        canvas.circle(QPointF(x, 40), 4, canvas.theme.negative, canvas.theme.negative)

    @property
    def spots(self) -> tuple[()]:
        return ()

    @property
    def description(self) -> str:
        return f"Step {self.position} of a “sketch” & more"


def left_in(folder: Path) -> list[str]:
    """Return the names of the files in ``folder``, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())
