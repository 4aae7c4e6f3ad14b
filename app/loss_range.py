"""The range of a scale of losses. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_ABOVE_FIRST, _ABOVE_FIRST_LINEAR = 10.0, 2.0
"""How many times the first loss the scale of several runs reaches at most."""

_ABOVE_SHOWN, _BEYOND = 3.0, 1000.0
"""How far above the loss of the shown run the scale reaches, unless that is so many first losses:
it diverges."""

_SMALLEST = 1e-6


def loss_range(
    ends: Sequence[tuple[float, float]], firsts: Sequence[float], *, log: bool, shown: float = 0.0
) -> tuple[float, float] | None:
    """Return lowest and highest value of a scale on which runs are drawn; None without any.

    ``ends`` are the least and the greatest loss that is drawn of each, ``firsts`` their first
    losses; ``shown`` is where the run that is looked at has come to. Of several runs one that
    diverges leaves the scale at the top: the others would be a flat line at the bottom. One alone
    is drawn whole, and so is what has nothing beneath it.
    """
    if not ends:
        return None
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    first = max(firsts, default=0.0)
    most = first * (_ABOVE_FIRST if log else _ABOVE_FIRST_LINEAR)
    if shown < _BEYOND * first:
        most = max(most, _ABOVE_SHOWN * shown)
    if len(ends) > 1 and low < most:
        high = min(high, most)
    if not log:
        return 0.0, max(high * 1.06, _SMALLEST)
    bottom, top = np.log10([low, high]).tolist()
    room = max((top - bottom) * 0.06, 0.05)
    return bottom - room, top + room


def pieces_below(values: Floats, top: float) -> Iterator[slice]:
    """Yield where ``values`` (n,) are drawn: up to ``top``, and to the point beyond it."""
    inside = np.concatenate(([False], values <= top, [False]))
    turns = np.flatnonzero(inside[1:] != inside[:-1])
    for start, stop in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
        yield slice(max(start - 1, 0), stop + 1)
