"""The rules of a case: what an accusation and a hint cost, tell and rule out."""

import numpy as np
import pytest
from detectives import PARAMETERS, SUSPECTS, hidden, hide, lines_of, suspect
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from app.detective import (
    FULL_SCORE,
    WRONG,
    Answer,
    Clue,
    Detective,
    Ending,
    Group,
    Hint,
    Record,
    group_of,
)


def test_the_same_seed_hides_the_same_bug() -> None:
    first, second = Detective(lines_of), Detective(lines_of)
    for detective in (first, second):
        detective.begin(SUSPECTS, PARAMETERS, np.random.default_rng(7))
    assert first.secret == second.secret


def test_whoever_is_right_at_once_keeps_all_points() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    answer = detective.guess("Relu1", "mask_forgotten")
    assert answer.is_right
    assert detective.case.ending is Ending.SOLVED
    assert detective.case.score == FULL_SCORE
    assert detective.case.secret == suspect("Relu1", "mask_forgotten")
    assert detective.case.lines == lines_of("mask_forgotten")


@pytest.mark.parametrize(
    ("layer", "key", "found", "cost"),
    [
        ("Affine1", "first_row_for_db", (False, False), WRONG),
        ("Relu1", "mask_inverted", (True, False), WRONG),
        ("Relu2", "mask_forgotten", (False, True), WRONG),
    ],
)
def test_an_accusation_tells_which_half_is_right_and_costs_as_much(layer, key, found, cost) -> None:
    detective = hidden("Relu1", "mask_forgotten")
    answer = detective.guess(layer, key)
    assert (answer.right_layer, answer.right_bug) == found
    assert detective.case.score == FULL_SCORE - cost
    assert detective.case.ending is None


def test_half_an_answer_rules_out_what_it_contradicts() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    detective.guess("Relu1", "mask_inverted")
    assert detective.case.possible == (suspect("Relu1", "mask_forgotten"),)
    detective = hidden("Affine2", "mean_for_db")
    detective.guess("Affine1", "mean_for_db")
    assert {each.layer for each in detective.case.possible} == {"Affine2", "Affine3"}
    assert {each.key for each in detective.case.possible} == {"mean_for_db"}


def test_the_same_accusation_costs_nothing_again() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    first = detective.guess("Affine1", "mean_for_db")
    case = detective.case
    assert detective.guess("Affine1", "mean_for_db") == first
    assert detective.case == case


def test_nobody_can_be_accused_who_is_not_among_the_suspects() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    with pytest.raises(ValueError, match="mask_forgotten in Affine1 is not among"):
        detective.guess("Affine1", "mask_forgotten")
    assert detective.case.score == FULL_SCORE
    with pytest.raises(ValueError, match="not among"):
        Detective(lines_of).guess("Relu1", "mask_forgotten")


def test_the_first_hint_tells_affine_activation_and_loss_apart() -> None:
    groups = {each.kind: group_of(each) for each in SUSPECTS}
    assert groups == {
        "Affine": Group.AFFINE,
        "Relu": Group.ACTIVATION,
        "SoftmaxWithLoss": Group.LOSS,
    }


def test_hints_tell_the_kind_the_layer_the_output_and_the_code_each_for_more() -> None:
    detective = hidden("Affine2", "mean_for_db")
    told = []
    while (hint := detective.hint()) is not None:
        told.append((hint.clue, hint.told))
        assert bool(detective.case.lines) == (hint.clue is Clue.CODE)
    assert told == [
        (Clue.GROUP, Group.AFFINE),
        (Clue.LAYER, "Affine2"),
        (Clue.METHOD, ("backward", ("db",))),
        (Clue.CODE, None),
    ]
    assert detective.case.score == FULL_SCORE - sum(clue.value for clue in Clue)
    assert detective.case.lines == lines_of("mean_for_db")
    assert [clue.value for clue in Clue] == sorted(clue.value for clue in Clue)


def test_no_hint_is_sold_for_what_is_known_already() -> None:
    detective = hidden("Affine2", "mean_for_db")
    detective.guess("Affine2", "first_row_for_db")
    assert detective.case.next_clue is Clue.METHOD
    detective = hidden("Relu1", "mask_forgotten")
    detective.guess("Relu1", "mask_inverted")
    case = detective.case
    assert case.next_clue is None
    assert detective.hint() is None
    assert detective.case == case


def test_where_the_mistake_is_known_the_hint_tells_the_layer() -> None:
    detective = hidden("Affine2", "mean_for_db")
    detective.guess("Affine1", "mean_for_db")
    assert detective.hint() == Hint(Clue.LAYER, "Affine2")


def test_the_score_ends_at_nothing_and_the_case_goes_on() -> None:
    detective = hidden("Affine2", "mean_for_db")
    for each in SUSPECTS:
        if each != detective.secret:
            detective.guess(each.layer, each.key)
    assert detective.case.score == 0
    assert detective.case.ending is None
    detective.guess("Affine2", "mean_for_db")
    assert detective.case.ending is Ending.SOLVED
    assert detective.record == Record(1, 1, 0, 0)


def test_giving_up_leaves_no_points_and_tells_what_it_was() -> None:
    detective = hidden("SoftmaxWithLoss", "sign_swapped")
    detective.give_up()
    case = detective.case
    assert (case.ending, case.score, case.secret) == (Ending.GIVEN_UP, 0, detective.secret)
    assert case.lines == lines_of("sign_swapped")


def test_after_the_end_nothing_changes() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    detective.give_up()
    case, record = detective.case, detective.record
    assert detective.guess("Relu1", "mask_forgotten").is_right
    assert detective.hint() is None
    detective.give_up()
    assert (detective.case, detective.record) == (case, record)


def test_the_record_counts_cases_points_and_the_best() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    detective.guess("Relu1", "mask_inverted")
    detective.guess("Relu1", "mask_forgotten")
    assert detective.record == Record(1, 1, 80, 80)
    hide(suspect("Affine2", "mean_for_db"), detective)
    detective.give_up()
    assert detective.record == Record(2, 1, 80, 80)
    hide(suspect("Affine2", "mean_for_db"), detective)
    detective.guess("Affine2", "mean_for_db")
    assert detective.record == Record(3, 2, 180, 100)


def test_another_case_gives_up_the_one_that_is_open() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    hide(suspect("Affine2", "mean_for_db"), detective)
    assert detective.record == Record(cases=1)
    assert detective.case.events == ()


def test_without_suspects_there_is_no_case_and_the_open_one_goes_on() -> None:
    detective = hidden("Relu1", "mask_forgotten")
    case = detective.case
    with pytest.raises(ValueError, match="No mistake shows"):
        detective.begin((), PARAMETERS, np.random.default_rng(0))
    assert detective.case is case


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
            assert alike == set(self.case.possible)
            assert self.case.lines == ()
        assert self.detective.secret in alike
        assert self.case.secret is None


TestCases = Cases.TestCase
TestCases.settings = settings(max_examples=60, stateful_step_count=14)
