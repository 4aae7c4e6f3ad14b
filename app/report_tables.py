"""The tables and lists of a report. Pure functions of numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting
from app.markup import Markup, joined, tag
from app.report_pictures import address, png
from app.report_style import LEVELS
from app.run_names import parameters
from app.widgets.confusion_words import share_text
from app.widgets.run_events import value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.evaluation import Evaluation
    from bpcore.recording import Event

    Bytes = npt.NDArray[np.uint8]

SIDE = 28
MOST_CHANGES = 200
"""Rows of the table of changes; how many more there are is said below it."""


def figures(rows: Sequence[tuple[str, str, str]]) -> Markup:
    """Return large numbers: what each is, how much, and what is to be known about it."""
    parts = (
        tag(
            "div",
            tag("dt", title),
            tag("dd", value, class_="figure"),
            *([tag("dd", more, class_="more")] if more else []),
        )
        for title, value, more in rows
    )
    return tag("dl", *parts, class_="figures")


def parameter_table(config: TrainingConfig) -> Markup:
    """Return the parameters with which a run began."""
    rows = [
        tag("tr", tag("th", title, scope="row"), tag("td", text))
        for title, text in parameters(config)
    ]
    caption = tag("caption", _tr("With which the run began."))
    return tag("table", caption, tag("tbody", *rows))


def change_table(events: Sequence[Event], titles: dict[str, str]) -> Markup:
    """Return the changes that were made during a run, where the charts mark them."""
    heads = (_tr("After iteration"), _tr("Parameter"), _tr("Value"))
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    rows = [
        tag(
            "tr",
            tag("td", formatting.count(event.iteration)),
            tag("td", titles.get(event.name, event.name)),
            tag("td", value_text(event.name, event.value)),
        )
        for event in events[:MOST_CHANGES]
    ]
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    left = len(events) - MOST_CHANGES
    if left <= 0:
        return table
    more = _tr("{0} more changes are not listed.").format(formatting.count(left))
    return joined(table, tag("p", more, class_="note"))


def confusion_table(evaluation: Evaluation) -> Markup:
    """Return how often each digit was read as each; the more mistakes, the stronger the tone."""
    counts = evaluation.confusion.tolist()
    most = max(counts[i][j] for i in range(len(counts)) for j in range(len(counts)) if i != j)
    corner = tag("th", tag("span", _tr("label ↓ reading →")), scope="col")
    heads = (tag("th", str(digit), scope="col") for digit in range(len(counts)))
    rows = (
        tag(
            "tr",
            tag("th", str(label), scope="row"),
            *(
                tag("td", formatting.count(count), class_=_tone(count, most, label == reading))
                for reading, count in enumerate(row)
            ),
        )
        for label, row in enumerate(counts)
    )
    caption = tag(
        "caption",
        _tr("How often each digit (row) was read as each (column). The diagonal is right."),
    )
    body = joined(tag("thead", tag("tr", corner, *heads)), tag("tbody", *rows))
    return tag("div", tag("table", caption, body, class_="matrix"), class_="scroll")


def _tone(count: int, most: int, right: bool) -> str:
    if right:
        return "right"
    return f"m{max(math.ceil(LEVELS * math.sqrt(count / most)), 1)}" if count else "none"


def digit_table(evaluation: Evaluation) -> Markup:
    """Return precision and recall of each digit."""
    heads = (_tr("Digit"), _tr("Examples"), _tr("Precision"), _tr("Recall"))
    totals = evaluation.confusion.sum(axis=1).tolist()
    rows = (
        tag(
            "tr",
            tag("th", str(digit), scope="row"),
            tag("td", formatting.count(total)),
            tag("td", share_text(float(evaluation.precision[digit]))),
            tag("td", share_text(float(evaluation.recall[digit]))),
        )
        for digit, total in enumerate(totals)
    )
    caption = _tr(
        "Precision: of what was read as the digit, the share that is one. Recall: of all examples "
        "of the digit, the share that was read so."
    )
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in heads)))
    table = tag("table", tag("caption", caption), head, tag("tbody", *rows), class_="numbers")
    return tag("div", table, class_="scroll")


def mistake_list(evaluation: Evaluation, images: Bytes, most: int) -> Markup:
    """Return the worst mistakes: digits of ``images`` (N, 784) with what was read in them."""
    items = []
    for index in evaluation.mistakes()[:most].tolist():
        label, reading = int(evaluation.labels[index]), int(evaluation.readings[index])
        surely = formatting.share(float(evaluation.probabilities[index, reading]))
        picture = tag(
            "img",
            src=address(png(images[index].reshape(SIDE, SIDE))),
            alt=_tr("A {0}, read as {1}").format(label, reading),
            width=84,
            height=84,
        )
        arrow = joined(str(label), " → ", tag("b", f"✗ {reading}"))
        facts = _tr("{0} sure, digit {1}").format(surely, formatting.count(index))
        items.append(
            tag(
                "li", picture, tag("span", arrow, class_="wrong"), tag("span", facts, class_="sure")
            )
        )
    return tag("ul", *items, class_="mistakes")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Report", text)
