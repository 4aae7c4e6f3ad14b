"""Do probabilities mean what they say? Temperature, and how far off they are.

C. Guo, G. Pleiss, Y. Sun and K. Weinberger, "On Calibration of Modern Neural Networks", 2017.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bpcore.layers import Array, log_softmax

if TYPE_CHECKING:
    import numpy.typing as npt

BINS = 15
COLDEST, WARMEST = 0.05, 20.0
SEARCH_STEPS = 60


def fitted_temperature(scores: Array, labels: npt.NDArray[np.integer]) -> float:
    """Return the temperature, 0.05 to 20, whose softmax makes ``labels`` most probable.

    ``scores`` (N, 10) and ``labels`` (N,) are of examples that the network has not learned. The
    mean loss has one minimum in 1 / temperature, found here by golden section.
    """
    scores = np.asarray(scores, np.float64)
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        return -float(log_softmax(scores / math.exp(log_temperature))[rows, labels].mean())

    golden = (math.sqrt(5) - 1) / 2
    low, high = math.log(COLDEST), math.log(WARMEST)
    for _ in range(SEARCH_STEPS):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return math.exp((low + high) / 2)


def expected_calibration_error(
    scores: Array, labels: npt.NDArray[np.integer], temperature: float = 1.0
) -> float:
    """Return by how much confidence and accuracy differ on average, 0 to 1.

    The N examples are sorted into 15 bins by the probability of the winner; of each bin the mean
    of it is compared with the share that is right.
    """
    probabilities = np.exp(log_softmax(np.asarray(scores, np.float64) / temperature))
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(labels))
