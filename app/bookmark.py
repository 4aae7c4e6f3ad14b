"""Where the pass of one place is left, and where that of another is come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.places import Place

if TYPE_CHECKING:
    from app.theatre import Theatre
    from bpcore.graph.trace import Trace


class Bookmark:
    """Remembers where a theatre's playback stood in the network's pass.

    A pass inside the network is come to where the one around it is: not begun, or done.
    """

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self._left_at = 0
        self._arriving = False

    def leave(self) -> None:
        """Leave the present pass: the next one is come to."""
        playback = self._theatre.playback
        playback.pause()
        if not self._theatre.shows_graph:
            self._left_at = playback.position
        self._arriving = True

    def leave_for(self, place: Place) -> None:
        """Leave the present pass, if it is another one that runs at ``place``."""
        if _pass_of(place) != _pass_of(self._theatre.place):
            self.leave()

    def keep_end(self) -> None:
        """Come to the end of the next pass, if the present one has come to its own."""
        playback = self._theatre.playback
        self._arriving = self._arriving or playback.position == len(playback.steps)

    def rewind(self) -> None:
        """Stand at the beginning of the present pass, and of the one around it."""
        self._left_at = 0
        self._theatre.playback.first()

    def arrive(self) -> None:
        """Stand where the present pass is come to, if another one was left for it."""
        trace = self._theatre.trace
        if self._arriving and trace is not None:
            self._arriving = False
            self._theatre.playback.stand(self._arrival(trace))

    def _arrival(self, trace: Trace) -> int:
        """Return where to stand in a pass that is come to: where it was left, or the outer one is.

        What is staged without a network is seen whole at first.
        """
        theatre = self._theatre
        if theatre.place.unit is None:
            return len(trace.steps) if theatre.shows_graph else self._left_at
        forward = sum(step.phase == "forward" for step in trace.steps)
        outer = theatre.network_trace
        done = () if outer is None else outer.steps[: self._left_at]
        ran = {step.phase for step in done if step.node == theatre.place.layer}
        if "backward" in ran:
            return len(trace.steps)
        return forward if "forward" in ran else 0


def _pass_of(place: Place) -> Place:
    """Return the place whose pass runs at ``place``: layers share that of the network."""
    return Place() if place.unit is None else place.graph
