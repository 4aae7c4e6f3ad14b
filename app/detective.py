"""A secret bug, and what is known of it: accusations, hints and the points that they cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

from bpcore.bug_effects import BugEffect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

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
    events
        Accusations and hints, in their order.
    lines
        The difference from the right code, once a hint or the end has told it.
    """

    parameters: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    events: tuple[Answer | Hint, ...] = ()
    lines: tuple[DiffLine, ...] = ()
    ending: Ending | None = None
    secret: Suspect | None = None

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
        """What the next hint would tell: the first clue that is not known already, if any."""
        given = {event.clue for event in self.events if isinstance(event, Hint)}
        possible = self.possible
        for clue in Clue:
            known = {s.key if clue is Clue.CODE else told_by(clue, s) for s in possible}
            if clue not in given and len(known) > 1:
                return clue
        return None

    def answer_to(self, layer: str, key: str) -> Answer | None:
        """Return what was found when that was accused before; None if it never was."""
        answers = (event for event in self.events if isinstance(event, Answer))
        return next((answer for answer in answers if _names(answer, layer, key)), None)


@dataclass(frozen=True)
class Record:
    """Cases that ended: how many, how many were solved, points in all and in the best one."""

    cases: int = 0
    solved: int = 0
    total: int = 0
    best: int | None = None

    def after(self, case: Case) -> Record:
        """Return the record with a ``case`` that has ended."""
        solved = case.ending is Ending.SOLVED
        best = max(self.best or 0, case.score) if solved else self.best
        return Record(self.cases + 1, self.solved + solved, self.total + case.score, best)


class Detective:
    """Keeps the secret; everybody else sees ``case``, which another one replaces at each move.

    Parameters
    ----------
    difference
        Returns the lines by which the code of a bug, named by its key, differs from the right one.
    record
        The cases before.
    """

    def __init__(
        self, difference: Callable[[str], Sequence[DiffLine]], record: Record | None = None
    ) -> None:
        self._difference = difference
        self._secret: Suspect | None = None
        self.case: Case | None = None
        self.record = record or Record()
        self.drawn: tuple[str, ...] = ()
        """Keys of the bugs that the cases had, in their order, since each last had its turn."""

    @property
    def secret(self) -> Suspect | None:
        """What is switched on, for whoever switches it on; None before the first case."""
        return self._secret

    def begin(
        self, suspects: Sequence[Suspect], parameters: Sequence[str], rng: np.random.Generator
    ) -> Case:
        """Draw a secret from ``suspects``: each bug is as likely, and then each of its layers.

        No bug comes again before each had its turn, and none twice running where there is another.
        A case that is still open counts as given up.

        Raises
        ------
        ValueError
            If there is no suspect: no bug shows on that network with that batch.
        """
        if not suspects:
            raise ValueError("No mistake shows on this network with this batch: take another one.")
        self.give_up()
        keys = self._next_ones(list(dict.fromkeys(suspect.key for suspect in suspects)))
        key = keys[rng.integers(len(keys))]
        self.drawn += (key,)
        places = [suspect for suspect in suspects if suspect.key == key]
        self._secret = places[rng.integers(len(places))]
        self.case = Case(tuple(parameters), tuple(suspects))
        return self.case

    def _next_ones(self, keys: list[str]) -> list[str]:
        """Return those of ``keys`` that have their turn."""
        fresh = [key for key in keys if key not in self.drawn]
        if fresh:
            return fresh
        last, self.drawn = self.drawn[-1:], ()
        return [key for key in keys if key not in last] or keys

    def guess(self, layer: str, key: str) -> Answer:
        """Accuse ``key`` in ``layer``; the same accusation twice costs nothing the second time.

        After the end it changes nothing.

        Raises
        ------
        ValueError
            Before the first case, and for what is none of its suspects.
        """
        case, secret = self.case, self._secret
        if case is None or secret is None or not any(_names(s, layer, key) for s in case.suspects):
            raise ValueError(f"{key} in {layer} is not among the suspects")
        answer = Answer(layer, key, layer == secret.layer, key == secret.key)
        if case.ending is None and case.answer_to(layer, key) is None:
            self.case = replace(case, events=(*case.events, answer))
            if answer.is_right:
                self._end(Ending.SOLVED)
        return answer

    def hint(self) -> Hint | None:
        """Tell the next clue; None if nothing is left to tell that is not known already."""
        case, secret = self.case, self._secret
        if case is None or secret is None or case.ending is not None:
            return None
        clue = case.next_clue
        if clue is None:
            return None
        hint = Hint(clue, told_by(clue, secret))
        lines = tuple(self._difference(secret.key)) if clue is Clue.CODE else case.lines
        self.case = replace(case, events=(*case.events, hint), lines=lines)
        return hint

    def give_up(self) -> None:
        """End the case, if one is open, without points."""
        if self.case is not None and self.case.ending is None:
            self._end(Ending.GIVEN_UP)

    def _end(self, ending: Ending) -> None:
        assert self.case is not None
        assert self._secret is not None
        lines = tuple(self._difference(self._secret.key))
        self.case = replace(self.case, ending=ending, secret=self._secret, lines=lines)
        self.record = self.record.after(self.case)


def _names(named: Suspect | Answer, layer: str, key: str) -> bool:
    return (named.layer, named.key) == (layer, key)
