"""Runs as a session would have them, without a thread or a file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.curves import RunCurves
from app.run_names import shown_name
from bpcore.config import TrainingConfig
from bpcore.recording import Accuracies, Event

if TYPE_CHECKING:
    from pathlib import Path

BOOK = TrainingConfig()


@dataclass(frozen=True, eq=False)
class FakeEntry:
    key: str
    name: str
    config: TrainingConfig
    last_config: TrainingConfig
    changes: tuple[Event, ...]
    iteration: int
    loss: float | None
    accuracies: Accuracies | None
    phase: str
    is_shown: bool
    began: float
    data: str = "bundled"


def an_entry(
    key: str,
    name: str = "",
    config: TrainingConfig = BOOK,
    *,
    iteration: int = 10_000,
    loss: float | None = 0.0366,
    test: float | None = 0.941,
    phase: str = "finished",
    is_shown: bool = False,
    changes: tuple[Event, ...] = (),
) -> FakeEntry:
    accuracies = None if test is None else Accuracies(iteration, 0.995, test)
    title = shown_name(name, config)
    return FakeEntry(
        key, title, config, config, changes, iteration, loss, accuracies, phase, is_shown, 0.0
    )


def some_curves(config: TrainingConfig, iteration: int, *tests: float) -> RunCurves:
    """Losses that depend on the seed alone, and accuracies on the test set."""
    curves = RunCurves(config.iterations)
    curves.losses.extend(np.random.default_rng(config.seed).random(iteration))
    steps = np.arange(1, len(tests) + 1)
    curves.train.extend(steps, np.full(len(tests), 0.99))
    curves.test.extend(steps, tests)
    return curves


class FakeRuns(QObject):
    """Keeps what it is told, and what was asked of it in ``asked``."""

    changed = Signal()
    failed = Signal(str)
    opened = Signal(str)
    said = Signal(str)

    def __init__(self, *entries: FakeEntry) -> None:
        super().__init__()
        self.entries = entries
        self.compared: tuple[str, ...] = ()
        self.deleted = ""
        self.unreadable: tuple[str, ...] = ()
        self.asked: list[tuple] = []
        self.read: dict[str, RunCurves] = {}
        self._bin: tuple[int, FakeEntry] | None = None

    def put(self, *entries: FakeEntry) -> None:
        self.entries = entries
        self.changed.emit()

    def change(self, key: str, **values) -> None:
        self.put(*(dataclasses.replace(e, **values) if e.key == key else e for e in self.entries))

    def style(self, key: str) -> int:
        return self.compared.index(key) + 1 if key in self.compared else 0

    def curves(self, key: str) -> RunCurves | None:
        return self.read.get(key)

    def show(self, key: str) -> None:
        self.asked.append(("show", key))
        self.put(*(dataclasses.replace(e, is_shown=e.key == key) for e in self.entries))
        self.opened.emit(key)

    def open(self, path: Path) -> None:
        self.asked.append(("open", path))

    def compare(self, keys) -> None:
        others = {entry.key for entry in self.entries if not entry.is_shown}
        self.compared = tuple(key for key in keys if key in others)
        self.changed.emit()

    def rename(self, key: str, name: str) -> None:
        self.asked.append(("rename", key, name))
        config = next(e.config for e in self.entries if e.key == key)
        self.change(key, name=shown_name(name, config))

    def repeat(self, key: str) -> None:
        self.asked.append(("repeat", key))
        entry = next(e for e in self.entries if e.key == key)
        new = dataclasses.replace(
            entry, key="again", iteration=0, loss=None, accuracies=None, phase="running"
        )
        self.put(new, *self.entries)

    def race(self, keys, *, in_turn: bool) -> None:
        self.asked.append(("race", keys, in_turn))

    def save(self, key: str, path: Path) -> None:
        self.asked.append(("save", key, path))

    def delete(self, key: str) -> None:
        place = next(n for n, e in enumerate(self.entries) if e.key == key)
        if self.entries[place].phase == "waiting":
            self.failed.emit("A run can be deleted when it is not being trained.")
            return
        self._bin = place, self.entries[place]
        self.deleted = self.entries[place].name
        self.compared = tuple(other for other in self.compared if other != key)
        self.put(*self.entries[:place], *self.entries[place + 1 :])

    def undo_delete(self) -> None:
        assert self._bin is not None
        place, entry = self._bin
        self.deleted = ""
        self.put(*self.entries[:place], entry, *self.entries[place:])


class FakeSession(QObject):
    def __init__(self, *entries: FakeEntry) -> None:
        super().__init__()
        self.runs = FakeRuns(*entries)
