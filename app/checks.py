"""What the Check page finds out: work in steps, on networks and batches that never change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from bpcore.bugs import BUGS, SAMPLE, broken, fitting, reports_with
from bpcore.central_differences import STEP
from bpcore.datasets.mnist import scale
from bpcore.gradient_check import check_in_steps, sweep_in_steps
from bpcore.learner import first_network
from bpcore.network import Network
from bpcore.steps import part_of
from bpcore.suspects import find_guilty

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from app.staging import Batch
    from bpcore.bugs import Bug
    from bpcore.config import TrainingConfig
    from bpcore.gradient_check import GradientReport, Sweep
    from bpcore.layers import Array
    from bpcore.suspects import Verdict

SWEPT = 200
"""Elements of each parameter that a sweep over h checks."""

MOST_WORK = 2e10
"""Multiplications of a check of everything: half a minute. Of a larger network, and with more
digits, only a sample of each parameter is checked."""

SAMPLED_WORK, LEAST_SAMPLE = 5e9, 10
"""What a sample may cost, but for so many elements of each parameter in any case."""

RENEWED_WORK = 1e9
"""Multiplications up to which a bug that changes the loss is checked in all elements, too."""


Source = Literal["train", "test", "run", "drawing"]


@dataclass(frozen=True)
class Wanted:
    """What is to be checked.

    Attributes
    ----------
    fresh
        The weights before any training, instead of those of the iteration that is shown.
    source, first, count
        As many digits of ``"train"`` or ``"test"`` from the first on; or, of the ``"run"``, its
        next batch; or the ``"drawing"``, one digit.
    h
        How far each parameter is moved.
    """

    fresh: bool = False
    source: Source = "train"
    first: int = 0
    count: int = 3
    h: float = STEP


@dataclass(frozen=True, eq=False)
class Ground:
    """A network and the digits on which its gradients are checked.

    Attributes
    ----------
    config
        What the network is of.
    params
        Its parameters as they are, by name; None for fresh weights.
    run, iteration
        Whose they are; of fresh weights the iteration is 0.
    batch
        The digits.
    """

    config: TrainingConfig
    params: Mapping[str, Array] | None
    run: int
    iteration: int
    batch: Batch

    @property
    def is_fresh(self) -> bool:
        """Whether the weights are those before any training."""
        return self.params is None

    @property
    def sizes(self) -> str:
        """Units per layer, as ``784-50-10``."""
        return "-".join(str(size) for size in self.config.sizes)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the network's parameters, in order."""
        return tuple(self.shapes)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the parameters by name, in order."""
        return shapes_of(self.config)

    def is_same(self, other: Ground | None) -> bool:
        """Tell whether ``other`` is the same network on the same digits, from the same place.

        A drawing can be equal to a digit of the data, and is another thing to a reader.
        """
        return (
            other is not None
            and (self.is_fresh, self.iteration) == (other.is_fresh, other.iteration)
            and (self.config == other.config if self.is_fresh else self.run == other.run)
            and (self.batch.source, self.batch.first) == (other.batch.source, other.batch.first)
            and np.array_equal(self.batch.images, other.batch.images)
            and np.array_equal(self.batch.labels, other.batch.labels)
        )

    def has_shape_of(self, other: Ground) -> bool:
        """Tell whether both networks have the same layers, whatever their weights are."""
        mine, others = self.config, other.config
        return (mine.sizes, mine.activation) == (others.sizes, others.activation)

    def network(self, dtype: str = "float64") -> Network:
        """Return the network, its own, in float64 as a check needs it, or in float32."""
        config = self.config.replace(dtype=dtype)
        if self.params is None:
            return first_network(config)
        kind = np.dtype(dtype)
        params = {name: array.astype(kind) for name, array in self.params.items()}
        return Network.from_params(params, config.activation, config.weight_decay)

    def digits(self, dtype: str = "float64") -> Array:
        """Return the digits as the network gets them, (N, 784)."""
        return scale(self.batch.images, dtype)

    @property
    def costs(self) -> tuple[int, int]:
        """What a check of all elements costs, and of one of each parameter, in multiplications."""
        count = len(self.batch.labels)
        every = one = behind = 0
        for inputs, units in reversed(list(pairwise(self.config.sizes))):
            cost = 2 * count * (units + behind)  # a unit that is moved, and what comes behind it
            every += (inputs + 1) * units * cost
            one += 2 * cost
            behind += inputs * units
        return every, one

    @property
    def sample(self) -> int | None:
        """How many elements of each parameter a check takes; None for all."""
        every, one = self.costs
        return None if every <= MOST_WORK else max(int(SAMPLED_WORK) // one, LEAST_SAMPLE)

    def fitting(self, bug: Bug) -> Ground:
        """Return this, or fresh weights of the nearest network that ``bug`` has a place in."""
        config = fitting(self.config, bug)
        return self if config == self.config else replace(self, config=config, params=None)


@dataclass(frozen=True, eq=False)
class Checked:
    """The check of right code.

    Attributes
    ----------
    reports
        Of each parameter, in order.
    prints
        Which of them agree with each bug switched on, by its key; without those that do not fit.
    """

    ground: Ground
    h: float
    reports: tuple[GradientReport, ...]
    prints: Mapping[str, tuple[bool | None, ...]]

    @property
    def is_doubtful(self) -> bool:
        """Whether right code seems to differ: then it is ``h`` that does not fit."""
        return _differ(self.reports)


@dataclass(frozen=True, eq=False)
class Accused:
    """What a check finds with a bug switched on, or with none.

    Attributes
    ----------
    bug, place
        The mistake, and the layer with it; None and "" for right code.
    ground
        That of the check, or fresh weights of another network that the bug fits.
    right, wrong
        Reports without and with it; the same of right code.
    verdict
        What goes into and comes out of every layer.
    """

    bug: Bug | None
    place: str
    ground: Ground
    h: float
    right: tuple[GradientReport, ...]
    wrong: tuple[GradientReport, ...]
    verdict: Verdict

    @property
    def is_doubtful(self) -> bool:
        """Whether right code seems to differ: then it is ``h`` that does not fit."""
        return _differ(self.right)

    @property
    def print(self) -> tuple[bool | None, ...]:
        """Which parameters agree; None of those that could not be compared."""
        return tuple(report.verdict for report in self.wrong)


def shapes_of(config: TrainingConfig) -> Mapping[str, tuple[int, ...]]:
    """Return the shapes of a network's parameters by name, in order."""
    shapes: dict[str, tuple[int, ...]] = {}
    for n, (inputs, units) in enumerate(pairwise(config.sizes), start=1):
        shapes |= {f"W{n}": (inputs, units), f"b{n}": (units,)}
    return shapes


def _differ(reports: Sequence[GradientReport]) -> bool:
    return any(report.verdict is False for report in reports)


def examine(ground: Ground, h: float) -> Generator[float, None, Checked]:
    """Check the network, and see which parameters each bug would spoil."""
    network, x, t = ground.network(), ground.digits(), ground.batch.labels
    work = check_in_steps(network, x, t, h=h, sample=ground.sample)
    reports = yield from part_of(work, 0.0, 0.8)
    for report in reports:
        report.reckon()
        yield 0.8
    doubtful = _differ(reports)  # then nothing can be said of bugs either
    bugs = [] if doubtful else [bug for bug in BUGS if bug.places(network)]
    prints = {}
    for n, bug in enumerate(bugs, start=1):
        renewed = reports_with(bug, network, x, t, reports)
        wrong = yield from part_of(renewed, *(0.8 + 0.2 * k / len(bugs) for k in (n - 1, n)))
        prints[bug.key] = tuple(report.verdict for report in wrong)
        yield 0.8 + 0.2 * n / len(bugs)
    return Checked(ground, h, reports, MappingProxyType(prints))


def accuse(checked: Checked, bug: Bug | None, place: str = "") -> Generator[float, None, Accused]:
    """Check with ``bug`` switched on at ``place``, and find the guilty layer."""
    ground, h = checked.ground, checked.h
    right = wrong = checked.reports
    network, x, t = ground.network(), ground.digits(), ground.batch.labels
    if bug is None:
        verdict = yield from find_guilty(network, x, t, h=h, reports=wrong)
        return Accused(None, "", ground, h, right, wrong, verdict)
    fits = ground.fitting(bug)
    if fits is not ground:
        ground, network, place = fits, fits.network(), ""
        work = check_in_steps(network, x, t, h=h, sample=ground.sample)
        right = yield from part_of(work, 0.0, 0.5)
    if place not in bug.places(network):
        place = bug.natural_place(network)
    sample = None if ground.costs[0] <= RENEWED_WORK else SAMPLE
    renewed = reports_with(bug, network, x, t, right, place, sample=sample)
    wrong = yield from part_of(renewed, 0.5, 0.7)
    for report in (*right, *wrong):
        report.reckon()
        yield 0.7
    spoilt = broken(network, bug, place)
    verdict = yield from part_of(find_guilty(spoilt, x, t, h=h, reports=wrong), 0.7, 1.0)
    return Accused(bug, place, ground, h, right, wrong, verdict)


def sweep_both(ground: Ground) -> Generator[float, None, tuple[Sweep, Sweep]]:
    """Check with one h after the other, in float64 and in float32."""
    sweeps, few = [], ground.sample
    sample = SWEPT if few is None else min(max(few // 8, 1), SWEPT)
    for n, dtype in enumerate(("float64", "float32")):
        network, x = ground.network(dtype), ground.digits(dtype)
        work = sweep_in_steps(network, x, ground.batch.labels, sample=sample)
        sweeps.append((yield from part_of(work, n / 2, (n + 1) / 2)))
    return sweeps[0], sweeps[1]
