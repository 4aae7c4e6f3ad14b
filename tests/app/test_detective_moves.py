"""Whatever is accused and asked in a case: points, record, and what may be shown of the secret."""

from detectives import SUSPECTS, hide
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from app.detective_case import FULL_SCORE, Answer, Clue, Ending, Hint


class Cases(RuleBasedStateMachine):
    """One case, and the same moves in a case for every other secret that it could be."""

    @initialize(secret=st.sampled_from(SUSPECTS))
    def begin(self, secret):
        self.all = {each: hide(each) for each in SUSPECTS}
        self.detective = self.all[secret]
        self.scores = [FULL_SCORE]

    @rule(accused=st.sampled_from(SUSPECTS))
    def accuse(self, accused):
        was_open, before = self.is_open, self.case
        answer = self.detective.guess(accused.layer, accused.key)
        for other in self.others():
            other.guess(accused.layer, accused.key)
        assert answer == Answer(
            accused.layer,
            accused.key,
            accused.layer == self.detective.secret.layer,
            accused.key == self.detective.secret.key,
        )
        assert self.is_open == (was_open and not answer.is_right)
        if accused not in before.possible:
            assert not answer.is_right

    @rule()
    def take_a_hint(self):
        clue, before = self.case.next_clue, self.case
        hint = self.detective.hint()
        for other in self.others():
            other.hint()
        if before.ending is not None or clue is None:
            assert hint is None
            assert self.case == before
        else:
            assert hint.clue is clue
            if clue is not Clue.CODE:
                assert len(self.case.possible) < len(before.possible)

    @precondition(lambda self: len(self.scores) > 3)
    @rule()
    def give_up(self):
        was_open, score = self.is_open, self.case.score
        for each in self.all.values():
            each.give_up()
        assert self.case.ending is (Ending.GIVEN_UP if was_open else self.case.ending)
        assert self.case.score == (0 if was_open else score)

    def others(self):
        return [each for each in self.all.values() if each is not self.detective]

    @property
    def case(self):
        return self.detective.case

    @property
    def is_open(self):
        return self.case.ending is None

    @invariant()
    def the_score_never_rises_nor_leaves_its_range(self):
        self.scores.append(self.case.score)
        assert 0 <= self.scores[-1] <= self.scores[-2] <= FULL_SCORE

    @invariant()
    def a_case_ends_at_most_once(self):
        assert self.detective.record.cases == (0 if self.is_open else 1)
        assert self.detective.record.solved == (self.case.ending is Ending.SOLVED)

    @invariant()
    def what_may_be_shown_fits_all_that_is_possible_and_nothing_else(self):
        if not self.is_open:
            assert self.case.secret == self.detective.secret
            return
        alike = {secret for secret, each in self.all.items() if each.case == self.case}
        told = {e.clue for e in self.case.events if isinstance(e, Hint)}
        if Clue.CODE in told:
            assert {each.key for each in alike} == {self.detective.secret.key}
        else:
            here = self.case.trace
            assert alike == {each for each in self.case.possible if each.differing == here}
            assert self.case.lines == ()
        assert self.detective.secret in alike
        assert self.case.secret is None


TestCases = Cases.TestCase
TestCases.settings = settings(max_examples=60, stateful_step_count=14)
