"""Where a run that diverged can be gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

CHUNK = 4096


def last_sound(losses: npt.NDArray[np.floating]) -> int:
    """Return the iterations after which the loss was last no higher than at the start.

    The state just before a divergence is finite, but most often it is far gone: its next loss is
    what was not finite, and that is the same with any learning rate.

    Parameters
    ----------
    losses
        The loss of each iteration, (iterations,): that of the state before its update.
    """
    for end in range(len(losses), 0, -CHUNK):
        start = max(end - CHUNK, 0)
        sound = np.flatnonzero(losses[start:end] <= losses[0])
        if len(sound):
            return start + int(sound[-1])
    return 0


def was_sound(losses: npt.NDArray[np.floating]) -> bool:
    """Return whether the last loss was still no higher than that at the start."""
    return len(losses) > 0 and last_sound(losses) == len(losses) - 1
