import dataclasses
import inspect
import itertools
import textwrap

import numpy as np
import pytest
from bug_networks import each_bug

from bpcore.bugs import BUGS, Bug, broken, bug_of, difference, fitting
from bpcore.config import TrainingConfig
from bpcore.layers import Array, Relu
from bpcore.learner import first_network
from bpcore.network import Network

KEYS = [
    "mask_forgotten",
    "mask_inverted",
    "dout_overwritten",
    "count_forgotten",
    "sign_swapped",
    "softmax_over_batch",
    "updated_too_early",
    "mean_for_db",
    "first_row_for_db",
    "transpose_missing",
    "assigned",
    "slope_from_x",
    "open_at_zero",
]


# What there is


def test_there_are_thirteen_bugs_in_this_order() -> None:
    assert [bug.key for bug in BUGS] == KEYS


def test_a_bug_is_found_by_its_key() -> None:
    assert all(bug_of(bug.key) is bug for bug in BUGS)
    with pytest.raises(ValueError, match="no bug 'off_by_one'; there are mask_forgotten, "):
        bug_of("off_by_one")


@each_bug
def test_the_mistake_is_in_the_one_method_that_is_named(bug: Bug) -> None:
    assert issubclass(bug.wrong, bug.right)
    written = {name for name in vars(bug.wrong) if not name.startswith("__")}
    remembers = {"forward"} if bug.key == "slope_from_x" else set()  # x, for its backward
    assert written == {bug.method} | remembers


def test_one_bug_is_harmless_one_changes_the_loss_one_overwrites() -> None:
    assert [bug.key for bug in BUGS if bug.harmless] == ["open_at_zero"]
    assert [bug.key for bug in BUGS if bug.changes_forward] == ["softmax_over_batch"]
    assert [bug.key for bug in BUGS if bug.overwrites] == ["dout_overwritten"]


# Places


@pytest.mark.parametrize(
    ("key", "sizes", "activation", "places"),
    [
        ("mask_forgotten", (6, 5, 4), "relu", "Relu1"),
        ("mask_inverted", (6, 5, 5, 4), "relu", "Relu1 Relu2"),
        ("open_at_zero", (6, 5, 4), "tanh", ""),
        ("slope_from_x", (6, 5, 4), "relu", ""),
        ("slope_from_x", (6, 5, 5, 4), "sigmoid", "Sigmoid1 Sigmoid2"),
        ("mask_forgotten", (6, 4), "relu", ""),
        ("mean_for_db", (6, 5, 5, 4), "tanh", "Affine2 Affine1 Affine3"),
        ("mean_for_db", (6, 4), "relu", "Affine1"),
        ("first_row_for_db", (6, 5, 5, 4), "relu", "Affine1 Affine2 Affine3"),
        ("updated_too_early", (6, 5, 5, 4), "relu", "Affine2 Affine3"),
        ("updated_too_early", (6, 4), "relu", ""),
        ("transpose_missing", (6, 5, 4), "relu", ""),
        ("transpose_missing", (6, 6, 5, 5), "relu", "Affine3"),
        ("transpose_missing", (6, 4, 4, 4), "relu", "Affine2 Affine3"),
        ("transpose_missing", (6, 1, 1, 4), "relu", ""),
        ("count_forgotten", (6, 4), "tanh", "SoftmaxWithLoss"),
    ],
)
def test_a_bug_fits_where_its_layer_is_and_its_mistake_can_be_seen(
    key: str, sizes: tuple[int, ...], activation: str, places: str
) -> None:
    assert bug_of(key).places(Network(sizes, activation=activation)) == tuple(places.split())


def test_a_bug_has_no_place_where_its_layer_is_not() -> None:
    network = Network((6, 5, 4), activation="tanh")
    with pytest.raises(ValueError, match="mask_forgotten fits no layer of 6-5-4 with tanh"):
        broken(network, bug_of("mask_forgotten"))
    with pytest.raises(ValueError, match="mask_forgotten fits no layer, not Relu1"):
        broken(network, bug_of("mask_forgotten"), "Relu1")
    with pytest.raises(ValueError, match="mean_for_db fits Affine2 or Affine1, not Tanh1"):
        broken(network, bug_of("mean_for_db"), "Tanh1")


@pytest.mark.parametrize(
    ("key", "changes", "wanted"),
    [
        ("mask_forgotten", {"activation": "tanh"}, {"activation": "relu"}),
        ("slope_from_x", {}, {"activation": "sigmoid"}),
        ("open_at_zero", {"hidden_sizes": ()}, {"hidden_sizes": (10,)}),
        ("transpose_missing", {}, {"hidden_sizes": (10,)}),
        ("transpose_missing", {"hidden_sizes": (100, 30)}, {"hidden_sizes": (100, 10)}),
        ("updated_too_early", {"hidden_sizes": ()}, {"hidden_sizes": (10,)}),
    ],
)
def test_a_configuration_that_does_not_fit_is_changed_as_little_as_can_be(
    key: str, changes: dict[str, object], wanted: dict[str, object]
) -> None:
    config = TrainingConfig(**changes, seed=7)  # type: ignore[arg-type]
    assert fitting(config, bug_of(key)) == config.replace(**wanted)


@each_bug
def test_every_configuration_becomes_one_that_fits_and_stays_if_it_does(bug: Bug) -> None:
    hidden = [(), (1,), (10,), (50,), (1, 1), (20, 20), (8, 7, 6)]
    for sizes, activation in itertools.product(hidden, ["relu", "sigmoid", "tanh"]):
        config = TrainingConfig(hidden_sizes=sizes, activation=activation)  # type: ignore[arg-type]
        fits = fitting(config, bug)
        assert bug.places(fits)
        assert (fits is config) == bool(bug.places(config))
        assert bug.places(fits) == bug.places(first_network(fits))


# The difference in code


def code_of(bug: Bug, layer: type) -> list[str]:
    method = getattr(layer, bug.method)
    source = textwrap.dedent(inspect.getsource(method)).rstrip()
    quoted = source.index('"""'), source.index('"""', source.index('"""') + 3) + 3
    return (source[: quoted[0]].rstrip() + source[quoted[1] :]).splitlines()


@each_bug
def test_the_difference_is_that_of_the_code_that_runs(bug: Bug) -> None:
    lines = difference(bug)
    assert [line.text for line in lines if line.kind != "+"] == code_of(bug, bug.right)
    assert [line.text for line in lines if line.kind != "-"] == code_of(bug, bug.wrong)


@pytest.mark.parametrize(
    ("key", "removed", "added"),
    [
        ("mask_forgotten", ["dx = dout * ~self.mask"], ["dx = dout"]),
        ("mask_inverted", ["dx = dout * ~self.mask"], ["dx = dout * self.mask"]),
        (
            "dout_overwritten",
            ["dx = dout * ~self.mask"],
            ["dout[self.mask] = 0", "dx = dout"],
        ),
        (
            "count_forgotten",
            ["dx = dout * (self.y - self.t) / len(self.t)"],
            ["dx = dout * (self.y - self.t)"],
        ),
        (
            "sign_swapped",
            ["dx = dout * (self.y - self.t) / len(self.t)"],
            ["dx = dout * (self.t - self.y) / len(self.t)"],
        ),
        (
            "softmax_over_batch",
            ["log_y = log_softmax(x)"],
            ["log_y = log_softmax(x.ravel()).reshape(x.shape)"],
        ),
        (
            "updated_too_early",
            ["dx = dout @ self.W.T", "np.matmul(self.x.T, dout, out=self.dW)"],
            [
                "np.matmul(self.x.T, dout, out=self.dW)",
                "updated = self.W - LEARNING_RATE * self.dW",
                "dx = dout @ updated.T",
            ],
        ),
        (
            "mean_for_db",
            ["dout.sum(axis=0, out=self.db)"],
            ["dout.mean(axis=0, out=self.db)"],
        ),
        ("first_row_for_db", ["dout.sum(axis=0, out=self.db)"], ["self.db[:] = dout[0]"]),
        ("transpose_missing", ["dx = dout @ self.W.T"], ["dx = dout @ self.W"]),
        ("assigned", ["dx += dout * self.y"], ["dx = dout * self.y"]),
        (
            "slope_from_x",
            ["y = self.out", "dx: Array = dout * (y * (1 - y))"],
            ["x = self.x  # kept by forward", "dx: Array = dout * (x * (1 - x))"],
        ),
        ("open_at_zero", ["self.mask = x <= 0"], ["self.mask = x < 0"]),
    ],
)
def test_just_the_mistaken_lines_differ(key: str, removed: list[str], added: list[str]) -> None:
    lines = difference(bug_of(key))
    assert [line.text.strip() for line in lines if line.kind == "-"] == removed
    assert [line.text.strip() for line in lines if line.kind == "+"] == added


class Leaky(Relu):
    def backward(self, dout: Array) -> Array:
        dx: Array = dout * np.where(self.mask, 0.1, 1)
        return dx


def test_the_difference_of_another_layer_is_read_from_its_own_source() -> None:
    bug = dataclasses.replace(bug_of("mask_forgotten"), key="leaky", wrong=Leaky)
    assert [line.text for line in difference(bug) if line.kind == "+"] == [
        "    dx: Array = dout * np.where(self.mask, 0.1, 1)"
    ]
