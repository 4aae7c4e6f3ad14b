"""Runs as they are exported, trained in a moment without a session."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from app.lanes import Lane
from app.run_export import ExportedRun
from app.run_names import shown_name
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.training import Trainer

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'single' > <b>",
    "</title></style></svg><img src=x onerror=alert(1)>",
    "two\nlines\rand a \x00 byte",
    "ü" * 120,
    "../../etc/passwd",
    "${HOME} `ls` %s {0}",
)


@cache
def few_digits() -> Dataset:
    """Some of the bundled digits: 500 to train on, 200 to test."""
    every = load_dataset()
    train, test = slice(0, 9000, 18), slice(0, 1000, 5)
    return Dataset(
        "few",
        every.train_images[train].copy(),
        every.train_labels[train].copy(),
        every.test_images[test].copy(),
        every.test_labels[test].copy(),
    )


def a_run(
    *,
    name: str = "",
    shown: int | None = None,
    changes: Mapping[int, Sequence[tuple[str, float]]] | None = None,
    began: float = 1_790_000_000.0,
    **config: object,
) -> ExportedRun:
    """Return a run of 60 iterations, of which that of ``shown`` is looked at.

    ``changes`` are made after so many iterations.
    """
    usual = {"hidden_sizes": (8,), "batch_size": 20, "iterations": 60}
    made = TrainingConfig(**usual | config)  # type: ignore[arg-type]
    trainer = Trainer(made, few_digits())
    lane = Lane(1, name, trainer, None)
    looked_at = None
    while True:
        if trainer.iteration == shown:
            looked_at = lane.snapshot()
        for change in (changes or {}).get(trainer.iteration, ()):
            trainer.change(*change)
        if next(trainer, None) is None:
            break
    whole = lane.snapshot()
    return ExportedRun(
        name=shown_name(name, made),
        config=made,
        whole=whole,
        shown=looked_at or whole,
        total=made.iterations,
        began=began,
        trouble="",
        compared=(),
        last=max(whole.iteration, 1),
        digits=trainer.dataset,
    )


def with_losses(run: ExportedRun, losses: np.ndarray) -> ExportedRun:
    """Return a run that did as many iterations as there are ``losses``."""
    whole = replace(run.whole, losses=losses, iteration=len(losses))
    return replace(run, whole=whole, shown=whole, total=len(losses), last=max(len(losses), 1))


def without(run: ExportedRun, **fields: object) -> ExportedRun:
    """Return a run whose states have other ``fields``."""
    same = run.shown is run.whole
    whole = replace(run.whole, **fields)  # type: ignore[arg-type]
    return replace(run, whole=whole, shown=whole if same else replace(run.shown, **fields))  # type: ignore[arg-type]
