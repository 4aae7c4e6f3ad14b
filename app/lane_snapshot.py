"""The state of a run in the training thread, as it is published."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from app.snapshot import Snapshot

if TYPE_CHECKING:
    from app.stopwatch import Stopwatch
    from bpcore.layers import Array
    from bpcore.training import Trainer


def snapshot_of(run: int, trainer: Trainer, watch: Stopwatch) -> Snapshot:
    """Return the present state of ``trainer``, with what ``watch`` has measured of it."""
    speed, top_speed = watch.rates()
    return Snapshot(
        run=run,
        config=trainer.config,
        iteration=trainer.iteration,
        params=MappingProxyType(
            {name: _frozen_copy(array) for name, array in trainer.network.params.items()}
        ),
        losses=trainer.losses,
        accuracies=tuple(trainer.accuracies),
        iterations_per_epoch=trainer.iterations_per_epoch,
        speed=speed,
        top_speed=top_speed,
        elapsed=watch.elapsed,
        next_batch=trainer.next_batch(),
        vitals=trainer.vitals,
        events=tuple(trainer.events),
    )


def _frozen_copy(array: Array) -> Array:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
