"""The source of the code that runs, and which of its lines does what."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Code:
    """A method as it stands in its file, without its indentation.

    ``running`` is the index in ``lines`` of the line that did what a step shows; the first of
    ``lines`` is line ``first_line`` of ``file``.
    """

    file: str
    name: str
    first_line: int
    lines: tuple[str, ...]
    running: int


@cache
def code_of(method: Callable[..., Any], target: str, otherwise: str = "") -> Code:
    """Return the source of ``method``, running at the last line that writes ``target``.

    ``target`` is a name as the source spells it: ``"dx"``, ``"self.dW"``. Written means assigned,
    alone or among others, updated, assigned in part (``dx[mask] = 0``) or given as ``out=``; and
    ``"return"`` is what a ``return`` writes. If the method never writes it, ``otherwise`` counts.
    """
    lines, first_line = inspect.getsourcelines(method)
    source = textwrap.dedent("".join(lines))
    written = list(_writes(source))
    writing = [line for line, name in written if name == target]
    writing = writing or [line for line, name in written if name == otherwise]
    if not writing:
        raise ValueError(f"{method.__qualname__} never writes {target}")
    return Code(
        file=Path(inspect.getsourcefile(method) or "").name,
        name=method.__qualname__,
        first_line=first_line,
        lines=tuple(source.rstrip().splitlines()),
        running=max(writing),
    )


def _writes(source: str) -> Iterator[tuple[int, str]]:
    """Give the line, from 0, and the spelling of everything that ``source`` writes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt | ast.expr):
            for target in _written_by(node):
                whole = target.value if isinstance(target, ast.Subscript) else target
                yield node.lineno - 1, ast.unparse(whole)
            if isinstance(node, ast.Return):
                yield node.lineno - 1, "return"


def _written_by(node: ast.stmt | ast.expr) -> list[ast.expr]:
    match node:
        case ast.Assign():
            return [name for target in node.targets for name in getattr(target, "elts", [target])]
        case ast.AugAssign() | ast.AnnAssign(value=ast.expr()):
            return [node.target]
        case ast.Call():
            return [keyword.value for keyword in node.keywords if keyword.arg == "out"]
        case _:
            return []
