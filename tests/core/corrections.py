"""Corrections of drawings that nobody drew, for tests of what is done with corrections."""

import numpy as np
from hypothesis import strategies as st

from bpcore.handwriting import Correction, CorrectionSet


def drawing(number: int) -> np.ndarray:
    """A drawing that differs from those of other numbers."""
    image = np.zeros(784, np.uint8)
    image[100:104] = np.frombuffer((number + 1).to_bytes(4, "big"), np.uint8)
    return image


def correction(number: int, label: int | None = None, moment: float | None = None) -> Correction:
    return Correction(
        drawing(number),
        number % 10 if label is None else label,
        float(number) if moment is None else moment,
    )


def as_rows(corrections: CorrectionSet) -> list[tuple[bytes, int, float]]:
    return [(known.key, known.label, known.moment) for known in corrections]


CORRECTIONS = st.builds(
    correction,
    st.integers(0, 9),
    st.integers(0, 9),
    st.floats(0, 1e9, allow_nan=False) | st.sampled_from([0.0, 1.0]),
)
SETS = st.builds(CorrectionSet, st.lists(CORRECTIONS, max_size=12))
