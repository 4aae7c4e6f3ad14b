from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bpcore.layers import Affine, Array, Relu, Sigmoid, SoftmaxWithLoss, Tanh, log_softmax

DTYPES = st.sampled_from([np.float32, np.float64])
SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=6)
HUGE = 1.7e308


def finite(dtype: npt.DTypeLike, largest: float | None = None) -> st.SearchStrategy[Array]:
    limit = float(np.finfo(dtype).max) if largest is None else largest
    numbers = st.floats(-limit, limit, width=32 if dtype == np.float32 else 64)
    return arrays.arrays(dtype, SHAPES, elements=numbers)


any_finite = DTYPES.flatmap(finite)
moderate = finite(np.float64, 5.0)


def frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(shape)


def slope(f: Callable[[Array], float], x: Array, direction: Array, h: float = 1e-5) -> float:
    """Return the derivative of ``f`` at ``x`` along ``direction``, by central differences."""
    return (f(x + h * direction) - f(x - h * direction)) / (2 * h)


# Relu


@given(any_finite)
def test_relu_passes_what_is_above_zero_and_shuts_on_the_rest(x: Array) -> None:
    np.testing.assert_array_equal(Relu().forward(x), np.where(x > 0, x, 0))


def test_relu_has_derivative_zero_at_zero() -> None:
    relu = Relu()
    relu.forward(np.array([[0.0, -0.0, 1.0]]))
    np.testing.assert_array_equal(relu.backward(np.ones((1, 3))), [[0, 0, 1]])


@given(moderate)
def test_relu_pulls_a_gradient_back_as_central_differences_do(x: Array) -> None:
    assume((np.abs(x) > 1e-3).all())
    dout, direction = normal(*x.shape, seed=1), normal(*x.shape, seed=2)
    relu = Relu()
    relu.forward(x)
    numerical = slope(lambda x: float((Relu().forward(x) * dout).sum()), x, direction)
    assert np.sum(relu.backward(dout) * direction) == pytest.approx(numerical, abs=1e-8)


# Sigmoid


@given(any_finite)
@example(np.array([[HUGE, -HUGE]]))
def test_sigmoid_stays_within_zero_and_one_for_any_finite_input(x: Array) -> None:
    out = Sigmoid().forward(x)
    assert out.dtype == x.dtype
    assert ((out >= 0) & (out <= 1)).all()


@given(any_finite)
def test_sigmoid_is_point_symmetric(x: Array) -> None:
    total = Sigmoid().forward(x) + Sigmoid().forward(-x)
    assert (np.abs(total - 1) <= 2 * np.finfo(x.dtype).eps).all()


@given(finite(np.float64, 30.0))
def test_sigmoid_is_the_textbooks_where_that_can_be_computed(x: Array) -> None:
    np.testing.assert_allclose(Sigmoid().forward(x), 1 / (1 + np.exp(-x)), rtol=1e-14)


@given(any_finite)
def test_sigmoid_never_multiplies_a_gradient_by_more_than_a_quarter(x: Array) -> None:
    sigmoid = Sigmoid()
    sigmoid.forward(x)
    dx = sigmoid.backward(np.ones_like(x))
    assert ((dx >= 0) & (dx <= 0.25)).all()


@given(moderate)
def test_sigmoid_pulls_a_gradient_back_as_central_differences_do(x: Array) -> None:
    dout, direction = normal(*x.shape, seed=1), normal(*x.shape, seed=2)
    sigmoid = Sigmoid()
    sigmoid.forward(x)
    numerical = slope(lambda x: float((Sigmoid().forward(x) * dout).sum()), x, direction)
    assert np.sum(sigmoid.backward(dout) * direction) == pytest.approx(numerical, abs=1e-8)


# Tanh


@given(any_finite)
@example(np.array([[HUGE, -HUGE]]))
def test_tanh_stays_within_minus_one_and_one_for_any_finite_input(x: Array) -> None:
    out = Tanh().forward(x)
    assert out.dtype == x.dtype
    assert (np.abs(out) <= 1).all()


@given(finite(np.float64, 30.0))
def test_tanh_is_a_sigmoid_twice_as_steep_and_twice_as_high(x: Array) -> None:
    np.testing.assert_allclose(Tanh().forward(x), 2 * Sigmoid().forward(2 * x) - 1, atol=1e-14)


@given(moderate)
def test_tanh_pulls_a_gradient_back_as_central_differences_do(x: Array) -> None:
    dout, direction = normal(*x.shape, seed=1), normal(*x.shape, seed=2)
    tanh = Tanh()
    tanh.forward(x)
    numerical = slope(lambda x: float((Tanh().forward(x) * dout).sum()), x, direction)
    assert np.sum(tanh.backward(dout) * direction) == pytest.approx(numerical, abs=1e-8)


# Affine


@given(x=moderate, units=st.integers(1, 5))
def test_affine_makes_a_row_of_units_from_each_row_of_inputs(x: Array, units: int) -> None:
    W, b = normal(x.shape[1], units), normal(units, seed=1)
    out = Affine(W, b).forward(x)
    expected = [[sum(x[i] * W[:, j]) + b[j] for j in range(units)] for i in range(len(x))]
    np.testing.assert_allclose(out, np.array(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("of", ["x", "W", "b"])
@given(x=moderate, units=st.integers(1, 5))
def test_affine_pulls_a_gradient_back_as_central_differences_do(
    of: str, x: Array, units: int
) -> None:
    at = {"x": x, "W": normal(x.shape[1], units), "b": normal(units, seed=1)}
    dout = normal(len(x), units, seed=2)
    affine = Affine(at["W"], at["b"])
    affine.forward(x)
    grads = {"x": affine.backward(dout), "W": affine.dW, "b": affine.db}

    def loss(moved: Array) -> float:
        inputs = at | {of: moved}
        return float((Affine(inputs["W"], inputs["b"]).forward(inputs["x"]) * dout).sum())

    direction = normal(*at[of].shape, seed=3)
    numerical = slope(loss, at[of], direction)
    assert np.sum(grads[of] * direction) == pytest.approx(numerical, abs=1e-7)


def test_affine_sees_an_update_of_its_weights_in_place() -> None:
    W, b, x = normal(3, 2), normal(2), normal(4, 3)
    affine = Affine(W, b)
    W *= 2
    np.testing.assert_array_equal(affine.forward(x), x @ W + b)


def test_affine_writes_its_gradients_into_the_same_arrays_every_time() -> None:
    affine = Affine(normal(3, 2), normal(2))
    dW, db = affine.dW, affine.db
    for seed in range(2):
        affine.forward(normal(4, 3, seed=seed))
        affine.backward(normal(4, 2, seed=seed))
    assert affine.dW is dW
    assert affine.db is db


def test_affine_can_skip_the_gradient_of_its_input() -> None:
    affine = Affine(normal(3, 2), normal(2))
    affine.forward(normal(4, 3))
    assert affine.backward(normal(4, 2), need_dx=False) is None


def test_affine_has_the_same_gradients_when_it_skips_that_of_its_input() -> None:
    whole, short = (Affine(normal(3, 2), normal(2)) for _ in range(2))
    for affine, need_dx in ((whole, True), (short, False)):
        affine.forward(normal(4, 3))
        affine.backward(normal(4, 2, seed=1), need_dx)
    np.testing.assert_array_equal(short.dW, whole.dW)
    np.testing.assert_array_equal(short.db, whole.db)


# SoftmaxWithLoss


@given(any_finite)
@example(np.array([[HUGE, -HUGE], [-HUGE, HUGE], [HUGE, HUGE]]))
@example(np.tile([[HUGE, -HUGE]], (3, 1)))
def test_softmax_and_its_loss_are_finite_for_any_finite_scores(scores: Array) -> None:
    for label in range(scores.shape[1]):
        layer = SoftmaxWithLoss()
        loss = layer.forward(scores, np.full(len(scores), label))
        assert 0 <= loss < np.inf
        np.testing.assert_allclose(layer.y.sum(axis=1), 1, rtol=1e-5)
        assert np.isfinite(layer.backward()).all()


@pytest.mark.parametrize("gap", [40.0, 1000.0, 1e300])
def test_loss_is_exact_however_unlikely_the_right_answer(gap: float) -> None:
    assert SoftmaxWithLoss().forward(np.array([[gap, 0.0]]), np.array([1])) == gap


@given(finite(np.float64, 30.0))
def test_loss_is_minus_the_mean_logarithm_of_the_right_probabilities(scores: Array) -> None:
    layer, answers = SoftmaxWithLoss(), np.arange(len(scores)) % scores.shape[1]
    loss = layer.forward(scores, answers)
    right = layer.y[np.arange(len(scores)), answers]
    assert loss == pytest.approx(-np.log(right).mean(), rel=1e-9, abs=1e-12)


@given(any_finite, st.data())
def test_labels_give_identical_results_as_numbers_and_as_one_hot_rows(
    scores: Array, data: st.DataObject
) -> None:
    count, classes = scores.shape
    labels = data.draw(arrays.arrays(np.uint8, count, elements=st.integers(0, classes - 1)))
    one, other = SoftmaxWithLoss(), SoftmaxWithLoss()
    loss = one.forward(scores, labels)
    assert other.forward(scores, np.eye(classes, dtype=int)[labels]) == loss
    np.testing.assert_array_equal(other.backward(), one.backward())


@pytest.mark.parametrize(
    "t",
    [
        np.array([0, 1, 2]),
        np.zeros((2, 4)),
        np.zeros((2, 1), int),
        np.array([0, 3]),
        np.array([0, -1]),
        np.array([0.0, 1.0]),
        np.array(1),
    ],
    ids=["too many", "too wide", "a column", "too large", "negative", "fractions", "a single one"],
)
def test_labels_that_do_not_fit_are_refused(t: npt.NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="class numbers"):
        SoftmaxWithLoss().forward(np.zeros((2, 3)), t)  # type: ignore[arg-type]


@given(moderate)
def test_softmax_pulls_the_loss_back_as_central_differences_do(scores: Array) -> None:
    answers = np.arange(len(scores)) % scores.shape[1]
    direction = normal(*scores.shape)
    layer = SoftmaxWithLoss()
    layer.forward(scores, answers)
    numerical = slope(lambda x: SoftmaxWithLoss().forward(x, answers), scores, direction)
    assert np.sum(layer.backward() * direction) == pytest.approx(numerical, abs=1e-8)


def test_log_softmax_takes_a_single_row_of_scores() -> None:
    scores = normal(2, 10)
    np.testing.assert_array_equal(log_softmax(scores[0]), log_softmax(scores)[0])


# All of them


@given(DTYPES)
def test_no_layer_writes_into_its_arguments(dtype: npt.DTypeLike) -> None:
    x, dout = (frozen(normal(4, 3, seed=seed).astype(dtype)) for seed in range(2))
    W, b = frozen(normal(3, 3, seed=2).astype(dtype)), frozen(normal(3, seed=3).astype(dtype))
    for layer in (Relu(), Sigmoid(), Affine(W, b)):
        layer.forward(x)
        layer.backward(dout)
    loss_layer = SoftmaxWithLoss()
    loss_layer.forward(x, frozen(np.eye(4, 3, dtype=dtype)))
    loss_layer.backward()


@pytest.mark.parametrize("layer", [Relu(), Sigmoid(), Affine(np.eye(3), np.zeros(3))])
def test_what_a_layer_returns_is_not_its_argument(layer: Relu | Sigmoid | Affine) -> None:
    x, dout = np.ones((4, 3)), np.ones((4, 3))
    assert not np.shares_memory(layer.forward(x), x)
    assert not np.shares_memory(layer.backward(dout), dout)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers_compute_in_the_type_of_their_arguments(dtype: npt.DTypeLike) -> None:
    x = normal(4, 3).astype(dtype)
    layers = (Relu(), Sigmoid(), Affine(np.eye(3, dtype=dtype), np.zeros(3, dtype)))
    computed = [array for layer in layers for array in (layer.forward(x), layer.backward(x))]
    loss_layer = SoftmaxWithLoss()
    loss_layer.forward(x, np.array([0, 1, 2, 0]))
    assert {array.dtype for array in (*computed, loss_layer.backward())} == {np.dtype(dtype)}
