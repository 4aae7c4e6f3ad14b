"""What runs on a stage: the network or a copy of it, and a graph below its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.passes import staged_graph
from app.staging import Batch, Example, Expression, Shop
from bpcore.graph.operation import GraphError
from bpcore.graph.trace import trace_graph

if TYPE_CHECKING:
    from app.passes import Passes
    from app.places import Place
    from app.session import Session
    from app.staging import Staged
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace

NOT_PICTURED = (
    "The pictures here are of a network with one hidden layer. Choose a run with one on Train."
)


class StagePasses:
    """The passes that ran last, and the network that they went through.

    Attributes
    ----------
    passes
        The network: the session's, or a copy of it that took steps.
    losses
        Those of what is staged before and after each step that a copy took; () if none did.
    network_trace
        The pass through the whole network; None where a graph stands for itself.
    graph, graph_trace
        What is below the layers, and the pass through it; None where nothing is.
    message
        Why there is no pass; "" if there is one, or nothing is staged.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = -1
        self.passes: Passes | None = None
        self.losses: tuple[float, ...] = ()
        self.network_trace: Trace | None = None
        self.graph: Graph | None = None
        self.graph_trace: Trace | None = None
        self.message = ""

    @property
    def keeps_copy(self) -> bool:
        """Whether a copy is shown, and of the run that there is: another one takes it away."""
        snapshot = self._session.snapshot
        return bool(self.losses) and (snapshot is None or snapshot.run == self._run)

    def take_network(self) -> bool:
        """Take the network of the present snapshot; tell whether it is of another run."""
        self.losses, self.passes = (), self._session.passes()
        snapshot = self._session.snapshot
        if snapshot is None or snapshot.run == self._run:
            return False
        self._run = snapshot.run
        return True

    def discard_copy(self) -> None:
        """Let a copy go: the network itself is taken next."""
        self.losses = ()

    def take_step(self, staged: Example | Batch) -> bool:
        """Do the update of the pass of ``staged`` on a copy, and run that; tell whether it ran."""
        if self.passes is None or self.network_trace is None:
            return False
        after = self.passes.after_step(staged)
        if after is None:
            return False
        losses = self.losses or (float(self.network_trace.values["loss"]),)
        self.passes = after
        self.run_network(staged)
        if self.network_trace is not None:
            losses = (*losses, float(self.network_trace.values["loss"]))
        self.losses = losses
        return True

    def run_network(self, staged: Staged | None) -> None:
        """Send ``staged`` through the network, if it is meant for it."""
        self.network_trace, self.message = None, ""
        if self.passes is None or not isinstance(staged, Example | Batch):
            return
        if self.passes.can_be_pictured:
            self.network_trace = self.passes.trace(staged)
        else:
            self.message = NOT_PICTURED

    def run_graph(self, staged: Staged | None, place: Place, terms: int) -> None:
        """Run the graph of ``place``, with ``terms`` of a unit one by one; after the network."""
        self.graph = self.graph_trace = None
        try:
            self.graph = self._graph_of(staged, place, terms)
            if self.graph is not None:
                self.graph_trace = trace_graph(self.graph)
        except GraphError as error:
            self.message = str(error)

    def _graph_of(self, staged: Staged | None, place: Place, terms: int) -> Graph | None:
        if isinstance(staged, Shop | Expression):
            return staged_graph(staged)
        if self.passes is None or self.network_trace is None:
            return None
        if place.unit is None or not isinstance(staged, Example):
            return None
        return self.passes.graph(staged, place, terms)
