"""Layers that somebody wrote, against the slopes of what they do."""

import json
import math

import numpy as np
import own_layers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore import layers
from bpcore.layer_answer import MAX_CLASSES, decoded, encoded, encoded_failure
from bpcore.layer_calls import LayerError
from bpcore.layer_check import LayerCheck, check_layer


def verdicts(check: LayerCheck) -> dict[str, bool]:
    return {report.name: report.passed for report in check.reports}


def a_class(**methods: object) -> type:
    identity = {"forward": lambda self, x: x, "backward": lambda self, dout: dout}
    return type("Mine", (), identity | methods)


def complaint(cls: type) -> str:
    with pytest.raises(LayerError) as caught:
        check_layer(cls)
    return str(caught.value)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "cls",
    [
        *(layers.Relu, layers.Sigmoid, layers.Tanh, layers.SoftmaxWithLoss),
        *(own_layers.Relu, own_layers.RowSoftmax, own_layers.OfPythonLists, own_layers.Flatten),
        *(own_layers.Steep, own_layers.SoftmaxWithLoss, own_layers.LossOfNumbers),
        own_layers.StepFunction,
    ],
)
def test_a_right_layer_passes(cls: type, seed: int) -> None:
    check = check_layer(cls, seed=seed)
    assert verdicts(check) == {"dx": True}
    assert check.passed
    assert not check.overwrote


@pytest.mark.parametrize("cls", [layers.Affine, own_layers.Affine, own_layers.AffineWithGrads])
def test_the_parameters_of_a_right_layer_are_checked_too(cls: type) -> None:
    check = check_layer(cls)
    assert verdicts(check) == {"dx": True, "dW": True, "db": True}
    assert [report.shape for report in check.reports] == [(3, 4), (4, 5), (5,)]
    assert [report.count for report in check.reports] == [12, 20, 5]
    assert check.remarks == ()


@pytest.mark.parametrize(
    "cls",
    [
        *(own_layers.ForgetsMask, own_layers.InvertsMask),
        *(own_layers.SlopeFromX, own_layers.ForgetsCount),
    ],
)
def test_a_wrong_gradient_of_x_is_found(cls: type) -> None:
    check = check_layer(cls)
    assert verdicts(check) == {"dx": False}
    assert not check.passed


def test_only_the_gradient_that_is_wrong_differs() -> None:
    assert verdicts(check_layer(own_layers.MeanForBias)) == {"dx": True, "dW": True, "db": False}


@pytest.mark.parametrize(
    ("cls", "wrong"),
    [
        (own_layers.Scale, set()),
        (own_layers.HalfGamma, {"dgamma"}),
        (own_layers.ForgetsGamma, {"dx"}),
    ],
)
def test_parameters_that_a_layer_makes_itself_are_checked_by_their_names(cls, wrong: set) -> None:
    check = check_layer(cls)
    found = verdicts(check)
    assert list(found) == ["dx", "dgamma", "dbeta"]
    assert {name for name, right in found.items() if not right} == wrong
    assert check.remarks == ()
    assert not check.overwrote
    (again,) = decoded(encoded((check,)).encode())
    assert verdicts(again) == found


def test_a_parameter_that_must_stay_above_0_is_left_as_it_is() -> None:
    assert verdicts(check_layer(own_layers.Root)) == {"dx": True, "dscale": True}


def test_what_is_not_checked_is_said() -> None:
    check = check_layer(own_layers.NoBeta)
    assert verdicts(check) == {"dx": True, "dgamma": True}
    assert check.remarks == ("There is no dbeta after backward, so beta was not checked.",)
    remarks = check_layer(own_layers.ManyArrays).remarks
    assert remarks[0] == "At most 8 of its arrays, of up to 300 elements, were checked."


@pytest.mark.parametrize(
    ("cls", "remark"),
    [
        (own_layers.OverwritingRelu, "backward writes into dout"),
        (own_layers.InPlaceRelu, "forward writes into x"),
        (own_layers.UpdatesItself, "backward changes W"),
    ],
)
def test_a_layer_that_writes_into_what_it_was_handed_does_not_pass(cls: type, remark: str) -> None:
    check = check_layer(cls)
    assert check.overwrote
    assert check.remarks[0].startswith(remark)
    assert verdicts(check)["dx"]
    assert not check.passed


@pytest.mark.parametrize(
    ("cls", "remark"),
    [
        (own_layers.KeepsFirstMask, "With a second batch, the first one still shows in dx"),
        (own_layers.AddsToOldGradients, "With a second batch, the first one still shows in dW"),
        (own_layers.NoGradients, "There is no dW after backward"),
        (own_layers.LossOfNumbers, "t was given as class numbers"),
        (own_layers.Single, "forward returns float32"),
    ],
)
def test_what_else_was_seen_is_remarked(cls: type, remark: str) -> None:
    assert any(each.startswith(remark) for each in check_layer(cls).remarks)


def test_a_kink_within_reach_is_left_out() -> None:
    places: list[np.ndarray] = []

    class Kinked:
        def forward(self, x):
            places.append(x.copy())
            kink = places[0][: len(x)] + 0.7e-4
            self.up = x >= kink
            return np.where(self.up, 3 * (x - kink), 0)

        def backward(self, dout):
            return np.where(self.up, 3 * dout, 0)

    check = check_layer(Kinked)
    report = check.reports[0]
    assert report.kinks == report.count == 12
    assert any("no steady slope" in remark for remark in check.remarks)
    assert not report.passed


@pytest.mark.parametrize(
    ("cls", "words"),
    [
        (a_class(forward=lambda self, x: None), "forward returns is None: is a return missing?"),
        (a_class(backward=lambda self, dout: None), "backward returns is None"),
        (a_class(forward=lambda self, x: "out"), "no array of numbers, but of the type str"),
        (a_class(forward=lambda self, x: x + 1j), "no array of numbers"),
        (a_class(forward=lambda self, x: [[1], [1, 2]]), "no array of numbers"),
        (a_class(forward=lambda self, x: x / 0), "forward returns holds NaN or infinity"),
        (a_class(backward=lambda self, dout: dout * np.nan), "backward returns holds NaN"),
        (a_class(backward=lambda self, dout: dout * 1e200), "backward returns holds NaN"),
        (a_class(backward=lambda self, dout: dout.T), "shape (4, 3), but x has (3, 4)"),
        (a_class(backward=lambda self, dout: dout[0]), "shape (4,), but x has (3, 4)"),
        (a_class(forward=lambda self: 1), "forward"),
        (a_class(forward=lambda self, x, y, z: x), "forward needs (x, y, z)"),
        (a_class(forward=lambda self, x, t: x), "one number, the loss; it returned an array"),
        (a_class(__init__=lambda self, rate: None), "Mine needs (rate) to be made"),
        (a_class(__init__=lambda self, h, w: None), "Mine needs (h, w) to be made"),
        (a_class(backward=lambda self, dout: self.mask), "AttributeError: 'Mine' object has no"),
        (own_layers.Dropout, "another result each time"),
        (
            type("T", (own_layers.Affine,), {"backward": lambda s, d: d @ s.W}),
            "T.backward: ValueError: matmul",
        ),
    ],
)
def test_what_can_not_be_checked_gets_a_sentence(cls: type, words: str) -> None:
    sentence = complaint(cls)
    assert words in sentence
    assert "\n" not in sentence


def test_an_exception_is_named_with_its_line() -> None:
    class Fails:
        def forward(self, x):
            return x

        def backward(self, dout):
            raise ValueError("a\nb" + 1000 * "c")

    line = Fails.backward.__code__.co_firstlineno + 1
    sentence = complaint(Fails)
    assert sentence.startswith(f"Fails.backward, line {line}: ValueError: a bccc")
    assert len(sentence) < 300


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_no_exception_escapes(error: BaseException) -> None:
    def forward(self, x):
        raise error

    assert "Mine.forward" in complaint(a_class(forward=forward))


def test_an_exception_that_can_not_be_told_is_named() -> None:
    class Dumb(Exception):
        def __str__(self) -> str:
            raise self

    def forward(self, x):
        raise Dumb

    assert complaint(a_class(forward=forward)).endswith(": Dumb")


# The answer of the process.


@pytest.mark.parametrize("cls", [layers.Affine, own_layers.OverwritingRelu, own_layers.ForgetsMask])
def test_a_check_comes_back_from_its_answer(cls: type) -> None:
    check = check_layer(cls)
    (back,) = decoded(encoded((check,)).encode())
    assert (back.name, back.overwrote, back.remarks) == (
        cls.__name__,
        check.overwrote,
        check.remarks,
    )
    for one, other in zip(back.reports, check.reports, strict=True):
        assert (one.name, one.shape, one.h) == (other.name, other.shape, other.h)
        for name in ("elements", "backprop", "numerical", "kink"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
            assert not getattr(one, name).flags.writeable


def test_a_failure_comes_back_as_one_line() -> None:
    with pytest.raises(LayerError, match=r"^it fails badly$"):
        decoded(encoded_failure("it fails\n\x1b badly").encode())


def changed(**changes: object) -> bytes:
    answer = json.loads(encoded((check_layer(own_layers.Relu),)))
    layer = answer["layers"][0]
    for name, value in changes.items():
        (layer if name in layer else layer["reports"][0])[name] = value
    return json.dumps(answer).encode()


def named(name: object) -> bytes:
    answer = json.loads(encoded((check_layer(own_layers.Relu),)))
    answer["layers"][0]["reports"][0]["name"] = name
    return json.dumps(answer).encode()


@pytest.mark.parametrize(
    "answer",
    [
        *(
            b"",
            b"\xff",
            b"[]",
            b"1",
            b"null",
            b'"failed"',
            b"{}",
            b'{"layers": []}',
            b"[" * 100_000,
        ),
        *(b'{"failed": 1}', b'{"layers": {}}', b'{"layers": [1]}', b'{"layers": [{}]}'),
        changed(name=3),
        changed(overwrote="no"),
        changed(remarks="none"),
        changed(remarks=["x"] * 100),
        changed(reports=[], remarks=[]),
        *(named(name) for name in ("dx; rm", "x", "d", "d" + "x" * 99, 1)),
        changed(shape=[3]),
        changed(shape=[-3, -4]),
        changed(shape=[10**30, 4]),
        changed(shape=[True, 4]),
        changed(elements=[12] * 12),
        changed(elements=[-1] * 12),
        changed(elements=[]),
        changed(elements=[0.0] * 12),
        changed(backprop=[1.0]),
        changed(backprop=[math.nan] * 12),
        changed(numerical=[math.inf] * 12),
        changed(numerical=[1e200] * 12),
        changed(numerical=["1"] * 12),
        changed(kink=[0] * 12),
        changed(h=0.0),
        encoded((check_layer(own_layers.Relu),) * (MAX_CLASSES + 1)).encode(),
    ],
)
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(LayerError, match="can't be read"):
        decoded(answer)


@given(st.data())
def test_no_damaged_answer_gets_through_as_anything_else(data: st.DataObject) -> None:
    answer = bytearray(changed())
    for _ in range(data.draw(st.integers(1, 4))):
        answer[data.draw(st.integers(0, len(answer) - 1))] = data.draw(st.integers(0, 255))
    try:
        for check in decoded(bytes(answer)):
            assert all(
                np.isfinite(r.mean_absolute_difference) for r in check.reports if not r.kinks
            )
    except LayerError:
        pass
