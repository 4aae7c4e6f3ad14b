"""What all operations of a computational graph share, and the error of everything about graphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np

from bpcore.layers import Array

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

InputGradients: TypeAlias = Array | tuple[Array, ...]


class GraphError(ValueError):
    """A graph, an expression or a value that can't be used; the message says where and why.

    Attributes
    ----------
    node
        Name of the node that failed; "" if it is no node's fault.
    column
        Where in the text of an expression, from 1; None elsewhere.
    """

    def __init__(self, message: str, *, node: str = "", column: int | None = None) -> None:
        super().__init__(message)
        self.node = node
        self.column = column


class Operation:
    """A node's arithmetic. It keeps nothing: all that ``backward`` needs is handed to it.

    Attributes
    ----------
    forward
        Takes the inputs, arrays whose shapes broadcast, and returns the output.
    backward
        Takes the upstream gradient ``dout`` (of the output's shape), the inputs and the output;
        returns the downstream gradients, upstream × local derivative: one array, or a tuple of one
        per input. Where an input was broadcast, the graph adds up what comes back to its elements.
    name
        As the function is called: ``"exp"``.
    symbol
        What is drawn inside the node.
    what
        The forward step in words.
    rule
        The backward step in words.
    makes
        The output as mathematics, with ``{0}``, ``{1}`` for the inputs.
    hands_back
        The downstream gradient of each input, with ``{d}`` for upstream, ``{y}`` for the output,
        and ``{0}``, ``{1}`` for the first two inputs; a single one holds for every input.
    arity
        How many inputs there can be, at least and at most.
    """

    forward: Callable[..., Array]
    backward: Callable[..., InputGradients]
    name: ClassVar[str]
    symbol: ClassVar[str]
    what: ClassVar[str]
    rule: ClassVar[str]
    makes: ClassVar[str]
    hands_back: ClassVar[tuple[str, ...]]
    arity: ClassVar[tuple[int, float]] = (1, 1)

    def __init_subclass__(cls) -> None:
        cls.name = cls.__name__.lower()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def gradients(self, dout: Array, inputs: tuple[Array, ...], out: Array) -> tuple[Array, ...]:
        """Return a downstream gradient per input."""
        result = self.backward(dout, *inputs, out)
        return result if isinstance(result, tuple) else (result,)

    def local_derivatives(self, inputs: tuple[Array, ...], out: Array) -> tuple[Array, ...]:
        """Return, per input, what upstream is multiplied by: what becomes of an upstream of 1."""
        return self.gradients(np.ones_like(out), inputs, out)

    def formula(self, names: tuple[str, ...]) -> str:
        """Return the output as mathematics, in the ``names`` of the inputs."""
        called = re.match(r"\w+\(\{0\}", self.makes)
        return self.makes.format(*(names if called else map(closed, names)))

    def gradient_formula(self, position: int, names: tuple[str, ...], out: str, d: str) -> str:
        """Return the gradient handed to the input at ``position``, in the names of the values.

        ``out`` is the name of the output and ``d`` that of upstream.
        """
        template = self.hands_back[min(position, len(self.hands_back) - 1)]
        return template.format(*map(closed, names[:2]), d=d, y=closed(out))

    def complaint(self, *inputs: Array) -> str:
        """Say why the output for these inputs is not a finite number."""
        values = ", ".join(map(numbers, inputs))
        return f"{self.name}({values}) is too large for a {inputs[0].dtype}"


def gradient_name(name: str) -> str:
    """Return what the gradient with respect to a value is called: ``"dx"``, ``"d(−x)"``."""
    return f"d{name}" if _NAME.fullmatch(name) else f"d({name})"


def closed(name: str) -> str:
    """Return ``name``, in parentheses unless it is one word, one number or one call."""
    if _WORD.fullmatch(name) or (_CALL.match(name) and _closes_at_its_end(name)):
        return name
    return f"({name})"


def _closes_at_its_end(name: str) -> bool:
    """Say whether the first parenthesis is closed by the last character."""
    depth = 0
    for place, character in enumerate(name):
        depth += (character == "(") - (character == ")")
        if character == ")" and depth == 0:
            return place == len(name) - 1
    return False


_NAME = re.compile(r"[^\W\d]\w*(\[[\w,]*\])?")
_WORD = re.compile(r"[\w.]+′*(\[[\w,]*\])?")
_CALL = re.compile(r"\w*\(")


def numbers(x: Array, wrong: npt.NDArray[np.bool_] | None = None) -> str:
    """Return what an error says of an input: its number, the first wrong one, or their range."""
    if x.size == 1:
        text = f"{x.item():.6g}"
    elif wrong is not None and wrong.any():
        place = np.unravel_index(int(wrong.argmax()), x.shape)
        text = f"{x[place]:.6g} (at {list(map(int, place))})"
    else:
        text = f"{x.size} numbers from {x.min():.6g} to {x.max():.6g}"
    return text.replace("-", "−")
