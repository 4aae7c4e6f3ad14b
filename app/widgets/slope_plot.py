"""The slope at this input: a function, its derivative, and where the pass stands on both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.graph_view.canvas import Canvas
from app.graph_view.curve_plot import CurvePlot, operation_plot, paint_curve
from app.widgets.basics import Card
from app.widgets.fitting_label import fit_subtitle

if TYPE_CHECKING:
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace


class SlopePlot(QWidget):
    """Paints a curve; numbers that are not computed yet have no dot."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("slopePlot")
        self.setAccessibleName(self.tr("Function and derivative"))
        self.setMinimumSize(232, 88)
        self.plot: CurvePlot | None = None

    def set_plot(self, plot: CurvePlot) -> None:
        """Show ``plot``."""
        self.plot = plot
        x = f"x {formatting.signed(plot.x)}"
        self.setAccessibleDescription(", ".join((x, *plot.texts())))
        values = (("x", plot.x), ("y", plot.y), (self.tr("slope"), plot.slope))
        lines = [f"{name} = {EM_DASH if v is None else repr(v)}" for name, v in values]
        self.setToolTip("\n".join(lines).replace("= -", "= −"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the curve over the card's surface."""
        if self.plot is None:
            return
        painter, colors = QPainter(self), theme.current()
        painter.fillRect(self.rect(), QColor(colors.surface_1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_curve(Canvas(painter, colors), QRectF(self.rect()), self.plot)
        painter.end()


class SlopeCard(Card):
    """The function of an activation or of one operation, and its derivative, around this input.

    It hides where there is no such function: of several inputs, or of arrays.
    """

    def __init__(self) -> None:
        super().__init__(self.tr("Slope at this x"), " ")
        fit_subtitle(self)
        self.plot = SlopePlot()
        self.outer.setContentsMargins(16, 0, 12, 10)
        self.body.addWidget(self.plot, 1)
        self.setMinimumHeight(148)
        self.setMaximumHeight(220)

    def show_unit(
        self, graph: Graph, trace: Trace, network: Trace, unit: int, position: int
    ) -> None:
        """Show the activation of hidden ``unit``, whose opened graph stands at ``position``."""
        # Imported here, so that a window which shows networks need not load all operations.
        from bpcore.graph.curve import activation_curve

        layer = network.layers[1]
        step = next(s for s in network.steps if s.phase == "backward" and s.node == layer)
        (share,) = step.downstream
        z, a = f"{share.input}[{unit}]", f"{step.output}[{unit}]"
        known = trace.known(position)
        there = z in known
        x = float(network.values[share.input][0, unit])
        y = float(network.values[step.output][0, unit]) if a in known else None
        done = f"{share.gradient}[{unit}]" in known
        slope = float(share.local_derivative[0, unit]) if done else None
        curve = activation_curve(network.activation, x)
        self.subtitle.setText(_SLOPES[network.activation])
        self.plot.set_plot(CurvePlot(curve, x if there else None, y, slope))

    def show_operation(self, graph: Graph, trace: Trace, position: int, node: str) -> bool:
        """Show one operation of a graph, if it is a function of one number; say whether it is."""
        plot = operation_plot(graph, trace, position, node)
        if plot is not None:
            self.subtitle.setText(node)
            self.plot.set_plot(plot)
        self.setVisible(plot is not None)
        return plot is not None


_SLOPES = {
    "relu": "dy/dx = 1 if x > 0 else 0",
    "sigmoid": "dy/dx = y (1 − y)",
    "tanh": "dy/dx = 1 − y²",
}
