"""Round numbers for the ticks of a scale. Pure functions."""

from __future__ import annotations

import math

MOST_POWERS = 8


def round_step(total: int, about: int) -> int:
    """Return a round step (1, 2 or 5 times a power of ten) that cuts ``total`` into ``about``."""
    return round(linear_step(max(total, about), about))


def linear_step(span: float, about: int) -> float:
    """Return a round step that cuts ``span`` into at most about ``about`` parts."""
    raw = max(span / about, 1e-9)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)


def log_ticks(low: float, high: float) -> list[float]:
    """Return round numbers between ``low`` and ``high``, all of them as powers of ten.

    Over many powers only every second, third and so on, never more than nine.
    """
    factors = (1, 2, 5) if high - low < 2.2 else (1,)
    stride = max(math.ceil((high - low) / MOST_POWERS), 1)
    first = math.floor(low / stride) * stride
    powers = range(first, math.ceil(high) + 1, stride)
    ticks = (power + math.log10(factor) for power in powers for factor in factors)
    return [tick for tick in ticks if low <= tick <= high]
