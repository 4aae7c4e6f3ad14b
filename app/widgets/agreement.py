"""Do they agree: a unit's gradient, node by node, beside that of the layer which trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app import theme
from app.formatting import EM_DASH, MINUS, scientific, signed
from app.icons import draw_icon
from app.widgets.basics import SEMIBOLD, Card, label
from app.widgets.formula_card import Divider

if TYPE_CHECKING:
    from bpcore.graph.agreement import Agreement, Comparison
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace

DECIMALS = 6
_COLUMNS = ("Slope", "Gradient")


class Verdict(QWidget):
    """A tick or a cross."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(16, 16)
        self.agrees: bool | None = None

    def set_verdict(self, agrees: bool | None) -> None:
        """Show whether two numbers agree; nothing while that is not known."""
        self.agrees = agrees
        self.setVisible(agrees is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        if self.agrees is None:
            return
        painter, colors = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.agrees:
            draw_icon(painter, "check", colors.accent_text, QRectF(self.rect()))
        else:
            pen = QPen(QColor(colors.fail), 1.6)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(4, 4, 12, 12)
            painter.drawLine(12, 4, 4, 12)
        painter.end()


class AgreementCard(Card):
    """The local derivatives multiplied, the layer's own slope, and what both make of upstream.

    Node by node nothing is known before the nodes' backward steps have run.
    """

    def __init__(self) -> None:
        super().__init__(self.tr("Do they agree?"))
        self.outer.setContentsMargins(16, 0, 16, 12)
        self._heads = [label(tone="3", size=11) for _ in _COLUMNS]
        self._names = [label(tone="2", name=f"agreementName{n}") for n in range(3)]
        self._cells = {
            (row, column): _number(f"agreement{name}{row}")
            for row in range(3)
            for column, name in enumerate(_COLUMNS)
        }
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for column, head in enumerate(self._heads, 1):
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(head, 0, column)
        grid.addWidget(Divider(), 3, 0, 1, 3)
        for row, line in enumerate((1, 2, 4)):
            grid.addWidget(self._names[row], line, 0)
            for column in range(2):
                grid.addWidget(self._cells[row, column], line, column + 1)
        self.verdict = Verdict()
        self.said = label(name="agreementVerdict")
        last = QHBoxLayout()
        last.setSpacing(6)
        last.addWidget(self.verdict)
        last.addWidget(self.said, 1)
        self.body.setSpacing(6)
        self.body.addLayout(grid)
        self.body.addLayout(last)
        self.setFixedHeight(158)

    def show_unit(
        self, graph: Graph, trace: Trace, network: Trace, unit: int, position: int
    ) -> None:
        """Compare hidden ``unit``'s opened graph, at ``position``, with the network's pass."""
        # Imported here, so that a window which shows networks need not load it to start.
        from bpcore.graph.agreement import agreement

        layer = network.layers[1]
        found = agreement(trace, network, layer, unit)
        if found is None:
            self.hide()
            return
        done = position >= found.steps
        count = found.factors
        self._names[0].setText(
            self.tr("the one node") if count == 1 else self.tr("{0} nodes").format(count)
        )
        self._names[1].setText(layer)
        self._names[2].setText(self.tr("difference"))
        self._heads[0].setText(self.tr("local slope"))
        self._heads[1].setText(found.name)
        for column, pair in enumerate((found.slope, found.gradient)):
            self._show_pair(column, pair, done)
        self._conclude(found, done)

    def _show_pair(self, column: int, pair: Comparison, done: bool) -> None:
        for row, (value, text) in enumerate(
            (
                (pair.nodes if done else None, signed(pair.nodes, DECIMALS)),
                (pair.layer, signed(pair.layer, DECIMALS)),
                (pair.difference if done else None, scientific(pair.difference)),
            )
        ):
            cell = self._cells[row, column]
            cell.setText(EM_DASH if value is None else text)
            cell.setToolTip("" if value is None else repr(value).replace("-", MINUS, 1))

    def _conclude(self, found: Agreement, done: bool) -> None:
        self.verdict.set_verdict(found.agrees if done else None)
        if not done:
            text, tone = self.tr("compared when the last node has run back"), "3"
        elif found.agrees:
            text, tone = self.tr("agrees: within {0} and {1}"), "accent"
        else:
            text, tone = self.tr("differs: allowed are {0} and {1}"), "fail"
        within = (scientific(pair.tolerance) for pair in (found.slope, found.gradient))
        self.said.setText(text.format(*within))
        if self.said.property("tone") != tone:
            self.said.setProperty("tone", tone)
            self.said.style().unpolish(self.said)
            self.said.style().polish(self.said)


def _number(name: str) -> QLabel:
    widget = label(mono=True, name=name, weight=SEMIBOLD)
    widget.setAlignment(Qt.AlignmentFlag.AlignRight)
    widget.setMinimumWidth(84)
    return widget
