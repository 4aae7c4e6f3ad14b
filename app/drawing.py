"""A drawing that grows mark by mark, with its history. No widgets."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.history import History, Version
from app.remover import Remover
from app.strokes import INK_SIZE, Bytes, Mark, Point, Raster, Stroke
from bpcore.datasets.drawing import FAINTEST_INK

if TYPE_CHECKING:
    from collections.abc import Iterator


class Drawing(QObject):
    """Strokes and pictures, made and taken back: one under way, those before it, those undone.

    ``changed`` is emitted whenever the ink may have changed; its argument says whether it is at
    rest, that is whether no stroke is under way. ``parting`` is emitted just before all ink goes,
    because the canvas is cleared or another drawing comes; it carries the marks.
    ``identity`` is a number that a drawing keeps while it grows and shrinks, and gets again when
    it comes back; an empty canvas at rest, with what then comes on it, has another each time.
    """

    changed = Signal(bool)
    parting = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = History()
        self._identities = count()
        self.identity = next(self._identities)
        self._marks: tuple[Mark, ...] = ()
        self._growing: Stroke | None = None
        self._remover: Remover | None = None
        self._raster = Raster(INK_SIZE)
        self._before = self.ink
        self._view: Raster | None = None
        self._coming: Raster | None = None
        self._left: Iterator[Mark] = iter(())

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What is finished, in order."""
        return self._marks

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The finished strokes, in order."""
        return tuple(mark for mark in self._marks if isinstance(mark, Stroke))

    @property
    def can_undo(self) -> bool:
        """Whether there is something to be taken back."""
        return self.steps > 0 or self.is_growing

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back, and nothing was done since."""
        return self._history.can_redo

    @property
    def steps(self) -> int:
        """The number of steps that can be taken back."""
        return self._history.steps

    @property
    def is_growing(self) -> bool:
        """Whether a stroke is under way, of a pen or of either eraser."""
        return self._growing is not None or self._remover is not None

    @property
    def is_empty(self) -> bool:
        """Whether no ink is there to be seen: none was drawn, or all was erased."""
        return bool(self._raster.pixels.max() < FAINTEST_INK)

    @property
    def ink(self) -> Bytes:
        """The ink (320, 320), 0 to 255: a copy that doesn't change any more."""
        return self._raster.pixels.copy()

    def view(self, size: int) -> Bytes:
        """Return the drawing at ``size`` × ``size``, read-only; it changes with the drawing."""
        if self._view is None or self._view.size != size:
            coming = self._coming
            if coming is None or coming.size != size:
                coming = Raster(size)
            self._view, self._coming = coming, None
            self._render(self._view)
        return self._view.pixels

    @property
    def view_size(self) -> int | None:
        """The size at which ``view`` returns at once; None before the first time."""
        return None if self._view is None else self._view.size

    def prepare_view(self, size: int) -> bool:
        """Compute for ``view`` at ``size`` what one mark covers; return whether none is left."""
        if self._coming is None or self._coming.size != size:
            self._coming, self._left = Raster(size), iter(self._marks)
        mark = next(self._left, None)
        if mark is not None:
            self._coming.cover(mark)
        return mark is None

    def begin(self, point: Point, width: float, eraser: bool = False) -> None:
        """Put a pen or an eraser down."""
        self.finish()
        self._before = self.ink
        self._growing = Stroke((), width, eraser)
        self.extend(point)

    def begin_removal(self, point: Point, width: float) -> None:
        """Put an eraser down that takes away every stroke and picture that it touches."""
        self.finish()
        self._remover = Remover(self._marks, self._raster, width)
        self.extend(point)

    def extend(self, point: Point) -> None:
        """Move pen or eraser, if it is down; a point outside is moved to the square's border."""
        point = point.clamped()
        if self._remover is not None:
            self._remove(self._remover, point)
            return
        stroke = self._growing
        if stroke is None or (stroke.points and stroke.points[-1].is_at(point)):
            return
        self._growing = stroke.extended(point)
        for raster in self._rasters():
            raster.grow(self._growing)
        self.changed.emit(False)

    def finish(self) -> None:
        """Lift pen or eraser. A stroke that left the ink as it was is forgotten."""
        stroke, self._growing = self._growing, None
        remover, self._remover = self._remover, None
        if remover is not None:
            if remover.marks != remover.before:
                self._note(self._version._replace(marks=remover.before), self._version)
            self._come_to_rest()
        if stroke is None:
            return
        for raster in self._rasters():
            raster.settle(stroke)
        if not stroke.eraser or not np.array_equal(self._before, self._raster.pixels):
            before = self._version
            self._marks = (*before.marks, stroke)
            self._note(before, self._version)
        self._come_to_rest()

    def cancel(self) -> None:
        """Take back the stroke under way."""
        remover, self._remover = self._remover, None
        if remover is not None:
            self._marks = remover.before
        if remover is not None or self._growing is not None:
            self._growing = None
            self._show(self._version)

    def undo(self) -> None:
        """Take back the last step, or the stroke under way."""
        self.finish()
        before = self._history.undo(self._version)
        if before is not None:
            self._show(before)

    def redo(self) -> None:
        """Do again what was taken back."""
        self.finish()
        after = self._history.redo(self._version)
        if after is not None:
            self._show(after)

    def clear(self) -> None:
        """Remove all ink, as a step that can be undone."""
        self.finish()
        if not self.is_empty:
            self.replace(())

    def replace(self, marks: tuple[Mark, ...]) -> None:
        """Put another drawing in the place of this one, as a step that can be undone."""
        self.finish()
        if marks == self._marks:
            return
        before = self._version
        after = Version(marks, self.identity)
        if not self.is_empty:
            self.parting.emit(self._marks)
            after = Version(marks, next(self._identities))
        self._note(before, after)
        self._show(after)

    @property
    def _version(self) -> Version:
        return Version(self._marks, self.identity)

    def _show(self, version: Version) -> None:
        self._marks, self.identity = version
        self._coming = None
        self._render_all()
        self._come_to_rest()

    def _come_to_rest(self) -> None:
        if self.is_empty:
            self.identity = next(self._identities)
        self.changed.emit(True)

    def _remove(self, remover: Remover, point: Point) -> None:
        if remover.move(point):
            self._marks = remover.marks
            self._render_all()
            self.changed.emit(False)

    def _note(self, before: Version, after: Version) -> None:
        """Make it possible to go back to ``before``."""
        forgotten = self._history.note(before, after)
        for raster in self._rasters():
            raster.forget(forgotten)

    def _rasters(self) -> list[Raster]:
        return [self._raster] if self._view is None else [self._raster, self._view]

    def _render_all(self) -> None:
        for raster in self._rasters():
            self._render(raster)

    def _render(self, raster: Raster) -> None:
        raster.clear()
        for mark in self._marks:
            raster.draw(mark)
        stroke = self._growing
        if stroke is not None:
            for count in range(1, len(stroke.points) + 1):
                raster.grow(replace(stroke, points=stroke.points[:count]))
