"""What comes along reads digits as people draw them: with a mouse, in styles that MNIST lacks."""

import numpy as np
import pytest
from handwriting import DIGITS, draw, trembling

from app.widgets.digit_canvas import DigitCanvas
from bpcore.datasets.drawing import prepare
from bpcore.reader import shipped_reader

SHAPES = {
    "upright": ((1.0, 0.0), (0.0, 1.0)),
    "slanted": ((0.9, -0.25), (0.0, 0.95)),
    "narrow": ((0.6, 0.0), (0.0, 0.95)),
    "small": ((0.45, -0.05), (0.0, 0.45)),
}
"""What is done to each stroke around the middle of the canvas: (x, y) times the matrix."""


def shaped(strokes, shape: str):
    matrix = np.array(SHAPES[shape])
    return [
        [tuple(0.5 + matrix @ (np.array(point) - 0.5)) for point in trembling(stroke)]
        for stroke in strokes
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shipped_network_reads_what_is_drawn(qtbot, shape: str) -> None:
    canvas = DigitCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(386, 386)
    wrong = []
    for digit, styles in DIGITS.items():
        for number, strokes in enumerate(styles):
            draw(canvas, shaped(strokes, shape))
            prepared = prepare(canvas.ink)
            assert prepared is not None
            reading = shipped_reader().read(prepared.image.reshape(-1))
            assert reading is not None
            if reading.digit != digit:
                wrong.append((digit, number, reading.digit))
            canvas.drawing.clear()
    assert len(wrong) <= 1, wrong
