"""What an edited parameter means for the run under way: a change at once, or one that waits."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from bpcore.config import CHANGEABLE, TrainingConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

COEFFICIENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"sgd": (), "momentum": ("momentum",), "adagrad": (), "adam": ("beta1", "beta2")}
)
"""By optimizer, the parameters that are its own."""

_OWN = frozenset(name for names in COEFFICIENTS.values() for name in names)
NAMES = tuple(field.name for field in dataclasses.fields(TrainingConfig))


def is_used(config: TrainingConfig, name: str) -> bool:
    """Return whether a run of ``config`` depends on parameter ``name``."""
    if name in _OWN:
        return name in COEFFICIENTS[config.optimizer]
    return name != "weight_init_std" or config.initializer == "std"


def differing(a: TrainingConfig, b: TrainingConfig) -> tuple[str, ...]:
    """Return the names of the parameters in which runs of ``a`` and ``b`` differ."""
    return tuple(
        name
        for name in NAMES
        if getattr(a, name) != getattr(b, name) and (is_used(a, name) or is_used(b, name))
    )


def works_at_once(run: TrainingConfig, wanted: TrainingConfig, name: str) -> bool:
    """Return whether the run under way can take over ``name`` from ``wanted``.

    The rate of another optimizer means nothing to this one, and waits for a restart with it.
    """
    if name not in CHANGEABLE or not is_used(run, name):
        return False
    is_optimizers = name == "learning_rate" or name in _OWN
    return run.optimizer == wanted.optimizer or not is_optimizers


def changes_at_once(run: TrainingConfig, wanted: TrainingConfig) -> tuple[tuple[str, float], ...]:
    """Return the names and values that the run under way takes over from ``wanted``."""
    return tuple(
        (name, getattr(wanted, name))
        for name in differing(run, wanted)
        if works_at_once(run, wanted, name)
    )


def waiting(
    run: TrainingConfig | None, wanted: TrainingConfig, *, under_way: bool
) -> tuple[str, ...]:
    """Return the parameters of ``wanted`` that only a restart makes those of the run.

    ``run`` is None while a run is only prepared: it is prepared anew with whatever is wanted.
    """
    if run is None:
        return ()
    return tuple(
        name
        for name in differing(run, wanted)
        if not (under_way and works_at_once(run, wanted, name))
    )


def following(
    wanted: TrainingConfig, before: TrainingConfig, now: TrainingConfig
) -> TrainingConfig:
    """Return ``wanted`` after the run changed from ``before`` to ``now``.

    What agreed with the run goes on agreeing; what was edited stays.
    """
    changes = {
        name: getattr(now, name)
        for name in NAMES
        if getattr(wanted, name) == getattr(before, name) != getattr(now, name)
    }
    return wanted.replace(**changes) if changes else wanted
