"""The book's apples and oranges, the first computational graphs of its chapter 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcore.graph.builder import GraphBuilder
from bpcore.graph.ops import Add, Multiply

if TYPE_CHECKING:
    from bpcore.graph.graph import Graph


def apples(price: float = 100, number: float = 2, tax: float = 1.1) -> Graph:
    """Return the graph of a purchase of apples: 100 × 2 × 1.1 = 220."""
    builder = GraphBuilder()
    cost = builder.apply(
        Multiply(),
        builder.variable("apple price", price),
        builder.variable("apples", number),
        name="apple cost",
    )
    builder.apply(Multiply(), cost, builder.variable("tax", tax), name="total")
    return builder.build("total")


def apples_and_oranges(
    apple_price: float = 100,
    apple_number: float = 2,
    orange_price: float = 150,
    orange_number: float = 3,
    tax: float = 1.1,
) -> Graph:
    """Return the graph of a purchase of both: (100 × 2 + 150 × 3) × 1.1 = 715."""
    builder = GraphBuilder()
    costs = []
    for fruit, price, number in (
        ("apple", apple_price, apple_number),
        ("orange", orange_price, orange_number),
    ):
        factors = (
            builder.variable(f"{fruit} price", price),
            builder.variable(f"{fruit}s", number),
        )
        costs.append(builder.apply(Multiply(), *factors, name=f"{fruit} cost"))
    cost = builder.apply(Add(), *costs, name="cost")
    builder.apply(Multiply(), cost, builder.variable("tax", tax), name="total")
    return builder.build("total")
