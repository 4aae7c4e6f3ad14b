"""The lines of other runs in a chart, beside those of the run that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from app import theme
from app.widgets.chart_curves import Curve, Floats
from app.widgets.chart_labels import Label, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QPointF

    from app.curves import RunCurves


Points: TypeAlias = tuple[Floats, Floats, "float | None"]
"""Points of a line, and its value at the end of the run."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Another run over the shown one: its curves, the style of its line, its name."""

    curves: RunCurves
    style: int
    name: str

    @property
    def grown(self) -> tuple[int, int]:
        """How much there is of it: losses, and accuracies, the last of which comes after them."""
        return len(self.curves.losses), len(self.curves.test)


class ComparedLine:
    """The line of one other run; it is computed anew only where the view or the run changed.

    Attributes
    ----------
    end
        Its value at the last iteration of the run, as it is told; None of none.
    """

    def __init__(self, run: Compared) -> None:
        self.run = run
        self.curve = Curve(run.style)
        self.end: float | None = None
        self._key: tuple[object, ...] = ()

    def show(self, key: tuple[object, ...], compute: Callable[[], Points]) -> None:
        """Draw what ``compute`` gives unless what is drawn has the same ``key``."""
        key = (*self.run.grown, *key)
        if key != self._key:
            self._key = key
            x, y, self.end = compute()
            self.curve.set_points(x, y)

    def label(self, point: QPointF, value: str, curve: int) -> Label:
        """Return what stands at the end of the line, the chart's ``curve``: a sample, a value."""
        text = (Line(value, theme.ui_font(11), theme.current().text_2),)
        return Label(point, text, crowded=True, needed=False, style=self.run.style, curve=curve)


def made_of(compared: Sequence[tuple[RunCurves, int, str]]) -> list[ComparedLine]:
    """Return a line for each of ``compared``: curves, style and name."""
    return [ComparedLine(Compared(*each)) for each in compared]
