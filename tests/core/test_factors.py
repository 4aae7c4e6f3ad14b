import numpy as np
import pytest

from bpcore.graph.factors import Factors, factors
from bpcore.graph.trace import Step, Trace, trace_pass
from bpcore.network import Network

UNITS, CLASSES = 8, 4


def traced(
    activation: str = "relu", units: int = UNITS, seed: int = 1, count: int = 1, decay: float = 0.0
) -> Trace:
    network = Network(
        (6, units, CLASSES), activation=activation, weight_init_std=0.5, dtype="float32", seed=seed
    )
    network.weight_decay = decay
    x = np.random.default_rng(seed).standard_normal((count, 6))
    return trace_pass(network, x, np.full(count, 2), learning_rate=0.1)


def step_of(trace: Trace, name: str) -> Step:
    (step,) = (step for step in trace.steps if name in step.computes)
    return step


def backward_steps(trace: Trace) -> list[Step]:
    return [step for step in trace.steps if step.phase == "backward"]


def every_product(activation: str) -> list[tuple[Step, Factors, Trace]]:
    trace = traced(activation)
    return [
        (step, product, trace)
        for step in backward_steps(trace)
        for unit in range(UNITS)
        for label in range(CLASSES)
        for product in factors(trace, step, unit, label)
    ]


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_every_product_is_its_upstream_times_its_local_derivative(activation: str) -> None:
    for _, product, _ in every_product(activation):
        expected = product.upstream * product.local
        assert product.product == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_a_single_product_is_the_downstream_gradient(activation: str) -> None:
    for _, product, _ in every_product(activation):
        if product.terms == 1:
            assert product.product == pytest.approx(product.downstream, rel=1e-6)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_every_number_is_the_traces_value_of_that_name(activation: str) -> None:
    for _, product, trace in every_product(activation):
        named = [
            (product.upstream_name, product.upstream),
            (product.local_name, product.local),
            (product.downstream_name, product.downstream),
        ]
        for name, number in named:
            if "[" in name and "−" not in name:
                value_name, index = name.rstrip("]").split("[")
                value = trace.values[value_name]
                at = tuple(int(i) for i in index.split(","))
                assert number == value[(0, *at) if len(at) < value.ndim else at]


def test_the_terms_of_a_sum_add_up_to_the_downstream_gradient() -> None:
    trace = traced()
    step = step_of(trace, "da1")
    for unit in range(UNITS):
        terms = [factors(trace, step, unit, label)[0] for label in range(CLASSES)]
        assert {term.terms for term in terms} == {CLASSES}
        assert {term.downstream for term in terms} == {float(trace.values["da1"][0, unit])}
        assert sum(term.product for term in terms) == pytest.approx(terms[0].downstream, rel=1e-5)


def test_the_first_product_is_that_of_the_chosen_unit_and_class() -> None:
    trace = traced()
    first = [factors(trace, step, 3, 1)[0] for step in backward_steps(trace)]
    names = [(p.upstream_name, p.local_name, p.downstream_name) for p in first]
    pixel = names[-2][2].removeprefix("dW1[").split(",")[0]
    lit = names[5][2].removeprefix("dx[").rstrip("]")
    assert names == [
        ("dL", "y[1] − t[1]", "dz2[1]"),
        ("dz2[1]", "W2[3,1]", "da1[3]"),
        ("dz2[1]", "a1[3]", "dW2[3,1]"),
        ("dz2[1]", "1", "db2[1]"),
        ("da1[3]", "da1/dz1", "dz1[3]"),
        ("dz1[3]", f"W1[{lit},3]", f"dx[{lit}]"),
        ("dz1[3]", f"x[{pixel}]", f"dW1[{pixel},3]"),
        ("dz1[3]", "1", "db1[3]"),
    ]


def test_beside_a_class_stands_the_likeliest_of_the_others() -> None:
    trace = traced()
    by_probability = list(np.argsort(trace.values["y"][0])[::-1])
    step = step_of(trace, "dz2")
    for label in range(CLASSES):
        rival = next(k for k in by_probability if k != label)
        names = [product.downstream_name for product in factors(trace, step, 0, label)]
        assert names == [f"dz2[{label}]", f"dz2[{rival}]"]


def test_beside_a_unit_stands_one_whose_gate_is_the_other_way() -> None:
    trace = traced()
    step = step_of(trace, "dz1")
    for unit in range(UNITS):
        chosen, other = factors(trace, step, unit, 0)
        assert {chosen.local, other.local} == {0, 1}


def test_a_unit_stands_alone_where_all_gates_are_the_same_way() -> None:
    network = Network((6, UNITS, CLASSES), weight_init_std=0.5, seed=1)
    network.params["b1"] = np.full(UNITS, 100.0)
    trace = trace_pass(network, np.ones((1, 6)), np.array([2]))
    assert len(factors(trace, step_of(trace, "dz1"), 3, 0)) == 1


def test_a_unit_stands_alone_where_there_is_no_other() -> None:
    trace = traced(units=1)
    assert len(factors(trace, step_of(trace, "dz1"), 0, 0)) == 1


def test_the_chosen_unit_is_not_contrasted_with_itself() -> None:
    trace = traced()
    for step in backward_steps(trace):
        for unit in range(UNITS):
            names = [product.downstream_name for product in factors(trace, step, unit, 0)]
            upstreams = [product.upstream_name for product in factors(trace, step, unit, 0)]
            pairs = list(zip(names, upstreams, strict=True))
            assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("phase", ["forward", "update"])
def test_there_are_no_products_but_in_backward_steps(phase: str) -> None:
    trace = traced()
    for step in trace.steps:
        if step.phase == phase:
            assert factors(trace, step, 0, 0) == ()


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_products_of_a_batch_are_those_of_its_strongest_examples(activation: str) -> None:
    trace = traced(activation, count=5)
    for step in backward_steps(trace):
        for f in factors(trace, step, 3, 1):
            assert f.product == pytest.approx(f.upstream * f.local, rel=1e-6, abs=1e-12)
            name, _, where = f.upstream_name.partition("[")
            if name != "dL":
                index = tuple(int(i) for i in where.rstrip("]").split(","))
                assert f.upstream == trace.values[name][index]


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("unit", range(UNITS))
def test_of_a_batch_the_examples_with_the_largest_products_are_shown(
    activation: str, unit: int
) -> None:
    trace = traced(activation, count=9)
    values = trace.values
    pixel = int(np.abs(values["dW1"][:, unit]).argmax())
    every = {
        "dz2": values["dz2"][:, 1],
        "dW2": values["a1"][:, unit] * values["dz2"][:, 1],
        "dz1": values["dz1"][:, unit],
        "dW1": values["x"][:, pixel] * values["dz1"][:, unit],
        "db1": values["dz1"][:, unit],
    }
    for name, products in every.items():
        shown = [abs(f.product) for f in factors(trace, step_of(trace, name), unit, 1)]
        assert shown == pytest.approx(np.sort(np.abs(products))[:-3:-1].tolist(), rel=1e-6)


def test_terms_of_a_batch_add_up_to_the_weights_gradient() -> None:
    trace = traced(count=5)
    step = step_of(trace, "dW2")
    (first, second) = factors(trace, step, 3, 1)
    assert first.terms == second.terms == 5
    assert first.downstream_name == second.downstream_name == "dW2[3,1]"
    every = trace.values["a1"][:, 3] * trace.values["dz2"][:, 1]
    assert first.downstream == pytest.approx(every.sum(), rel=1e-5)
    for f in (first, second):
        assert np.isclose(every, f.product, rtol=1e-6).any()


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("name", ["dW1", "dW2"])
def test_weight_decay_is_no_part_of_a_product_but_of_the_gradient(name: str, count: int) -> None:
    trace = traced(count=count, decay=0.5)
    for unit in range(UNITS):
        f = factors(trace, step_of(trace, name), unit, 1)[0]
        row, column = map(int, f.downstream_name.removeprefix(f"{name}[").rstrip("]").split(","))
        source, upstream = ("x", "dz1") if name == "dW1" else ("a1", "dz2")
        products = trace.values[source][:, row] * trace.values[upstream][:, column]
        assert f.product == pytest.approx(f.upstream * f.local, rel=1e-6)
        assert f.penalty == pytest.approx(0.5 * trace.values[name[1:]][row, column], rel=1e-6)
        assert f.downstream == pytest.approx(products.sum() + f.penalty, rel=1e-5, abs=1e-7)
        assert not f.whole


def test_of_a_batch_the_pixel_is_the_one_with_the_strongest_products_whatever_decays() -> None:
    shown = {}
    for decay in (0.0, 10.0):
        trace = traced(count=5, decay=decay)
        step = step_of(trace, "dW1")
        shown[decay] = [factors(trace, step, unit, 1)[0].local_name for unit in range(UNITS)]
    assert shown[0.0] == shown[10.0]
