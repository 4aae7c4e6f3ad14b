from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.markup import Markup, escaped, joined, number, tag

TEXTS = st.text(st.characters(codec="utf-16", exclude_characters="\r"))


@given(text=TEXTS, value=TEXTS)
def test_whatever_the_text_it_stays_one_element_with_that_text(text: str, value: str) -> None:
    element = ElementTree.fromstring(tag("p", text, title=value))
    assert (element.tag, len(element), list(element.attrib)) == ("p", 0, ["title"])
    assert (element.text or "") == readable(text)
    assert element.text == ElementTree.fromstring(f"<p>{escaped(text)}</p>").text


def readable(text: str) -> str:
    """Return what a document can hold of ``text``."""
    return "".join(c if is_readable(c) else "\ufffd" for c in text)


def is_readable(c: str) -> bool:
    return c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"


@pytest.mark.parametrize("text", ["<script>x</script>", "a & b", '"it\'s"'])
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list) -> None:
            found.append(f"{tag} {attrs}")

        def handle_data(self, data: str) -> None:
            found.append(data)

    Reader().feed(tag("p", text, title=text))
    assert "".join(found) == f"p {[('title', text)]}{text}"


def test_what_is_markup_is_not_escaped_again() -> None:
    inner = tag("b", "<")
    assert tag("p", "<", inner) == "<p>&lt;<b>&lt;</b></p>"
    assert joined("&", Markup("&amp;")) == "&amp;&amp;"


def test_attributes_are_named_as_in_a_page() -> None:
    written = tag("circle", class_="a", stroke_width=1.5, r=2, fill=None)
    assert written == '<circle class="a" stroke-width="1.5" r="2"/>'


@pytest.mark.parametrize("unreadable", ["\x00", "\x1b", "\ud800", "\uffff"])
def test_what_no_document_can_hold_is_replaced(unreadable: str) -> None:
    assert tag("p", f"a{unreadable}b") == "<p>a\N{REPLACEMENT CHARACTER}b</p>"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.001, "0"), (-0.5, "-0.5"), (100, "100"), (12.345, "12.35"), (-10, "-10")],
)
def test_lengths_are_as_short_as_they_are(value: float, text: str) -> None:
    assert number(value) == text
