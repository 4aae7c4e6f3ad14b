"""What the graph says in words: the exact numbers under the pointer, and the step that just ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.formatting import EM_DASH, MINUS, percent, signed
from app.formatting import loss as format_loss
from app.graph_view.canvas import largest
from app.graph_view.layout import IMAGE_SIDE, Hit

if TYPE_CHECKING:
    from app.graph_view.frame import Array, Frame

_translate = QCoreApplication.translate


def exact(frame: Frame, name: str, *index: int) -> str:
    """Return a number with all of its digits: as many as tell it from its neighbours."""
    array = frame.array(name)
    if array is None:
        return EM_DASH
    text = str(array[index])
    return MINUS + text[1:] if text.startswith("-") else text


def tooltip(frame: Frame, hit: Hit) -> str:
    """Return the exact values of what lies under the pointer, a line each."""
    lines = {
        "activation": _unit_lines,
        "y": _class_lines,
        "difference": _class_lines,
        "b2": _class_lines,
        "db2": _class_lines,
        "W2": _weight2_lines,
        "dW2": _weight2_lines,
        "x": _pixel_lines,
        "dx": _pixel_lines,
        "W1": _weight1_lines,
        "dW1": _weight1_lines,
        "loss": _loss_lines,
        "edge": _edge_lines,
    }[hit.area](frame, hit)
    return "\n".join(lines)


def _named(frame: Frame, name: str, *index: int) -> str:
    where = f"[{','.join(map(str, index))}]" if index else ""
    return f"{name}{where} = {exact(frame, name, *index)}"


def _scale(name: str, values: Array | None) -> list[str]:
    """Say where the colours of an array end; nothing while it is not known."""
    if values is None:
        return []
    text = _translate("Graph", "colours of {0} end at ±{1}")
    return [text.format(name, f"{largest(values):.3g}")]


def _unit_lines(frame: Frame, hit: Hit) -> list[str]:
    j = hit.unit if hit.unit is not None else frame.unit
    lines = [_translate("Graph", "unit {0}").format(j)]
    lines += [_named(frame, name, j) for name in ("z1", "a1", "da1", "dz1")]
    slope = frame.local_derivative[j]
    lines.append(f"da1/dz1 = {slope if 'a1' in frame.known else EM_DASH}")
    return lines


def _class_lines(frame: Frame, hit: Hit) -> list[str]:
    k = hit.label if hit.label is not None else frame.label
    lines = [_translate("Graph", "class {0}").format(k)]
    lines += [_named(frame, name, k) for name in ("z2", "y", "t", "dz2", "b2", "db2")]
    return lines


def _weight2_lines(frame: Frame, hit: Hit) -> list[str]:
    assert hit.unit is not None
    assert hit.label is not None
    names = ["W2", "dW2"] + (["W2_new"] if "W2_new" in frame.known else [])
    lines = [_named(frame, name, hit.unit, hit.label) for name in names]
    return [*lines, *_scale("W2", frame.array("W2")), *_scale("dW2", frame.array("dW2"))]


def _pixel_lines(frame: Frame, hit: Hit) -> list[str]:
    assert hit.pixel is not None
    row, column = divmod(hit.pixel, IMAGE_SIDE)
    where = _translate("Graph", "pixel {0}: row {1}, column {2}").format(hit.pixel, row, column)
    lines = [where, *(_named(frame, name, hit.pixel) for name in ("x", "dx"))]
    return [*lines, *_scale("dx", frame.array("dx"))]


def _weight1_lines(frame: Frame, hit: Hit) -> list[str]:
    assert hit.pixel is not None
    names = ["W1", "dW1"] + (["W1_new"] if "W1_new" in frame.known else [])
    lines = [_named(frame, name, hit.pixel, frame.unit) for name in names]
    lines.append(_named(frame, "x", hit.pixel))
    for name in ("W1", "dW1"):
        array = frame.array(name)
        column = None if array is None else array[:, frame.unit]
        lines += _scale(f"{name}[:,{frame.unit}]", column)
    return lines


def _loss_lines(frame: Frame, _hit: Hit) -> list[str]:
    lines = [f"L = {exact(frame, 'loss')}"]
    if "loss_after" in frame.known:
        after = _translate("Graph", "after the update")
        lines.append(f"L = {exact(frame, 'loss_after')} ({after})")
    return lines


def _edge_lines(frame: Frame, hit: Hit) -> list[str]:
    if hit.edge == 0:
        pixel = frame.strongest_pixel
        return [f"dx = {EM_DASH}"] if pixel is None else [_named(frame, "dx", pixel)]
    name, index = {1: ("z1", frame.unit), 2: ("a1", frame.unit), 3: ("z2", frame.label)}[
        hit.edge or 1
    ]
    return [_named(frame, name, index), _named(frame, f"d{name}", index)]


def description(frame: Frame) -> str:
    """Return the step that just ran and its main numbers, for who can't see the picture."""
    steps, step = len(frame.trace.steps), frame.step
    if step is None:
        return _translate("Graph", "Step 0 of {0}: nothing is computed yet.").format(steps)
    rule = _translate("Trace", step.rule)
    said = _translate("Graph", "Step {0} of {1}, {2} {3}: {4}.").format(
        frame.position, steps, step.node, step.phase, rule
    )
    numbers = []
    for name in step.computes:
        if name in ("loss", "loss_after"):
            numbers.append(f"L = {format_loss(frame.number(name))}")
        elif name == "y":
            text = _translate("Graph", "says {0} with {1}")
            share = percent(frame.number("y", frame.says or 0))
            numbers.append(text.format(frame.says, share))
        elif name in ("z1", "a1", "da1", "dz1"):
            numbers.append(f"{name}[{frame.unit}] = {signed(frame.number(name, frame.unit))}")
        elif name in ("z2", "dz2"):
            numbers.append(f"{name}[{frame.label}] = {signed(frame.number(name, frame.label))}")
        elif name == "dx" and (pixel := frame.strongest_pixel) is not None:
            numbers.append(f"dx[{pixel}] = {signed(frame.number('dx', pixel))}")
    return " ".join([said, *(f"{number}." for number in numbers)])
