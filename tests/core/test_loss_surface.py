import numpy as np
import pytest
from steps import finished
from surfaces import flat, moved, plane_of, run_of, surface_of

from bpcore.datasets.mnist import Dataset, scale
from bpcore.loss_surface import KINDS, SurfaceError, loss_surface
from bpcore.network import Network
from bpcore.steps import evenly_spaced


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("activation", "decay", "dtype"),
    [
        ("relu", 0.0, "float32"),
        ("relu", 0.01, "float64"),
        ("sigmoid", 0.01, "float32"),
        ("tanh", 0.0, "float64"),
    ],
)
def test_in_the_middle_is_the_networks_own_loss(
    small: Dataset, activation: str, decay: float, kind: str, dtype: str
) -> None:
    run = run_of(small, activation=activation, weight_decay=decay, dtype=dtype)
    found = surface_of(small, kind, run)
    x = scale(small.train_images, dtype)
    assert found.loss == run[0].loss(x, small.train_labels)
    i, j = np.flatnonzero(found.ys == 0), np.flatnonzero(found.xs == 0)
    assert found.loss == found.losses[i, j].item()
    assert (found.here, found.count) == ((0.0, 0.0), 300)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hidden", [(), (1,), (8,), (9, 6, 5)], ids=str)
def test_each_point_is_the_loss_of_the_network_that_is_there(
    small: Dataset, hidden: tuple[int, ...], kind: str
) -> None:
    run = run_of(small, hidden_sizes=hidden, weight_decay=0.01, dtype="float64", activation="tanh")
    found, plane = surface_of(small, kind, run, seed=3), plane_of(kind, *run, seed=3)
    x = scale(small.train_images, np.float64)
    expected = [
        [moved(run[0], plane, at_x, y).loss(x, small.train_labels) for at_x in found.xs]
        for y in found.ys
    ]
    np.testing.assert_allclose(found.losses, expected, rtol=1e-12)
    assert np.ptp(found.losses) > 0.001


@pytest.mark.parametrize("kind", KINDS)
def test_smaller_steps_give_the_same(
    small: Dataset, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(small, hidden_sizes=(8, 5), weight_decay=0.01, dtype="float64")
    at_once = surface_of(small, kind, run, size=4)
    monkeypatch.setattr("bpcore.steps.STEP_WORK", 100_000)
    monkeypatch.setattr("bpcore.loss_surface.STEP_WORK", 100_000)
    monkeypatch.setattr("bpcore.plane._BLOCK", 1000)
    in_steps = surface_of(small, kind, run, size=4)
    np.testing.assert_allclose(in_steps.losses, at_once.losses, rtol=1e-12)
    np.testing.assert_allclose(in_steps.path, at_once.path, atol=1e-9)


def test_float32_gives_nearly_the_same(small: Dataset) -> None:
    network, _ = run_of(small)
    double = Network.from_params({n: a.astype(np.float64) for n, a in network.params.items()})
    losses = surface_of(small, "random", (network, [])).losses
    np.testing.assert_allclose(losses, surface_of(small, "random", (double, [])).losses, rtol=1e-5)


def test_at_most_a_thousand_digits_are_taken_evenly_spaced(bundled: Dataset) -> None:
    network = Network((784, 4, 10), seed=1)
    found = surface_of(bundled, "random", (network, []), size=3)
    chosen = np.arange(1000) * 9
    x = scale(bundled.train_images[chosen], np.float64)
    assert found.loss == network.loss(x, bundled.train_labels[chosen])
    assert found.count == 1000


@pytest.mark.parametrize(
    ("count", "expected"), [(0, []), (3, [0, 1, 2]), (4, [0, 1, 2, 3]), (9, [0, 2, 4, 6])]
)
def test_things_are_evenly_spaced_from_the_first_on(count: int, expected: list[int]) -> None:
    assert evenly_spaced(count, 4).tolist() == expected


@pytest.mark.parametrize("size", [3, 4, 7, 12])
@pytest.mark.parametrize("kind", KINDS)
def test_the_grid_is_even_and_has_the_network_on_it(small: Dataset, kind: str, size: int) -> None:
    found = surface_of(small, kind, size=size)
    for axis in (found.xs, found.ys):
        assert axis.shape == (size,)
        assert np.count_nonzero(axis == 0) == 1
        np.testing.assert_allclose(np.diff(axis), axis[1] - axis[0])
    assert found.losses.shape == (size, size)


@pytest.mark.parametrize("size", [7, 12])
def test_a_grid_of_a_path_covers_it_with_a_margin(small: Dataset, size: int) -> None:
    found = surface_of(small, "path", size=size)
    for axis, values in ((found.xs, found.path[:, 0]), (found.ys, found.path[:, 1])):
        span = np.ptp(np.append(values, 0.0))
        for end, inner in ((axis[0], min(values.min(), 0)), (axis[-1], max(values.max(), 0))):
            assert 0.14 * span < abs(end - inner) < 0.7 * span


@pytest.mark.parametrize("size", [7, 12])
def test_a_random_grid_reaches_from_minus_1_to_1_at_least(small: Dataset, size: int) -> None:
    found = surface_of(small, "random", size=size)
    assert found.xs[0] == found.ys[0] == -1
    assert 1 <= found.xs[-1] < 1.3


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["W1", "b2"])
def test_a_network_of_numbers_that_are_none_is_refused(
    small: Dataset, name: str, number: float
) -> None:
    network, keyframes = run_of(small)
    network.params[name][0] = number
    with pytest.raises(SurfaceError, match="no longer consists of finite numbers"):
        surface_of(small, "random", (network, keyframes))


def test_where_the_loss_is_beyond_all_numbers_it_is_infinite(small: Dataset) -> None:
    network, keyframes = run_of(small, dtype="float32")
    network.params["W1"] *= 1e20
    network.params["W2"] *= 1e18
    losses = surface_of(small, "random", (network, keyframes)).losses
    assert np.isinf(losses).any()
    assert not np.isnan(losses).any()


@pytest.mark.parametrize("kind", KINDS)
def test_the_network_stays_as_it_is(small: Dataset, kind: str) -> None:
    network, keyframes = run_of(small)
    x, t = scale(small.train_images[:5], np.float32), small.train_labels[:5]
    gradients, before = network.gradient(x, t), flat(network.params)
    surface_of(small, kind, (network, keyframes))
    network.backward()  # of the last pass, which it still remembers
    np.testing.assert_array_equal(flat(network.params), before)
    np.testing.assert_array_equal(flat(network.grads), flat(gradients))


def test_what_is_found_can_not_be_written_to(small: Dataset) -> None:
    found = surface_of(small, "path")
    for array in (found.xs, found.ys, found.losses, found.path):
        assert not array.flags.writeable


@pytest.mark.parametrize("size", [-1, 2])
def test_a_grid_of_fewer_than_three_points_is_refused(small: Dataset, size: int) -> None:
    with pytest.raises(ValueError, match=f"size must be at least 3, not {size}"):
        surface_of(small, "random", size=size)


def test_another_kind_is_refused(small: Dataset) -> None:
    with pytest.raises(ValueError, match="kind must be random or path, not 'steep'"):
        surface_of(small, "steep")


@pytest.mark.parametrize("labels", [0, 299])
def test_digits_need_a_label_each(small: Dataset, labels: int) -> None:
    network, keyframes = run_of(small)
    images = small.train_images[: 300 if labels else 0]
    with pytest.raises(ValueError, match="a label for each image"):
        finished(loss_surface(network, images, small.train_labels[:labels], "random", keyframes))
