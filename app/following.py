"""One weight whose gradient is followed: from when on it is known, along which way, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.staging import Batch, Example

if TYPE_CHECKING:
    from app.graph_view.scene import Weight
    from app.theatre import Theatre
    from bpcore.graph.explanation import Explanation
    from bpcore.graph.trace import Trace


class Following:
    """The weight that is followed in a theatre, if any.

    A gradient that is not computed yet moves the pass on to where it is. Letting go of the weight
    takes that back, as long as the pass still stands there.

    Attributes
    ----------
    weight
        What is followed; None if nothing is.
    """

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self._moved: tuple[int, int] | None = None
        self.weight: Weight | None = None

    @property
    def moved(self) -> tuple[int, int] | None:
        """From which position to which the pass was moved; None if it did not, or went on since."""
        if self._moved is None or self._theatre.playback.position != self._moved[1]:
            return None
        return self._moved

    def start(self, weight: Weight) -> None:
        """Follow ``weight``, and go on to where its gradient is known."""
        playback = self._theatre.playback
        start = self.moved[0] if self.moved is not None else playback.position
        self.weight = weight
        if not self.known:
            playback.jump(self._first_known())
        self._moved = (start, playback.position) if playback.position != start else None

    def let_go(self) -> None:
        """Follow nothing; the pass stands where it stood, unless it went on."""
        back = self.moved
        self.forget()
        if back is not None:
            self._theatre.playback.jump(back[0])

    def keep_within(self, trace: Trace) -> None:
        """Forget a weight that the network of ``trace``, a pass of another one, does not have."""
        if self.weight is None:
            return
        array, index = trace.values.get(self.weight.parameter), self.weight.index
        if array is None or any(n >= length for n, length in zip(index, array.shape, strict=True)):
            self.forget()

    def forget(self) -> None:
        """Follow nothing, and leave the pass alone."""
        self.weight = self._moved = None

    @property
    def known(self) -> bool:
        """Whether the weight's gradient is computed where the playback stands."""
        trace = self._theatre.trace
        if self.weight is None or trace is None:
            return False
        name = self._gradient_of(self.weight)
        # A unit's graph shows its largest terms only; all others are part of the network's pass.
        return name not in trace.values or name in trace.known(self._theatre.playback.position)

    def way(self) -> frozenset[str]:
        """Return the names of the values between the weight and the graph's output."""
        weight, graph = self.weight, self._theatre.graph
        if weight is None or graph is None:
            return frozenset()
        name = f"{weight.parameter}[{','.join(map(str, weight.index))}]"
        way = [name] if name in graph.nodes else []
        for edge in graph.edges:  # in the order of the nodes: one pass finds all that follow
            if edge.source in way:
                way.append(edge.target)
        return frozenset(way)

    def explanation(self) -> Explanation | None:
        """Return why the gradient is what it is; None before it is computed."""
        weight, theatre = self.weight, self._theatre
        staged, passes = theatre.staged, theatre.running.passes
        if weight is None or passes is None or not isinstance(staged, Example | Batch):
            return None
        if not self.known:
            return None
        return passes.explanation(staged, weight.parameter, weight.index)

    def _gradient_of(self, weight: Weight) -> str:
        """Return what the weight's gradient is called in the pass of the present place."""
        name = f"d{weight.parameter}"
        in_graph = self._theatre.shows_graph
        return f"{name}[{','.join(map(str, weight.index))}]" if in_graph else name

    def _first_known(self) -> int:
        """Return the position from which the gradient is known; the present one if no step is."""
        assert self.weight is not None
        name, playback = self._gradient_of(self.weight), self._theatre.playback
        found = (n for n, step in enumerate(playback.steps, start=1) if name in step.computes)
        return next(found, playback.position)
