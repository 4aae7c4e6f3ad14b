"""A drawing that grows stroke by stroke, with its history. No widgets."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.strokes import INK_SIZE, Bytes, Point, Raster, Stroke
from bpcore.datasets.drawing import FAINTEST_INK


class Drawing(QObject):
    """Strokes, drawn and taken back: one under way, those before it, and those undone.

    ``changed`` is emitted whenever the ink may have changed; its argument says whether it is at
    rest, that is whether no stroke is under way.
    """

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = QUndoStack(self)
        self._strokes: tuple[Stroke, ...] = ()
        self._growing: Stroke | None = None
        self._raster = Raster(INK_SIZE)
        self._before = self.ink
        self._view: Raster | None = None

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The finished strokes, in order."""
        return self._strokes

    @property
    def is_growing(self) -> bool:
        """Whether a stroke is under way."""
        return self._growing is not None

    @property
    def is_empty(self) -> bool:
        """Whether no ink is there to be seen: none was drawn, or all was erased."""
        return not (self._raster.pixels >= FAINTEST_INK).any()

    @property
    def ink(self) -> Bytes:
        """The ink (320, 320), 0 to 255: a copy that doesn't change any more."""
        return self._raster.pixels.copy()

    def view(self, size: int) -> Bytes:
        """Return the drawing at ``size`` × ``size``, read-only; it changes with the drawing."""
        if self._view is None or self._view.size != size:
            self._view = Raster(size)
            self._render(self._view)
        return self._view.pixels

    def begin(self, point: Point, width: float, eraser: bool = False) -> None:
        """Put a pen or an eraser down."""
        self.finish()
        self._before = self.ink
        self._growing = Stroke((), width, eraser)
        self.extend(point)

    def extend(self, point: Point) -> None:
        """Move the pen, if it is down; a point outside the square is moved to its border."""
        point = point.clamped()
        stroke = self._growing
        if stroke is None or (stroke.points and stroke.points[-1] == point):
            return
        self._growing = stroke.extended(point)
        for raster in self._rasters():
            raster.grow(self._growing)
        self.changed.emit(False)

    def finish(self) -> None:
        """Lift the pen. A stroke that left the ink as it was is forgotten."""
        stroke, self._growing = self._growing, None
        if stroke is None:
            return
        if stroke.eraser and np.array_equal(self._before, self._raster.pixels):
            self.changed.emit(True)
            return
        before, self._strokes = self._strokes, (*self._strokes, stroke)
        # Pushing runs the command, which finds its strokes there already and leaves the ink alone.
        self.history.push(_Replacement(self, before, self._strokes))
        self.changed.emit(True)

    def cancel(self) -> None:
        """Take back the stroke under way."""
        if self._growing is not None:
            self._growing = None
            self._render_all()

    def undo(self) -> None:
        """Take back the last step, or the stroke under way."""
        self.finish()
        self.history.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.finish()
        self.history.redo()

    def clear(self) -> None:
        """Remove all ink, as a step that can be undone."""
        self.finish()
        if not self.is_empty:
            self.history.push(_Replacement(self, self._strokes, ()))

    def show_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Show ``strokes`` instead of what is there, past the history: for its commands."""
        if strokes is not self._strokes:
            self._strokes = strokes
            self._render_all()

    def _rasters(self) -> list[Raster]:
        return [self._raster] if self._view is None else [self._raster, self._view]

    def _render_all(self) -> None:
        for raster in self._rasters():
            self._render(raster)
        self.changed.emit(True)

    def _render(self, raster: Raster) -> None:
        raster.clear()
        for stroke in self._strokes:
            raster.draw(stroke)
        if self._growing is not None:
            raster.draw(self._growing)


class _Replacement(QUndoCommand):
    """Other strokes in place of some: a stroke more, or none at all."""

    def __init__(
        self, drawing: Drawing, before: tuple[Stroke, ...], after: tuple[Stroke, ...]
    ) -> None:
        super().__init__()
        self._drawing, self._before, self._after = drawing, before, after

    def undo(self) -> None:
        self._drawing.show_strokes(self._before)

    def redo(self) -> None:
        self._drawing.show_strokes(self._after)
