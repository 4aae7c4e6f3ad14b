"""How much of each pixel a mark covers, and those answers kept for as long as there is room."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

BUDGET = 32 * 2**20
"""Bytes of covers that one raster keeps: a page full of strokes on a large screen."""


class Cover(NamedTuple):
    """How much is covered, 0 to 255, of the pixels in ``rows`` and ``columns``; none elsewhere."""

    rows: slice
    columns: slice
    levels: Bytes

    @property
    def place(self) -> tuple[slice, slice]:
        """Rows and columns, as an index into the whole."""
        return self.rows, self.columns

    @classmethod
    def of(cls, levels: Bytes) -> Cover:
        """Return the part of ``levels`` (size, size) in which anything is covered, as a copy."""
        rows, columns = (np.flatnonzero(levels.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return cls(slice(0, 0), slice(0, 0), levels[:0, :0])
        place = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        return cls(*place, levels[place].copy())

    def add_to(self, pixels: Bytes) -> None:
        """Ink ``pixels`` (size, size): each takes the stronger of what it has and what comes."""
        target = pixels[self.place]
        np.maximum(target, self.levels, out=target)

    def take_from(self, pixels: Bytes) -> None:
        """Rub ink off ``pixels`` (size, size)."""
        target = pixels[self.place]
        np.minimum(target, 255 - self.levels, out=target)

    def is_near(self, other: Cover) -> bool:
        """Whether the two have pixels in common, covered or not."""
        return all(
            a.start < b.stop and b.start < a.stop
            for a, b in zip(self.place, other.place, strict=True)
        )

    def meets(self, pixels: Bytes) -> bool:
        """Whether ``pixels`` (size, size) have ink to be seen where this covers more than half."""
        return bool(((pixels[self.place] > 127) & (self.levels > 127)).any())


class Covers:
    """The covers of marks, those used last, within a budget of memory."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._used = 0
        self._kept: OrderedDict[int, tuple[object, Cover]] = OrderedDict()

    def get(self, mark: object) -> Cover | None:
        """Return what is kept for this very ``mark``; None if nothing is."""
        found = self._kept.get(id(mark))
        if found is None:
            return None
        self._kept.move_to_end(id(mark))
        return found[1]

    def keep(self, mark: object, cover: Cover) -> None:
        """Keep the cover of ``mark``, and the mark itself, so that its identity stays its own."""
        if id(mark) in self._kept:
            return
        self._kept[id(mark)] = mark, cover
        self._used += cover.levels.nbytes
        while self._used > self._budget and len(self._kept) > 1:
            _, (_, old) = self._kept.popitem(last=False)
            self._used -= old.levels.nbytes

    def drop(self, mark: object) -> None:
        """Keep the cover of ``mark`` no longer."""
        if id(mark) in self._kept:
            _, old = self._kept.pop(id(mark))
            self._used -= old.levels.nbytes
