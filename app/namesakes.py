"""How runs of one name are told apart: by when they began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime

from app.banner_texts import short_moment
from app.run_names import numbered, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.run_entries import RunEntry
    from app.runs import Runs

JOINT = " · "
"""Between the parts of a name that a run has by itself."""


def moments_of(entries: Iterable[RunEntry], now: QDateTime) -> dict[str, str]:
    """Return by key when runs began whose name others have too; of one second, with a number."""
    by_name: dict[str, dict[str, QDateTime]] = {}
    for entry in entries:
        moment = QDateTime.fromSecsSinceEpoch(int(entry.began))
        by_name.setdefault(_name(entry), {})[entry.key] = moment
    found: dict[str, str] = {}
    for moments in by_name.values():
        if len(moments) > 1:
            texts = {key: short_moment(moment, now) for key, moment in moments.items()}
            if len(set(texts.values())) < len(texts):
                texts = {k: short_moment(m, now, seconds=True) for k, m in moments.items()}
            found |= _numbered(texts)
    return found


def _numbered(texts: dict[str, str]) -> dict[str, str]:
    """Return ``texts`` with numbers where they are the same, as those of a race may be."""
    found: dict[str, str] = {}
    for key, text in texts.items():
        found[key] = numbered(text, set(found.values()))
    return found


def drawn(runs: Runs) -> tuple[RunEntry, ...]:
    """Return the runs whose curves are drawn: the shown one first, then those beside it."""
    by_key = {entry.key: entry for entry in runs.entries}
    shown = [entry for entry in by_key.values() if entry.is_shown]
    beside = [by_key[key] for key in runs.compared if key in by_key]
    return (*shown, *(entry for entry in beside if not entry.is_shown))


def drawn_names(runs: Runs) -> dict[str, str]:
    """Return by key what the runs that are drawn are called: namesakes tell when they began."""
    entries = drawn(runs)
    moments = moments_of(entries, QDateTime.currentDateTime())
    return {
        entry.key: JOINT.join(filter(None, (_name(entry), moments.get(entry.key))))
        for entry in entries
    }


def _name(entry: RunEntry) -> str:
    return shown_name(entry.name, entry.config)
