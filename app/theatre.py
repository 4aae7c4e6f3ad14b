"""What the Backward page shows: what is staged, where the reader looks, and how far the pass is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.following import Following
from app.passes import TERMS, staged_graph
from app.places import Place
from app.playback import Playback
from app.staging import Batch, Example, Expression, Shop
from bpcore.graph.operation import GraphError
from bpcore.graph.trace import trace_graph

if TYPE_CHECKING:
    from app.graph_view.scene import Weight
    from app.passes import Passes
    from app.session import Session
    from app.staging import Staged
    from bpcore.graph.explanation import Explanation
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace

LANDING = Place("landing")
"""Where the gradients land: a picture of its own, of the network's pass."""

NOT_PICTURED = (
    "The pictures here are of a network with one hidden layer. Choose a run with one on Train."
)

ABOVE_TERMS, TERM_HEIGHT = 150, 66
"""Pixels that a unit's graph takes beside its terms, and for each of them."""

LEAST_TERMS, MOST_TERMS = 2, 12


class Theatre(QObject):
    """One pass on stage, without any widget.

    ``changed`` tells that what is shown has changed in any way but the position of the playback.

    Attributes
    ----------
    playback
        Where in the pass of the present place the reader stands. Each place keeps its own.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.playback = Playback(self)
        self._staged: Staged | None = None
        self._place = Place()
        self._left_at = 0
        self._arriving = False
        self._passes: Passes | None = None
        self._network_trace: Trace | None = None
        self._graph: Graph | None = None
        self._graph_trace: Trace | None = None
        self._message = ""
        self._run = -1
        self._unit: int | None = None
        self._unit_chosen = False
        self._telling: int | None = None  # of all pages, though nobody chose it
        self._label: int | None = None
        self._following = Following(self)
        self._losses: tuple[float, ...] = ()
        self._terms = TERMS
        session.unit_changed.connect(self._take_unit)

    # What is shown.

    @property
    def staged(self) -> Staged | None:
        """What goes through the pass; None while nothing is loaded."""
        return self._staged

    @property
    def place(self) -> Place:
        """Where the reader looks."""
        return self._place

    @property
    def trace(self) -> Trace | None:
        """The pass of the present place; None if there is none to be shown."""
        return self._graph_trace if self.shows_graph else self._network_trace

    @property
    def network_trace(self) -> Trace | None:
        """The pass through the whole network; None where a graph stands for itself."""
        return self._network_trace

    @property
    def graph(self) -> Graph | None:
        """The graph of the present place, below the layers."""
        return self._graph if self.shows_graph else None

    @property
    def shows_graph(self) -> bool:
        """Whether the present place is a graph of operations, or one of them."""
        return isinstance(self._staged, Shop | Expression) or self._place.unit is not None

    @property
    def inside_activation(self) -> bool:
        """Whether the present place is a unit of the hidden activation, opened."""
        trace = self._network_trace
        return (
            trace is not None
            and self._graph is not None
            and self._place.level == "unit"
            and self._place.layer == trace.layers[1]
        )

    @property
    def message(self) -> str:
        """Why there is no pass; "" if there is one, or nothing is staged."""
        return self._message

    @property
    def unit(self) -> int:
        """The hidden unit that is looked at."""
        return self._unit or 0

    @property
    def label(self) -> int:
        """The class that is looked at: the right one, until another is chosen."""
        if self._label is not None:
            return self._label
        trace = self._network_trace
        return 0 if trace is None else int(trace.values["t"].sum(axis=0).argmax())

    @property
    def passes(self) -> Passes | None:
        """The network that is shown: the session's, or the copy that took steps."""
        return self._passes

    @property
    def followed(self) -> Weight | None:
        """The weight whose gradient is followed."""
        return self._following.weight

    @property
    def moved(self) -> tuple[int, int] | None:
        """From where to where the pass moved for the followed weight; None if it is not there."""
        return self._following.moved

    @property
    def knows_followed(self) -> bool:
        """Whether the gradient of the followed weight is computed where the playback stands."""
        return self._following.known

    def way(self) -> frozenset[str]:
        """Return the names of the values between the followed weight and the graph's output."""
        return self._following.way()

    def explanation(self) -> Explanation | None:
        """Return why the gradient of the followed weight is what it is."""
        return self._following.explanation()

    @property
    def losses(self) -> tuple[float, ...]:
        """The losses of what is staged before and after each step that a copy took; () if none."""
        return self._losses

    @property
    def keeps_copy(self) -> bool:
        """Whether a copy is shown, and of the run that there is: another one takes it away."""
        snapshot = self._session.snapshot
        return bool(self._losses) and (snapshot is None or snapshot.run == self._run)

    # What the reader asks for.

    def stage(self, staged: Staged | None) -> None:
        """Send something else through; the place and the position stay where they can."""
        of_network = isinstance(staged, Example | Batch)
        was_of_network = isinstance(self._staged, Example | Batch)
        if not (of_network and self._fits(staged)):
            self._following.let_go()
        if of_network != was_of_network and staged is not None and self._staged is not None:
            self._leave()
            self._place, self._arriving = Place(), True
        elif of_network and not self._fits(staged):
            self._leave_for(Place())
        if not of_network:
            self._arriving = self._arriving or self.playback.position == len(self.playback.steps)
        self._staged = staged
        self._label = None
        self._losses = ()
        if not self._unit_chosen:
            self._unit = None
        self.refresh()

    def _fits(self, staged: Staged | None) -> bool:
        """Tell whether the present place exists for what is staged: a batch has no units."""
        return not (isinstance(staged, Batch) and self._place.unit is not None)

    def open(self, place: Place) -> None:
        """Look at ``place``; at what is around it, if a batch has nothing so deep."""
        if isinstance(self._staged, Batch) and place.unit is not None:
            place = Place(place.layer)
        if place == self._place:
            return
        self._following.let_go()
        if place.unit is not None and place.layer in self._hidden_layers:
            self._choose_unit(place.unit)
        if place.unit is not None and place.layer == "Affine2":
            self._label = place.unit
        self._leave_for(place)
        self._rebuild()
        self.changed.emit()

    def up(self) -> None:
        """Look at what is around the present place."""
        self.open(self._place.up)

    def rewind(self) -> None:
        """Stand at the beginning of the pass, at this place and around it."""
        self._left_at = 0
        self.playback.first()

    def select_unit(self, unit: int) -> None:
        """Look at hidden unit ``unit``, whatever is staged, until another is chosen."""
        self._choose_unit(unit)
        if self._place.unit is not None and self._place.layer in self._hidden_layers:
            self.open(Place(self._place.layer, unit))
        self.changed.emit()

    def _choose_unit(self, unit: int) -> None:
        self._unit, self._unit_chosen = unit, True
        self._session.select_unit(unit)

    def _take_unit(self, unit: int) -> None:
        """Look at the unit that was chosen on another page."""
        if unit != self._telling and (unit != self._unit or not self._unit_chosen):
            self.select_unit(unit)

    def select_label(self, label: int) -> None:
        """Look at class ``label``, until something else is staged."""
        self._label = label
        self.changed.emit()

    def follow(self, weight: Weight | None) -> None:
        """Follow the gradient of one weight from the loss; None is no longer."""
        if weight is not None and weight.parameter == "W1":
            self._choose_unit(weight.index[1])
        if weight is None:
            self._following.let_go()
        else:
            self._following.start(weight)
        self.changed.emit()

    def make_room(self, height: int) -> None:
        """Draw as many terms of a unit one by one as can be read in ``height`` pixels."""
        terms = min(max((height - ABOVE_TERMS) // TERM_HEIGHT, LEAST_TERMS), MOST_TERMS)
        if terms != self._terms:
            self._terms = terms
            if self._place.unit is not None:
                self._rebuild()
                self.changed.emit()

    def take_step(self) -> None:
        """Do the update of this pass on a copy of the network, and show that."""
        if self._passes is None or not isinstance(self._staged, Example | Batch):
            return
        trace = self._network_trace
        after = self._passes.after_step(self._staged)
        if after is None or trace is None:
            return
        self._losses = (*(self._losses or (float(trace.values["loss"]),)),)
        self._passes = after
        self._rebuild()
        if self._network_trace is not None:
            self._losses = (*self._losses, float(self._network_trace.values["loss"]))
        self.changed.emit()

    def discard_copy(self) -> None:
        """Show the network itself again."""
        if self._losses:
            self._losses = ()
            self.refresh()

    # What happens elsewhere.

    def refresh(self, staged: Staged | None = None) -> None:
        """Take the network of the present snapshot; a copy that took steps stays.

        ``staged`` is what is staged already, where it depends on the network: the label of a
        drawing is what the network reads, until the reader says what was meant. A copy took its
        steps for the label that there was, which stays with it.
        """
        if not self.keeps_copy:
            self._losses, self._passes = (), self._session.passes()
            self._staged = self._staged if staged is None else staged
        snapshot = self._session.snapshot
        if snapshot is not None and snapshot.run != self._run:
            self._run = snapshot.run
            if not self._unit_chosen:
                self._unit = None
        self._rebuild()
        self.changed.emit()

    @property
    def _hidden_layers(self) -> tuple[str, ...]:
        """The layers that have the hidden units: the first Affine and its activation."""
        trace = self._network_trace
        return ("Affine1",) if trace is None else trace.layers[:2]

    def _leave_for(self, place: Place) -> None:
        """Go to ``place`` and stand where the pass was left there, or where it is around."""
        if self._pass_of(place) != self._pass_of(self._place):
            self._leave()
            self._arriving = True
        self._place = place

    def _leave(self) -> None:
        """Remember where the network's pass is left."""
        self.playback.pause()
        if not self.shows_graph:
            self._left_at = self.playback.position

    def _pass_of(self, place: Place) -> Place:
        """Return the place whose pass runs at ``place``: layers share that of the network."""
        return Place() if place.unit is None else place.graph

    def _rebuild(self) -> None:
        """Run the passes of the present place anew."""
        self._message = ""
        staged, place = self._staged, self._place
        if isinstance(staged, Example | Batch):
            self._network_trace = None
            if self._passes is not None and self._passes.can_be_pictured:
                self._network_trace = self._passes.trace(staged)
            elif self._passes is not None:
                self._message = NOT_PICTURED
            self._keep_in_range()
            place = self._place
            graph = None
            there = self._passes is not None and self._network_trace is not None
            if place.unit is not None and there and isinstance(staged, Example):
                assert self._passes is not None
                graph = self._passes.graph(staged, place, self._terms)
            self._show_graph(graph)
        elif isinstance(staged, Shop | Expression):
            self._network_trace = None
            try:
                self._show_graph(staged_graph(staged))
            except GraphError as error:
                self._show_graph(None)
                self._message = str(error)
        else:
            self._network_trace = None
            self._show_graph(None)
        self._set_steps()

    def _show_graph(self, graph: Graph | None) -> None:
        self._graph, self._graph_trace = graph, None
        if graph is None:
            return
        try:
            self._graph_trace = trace_graph(graph)
        except GraphError as error:
            self._message = str(error)
        node = graph.nodes.get(self._place.node)
        if self._place.node and (node is None or node.operation is None):
            self._place = self._place.up

    def _keep_in_range(self) -> None:
        """Keep unit and place within the network, which may be another one now."""
        trace = self._network_trace
        if trace is None:
            return
        if self._unit is None:
            strength = np.abs(trace.values["dz1"]).max(axis=0)
            self._unit = self._telling = int(strength.argmax())
            self._session.select_unit(self._unit)  # all pages look at the same one
            self._telling = None
        units = len(trace.values["b1"])
        self._unit = min(self._unit, units - 1)
        place = self._place
        if place.layer and place != LANDING and place.layer not in trace.layers:
            # The other activation stands where this one stood.
            place = Place(trace.layers[1], place.unit)
        if place.unit is not None and place.layer in trace.layers[:2]:
            place = Place(place.layer, min(place.unit, units - 1), place.node)
        self._following.keep_within(trace)
        self._place = place

    def _set_steps(self) -> None:
        trace = self.trace
        graph = self.graph
        titles: dict[str, str] = {}
        marks: dict[str, str] = {}
        if graph is not None and trace is not None:
            # Imported here: the window shows a network first, without all operations.
            from app.graph_view.node_titles import chip_titles

            titles, marks = chip_titles(graph, trace.values)
        self.playback.set_steps(() if trace is None else trace.steps, titles, marks)
        if self._arriving and trace is not None:
            self._arriving = False
            self.playback.stand(self._arrival(trace))

    def _arrival(self, trace: Trace) -> int:
        """Return where to stand in a pass that is come to: where it was left, or the outer one is.

        What is staged without a network is seen whole at first.
        """
        if self._place.unit is None:
            return len(trace.steps) if self.shows_graph else self._left_at
        forward = sum(step.phase == "forward" for step in trace.steps)
        done = () if self._network_trace is None else self._network_trace.steps[: self._left_at]
        ran = {step.phase for step in done if step.node == self._place.layer}
        if "backward" in ran:
            return len(trace.steps)
        return forward if "forward" in ran else 0
