"""A cursor over the steps of a pass: forward, back, jump and play; the clock is passed in."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bpcore.graph.trace import Phase, Step

STEP_SECONDS = 1.6
"""What a step lasts at speed 1: long enough to read its caption and a number."""

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Chapter:
    """Consecutive steps of one layer or node in one phase.

    ``first`` is the index of the first of them; ``symbol`` is what is drawn inside the node, with
    what tells it from others like it, and ``mark`` the same in as few characters as can be.
    """

    phase: Phase
    node: str
    first: int
    count: int
    symbol: str = ""
    mark: str = ""

    @property
    def title(self) -> str:
        """What a chip says."""
        return self.symbol or self.node

    @property
    def position(self) -> int:
        """The position at which its first step is the one that just ran."""
        return self.first + 1


def chapters(
    steps: Sequence[Step],
    symbols: Mapping[str, str] | None = None,
    marks: Mapping[str, str] | None = None,
) -> tuple[Chapter, ...]:
    """Group ``steps`` by layer and phase; ``symbols`` and ``marks`` are those of nodes."""
    found: list[Chapter] = []
    for (phase, node), group in groupby(steps, key=lambda step: (step.phase, step.node)):
        first = found[-1].first + found[-1].count if found else 0
        symbol = (symbols or {}).get(node, "")
        mark = (marks or {}).get(node, "")
        found.append(Chapter(phase, node, first, len(list(group)), symbol, mark))
    return tuple(found)


class Playback(QObject):
    """Where in a pass the reader stands, and whether it runs by itself.

    ``position`` counts the steps done: 0 is before the first, ``len(steps)`` after the last. Moving
    by hand pauses. ``phase`` tells how far the newest step has been acted out, 0 to 1; a step that
    was reached by going back is not acted out again.
    """

    position_changed = Signal(int)
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.speed = 1.0
        self._steps: tuple[Step, ...] = ()
        self._chapters: tuple[Chapter, ...] = ()
        self._position = 0
        self._playing = False
        self._seconds = STEP_SECONDS

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the pass."""
        return self._steps

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The steps grouped by layer and phase."""
        return self._chapters

    @property
    def position(self) -> int:
        """Steps done."""
        return self._position

    @property
    def step(self) -> Step | None:
        """The step that just ran; None before the first."""
        return self._steps[self._position - 1] if self._position else None

    @property
    def chapter(self) -> int:
        """Index of the chapter of ``step``; -1 before the first."""
        return bisect_left(self._chapters, self._position, key=lambda c: c.first) - 1

    @property
    def playing(self) -> bool:
        """Whether ticks lead on to further steps."""
        return self._playing

    @property
    def phase(self) -> float:
        """How much of its time the newest step has had, 0 to 1."""
        return min(self._seconds / STEP_SECONDS, 1.0)

    @property
    def moving(self) -> bool:
        """Whether a tick would change anything."""
        return self._playing or self.phase < 1

    def set_steps(
        self,
        steps: Sequence[Step],
        symbols: Mapping[str, str] | None = None,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        """Take the steps of another pass; the position stays where it can."""
        self._steps = tuple(steps)
        self._chapters = chapters(self._steps, symbols, marks)
        if self._position > len(self._steps):
            self._move(len(self._steps))
        if not self._steps:
            self.pause()

    def stand(self, position: int) -> None:
        """Be at ``position`` as if it had been so for long, and tell nobody."""
        self._position = max(0, min(position, len(self._steps)))
        self._seconds = STEP_SECONDS

    def jump(self, position: int) -> None:
        """Stand after ``position`` steps, and wait there."""
        self.pause()
        self._move(position)

    def first(self) -> None:
        """Stand before the first step."""
        self.jump(0)

    def last(self) -> None:
        """Stand after the last step."""
        self.jump(len(self._steps))

    def forward(self) -> None:
        """Take one step."""
        self.jump(self._position + 1)

    def back(self) -> None:
        """Take the last step back."""
        self.jump(self._position - 1)

    def next_layer(self) -> None:
        """Go to the first step of the next layer; from the last layer to the end."""
        following = self._chapters[self.chapter + 1 :]
        self.jump(following[0].position if following else len(self._steps))

    def previous_layer(self) -> None:
        """Go to the first step of this layer, or of the one before if it is this already."""
        earlier = [c.position for c in self._chapters if c.position < self._position]
        self.jump(earlier[-1] if earlier else 0)

    def play(self) -> None:
        """Run on from here; from the end, run from the beginning."""
        if self._playing or not self._steps:
            return
        if self._position == len(self._steps):
            self._move(0)
        self._set_playing(True)

    def pause(self) -> None:
        """Stay at this step."""
        self._set_playing(False)

    def toggle(self) -> None:
        """Play, or pause if it plays."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def settle(self) -> None:
        """Regard the newest step as acted out."""
        self._seconds = STEP_SECONDS

    def tick(self, seconds: float) -> None:
        """Let time go by; past the last step's time, playing ends."""
        if not self.moving:
            return
        self._seconds += seconds * self.speed
        while self._playing and self._seconds >= STEP_SECONDS:
            if self._position == len(self._steps):
                self.pause()
                return
            left = self._seconds - STEP_SECONDS
            self._move(self._position + 1)
            self._seconds = left
        if not self._playing:
            self._seconds = min(self._seconds, STEP_SECONDS)

    def _move(self, position: int) -> None:
        position = max(0, min(position, len(self._steps)))
        if position == self._position:
            return
        self._seconds = 0.0 if position > self._position else STEP_SECONDS
        self._position = position
        self.position_changed.emit(position)

    def _set_playing(self, playing: bool) -> None:
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)
