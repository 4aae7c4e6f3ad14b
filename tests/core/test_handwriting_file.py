import json
import os
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corrections import SETS, as_rows, correction
from fuzzing import FUZZ
from hypothesis import given
from hypothesis import strategies as st
from zips import array_of, damaged, members_of, npy, packed, with_damaged_member

from bpcore import handwriting
from bpcore.handwriting import (
    MAX_CORRECTIONS,
    CorrectionSet,
    HandwritingError,
    load_corrections,
    save_corrections,
)

Edit = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("handwriting") / "a.handwriting"
    save_corrections(path, CorrectionSet(correction(n) for n in range(12)))
    return path.read_bytes()


@given(corrections=SETS)
def test_a_set_comes_back_from_its_file(
    corrections: CorrectionSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.handwriting"
    save_corrections(path, corrections)
    assert as_rows(load_corrections(path)) == as_rows(corrections)


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.handwriting"
    save_corrections(path, CorrectionSet([correction(1)]))
    assert len(load_corrections(path)) == 1


def test_a_full_set_is_read_within_a_second(tmp_path: Path) -> None:
    path = tmp_path / "a.handwriting"
    save_corrections(path, CorrectionSet(correction(n) for n in range(MAX_CORRECTIONS)))
    start = time.perf_counter()
    assert len(load_corrections(path)) == MAX_CORRECTIONS
    assert time.perf_counter() - start < 1


def test_a_set_that_can_not_be_saved_is_told_and_the_old_file_stays(
    file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.handwriting"
    path.write_bytes(file)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handwriting, "write_array", full)
    with pytest.raises(HandwritingError, match=r"a.handwriting: can't be saved .*No space left"):
        save_corrections(path, CorrectionSet([correction(1)]))
    assert path.read_bytes() == file
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises(HandwritingError, match="can't be saved"):
        save_corrections(tmp_path / "folder" / "a.handwriting", CorrectionSet())


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    for act in (
        lambda: save_corrections(tmp_path, CorrectionSet()),
        lambda: load_corrections(tmp_path),
    ):
        with pytest.raises(HandwritingError, match="is not a file"):
            act()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(HandwritingError, match="is not a file"):
        load_corrections(tmp_path / "pipe")


def fault_of(content: bytes, folder: Path) -> str:
    """Return what opening ``content`` says; fail if it takes a second."""
    path = folder / "bad.handwriting"
    path.write_bytes(content)
    start = time.perf_counter()
    with pytest.raises(HandwritingError) as caught:
        load_corrections(path)
    assert time.perf_counter() - start < 1
    assert str(caught.value).startswith("bad.handwriting ")
    assert len(str(caught.value)) < 300
    return str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HandwritingError, match=r"none.handwriting can't be read .No such file"):
        load_corrections(tmp_path / "none.handwriting")


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n" + bytes(200), bytes(10_000)],
    ids=["empty", "a picture", "zeros"],
)
def test_a_foreign_file_is_told(content: bytes, tmp_path: Path) -> None:
    assert "is cut short, or not Chainlight handwriting" in fault_of(content, tmp_path)


def test_a_truncated_file_is_told_wherever_it_is_cut(file: bytes, tmp_path: Path) -> None:
    for length in np.linspace(0, len(file) - 1, 20).astype(int):
        assert "cut short" in fault_of(file[:length], tmp_path)


def test_a_bomb_is_not_unpacked(file: bytes, tmp_path: Path) -> None:
    members = members_of(file) | {"images.npy": bytes(64 << 20)}
    content = packed(members, zipfile.ZIP_DEFLATED)
    assert "holds a compressed or encrypted member" in fault_of(content, tmp_path)


def head(**changes: object) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        found = json.loads(members["handwriting.json"])
        members["handwriting.json"] = json.dumps(found | changes).encode()

    return edit


def array(name: str, change: Callable[[Any], Any]) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        members[name] = npy(change(array_of(members[name])))

    return edit


def put(name: str, content: bytes) -> Edit:
    return lambda members: members.update({name: content})


def with_value(place: object, value: float) -> Callable[[Any], Any]:
    def change(found: Any) -> Any:
        found[place] = value
        return found

    return change


EDITS: list[tuple[Edit, str]] = [
    (head(version=2), "saved by a newer Chainlight .format 2, this one reads 1.; update it"),
    (head(version=0), "has a version that never was"),
    (head(version=10**900), "has a version that never was"),
    (head(version="1"), "has a version that never was"),
    (head(format="chainlight run"), "is not Chainlight handwriting"),
    (head(corrections=-1), "has no number of corrections from 0 to 5,000"),
    (head(corrections=5001), "has no number of corrections from 0 to 5,000"),
    (head(corrections=True), "has no number of corrections"),
    (head(corrections=11), "images.npy .*which is too much|does not fit"),
    (put("handwriting.json", b"{"), "has a damaged description"),
    (put("handwriting.json", b"[" * 1000), "has a damaged description"),
    (put("handwriting.json", b" " * 2000), "2,000 bytes, which is too much"),
    (put("evil.npy", b"x"), "holds far more than Chainlight handwriting"),
    (lambda members: members.pop("labels.npy"), "labels.npy is missing"),
    (put("labels.npy", b"\x93NUMPY\1\0\xff\xff"), "has a damaged header in labels.npy"),
    (put("labels.npy", npy(np.array([{}] * 12, object))), "has object in labels.npy"),
    (array("images.npy", lambda a: a[:, :-1]), "does not fit"),
    (array("images.npy", lambda a: a.astype(np.int8)), "has int8 in images.npy instead of uint8"),
    (array("images.npy", with_value(3, 0)), "has an impossible correction: image must be"),
    (array("images.npy", lambda a: a[[0] * 12]), "has a drawing twice"),
    (array("labels.npy", with_value(3, 10)), "has an impossible correction: label must be"),
    (array("moments.npy", with_value(3, np.nan)), "has numbers in moments.npy that are none"),
    (array("moments.npy", with_value(3, -1)), "has an impossible correction: moment must be"),
    (array("moments.npy", with_value(3, 1e300)), "has an impossible correction: moment must be"),
]


@pytest.mark.parametrize(("edit", "message"), EDITS)
def test_an_edited_file_is_told_with_what_is_wrong(
    file: bytes, tmp_path: Path, edit: Edit, message: str
) -> None:
    members = members_of(file)
    edit(members)
    assert re.search(message, fault_of(packed(members), tmp_path))


def opened_or_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    try:
        corrections = load_corrections(path)
    except HandwritingError as error:
        str(error).encode()
    else:
        assert corrections.images.shape == (len(corrections), 784)


@FUZZ
@given(data=st.data())
def test_bytes_changed_anywhere_end_in_corrections_or_a_refusal(
    data: st.DataObject, file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened_or_refused(damaged(data, file), tmp_path_factory.getbasetemp() / "fuzzed.handwriting")


@FUZZ
@given(data=st.data())
def test_any_member_ends_in_corrections_or_a_refusal(
    data: st.DataObject, file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened_or_refused(
        with_damaged_member(data, file), tmp_path_factory.getbasetemp() / "fuzzed.handwriting"
    )
