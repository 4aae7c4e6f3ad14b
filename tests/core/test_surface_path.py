from dataclasses import replace

import numpy as np
import pytest
from runs import eventful
from steps import finished
from surfaces import flat, moved, plane_of, run_of, state, surface_of

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.loss_surface import KINDS, MOST_KEYFRAMES, SurfaceError, loss_surface
from bpcore.network import Network
from bpcore.plane import path_plane, random_plane


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


def test_a_run_comes_from_the_lower_left_and_ends_at_the_network(small: Dataset) -> None:
    found = surface_of(small, "path")
    assert found.path[0, 0] == found.path[:, 0].min() < 0
    np.testing.assert_allclose(found.path[-1, :2], 0, atol=1e-6)


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_whatever_signs_vectors_come_in_a_run_comes_from_the_lower_left(
    small: Dataset, signs: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, eigh = run_of(small), np.linalg.eigh

    def turned(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, vectors = eigh(gram)
        vectors[:, -2:] *= signs
        return values, vectors

    monkeypatch.setattr(np.linalg, "eigh", turned)
    assert (surface_of(small, "path", run, size=3).path[0, :2] < 0).all()


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


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_without_measure_are_refused(small: Dataset, kind: str) -> None:
    network, keyframes = run_of(small, dtype="float64")
    network.params["W2"] *= 1e250
    with pytest.raises(SurfaceError, match="beyond all measure"):
        surface_of(small, kind, (network, keyframes))


def test_keyframes_of_changes_on_the_way_make_a_path_too(small: Dataset) -> None:
    trainer, states = eventful(TrainingConfig(hidden_sizes=(5,), iterations=150), small)
    found = surface_of(small, "path", (trainer.network, states[::10]))
    assert found.explained > 0.8


def test_keyframes_of_another_network_are_refused(small: Dataset) -> None:
    network, _ = run_of(small)
    with pytest.raises(ValueError, match="of the same network"):
        surface_of(small, "random", (network, run_of(small, hidden_sizes=(9,))[1]))
