"""Which mistake is hidden in which case."""

import itertools
from collections import Counter
from types import SimpleNamespace

import numpy as np
from detectives import NETWORK, PARAMETERS, SUSPECTS, T, X, lines_of, run, suspect

from app.detective import Detective
from app.pages.check_game import find_suspects


def test_each_bug_is_as_likely_in_however_many_layers_it_can_be() -> None:
    drawn = Counter()
    for seed in range(600):
        detective = Detective(lines_of)
        detective.begin(SUSPECTS, PARAMETERS, np.random.default_rng(seed))
        drawn[detective.secret.key] += 1
    keys = {each.key for each in SUSPECTS}
    assert drawn.keys() == keys
    expected = 600 / len(keys)
    assert all(0.5 * expected < times < 1.5 * expected for times in drawn.values())


def draw(detective: Detective, seed: int, suspects=SUSPECTS) -> str:
    detective.begin(suspects, PARAMETERS, np.random.default_rng(seed))
    return detective.secret.key


def test_no_bug_comes_again_before_each_had_its_turn_and_none_twice_running() -> None:
    keys = {each.key for each in SUSPECTS}
    for seed in range(20):
        detective = Detective(lines_of)
        drawn = [draw(detective, seed) for _ in range(3 * len(keys))]
        rounds = (drawn[n : n + len(keys)] for n in range(0, len(drawn), len(keys)))
        assert all(set(each) == keys for each in rounds)
        assert all(a != b for a, b in itertools.pairwise(drawn))


def test_a_bug_that_is_the_only_one_comes_again() -> None:
    only = (suspect("Relu1", "mask_forgotten"),)
    detective = Detective(lines_of)
    assert {draw(detective, seed, only) for seed in range(3)} == {"mask_forgotten"}


def test_on_another_network_the_bugs_that_had_their_turn_there_still_wait() -> None:
    two = [suspect("Relu1", "mask_forgotten"), suspect("Relu1", "mask_inverted")]
    detective = Detective(lines_of)
    first = draw(detective, 1, two)
    assert draw(detective, 2, two) != first
    keys = {each.key for each in SUSPECTS}
    rest = [draw(detective, seed) for seed in range(len(keys) - 2)]
    assert set(rest) == keys - {each.key for each in two}


def test_a_single_digit_hides_several_bugs_and_a_few_digits_none() -> None:
    silent = {}
    for count in (1, 2, 4):
        ground = SimpleNamespace(
            network=lambda: NETWORK,
            digits=lambda count=count: X[:count],
            batch=SimpleNamespace(labels=T[:count]),
        )
        silent[count] = run(find_suspects(ground)).silent
    assert silent == {1: 4, 2: 0, 4: 0}
