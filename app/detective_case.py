"""What is known of a secret bug: accusations and hints, and the points that they cost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

from bpcore.bug_effects import BugEffect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.bugs import DiffLine

FULL_SCORE = 100
WRONG = 20
"""What an accusation costs that is not right; one that is half right tells more than a hint."""


class Group(Enum):
    """The kinds of layers that the first hint tells apart."""

    AFFINE = auto()
    ACTIVATION = auto()
    LOSS = auto()


class Clue(Enum):
    """What a hint can tell, in the order in which they are given; the value is what it costs."""

    GROUP = 10
    LAYER = 15
    METHOD = 20
    CODE = 25


class Ending(Enum):
    """How a case ended."""

    SOLVED = auto()
    GIVEN_UP = auto()


Suspect: TypeAlias = BugEffect
"""A bug in a layer where it can be, and shows."""


def group_of(suspect: Suspect) -> Group:
    """Return whether it would sit in an Affine, an activation or the loss."""
    groups = {"Affine": Group.AFFINE, "SoftmaxWithLoss": Group.LOSS}
    return groups.get(suspect.kind, Group.ACTIVATION)


def told_by(clue: Clue, secret: Suspect) -> object:
    """Return what ``clue`` would tell of this ``secret``; of the code nothing is compared."""
    match clue:
        case Clue.GROUP:
            return group_of(secret)
        case Clue.LAYER:
            return secret.layer
        case Clue.METHOD:
            return secret.method, secret.outputs
        case Clue.CODE:
            return None


@dataclass(frozen=True)
class Answer:
    """What an accusation of ``key`` in ``layer`` found out."""

    layer: str
    key: str
    right_layer: bool
    right_bug: bool

    @property
    def is_right(self) -> bool:
        """Whether that was the secret."""
        return self.right_layer and self.right_bug

    @property
    def cost(self) -> int:
        """The points that it cost."""
        return 0 if self.is_right else WRONG

    def allows(self, suspect: Suspect) -> bool:
        """Tell whether it can still be ``suspect`` after this answer."""
        found = suspect.layer == self.layer, suspect.key == self.key
        return found == (self.right_layer, self.right_bug)


@dataclass(frozen=True)
class Hint:
    """What a hint told: ``told`` is what the clue tells of the secret."""

    clue: Clue
    told: object

    @property
    def cost(self) -> int:
        """The points that it cost."""
        return self.clue.value

    def allows(self, suspect: Suspect) -> bool:
        """Tell whether it can still be ``suspect`` after this hint."""
        return told_by(self.clue, suspect) == self.told


@dataclass(frozen=True)
class Case:
    """All that may be shown of a case: it holds the secret only once it has ended.

    Attributes
    ----------
    parameters, suspects
        Of the network: what the check compares, and every bug in every layer where it shows.
    trace
        The parameters that differ, as the table shows them to everybody.
    silent
        How many bugs the network can have that change no gradient of the batch.
    events
        Accusations and hints, in their order.
    lines
        The difference from the right code, once a hint or the end has told it.
    """

    parameters: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    trace: tuple[str, ...]
    silent: int = 0
    events: tuple[Answer | Hint, ...] = ()
    lines: tuple[DiffLine, ...] = ()
    ending: Ending | None = None
    secret: Suspect | None = None

    @property
    def counts(self) -> bool:
        """Whether it stands in the record: not where few bugs show, as with a single digit."""
        return 2 * self.silent <= len({suspect.key for suspect in self.suspects})

    @property
    def score(self) -> int:
        """Points left, 0 to 100; whoever gives up has none."""
        if self.ending is Ending.GIVEN_UP:
            return 0
        return max(FULL_SCORE - sum(event.cost for event in self.events), 0)

    @property
    def possible(self) -> tuple[Suspect, ...]:
        """The suspects that no answer and no hint has ruled out."""
        return tuple(s for s in self.suspects if all(event.allows(s) for event in self.events))

    @property
    def next_clue(self) -> Clue | None:
        """What the next hint would tell: the first clue that is not known already, if any.

        It adds to the free trace; only where no clue can, it tells what the trace does.
        """
        if any(isinstance(event, Hint) and event.clue is Clue.CODE for event in self.events):
            return None
        possible = self.possible
        alike = [suspect for suspect in possible if suspect.differing == self.trace]
        return self._first_clue(alike) or self._first_clue(possible)

    def _first_clue(self, suspects: Sequence[Suspect]) -> Clue | None:
        """Return the first clue that tells one of ``suspects`` from another."""
        given = {event.clue for event in self.events if isinstance(event, Hint)}
        for clue in Clue:
            known = {s.key if clue is Clue.CODE else told_by(clue, s) for s in suspects}
            if clue not in given and len(known) > 1:
                return clue
        return None

    def answer_to(self, layer: str, key: str) -> Answer | None:
        """Return what was found when that was accused before; None if it never was."""
        answers = (event for event in self.events if isinstance(event, Answer))
        return next((answer for answer in answers if names(answer, layer, key)), None)


@dataclass(frozen=True)
class Record:
    """Cases that ended: how many, how many were solved, points in all and in the best one."""

    cases: int = 0
    solved: int = 0
    total: int = 0
    best: int | None = None

    def after(self, case: Case) -> Record:
        """Return the record with a ``case`` that has ended, if that one counts."""
        if not case.counts:
            return self
        solved = case.ending is Ending.SOLVED
        best = max(self.best or 0, case.score) if solved else self.best
        return Record(self.cases + 1, self.solved + solved, self.total + case.score, best)


def names(named: Suspect | Answer, layer: str, key: str) -> bool:
    """Tell whether that is the bug ``key`` in ``layer``."""
    return (named.layer, named.key) == (layer, key)
