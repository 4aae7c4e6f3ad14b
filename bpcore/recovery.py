"""Where a run that diverged can be gone on with, and how. Pure functions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.config import DIGITS, LEARNING_RATES, RANGES
from bpcore.recording import Event, config_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from bpcore.config import TrainingConfig

    Losses = npt.NDArray[np.floating]

BLOCK = 32
"""Iterations of which the mean loss is looked at: that of one batch says little."""

GUESSING = math.log(DIGITS)
"""Loss of a network that holds all digits for equally likely."""

KEPT = 0.75
"""Share of what the loss has fallen that a state must still have, to be sound."""

LEARNED = 0.9
"""Share of the first loss below which something was learned."""

HOLDING_DECAY = 0.3
"""Weight decay from which on hidden layers learn little, the deeper they are the less."""

TIMES_USUAL = 5
"""How many times the usual rate of an optimizer one that is offered may be."""


@dataclass(frozen=True)
class Recovery:
    """What there is to be done about a run that diverged.

    Attributes
    ----------
    start
        Iterations after which it is gone on with; 0 is to begin anew.
    config
        With which. All is as it was then, but for a rate that had failed and a decay that holds.
    held_by
        The weight decay that is left out because little is learned with it; None if none is.
    is_changed
        Whether something was changed later, which is left out.
    """

    start: int
    config: TrainingConfig
    held_by: float | None = None
    is_changed: bool = False


def recovery(
    config: TrainingConfig, changes: Sequence[Event], losses: Losses, rate: float
) -> Recovery:
    """Return from where a run that diverged learns again, and with which configuration.

    Its last state is finite, but most often far gone, and so may be many before it: weights that
    decayed to nothing have no infinite loss, and learn nothing. Sound is a state that has kept most
    of what the run had learned. If that is where the run was changed, all is as before the change;
    else the run went wrong by itself, with a rate that was too high.

    Parameters
    ----------
    config
        With which the run began.
    changes
        What was changed later, in order.
    losses
        The loss of each iteration, (iterations,): that of the state before its update.
    rate
        The learning rate with which it diverged.
    """
    start, is_sound = _last_sound(config, changes, losses)
    earlier = [change for change in changes if change.iteration < start]
    then, held_by = config_after(config, earlier), None
    if start == 0 and then.weight_decay >= _holding(then):
        then, held_by = then.replace(weight_decay=0.0), then.weight_decay
    if not is_sound:
        failed = rate if start == 0 else then.learning_rate
        then = then.replace(learning_rate=lower_rate(failed, then))
    return Recovery(start, then, held_by, len(earlier) < len(changes))


def decay_limit(config: TrainingConfig) -> float:
    """Return the product of learning rate and weight decay above which decay alone diverges.

    SGD multiplies a weight by 1 − product; with momentum the weight swings, and stays below
    2 · (1 + momentum). AdaGrad and Adam scale their steps, so that no product does it alone.
    """
    if config.optimizer == "sgd":
        return 2.0
    return 2.0 * (1.0 + config.momentum) if config.optimizer == "momentum" else math.inf


def lower_rate(learning_rate: float, config: TrainingConfig) -> float:
    """Return a tenth of a learning rate, in one digit and within its range.

    Or less, so that it is not far above what the optimizer of ``config`` trains well with, and the
    weight decay does not make the weights grow with it.
    """
    lower, least = learning_rate, RANGES["learning_rate"].minimum
    most = min(
        TIMES_USUAL * LEARNING_RATES[config.optimizer],
        decay_limit(config) / max(config.weight_decay, 1e-9),
    )
    while lower > least:
        lower = max(float(f"{lower / 10:.1g}"), least)
        if lower <= most:
            break
    return lower


def _last_sound(
    config: TrainingConfig, changes: Sequence[Event], losses: Losses
) -> tuple[int, bool]:
    """Return the iterations after which the run was last sound, and whether it stayed so.

    It did if it was sound until it was changed. 0 is for nothing learned that could be kept.
    """
    stretches = [
        (start, end, _means(losses[start:end]))
        for start, end, decay in _stretches(config, changes, len(losses))
        if decay < _holding(config)
    ]
    if not stretches:
        return 0, False
    best = min(float(means.min()) for *_, means in stretches)
    first = float(losses[0]) if best > 1.1 * GUESSING else GUESSING  # weights may begin too large
    if best > LEARNED * first:
        return 0, False
    limit = first - KEPT * (first - best)
    for start, end, means in reversed(stretches):
        sound = np.flatnonzero(means <= limit)
        if len(sound) and sound[-1] == len(means) - 1 and changes and end <= changes[-1].iteration:
            return end, True
        if len(sound):
            return start + int(sound[-1]) * BLOCK, False
    return 0, False


def _stretches(
    config: TrainingConfig, changes: Sequence[Event], done: int
) -> Iterator[tuple[int, int, float]]:
    """Give the iterations from one change to the next, and the weight decay meanwhile.

    Those that are too short to be judged are left out.
    """
    start, decay = 0, config.weight_decay
    for change in (*changes, Event(done, "", 0.0)):
        if change.iteration - start >= BLOCK:
            yield start, change.iteration, decay
        start = change.iteration
        decay = change.value if change.name == "weight_decay" else decay


def _means(losses: Losses) -> npt.NDArray[np.float64]:
    """Return the mean losses of blocks; what is left over belongs to the last one."""
    starts = np.arange(len(losses) // BLOCK) * BLOCK
    with np.errstate(over="ignore"):  # a loss may be near the largest number
        sums = np.add.reduceat(losses, starts)
    return sums / np.diff(starts, append=len(losses))


def _holding(config: TrainingConfig) -> float:
    """Return the weight decay from which on a network learns little."""
    return HOLDING_DECAY if config.hidden_sizes else math.inf
