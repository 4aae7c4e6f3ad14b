"""Keeps a secret bug, and answers what is asked about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.detective_case import Answer, Case, Clue, Ending, Hint, Record, names, told_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from app.detective_case import Suspect
    from bpcore.bugs import DiffLine


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
        self,
        suspects: Sequence[Suspect],
        parameters: Sequence[str],
        rng: np.random.Generator,
        silent: int = 0,
    ) -> Case:
        """Draw a secret from ``suspects``: each bug is as likely, and then each of its layers.

        No bug comes again before each had its turn, and none twice running where there is another.
        A case that is still open counts as given up. ``silent`` is that of the case.

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
        differing = self._secret.differing
        self.case = Case(tuple(parameters), tuple(suspects), differing, silent)
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
        if case is None or secret is None or not any(names(s, layer, key) for s in case.suspects):
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
