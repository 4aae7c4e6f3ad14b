"""Round numbers for the ticks of a scale. Pure functions."""

from __future__ import annotations

import math

MOST_POWERS = 8
LARGEST = 7
"""Powers of ten, up or down, of the numbers between which there are always two ticks."""


def round_step(total: int, about: int) -> int:
    """Return a round step (1, 2 or 5 times a power of ten) that cuts ``total`` into ``about``."""
    return round(linear_step(max(total, about), about))


def linear_step(span: float, about: int) -> float:
    """Return a round step that cuts ``span`` into at most about ``about`` parts."""
    raw = max(span / about, 1e-9)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)


def linear_ticks(low: float, high: float, about: int) -> list[float]:
    """Return about ``about`` round numbers from ``low`` to ``high``, but at least two."""
    for finer in (1, 2, 4, 8):
        # A little less than the range: some of it is room beyond the outermost ticks.
        step = linear_step(0.97 * (high - low), about * finer)
        first = math.ceil(low / step - 1e-9)
        ticks = [(first + k) * step for k in range(math.floor(high / step + 1e-9) - first + 1)]
        if len(ticks) > 1:
            break
    return ticks


def power_text(exponent: float) -> str:
    """Return what stands at a tick of a log scale: ``0.05``, ``2e-4``, ``10,000``."""
    value = 10**exponent
    if 1e-3 <= value * 1.0001 and value < 99_999:
        return f"{float(f'{value:.3g}'):,g}"
    mantissa, power = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(power)}"


def log_ticks(low: float, high: float) -> list[float]:
    """Return round numbers between ``low`` and ``high``, all of them as powers of ten.

    Over many powers only every second, third and so on, never more than nine. Over less than one
    there are still two, if these are numbers that differ enough.
    """
    ticks = _log_ticks(low, high)
    if len(ticks) < 2 and 0.01 < high - low < 3 and abs(low) < LARGEST:
        ticks = [math.log10(tick) for tick in linear_ticks(10**low, 10**high, 3) if tick > 0]
        ticks = [tick for tick in ticks if low <= tick <= high]
    return ticks


def _log_ticks(low: float, high: float) -> list[float]:
    factors = (1, 2, 5) if high - low < 2.2 else (1,)
    stride = max(math.ceil((high - low) / MOST_POWERS), 1)
    first = math.floor(low / stride) * stride
    powers = range(first, math.ceil(high) + 1, stride)
    ticks = (power + math.log10(factor) for power in powers for factor in factors)
    return [tick for tick in ticks if low <= tick <= high]
