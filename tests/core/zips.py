"""Zip files taken apart and put together again, with something else inside."""

import io
import zipfile

import numpy as np
from hypothesis import strategies as st


def members_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:  # type: ignore[type-arg]
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def array_of(content: bytes) -> np.ndarray:  # type: ignore[type-arg]
    return np.load(io.BytesIO(content)).copy()


def damaged(data: st.DataObject, content: bytes, tail: int = 400) -> bytes:
    """Return ``content`` with a few bytes replaced anywhere, often where the directory is."""
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        end = len(changed)
        start = data.draw(st.integers(0, end) | st.integers(max(end - tail, 0), end))
        changed[start : start + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12))
    return bytes(changed)


def with_damaged_member(data: st.DataObject, content: bytes) -> bytes:
    """Return a zip file like ``content`` in which one member begins otherwise."""
    members = members_of(content)
    name = data.draw(st.sampled_from(sorted(members)))
    changed = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, min(len(changed), 200)))
        changed[start : start + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    members[name] = bytes(changed)
    return packed(members)
