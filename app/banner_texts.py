"""What the banner over the charts says. Pure functions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime

from app import formatting
from app.run_names import name_and_title, number, plain, shown_name
from bpcore.config import RANGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.snapshot import Divergence
    from bpcore.config import TrainingConfig
    from bpcore.run_summary import RunSummary

BACK = 100
"""Iterations to go back from where a run diverged."""

HOLDING_DECAY = 1.0
"""Weight decay from which on a network with hidden layers learns next to nothing."""


def diverged_text(divergence: Divergence, config: TrainingConfig) -> str:
    """Say where and why a run of ``config`` left the finite numbers."""
    what = divergence.what
    text = _translate("✗ Diverged at iteration {0}: {1} stopped being finite, learning rate {2}.")
    said = text.format(
        formatting.count(divergence.iteration),
        _translate("the loss") if what == "the loss" else what,
        number(divergence.learning_rate),
    )
    limit = decay_limit(config)
    if config.weight_decay * divergence.learning_rate <= limit:
        return _translate("{0} The run is kept as it was before.").format(said)
    cause = _translate(
        "{0} Times weight decay {1} that is {2}: above {3}, each update makes weights larger."
    )
    product = config.weight_decay * divergence.learning_rate
    return cause.format(said, *map(number, (config.weight_decay, product, limit)))


def decay_limit(config: TrainingConfig) -> float:
    """Return the product of learning rate and weight decay above which decay alone diverges.

    SGD multiplies a weight by 1 − product; with momentum the weight swings, and stays below
    2 · (1 + momentum). AdaGrad and Adam scale their steps, so that no product does it alone.
    """
    if config.optimizer == "sgd":
        return 2.0
    return 2.0 * (1.0 + config.momentum) if config.optimizer == "momentum" else math.inf


def lower_rate(learning_rate: float, config: TrainingConfig | None = None) -> float:
    """Return a tenth of a learning rate, in one digit and within its range.

    Or less, so that the weight decay of ``config`` does not make the weights grow with it.
    """
    lower, least = learning_rate, RANGES["learning_rate"].minimum
    while lower > least:
        lower = max(float(f"{lower / 10:.1g}"), least)
        if config is None or lower * config.weight_decay <= decay_limit(config):
            break
    return lower


def before_divergence(divergence: Divergence) -> int:
    """Return the iteration a hundred before the last finite state, or the first one."""
    return max(divergence.iteration - 1 - BACK, 0)


def continue_action(start: int, rate: float) -> str:
    """Name the button that goes on after ``start`` iterations, with another learning rate."""
    if start == 0:
        return _translate("Start again with {0}").format(number(rate))
    text = _translate("Go on from iteration {0} with {1}")
    return text.format(formatting.count(start), number(rate))


def continue_tip(sound: int | None, config: TrainingConfig | None = None) -> str:
    """Say from where a run goes on: after ``sound`` iterations, or None for where it failed."""
    if sound is None:
        return _translate("Go on from the state before, with this learning rate.")
    if sound == 0:
        text = _translate(
            "The loss rose from the start, and no rate brings back what is so far gone: a new run "
            "begins with this learning rate. This one is kept."
        )
        return f"{text} {_decay_text(config)}".strip()
    text = _translate(
        "Go on as a new run from iteration {0}, after which the loss was last no higher than at "
        "the start: no rate brings back what is further gone. This one is kept."
    )
    return text.format(formatting.count(sound))


def continued_text(name: str, start: int, rate: float, config: TrainingConfig | None = None) -> str:
    """Say what was done about the run ``name``: from where on which rate is tried."""
    if start == 0:
        text = _translate("Started again with learning rate {1}. {0} is kept in the list of runs.")
    else:
        text = _translate("Branched from {0} at {2}, with learning rate {1} from there on.")
    said = text.format(plain(name), number(rate), formatting.count(start))
    return f"{said} {_decay_text(config)}".strip() if start == 0 else said


def _decay_text(config: TrainingConfig | None) -> str:
    """Say what a new run of ``config`` has to expect of its weight decay, if that holds it."""
    if config is None or config.weight_decay < HOLDING_DECAY or not config.hidden_sizes:
        return ""
    text = _translate("Weight decay stays {0}: from {1} on it holds Loss near that of guessing.")
    return text.format(number(config.weight_decay), number(HOLDING_DECAY))


def failed_text(message: str) -> str:
    """Say why a run failed."""
    return f"✗ {message}"


def not_saved_text(notice: str, name: str = "") -> str:
    """Say that a run is not saved, and why; ``name`` is that of one that gave way to another."""
    what = f"‘{plain(name)}’" if name else _translate("The run")
    return _translate("✗ {0} is not saved. {1}").format(what, notice)


def offer_text(offers: Sequence[RunSummary], now: QDateTime) -> str:
    """Say which run was broken off, or which race, and where."""
    if len(offers) > 1:
        return _race_text(offers, now)
    (offer,) = offers
    done, total = formatting.count(offer.iteration), formatting.count(offer.config.iterations)
    what = ", ".join(name_and_title(offer.notes.name, offer.config))
    text = _translate("The run of {0}, {1}, stopped at {2} of {3}.")
    return text.format(when(offer.modified, now), what, done, total)


def _race_text(runs: Sequence[RunSummary], now: QDateTime) -> str:
    at = _translate("{0} at {1}")
    places = (
        at.format(shown_name(run.notes.name, run.config), formatting.count(run.iteration))
        for run in runs
    )
    text = _translate("The race of {0} runs, {1}, stopped: {2}.")
    last = max(run.modified for run in runs)
    return text.format(formatting.count(len(runs)), when(last, now), ", ".join(places))


def branched_text(name: str, iteration: int) -> str:
    """Say where a run comes from that was branched off, and what can be done with it."""
    origin = plain(name) or _translate("the run")
    text = _translate("Branched from {0} at {1}. Change rate, batch or decay, then press Resume.")
    return text.format(origin, formatting.count(iteration))


def when(moment: float, now: QDateTime) -> str:
    """Return day and time of ``moment``, in seconds since 1970: ``yesterday 14:03``."""
    then = QDateTime.fromSecsSinceEpoch(int(moment))
    time = then.toString("HH:mm")
    days = then.date().daysTo(now.date())
    if days == 0:
        return _translate("today {0}").format(time)
    if days == 1:
        return _translate("yesterday {0}").format(time)
    return then.toString("yyyy-MM-dd HH:mm")


def short_moment(then: QDateTime, now: QDateTime, *, seconds: bool = False) -> str:
    """Return the time of a moment of today, else its day, with the time if ``seconds``."""
    time = "HH:mm:ss" if seconds else "HH:mm"
    if then.date() == now.date():
        return then.toString(time)
    return then.toString(f"MM-dd {time}" if seconds else "yyyy-MM-dd")


def _translate(text: str) -> str:
    return QCoreApplication.translate("RunBanner", text)
