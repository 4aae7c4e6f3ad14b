"""The rules of a case: what an accusation and a hint cost, tell and rule out."""

import numpy as np
import pytest
from detectives import PARAMETERS, SUSPECTS, hidden, hide, lines_of, suspect

from app.detective import Detective
from app.detective_case import (
    FULL_SCORE,
    WRONG,
    Clue,
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


def test_hints_tell_the_kind_the_layer_and_what_comes_out_each_for_more() -> None:
    """Where no other suspect leaves the trace: what is free leaves nothing to tell."""
    suspects = [each for each in SUSPECTS if each != suspect("Affine2", "first_row_for_db")]
    secret, detective = suspect("Affine2", "mean_for_db"), Detective(lines_of)
    for seed in range(99):
        if detective.secret != secret:
            detective = Detective(lines_of)
            detective.begin(suspects, PARAMETERS, np.random.default_rng(seed))
    told = []
    while (hint := detective.hint()) is not None:
        told.append((hint.clue, hint.told))
    assert told == [
        (Clue.GROUP, Group.AFFINE),
        (Clue.LAYER, "Affine2"),
        (Clue.METHOD, ("backward", ("db",))),
    ]
    assert detective.case.score == FULL_SCORE - 45
    assert detective.case.lines == ()
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


@pytest.mark.parametrize(
    ("layer", "key", "clues"),
    [
        ("SoftmaxWithLoss", "sign_swapped", [Clue.METHOD, Clue.CODE]),
        ("Affine1", "mean_for_db", [Clue.CODE]),
        ("Relu1", "mask_inverted", [Clue.GROUP, Clue.CODE]),
    ],
)
def test_no_hint_is_sold_for_what_the_table_tells(layer, key, clues) -> None:
    """If all parameters differ it is the loss, and if only b1 does it is db of Affine1."""
    detective, told = hidden(layer, key), []
    while (hint := detective.hint()) is not None:
        told.append(hint.clue)
        assert bool(detective.case.lines) == (hint.clue is Clue.CODE)
    assert told == clues
    assert detective.case.lines == lines_of(key)


def test_a_case_counts_where_most_mistakes_show() -> None:
    for silent, cases in ((len({each.key for each in SUSPECTS}) // 2, 1), (9, 0)):
        detective = Detective(lines_of)
        detective.begin(SUSPECTS, PARAMETERS, np.random.default_rng(1), silent)
        detective.give_up()
        assert detective.record.cases == cases


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
