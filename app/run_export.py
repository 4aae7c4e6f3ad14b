"""What of a run is exported: its numbers as they are at one moment, and how they are written."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app import export, formatting
from app.curves import RunCurves
from app.namesakes import drawn_names
from app.run_export_chart import ChartFacts, RunLines, chart, lines_of
from app.run_export_picture import painted
from app.run_export_svg import Ink, palette
from app.run_names import run_title, shown_name
from app.widgets.run_events import all_changes
from bpcore.config import BUNDLED, FULL
from bpcore.exports import pytorch_script, save_curves, weights_npz
from bpcore.network import Network

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from app.session import Session
    from app.snapshot import Snapshot
    from app.theme import Theme
    from bpcore.config import TrainingConfig
    from bpcore.datasets.mnist import Dataset
    from bpcore.recording import Event


@dataclass(frozen=True, eq=False)
class ExportedRun:
    """The run that is shown, at one moment: nothing of it changes any more.

    Attributes
    ----------
    name
        Of the run, fit for a line.
    config
        With which it began.
    whole
        Its newest state, up to which there are curves.
    shown
        The state that is shown, whose weights are exported.
    total
        Iterations that it shall have.
    began
        When, in seconds since 1970; 0 is not known.
    trouble
        Why it failed; "" unless it did.
    compared
        The lines of the runs beside it, for a picture up to iteration ``last``.
    digits
        What it is trained on; None while none are loaded.
    """

    name: str
    config: TrainingConfig
    whole: Snapshot
    shown: Snapshot
    total: int
    began: float
    trouble: str
    compared: tuple[RunLines, ...]
    last: int
    digits: Dataset | None

    @property
    def pinned(self) -> int | None:
        """The iteration that is shown, if it is not the newest."""
        return None if self.shown.iteration == self.whole.iteration else self.shown.iteration

    @property
    def changes(self) -> tuple[Event, ...]:
        """What was changed, as far as iterations were done with it."""
        return _in_effect(self.whole)

    @property
    def shown_changes(self) -> tuple[Event, ...]:
        """The same of the state that is shown."""
        return _in_effect(self.shown)


def exported(session: Session) -> ExportedRun | None:
    """Return the run that is shown as it is now; None while there is none. In the GUI thread."""
    live, shown, run = session.live, session.snapshot, session.shown_run
    lane = next((lane for lane in session.lanes if lane.run == run), None)
    if live is None or shown is None or lane is None or not live.run == shown.run == run:
        return None
    runs = session.runs
    entry = next((entry for entry in runs.entries if entry.is_shown), None)
    names = drawn_names(runs)
    found = ((key, runs.curves(key)) for key in runs.compared if key in names)
    others = [(key, curves, names[key]) for key, curves in found if curves is not None]
    last = max([live.iteration, 1, *(curves.iteration for _, curves, _ in others)])
    return ExportedRun(
        name=shown_name(lane.name, lane.config),
        config=lane.config,
        whole=live,
        shown=shown,
        total=lane.last_config.iterations,
        began=0.0 if entry is None else entry.began,
        trouble=session.message,
        compared=tuple(
            lines_of(curves, name, runs.style(key), last) for key, curves, name in others
        ),
        last=last,
        digits=session.digits,
    )


def network_of(snapshot: Snapshot) -> Network:
    """Return the network of a state."""
    config = snapshot.config
    return Network.from_params(snapshot.params, config.activation, config.weight_decay)


def version() -> str:
    """Return the version of Chainlight; "" if that is not known."""
    from importlib import metadata  # takes as long to import as the window may need for a frame

    try:
        return metadata.version("chainlight")
    except metadata.PackageNotFoundError:
        return ""


# The files. Any thread may write one.


def save_csv(path: Path, run: ExportedRun) -> Generator[float, None, None]:
    """Write the curves of the whole run as a table; see ``bpcore.exports.curves_csv``."""
    whole = run.whole
    return save_curves(path, run.config, whole.losses, whole.accuracies, run.changes, whole.vitals)


def save_weights(path: Path, run: ExportedRun) -> None:
    """Write the parameters of the shown state, and what they are of."""
    facts = dataclasses.asdict(run.config)
    if run.config.data not in (BUNDLED, FULL):
        facts["data"] = "a folder"  # where it is, is its owner's business
    changes = [dataclasses.astuple(event) for event in run.shown_changes]
    about = {**_about(run), "config": facts, "changes": changes}
    weights_npz(path, network_of(run.shown), about)


def save_script(path: Path, run: ExportedRun) -> None:
    """Write the network of the shown state as a script for PyTorch."""
    network = network_of(run.shown)
    pytorch_script(network, run.config, path, _about(run), run.shown_changes)


def save_svg(path: Path, run: ExportedRun, colors: Theme, *, log: bool = True) -> None:
    """Write loss and accuracy of the whole run as a picture of lines."""
    export.write(path, chart(chart_of(run, log=log), Ink(palette(colors))).file)


def save_png(path: Path, run: ExportedRun, colors: Theme, *, log: bool = True) -> None:
    """Write loss and accuracy of the whole run as a picture of pixels."""
    picture = chart(chart_of(run, log=log), Ink(palette(colors)))
    export.write_image(path, painted(picture), picture.description)


def chart_of(run: ExportedRun, *, log: bool) -> ChartFacts:
    """Return what the picture of a run shows."""
    own = own_lines(run, run.last)
    return ChartFacts(
        title=run.name,
        subtitle=_subtitle(run),
        runs=(own, *run.compared),
        events=run.changes,
        last=run.last,
        shown=run.pinned,
        log=log,
    )


def own_lines(run: ExportedRun, last: int) -> RunLines:
    """Return the lines of the run itself, for a picture up to iteration ``last``."""
    whole, curves = run.whole, RunCurves(run.total)
    curves.take(whole.losses, whole.accuracies, whole.vitals, run.changes, run.total)
    return lines_of(curves, run.name, 0, last)


def _subtitle(run: ExportedRun) -> str:
    """Say what the run is, what was changed of that, and how far it has come."""
    title = run_title(run.config)
    sizes = "-".join(map(str, run.config.sizes))
    done, total = formatting.count(run.whole.iteration), formatting.count(run.total)
    parts = [
        *([title] if title != run.name else []),
        *all_changes(run.changes),
        sizes,
        _tr("seed {0}").format(run.config.seed),
        _tr("{0} of {1} iterations").format(done, total),
    ]
    return " · ".join(dict.fromkeys(parts))


def _in_effect(state: Snapshot) -> tuple[Event, ...]:
    return tuple(event for event in state.events if event.iteration < state.iteration)


def _about(run: ExportedRun) -> dict[str, Any]:
    return {"run": run.name, "iteration": run.shown.iteration}


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunExport", text)
