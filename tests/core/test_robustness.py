import numpy as np
import pytest
from steps import finished, reading_network

from bpcore.datasets.mnist import Dataset, scale
from bpcore.evaluation import EvaluationError, accuracy, evaluate
from bpcore.network import Network
from bpcore.robustness import AMOUNTS, KINDS, LIMITS, RobustnessCurve, disturbed
from bpcore.robustness import robustness as curves_of
from bpcore.steps import MOST_DIGITS

WAYS = {"noise": 1, "shift": 4, "rotation": 2, "thickness": 1}


@pytest.fixture(scope="module")
def digits(bundled: Dataset) -> np.ndarray:
    images = bundled.test_images[:250].copy()
    images.flags.writeable = False
    return images


@pytest.fixture(scope="module")
def curves(bundled: Dataset) -> dict[str, RobustnessCurve]:
    found = finished(curves_of(reading_network(), bundled.test_images, bundled.test_labels))
    return {curve.kind: curve for curve in found}


def pictures(images: np.ndarray) -> np.ndarray:
    return images.reshape(-1, 28, 28)


def bar(width: int) -> np.ndarray:
    """Return a horizontal stroke so many pixels wide, from side to side."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[:, 10 : 10 + width] = 255
    return image.reshape(1, 784)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_an_amount_of_0_changes_nothing(kind: str, seed: int, digits: np.ndarray) -> None:
    same = disturbed(digits, kind, 0, seed)
    np.testing.assert_array_equal(same, digits)
    assert not np.shares_memory(same, digits)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_arguments_give_equal_digits_whatever_comes_after(kind: str, digits) -> None:
    amount = 0.9 * AMOUNTS[kind][-2]
    changed = disturbed(digits, kind, amount, 1)
    assert (changed.dtype, changed.shape) == (np.uint8, digits.shape)
    np.testing.assert_array_equal(changed, disturbed(digits, kind, np.float64(amount), 1))
    np.testing.assert_array_equal(changed[:130], disturbed(digits[:130], kind, amount, 1))
    assert (changed != digits).any(axis=1).all()
    assert disturbed(digits[:0], kind, amount).shape == (0, 784)


@pytest.mark.parametrize("distance", range(1, 9))
@pytest.mark.parametrize(("seed", "axis", "sign"), [(0, 2, 1), (1, 1, 1), (2, 2, -1), (3, 1, -1)])
def test_a_shift_by_whole_pixels_moves_them_and_paper_follows(
    distance: int, seed: int, axis: int, sign: int
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (120, 784), np.uint8)
    expected = np.roll(pictures(images), sign * distance, axis)
    left_behind = np.moveaxis(expected, axis, 0)
    left_behind[slice(distance) if sign > 0 else slice(-distance, None)] = 0
    np.testing.assert_array_equal(pictures(disturbed(images, "shift", distance, seed)), expected)


def test_a_shift_by_half_a_pixel_is_the_mean_of_two(digits: np.ndarray) -> None:
    half = pictures(disturbed(digits, "shift", 2.5)).astype(float)
    two, three = (pictures(disturbed(digits, "shift", n)).astype(float) for n in (2, 3))
    assert np.abs(half - (two + three) / 2).max() <= 0.5


@pytest.mark.parametrize(("seed", "turns"), [(0, 1), (1, -1)])
def test_a_right_angle_turns_pixels_onto_pixels(seed: int, turns: int, digits) -> None:
    images = pictures(digits).copy()
    images[:, 0] = images[:, :, 0] = 0  # what is turned out of the picture
    # Turned about the middle of pixel (14, 14), half a pixel from that of the picture.
    expected = np.roll(np.rot90(images, turns, (1, 2)), 1, 1 if turns == 1 else 2)
    turned = pictures(disturbed(images.reshape(-1, 784), "rotation", 90, seed))
    np.testing.assert_array_equal(turned, expected)


def test_turned_back_a_digit_is_nearly_what_it_was(digits: np.ndarray) -> None:
    there = disturbed(digits, "rotation", 20, 0)
    back = disturbed(there, "rotation", 20, 1).astype(float)
    away = np.abs(there.astype(float) - digits).mean()
    assert np.abs(back - digits).mean() < away / 3


@pytest.mark.parametrize("amount", [-3, -2.5, -2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 3, 4])
def test_a_stroke_gets_so_many_pixels_wider(amount: float) -> None:
    width = pictures(disturbed(bar(6), "thickness", amount))[0].sum(axis=0) / 255
    np.testing.assert_allclose(width[5:-5], 6 + amount, atol=0.005)


def test_a_stroke_that_gets_too_thin_is_gone() -> None:
    assert not disturbed(bar(2), "thickness", -4).any()


def test_beyond_the_edge_there_is_paper() -> None:
    to_the_edge = bar(18)
    thinner = pictures(disturbed(to_the_edge, "thickness", -2))[0, :, 14]
    assert np.flatnonzero(thinner).tolist() == list(range(11, 27))
    thicker = pictures(disturbed(to_the_edge, "thickness", 2))[0, :, 14]
    assert np.flatnonzero(thicker).tolist() == list(range(9, 28))


def test_noise_has_the_standard_deviation_that_was_asked_for() -> None:
    grey = np.full((200, 784), 128, np.uint8)
    noisy = disturbed(grey, "noise", 20, 5).astype(float)
    assert noisy.mean() == pytest.approx(128, abs=0.3)
    assert noisy.std() == pytest.approx(20, rel=0.01)
    assert len(np.unique(noisy, axis=0)) == 200
    assert (disturbed(grey, "noise", 20, 6) != noisy).any()


def test_noise_stays_within_black_and_white(digits: np.ndarray) -> None:
    noisy = disturbed(digits, "noise", 200)
    assert (noisy.min(), noisy.max()) == (0, 255)
    # Clipped, not wrapped around: half the paper stays black.
    assert (noisy[digits == 0] == 0).mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("kind", "amount"),
    [("noise", -1), ("noise", 256), ("shift", -1), ("shift", 1e300), ("rotation", np.inf),
     ("thickness", np.nan), ("thickness", -9)],
)  # fmt: skip
def test_an_amount_out_of_range_is_named(kind: str, amount: float, digits: np.ndarray) -> None:
    with pytest.raises(ValueError, match=f"the amount of {kind} must be {LIMITS[kind]}, not"):
        disturbed(digits, kind, amount)


def test_another_kind_is_refused(digits: np.ndarray) -> None:
    with pytest.raises(ValueError, match="noise or shift or rotation or thickness, not 'blur'"):
        disturbed(digits, "blur", 1)  # type: ignore[arg-type]


def test_there_is_a_curve_of_each_kind_in_its_unit(curves: dict[str, RobustnessCurve]) -> None:
    assert tuple(curves) == KINDS == ("noise", "shift", "rotation", "thickness")
    units = [curve.unit for curve in curves.values()]
    assert units == ["grey levels", "pixels", "degrees", "pixels"]
    for curve in curves.values():
        assert curve.count == 1000
        assert curve.amounts.tolist() == list(AMOUNTS[curve.kind])
        assert (np.diff(curve.amounts) > 0).all()
        for array in (curve.amounts, curve.accuracies):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_undisturbed_the_accuracy_is_the_plain_one(bundled: Dataset, curves) -> None:
    plain = finished(evaluate(reading_network(), bundled.test_images, bundled.test_labels))
    for curve in curves.values():
        assert curve.accuracies[curve.amounts == 0].tolist() == [plain.accuracy]


@pytest.mark.parametrize("kind", KINDS)
def test_a_curve_says_how_well_disturbed_digits_are_read(kind: str, bundled, curves) -> None:
    network, images, labels = reading_network(), bundled.test_images, bundled.test_labels
    curve = curves[kind]
    for place in (1, -1):
        amount = curve.amounts[place]
        ways = [disturbed(images, kind, amount, seed) for seed in range(WAYS[kind])]
        mean = np.mean([accuracy(network, way, labels) for way in ways])
        assert curve.accuracies[place] == pytest.approx(mean, abs=1e-12)


def test_the_more_digits_are_disturbed_the_fewer_are_read(curves) -> None:
    for curve in curves.values():
        worse = curve.accuracies[curve.amounts >= 0]
        assert (np.diff(worse) < 0.02).all()
        assert worse[-1] < worse[0] - 0.2
    thinner = curves["thickness"].accuracies[curves["thickness"].amounts <= 0]
    assert (np.diff(thinner) > -0.02).all()
    assert thinner[0] < thinner[-1] - 0.05
    assert curves["shift"].accuracies[-1] < 0.2


def test_of_many_digits_a_thousand_are_read_evenly_spaced(
    bundled: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {kind: amounts[:2] for kind, amounts in AMOUNTS.items()}
    monkeypatch.setattr("bpcore.robustness.AMOUNTS", few)
    network, images, labels = reading_network(), bundled.train_images, bundled.train_labels
    first = finished(curves_of(network, images[:3000], labels[:3000]))
    third = finished(curves_of(network, images[:3000:3], labels[:3000:3]))
    for one, other in zip(first, third, strict=True):
        assert one.count == MOST_DIGITS
        np.testing.assert_array_equal(one.accuracies, other.accuracies)


def test_the_network_keeps_its_layers_and_whoever_stops_asking_has_cancelled(bundled) -> None:
    network = reading_network()
    network.predict(scale(bundled.test_images[:1]))
    inputs = network.layers["Affine1"].x
    work = curves_of(network, bundled.test_images, bundled.test_labels)
    assert 0 < next(work) < 0.01
    work.close()
    assert network.layers["Affine1"].x is inputs


def test_a_network_that_diverged_has_no_curve(bundled: Dataset) -> None:
    network = Network((784, 20, 10), seed=0)
    network.params["b2"][3] = np.nan
    with pytest.raises(EvaluationError, match="choose an earlier iteration"):
        finished(curves_of(network, bundled.test_images, bundled.test_labels))


def test_no_digits_make_no_curve(bundled: Dataset) -> None:
    with pytest.raises(ValueError, match="make no curve"):
        finished(curves_of(reading_network(), bundled.test_images[:0], bundled.test_labels[:0]))
