"""Two cards: the formula of a step with its numbers, and its products upstream × local."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.widgets.basics import SEMIBOLD, Card, label
from app.widgets.formula_card import Divider as Divider  # other cards have it from here
from app.widgets.formula_card import FormulaCard
from app.widgets.graph_formulas import digits, factor_span, graph_products_of
from app.widgets.products import ArrayProduct, Product, Products, no_products, products_of

if TYPE_CHECKING:
    from bpcore.graph.trace import Trace

PRODUCTS = 2
OPERATOR_WIDTH, CAPTION = 24, 15
HEIGHT, COMPACT_HEIGHT, COMPACT_GRAPH_HEIGHT = 222, 206, 188
"""Of the products: for two rows and a sentence of two lines, or of one."""


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
        self.setToolTip("" if value is None else digits(value))
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
        for text in (self._caption, self._note):  # as high whether it says something or not
            text.setFixedHeight(CAPTION)
        self._operators = [label(tone="2", size=13) for _ in range(2)]
        self._boxes = [
            ValueBox(f"{name}{number}") for name in ("upstreamValue", "localValue", "productValue")
        ]
        self._grid = grid = QGridLayout(self)
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

    def set_compact(self, compact: bool) -> None:
        """Put the boxes close below their caption."""
        self._grid.setVerticalSpacing(2 if compact else 4)

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
        self._compact = False
        self._sentence = label(tone="2", name="productsSentence")
        self._sentence.setWordWrap(True)
        self.body.setSpacing(6)
        self.body.addLayout(heads)
        for row in self._rows:
            self.body.addWidget(row)
        self.body.addStretch(1)
        self.body.addWidget(self._sentence)

    def set_compact(self, compact: bool) -> None:
        """Take less height where there is little."""
        self.outer.setContentsMargins(16, 0, 16, 8 if compact else 12)
        self.body.setSpacing(4 if compact else 6)
        for row in self._rows:
            row.set_compact(compact)
        self._compact = compact
        self._fit(graph=False)

    def _fit(self, *, graph: bool) -> None:
        """Take the same height at every step; those of a graph say less below two rows."""
        height = COMPACT_GRAPH_HEIGHT if graph else COMPACT_HEIGHT
        self.setFixedHeight(height if self._compact else HEIGHT)

    def show_step(self, trace: Trace, position: int, unit: int, chosen: int) -> None:
        """Show the products of the step that brought the reader to ``position``."""
        self._fit(graph=False)
        self._show(products_of(trace, position, unit, chosen))

    def show_graph_step(self, trace: Trace, position: int) -> None:
        """Show the products of the step of a graph's pass."""
        self._fit(graph=True)
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

    def show_step(
        self, trace: Trace, position: int, unit: int, chosen: int, layer: str = ""
    ) -> None:
        """Show the step that brought the reader to ``position``, for a unit, a class, a layer."""
        self.formula.show_step(trace, position, unit, chosen, layer)
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
