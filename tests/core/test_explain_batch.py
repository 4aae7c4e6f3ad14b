import numpy as np
import pytest

from bpcore.graph import explain
from bpcore.graph.explain import explain_gradient
from bpcore.network import Network
from tests.core.graphs import batch


@pytest.mark.parametrize(("parameter", "index"), [("W1", (1, 2)), ("b1", (2,)), ("W3", (0, 1))])
def test_only_as_many_examples_as_are_asked_for_list_their_paths(
    parameter: str, index: tuple[int, ...]
) -> None:
    net = Network((6, 5, 5, 4), weight_init_std=0.7, weight_decay=0.1, seed=3)
    x, t = batch(net, 4, seed=1)
    every = explain_gradient(net, x, t, parameter, index)
    some = explain_gradient(net, x, t, parameter, index, listing=2)
    assert (some.gradient, some.reasons) == (every.gradient, every.reasons)
    assert some.examples[:2] == every.examples[:2]
    for whole, listed in zip(some.examples[2:], every.examples[2:], strict=True):
        assert (whole.gradient, whole.factors) == (listed.gradient, listed.factors)
        assert whole.paths == ()
        assert whole.others == len(listed.paths)
        assert whole.rest == whole.gradient


def test_for_paths_that_are_not_listed_nothing_is_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_: list[int] = []
    given = explain.downwards

    def downwards(*arguments: object) -> object:
        sorted_.append(1)
        return given(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(explain, "downwards", downwards)
    net = Network((6, 5, 4), initializer="he", seed=3)
    explain_gradient(net, np.ones((50, 6)), np.zeros(50, int), "W1", (0, 0), listing=1)
    assert sorted_ == [1]
