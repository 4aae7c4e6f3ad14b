"""What the banner over the charts says. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime

from app import formatting
from app.run_names import name_and_title, number, plain, shown_name
from bpcore.recovery import decay_limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.snapshot import Divergence
    from bpcore.config import TrainingConfig
    from bpcore.recovery import Recovery
    from bpcore.run_summary import RunSummary

BACK = 100
"""Iterations to go back from where a run diverged."""


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


def before_divergence(divergence: Divergence) -> int:
    """Return the iteration a hundred before the last finite state, or the first one."""
    return max(divergence.iteration - 1 - BACK, 0)


def continue_action(to_do: Recovery, rate: float) -> str:
    """Name the button that goes on, with the learning rate ``rate``."""
    if to_do.start:
        text = _translate("Go on from iteration {0} with {1}")
        return text.format(formatting.count(to_do.start), number(rate))
    if to_do.held_by is None:
        return _translate("Start again with {0}").format(number(rate))
    return _translate("Start again with {0} and decay 0").format(number(rate))


def continue_tip(to_do: Recovery) -> str:
    """Say why it is gone on with from there."""
    if to_do.start:
        text = _translate(
            "Go on as a new run from iteration {0}: later the network lost what it had learned."
        )
        parts = [text.format(formatting.count(to_do.start))]
        if to_do.is_changed:
            parts.append(_translate("What was changed from there on is left out."))
    else:
        parts = [_translate("A new run begins: this one learned nothing that could be kept.")]
        if to_do.held_by is not None:
            text = _translate("Weight decay becomes 0: with {0} little is learned.")
            parts.append(text.format(number(to_do.held_by)))
    return " ".join([*parts, _translate("This one stays in the list of runs.")])


def continued_text(name: str, to_do: Recovery, rate: float) -> str:
    """Say what was done about the run ``name``: from where on which rate is tried."""
    kept = plain(name)
    if to_do.start:
        text = _translate("Branched from {0} at {1}, with learning rate {2} from there on.")
        said = text.format(kept, formatting.count(to_do.start), number(rate))
        left_out = _translate("What was changed later is left out.")
        return f"{said} {left_out}" if to_do.is_changed else said
    if to_do.held_by is None:
        text = _translate("Started again with learning rate {1}. {0} is kept in the list of runs.")
    else:
        text = _translate(
            "Started again with learning rate {1} and weight decay 0: with {2} little is learned. "
            "{0} is kept in the list of runs."
        )
    return text.format(kept, number(rate), number(to_do.held_by or 0.0))


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
