import numpy as np
import pytest

from bpcore.graph.batch import averaged, has_examples, of_each, read_right, spread
from bpcore.graph.trace import Trace, trace_pass
from bpcore.network import Network

NETWORK = Network((6, 8, 4), weight_init_std=0.5, dtype="float64", seed=1)
X = np.random.default_rng(2).standard_normal((5, 6))
T = np.array([0, 1, 2, 3, 0])


@pytest.fixture(scope="module")
def trace() -> Trace:
    return trace_pass(NETWORK, X, T)


@pytest.fixture(scope="module")
def singles() -> list[Trace]:
    """The same examples, each on its own."""
    return [trace_pass(NETWORK, x[None], t[None]) for x, t in zip(X, T, strict=True)]


@pytest.mark.parametrize("name", ["x", "z1", "a1", "z2", "y", "dz2", "da1", "dz1", "dx"])
def test_the_average_is_the_mean_over_passes_of_each_example(trace, singles, name) -> None:
    alone = np.stack([single.values[name][0] for single in singles])
    assert has_examples(trace, name)
    np.testing.assert_allclose(averaged(trace, name), alone.mean(axis=0), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(of_each(trace, name), alone, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(spread(trace, name), alone.std(axis=0), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", ["W1", "dW1", "b2", "db2", "loss"])
def test_what_has_no_examples_stays_as_it_is(trace, name) -> None:
    assert not has_examples(trace, name)
    assert averaged(trace, name) is trace.values[name]


def test_one_example_is_its_own_average(singles) -> None:
    assert np.array_equal(averaged(singles[0], "z1"), singles[0].values["z1"][0])


def test_the_average_of_the_gradients_is_that_of_a_bias(trace) -> None:
    np.testing.assert_allclose(averaged(trace, "dz1"), trace.values["db1"], rtol=1e-12, atol=1e-15)


def test_it_counts_what_is_read_right(trace, singles) -> None:
    assert read_right(trace) == sum(read_right(single) for single in singles)
