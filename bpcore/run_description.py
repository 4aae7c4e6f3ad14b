"""The description of a run in its file: ``run.json``."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from bpcore.config import TrainingConfig, checked_change
from bpcore.recording import Event, Notes, Race

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.recording import Recording

FORMAT, VERSION = "chainlight run", 2
HASH_LENGTH = 64
MAX_EVENTS = 20_000


class Fault(Exception):
    """What is wrong with the content of a file, as the end of a sentence that begins with it."""


def require(right: object, otherwise: str) -> None:
    """Raise Fault with ``otherwise`` unless ``right``."""
    if not right:
        raise Fault(otherwise)


@dataclasses.dataclass(frozen=True)
class Description:
    """What ``run.json`` says: see Recording; ``version`` is that of the file."""

    version: int
    config: TrainingConfig
    data_hash: str
    iteration: int
    events: tuple[Event, ...]
    notes: Notes


def written(recording: Recording) -> bytes:
    """Return the description of ``recording`` as JSON."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "config": dataclasses.asdict(recording.config),
        "data_hash": recording.data_hash,
        "iteration": recording.iteration,
        "events": _rows(recording.events),
        **_written_notes(recording.notes),
    }
    return json.dumps(head, allow_nan=False).encode()


def _written_notes(notes: Notes) -> dict[str, Any]:
    return {
        "name": notes.name,
        "ended": notes.ended,
        "pace": notes.pace,
        "ahead": _rows(notes.ahead),
        "race": None if notes.race is None else dataclasses.asdict(notes.race),
    }


def _rows(events: Sequence[Event]) -> list[tuple[int, str, float]]:
    return [(event.iteration, event.name, event.value) for event in events]


def read_description(text: bytes) -> Description:
    """Read what ``written`` wrote, or anybody else.

    Raises
    ------
    Fault
        If it is not the complete description of a possible run, of a version known here.
    """
    head = _read_head(text)
    config, done = _read_config(head), _whole(head, "iteration")
    require(done <= config.iterations, f"has done {done:,} of {config.iterations:,} iterations")
    data_hash = head.get("data_hash")
    require(isinstance(data_hash, str) and len(data_hash) == HASH_LENGTH, "has no data_hash")
    version = _whole(head, "version")
    notes = _read_notes(head, config.iterations) if version > 1 else Notes()
    events = _read_events(head.get("events"), 0, done)
    return Description(version, config, str(data_hash), done, events, notes)


def _read_head(text: bytes) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Fault("has a damaged description") from error
    require(isinstance(head, dict) and head.get("format") == FORMAT, "is not a Chainlight run")
    version = _whole(head, "version")
    require(
        version <= VERSION,
        f"was saved by a newer Chainlight (format {version}, this one reads {VERSION}); update it",
    )
    require(version > 0, "has a version that never was")
    return dict(head)


def _read_config(head: dict[str, Any]) -> TrainingConfig:
    fields = head.get("config")
    known = {field.name for field in dataclasses.fields(TrainingConfig)}
    require(isinstance(fields, dict) and fields.keys() == known, "has an incomplete configuration")
    try:
        config = TrainingConfig(**head["config"])
    except (ValueError, TypeError) as error:
        raise Fault(f"has an impossible configuration: {_short(error)}") from error
    require("\0" not in config.data, "has an impossible name of a folder")
    return config


def _read_events(rows: object, first: int, last: int) -> tuple[Event, ...]:
    """Return changes that are made when ``first`` to ``last`` iterations are done, in order."""
    require(isinstance(rows, list) and len(rows) <= MAX_EVENTS, "has damaged changes, or too many")
    assert isinstance(rows, list)
    events: list[Event] = []
    for row in rows:
        require(isinstance(row, list) and len(row) == 3, "has damaged changes")
        iteration, name, value = row
        before = events[-1].iteration if events else first
        require(type(iteration) is int and before <= iteration <= last, "has changes out of order")
        try:
            events.append(Event(iteration, name, checked_change(name, value)))
        except (ValueError, TypeError) as error:
            raise Fault(f"has an impossible change: {_short(error)}") from error
    return tuple(events)


def _read_notes(head: dict[str, Any], total: int) -> Notes:
    """Read what is noted; all but name and end may be missing: it came to the format later."""
    try:
        notes = Notes(head["name"], head["ended"])
    except (KeyError, ValueError, TypeError) as error:
        raise Fault("has an impossible name or end") from error
    ahead, race = _read_events(head.get("ahead", []), 0, total), head.get("race")
    try:
        race = None if race is None else Race(**race)
        return dataclasses.replace(notes, pace=head.get("pace"), ahead=ahead, race=race)
    except (ValueError, TypeError) as error:
        raise Fault("has an impossible pace or race") from error


def _whole(head: dict[str, Any], name: str) -> int:
    value = head.get(name)
    require(type(value) is int and value >= 0, f"has no {name}")
    assert isinstance(value, int)
    return value


def _short(error: Exception) -> str:
    # It may quote what it found, which is as long as whoever wrote the file liked.
    text = str(error)
    return text if len(text) <= 200 else f"{text[:200]} …"
