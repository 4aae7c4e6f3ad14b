import copy
import io
import json
import os
import re
import struct
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fuzzing import FUZZ
from hypothesis import given
from hypothesis import strategies as st
from runs import assert_same_numbers, assert_same_state, eventful, trained
from zips import array_of, damaged, members_of, npy, packed, with_damaged_member

from bpcore import run_file
from bpcore.config import CHOICES, TrainingConfig
from bpcore.datasets.mnist import Dataset, DatasetError
from bpcore.recording import Event
from bpcore.run_file import RunFileError, load_run, save_run
from bpcore.training import Trainer

CONFIG = TrainingConfig(iterations=120, batch_size=20, hidden_sizes=(4,), optimizer="momentum")
Edit = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def small_file(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("run") / "small.chainlight"
    save_run(path, eventful(CONFIG, small, 1 << 16)[0].recording())
    return path.read_bytes()


# There and back


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_a_run_from_a_file_is_replayed_bit_for_bit(
    small: Dataset, tmp_path: Path, optimizer: str, activation: str
) -> None:
    config = CONFIG.replace(optimizer=optimizer, activation=activation, iterations=200)
    trainer, states = eventful(config, small)
    save_run(tmp_path / "a.chainlight", trainer.recording())
    opened = Trainer.resume(load_run(tmp_path / "a.chainlight"), small)
    for k in np.random.default_rng(0).choice(201, 50, replace=False):
        state = opened.timeline.state_at(int(k))
        assert_same_state(state, states[k])
        assert state.exact


@pytest.mark.parametrize("at", [0, 1, 50, 64])
@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
def test_a_run_that_is_resumed_goes_on_as_if_it_had_never_stopped(
    small: Dataset, tmp_path: Path, optimizer: str, at: int
) -> None:
    config = CONFIG.replace(optimizer=optimizer)
    save_run(tmp_path / "a.chainlight", trained(config, small, at).recording())
    resumed = Trainer.resume(load_run(tmp_path / "a.chainlight"), small)
    assert resumed.iteration == at
    for _ in resumed:
        pass
    whole = trained(config, small)
    assert_same_numbers(resumed, whole)
    assert_same_state(resumed.state(), whole.state())
    assert resumed.accuracies == whole.accuracies
    assert_same_state(resumed.timeline.state_at(70), whole.timeline.state_at(70))


def test_everything_recorded_comes_back(small: Dataset, tmp_path: Path) -> None:
    recording = eventful(CONFIG, small)[0].recording()
    save_run(tmp_path / "a.chainlight", recording)
    opened = load_run(tmp_path / "a.chainlight")
    assert (opened.config, opened.data_hash) == (recording.config, small.fingerprint)
    assert (opened.events, opened.accuracies) == (recording.events, recording.accuracies)
    assert opened.last_config == recording.last_config
    assert opened.losses.tobytes() == recording.losses.tobytes()
    for one, other in zip(opened.keyframes, recording.keyframes, strict=True):
        assert_same_state(one, other)


def test_saving_again_what_was_opened_gives_the_same_bytes(
    small_file: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "a.chainlight"
    path.write_bytes(small_file)
    save_run(path, load_run(path))
    assert path.read_bytes() == small_file


def test_keyframes_of_a_resumed_run_stay_within_their_memory(
    small: Dataset, tmp_path: Path
) -> None:
    room = 4 * Trainer(CONFIG, small).state().nbytes
    trainer = Trainer(CONFIG.replace(iterations=1000), small, room)
    for _ in zip(range(333), trainer, strict=False):
        pass
    save_run(tmp_path / "a.chainlight", trainer.recording())
    resumed = Trainer.resume(load_run(tmp_path / "a.chainlight"), small, keyframe_bytes=room)
    for _ in resumed:
        assert len(resumed.timeline.keyframes) <= 4
    assert resumed.timeline.stride == Trainer.resume(resumed.recording(), small).timeline.stride


def test_a_run_can_go_on_for_longer_than_was_planned(small: Dataset) -> None:
    longer = Trainer.resume(trained(CONFIG, small).recording(), small, iterations=150)
    for _ in longer:
        pass
    np.testing.assert_array_equal(
        longer.losses, trained(CONFIG.replace(iterations=150), small).losses
    )


def test_a_run_can_not_be_made_shorter_than_it_is(small: Dataset) -> None:
    with pytest.raises(ValueError, match="at least the 120 that are done"):
        Trainer.resume(trained(CONFIG, small).recording(), small, iterations=100)


def test_a_run_of_other_digits_is_not_resumed(small: Dataset, bundled: Dataset) -> None:
    with pytest.raises(DatasetError, match="bundled: these are not the digits that this run"):
        Trainer.resume(trained(CONFIG, small).recording(), bundled)


# Saving


def test_a_run_that_can_not_be_saved_is_told_and_the_old_file_stays(
    small: Dataset, small_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.chainlight"
    path.write_bytes(small_file)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_file, "write_array", full)
    with pytest.raises(RunFileError, match=r"a.chainlight: can't be saved .*No space left"):
        save_run(path, trained(CONFIG, small, 5).recording())
    assert path.read_bytes() == small_file
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="folders have other names there")
def test_a_run_on_a_folder_of_any_name_comes_back(small: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(CONFIG.replace(data="/caf\udce9"), small)
    save_run(tmp_path / "a.chainlight", trainer.recording())
    assert load_run(tmp_path / "a.chainlight").config.data == "/caf\udce9"


def test_a_folder_that_is_not_there_is_told(small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match="choose another folder"):
        save_run(tmp_path / "none" / "a.chainlight", trained(CONFIG, small, 5).recording())


def test_more_changes_than_a_file_holds_are_told(small: Dataset, tmp_path: Path) -> None:
    trainer = trained(CONFIG, small, 5)
    trainer.timeline.events = (Event(5, "learning_rate", 0.1234567890123),) * 50_000
    with pytest.raises(RunFileError, match="50,000 changes are too many"):
        save_run(tmp_path / "a.chainlight", trainer.recording())


# Opening what is no run


def fault_of(content: bytes, folder: Path) -> str:
    """Return what opening ``content`` says; fail if it takes a second or 200 MB."""
    path = folder / "bad.chainlight"
    path.write_bytes(content)
    start = time.perf_counter()
    with pytest.raises(RunFileError) as caught:
        load_run(path)
    assert time.perf_counter() - start < 1
    assert str(caught.value).startswith("bad.chainlight ")
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\5\6", b"\x89PNG\r\n\x1a\n" + bytes(200), b"PK\3\4" + bytes(100), bytes(10_000)],
    ids=["empty", "an end alone", "a picture", "a beginning alone", "zeros"],
)
def test_a_foreign_file_is_told(content: bytes, tmp_path: Path) -> None:
    assert "is cut short, or not a Chainlight run" in fault_of(content, tmp_path)


def test_another_zip_file_is_told(tmp_path: Path) -> None:
    assert "run.json is missing" in fault_of(packed({"a.txt": b"hello"}), tmp_path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"can't be read .No such file"):
        load_run(tmp_path / "none.chainlight")


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match="is not a file"):
        load_run(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RunFileError, match="is not a file"):
        load_run(tmp_path / "pipe")


def test_a_truncated_file_is_told_wherever_it_is_cut(small_file: bytes, tmp_path: Path) -> None:
    for length in np.linspace(0, len(small_file) - 1, 40).astype(int):
        assert "cut short" in fault_of(small_file[:length], tmp_path)


def json_edit(**changes: object) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        head = json.loads(members["run.json"])
        for name, value in changes.items():
            place = head["config"] if name in head["config"] else head
            place[name] = value
        members["run.json"] = json.dumps(head).encode()

    return edit


def without_note(name: str) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        head = json.loads(members["run.json"])
        del head[name]
        members["run.json"] = json.dumps(head).encode()

    return edit


def array_edit(name: str, change: Callable[[Any], Any]) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        members[name] = npy(change(array_of(members[name])))

    return edit


def replaced(name: str, content: bytes) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        members[name] = content

    return edit


def without(name: str) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        del members[name]

    return edit


def with_value(place: object, value: float) -> Callable[[Any], Any]:
    def change(array: Any) -> Any:
        array[place] = value
        return array

    return change


def header(text: str) -> bytes:
    padded = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(padded)) + padded


EDITS: list[tuple[Edit, str]] = [
    (json_edit(version=3), "saved by a newer Chainlight .format 3, this one reads 2.; update it"),
    (json_edit(version=0), "has a version that never was"),
    (json_edit(version="1"), "has no version"),
    (json_edit(format="other"), "is not a Chainlight run"),
    (json_edit(learning_rate=float("nan")), "learning_rate must be a number"),
    (json_edit(learning_rate=1e300), "learning_rate must be a number"),
    (json_edit(hidden_sizes=[10**9]), "hidden_size must be a whole number from 1 to 1,000"),
    (json_edit(hidden_sizes=[5] * 9), "hidden_sizes must be the units of at most 8 layers"),
    (json_edit(hidden_sizes="50"), "hidden_sizes must be"),
    (json_edit(hidden_sizes=[5]), "shape .*does not fit its configuration"),
    (json_edit(hidden_sizes=[4, 4]), "params/W2.npy of shape .* does not fit"),
    (json_edit(optimizer="adam"), "memory/m/W1.npy is missing"),
    (json_edit(optimizer="sgd"), "holds something that is no part of a run"),
    (json_edit(optimizer=["sgd"]), "optimizer must be"),
    (json_edit(dtype="float64"), "float32 in params/W1.npy instead of float64"),
    (json_edit(data=""), "data must be"),
    (json_edit(data="\0"), "impossible name of a folder"),
    (json_edit(iteration=-1), "has no iteration"),
    (json_edit(iteration=10**12), "has done 1,000,000,000,000 of 120 iterations"),
    (json_edit(iteration=7, events=[]), "has keyframes out of order"),
    (json_edit(iteration=True), "has no iteration"),
    (json_edit(data_hash=7), "has no data_hash"),
    (json_edit(name=7), "has an impossible name or end"),
    (json_edit(name=["x"]), "has an impossible name or end"),
    (json_edit(name="x" * 121), "has an impossible name or end"),
    (json_edit(name="x" * 1_000_000), "has an impossible name or end"),
    (json_edit(name="two\nlines"), "has an impossible name or end"),
    (json_edit(name="bell\x07"), "has an impossible name or end"),
    (json_edit(name="half \ud83d"), "has an impossible name or end"),
    (json_edit(ended="exploded"), "has an impossible name or end"),
    (json_edit(ended=["stopped"]), "has an impossible name or end"),
    (json_edit(ended=None), "has an impossible name or end"),
    (without_note("name"), "has an impossible name or end"),
    (without_note("ended"), "has an impossible name or end"),
    (json_edit(version=1), "holds something that is no part of a run"),
    (without("vitals.npy"), "vitals.npy is missing"),
    (array_edit("vitals.npy", lambda a: a[:, :-1].copy()), "does not fit its configuration"),
    (array_edit("vitals.npy", lambda a: a.astype(np.float32)), "float32 in vitals.npy instead of"),
    (array_edit("vitals.npy", lambda a: np.zeros((99_999, 14))), "which is too much"),
    (array_edit("vitals.npy", with_value((3, 5), np.nan)), "numbers in vitals.npy that are none"),
    (array_edit("vitals.npy", with_value((3, 5), -1e-9)), "has vitals that can't be"),
    (array_edit("vitals.npy", with_value((3, 1), 1.5)), "has vitals that can't be"),
    (array_edit("vitals.npy", with_value((3, 1), -0.5)), "has vitals that can't be"),
    (array_edit("vitals.npy", with_value((0, 0), 0)), "has vitals that can't be"),
    (array_edit("vitals.npy", with_value((0, 0), 1.5)), "has vitals that can't be"),
    (array_edit("vitals.npy", with_value((3, 0), 12)), "has vitals that can't be"),
    (array_edit("vitals.npy", with_value((-1, 0), 121)), "has vitals that can't be"),
    (json_edit(events=7), "has damaged changes"),
    (json_edit(events=[[1, "learning_rate"]]), "has damaged changes"),
    (json_edit(events=[[1, "seed", 3]]), "seed can't be changed"),
    (json_edit(events=[[1, ["x"], 3]]), "can't be changed"),
    (json_edit(events=[[1, "learning_rate", "x"]]), "learning_rate must be a number"),
    (json_edit(events=[[1, "learning_rate", 1e9]]), "learning_rate must be a number"),
    (json_edit(events=[[999, "learning_rate", 0.1]]), "has changes out of order"),
    (
        json_edit(events=[[9, "learning_rate", 0.1], [8, "learning_rate", 0.1]]),
        "has changes out of order",
    ),
    (json_edit(config={}), "has an incomplete configuration"),
    (json_edit(config=[]), "has an incomplete configuration"),
    (replaced("run.json", b"{"), "has a damaged description"),
    (replaced("run.json", b"\xff\xfe"), "has a damaged description"),
    (replaced("run.json", b"[" * 200_000), "has a damaged description"),
    (replaced("run.json", b"[]"), "is not a Chainlight run"),
    (replaced("run.json", b"9" * 10_000), "has a damaged description"),
    (replaced("run.json", b" " * (3 << 20)), "3,145,728 bytes, which is too much"),
    (without("losses.npy"), "losses.npy is missing"),
    (without("params/b1.npy"), "params/b1.npy is missing"),
    (replaced("../../evil.npy", b"x"), "holds something that is no part of a run"),
    (replaced("/etc/passwd", b"x"), "holds something that is no part of a run"),
    (replaced("losses.npy", b""), "has a damaged header in losses.npy"),
    (replaced("losses.npy", b"\x93NUMPY\1\0\xff\xff"), "has a damaged header"),
    (replaced("losses.npy", header("(" * 100)), "has a damaged header"),
    (replaced("losses.npy", header("{'descr': '<f4', 'shape': (120,)}")), "has a damaged header"),
    (replaced("losses.npy", npy(np.array([{}], object))), "has object in losses.npy"),
    (
        replaced(
            "keyframes.npy",
            header("{'descr': '<i8', 'fortran_order': False, 'shape': (10**9,), }"),
        ),
        "has a damaged header",
    ),
    (
        replaced(
            "keyframes.npy",
            header("{'descr': '<i8', 'fortran_order': False, 'shape': (1000000000000,), }"),
        ),
        "cut short or too long",
    ),
    (
        replaced(
            "keyframes.npy", header("{'descr': '<i8', 'fortran_order': False, 'shape': (-1,), }")
        ),
        "does not fit|damaged header",
    ),
    (
        replaced(
            "losses.npy", header("{'descr': '<f4', 'fortran_order': True, 'shape': (120,), }")
        ),
        "header of another kind",
    ),
    (array_edit("losses.npy", lambda a: a.astype(">f4")), "instead of float32"),
    (array_edit("losses.npy", lambda a: a[:-1]), "does not fit its configuration"),
    (array_edit("losses.npy", lambda a: a.reshape(2, -1)), "does not fit its configuration"),
    (array_edit("losses.npy", with_value(3, np.nan)), "has numbers in losses.npy that are none"),
    (array_edit("params/W1.npy", with_value((1, 2, 3), np.inf)), "that are none"),
    (array_edit("memory/v/b1.npy", with_value((0, 0), np.nan)), "that are none"),
    (array_edit("params/W1.npy", lambda a: a[:-1]), "does not fit its configuration"),
    (array_edit("params/W1.npy", lambda a: a.swapaxes(1, 2).copy()), "does not fit"),
    (array_edit("keyframes.npy", lambda a: a[::-1].copy()), "has keyframes out of order"),
    (array_edit("keyframes.npy", lambda a: a[:0]), "has keyframes out of order"),
    (array_edit("keyframes.npy", lambda a: a * 0), "has keyframes out of order"),
    (array_edit("keyframes.npy", with_value(1, 2**62 + 1)), "has keyframes out of order"),
    (
        array_edit("keyframes.npy", lambda a: np.array([0, 2**62 + 1, -(2**62), 120])),
        "has keyframes out of order",
    ),
    (array_edit("keyframes.npy", lambda a: np.arange(99_999)), "which is too much"),
    (array_edit("accuracies.npy", lambda a: np.zeros((99_999, 3))), "which is too much"),
    (array_edit("generators.npy", with_value((0, 2), 2)), "generator in an impossible state"),
    (array_edit("generators.npy", with_value((0, 3), 2**40)), "generator in an impossible state"),
    (array_edit("generators.npy", lambda a: a.astype(float)), "instead of uint64"),
    (array_edit("accuracies.npy", with_value((0, 1), 1.5)), "has accuracies that can't be"),
    (array_edit("accuracies.npy", with_value((0, 0), 1.5)), "has accuracies that can't be"),
    (array_edit("accuracies.npy", with_value((0, 0), 999)), "has accuracies that can't be"),
    (array_edit("accuracies.npy", with_value((0, 0), -1)), "has accuracies that can't be"),
]


@pytest.mark.parametrize(("edit", "message"), EDITS)
def test_an_edited_file_is_told_with_what_is_wrong(
    small_file: bytes, tmp_path: Path, edit: Edit, message: str
) -> None:
    members = members_of(small_file)
    edit(members)
    assert re.search(message, fault_of(packed(members), tmp_path))


def test_what_a_message_quotes_is_not_as_long_as_a_file_likes(
    small_file: bytes, tmp_path: Path
) -> None:
    members = members_of(small_file)
    json_edit(learning_rate="x" * 100_000)(members)
    assert len(fault_of(packed(members), tmp_path)) < 400


def test_a_flipped_bit_is_found_by_its_checksum(small_file: bytes, tmp_path: Path) -> None:
    spoilt = bytearray(small_file)
    spoilt[len(spoilt) // 2] ^= 1
    assert "is damaged (Bad CRC-32" in fault_of(bytes(spoilt), tmp_path)


# Hostile files


def test_a_bomb_is_not_unpacked(small_file: bytes, tmp_path: Path) -> None:
    members = members_of(small_file) | {"losses.npy": bytes(32 << 20)}
    content = packed(members, zipfile.ZIP_DEFLATED)
    assert len(content) < 1 << 20
    assert "holds a compressed or encrypted member" in fault_of(content, tmp_path)


def test_a_directory_of_thousands_of_members_is_not_read(tmp_path: Path) -> None:
    content = packed({str(n): b"" for n in range(5_000)})
    assert "holds far more than a Chainlight run" in fault_of(content, tmp_path)


def test_a_second_end_record_of_another_size_is_not_believed(
    small_file: bytes, tmp_path: Path
) -> None:
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    content = small_file[:-22] + locator + small_file[-22:]
    assert "is not a Chainlight run" in fault_of(content, tmp_path)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    # The same data under many names promises more than the file holds.
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.json", bytes(100_000))
        info = archive.getinfo("run.json")
        for n in range(50):
            twin = copy.copy(info)
            twin.filename = f"{n:08d}"
            archive.filelist.append(twin)
    assert "promises more than it holds" in fault_of(file.getvalue(), tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.json", b"{}")
        archive.writestr("run.json", b"{}")
    assert "holds a member twice" in fault_of(file.getvalue(), tmp_path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs the peak of a process")
def test_hostile_files_are_refused_within_200_megabytes(small_file: bytes, tmp_path: Path) -> None:
    members = members_of(small_file)
    bad = {
        "bomb": packed(members | {"losses.npy": bytes(64 << 20)}, zipfile.ZIP_DEFLATED),
        "lists": packed(members | {"run.json": b"[" + b"[]," * 690_000 + b"[]]"}),
        "shape": packed(
            members
            | {
                "keyframes.npy": header(
                    "{'descr': '<i8', 'fortran_order': False, 'shape': (10000000000,), }"
                )
            }
        ),
        "many": packed({str(n): b"" for n in range(5_000)}),
    }
    for name, content in bad.items():
        (tmp_path / f"{name}.chainlight").write_bytes(content)
    script = """
    import pathlib, sys
    from bpcore.run_file import RunFileError, load_run
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.chainlight")):
        try:
            load_run(path)
        except RunFileError:
            print(path.stem)
    status = pathlib.Path("/proc/self/status").read_text()
    print(status.split("VmHWM:")[1].split()[0])  # not that of whoever started this process
    """
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    *refused, peak = done.stdout.split()
    assert refused == sorted(bad)
    assert int(peak) < 200 << 10


# Anything at all


def opened_or_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    try:
        recording = load_run(path)
    except RunFileError as error:
        str(error).encode()
    else:
        assert recording.keyframes[-1].iteration == recording.iteration


@FUZZ
@given(data=st.data())
def test_bytes_changed_anywhere_end_in_a_run_or_a_refusal(
    data: st.DataObject, small_file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened_or_refused(
        damaged(data, small_file, 900), tmp_path_factory.getbasetemp() / "fuzzed.chainlight"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=9,
)


@FUZZ
@given(data=st.data())
def test_any_description_ends_in_a_run_or_a_refusal(
    data: st.DataObject, small_file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    members = members_of(small_file)
    head = json.loads(members["run.json"])
    place = data.draw(st.sampled_from([head, head["config"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    members["run.json"] = json.dumps(head).encode()
    opened_or_refused(packed(members), tmp_path_factory.getbasetemp() / "fuzzed.chainlight")


@FUZZ
@given(data=st.data())
def test_any_member_ends_in_a_run_or_a_refusal(
    data: st.DataObject, small_file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened_or_refused(
        with_damaged_member(data, small_file), tmp_path_factory.getbasetemp() / "fuzzed.chainlight"
    )
