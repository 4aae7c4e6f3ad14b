"""What the Backward page shows: what is staged, where the reader looks, and how far the pass is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.bookmark import Bookmark
from app.following import Following
from app.looked_at import UnitLookedAt
from app.passes import TERMS
from app.places import Place
from app.playback import Playback
from app.stage_passes import StagePasses
from app.staging import Batch, Example, Expression, Shop

if TYPE_CHECKING:
    from app.graph_view.scene import Weight
    from app.session import Session
    from app.staging import Staged
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace

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
    running
        The network that is shown, or the copy that took steps, and what ran last.
    following
        The weight whose gradient is followed.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playback = Playback(self)
        self._staged: Staged | None = None
        self._place = Place()
        self.running = StagePasses(session)
        self._bookmark = Bookmark(self)
        self._unit = UnitLookedAt(session)
        self._label: int | None = None
        self.following = Following(self)
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
        return self.running.graph_trace if self.shows_graph else self.network_trace

    @property
    def network_trace(self) -> Trace | None:
        """The pass through the whole network; None where a graph stands for itself."""
        return self.running.network_trace

    @property
    def graph(self) -> Graph | None:
        """The graph of the present place, below the layers."""
        return self.running.graph if self.shows_graph else None

    @property
    def shows_graph(self) -> bool:
        """Whether the present place is a graph of operations, or one of them."""
        return isinstance(self._staged, Shop | Expression) or self._place.unit is not None

    @property
    def inside_activation(self) -> bool:
        """Whether the present place is a unit of the hidden activation, opened."""
        trace = self.network_trace
        return (
            trace is not None
            and self.running.graph is not None
            and self._place.level == "unit"
            and self._place.layer == trace.layers[1]
        )

    @property
    def unit(self) -> int:
        """The hidden unit that is looked at."""
        return self._unit.number

    @property
    def label(self) -> int:
        """The class that is looked at: the right one, until another is chosen."""
        if self._label is not None:
            return self._label
        trace = self.network_trace
        return 0 if trace is None else int(trace.values["t"].sum(axis=0).argmax())

    # What the reader asks for.

    def stage(self, staged: Staged | None) -> None:
        """Send something else through; the place and the position stay where they can."""
        of_network = isinstance(staged, Example | Batch)
        was_of_network = isinstance(self._staged, Example | Batch)
        if not (of_network and self._fits(staged)):
            self.following.let_go()
        if of_network != was_of_network and staged is not None and self._staged is not None:
            self._bookmark.leave()
            self._place = Place()
        elif of_network and not self._fits(staged):
            self._leave_for(Place())
        if not of_network:
            self._bookmark.keep_end()
        self._staged = staged
        self._label = None
        self.running.discard_copy()
        self._unit.let_go()
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
        self.following.let_go()
        if place.unit is not None and place.layer in self._hidden_layers:
            self._unit.choose(place.unit)
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
        self._bookmark.rewind()

    def select_unit(self, unit: int) -> None:
        """Look at hidden unit ``unit``, whatever is staged, until another is chosen."""
        self._unit.choose(unit)
        if self._place.unit is not None and self._place.layer in self._hidden_layers:
            self.open(Place(self._place.layer, unit))
        self.changed.emit()

    def _take_unit(self, unit: int) -> None:
        """Look at the unit that was chosen on another page."""
        if self._unit.is_news(unit):
            self.select_unit(unit)

    def select_label(self, label: int) -> None:
        """Look at class ``label``, until something else is staged."""
        self._label = label
        self.changed.emit()

    def follow(self, weight: Weight | None) -> None:
        """Follow the gradient of one weight from the loss; None is no longer."""
        if weight is not None and weight.parameter == "W1":
            self._unit.choose(weight.index[1])
        if weight is None:
            self.following.let_go()
        else:
            self.following.start(weight)
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
        if isinstance(self._staged, Example | Batch) and self.running.take_step(self._staged):
            self._run_graph()
            self.changed.emit()

    def discard_copy(self) -> None:
        """Show the network itself again."""
        if self.running.losses:
            self.running.discard_copy()
            self.refresh()

    # What happens elsewhere.

    def refresh(self, staged: Staged | None = None) -> None:
        """Take the network of the present snapshot; a copy that took steps stays.

        ``staged`` is what is staged already, where it depends on the network: the label of a
        drawing is what the network reads, until the reader says what was meant. A copy took its
        steps for the label that there was, which stays with it.
        """
        if not self.running.keeps_copy:
            self._staged = self._staged if staged is None else staged
            if self.running.take_network():  # of another run
                self._unit.let_go()
        self._rebuild()
        self.changed.emit()

    @property
    def _hidden_layers(self) -> tuple[str, ...]:
        """The layers that have the hidden units: the first Affine and its activation."""
        trace = self.network_trace
        return ("Affine1",) if trace is None else trace.layers[:2]

    def _leave_for(self, place: Place) -> None:
        """Go to ``place`` and stand where the pass was left there, or where it is around."""
        self._bookmark.leave_for(place)
        self._place = place

    def _rebuild(self) -> None:
        """Run the passes of the present place anew."""
        self.running.run_network(self._staged)
        self._run_graph()

    def _run_graph(self) -> None:
        """Run the graph of the present place; the network has run."""
        self._keep_in_range()
        self.running.run_graph(self._staged, self._place, self._terms)
        graph, name = self.running.graph, self._place.node
        if graph is not None and name:
            node = graph.nodes.get(name)
            if node is None or node.operation is None:
                self._place = self._place.up
        self._set_steps()

    def _keep_in_range(self) -> None:
        """Keep unit and place within the network, which may be another one now."""
        trace = self.network_trace
        if trace is None:
            return
        self._unit.keep_within(trace)
        self.following.keep_within(trace)
        self._place = self._place.within(trace.layers, units=len(trace.values["b1"]))

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
        self._bookmark.arrive()
