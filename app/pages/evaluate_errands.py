"""What the Evaluate page finds out only when it is asked to, as it takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.lab import Laboratory, Question
from app.widgets.robustness_plot import Robustness
from app.widgets.surface_painter import Relief
from app.widgets.surface_view import Surface
from bpcore.loss_surface import loss_surface
from bpcore.robustness import disturbed, robustness

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from app.lab import Work
    from app.pages.evaluate_findings import Subject
    from app.widgets.measured_card import MeasuredCard
    from bpcore.loss_surface import Kind
    from bpcore.recording import State

POINTS = 51
"""Of a loss surface in each direction."""


def measure_robustness(subject: Subject) -> Generator[float, None, Robustness]:
    """Measure the curves of ``subject``; its first digit is the example."""
    curves = yield from robustness(subject.network, subject.images, subject.labels)
    examples = []
    for curve in curves:
        looks = [disturbed(subject.images[:1], curve.kind, amount) for amount in curve.amounts]
        examples.append(np.concatenate(looks))
        examples[-1].flags.writeable = False
        yield 1.0
    return Robustness(subject.run, subject.iteration, curves, tuple(examples))


def measure_surface(
    subject: Subject, kind: Kind, states: tuple[State, ...]
) -> Generator[float, None, Surface]:
    """Measure the loss around ``subject``, whose run came by ``states``."""
    network, images, labels = subject.network, subject.images, subject.labels
    found = yield from loss_surface(network, images, labels, kind, states, size=POINTS)
    return Surface(subject.run, subject.iteration, Relief.of(found))


class Errand(QObject):
    """Lets the button of a card start and cancel work, and shows how far it is.

    ``begin`` gives the work and the iteration that it is about; None if there is nothing to do.
    ``done`` carries what was found.
    """

    done = Signal(object)

    def __init__(
        self,
        laboratory: Laboratory,
        name: str,
        card: MeasuredCard,
        begin: Callable[[], tuple[Work, int] | None],
    ) -> None:
        super().__init__(card)
        self._card, self._begin = card, begin
        self._question = Question(laboratory, name)
        self._question.answered.connect(self.done)
        self._question.progressed.connect(card.bar.show_share)
        self._question.failed.connect(card.show_idle)
        card.bar.wanted.connect(self.start)
        card.bar.cancelled.connect(self.cancel)

    def start(self) -> None:
        """Begin, in place of what is under way."""
        begun = self._begin()
        if begun is not None:
            work, iteration = begun
            self._card.show_busy(iteration)
            self._question.ask(work)

    def cancel(self) -> None:
        """Give up what is under way."""
        self._question.cancel()
        self._card.show_idle()
