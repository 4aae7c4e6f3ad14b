"""Values as the window shows them: text and colour. Pure functions, the only place that rounds."""

from __future__ import annotations

import math
import re

EM_DASH = "—"
MINUS = "−"
THIN_SPACE = "\N{THIN SPACE}"


def signed(value: float | None, decimals: int = 4) -> str:
    """Format a scalar at an edge or in a formula: ``+0.8530``, ``−3.2e-05``, ``0``, ``—``."""
    if value is None:
        return EM_DASH
    if value == 0:
        return "0"
    return ("+" if value > 0 else MINUS if value < 0 else "") + magnitude(value, decimals)


def magnitude(value: float, decimals: int = 4) -> str:
    """Format the size of a number; with an exponent below 1e-3 and from 1e4 on.

    A value whose decimals would all be 0 takes the exponent too, so that it never looks like 0.
    """
    size = abs(value)
    if not math.isfinite(size):
        return "∞" if math.isinf(size) else "nan"
    if size == 0:
        return "0"
    if size < max(1e-3, 0.5 * 10**-decimals) or size >= 1e4:
        return f"{size:.1e}"
    return f"{size:.{decimals}f}"


def unsigned(value: float | None, decimals: int = 4) -> str:
    """Format a scalar whose plus sign says nothing: ``0.8530``, ``−0.1948``, ``0``, ``—``."""
    return signed(value, decimals).removeprefix("+")


def difference(value: float | None) -> str:
    """Format an entry of the narrow y − t list: ``+0.72``; below 0.005 ``+6e-08``."""
    if value is None:
        return EM_DASH
    if value == 0:
        return "0"
    sign = "+" if value > 0 else MINUS
    return sign + (f"{abs(value):.2f}" if abs(value) >= 0.005 else f"{abs(value):.0e}")


def scientific(value: float | None) -> str:
    """Format a difference or root mean square: ``4.6e-10``."""
    if value is None:
        return EM_DASH
    return "0" if value == 0 else f"{value:.1e}".replace("-", MINUS, 1 if value < 0 else 0)


def step_size(h: float) -> str:
    """Format the h of central differences: ``1e-4``, of other numbers as many digits as it has."""
    mantissa, exponent = f"{h:.12e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def loss(value: float | None, decimals: int = 4) -> str:
    """Format a loss: ``0.0415``."""
    return unsigned(value, decimals)


def percent(value: float | None, decimals: int = 1) -> str:
    """Format a share of 1, an accuracy or probability: ``94.1 %``, ``0 %``."""
    if value is None:
        return EM_DASH
    return f"0{THIN_SPACE}%" if value == 0 else f"{value * 100:.{decimals}f}{THIN_SPACE}%"


def share(value: float | None, decimals: int = 1) -> str:
    """Format a share of 1 as ``percent``, but nearly all is not all: ``>99.9 %``, ``<0.1 %``."""
    if value is None or value in (0, 1):
        return percent(value, decimals)
    least = 10**-decimals / 100
    if value < least / 2:
        return f"<{percent(least, decimals)}"
    if value > 1 - least / 2:
        return f">{percent(1 - least, decimals)}"
    return percent(value, decimals)


def points(value: float | None) -> str:
    """Format the difference of two shares of 1 in percentage points: ``12.3``, ``>99.9``."""
    return share(value).removesuffix(f"{THIN_SPACE}%")


def probability(value: float | None) -> str:
    """Format a softmax output in the graph: ``0.723``, ``0``."""
    if value is None:
        return EM_DASH
    return "0" if value == 0 else f"{value:.3f}"


def count(value: int | None) -> str:
    """Format a number of things: ``39,760``."""
    return EM_DASH if value is None else f"{value:,}"


def without_commas(text: str) -> str:
    """Return ``text`` with each count as digits only, as in a name of a file: ``1000``."""
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text, flags=re.ASCII)


def counted(number: int, one: str, many: str) -> str:
    """Put a number of things into ``many``, or into ``one`` if it is one: ``1 digit``."""
    return (one if number == 1 else many).format(count(number))


def duration(seconds: float | None) -> str:
    """Format a time: ``0:14``, ``1:02:03``."""
    if seconds is None or not math.isfinite(seconds):
        return EM_DASH
    minutes, secs = divmod(math.ceil(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def rate(per_second: float | None) -> str:
    """Format a speed as a whole number, ``3,426``; under ten with a decimal."""
    if per_second is None:
        return EM_DASH
    return f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.1f}"
