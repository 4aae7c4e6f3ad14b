"""What leaves the application for other programs: curves, weights, a network for PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcore.atomic import replacing
from bpcore.pytorch_export import pytorch_script
from bpcore.vitals import NO_VITALS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.network import Network
    from bpcore.recording import Accuracies, Event
    from bpcore.vitals import Vitals

__all__ = ["curves_csv", "pytorch_script", "save_curves", "weights_npz"]

ROWS = 2048
"""Rows of a table that are written at once: some milliseconds."""

ALWAYS_SHOWN = ("learning_rate", "batch_size")
"""Parameters that have a column even if they never changed."""

ACCURACIES = ("train_accuracy", "test_accuracy")


def curves_csv(
    config: TrainingConfig,
    losses: npt.NDArray[np.floating],
    accuracies: Sequence[Accuracies] = (),
    events: Sequence[Event] = (),
    vitals: Vitals = NO_VITALS,
) -> Iterator[str]:
    """Give the curves of a run as a table: its head, then a few thousand rows at a time.

    It is CSV as in RFC 4180: commas, lines that end in CR LF, names in the first one, nothing in a
    cell that was not measured. There is a row for each iteration:

    - ``iteration``, from 1;
    - ``loss`` of its batch before the update;
    - ``learning_rate``, ``batch_size`` with which it was done, and every other parameter that was
      changed during the run;
    - ``train_accuracy``, ``test_accuracy`` after it, 0 to 1;
    - if there are ``vitals``: ``dead_units``, the share of hidden units with no output in the whole
      batch, or with Sigmoid and Tanh ``saturated_units``, that of outputs at their ends; and the
      root mean squares ``weight_rms_W1``, ``gradient_rms_W1``, ``update_rms_W1`` and so on.

    What was measured before the first iteration stands in a row of iteration 0. Numbers are written
    so that they read back as the same float64.

    Parameters
    ----------
    config
        With which the run began.
    losses
        Loss of each iteration, (iterations done,).
    accuracies, events, vitals
        As in a Recording.
    """
    changed = sorted({event.name for event in events} - set(ALWAYS_SHOWN))
    settings: dict[str, float] = {n: getattr(config, n) for n in (*ALWAYS_SHOWN, *changed)}
    changes: dict[int, dict[str, float]] = {}
    for event in events:
        changes.setdefault(event.iteration, {})[event.name] = event.value
    idle = "dead_units" if config.activation == "relu" else "saturated_units"
    names, measured = _measured(accuracies, vitals, idle)
    nothing = "," * (len(names) - 1)
    head = ",".join(("iteration", "loss", *settings, *names)) + "\r\n"
    setting = _cells(settings.values())
    yield f"{head}0,,{setting},{measured[0]}\r\n" if 0 in measured else head
    for start in range(0, len(losses), ROWS):
        rows = []
        for done, loss in enumerate(losses[start : start + ROWS].tolist(), start):
            if done in changes:
                settings |= changes[done]
                setting = _cells(settings.values())
            rows.append(f"{done + 1},{loss!r},{setting},{measured.get(done + 1, nothing)}\r\n")
        yield "".join(rows)


def save_curves(
    path: str | Path,
    config: TrainingConfig,
    losses: npt.NDArray[np.floating],
    accuracies: Sequence[Accuracies] = (),
    events: Sequence[Event] = (),
    vitals: Vitals = NO_VITALS,
) -> Generator[float, None, None]:
    """Write ``curves_csv`` to ``path``, giving the share that is done after every few milliseconds.

    The file is the old one until the new one is complete; if this is closed before, it stays so.

    Raises
    ------
    OSError
        If it can't be written.
    """
    pieces = 1 + -(-len(losses) // ROWS)
    with replacing(Path(path)) as file:
        texts = curves_csv(config, losses, accuracies, events, vitals)
        for n, text in enumerate(texts, start=1):
            file.write(text.encode("ascii"))
            yield n / pieces


def weights_npz(
    path: str | Path, network: Network, about: Mapping[str, object] | None = None
) -> None:
    """Write the parameters to ``path`` as NumPy reads them with ``np.load``, nothing pickled.

    The file holds the arrays ``W1`` (inputs, units), ``b1`` (units,), ``W2`` …, and ``about``: a
    text of JSON with the sizes, the activation, and what the caller adds. The file is the old one
    until the new one is complete.

    Raises
    ------
    OSError
        If it can't be written.
    """
    head: dict[str, object] = {"sizes": network.sizes, "activation": network.activation}
    arrays: dict[str, Any] = {name: np.ascontiguousarray(a) for name, a in network.params.items()}
    with replacing(Path(path)) as file:
        np.savez(file, about=np.array(json.dumps(head | dict(about or {}))), **arrays)


def _measured(
    accuracies: Sequence[Accuracies], vitals: Vitals, idle: str
) -> tuple[tuple[str, ...], dict[int, str]]:
    """Return the names of what is measured now and then, and by iteration the cells of its row."""
    kinds = ("weight", "gradient", "update")
    of_vitals = [f"{kind}_rms_{name}" for kind in kinds for name in vitals.parameters]
    if len(vitals):
        of_vitals = [idle, *of_vitals]
    nothing = "," * len(of_vitals)
    rows = {a.iteration: _cells((a.train, a.test)) + nothing for a in accuracies}
    if len(vitals):
        table = np.column_stack((vitals.idle, vitals.weight, vitals.gradient, vitals.update))
        for iteration, row in zip(vitals.iterations.tolist(), table.tolist(), strict=True):
            left = rows.get(iteration, ",").removesuffix(nothing)
            rows[iteration] = f"{left},{_cells(row)}"
    return (*ACCURACIES, *of_vitals), rows


def _cells(numbers: Iterable[float]) -> str:
    return ",".join(map(repr, numbers))
