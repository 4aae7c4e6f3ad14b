import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.presets import PRESETS, Preset
from app.run_names import (
    LONGEST_NAME,
    branch_name,
    differences,
    file_name,
    name_and_title,
    numbered,
    plain,
    run_title,
    shown_name,
)
from bpcore.config import TrainingConfig
from bpcore.recording import Event

BOOK = TrainingConfig()


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Relu 50 · SGD 0.1"),
        ({"activation": "sigmoid", "hidden_sizes": (100, 20)}, "Sigmoid 100-20 · SGD 0.1"),
        ({"seed": 7}, "Relu 50 · SGD 0.1 · seed 7"),
        ({"batch_size": 1000}, "Relu 50 · SGD 0.1 · batch 1,000"),
        ({"learning_rate": 1e-6}, "Relu 50 · SGD 1e-06"),
        ({"weight_init_std": 0.0}, "Relu 50 · SGD 0.1 · all zero"),
        ({"weight_init_std": 1.0}, "Relu 50 · SGD 0.1 · std 1"),
        ({"initializer": "he"}, "Relu 50 · SGD 0.1 · He"),
        ({"hidden_sizes": ()}, "No hidden layer · SGD 0.1"),
        ({"optimizer": "adam", "learning_rate": 0.001}, "Relu 50 · Adam 0.001"),
        (
            {"optimizer": "momentum", "learning_rate": 0.01, "momentum": 0.5},
            "Relu 50 · Momentum 0.01 · momentum 0.5",
        ),
        ({"data": "/home/somebody/my digits"}, "Relu 50 · SGD 0.1 · my digits"),
        ({"iterations": 20, "momentum": 0.5}, "Relu 50 · SGD 0.1"),
    ],
)
def test_a_run_is_called_by_what_is_special_about_it(changes, title: str) -> None:
    assert run_title(BOOK.replace(**changes)) == title


def test_a_name_that_was_given_stands_for_the_automatic_one() -> None:
    assert shown_name("mine", BOOK) == "mine"
    assert shown_name("", BOOK) == shown_name(" \n", BOOK) == run_title(BOOK)


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("", {}, ["Relu 50 · SGD 0.1"]),
        ("Relu 50 · SGD 0.1", {}, ["Relu 50 · SGD 0.1"]),
        ("Relu 50 · SGD 0.1 (2)", {}, ["Relu 50 · SGD 0.1 (2)"]),
        ("Sigmoid", {"activation": "sigmoid"}, ["Sigmoid 50 · SGD 0.1"]),
        ("Sigmoid (3)", {"activation": "sigmoid"}, ["Sigmoid 50 · SGD 0.1 (3)"]),
        ("Adam", {"optimizer": "adam"}, ["Relu 50 · Adam 0.1"]),
        ("He", {"initializer": "he"}, ["Relu 50 · SGD 0.1 · He"]),
        ("★", {}, ["★", "Relu 50 · SGD 0.1"]),
        ("Mine", {}, ["Mine", "Relu 50 · SGD 0.1"]),
        ("my sigmoid", {"activation": "sigmoid"}, ["my sigmoid", "50 units · SGD 0.1"]),
        ("Relu 100", {}, ["Relu 100", "50 units · SGD 0.1"]),
        ("50", {}, ["Relu 50 · SGD 0.1"]),
        ("42", {}, ["42", "Relu 50 · SGD 0.1"]),
        ("Branch of Sigmoid at 9", {"activation": "sigmoid"}, None),
        ("Branch of Relu 50 · SGD 0.1 at 1,000", {}, ["Branch of Relu 50 · SGD 0.1 at 1,000"]),
        ("Relu, wide", {"hidden_sizes": (50, 20)}, ["Relu, wide", "50-20 units · SGD 0.1"]),
    ],
)
def test_beside_a_name_stands_what_it_does_not_say(name, changes, said: list[str] | None) -> None:
    expected = said or ["Branch of Sigmoid at 9", "50 units · SGD 0.1"]
    assert list(name_and_title(name, BOOK.replace(**changes))) == expected


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_no_word_of_a_lessons_run_is_said_twice(preset: Preset) -> None:
    for plan in preset.plans:
        text = " ".join(name_and_title(plan.name, plan.config))
        words = re.findall(r"[a-z]+", text.lower())
        assert len(words) == len(set(words)), text


@given(st.text())
def test_whatever_a_file_says_a_name_is_one_line_that_can_be_seen(name: str) -> None:
    line = plain(name)
    assert len(line) <= LONGEST_NAME
    assert line.isprintable()
    assert line == line.strip()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Relu 50 · SGD 0.1", "relu-50-sgd-0.1.chainlight"),
        ("Branch of Relu 50 at 1,000,000", "branch-of-relu-50-at-1000000.chainlight"),
        ("batch 1,000 · 50,50", "batch-1000-50-50.chainlight"),
        ("Zu groß? 2/3", "zu-groß-2-3.chainlight"),
        ("..//..", "run.chainlight"),
        ("x" * 300, "x" * 60 + ".chainlight"),
    ],
)
def test_a_file_is_called_as_its_run_where_a_file_system_allows_it(name: str, file: str) -> None:
    assert file_name(name, ".chainlight") == file


# Differences.


def rows(*configs: TrainingConfig) -> dict[str, tuple[str, ...]]:
    return {row.title: row.values for row in differences(configs)}


def test_equal_runs_differ_in_nothing() -> None:
    assert differences([BOOK, TrainingConfig()], [(), ()]) == ()


def test_only_what_differs_is_told_in_the_order_of_the_fields() -> None:
    other = BOOK.replace(seed=4_294_967_295, activation="tanh", iterations=1_000_000)
    assert list(rows(BOOK, other).items()) == [
        ("Activation", ("Relu", "Tanh")),
        ("Iterations", ("10,000", "1,000,000")),
        ("Seed", ("42", "4294967295")),
    ]


def test_a_parameter_that_only_one_optimizer_has_is_a_dash_for_the_others() -> None:
    adam = BOOK.replace(optimizer="adam", learning_rate=0.001)
    assert rows(BOOK, adam, BOOK.replace(momentum=0.3))["Beta2"] == ("—", "0.999", "—")
    assert "Momentum" not in rows(BOOK, BOOK.replace(momentum=0.3))


def test_the_standard_deviation_is_of_no_matter_where_another_rule_draws_the_weights() -> None:
    he = BOOK.replace(initializer="he")
    assert rows(he, he.replace(weight_init_std=1.0)) == {}
    assert rows(BOOK, he)["Initial weights"] == ("std 0.01", "He")


def test_unequal_values_never_look_the_same() -> None:
    near = BOOK.replace(learning_rate=0.1000000001)
    assert rows(BOOK, near)["Learning rate"] == ("0.1", "0.1000000001")
    folders = BOOK.replace(data="/a/digits"), BOOK.replace(data="/b/digits")
    assert rows(*folders)["Data"] == ("/a/digits", "/b/digits")
    assert rows(BOOK, folders[0])["Data"] == ("MNIST 10k", "digits")


def test_changes_during_a_run_are_rows_with_the_first_iteration_they_worked_in() -> None:
    changes = [
        (),
        (Event(4000, "learning_rate", 0.05),),
        (Event(4000, "learning_rate", 0.3), Event(4000, "learning_rate", 0.01)),
    ]
    assert [(r.title, r.values) for r in differences([BOOK] * 3, changes)] == [
        ("Learning rate, after 4,000", ("—", "0.05", "0.01"))
    ]


def test_a_change_that_all_runs_share_is_no_difference() -> None:
    shared = Event(10, "batch_size", 20)
    found = differences([BOOK, BOOK], [(shared,), (shared, Event(30, "batch_size", 10))])
    assert [row.title for row in found] == ["Batch size, after 30"]


def test_of_very_many_changes_the_number_is_told() -> None:
    many = tuple(Event(n, "learning_rate", 0.1 + n / 1e6) for n in range(1, 1000))
    found = differences([BOOK, BOOK], [(), many])
    assert len(found) == 7
    assert (found[-1].title, found[-1].values) == ("More changes", ("0", "993"))


@pytest.mark.parametrize(
    ("parent", "iteration", "name"),
    [
        ("Mine", 4312, "Branch of Mine at 4,312"),
        ("Branch of Mine at 4,312", 5000, "Branch of Mine at 4,312 → 5,000"),
        ("Branch of Mine at 4,312 → 5,000", 5001, "Branch of Mine at 4,312 → 5,000 → 5,001"),
        ("Branch of Mine at 4,312 → 5,000", 4400, "Branch of Mine at 4,312 → 4,400"),
        ("Branch of Mine at 4,312", 100, "Branch of Mine at 100"),
        ("Branch of Mine at noon", 100, "Branch of Branch of Mine at noon at 100"),
    ],
)
def test_a_branch_tells_where_it_comes_from(parent: str, iteration: int, name: str) -> None:
    assert branch_name(parent, iteration) == name


def test_the_place_of_a_branch_is_told_however_long_the_name_of_its_parent() -> None:
    name = branch_name("x" * LONGEST_NAME, 4312)
    assert plain(name) == name
    assert name.endswith("x… at 4,312")


def test_a_name_that_is_taken_gets_the_first_number_that_is_not() -> None:
    assert numbered("a", ()) == "a"
    assert numbered("a", ("a",)) == "a (2)"
    assert numbered("a", ("a", "a (2)", "a (4)")) == "a (3)"
    longest = "x" * LONGEST_NAME
    assert len(numbered(longest, (longest,))) == LONGEST_NAME
