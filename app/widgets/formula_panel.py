"""Two cards: the formula of a step with its numbers, and its products upstream × local."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD, Card, label
from app.widgets.formulas import Row, Span, formula_of
from app.widgets.graph_formulas import (
    factor_span,
    formula_spans,
    full_text,
    graph_formula_of,
    graph_products_of,
)
from app.widgets.products import ArrayProduct, Product, Products, no_products, products_of
from app.widgets.row_label import GraphRows, RowLabel

if TYPE_CHECKING:
    from bpcore.graph.trace import Trace

ROWS = 3
PRODUCTS = 2
LAYER_HEIGHT, GRAPH_HEIGHT = 146, 176
OPERATOR_WIDTH = 24


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


class ValueBox(QLabel):
    """A factor in a box tinted by its sign; dashed and empty while it is not computed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFont(theme.mono_font(13, SEMIBOLD))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(66, 30)
        self._value: float | None = None

    def set_value(self, value: float | None) -> None:
        """Show ``value``."""
        self._value = value
        self.setFont(theme.mono_font(13, SEMIBOLD))
        self.setText(factor_span(value).text)
        self.setToolTip("" if value is None else repr(value))
        self.update()

    def set_array(self, shape: str, numbers: str) -> None:
        """Show the shape of an array; what numbers it has is the tooltip."""
        self._value = 1.0
        self.setFont(theme.mono_font(11))
        self.setText(shape)
        self.setToolTip(numbers)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box and number."""
        colors, value, painter = theme.current(), self._value, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        signed = value is not None and value != 1
        if value is None:
            pen = QPen(QColor(colors.border_strong))
            pen.setDashPattern([3, 3])
            painter.setPen(pen)
        else:
            painter.setPen(QColor(colors.border))
            fill = colors.sign_background(value) if signed else colors.surface_2
            painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box, 6, 6)
        ink = colors.text_3 if value is None else colors.text_1
        painter.setPen(QColor(colors.sign_color(value) if value and signed else ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class ProductRow(QWidget):
    """A caption with a remark, and below it: box × box = box."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._caption = label(tone="2", name=f"productCaption{number}", size=11, mono=True)
        self._note = label(tone="3", name=f"productNote{number}", size=11)
        self._operators = [label(tone="2", size=13) for _ in range(2)]
        self._boxes = [
            ValueBox(f"{name}{number}") for name in ("upstreamValue", "localValue", "productValue")
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._caption, 0, 0, 1, 3)
        grid.addWidget(self._note, 0, 2, 1, 3, Qt.AlignmentFlag.AlignRight)
        for column, box in zip((0, 2, 4), self._boxes, strict=True):
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        for column, operator in zip((1, 3), self._operators, strict=True):
            operator.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(operator, 1, column)
            grid.setColumnMinimumWidth(column, OPERATOR_WIDTH)

    def set_product(self, product: Product, operators: tuple[str, str]) -> None:
        """Show ``product``."""
        self._caption.setText(product.caption)
        self._note.setText(product.note)
        for number, (box, value) in enumerate(zip(self._boxes, product.values, strict=True)):
            if isinstance(product, ArrayProduct):
                box.set_array(product.texts[number], product.tips[number])
            else:
                box.set_value(value)
        for widget, operator in zip(self._operators, operators, strict=True):
            widget.setText(operator)
            widget.setFont(theme.ui_font(11 if len(operator) > 1 else 13))


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
        self.body.setSpacing(0)
        self.body.addWidget(self._layers)
        self.body.addWidget(self.graph, 1)
        self.body.addStretch(0)
        self._show_graph(False)

    def show_step(self, trace: Trace, position: int, unit: int, chosen: int) -> None:
        """Show the step that brought the reader to ``position``."""
        self._show_graph(False)
        formula = formula_of(trace, position, unit, chosen)
        self.subtitle.setText(formula.subtitle)
        self.formula.setText(formula.formula)
        rows = formula.rows + (Row(()),) * (ROWS - len(formula.rows))
        for widget, row in zip(self._rows, rows, strict=True):
            widget.set_row(row, partial(full_text, trace))

    def show_graph_step(self, trace: Trace, position: int) -> None:
        """Show the step of a graph's pass that brought the reader to ``position``."""
        self._show_graph(True)
        formula = graph_formula_of(trace, position)
        self.subtitle.setText(formula.subtitle)
        self.graph.set_rows(
            (Row(formula_spans(trace, position)), *formula.rows), partial(full_text, trace)
        )

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

        The height is the same at every step, so that nothing moves while a pass runs.
        """
        shown, hidden = (self.graph, self._layers) if graph else (self._layers, self.graph)
        hidden.hide()
        shown.show()
        self.setFixedHeight(GRAPH_HEIGHT if graph else LAYER_HEIGHT)


class ProductsCard(Card):
    """Upstream × local = downstream, for the chosen unit and a contrasting one."""

    def __init__(self) -> None:
        super().__init__(" ")
        heads = QGridLayout()
        heads.setContentsMargins(0, 0, 0, 0)
        heads.setSpacing(0)
        self._headings = [label(tone="3", size=11) for _ in range(3)]
        for column, heading in zip((0, 2, 4), self._headings, strict=True):
            heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
            heads.addWidget(heading, 0, column)
            heads.setColumnStretch(column, 1)
        for column in (1, 3):
            heads.setColumnMinimumWidth(column, OPERATOR_WIDTH)
        self._rows = [ProductRow(n) for n in range(PRODUCTS)]
        self._sentence = label(tone="2", name="productsSentence")
        self._sentence.setWordWrap(True)
        self.body.setSpacing(6)
        self.body.addLayout(heads)
        for row in self._rows:
            self.body.addWidget(row)
        self.body.addStretch(1)
        self.body.addWidget(self._sentence)

    def show_step(self, trace: Trace, position: int, unit: int, chosen: int) -> None:
        """Show the products of the step that brought the reader to ``position``."""
        self._show(products_of(trace, position, unit, chosen))

    def show_graph_step(self, trace: Trace, position: int) -> None:
        """Show the products of the step of a graph's pass."""
        self._show(graph_products_of(trace, position))

    def show_nothing(self) -> None:
        """Show em dashes."""
        self._show(no_products())

    def _show(self, products: Products) -> None:
        self.title.setText(products.title)
        self._sentence.setText(products.sentence)
        for widget, heading in zip(self._headings, products.headings, strict=True):
            widget.setText(heading)
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(products.rows))
            if number < len(products.rows):
                row.set_product(products.rows[number], products.operators)


class FormulaPanel(QWidget):
    """Both cards below each other.

    ``value_hovered`` tells which value of the trace the term under the pointer names; "" is none.
    """

    value_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("formulaPanel")
        self.setAccessibleName(self.tr("Formula of the step, with its numbers"))
        self.formula = FormulaCard()
        self.products = ProductsCard()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self._column.addWidget(self.formula)
        self._column.addWidget(self.products, 1)
        self.formula.value_hovered.connect(self.value_hovered)

    def set_gap(self, gap: int) -> None:
        """Set the space between the cards."""
        self._column.setSpacing(gap)

    def show_step(self, trace: Trace, position: int, unit: int, chosen: int) -> None:
        """Show the step that brought the reader to ``position``, for a unit and a class."""
        self.formula.show_step(trace, position, unit, chosen)
        self.products.show_step(trace, position, unit, chosen)

    def show_graph_step(self, trace: Trace, position: int) -> None:
        """Show the step of a graph's pass that brought the reader to ``position``."""
        self.formula.show_graph_step(trace, position)
        self.products.show_graph_step(trace, position)

    def show_nothing(self) -> None:
        """Show em dashes: there is no step of what was asked for."""
        self.formula.show_nothing()
        self.products.show_nothing()

    def light(self, values: frozenset[str]) -> None:
        """Underline the terms that name one of these values of the trace."""
        self.formula.light(values)
