from dataclasses import replace

import numpy as np
import pytest
from runs import eventful, trained
from steps import finished

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset, scale
from bpcore.loss_surface import KINDS, MOST_KEYFRAMES, LossSurface, SurfaceError, loss_surface
from bpcore.network import Network
from bpcore.plane import path_plane, random_plane
from bpcore.recording import State
from bpcore.steps import evenly_spaced

SIZE = 7


def run_of(dataset: Dataset, **options: object) -> tuple[Network, list[State]]:
    """Return the network and the keyframes, 16 iterations apart, of a short run."""
    config = TrainingConfig(hidden_sizes=(8,), iterations=80, learning_rate=0.5)
    trainer = trained(config.replace(**options), dataset)
    return trainer.network, list(trainer.timeline.recording(trainer.state()).keyframes)


def surface_of(dataset: Dataset, kind: str, run: tuple | None = None, **options) -> LossSurface:
    network, keyframes = run or run_of(dataset)
    options = {"size": SIZE} | options
    digits = dataset.train_images, dataset.train_labels
    return finished(loss_surface(network, *digits, kind, keyframes, **options))


def flat(params) -> np.ndarray:
    return np.concatenate([array.ravel() for array in params.values()]).astype(np.float64)


def state(params: dict[str, np.ndarray], iteration: int) -> State:
    return State(iteration, params, {}, {})


def moved(network: Network, plane, x: float, y: float) -> Network:
    params = {n: a + x * plane.along[n] + y * plane.across[n] for n, a in network.params.items()}
    return Network.from_params(params, network.activation, network.weight_decay)


def plane_of(kind: str, network: Network, keyframes: list[State], seed: int = 0):
    if kind == "random":
        return finished(random_plane(network.params, seed))
    return finished(path_plane(network.params, keyframes))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("decay", [0.0, 0.01])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
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


def test_a_random_direction_moves_each_unit_by_the_length_of_its_weights(small: Dataset) -> None:
    network, _ = run_of(small)
    along, across = finished(random_plane(network.params, 0))
    for name in ("W1", "W2"):
        wanted = np.linalg.norm(network.params[name], axis=0)
        np.testing.assert_allclose(np.linalg.norm(along[name], axis=0), wanted, rtol=1e-5)
        # Made orthogonal to the first after that, it has changed a little.
        np.testing.assert_allclose(np.linalg.norm(across[name], axis=0), wanted, rtol=0.1)
    assert abs(flat(along) @ flat(across)) < 1e-6 * (flat(along) @ flat(along))


def test_random_directions_leave_biases_alone(small: Dataset) -> None:
    network, _ = run_of(small)
    for direction in finished(random_plane(network.params, 0)):
        assert not direction["b1"].any()
        assert not direction["b2"].any()


def test_random_numbers_are_normally_distributed() -> None:
    network = Network((784, 400, 10), initializer="he", seed=1)
    along, _ = finished(random_plane(network.params, 0))
    drawn = along["W1"] / along["W1"].std(axis=0)
    assert np.mean(np.abs(drawn) < 1) == pytest.approx(0.6827, abs=0.003)
    assert np.mean(np.abs(drawn) < 2) == pytest.approx(0.9545, abs=0.002)


def test_the_seed_decides_random_directions(small: Dataset) -> None:
    run = run_of(small)
    one, again = (surface_of(small, "random", run, seed=5) for _ in range(2))
    np.testing.assert_array_equal(one.losses, again.losses)
    assert (one.losses != surface_of(small, "random", run, seed=6).losses).any()


def test_directions_of_a_path_are_those_of_a_singular_value_decomposition(small: Dataset) -> None:
    network, keyframes = run_of(small, dtype="float64")
    plane = finished(path_plane(network.params, keyframes))
    rows = np.array([flat(k.params) - flat(network.params) for k in keyframes])
    _, s, directions = np.linalg.svd(rows, full_matrices=False)
    for direction, expected in zip(plane, directions, strict=False):
        assert abs(flat(direction) @ expected) == pytest.approx(1, abs=1e-9)
        assert np.linalg.norm(flat(direction)) == pytest.approx(1)
    found = surface_of(small, "path", (network, keyframes))
    assert found.explained == pytest.approx((s[:2] ** 2).sum() / (s**2).sum())


@pytest.mark.parametrize("kind", KINDS)
def test_the_path_is_the_nearest_point_of_the_plane_to_each_keyframe(
    small: Dataset, kind: str
) -> None:
    network, keyframes = run_of(small, dtype="float64")
    found, plane = surface_of(small, kind, (network, keyframes)), plane_of(kind, network, keyframes)
    basis = np.stack([flat(direction) for direction in plane], axis=1)
    rows = np.array([flat(k.params) - flat(network.params) for k in keyframes])
    points, *_ = np.linalg.lstsq(basis, rows.T, rcond=None)
    np.testing.assert_allclose(found.path[:, :2], points.T, atol=1e-9)
    assert found.path[:, 2].tolist() == [0, 16, 32, 48, 64, 80]
    left = ((rows - points.T @ basis.T) ** 2).sum()
    assert found.explained == pytest.approx(1 - left / (rows**2).sum(), abs=1e-9)


def test_a_run_comes_from_the_left_and_ends_at_the_network(small: Dataset) -> None:
    found = surface_of(small, "path")
    assert found.path[0, 0] == found.path[:, 0].min() < 0
    np.testing.assert_allclose(found.path[-1, :2], 0, atol=1e-6)


def test_the_network_may_be_of_the_middle_of_the_path(small: Dataset) -> None:
    _, keyframes = run_of(small)
    found = surface_of(small, "path", (Network.from_params(keyframes[2].params), keyframes))
    np.testing.assert_allclose(found.path[2, :2], 0, atol=1e-6)
    assert (found.path[[0, -1], 0] != 0).all()


def test_a_path_in_a_plane_is_explained_altogether() -> None:
    network = Network((784, 2, 10), seed=1)
    plane = finished(random_plane(network.params, 0))
    corners = [(3, 0), (2, 1), (-1, 2), (0, 0.5)]
    keyframes = [state(dict(moved(network, plane, *p).params), n) for n, p in enumerate(corners)]
    digits = np.zeros((1, 784), np.uint8), np.zeros(1, np.uint8)
    for kind in KINDS:
        found = finished(loss_surface(network, *digits, kind, keyframes, size=3))
        assert found.explained == pytest.approx(1)
    found = finished(loss_surface(network, *digits, "random", keyframes, size=3))
    np.testing.assert_allclose(found.path[:, :2], corners, atol=1e-12)


def test_of_a_very_long_path_some_keyframes_are_taken_and_the_last(small: Dataset) -> None:
    network, keyframes = run_of(small, hidden_sizes=(1,))
    first, last = keyframes[0].params, keyframes[-1].params
    rng = np.random.default_rng(0)
    many = [
        state({n: first[n] + rng.random() * (last[n] - first[n]) for n in first}, n)
        for n in range(3 * MOST_KEYFRAMES + 1)
    ]
    iterations = surface_of(small, "path", (network, many), size=3).path[:, 2]
    assert len(iterations) == MOST_KEYFRAMES
    assert iterations[[0, 1, 2, -1]].tolist() == [0, 3, 6, 3 * MOST_KEYFRAMES]


def test_without_keyframes_a_random_plane_has_no_path(small: Dataset) -> None:
    found = surface_of(small, "random", (run_of(small)[0], []))
    assert found.path.shape == (0, 3)
    assert np.isnan(found.explained)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_keyframes_are_no_path(small: Dataset, count: int) -> None:
    network, keyframes = run_of(small)
    with pytest.raises(SurfaceError, match=rf"^The run has kept {count} different states so far"):
        surface_of(small, "path", (network, keyframes[:count]))


def test_the_same_state_many_times_is_one(small: Dataset) -> None:
    network, keyframes = run_of(small)
    still = [replace(keyframes[n % 2], iteration=n) for n in range(9)]
    with pytest.raises(SurfaceError, match="kept 2 different states"):
        surface_of(small, "path", (network, still))


def test_a_path_along_a_line_has_no_plane(small: Dataset) -> None:
    network = Network((784, 4, 10), seed=1)
    line = [
        state({name: array + step * 0.5 for name, array in network.params.items()}, step)
        for step in range(5)
    ]
    with pytest.raises(SurfaceError, match="along a line only"):
        surface_of(small, "path", (network, line))


def test_weights_that_are_all_zero_have_no_random_directions(small: Dataset) -> None:
    run = run_of(small, weight_init_std=0.0)
    with pytest.raises(SurfaceError, match=r"^All weights are 0"):
        surface_of(small, "random", run)


def test_but_they_have_a_path_on_which_only_biases_move(small: Dataset) -> None:
    run = run_of(small, weight_init_std=0.0)
    found = surface_of(small, "path", run)
    assert np.isfinite(found.losses).all()
    assert np.ptp(found.losses) > 0.005


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["W1", "b2"])
def test_a_network_of_numbers_that_are_none_is_refused(
    small: Dataset, name: str, number: float
) -> None:
    network, keyframes = run_of(small)
    network.params[name][0] = number
    with pytest.raises(SurfaceError, match="no longer consists of finite numbers"):
        surface_of(small, "random", (network, keyframes))


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_without_measure_are_refused(small: Dataset, kind: str) -> None:
    network, keyframes = run_of(small, dtype="float64")
    network.params["W2"] *= 1e250
    with pytest.raises(SurfaceError, match="beyond all measure"):
        surface_of(small, kind, (network, keyframes))


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


def test_keyframes_of_changes_on_the_way_make_a_path_too(small: Dataset) -> None:
    trainer, states = eventful(TrainingConfig(hidden_sizes=(5,), iterations=150), small)
    found = surface_of(small, "path", (trainer.network, states[::10]))
    assert found.explained > 0.8


@pytest.mark.parametrize("size", [-1, 2])
def test_a_grid_of_fewer_than_three_points_is_refused(small: Dataset, size: int) -> None:
    with pytest.raises(ValueError, match=f"size must be at least 3, not {size}"):
        surface_of(small, "random", size=size)


def test_another_kind_is_refused(small: Dataset) -> None:
    with pytest.raises(ValueError, match="kind must be random or path, not 'steep'"):
        surface_of(small, "steep")


def test_keyframes_of_another_network_are_refused(small: Dataset) -> None:
    network, _ = run_of(small)
    with pytest.raises(ValueError, match="of the same network"):
        surface_of(small, "random", (network, run_of(small, hidden_sizes=(9,))[1]))


@pytest.mark.parametrize("labels", [0, 299])
def test_digits_need_a_label_each(small: Dataset, labels: int) -> None:
    network, keyframes = run_of(small)
    images = small.train_images[: 300 if labels else 0]
    with pytest.raises(ValueError, match="a label for each image"):
        finished(loss_surface(network, images, small.train_labels[:labels], "random", keyframes))
