"""What is said of the bugs of the lab."""

import pytest

from app.bug_words import name_of, place_of, story_of
from app.formatting import MINUS
from bpcore.bugs import BUGS, bug_of

KEYS = tuple(bug.key for bug in BUGS)


def test_every_bug_has_a_name_of_its_own_and_a_story() -> None:
    assert len({name_of(key) for key in KEYS}) == len({story_of(key) for key in KEYS}) == 13


@pytest.mark.parametrize("key", KEYS)
def test_a_name_is_short_and_a_story_is_a_few_whole_sentences(key: str) -> None:
    assert 0 < len(name_of(key)) <= 24
    assert "{" not in name_of(key) + story_of(key)
    assert story_of(key).endswith(".")
    assert 2 <= story_of(key).replace(": ", ". ").count(". ") + 1 <= 6
    assert "-" not in name_of(key), f"a minus is {MINUS}"


def test_a_name_has_the_number_of_the_layer_where_the_bug_sits() -> None:
    assert name_of("mean_for_db") == "mean, not sum, for db2"
    assert name_of("first_row_for_db") == "first row only for db1"
    assert name_of("updated_too_early") == "use W2 after its update"
    assert name_of("updated_too_early", "Affine3") == "use W3 after its update"
    assert name_of("mask_forgotten", "Relu2") == "forget the mask"
    assert name_of("count_forgotten", "SoftmaxWithLoss") == "forget / N"


def test_a_bug_is_in_a_method_of_its_layer_or_of_its_place() -> None:
    assert place_of(bug_of("mask_forgotten")) == "Relu.backward"
    assert place_of(bug_of("mask_forgotten"), "Relu2") == "Relu2.backward"
    assert place_of(bug_of("mean_for_db")) == "Affine2.backward"
    assert place_of(bug_of("first_row_for_db"), "Affine3") == "Affine3.backward"
    assert place_of(bug_of("softmax_over_batch")) == "SoftmaxWithLoss.forward"


@pytest.mark.parametrize("key", ["updated_too_early", "mean_for_db", "first_row_for_db"])
def test_a_name_says_the_layer_where_the_engine_puts_the_bug(key: str) -> None:
    assert name_of(key) == name_of(key, f"Affine{bug_of(key).natural}")


def test_what_is_no_bug_has_no_words() -> None:
    for words in (name_of, story_of):
        with pytest.raises(KeyError):
            words("none")
