"""The words of an expression, checked before Python's parser sees them.

The parser knows a whole language and speaks of it in its errors; here are the few things that an
expression may hold, and a hint for each that people write instead.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpcore.graph.operation import GraphError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

MAX_LENGTH = 20_000
MAX_DEPTH = 1_000
"""Operations inside each other, as in a long sum."""
MAX_NESTING = 100
"""Parentheses, signs and powers inside each other."""

_TOKEN = re.compile(
    r" +|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<word>\w+)"
    r"|\*\*|[-+*/@(),]|(?P<unknown>.)"
)
_TYPED = str.maketrans("−–×·⋅∗÷", "--****/")
_TYPED |= {0xFF00 + i: 0x20 + i for i in range(1, 95)}  # full width, as Japanese keyboards type
_HINTS = {
    "^": "a power is written **",
    "=": "write only what is on its right",
    "[": "give arrays as values of variables",
    "{": "use ( and )",
    ".": "a number is written 0.5, a function by its bare name",
    "√": "a square root is written sqrt( )",
}


def plain(text: str) -> str:
    """Return ``text`` in the parser's signs, character for character: ``*`` for ``×``."""
    if len(text) > MAX_LENGTH:
        raise GraphError(f"an expression may have {MAX_LENGTH:,} characters, not {len(text):,}")
    return re.sub(r"\s", " ", text.translate(_TYPED))


@dataclass
class _Group:
    """What is open inside one parenthesis, or outside of all."""

    column: int
    call: bool = False
    nested: int = 0
    """Signs before the present operand and powers after it: they nest to the right."""
    sums: int = 0
    products: int = 0
    longest: int = 0
    """Operations in a row, which nest to the left: sums, and the products in one of their terms."""


def check_tokens(text: str, functions: Container[str]) -> None:
    """Raise GraphError if ``text`` holds what no expression does, or lacks what every one has.

    So much nesting as Python's parser can't do on a stack of half a megabyte is refused as well.
    """
    groups = [_Group(0)]
    before, column = "", 0
    for token, column in _tokens(text):
        _check_neighbours(before, token, column, functions)
        group = groups[-1]
        if token == "(":
            groups.append(_Group(column, call=before.isidentifier()))
            _check_nesting(groups, column)
        elif token == ")":
            if len(groups) == 1:
                raise refusal("this ) closes nothing", column)
            groups.pop()
        elif token == "**" or (token in "+-" and before in _BEFORE_OPERAND):
            group.nested += 1
            _check_nesting(groups, column)
        elif token == ",":
            if not group.call:
                hint = ": it only separates arguments, a number is written 0.5"
                raise refusal("this comma does not belong here", column, hint)
            groups[-1] = _Group(group.column, call=True)
        elif token in "+-*/@":
            group.nested = 0
            group.products = 0 if token in "+-" else group.products + 1
            group.sums += token in "+-"
            group.longest = max(group.longest, group.products)
            _check_rows(groups, column)
        before = token
    if not before:
        raise refusal("the expression is empty", 1)
    if len(groups) > 1:
        raise refusal("this ( is never closed", groups[-1].column)
    if before in _BEFORE_OPERAND:
        raise refusal(f"something is missing after {before}", column)


def _check_nesting(groups: list[_Group], column: int) -> None:
    if len(groups) - 1 + sum(group.nested for group in groups) > MAX_NESTING:
        raise refusal(f"nested more than {MAX_NESTING} deep", column)


def _check_rows(groups: list[_Group], column: int) -> None:
    if sum(group.sums + group.longest for group in groups) > MAX_DEPTH:
        raise refusal(f"more than {MAX_DEPTH:,} operations inside each other", column)


def _check_neighbours(before: str, token: str, column: int, functions: Container[str]) -> None:
    if before in _BEFORE_OPERAND:
        if (before, token) == ("/", "/"):
            raise refusal("there is no //", column, ": a division is written /")
        if token in _AFTER_OPERAND:
            raise refusal(f"something is missing before {token}", column)
    elif token == "(" and not before.isidentifier():
        raise refusal("for a product write * before this (", column)
    elif token not in _BETWEEN:
        hint = f": write {before}( )" if before in functions else ": for a product write *"
        raise refusal(f"an operation is missing before {shortened(token)}", column, hint)


_AFTER_OPERAND = frozenset((")", ",", "*", "/", "@", "**"))
_BETWEEN = _AFTER_OPERAND | {"+", "-", "("}
_BEFORE_OPERAND = frozenset(("", "(", ",", "+", "-", "*", "/", "@", "**"))


def shortened(text: str) -> str:
    """Return ``text`` as an error quotes it: the beginning of a long one."""
    return text if len(text) <= 40 else f"{text[:39]}…"


def refusal(what: str, column: int, more: str = "") -> GraphError:
    """Return the error that says what is wrong at a column, counted from 1."""
    return GraphError(f"{what} at column {column}{more}", column=column)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Give every token and its column, from 1."""
    number = ""
    for found in _TOKEN.finditer(text):
        token, kind = found[0], found.lastgroup
        column = found.start() + 1
        if kind == "word":
            _check_word(token, column, number)
        elif kind == "unknown":
            hint = f": {_HINTS[token]}" if token in _HINTS else ""
            raise refusal(f"unknown sign {token!r}", column, hint)
        number = token if kind == "number" else ""
        if token[0] != " ":
            yield token, column


def _check_word(word: str, column: int, number: str) -> None:
    if number:
        hint = f": for a product write {shortened(number)} * {shortened(word)}"
        odd = word.startswith("_") or number == "0"
        raise refusal("a number runs into a word", column, "" if odd else hint)
    if not word.isidentifier():
        hint = ": a power is written x ** 2" if set("²³⁴⁵⁶⁷⁸⁹") & set(word) else ""
        raise refusal(f"{shortened(word)!r} is no name", column, hint)
    if keyword.iskeyword(word):
        raise refusal(f"{word!r} can't be a name", column)
