"""Corrections of a folder of their own, for tests of what keeps and learns them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from app.handwriting import Handwriting

Make = Callable[[], Handwriting]


def drawing(number: int) -> np.ndarray:
    image = np.zeros(784, np.uint8)
    image[300 + number : 400] = 255
    return image


@contextmanager
def handwritings(folder: Path) -> Iterator[Make]:
    """Make handwritings of one folder, one after the other, and close them."""
    made: list[Handwriting] = []
    moments = iter(range(1_000))

    def new() -> Handwriting:
        for earlier in made:
            assert earlier.close()
        made.append(Handwriting(folder=folder, clock=lambda: float(next(moments))))
        return made[-1]

    yield new
    for one in made:
        assert one.close()
        assert not one._worker.isRunning()
