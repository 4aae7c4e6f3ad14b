"""What the export menu gets from the theatre: its picture, its pass, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.graph_view.scenes import caption_of, heading_of, scene_of

if TYPE_CHECKING:
    from app.graph_view.scene import Scene
    from app.graph_view.view import GraphView
    from app.theatre import Theatre
    from bpcore.graph.trace import Trace


class TheatreExports:
    """The picture of ``view`` and the pass of ``theatre``."""

    def __init__(self, theatre: Theatre, view: GraphView) -> None:
        self._theatre, self._view = theatre, view

    def scene(self) -> Scene | None:
        """Return the picture that is shown."""
        return self._view.scene

    def scene_at(self, position: int) -> Scene:
        """Return the picture of the present place at another position."""
        scene = scene_of(self._theatre, position, self._view.room)
        assert scene is not None
        return scene

    def steps(self) -> int:
        """Return the number of steps of the pass."""
        return len(self._theatre.playback.steps)

    def trace(self) -> Trace | None:
        """Return the pass."""
        return self._theatre.trace

    def title(self) -> str:
        """Return what the picture shows, for the name of a file."""
        step = QCoreApplication.translate("Graph", "step {0}")
        return f"{self.pass_title()} {step.format(f'{self._theatre.playback.position:02}')}"

    def pass_title(self) -> str:
        """Return the same without the step."""
        return f"{heading_of(self._theatre)} {caption_of(self._theatre)}"

    def speed(self) -> float:
        """Return the speed of the pass."""
        return self._theatre.playback.speed
