"""Where the items of the columns stand from top to bottom: straight where they can be."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from app.graph_view.node_order import Item

PORT = 16.0
"""Between the edges that enter or leave a node, from axis to axis."""

ROUNDS = 3
"""How often items are drawn to those right of them, and then to those left of them."""


def set_ports(columns: list[list[Item]], in_order: Container[str]) -> None:
    """Give each edge its own point at a node's side, from top to bottom as they come.

    At the nodes ``in_order`` the first input always enters at the top, since it matters which
    input is which.
    """
    for item in (item for column in columns for item in column):
        if item.kind != "node":
            item.ins = dict.fromkeys(item.before, 0.0)
            item.outs = dict.fromkeys(item.after, 0.0)
            continue
        before = item.before
        if item.name not in in_order:
            before = sorted(before, key=lambda other: other.place)
        item.ins = _spread(before)
        item.outs = _spread(sorted(item.after, key=lambda other: other.place))


def _spread(items: list[Item]) -> dict[Item, float]:
    middle = (len(items) - 1) / 2
    return {item: PORT * (number - middle) for number, item in enumerate(items)}


def place(columns: list[list[Item]], gap: float) -> None:
    """Set ``y`` of each item, at least ``gap`` between neighbours in a column."""
    offsets = [_offsets(column, gap) for column in columns]
    for column, offset in zip(columns, offsets, strict=True):
        for item, y in zip(column, offset, strict=True):
            item.y = y - offset[-1] / 2
    for _ in range(ROUNDS):
        for column, offset in zip(reversed(columns), reversed(offsets), strict=True):
            _settle(column, offset, forward=False)
        for column, offset in zip(columns, offsets, strict=True):
            _settle(column, offset, forward=True)


def _offsets(column: list[Item], gap: float) -> list[float]:
    """Return how far each item is at least below the first one."""
    offset, offsets = 0.0, [0.0]
    for above, below in itertools.pairwise(column):
        offset += above.down + gap + below.up
        offsets.append(offset)
    return offsets


def _settle(column: list[Item], offsets: list[float], *, forward: bool) -> None:
    """Move the items of a column as near as possible to where each wants to be.

    Nearest is the least sum of squares; it is found by merging neighbours that would overlap into
    a block that moves as one.
    """
    blocks: list[tuple[float, int]] = []
    for item, offset in zip(column, offsets, strict=True):
        mean, count = _wanted(item, forward) - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, others = blocks.pop()
            mean = (mean * count + other * others) / (count + others)
            count += others
        blocks.append((mean, count))
    at = 0
    for mean, count in blocks:
        for number in range(at, at + count):
            column[number].y = mean + offsets[number]
        at += count


def _wanted(item: Item, forward: bool) -> float:
    """Return where the edges of one side would be straight, on average."""
    if forward:
        ends = [other.y + other.outs[item] - port for other, port in item.ins.items()]
    else:
        ends = [other.y + other.ins[item] - port for other, port in item.outs.items()]
    return sum(ends) / len(ends) if ends else item.y
