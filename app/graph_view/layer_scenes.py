"""The picture of a layer, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.graph_view.layer_activation import UnitsScene
from app.graph_view.layer_affine import TilesScene
from app.graph_view.layer_matrix import MatrixScene
from app.graph_view.layer_output import OutputsScene

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.graph_view.frame import Frame
    from app.graph_view.scene import Scene


def layer_scene(frame: Frame, layer: str) -> Scene:
    """Return the picture of ``layer``, as the trace calls it: ``"Relu1"``.

    Raises
    ------
    ValueError
        If the network has no such layer.
    """
    scenes: tuple[Callable[[Frame], Scene], ...] = (
        TilesScene,
        UnitsScene,
        MatrixScene,
        OutputsScene,
    )
    for name, scene in zip(frame.trace.layers, scenes, strict=True):
        if name == layer:
            return scene(frame)
    raise ValueError(f"no layer {layer!r}; there are {', '.join(frame.trace.layers)}")
