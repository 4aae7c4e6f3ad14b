"""The words of an expression, checked before Python's parser sees them.

The parser knows a whole language and speaks of it in its errors; here are the few things that an
expression may hold, and a hint for each that people write instead.
"""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from bpcore.graph.operation import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 20_000
MAX_DEPTH = 1_000
"""Operations inside each other, as in a long sum. Parentheses are limited to a tenth of it."""

_TOKEN = re.compile(
    r" +|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<word>\w+)"
    r"|\*\*|[-+*/@(),]|(?P<unknown>.)"
)
_TYPED = str.maketrans("−×·÷", "-**/")
_HINTS = {
    "^": "a power is written **",
    "=": "write only what is on its right",
    "[": "give arrays as values of variables",
    "{": "use ( and )",
    ".": "a number is written 0.5, a function by its bare name",
}


def plain(text: str) -> str:
    """Return ``text`` in the parser's signs, character for character: ``*`` for ``×``."""
    if len(text) > MAX_LENGTH:
        raise GraphError(f"an expression may have {MAX_LENGTH:,} characters, not {len(text):,}")
    return re.sub(r"\s", " ", text.translate(_TYPED))


def check_tokens(text: str) -> None:
    """Raise GraphError if ``text`` holds what no expression does, or lacks what every one has.

    So much nesting as the parser can't do on a small stack is refused as well.
    """
    opened: list[int] = []
    pending = [0]  # signs before an operand and powers after it, in each parenthesis: they nest too
    depth = 0
    before, column = "", 0
    for token, column in _tokens(text):
        _check_neighbours(before, token, column)
        if token == "(":
            opened.append(column)
            pending.append(0)
            depth += 1
        elif token == ")":
            if not opened:
                raise refusal("this ) closes nothing", column)
            opened.pop()
            depth -= pending.pop() + 1
        elif token == "**" or (token in "+-" and before in _BEFORE_OPERAND):
            pending[-1] += 1
            depth += 1
        elif token in "+-*/@,":
            depth -= pending[-1]
            pending[-1] = 0
        if depth > MAX_DEPTH // 10:
            raise refusal("nested too deeply", column)
        before = token
    if not before:
        raise refusal("the expression is empty", 1)
    if opened:
        raise refusal("this ( is never closed", opened[-1])
    if before in _BEFORE_OPERAND:
        raise refusal(f"something is missing after {before}", column)


def _check_neighbours(before: str, token: str, column: int) -> None:
    if before in _BEFORE_OPERAND:
        empty_call = (before, token) == ("(", ")")
        if token in _AFTER_OPERAND and not empty_call:
            raise refusal(f"something is missing before {token}", column)
    elif token == "(" and not before.isidentifier():
        raise refusal("for a product write * before this (", column)
    elif token not in _BETWEEN:
        raise refusal(f"an operation is missing before {token}", column)


_AFTER_OPERAND = frozenset((")", ",", "*", "/", "@", "**"))
_BETWEEN = _AFTER_OPERAND | {"+", "-", "("}
_BEFORE_OPERAND = frozenset(("", "(", ",", "+", "-", "*", "/", "@", "**"))


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
        hint = f": for a product write {number} * {word}"
        raise refusal("a number runs into a word", column, hint)
    if not word.isidentifier():
        raise refusal(f"{word!r} is no name", column)
    if keyword.iskeyword(word):
        raise refusal(f"{word!r} can't be a name", column)
