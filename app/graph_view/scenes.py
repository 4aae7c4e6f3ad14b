"""Which picture belongs to a place, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting
from app.graph_view.frame import Frame, translated_texts
from app.graph_view.network_scene import NetworkScene
from app.places import LANDING
from app.staging import Batch, Example, Expression, Shop

if TYPE_CHECKING:
    from app.graph_view.scene import Scene
    from app.places import Place
    from app.theatre import Theatre

_translate = QCoreApplication.translate


def scene_of(
    theatre: Theatre, position: int, size: tuple[int, int], *, reduced_motion: bool = False
) -> Scene | None:
    """Return the picture of the theatre's place after ``position`` steps; None without a pass.

    ``size`` is the view's, in pixels.
    """
    trace, place, graph = theatre.trace, theatre.place, theatre.graph
    if trace is None:
        return None
    if graph is not None:
        # Imported here, so that a window which shows networks need not load all pictures to start.
        from app.graph_view.node_scene import NodeScene
        from app.graph_view.operation_scene import OperationScene

        if place.node:
            return OperationScene(
                graph, trace, position, place, size, reduced_motion=reduced_motion
            )
        return NodeScene(graph, trace, position, size, place, reduced_motion=reduced_motion)
    frame = Frame(
        size=size,
        trace=trace,
        position=position,
        caption=caption_of(theatre),
        unit=theatre.unit,
        label=theatre.label,
        reduced_motion=reduced_motion,
        texts=translated_texts(),
    )
    if place == LANDING:
        from app.graph_view.landing import LandingScene

        return LandingScene(frame, theatre.running.losses)
    if place.layer:
        from app.graph_view.layer_scenes import layer_scene

        return layer_scene(frame, place.layer)
    return NetworkScene(frame, theatre.following.weight)


def caption_of(theatre: Theatre) -> str:
    """Return where what is staged comes from: ``"test image 642"``."""
    staged = theatre.staged
    if isinstance(staged, Shop):
        return _translate("Graph", "apples and oranges")
    if isinstance(staged, Expression):
        return staged.text
    if isinstance(staged, Batch) and staged.source == "run":
        text = _translate("Graph", "batch of iteration {0}, {1} images")
        return text.format(formatting.count(staged.first), formatting.count(len(staged.labels)))
    if isinstance(staged, Batch):
        last = staged.first + len(staged.labels) - 1
        text = (
            _translate("Graph", "test {0} to {1}")
            if staged.source == "test"
            else _translate("Graph", "images {0} to {1}")
        )
        return text.format(formatting.count(staged.first), formatting.count(last))
    if not isinstance(staged, Example) or staged.index is None:
        return _translate("Graph", "your drawing")
    text = (
        _translate("Graph", "test image {0}")
        if staged.source == "test"
        else _translate("Graph", "training image {0}")
    )
    return text.format(formatting.count(staged.index))


def heading_of(theatre: Theatre) -> str:
    """Return the title over the picture."""
    place, staged = theatre.place, theatre.staged
    if place.level == "operation":
        return _translate("Graph", "One operation")
    if isinstance(staged, Shop):
        return _translate("Graph", "Apples and oranges")
    if isinstance(staged, Expression):
        return _translate("Graph", "Your expression")
    if place.unit is not None:
        return _translate("Graph", "{0} as a graph").format(place.layer)
    if place == LANDING:
        return _translate("Graph", "Where it lands")
    if place.layer:
        return place.layer
    if isinstance(staged, Batch):
        return _translate("Graph", "One batch, averaged")
    return _translate("Graph", "One image, forwards and backwards")


def place_title(theatre: Theatre, place: Place) -> str:
    """Return what a place is called in the breadcrumb."""
    if place.node:
        return place.node
    if isinstance(theatre.staged, Shop | Expression):
        return heading_of(theatre) if theatre.place == place else _staged_title(theatre)
    if place == LANDING:
        return _translate("Graph", "Where it lands")
    if place.unit is None:
        return place.layer or _translate("Graph", "Network")
    if place.layer == "SoftmaxWithLoss":
        return _translate("Graph", "all classes")
    if place.layer == "Affine2":
        return _translate("Graph", "class {0}").format(place.unit)
    return _translate("Graph", "unit {0}").format(place.unit)


def _staged_title(theatre: Theatre) -> str:
    if isinstance(theatre.staged, Shop):
        return _translate("Graph", "Apples and oranges")
    return _translate("Graph", "Your expression")
