import os
import time
from pathlib import Path

import pytest
from runs import trained

from bpcore.autosave import Autosave, make_room, new_run_path
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset

CONFIG = TrainingConfig(iterations=100, batch_size=20, hidden_sizes=(4,))


def test_only_the_newest_runs_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    runs = [new_run_path(tmp_path) for _ in range(6)]
    mine = [tmp_path / "mine.chainlight", tmp_path / "2026-01-01 notes.txt"]
    leftover = tmp_path / f".{runs[0].name}.0123.part"
    for age, path in enumerate([*reversed(runs), *mine, leftover]):
        path.write_bytes(b"")
        os.utime(path, (1e9 - age, 1e9 - age))
    make_room(tmp_path, kept=4)
    assert sorted(tmp_path.iterdir()) == sorted([*runs[2:], *mine])


def test_a_run_of_this_process_that_may_still_be_written_makes_no_room(
    small: Dataset, tmp_path: Path
) -> None:
    trainer = trained(CONFIG, small, 5)
    savers = [Autosave(new_run_path(tmp_path)) for _ in range(3)]
    for age, saver in enumerate(savers):
        saver.save(trainer)
        saver.wait()
        os.utime(saver.path, (1e9 + age, 1e9 + age))
    make_room(tmp_path, kept=0)
    assert all(saver.path.exists() for saver in savers)
    for saver in savers:
        saver.close()
    make_room(tmp_path, kept=1)
    assert [saver.path.exists() for saver in savers] == [False, False, True]


@pytest.mark.parametrize(("age", "left"), [(50, True), (-1e6, True), (70, False)])
def test_a_run_that_another_process_may_still_write_makes_no_room(
    tmp_path: Path, age: float, left: bool
) -> None:
    path = new_run_path(tmp_path)
    path.write_bytes(b"")
    moment = time.time() - age
    os.utime(path, (moment, moment))
    make_room(tmp_path, kept=0)
    assert path.exists() == left
