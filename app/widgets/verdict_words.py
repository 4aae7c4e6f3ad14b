"""What was found of the guilty layer, in words: pure functions of the engine's values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from app.formatting import EM_DASH, count, scientific

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bpcore.bugs import Bug
    from bpcore.finding import Finding
    from bpcore.suspects import Hearing, Verdict

LOSS = "SoftmaxWithLoss"
Mood = Literal["blank", "guilty", "clean"]


@dataclass(frozen=True)
class Said:
    """A line: the name of a gradient, what is said of it, a number, and whether it agrees."""

    name: str
    text: str
    number: str = ""
    agrees: bool | None = None
    tip: str = ""

    @property
    def spoken(self) -> str:
        """The line as text."""
        mark = {True: " ✓", False: " ✗", None: ""}[self.agrees]
        return " ".join(part for part in (self.name, self.text, self.number) if part) + mark


@dataclass(frozen=True)
class Link:
    """A layer of the chain; ``gets_wrong`` if what comes to it from the loss is wrong."""

    name: str
    is_guilty: bool = False
    gets_wrong: bool = False


@dataclass(frozen=True)
class VerdictWords:
    """All that stands in the box; ``chain`` has the layers from the first to the loss."""

    mood: Mood
    title: str
    headline: str
    lines: tuple[Said, ...] = ()
    sentence: str = ""
    chain: tuple[Link, ...] = ()

    @property
    def layers(self) -> str:
        """The chain as text."""
        return " ← ".join(link.name for link in self.chain)

    @property
    def spoken(self) -> str:
        """The box as one text."""
        parts = (
            self.title,
            self.headline,
            *(line.spoken for line in self.lines),
            self.sentence,
            self.layers,
        )
        return "\n".join(part for part in parts if part)


def verdict_words(verdict: Verdict | None, bug: Bug | None, *, busy: bool) -> VerdictWords:
    """Put into words what was found with ``bug`` on, or with none."""
    if busy or verdict is None:
        return _blank(bug, busy=busy)
    guilty, chain = verdict.guilty, _chain(verdict.hearings)
    if guilty is None:
        title, sentence = _tr("Guilty layer: none"), _why_clean(bug)
        return VerdictWords("clean", title, _tr("All layers agree"), (), sentence, chain)
    lines = tuple(_lines(guilty))
    if guilty.going_in is None:
        # Which of the two is right, no comparison of one with the other can tell.
        headline = guilty.layer
        sentence = _tr("Its backward is not the gradient of its loss.")
    else:
        headline = f"{guilty.layer}.backward"
        sentence = _tr("So the fault is inside {0}.").format(guilty.layer)
    return VerdictWords("guilty", _tr("Guilty layer"), headline, lines, sentence, chain)


def _blank(bug: Bug | None, *, busy: bool) -> VerdictWords:
    title = _tr("Guilty layer")
    if busy:
        text = _tr(
            "The layer at fault is being found out: what goes into each one is checked, and what "
            "comes out."
        )
        return VerdictWords("blank", title, _tr("looking …"), (), text)
    if bug is None:
        text = _tr(
            "Switch a bug on: the layer at fault is found by the gradient that goes into each "
            "layer, and what comes out of it."
        )
    else:
        text = _tr(
            "Run the check: it looks for the layer that gets a right gradient and passes on a "
            "wrong one."
        )
    return VerdictWords("blank", title, EM_DASH, (), text)


def _why_clean(bug: Bug | None) -> str:
    if bug is None:
        return _tr("Each layer gets a right gradient and passes on a right one.")
    if bug.harmless:
        return _tr(
            "The bug is on and harmless: at exactly 0 a Relu has no derivative, so that 0 and 1 "
            "are both right. The check leaves out such kinks."
        )
    return _tr(
        "The bug is on, but on this batch it makes no difference: try other images, or more of "
        "them. A batch of one hides a mistake in how images are added up."
    )


def _lines(guilty: Hearing) -> Iterable[Said]:
    if guilty.going_in is None:
        yield Said("", _tr("It is the loss: nothing goes in."))
    else:
        yield _said(guilty.going_in, _tr("agrees going in,"), _tr("differs going in,"))
    wrong = [finding for finding in guilty.coming_out if finding.differs]
    for finding in wrong or guilty.coming_out[:1]:
        yield _said(finding, _tr("agrees coming out,"), _tr("differs coming out,"))
    if guilty.overwrote:
        name = guilty.going_in.name if guilty.going_in is not None else "dout"
        text = _tr("was overwritten by the layer.")
        yield Said(name, text, agrees=False)


def _said(finding: Finding, agrees: str, differs: str) -> Said:
    mean = finding.mean_absolute_difference
    number = EM_DASH if math.isnan(mean) else scientific(mean)
    tip = _tr("mean |backprop − numerical| of {0} elements, {1} at a kink left out").format(
        count(finding.count), count(finding.kinks)
    )
    text = differs if finding.differs else agrees
    return Said(finding.name, text, number, not finding.differs, tip)


def _chain(hearings: Iterable[Hearing]) -> tuple[Link, ...]:
    """Return the layers in the order of the forward pass."""
    links = []
    for hearing in hearings:
        name = _tr("Loss") if hearing.layer == LOSS else hearing.layer
        wrong = hearing.going_in is not None and hearing.going_in.differs
        links.append(Link(name, hearing.guilty, wrong))
    return tuple(reversed(links))


def _tr(text: str) -> str:
    return QCoreApplication.translate("BugVerdict", text)
