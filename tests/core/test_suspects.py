import numpy as np
import pytest

from bpcore.gradient_check import check_gradients
from bpcore.layers import Affine, Array, Labels, Sigmoid, SoftmaxWithLoss, Tanh
from bpcore.network import Network
from bpcore.suspects import find_guilty
from tests.core.hearings import findings, guilty_layer, heard, network, with_layer

X = np.random.default_rng(0).standard_normal((3, 6))
T = np.array([0, 1, 2])


class Blunt(Tanh):
    """A Tanh without its slope."""

    def backward(self, dout: Array) -> Array:
        return dout


class Doubled(Affine):
    """An Affine layer with twice the dW."""

    def backward(self, dout: Array, need_dx: bool = True) -> Array | None:  # type: ignore[override]
        dx = super().backward(dout, need_dx)
        self.dW *= 2
        return dx


class Lost(Sigmoid):
    """A Sigmoid whose gradient is no number."""

    def backward(self, dout: Array) -> Array:
        return dout * np.nan


class Scribbler(Tanh):
    """A Tanh that tidies up behind itself."""

    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        dout *= 1
        return dx


class Centred(Tanh):
    """A layer that takes the mean of a batch away: its rows are no strangers to each other."""

    def forward(self, x: Array) -> Array:
        return x - x.mean(axis=0)

    def backward(self, dout: Array) -> Array:
        dx: Array = dout - dout.mean(axis=0)
        return dx


class Uncentred(Centred):
    """The same, but it forgets in ``backward`` that rows are mixed."""

    def backward(self, dout: Array) -> Array:
        return dout.copy()


class HalfLoss(SoftmaxWithLoss):
    """Another loss, with its own gradient."""

    def forward(self, x: Array, t: Labels) -> float:
        return super().forward(x, t) / 2

    def backward(self, dout: float = 1.0) -> Array:
        return super().backward(dout) / 2


# Who is found


@pytest.mark.parametrize("place", ["Tanh1", "Tanh2", "Tanh3"])
def test_the_layer_with_the_mistake_is_found_at_any_depth(place: str) -> None:
    assert guilty_layer(with_layer(network(5, 4, 3), place, Blunt), X, T) == place


@pytest.mark.parametrize("place", ["Affine1", "Affine2", "Affine3"])
def test_a_layer_that_spoils_only_its_own_dw_is_found(place: str) -> None:
    assert guilty_layer(with_layer(network(), place, Doubled), X, T) == place


def test_a_layer_that_gives_no_number_is_found() -> None:
    net = with_layer(network(activation="sigmoid"), "Sigmoid2", Lost)
    assert guilty_layer(net, X, T) == "Sigmoid2"


def test_nobody_is_guilty_of_what_another_did() -> None:
    verdict = heard(with_layer(network(), "Tanh2", Blunt), X, T)
    assert [hearing.layer for hearing in verdict.hearings if hearing.guilty] == ["Tanh2"]
    differing = [name for name, found in findings(verdict).items() if found.differs]
    assert differing == ["dz2", "da1", "dW2", "db2", "dz1", "dx", "dW1", "db1"]


def test_of_two_guilty_layers_the_one_nearer_to_the_loss_is_named() -> None:
    net = with_layer(with_layer(network(), "Tanh1", Blunt), "Tanh2", Blunt)
    assert guilty_layer(net, X, T) == "Tanh2"


def test_a_layer_that_writes_into_what_it_gets_is_guilty_even_if_it_writes_what_stands_there() -> (
    None
):
    guilty = heard(with_layer(network(), "Tanh1", Scribbler), X, T).guilty
    assert guilty is not None
    assert (guilty.layer, guilty.overwrote) == ("Tanh1", True)
    assert not any(found.differs for found in guilty.coming_out)


def test_layers_that_mix_the_rows_of_a_batch_are_heard_with_the_whole_batch() -> None:
    assert guilty_layer(with_layer(network(), "Tanh1", Centred), X, T) is None
    assert guilty_layer(with_layer(network(), "Tanh1", Uncentred), X, T) == "Tanh1"


def test_another_loss_is_no_mistake_if_its_gradient_is_its_own() -> None:
    net = network()
    net.last_layer = HalfLoss()
    assert guilty_layer(net, X, T) is None


# What is said of them


def test_layers_are_heard_from_the_loss_back_to_the_first_with_the_names_of_their_gradients() -> (
    None
):
    heard_in_order = [
        (
            hearing.layer,
            hearing.going_in and hearing.going_in.name,
            [found.name for found in hearing.coming_out],
        )
        for hearing in heard(network(5), X, T).hearings
    ]
    assert heard_in_order == [
        ("SoftmaxWithLoss", None, ["dz2"]),
        ("Affine2", "dz2", ["da1", "dW2", "db2"]),
        ("Tanh1", "da1", ["dz1"]),
        ("Affine1", "dz1", ["dx", "dW1", "db1"]),
    ]


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_gradients_are_those_of_the_network(weight_decay: float) -> None:
    net = network(weight_decay=weight_decay)
    found = findings(heard(net, X, T))
    gradients = {f"d{name}": gradient for name, gradient in net.gradient(X, T).items()}
    for name, gradient in (gradients | {"dx": net.input_gradient(X, T)}).items():
        np.testing.assert_array_equal(found[name].backprop, gradient.ravel())
        np.testing.assert_allclose(found[name].numerical, gradient.ravel(), rtol=0, atol=1e-8)
        assert found[name].count == gradient.size
        assert 0 < found[name].mean_absolute_difference < 1e-8


def test_a_finding_leaves_kinks_out() -> None:
    net = network(activation="relu")
    net.params["W1"][:] = 0
    found = findings(heard(net, X, T))["dz1"]
    assert found.kinks == found.count == 15
    assert np.isnan(found.mean_absolute_difference)
    assert not found.differs


def test_of_a_large_batch_a_sample_of_ten_rows_is_heard_where_there_is_much_to_move() -> None:
    rng = np.random.default_rng(0)
    net = Network((784, 50, 10), seed=0)
    found = findings(heard(net, rng.random((40, 784)), rng.integers(0, 10, 40)))
    assert [found[name].count for name in ("dz2", "da1", "dz1")] == [400, 2000, 2000]
    assert 2000 < found["dx"].count < 3000


def test_a_fault_in_the_last_row_of_a_large_batch_is_found() -> None:
    class LastRow(Tanh):
        def backward(self, dout: Array) -> Array:
            dx = super().backward(dout)
            dx[-1] *= 2
            return dx

    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((40, 6)), rng.integers(0, 4, 40)
    assert guilty_layer(with_layer(network(), "Tanh1", LastRow), x, t) == "Tanh1"


# What is given


def test_the_network_is_left_as_it_was() -> None:
    net = with_layer(network(), "Tanh1", Scribbler)
    net.gradient(X, T)
    before = {name: array.copy() for name, array in (*net.params.items(), *net.grads.items())}
    first = net.layers["Affine1"]
    assert isinstance(first, Affine)
    remembered, dW = first.x, first.dW.copy()
    heard(net, X + 1, T)
    assert first.x is remembered
    np.testing.assert_array_equal(first.dW, dW)
    for name, array in net.grads.items():
        np.testing.assert_array_equal(array, before[name])


def test_reports_spare_the_numerical_gradients_of_parameters() -> None:
    net = network()
    reports = check_gradients(net, X, T, sample=7)
    found = findings(heard(net, X, T, reports=reports))
    for report in reports:
        np.testing.assert_array_equal(found[f"d{report.name}"].numerical, report.numerical)
        assert found[f"d{report.name}"].count == report.count


def test_reports_of_another_h_are_of_no_use() -> None:
    reports = check_gradients(network(), X, T, h=1e-3, sample=7)
    assert findings(heard(network(), X, T, reports=reports))["dW1"].count == 30


@pytest.mark.parametrize("h", [1e-12, 1e-6, 1e-3, 0.1])
def test_the_verdict_is_the_same_for_every_h(h: float) -> None:
    assert heard(network(), X, T, h=h).guilty is None
    guilty = heard(with_layer(network(), "Tanh1", Blunt), X, T, h=h).guilty
    assert guilty is not None
    assert guilty.layer == "Tanh1"


def test_labels_may_be_one_hot() -> None:
    assert guilty_layer(with_layer(network(), "Tanh1", Blunt), X, np.eye(4)[T]) == "Tanh1"


def test_the_share_done_grows_from_0_to_1() -> None:
    for net in (network(), with_layer(network(), "Tanh2", Blunt)):
        shares = list(find_guilty(net, X, T))
        assert shares == sorted(shares)
        assert shares[0] == 0
        assert shares[-1] == 1


def test_a_float32_network_can_not_be_heard() -> None:
    net = Network((6, 5, 4), dtype=np.float32, seed=1)
    with pytest.raises(TypeError, match="needs a float64 network, not float32"):
        heard(net, X, T)


def test_a_batch_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="x must be a batch"):
        heard(network(), X[:, :5], T)
