"""Calls of a class that somebody wrote: what goes wrong becomes one sentence."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from bpcore.layers import Array

MAX_WORDS = 200
"""Characters of what an exception says that are repeated."""

LARGEST = 1e100
"""Numbers beyond this can't be compared without overflow."""

GIVEN = ("W", "b")
"""What a layer can be made with."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class LayerError(Exception):
    """What is wrong with a layer, as what follows the name of its file and a colon."""


class Called:
    """A class with ``forward`` and ``backward``.

    Raises
    ------
    LayerError
        If it can't be made without arguments or with ``(W, b)``; so do its methods, for whatever
        the class raises.
    """

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self.name = plain(cls.__name__, 60)
        needed = self._needed(cls)
        weights = [name.lower()[:1] for name in needed] == ["w", "b"]
        if needed and not weights:
            raise LayerError(
                f"{self.name} needs ({plain(', '.join(needed), 80)}) to be made; it has to need "
                "nothing, or a weight matrix and a bias (W, b)"
            )
        self.takes_parameters = weights

    def made(self, parameters: Mapping[str, Array]) -> Any:
        """Return a new object, with copies of the parameters by name."""
        own = {name: array.copy() for name, array in parameters.items()}
        given = [own.pop(name) for name in GIVEN] if self.takes_parameters else []
        layer = self.call("__init__", self._cls, *given)
        for name, array in own.items():
            self.call("__setattr__", setattr, layer, name, array)
        return layer

    def own_arrays(self, layer: Any) -> dict[str, Array]:
        """Return copies of the arrays of real numbers that ``layer`` keeps, by name."""
        kept = getattr(layer, "__dict__", None)
        return {
            name: np.array(value, np.float64, subok=False)
            for name, value in (dict(kept) if isinstance(kept, dict) else {}).items()
            if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size
        }

    def is_loss(self, parameters: Mapping[str, Array]) -> bool:
        """Return whether ``forward`` takes answers ``t`` besides ``x``."""
        needed = self._needed(self.made(parameters).forward)
        if len(needed) > 2:
            raise LayerError(
                f"{self.name}.forward needs ({plain(', '.join(needed), 80)}); a layer's needs x, "
                "a loss's x and t"
            )
        return len(needed) == 2

    def backward_needs_dout(self, layer: Any) -> bool:
        """Return whether ``backward`` of a loss can't be called without its argument."""
        return bool(self._needed(layer.backward))

    def gradients(self, layer: Any, names: Collection[str]) -> dict[str, Any]:
        """Return what it keeps as the gradients of parameters after ``backward``, by their name."""
        found = {name: getattr(layer, f"d{name}", None) for name in names}
        listed = getattr(layer, "grads", None)
        if self.takes_parameters and isinstance(listed, list | tuple) and len(listed) == len(GIVEN):
            for name, value in zip(GIVEN, listed, strict=True):
                found[name] = value if found.get(name) is None else found[name]
        return {name: value for name, value in found.items() if value is not None}

    def numbers(
        self, method: str, function: Callable[..., Any], *arguments: Any
    ) -> tuple[Array, np.dtype[Any]]:
        """Return what ``function`` returns as numbers, a copy, and of which type they were."""
        value = self.call(method, function, *arguments)
        return numbers_of(f"what {self.name}.{method} returns", value)

    def call(self, method: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call one of its methods."""
        try:
            return function(*arguments)
        except MemoryError:
            raise
        except BaseException as error:
            where = f"{self.name}.{method}"
            line = line_of(error, _file_of(self._cls))
            raise LayerError(told(error, where + (f", line {line}" if line else ""))) from None

    def _needed(self, function: Callable[..., Any]) -> list[str]:
        """Return the names of the arguments that ``function`` can't do without."""
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return []
        given = (*_POSITIONAL, inspect.Parameter.KEYWORD_ONLY)
        return [p.name for p in parameters if p.default is p.empty and p.kind in given]


def numbers_of(what: str, value: Any) -> tuple[Array, np.dtype[Any]]:
    """Return a copy of ``value`` in float64, and of which type it was.

    Raises
    ------
    LayerError
        If it is no array of real, finite numbers.
    """
    if value is None:
        raise LayerError(f"{what} is None: is a return missing?")
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        numbers = np.array(array, np.float64, subok=False)
    except MemoryError:
        raise
    except BaseException:
        kind = plain(type(value).__name__, 60)
        raise LayerError(f"{what} is no array of numbers, but of the type {kind}") from None
    if not (np.abs(numbers) <= LARGEST).all():  # neither is NaN
        raise LayerError(f"{what} holds NaN or infinity")
    return numbers, array.dtype


def require_shape(what: str, array: Array, like: str, shape: tuple[int, ...]) -> None:
    """Raise a LayerError unless ``array`` has ``shape``, which is that of ``like``."""
    if array.shape != shape:
        raise LayerError(
            f"{what} has the shape {array.shape}, but {like} has {shape}: they have to be the same"
        )


def told(error: BaseException, where: str) -> str:
    """Return one sentence about an exception, that begins with ``where`` it was raised."""
    if isinstance(error, SystemExit):
        return f"{where}: it calls exit, and so it ends before it can be checked"
    if isinstance(error, ModuleNotFoundError):
        return f"{where}: it imports {plain(error.name, 60)}, which is not installed here"
    try:
        words = plain(str(error), MAX_WORDS)
    except BaseException:
        words = ""
    kind = plain(type(error).__name__, 60)
    return f"{where}: {kind}: {words}" if words else f"{where}: {kind}"


def plain(text: object, most: int) -> str:
    """Return ``text`` on one line, without what can't be printed, cut to ``most`` characters."""
    characters = str(text)[: 10 * most]
    words = " ".join("".join(c if c.isprintable() else " " for c in characters).split())
    return words if len(words) <= most else words[: most - 1] + "…"


def line_of(error: BaseException, file: str) -> int | None:
    """Return the last line of ``file`` that was being run when ``error`` was raised."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _file_of(cls: type) -> str:
    code = getattr(cls.__dict__.get("forward"), "__code__", None)
    return getattr(code, "co_filename", "")
