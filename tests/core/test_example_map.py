import numpy as np
import pytest
from steps import finished, reading_network

from bpcore.datasets.mnist import Dataset, scale
from bpcore.evaluation import EvaluationError, predicted_labels
from bpcore.example_map import ExampleMap, example_map
from bpcore.network import Network


def singular(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates and shares of variance by another way than the map's."""
    u, s, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    return (u * s)[:, :2], (s**2 / (s**2).sum())[:2]


def assert_same_plane(found: ExampleMap, rows: np.ndarray) -> None:
    points, explained = singular(rows)
    np.testing.assert_allclose(found.explained, explained, rtol=1e-9)
    signs = np.sign((points * found.points).sum(axis=0))
    np.testing.assert_allclose(found.points, points * signs, atol=1e-9 * np.abs(points).max())


@pytest.fixture(scope="module")
def digits(bundled: Dataset) -> tuple[np.ndarray, np.ndarray]:
    return bundled.test_images[:400], bundled.test_labels[:400]


def test_pixels_are_mapped_as_a_singular_value_decomposition_would(digits) -> None:
    found = finished(example_map(reading_network(), *digits, "pixels"))
    assert_same_plane(found, scale(digits[0], np.float64))
    assert (found.space, found.points.shape) == ("pixels", (400, 2))


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("hidden", [(30,), (20, 9)], ids=str)
def test_activations_are_those_of_the_last_hidden_layer(digits, hidden, activation: str) -> None:
    network = Network((784, *hidden, 10), activation=activation, initializer="he", seed=1)
    found = finished(example_map(network, *digits, "hidden"))
    x = scale(digits[0], np.float64)
    for layer in list(network.layers.values())[:-1]:
        x = layer.forward(x)
    assert x.shape == (400, hidden[-1])
    assert_same_plane(found, x)


@pytest.mark.parametrize("space", ["pixels", "hidden"])
def test_each_axis_points_where_its_largest_loading_is_positive(digits, space: str) -> None:
    network = reading_network()
    found = finished(example_map(network, *digits, space))
    rows = scale(digits[0], np.float64)
    if space == "hidden":
        first, activation, _ = network.twin().layers.values()
        rows = activation.forward(first.forward(rows))
    # A loading is what the points have in common with an input.
    loadings = found.points.T @ (rows - rows.mean(axis=0))
    for loading in loadings:
        assert loading[np.abs(loading).argmax()] > 0
    assert found.points.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert 1 > found.explained[0] > found.explained[1] > 0
    variances = found.points.var(axis=0) / rows.var(axis=0).sum()
    np.testing.assert_allclose(found.explained, variances, rtol=1e-6)


def test_labels_and_readings_are_those_of_the_examples(digits) -> None:
    found = finished(example_map(reading_network(), *digits, "hidden"))
    assert found.examples.tolist() == list(range(400))
    np.testing.assert_array_equal(found.labels, digits[1])
    np.testing.assert_array_equal(found.readings, predicted_labels(reading_network(), digits[0]))
    for array in (found.points, found.labels, found.readings, found.examples, found.explained):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_of_many_digits_two_thousand_are_mapped_evenly_spaced(bundled: Dataset) -> None:
    network, images, labels = reading_network(), bundled.train_images, bundled.train_labels
    found = finished(example_map(network, images, labels, "hidden"))
    assert (len(found.examples), found.examples[0]) == (2000, 0)
    assert set(np.diff(found.examples)) == {4, 5}
    np.testing.assert_array_equal(found.labels, labels[found.examples])
    same = finished(example_map(network, images[found.examples], labels[found.examples], "hidden"))
    np.testing.assert_array_equal(found.points, same.points)


def test_the_same_network_gives_the_same_map_and_keeps_its_layers(digits) -> None:
    network = reading_network()
    network.predict(scale(digits[0][:1]))
    inputs = network.layers["Affine1"].x
    maps = [finished(example_map(network, *digits, "hidden")) for _ in range(2)]
    np.testing.assert_array_equal(maps[0].points, maps[1].points)
    assert network.layers["Affine1"].x is inputs


def test_the_digits_of_a_trained_network_lie_further_apart_by_label_than_their_pixels(
    bundled: Dataset,
) -> None:
    def between(space: str) -> float:
        """Return the share of the variance in the plane that lies between labels."""
        found = finished(
            example_map(reading_network(), bundled.test_images, bundled.test_labels, space)
        )
        means = np.array([found.points[found.labels == label].mean(axis=0) for label in range(10)])
        return float(means[found.labels].var(axis=0).sum() / found.points.var(axis=0).sum())

    assert between("hidden") > between("pixels") > 0


def test_a_layer_of_one_unit_has_one_axis(digits) -> None:
    network = Network((784, 1, 10), activation="tanh", initializer="xavier", seed=0)
    found = finished(example_map(network, *digits, "hidden"))
    assert found.explained == pytest.approx([1, 0])
    assert found.points[:, 0].any()
    assert not found.points[:, 1].any()


@pytest.mark.parametrize("count", [1, 5])
def test_where_nothing_varies_all_examples_lie_in_one_point(digits, count: int) -> None:
    images = np.repeat(digits[0][:1], count, axis=0)
    found = finished(example_map(reading_network(), images, digits[1][:count], "pixels"))
    assert np.abs(found.points).max() < 1e-9
    assert (found.explained >= 0).all()
    blank = finished(example_map(reading_network(), images * 0, digits[1][:count], "pixels"))
    assert not blank.points.any()
    assert not blank.explained.any()


@pytest.mark.parametrize("factor", [1e-200, 1e200], ids=str)
def test_a_map_does_not_depend_on_how_large_activations_are(digits, factor: float) -> None:
    network = Network((784, 20, 10), initializer="he", seed=3)
    plain = finished(example_map(network, *digits, "hidden"))
    network.params["W1"] *= factor
    network.params["W2"] *= min(1, 1 / factor)
    found = finished(example_map(network, *digits, "hidden"))
    np.testing.assert_allclose(found.points / factor, plain.points, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found.explained, plain.explained, rtol=1e-9)


def test_without_a_hidden_layer_only_pixels_can_be_mapped(digits) -> None:
    network = Network((784, 10), seed=0)
    with pytest.raises(EvaluationError, match="no hidden layer: look at the map of the pixels"):
        finished(example_map(network, *digits, "hidden"))
    assert finished(example_map(network, *digits, "pixels")).points.any()


@pytest.mark.parametrize("space", ["pixels", "hidden"])
def test_a_network_that_diverged_is_not_mapped(digits, space: str) -> None:
    network = Network((784, 20, 10), seed=0)
    network.params["W1"] *= np.nan
    with pytest.raises(EvaluationError, match="no longer computes finite numbers"):
        finished(example_map(network, *digits, space))


def test_another_space_and_no_digits_are_refused(digits) -> None:
    with pytest.raises(ValueError, match="not 'weights'"):
        finished(example_map(reading_network(), *digits, "weights"))
    with pytest.raises(ValueError, match="make no map"):
        finished(example_map(reading_network(), digits[0][:0], digits[1][:0], "pixels"))
