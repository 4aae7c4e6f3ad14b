"""A layer that somebody wrote, checked against numerical differentiation.

``forward`` and ``backward`` of any class will do: for an upstream gradient ``dout``, what
``backward`` returns has to be the gradient of sum(forward(x) * dout). Nobody else's code should be
called in one's own process: ``bpcore.layer_process`` does it in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcore.central_differences import STEP
from bpcore.gradient_check import GradientReport
from bpcore.layer_calls import GIVEN, Called, LayerError, numbers_of, require_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from bpcore.layers import Array

BATCH, INPUTS, OUTPUTS = 3, 4, 5
"""All different, so that a missing transpose does not fit by chance."""

MAX_OWN, MAX_ELEMENTS = 8, 300
"""Arrays of its own that are checked of a layer, and elements of one."""

KINK = 1e-3
"""Slopes at h and h/2 that differ by this share of theirs are at a kink: a smooth function's agree
to about h squared."""

LARGEST_SHARE = 1e3
"""By how much dout is made less at most, so that no mistake gets too small to be seen."""


@dataclass(frozen=True, eq=False)
class LayerCheck:
    """What the check of one class found.

    Attributes
    ----------
    name
        Of the class.
    reports
        Of ``"dx"`` and of each parameter, ``"dW"`` and ``"db"`` or by its own name. Elements at a
        kink are flagged. Empty if the class could not be checked: then a remark says why.
    overwrote
        Whether it wrote into an array that was handed to it.
    remarks
        Sentences about what else was seen.
    """

    name: str
    reports: tuple[GradientReport, ...]
    overwrote: bool
    remarks: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all gradients agree and nothing was overwritten."""
        return bool(self.reports) and all(r.passed for r in self.reports) and not self.overwrote


def check_layer(cls: type, *, seed: int = 0, h: float = STEP) -> LayerCheck:
    """Compare ``backward`` of a class with the slopes of its ``forward``.

    Parameters
    ----------
    cls
        A layer, with ``forward(x)`` and ``backward(dout)``, or a loss, with ``forward(x, t)`` and
        ``backward()`` or ``backward(dout)``. It is made without arguments, or with a weight matrix
        and a bias, ``(W, b)``. Their gradients are looked for in ``dW`` and ``db``, else in
        ``grads``. Any other array that it is made with, as ``gamma``, is a parameter, too, if
        ``backward`` keeps ``dgamma``. ``x`` is (3, 4), ``W`` (4, 5), ``b`` (5,); ``t`` holds
        one-hot rows, or class numbers if the loss takes no rows.
    seed
        Of the numbers drawn: float64, between 0.1 and 2 in size, so never at a kink at 0.
    h
        How far each element is moved; the slopes at h and h/2 together give the numerical gradient.

    Raises
    ------
    LayerError
        If it raises an exception, does not fit, or returns what can't be compared.
    """
    with np.errstate(all="ignore"):
        return _Check(cls, np.random.default_rng(seed), h).result()


class _Check:
    def __init__(self, cls: type, rng: np.random.Generator, h: float) -> None:
        self.rng, self.h = rng, h
        self.called = Called(cls)
        self.remarks: list[str] = []
        self.overwrote = False
        shapes = ((INPUTS, OUTPUTS), (OUTPUTS,)) if self.called.takes_parameters else ()
        names = zip(GIVEN, shapes, strict=False)
        self.parameters = {name: self._draw(shape) for name, shape in names}
        self.x = self._draw((BATCH, INPUTS))
        self.is_loss = self.called.is_loss(self.parameters)
        self.t = self._answers(BATCH) if self.is_loss else None
        self.parameters |= self._own_parameters()

    def result(self) -> LayerCheck:
        layer, out, kind = self._forward(self.x, self.parameters)
        self._require_the_same_again(out)
        if kind in (np.float32, np.float16):
            self.remarks.append(f"forward returns {kind}, so its slopes are rough: use float64.")
        dout = self._draw_dout(out)
        gradients = self._backward(layer, self.x, dout)
        reports = [self._report("dx", gradients["dx"], self._moved_x(dout), self.x)]
        for name, array in self.parameters.items():
            if f"d{name}" in gradients:
                f = self._moved_parameter(name, dout)
                reports.append(self._report(f"d{name}", gradients[f"d{name}"], f, array))
            else:
                self.remarks.append(
                    f"There is no d{name} after backward, so {name} was not checked."
                )
        self._use_again(layer)
        return LayerCheck(self.called.name, tuple(reports), self.overwrote, tuple(self.remarks))

    # What goes in.

    def _draw(self, shape: tuple[int, ...]) -> Array:
        size = self.rng.uniform(0.1, 2, shape)
        return np.asarray(size * self.rng.choice([-1.0, 1.0], shape))

    def _draw_dout(self, out: Array) -> Array:
        if self.is_loss:
            return np.ones(out.shape)
        # Large outputs are weighed less: the rounding of their sum would look like a difference.
        size = min(max(float(np.abs(out).max(initial=1)), 1), LARGEST_SHARE)
        return self._draw(out.shape) / size

    def _answers(self, count: int) -> npt.NDArray[Any]:
        """Return one-hot rows, or class numbers if only these are taken."""
        numbers = self.rng.integers(0, INPUTS, count)
        rows = np.eye(INPUTS)[numbers]
        self.t = rows
        try:
            self._forward(self.x, self.parameters)
        except LayerError as first:
            self.t = numbers
            try:
                self._forward(self.x, self.parameters)
            except LayerError:
                raise first from None
            self.remarks.append("t was given as class numbers: one-hot rows are not taken.")
        assert self.t is not None
        return self.t

    def _own_parameters(self) -> dict[str, Array]:
        """Return the arrays that it is made with, each moved a little: of ones no mistake shows."""
        own = self._own_arrays()
        small = [name for name, array in own.items() if array.size <= MAX_ELEMENTS][:MAX_OWN]
        if len(small) < len(own):
            self.remarks.append(
                f"At most {MAX_OWN} of its arrays, of up to {MAX_ELEMENTS} elements, were checked."
            )
        moved = {name: own[name] + 0.1 * self._draw(own[name].shape) for name in small}
        try:
            self._forward(self.x, self.parameters | moved)
        except LayerError:  # they may have to stay above 0, say
            return {name: own[name] for name in small}
        return moved

    def _own_arrays(self) -> dict[str, Array]:
        """Return what may be parameters: arrays that no pass changes, or that have a gradient."""
        layer = self.called.made(self.parameters)
        made = self.called.own_arrays(layer)
        _, out, _ = self._forward(self.x, self.parameters, layer)
        passed = self.called.own_arrays(layer)
        self._call_backward(layer, np.ones(out.shape))
        done = self.called.own_arrays(layer)
        gradients = {f"d{name}" for name in (*made, *GIVEN, "x")}
        taken = self.parameters.values()
        return {
            name: array
            for name, array in made.items()
            if name not in gradients
            and not any(np.array_equal(array, given) for given in taken)
            and np.array_equal(array, passed.get(name, np.nan))
            and (f"d{name}" in done or np.array_equal(array, done.get(name, np.nan)))
        }

    # What is called.

    def _forward(
        self, x: Array, parameters: Mapping[str, Array], layer: Any = None
    ) -> tuple[Any, Array, np.dtype[Any]]:
        """Return the layer, its output and of which type that was; it is a new one if not given."""
        if layer is None:
            layer = self.called.made(parameters)
        given = x.copy()
        answers = () if self.t is None else (self.t[: len(x)].copy(),)
        out, kind = self.called.numbers("forward", layer.forward, given, *answers)
        if not np.array_equal(given, x):
            self._tell_overwritten("forward writes into x, which belongs to the layer before it.")
        if self.is_loss and out.size != 1:
            raise LayerError(
                f"{self.called.name}.forward(x, t) has to return one number, the loss; it returned "
                f"an array of shape {out.shape}"
            )
        return layer, out, kind

    def _backward(self, layer: Any, x: Array, dout: Array) -> dict[str, Array]:
        """Return ``dx`` and, for each parameter, ``dW`` and so on if it is found."""
        name, given = self.called.name, dout.copy()
        before = [(key, getattr(layer, key, None)) for key in (*GIVEN, *self.parameters)]
        kept = {key: v.copy() for key, v in before if isinstance(v, np.ndarray)}
        dx = self._call_backward(layer, given)
        if not np.array_equal(given, dout):
            self._tell_overwritten("backward writes into dout, which belongs to the layer behind.")
        for key, value in kept.items():
            if not np.array_equal(value, np.asarray(getattr(layer, key, None))):
                self._tell_overwritten(f"backward changes {key}: that is the optimizer's task.")
        require_shape(f"what {name}.backward returns", dx, "x", x.shape)
        found = {"dx": dx}
        for key, value in self.called.gradients(layer, self.parameters).items():
            gradient, _ = numbers_of(f"{name}.d{key}", value)
            require_shape(f"{name}.d{key}", gradient, key, self.parameters[key].shape)
            found[f"d{key}"] = gradient
        return found

    def _call_backward(self, layer: Any, dout: Array) -> Array:
        arguments: tuple[Any, ...] = (dout,)
        if self.is_loss:
            arguments = (1.0,) if self.called.backward_needs_dout(layer) else ()
        return self.called.numbers("backward", layer.backward, *arguments)[0]

    def _tell_overwritten(self, remark: str) -> None:
        self.overwrote = True
        if remark not in self.remarks:
            self.remarks.append(remark)

    def _require_the_same_again(self, out: Array) -> None:
        _, again, _ = self._forward(self.x, self.parameters)
        if not np.array_equal(out, again):
            raise LayerError(
                f"{self.called.name}.forward gives another result each time, so it has no slope; "
                "leave out what is random"
            )

    def _use_again(self, used: Any) -> None:
        """Give the same layer a second batch: it has to do what a new one does."""
        x = self._draw((BATCH - 1, INPUTS))
        fresh, out, _ = self._forward(x, self.parameters)
        dout = self._draw_dout(out)
        wanted = self._backward(fresh, x, dout)
        self._forward(x, self.parameters, used)
        found = self._backward(used, x, dout)
        kept = [n for n, array in wanted.items() if not np.allclose(array, found.get(n, np.nan))]
        if kept:
            self.remarks.append(
                f"With a second batch, the first one still shows in {' and '.join(kept)}: "
                "set what is remembered anew at each pass."
            )

    # The slopes of what it does.

    def _moved_x(self, dout: Array) -> Callable[[Array], float]:
        return lambda x: self._weighed(x, self.parameters, dout)

    def _moved_parameter(self, name: str, dout: Array) -> Callable[[Array], float]:
        return lambda array: self._weighed(self.x, self.parameters | {name: array}, dout)

    def _weighed(self, x: Array, parameters: Mapping[str, Array], dout: Array) -> float:
        _, out, _ = self._forward(x, parameters)
        require_shape("the output", out, "the first output", dout.shape)
        return float((out * dout).sum())

    def _report(
        self, name: str, backprop: Array, f: Callable[[Array], float], array: Array
    ) -> GradientReport:
        elements = np.arange(array.size)
        numerical, kink = np.empty(array.size), np.zeros(array.size, bool)
        for n in range(array.size):
            wide, narrow = (_slope(f, array, n, step) for step in (self.h, self.h / 2))
            numerical[n] = (4 * narrow - wide) / 3  # the error of truncation cancels
            kink[n] = abs(wide - narrow) > KINK * (abs(wide) + abs(narrow)) + KINK * self.h
        if kink.all():
            self.remarks.append(f"{name} could not be compared: forward has no steady slope.")
        arrays = (elements, backprop.ravel(), numerical, kink)
        for each in arrays:
            each.flags.writeable = False
        return GradientReport(name, array.shape, self.h, *arrays)


def _slope(f: Callable[[Array], float], array: Array, element: int, step: float) -> float:
    values = []
    for way in (step, -step):
        moved = array.copy()
        moved.flat[element] += way
        values.append(f(moved))
    return (values[0] - values[1]) / (2 * step)
