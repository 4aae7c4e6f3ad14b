"""What one picture of the graph shows: a pass, a place in it, and what the reader has chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication

from app.graph_view.arrangement import arrange
from bpcore.graph.batch import averaged

if TYPE_CHECKING:
    from app.graph_view.layout import GraphLayout
    from bpcore.graph.trace import Step, Trace

Array: TypeAlias = npt.NDArray[np.floating]

MOVING_SHARE = 0.75
"""The part of a step's time in which pulses move; they rest in what remains."""


@dataclass(frozen=True)
class Texts:
    """The words in the picture, in the language of the window."""

    input: str = "Input x"
    pixels: str = "{0}×{0} = {1}"
    label: str = "label"
    says: str = "says"
    units: str = "{0} units"
    unit: str = "{0} unit"
    gates: str = "{0} open · {1} closed"
    open_gates: str = "{0} of {1} open"
    gates_of_batch: str = "{0} used · {1} idle"
    right: str = "{0} of {1} read right"
    sigmoid_slope: str = "slope a1 (1 − a1)"
    tanh_slope: str = "slope 1 − a1²"
    target: str = "y against one-hot t"
    waits: str = "waits for {0}"
    running: str = "running"
    new: str = "new"
    value: str = "value"
    gradient: str = "gradient"
    pending: str = "not computed yet"

    def count_units(self, count: int) -> str:
        """Return how many units there are."""
        return (self.unit if count == 1 else self.units).format(count)

    def slope_of(self, activation: str) -> str:
        """Return the local derivative of ``"sigmoid"`` or ``"tanh"``."""
        return self.tanh_slope if activation == "tanh" else self.sigmoid_slope


def translated_texts() -> Texts:
    """Return the words in the language that is installed now."""
    translate = QCoreApplication.translate
    return Texts(
        input=translate("Graph", "Input x"),
        pixels=translate("Graph", "{0}×{0} = {1}"),
        label=translate("Graph", "label"),
        says=translate("Graph", "says"),
        units=translate("Graph", "{0} units"),
        unit=translate("Graph", "{0} unit"),
        gates=translate("Graph", "{0} open · {1} closed"),
        open_gates=translate("Graph", "{0} of {1} open"),
        gates_of_batch=translate("Graph", "{0} used · {1} idle"),
        right=translate("Graph", "{0} of {1} read right"),
        sigmoid_slope=translate("Graph", "slope a1 (1 − a1)"),
        tanh_slope=translate("Graph", "slope 1 − a1²"),
        target=translate("Graph", "y against one-hot t"),
        waits=translate("Graph", "waits for {0}"),
        running=translate("Graph", "running"),
        new=translate("Graph", "new"),
        value=translate("Graph", "value"),
        gradient=translate("Graph", "gradient"),
        pending=translate("Graph", "not computed yet"),
    )


@dataclass(frozen=True, eq=False)
class Frame:
    """Everything that a picture of the graph depends on, besides the theme.

    Attributes
    ----------
    size
        Width and height in pixels.
    trace
        A pass of an example, or of a batch.
    position
        Steps done, 0 to ``len(trace.steps)``.
    caption
        Where the example is from: ``"test image 642"``.
    unit
        The hidden unit whose numbers stand at the edges.
    label
        The class whose numbers stand at the edge of the scores.
    hovered
        The unit under the pointer.
    pulse
        How far the newest step has been acted out, 0 to 1; None at rest.
    reduced_motion
        Nothing moves: every pulse rests in the middle of its edge.
    texts
        The words in the picture.
    """

    size: tuple[int, int]
    trace: Trace
    position: int
    caption: str
    unit: int
    label: int
    hovered: int | None = None
    pulse: float | None = None
    reduced_motion: bool = False
    texts: Texts = field(default_factory=Texts)

    @cached_property
    def layout(self) -> GraphLayout:
        """The geometry of this picture."""
        return arrange(*self.size, units=self.units, classes=self.trace.values["t"].shape[1])

    @cached_property
    def known(self) -> frozenset[str]:
        """Names of the values that are there at this position."""
        return self.trace.known(self.position)

    @property
    def units(self) -> int:
        """Hidden units of the network."""
        return len(self.trace.values["b1"])

    @property
    def step(self) -> Step | None:
        """The step that just ran."""
        return self.trace.steps[self.position - 1] if self.position else None

    @property
    def examples(self) -> int:
        """How many examples went through: 1, or a batch."""
        return len(self.trace.values["x"])

    @property
    def answer(self) -> int:
        """The right class; of a batch, the most frequent one."""
        return int(averaged(self.trace, "t").argmax())

    @property
    def says(self) -> int | None:
        """The likeliest class, once it is known."""
        y = self.array("y")
        return None if y is None else int(y.argmax())

    @property
    def local_derivative(self) -> Array:
        """The local derivative of each unit's activation; of a batch, its mean."""
        name = self.trace.layers[1]
        step = next(s for s in self.trace.steps if (s.phase, s.node) == ("backward", name))
        assert step.local_derivative is not None
        slopes: Array = step.local_derivative.mean(axis=0)
        return slopes

    def array(self, name: str) -> Array | None:
        """Return a value by its name, without the batch axis; None while it is not known.

        Parameters (``W1`` …) and their gradients are returned whole; what each example of a batch
        has, as their mean.
        """
        if name not in self.known:
            return None
        if name not in self._averages:
            self._averages[name] = averaged(self.trace, name)
        return self._averages[name]

    @cached_property
    def _averages(self) -> dict[str, Array]:
        return {}

    def number(self, name: str, *index: int) -> float | None:
        """Return one number of a value; None while it is not known."""
        array = self.array(name)
        return None if array is None else float(array[index])

    def newest(self, name: str) -> tuple[Array, bool]:
        """Return the parameter ``name``, and whether it is the updated one."""
        updated = self.array(f"{name}_new")
        return (self.trace.values[name], False) if updated is None else (updated, True)

    def computed_now(self, *names: str) -> bool:
        """Tell whether the newest step computed one of ``names``."""
        return self.step is not None and any(name in self.step.computes for name in names)

    def running(self, node: str) -> bool:
        """Tell whether the newest step is one of ``node``; an update runs in both Affine layers."""
        if self.step is None:
            return False
        if self.step.phase == "update":
            return node.startswith("Affine")
        return self.step.node == node

    @property
    def strongest_pixel(self) -> int | None:
        """The pixel with the largest gradient, once the gradient is known."""
        dx = self.array("dx")
        return None if dx is None else int(np.abs(dx).argmax())

    @property
    def motion(self) -> float | None:
        """How far the pulses have moved, 0 to 1; None while they rest."""
        if self.pulse is None or self.reduced_motion or self.pulse >= MOVING_SHARE:
            return None
        return self.pulse / MOVING_SHARE
