"""Expressions to begin with, and the button that offers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from app import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

HEIGHT = 28


@dataclass(frozen=True)
class ExpressionExample:
    """A text with numbers for its variables that make something to look at."""

    title: str
    text: str
    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def examples() -> tuple[ExpressionExample, ...]:
    """Return the examples, from the shortest ideas to a loss."""
    product = QCoreApplication.translate("ExpressionExamples", "Product and sum")
    twice = QCoreApplication.translate("ExpressionExamples", "A value used twice")
    loss = QCoreApplication.translate("ExpressionExamples", "Cross entropy of two classes")
    return (
        ExpressionExample(product, "x * y + z", {"x": 3, "y": -2, "z": 10}),
        ExpressionExample(twice, "(x + y) * (x + 1)", {"x": 2, "y": 1}),
        ExpressionExample("Relu", "max(x, 0)", {"x": 2}),
        ExpressionExample("Sigmoid", "1 / (1 + exp(-x))", {"x": 1}),
        ExpressionExample("Tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", {"x": 0.5}),
        ExpressionExample("Softplus", "log(1 + exp(x))", {"x": 1}),
        ExpressionExample(loss, "-(t * log(y) + (1 - t) * log(1 - y))", {"t": 1, "y": 0.8}),
    )


class ExpressionExamples(QPushButton):
    """A button whose menu lists the examples; ``chosen`` carries an ExpressionExample."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(self.tr("Examples"))
        self.setObjectName("expressionExamples")
        self.setAccessibleName(self.tr("Examples of expressions"))
        self.setFixedHeight(HEIGHT)
        self.setFont(theme.ui_font(12))
        menu = QMenu(self)
        menu.setFont(theme.ui_font(12))
        for example in examples():
            action = menu.addAction(f"{example.title}\t{example.text}")
            action.setData(example)
        menu.triggered.connect(self._triggered)
        self.setMenu(menu)

    def _triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
