"""Zip files from anybody: opened only if they are small in every way, and not compressed.

Their members are JSON and .npy arrays. Nothing is unpacked or unpickled, so that no file can make
us reserve more than its own size.
"""

from __future__ import annotations

import math
import struct
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from bpcore.npy_header import read_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    import numpy.typing as npt

    AnyArray = npt.NDArray[Any]

END = struct.Struct("<4s4H2LH")
"""The end record: signature, two disks, two counts, size and place of the directory, comment."""

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
"""What stands before a member: signature, …, and at last the lengths of its name and of more."""

ZIP64_LOCATOR_SIZE = 20
MAX_DIRECTORY_BYTES = 1 << 16
MAX_HEADER_BYTES = 1 << 10


class ZipFileError(Exception):
    """What is wrong with the file, as the end of a sentence that begins with its name."""


@contextmanager
def open_stored(
    path: Path, max_members: int, kind: str = "a Chainlight run"
) -> Iterator[zipfile.ZipFile]:
    """Open a zip file of at most ``max_members`` members, none of them compressed.

    ``kind`` is what it should be. Its members are together no larger than the file. The directory
    is looked at only after its size is known to be small, as reading it takes memory for each of
    its entries.

    Raises
    ------
    ZipFileError
        If it is another file, damaged, or larger inside than outside.
    OSError
        If it can't be read.
    """
    if path.exists() and not path.is_file():
        raise ZipFileError("is not a file")
    with path.open("rb") as file:
        size = _check_end(file, max_members, kind)
        with _reported():
            archive = zipfile.ZipFile(file)
        with archive:
            _check_members(archive.infolist(), size)
            yield archive


def read_member(archive: zipfile.ZipFile, name: str, limit: int | None = None) -> bytes:
    """Return the content of member ``name``, of at most ``limit`` bytes, its checksum checked.

    Raises
    ------
    ZipFileError
        If there is none, or it is damaged or too large.
    """
    with _reported():
        member = _member(archive, name, limit)
        content = archive.read(member)
        if len(content) != member.file_size:
            raise ZipFileError(f"has {name} cut short")
        return content


def write_array(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], arrays: Iterable[AnyArray]
) -> None:
    """Write an array of ``shape`` as member ``name``, in parts that follow one another in it."""
    arrays = list(arrays)
    with archive.open(zipfile.ZipInfo(name), "w") as member:
        descr = npy.dtype_to_descr(arrays[0].dtype)
        npy.write_array_header_1_0(member, {"descr": descr, "fortran_order": False, "shape": shape})
        for array in arrays:
            member.write(np.ascontiguousarray(array).data)


def read_array(
    archive: zipfile.ZipFile,
    name: str,
    shape: tuple[int | None, ...],
    dtype: npt.DTypeLike,
    most: int = 0,
) -> AnyArray:
    """Read an array of the expected shape, of which None is up to ``most``; it is read-only.

    Raises
    ------
    ZipFileError
        If there is none, or another one, or one with numbers that are none.
    """
    data = read_member(archive, name, _limit(shape, dtype, most))
    found, start = _read_header(data, name, shape, dtype, len(data))
    array = np.frombuffer(data, dtype, offset=start).reshape(found)
    _require_numbers(array, name)
    return array


def read_last_rows(
    archive: zipfile.ZipFile,
    name: str,
    shape: tuple[int | None, ...],
    dtype: npt.DTypeLike,
    rows: int,
    most: int = 0,
) -> AnyArray:
    """Read the last ``rows`` rows of an array, or all if it has fewer, and nothing before them.

    Otherwise like ``read_array``; but a checksum is of the whole, so it is not checked.

    Raises
    ------
    ZipFileError
        If there is no such array, or its last rows have numbers that are none.
    """
    with _reported():
        member = _member(archive, name, _limit(shape, dtype, most))
        file = archive.fp
        assert file is not None
        file.seek(member.header_offset)
        local = file.read(LOCAL_HEADER.size)
        _require(len(local) == LOCAL_HEADER.size and local.startswith(b"PK\3\4"), "is damaged")
        start = file.tell() + sum(LOCAL_HEADER.unpack(local)[-2:])
        file.seek(start)
        beginning = file.read(min(MAX_HEADER_BYTES, member.file_size))
        found, _ = _read_header(beginning, name, shape, dtype, member.file_size)
        wanted = (min(rows, found[0]), *found[1:])
        size = math.prod(wanted) * np.dtype(dtype).itemsize
        file.seek(start + member.file_size - size)
        data = file.read(size)
        _require(len(data) == size, f"has {name} cut short or too long")
    array = np.frombuffer(data, dtype).reshape(wanted)
    _require_numbers(array, name)
    return array


def _member(archive: zipfile.ZipFile, name: str, limit: int | None) -> zipfile.ZipInfo:
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise ZipFileError(f"is incomplete: {name} is missing") from None
    if limit is not None and member.file_size > limit:
        raise ZipFileError(f"has a {name} of {member.file_size:,} bytes, which is too much")
    return member


def _limit(shape: tuple[int | None, ...], dtype: npt.DTypeLike, most: int) -> int:
    """Return the most bytes that an array of ``shape`` takes in a file."""
    largest = math.prod(most if side is None else side for side in shape)
    return MAX_HEADER_BYTES + largest * np.dtype(dtype).itemsize


def _read_header(
    data: bytes, name: str, shape: tuple[int | None, ...], dtype: npt.DTypeLike, length: int
) -> tuple[tuple[int, ...], int]:
    """Read the header of an array of ``length`` bytes in all; return its shape, and where it is."""
    try:
        kind, fortran_order, found, start = read_header(data)
    except ValueError as error:
        raise ZipFileError(f"has a damaged header in {name}") from error
    _require(not fortran_order, f"has a header of another kind in {name}")
    _require(kind == np.dtype(dtype), f"has {kind} in {name} instead of {np.dtype(dtype)}")
    fits = len(found) == len(shape) and all(
        wanted in (None, side) for side, wanted in zip(found, shape, strict=True)
    )
    _require(fits, f"has {name} of shape {found}, which does not fit its configuration")
    size = math.prod(found) * kind.itemsize
    _require(size == length - start, f"has {name} cut short or too long")
    return found, start


def _require_numbers(array: AnyArray, name: str) -> None:
    right = array.dtype.kind != "f" or np.isfinite(array).all()
    _require(right, f"has numbers in {name} that are none")


def _require(right: object, otherwise: str) -> None:
    if not right:
        raise ZipFileError(otherwise)


def _check_end(file: BinaryIO, max_members: int, kind: str) -> int:
    """Check the end record, which must be the last thing in the file; return the file's size."""
    size = file.seek(0, 2)
    tail = ZIP64_LOCATOR_SIZE + END.size
    file.seek(max(size - tail, 0))
    ending = file.read(tail)
    if len(ending) < END.size:
        raise ZipFileError(f"is cut short, or not {kind}")
    signature, *_, count, directory, _, comment = END.unpack(ending[-END.size :])
    if signature != b"PK\5\6" or comment:
        raise ZipFileError(f"is cut short, or not {kind}")
    if ending.startswith(b"PK\6\7"):  # the directory is described once more, with other numbers
        raise ZipFileError(f"is not {kind}")
    if count > max_members or directory > MAX_DIRECTORY_BYTES:
        raise ZipFileError(f"holds far more than {kind}")
    return size


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    if len({member.filename for member in members}) != len(members):
        raise ZipFileError("holds a member twice")
    for member in members:
        stored = member.compress_type == zipfile.ZIP_STORED
        if not stored or member.flag_bits & 1 or member.file_size != member.compress_size:
            raise ZipFileError("holds a compressed or encrypted member; Chainlight writes none")
    if sum(member.file_size for member in members) > size:
        raise ZipFileError("promises more than it holds")


@contextmanager
def _reported() -> Iterator[None]:
    """Turn what Python's reader of zip files raises for damaged ones into ZipFileError."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        struct.error,
        ValueError,
        OverflowError,
    ) as error:
        raise ZipFileError(f"is damaged ({error})") from error
