"""What someone typed into a field of a number: the number, or why it is none. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_QUOTE = 12
"""Letters that are quoted of a text that is no number."""

LEAST_WRITTEN_OUT = 1e-6
"""Below it a number is shown with an exponent."""

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+", re.ASCII)


@dataclass(frozen=True)
class Limits:
    """Which numbers a field takes, from ``least`` to ``largest``, and how it writes them."""

    least: float
    largest: float
    write: Callable[[int], str] | None = None
    """How a whole number is written; None where any number is taken."""

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are taken."""
        return self.write is not None

    def written(self, number: float) -> str:
        """Return ``number`` as the field writes it."""
        return written(number) if self.write is None else self.write(int(number))


@dataclass(frozen=True)
class Typed:
    """The ``number`` that was typed; None with a sentence, ``complaint``, if it can't be taken."""

    number: float | None
    complaint: str = ""


def read_number(text: str, limits: Limits) -> Typed:
    """Read all of ``text`` as Python would: ``0.1``, ``1e-3``, a whole number with commas, too."""
    text = text.strip().replace(formatting.MINUS, "-")
    if limits.whole and _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _DECIMAL.fullmatch(text):
        return Typed(None, _no_number(text, limits))
    number = float(text) + 0.0  # which makes 0 of −0
    if number > limits.largest:
        return Typed(None, _translate("The largest is {0}.").format(limits.written(limits.largest)))
    if number < limits.least:
        return Typed(None, _translate("The least is {0}.").format(limits.written(limits.least)))
    if limits.whole and not number.is_integer():
        return Typed(None, _no_number(text, limits))
    return Typed(number)


def written(number: float) -> str:
    """Return the shortest text that means ``number``: ``0.1``, ``100``, ``0.00001``, ``1e-07``."""
    text = repr(float(number))
    if "e" in text and abs(number) >= LEAST_WRITTEN_OUT:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def without_commas_of(before: str, after: str) -> str:
    """Return ``after``, into which someone edited ``before``, without the commas of that.

    ``10,000`` with a digit more is ``10,0000``, which is 100000. A comma that was typed stays.
    """
    if not _GROUPED.fullmatch(before):
        return after
    start = _alike(before, after)
    old, new = before[start:], after[start:]
    end = _alike(old[::-1], new[::-1])
    removed, added = old[: len(old) - end], new[: len(new) - end]
    return after if "," in added or (removed and added) else after.replace(",", "")


def _alike(a: str, b: str) -> int:
    """Return how many letters are the same at the beginning of both."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((at for at, (x, y) in pairs if x != y), min(len(a), len(b)))


def _no_number(text: str, limits: Limits) -> str:
    if not text:
        return _translate("A number is missing.")
    with_point = text.replace(",", ".")
    if not limits.whole and _DECIMAL.fullmatch(with_point):
        return _translate("Write {0}.").format(_short(with_point))
    said = (
        _translate("“{0}” is no whole number.")
        if limits.whole
        else _translate("“{0}” is no number.")
    )
    return said.format(_short(text))


def _short(text: str) -> str:
    line = " ".join(text[: 2 * LONGEST_QUOTE].split())
    fits = len(line) <= LONGEST_QUOTE and len(text) <= 2 * LONGEST_QUOTE
    return line if fits else f"{line[:LONGEST_QUOTE]}…"


def _translate(text: str) -> str:
    return QCoreApplication.translate("FieldNote", text)
