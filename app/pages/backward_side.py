"""The cards at the right of the Backward page: code, formula, and what belongs to the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.widgets.agreement import AgreementCard
from app.widgets.code_panel import CodeCard
from app.widgets.formula_panel import FormulaPanel
from app.widgets.slope_plot import SlopeCard
from app.widgets.weight_chain import WeightChainCard

if TYPE_CHECKING:
    from app.theatre import Theatre


class BackwardSide(QWidget):
    """Shows the running code and the formula of the step, whatever the place.

    Below them stand the products of the step or, inside an activation, whether its operations and
    the layer agree; a weight that is followed takes their place.
    """

    value_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.code = CodeCard()
        self.formulas = FormulaPanel()
        self.agreement = AgreementCard()
        self.slope = SlopeCard()
        self.chain = WeightChainCard()
        self._compact = self._explained = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.code, 1)
        self._column.addWidget(self.formulas)
        self._column.addWidget(self.agreement)
        self._column.addWidget(self.slope)
        self._column.addWidget(self.chain, 2)
        for card in (self.agreement, self.slope, self.chain):
            card.hide()
        self.formulas.value_hovered.connect(self.value_hovered)

    def set_gap(self, gap: int, *, compact: bool) -> None:
        """Set the space between the cards, and whether there is little height."""
        self._column.setSpacing(gap)
        self.formulas.set_gap(gap)
        self.formulas.products.set_compact(compact)
        self._compact = compact

    def show_place(self, theatre: Theatre) -> None:
        """Show the cards of the theatre's place, and what they say at any step."""
        explanation = theatre.following.explanation()
        self._explained = theatre.following.known
        inside = theatre.inside_activation and explanation is None
        wanted = {
            self.formulas: explanation is None,
            self.formulas.products: not inside,
            self.agreement: inside,
            self.slope: inside and not self._compact,
            self.chain: explanation is not None,
        }
        # Those that go first: for a moment all of them together would need a larger window.
        for card, visible in sorted(wanted.items(), key=lambda item: item[1]):
            card.setVisible(visible)
        self.chain.show_explanation(explanation)

    def show_step(self, theatre: Theatre, *, doubted: bool = False) -> None:
        """Show where the playback of ``theatre`` stands; nothing if that is not what was meant."""
        if theatre.following.known != self._explained:  # it is not explained before it is computed
            self.show_place(theatre)
        trace, position = theatre.trace, theatre.playback.position
        self.chain.show_moved(theatre.following.moved)
        if trace is None or doubted:
            self.code.show_code(None)
            self.formulas.show_nothing()
            return
        # A variable alone is a graph of no steps.
        step = trace.steps[max(position - 1, 0)] if trace.steps else None
        self.code.show_code(None if step is None else step.code, running=position > 0)
        graph = theatre.graph
        if graph is None:
            looked_at = (theatre.unit, theatre.label, theatre.place.layer)
            self.formulas.show_step(trace, position, *looked_at)
            return
        self.formulas.show_graph_step(trace, position)
        outer = theatre.network_trace
        if theatre.inside_activation and outer is not None:
            self.agreement.show_unit(graph, trace, outer, theatre.unit, position)
            self.slope.show_unit(graph, trace, outer, theatre.unit, position)
