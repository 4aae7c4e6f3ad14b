"""The report of a run is written: its network is evaluated before, step by step."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from app import export
from app.report import Findings, report
from app.run_export import network_of
from bpcore.config import PIXELS
from bpcore.evaluation import Evaluation, EvaluationError, evaluate
from bpcore.steps import part_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from app.run_export import ExportedRun

EVALUATED = 0.9
"""Share of the work that is the evaluation."""


def save_report(path: Path, run: ExportedRun) -> Generator[float, None, None]:
    """Write the report of ``run``, giving the share done after every few milliseconds.

    Raises
    ------
    ExportError
        If it can't be written. What was there before stays.
    """
    found = yield from findings_of(run, datetime.now())
    export.write(path, report(run, found).encode())
    yield 1.0


def findings_of(run: ExportedRun, written: datetime) -> Generator[float, None, Findings]:
    """Find out what the report tells of the network that is shown."""
    if run.digits is None:
        return Findings(None, "", np.empty((0, PIXELS), np.uint8), "", written)
    images, labels = run.digits.split("test")
    evaluation: Evaluation | None = None
    trouble = ""
    try:
        network = network_of(run.shown)
        evaluation = yield from part_of(evaluate(network, images, labels), 0.0, EVALUATED)
    except EvaluationError as error:
        trouble = str(error)
    return Findings(evaluation, trouble, images, run.digits.fingerprint, written)
