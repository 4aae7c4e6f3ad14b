"""What the Evaluate page shows at one time: all of it belongs to one network of one iteration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bpcore.evaluation import EvaluationError, evaluate
from bpcore.example_map import example_map
from bpcore.surgery import effect, operated

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from app.staging import Bytes
    from bpcore.evaluation import Evaluation
    from bpcore.example_map import ExampleMap, Space
    from bpcore.surgery import Effect


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and the digits that it is examined on, which never change.

    Attributes
    ----------
    network
        Of the run's ``iteration``; None while there is none.
    images, labels
        Digits (N, 784) of ``split``, and what they are (N,).
    """

    network: Any
    run: int
    iteration: int
    split: str
    images: Bytes
    labels: Bytes

    def is_same(self, other: Subject | None) -> bool:
        """Tell whether ``other`` is the same network on the same digits."""
        return (
            other is not None
            and (self.run, self.iteration) == (other.run, other.iteration)
            and self.images is other.images
        )


@dataclass(frozen=True)
class Wishes:
    """What is to be found out beside the evaluation: a map, and what an operation changes."""

    space: Space | None = None
    scales: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found out about ``subject``; the rest is None unless wished for.

    Attributes
    ----------
    evaluation
        Of the network.
    map
        Of its examples; ``trouble`` is a sentence that says why there is none.
    operated, effect
        Evaluation of the changed copy, and what is different in it.
    """

    subject: Subject
    wishes: Wishes
    evaluation: Evaluation
    map: ExampleMap | None = None
    trouble: str = ""
    operated: Evaluation | None = None
    effect: Effect | None = None


def examine(
    subject: Subject, wishes: Wishes, known: Findings | None
) -> Generator[float, None, Findings]:
    """Find out what is wished for; yields the share done, 0 to 1.

    What is ``known`` of the same network and digits is not computed again.
    """
    network, images, labels = subject.network, subject.images, subject.labels
    if known is not None and subject.is_same(known.subject):
        evaluation = known.evaluation
    else:
        evaluation = yield from evaluate(network, images, labels)
    found_map, trouble, after, change = None, "", None, None
    if wishes.space is not None:
        try:
            found_map = yield from _mapped(subject, wishes.space, evaluation, known)
        except EvaluationError as error:
            trouble = str(error)
    units = network.sizes[1] if len(network.sizes) > 2 else 0
    scales = {unit: scale for unit, scale in wishes.scales.items() if unit < units}
    if scales:
        copy = operated(network, scales)
        yield 0.5
        after = yield from evaluate(copy, images, labels)
        change = effect(evaluation, after)
    return Findings(subject, wishes, evaluation, found_map, trouble, after, change)


def _mapped(
    subject: Subject, space: Space, evaluation: Evaluation, known: Findings | None
) -> Generator[float, None, ExampleMap]:
    before = known.map if known is not None else None
    if known is not None and before is not None and before.space == space:
        if subject.is_same(known.subject):
            return before
        if space == "pixels" and subject.images is known.subject.images:
            # Where the digits lie is no matter of the network, and takes long to find.
            return replace(before, readings=evaluation.readings[before.examples])
    return (yield from example_map(subject.network, subject.images, subject.labels, space))
