"""The variables of an expression, before any of them has a value."""

from __future__ import annotations

import re
from unicodedata import normalize

from bpcore.graph.expression import CONSTANTS, FUNCTIONS, parse_expression
from bpcore.graph.tokens import plain

_WORD = re.compile(r"\b\w+\b(?!\s*\()")


def expression_names(text: str) -> tuple[str, ...]:
    """Return the names that need a value in ``text``, in the order in which they stand there.

    Functions and constants need none.

    Raises
    ------
    GraphError
        With the ``column`` at which the text is not understood, too deep or too long.
    """
    words = (normalize("NFKC", word) for word in _WORD.findall(plain(text)))
    # Not all of these need be names, but all names are among them; the graph has no others.
    candidates = {word: 1.0 for word in words if word not in FUNCTIONS and word not in CONSTANTS}
    graph = parse_expression(text, candidates)
    return tuple(leaf.name for leaf in graph.leaves if not leaf.constant)
