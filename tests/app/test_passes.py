"""What is computed once, however often it is shown."""

import pytest
from digit_session import DigitSession, a_network

from app.passes import Passes
from bpcore.graph import explain, twins


@pytest.fixture
def digits() -> DigitSession:
    return DigitSession(a_network())


@pytest.fixture
def passes(digits: DigitSession) -> Passes:
    found = digits.passes()
    assert found is not None
    return found


def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[tuple[object, ...]]:
    """Return a list that grows at each call of the function ``name``."""
    calls: list[tuple[object, ...]] = []
    given = getattr(module, name)

    def call(*arguments: object, **named: object) -> object:
        calls.append(arguments)
        return given(*arguments, **named)

    monkeypatch.setattr(module, name, call)
    return calls


def test_lanes_run_once_until_another_example_or_number_of_layers_is_asked_for(
    digits: DigitSession, passes: Passes, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, twins, "compare_activations")
    one, other = digits.example("test", 6), digits.example("test", 7)
    first = passes.lanes(one, 8)
    assert passes.lanes(one, 8) is first
    assert len(calls) == 1
    fewer = passes.lanes(one, 3)
    assert len(fewer["relu"].crossings) == 3
    assert passes.lanes(other, 3) is not fewer
    assert len(calls) == 3


def test_numbers_too_large_for_lanes_are_found_out_once(
    digits: DigitSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = a_network()
    network.params["W1"][:] = 1e38
    digits.publish(network, 5)
    calls = counted(monkeypatch, twins, "compare_activations")
    passes, example = digits.passes(), digits.example("test", 6)
    assert (passes.lanes(example, 2), passes.lanes(example, 2)) == (None, None)
    assert len(calls) == 1


def test_another_snapshot_has_lanes_of_its_own(digits: DigitSession, passes: Passes) -> None:
    example = digits.example("test", 6)
    before = passes.lanes(example, 1)["relu"].crossings[0].z
    digits.publish(a_network(seed=2), 100)
    after = digits.passes().lanes(example, 1)["relu"].crossings[0].z
    assert (before != after).any()


def test_a_weight_is_explained_once_until_another_is_followed(
    digits: DigitSession, passes: Passes, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, explain, "explain_gradient")
    batch = digits.batch("train", 0, 8)
    first = passes.explanation(batch, "W1", (300, 20))
    assert passes.explanation(batch, "W1", (300, 20)) is first
    assert len(calls) == 1
    assert passes.explanation(batch, "W1", (300, 21)).index == (300, 21)
    assert len(passes.explanation(digits.batch("train", 8, 4), "W1", (300, 21)).examples) == 4
    assert len(calls) == 3


def test_of_a_batch_only_the_first_example_lists_its_paths(
    digits: DigitSession, passes: Passes
) -> None:
    chains = passes.explanation(digits.batch("train", 0, 5), "W1", (300, 20)).examples
    assert [len(chain.paths) for chain in chains] == [10, 0, 0, 0, 0]
