"""The formula of a step, and the same with numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import theme
from app.formatting import EM_DASH
from app.widgets.basics import Card, label
from app.widgets.formulas import Row, Span, formula_of
from app.widgets.graph_formulas import formula_spans, full_text, graph_formula_of
from app.widgets.row_label import LINE, GraphRows, RowLabel

if TYPE_CHECKING:
    from bpcore.graph.trace import Trace

ROWS = 3
LAYER_HEIGHT = 146
HEADER, FOOT = 42, 10
LEAST_LINES, MOST_LINES = 2, 6
"""Lines of a graph's step for which there is always room, and at most: more are scrolled."""

MEASURED_STEPS = 16
"""Of a longer pass not every step is measured: it has as much room as there is."""


class Divider(QWidget):
    """A line of 1 px."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().border))
        painter.end()


class FormulaCard(Card):
    """The formula of a step, and the same with numbers.

    ``value_hovered`` tells which value of the trace the term under the pointer names; "" is none.
    """

    value_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__(self.tr("Formula"), " ")
        self.formula = label(mono=True, name="stepFormula")
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._rows = [RowLabel(f"formulaRow{n}") for n in range(ROWS)]
        layers = QVBoxLayout()
        layers.setSpacing(0)
        layers.addWidget(self.formula)
        layers.addSpacing(6)
        layers.addWidget(Divider())
        layers.addSpacing(4)
        for row in self._rows:
            layers.addWidget(row)
            row.value_hovered.connect(self.value_hovered)
        self._layers = QWidget()
        layers.setContentsMargins(0, 0, 0, 0)
        self._layers.setLayout(layers)
        self.graph = GraphRows()
        self.graph.value_hovered.connect(self.value_hovered)
        self._probe = RowLabel("formulaProbe", wraps=True)
        self._probe.setParent(self)
        self._probe.hide()
        self._graph_height = HEADER + LINE * MOST_LINES + FOOT
        self._measured: tuple[tuple[str, ...], int] = ((), 0)
        self._trace: Trace | None = None
        self.outer.setContentsMargins(16, 0, 16, FOOT)
        self.body.setSpacing(0)
        self.body.addWidget(self._layers)
        self.body.addWidget(self.graph, 1)
        self.body.addStretch(0)
        self._show_graph(False)

    def show_step(
        self, trace: Trace, position: int, unit: int, chosen: int, layer: str = ""
    ) -> None:
        """Show the step that brought the reader to ``position``, as ``layer`` takes part in it."""
        self._show_graph(False)
        formula = formula_of(trace, position, unit, chosen, layer)
        self.subtitle.setText(formula.subtitle)
        self.formula.setText(formula.formula)
        rows = formula.rows + (Row(()),) * (ROWS - len(formula.rows))
        for widget, row in zip(self._rows, rows, strict=True):
            widget.set_row(row, partial(full_text, trace))

    def show_graph_step(self, trace: Trace, position: int) -> None:
        """Show the step of a graph's pass that brought the reader to ``position``."""
        self._trace = trace
        self._measure()
        self._show_graph(True)
        self.subtitle.setText(graph_formula_of(trace, position).subtitle)
        self.graph.set_rows(_graph_rows(trace, position), partial(full_text, trace))

    def show_nothing(self) -> None:
        """Show an em dash: there is no step of what was asked for."""
        self._show_graph(True)
        self.subtitle.setText("")
        self.graph.set_rows((Row((Span(EM_DASH, "3"),)),), lambda _span: "")

    def light(self, values: frozenset[str]) -> None:
        """Underline the terms that name one of these values of the trace."""
        self.graph.light(values)
        for row in self._rows:
            row.light(values)

    def _show_graph(self, graph: bool) -> None:
        """Make room for the rows of a graph's step, which may be long, or for those of a layer's.

        The height is the same at every step, so that nothing moves while a pass runs: it is that of
        the step which needs most.
        """
        shown, hidden = (self.graph, self._layers) if graph else (self._layers, self.graph)
        hidden.hide()
        shown.show()
        self.setFixedHeight(self._graph_height if graph else LAYER_HEIGHT)

    def _measure(self) -> None:
        """Find out how high the card has to be for the pass of a graph."""
        trace, width = self._trace, self.width() - 32
        if trace is None:
            return
        # Other numbers of the same formulas take the same lines, or nearly so.
        measured = (tuple(step.formula for step in trace.steps), width)
        if measured == self._measured:
            return
        self._measured = measured
        steps = len(trace.steps)
        lines = LEAST_LINES if steps <= MEASURED_STEPS else MOST_LINES
        for position in range(steps, 0 if steps else -1, -1):  # the last ones say most
            if lines >= MOST_LINES:
                break
            lines = max(lines, self._lines_at(trace, position, width))
        lines = min(lines, MOST_LINES)
        self._graph_height = HEADER + LINE * lines + FOOT

    def _lines_at(self, trace: Trace, position: int, width: int) -> int:
        self._probe.resize(width, LINE)
        count = 0
        for row in _graph_rows(trace, position):
            self._probe.set_row(row)
            count += self._probe.lines()
        return count

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure anew, as lines break elsewhere."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and not self.graph.isHidden():
            self._measure()
            self.setFixedHeight(self._graph_height)


def _graph_rows(trace: Trace, position: int) -> tuple[Row, ...]:
    return Row(formula_spans(trace, position)), *graph_formula_of(trace, position).rows
