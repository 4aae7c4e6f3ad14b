"""HTML and SVG as text. Whatever is no markup already is escaped, so that no name can be code."""

from __future__ import annotations

import html
import re

EMPTY = frozenset(
    ("br", "circle", "img", "line", "link", "meta", "path", "polygon", "rect", "source")
)
"""Elements that have no content, and no end."""

_UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What has no place in a document, however it is written."""


class Markup(str):
    """A text that is markup, as it stands."""

    __slots__ = ()


def escaped(text: str) -> Markup:
    """Return ``text`` so that it is shown as it is; what is markup already stays."""
    if isinstance(text, Markup):
        return text
    return Markup(html.escape(_UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text)))


def joined(*parts: str) -> Markup:
    """Return ``parts`` after one another, escaped."""
    return Markup("".join(map(escaped, parts)))


def tag(element: str, /, *content: str, **attributes: str | float | None) -> Markup:
    """Return an element with ``content``, escaped.

    In the name of an attribute ``_`` stands for ``-``, at its end for nothing: ``class_``. One that
    is None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if element in EMPTY:
        return Markup(f"<{element}{written}/>")
    return Markup(f"<{element}{written}>{joined(*content)}</{element}>")


def number(value: float) -> str:
    """Write a length as short as it is, to a hundredth: ``12.5``."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)
