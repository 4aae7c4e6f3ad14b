import dataclasses
import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fuzzing import FUZZ
from hypothesis import given
from hypothesis import strategies as st
from runs import eventful, trained
from zips import array_of, damaged, members_of, npy, packed, with_damaged_member

from bpcore.config import CHOICES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.recording import Accuracies, Notes, Recording
from bpcore.run_file import RunFileError, load_run, save_run
from bpcore.run_summary import read_summary
from bpcore.training import Trainer

CONFIG = TrainingConfig(iterations=150, batch_size=20, hidden_sizes=(4,), optimizer="momentum")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.chainlight"


@pytest.fixture(scope="module")
def content(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("run") / "small.chainlight"
    save_run(path, eventful(CONFIG, small, 1 << 16)[0].recording())
    return path.read_bytes()


def noted(recording: Recording, name: str = "Mine") -> Recording:
    return dataclasses.replace(recording, notes=Notes(name, "stopped"))


# What it tells


@pytest.mark.parametrize("dtype", CHOICES["dtype"])
@pytest.mark.parametrize("done", [1, 14, 99, 100, 101, 150])
def test_a_summary_tells_what_the_run_does(
    small: Dataset, path: Path, dtype: str, done: int
) -> None:
    trainer = Trainer(CONFIG.replace(dtype=dtype), small)
    for progress in trainer:
        if progress.iteration == 7:
            trainer.change("learning_rate", 0.05)
        if progress.iteration == done:
            break
    recording = noted(trainer.recording())
    save_run(path, recording)
    os.utime(path, (1.5e9, 1.6e9))
    summary = read_summary(path)
    assert summary.path == path
    assert summary.notes == recording.notes
    assert (summary.config, summary.last_config) == (recording.config, recording.last_config)
    assert (summary.events, summary.iteration) == (recording.events, done)
    assert summary.loss == pytest.approx(recording.losses[-100:].astype(float).mean(), rel=1e-12)
    assert summary.accuracies == (recording.accuracies[-1] if done >= 15 else None)
    assert summary.modified == 1.6e9


def test_a_run_that_has_not_begun_has_neither_loss_nor_accuracy(small: Dataset, path: Path) -> None:
    save_run(path, Trainer(CONFIG, small).recording())
    summary = read_summary(path)
    assert (summary.iteration, summary.loss, summary.accuracies) == (0, None, None)


def test_a_file_of_the_first_version_has_a_summary(content: bytes, path: Path) -> None:
    members = members_of(content)
    head = json.loads(members["run.json"])
    del head["name"], head["ended"], members["vitals.npy"]
    members["run.json"] = json.dumps(head | {"version": 1}).encode()
    path.write_bytes(packed(members))
    assert read_summary(path).notes == Notes()
    assert read_summary(path).loss == pytest.approx(load_run(path).losses[-100:].mean())


class Watched(io.FileIO):
    """Counts the bytes that are read."""

    read_bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        found = super().read(size)
        assert found is not None
        Watched.read_bytes += len(found)
        return found


def test_little_is_read_of_a_large_file(
    bundled: Dataset, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 200_000  # as many losses and accuracies as a long run has, and as large keyframes
    trainer = trained(TrainingConfig(iterations=done, batch_size=20), bundled, 320)
    recording = trainer.recording()
    last = dataclasses.replace(recording.keyframes[-1], iteration=done)
    many = dataclasses.replace(
        recording,
        losses=np.linspace(9, 1, done, dtype=np.float32),
        accuracies=tuple(Accuracies(k, 0.5, k / done) for k in range(1, done + 1, 9)),
        keyframes=(*recording.keyframes[:-1], last),
    )
    save_run(path, many)
    assert path.stat().st_size > 4 << 20
    monkeypatch.setattr(Path, "open", lambda self, *_: Watched(self))
    Watched.read_bytes = 0
    summary = read_summary(path)
    assert 100 < Watched.read_bytes < 20_000
    assert summary.loss == pytest.approx(many.losses[-100:].mean())
    assert summary.accuracies == many.accuracies[-1]


# What is no run


def without(name: str) -> Callable[[dict[str, bytes]], object]:
    return lambda members: members.pop(name)


def losses(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[dict[str, bytes]], None]:  # type: ignore[type-arg]
    def edit(members: dict[str, bytes]) -> None:
        members["losses.npy"] = npy(change(array_of(members["losses.npy"])))

    return edit


def accuracies(row: list[float]) -> Callable[[dict[str, bytes]], None]:
    def edit(members: dict[str, bytes]) -> None:
        members["accuracies.npy"] = npy(np.array([row], np.float64))

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (without("run.json"), "run.json is missing"),
        (without("losses.npy"), "is incomplete, or no run"),
        (without("vitals.npy"), "is incomplete, or no run"),
        (without("params/W1.npy"), "is incomplete, or no run"),
        (lambda members: members.update({"evil.npy": b"x"}), "is incomplete, or no run"),
        (lambda members: members.update({"losses.npy": b""}), "damaged header in losses.npy"),
        (losses(lambda a: a[:-1]), "does not fit its configuration"),
        (losses(lambda a: a.astype(np.float64)), "float64 in losses.npy instead of float32"),
        (losses(lambda a: a * np.nan), "has numbers in losses.npy that are none"),
        (accuracies([10, 0.5, 1.5]), "has accuracies that can't be"),
        (accuracies([999, 0.5, 0.5]), "has accuracies that can't be"),
        (accuracies([np.inf, 0.5, 0.5]), "has numbers in accuracies.npy that are none"),
        (accuracies([0.5, 0.5]), "does not fit its configuration"),
    ],
)
def test_a_file_that_is_no_run_is_told(
    content: bytes, path: Path, edit: Callable[[dict[str, bytes]], object], message: str
) -> None:
    members = members_of(content)
    edit(members)
    path.write_bytes(packed(members))
    with pytest.raises(RunFileError, match=message) as caught:
        read_summary(path)
    assert str(caught.value).startswith("a.chainlight ")


def test_a_file_that_is_cut_short_is_told(content: bytes, path: Path) -> None:
    for length in np.linspace(0, len(content) - 1, 20).astype(int):
        path.write_bytes(content[:length])
        with pytest.raises(RunFileError, match="cut short"):
            read_summary(path)


def test_what_is_no_file_is_told(path: Path) -> None:
    with pytest.raises(RunFileError, match="can't be read"):
        read_summary(path)
    with pytest.raises(RunFileError, match="is not a file"):
        read_summary(path.parent)


def test_a_member_that_begins_elsewhere_than_the_directory_says_is_told(
    content: bytes, path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo("losses.npy").header_offset
    spoilt = bytearray(content)
    spoilt[place : place + 4] = b"none"
    path.write_bytes(spoilt)
    with pytest.raises(RunFileError, match="is damaged"):
        read_summary(path)


def told_or_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    start = time.perf_counter()
    try:
        summary = read_summary(path)
    except RunFileError as error:
        str(error).encode()
    else:
        assert summary.iteration <= summary.config.iterations
        assert summary.loss is None or np.isfinite(summary.loss)
    assert time.perf_counter() - start < 1


@FUZZ
@given(data=st.data())
def test_bytes_changed_anywhere_end_in_a_summary_or_a_refusal(
    data: st.DataObject, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "summary.chainlight"
    told_or_refused(damaged(data, content, 900), path)


@FUZZ
@given(data=st.data())
def test_any_member_ends_in_a_summary_or_a_refusal(
    data: st.DataObject, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "summary.chainlight"
    told_or_refused(with_damaged_member(data, content), path)
