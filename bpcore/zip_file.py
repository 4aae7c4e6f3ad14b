"""Zip files from anybody: opened only if they are small in every way, and not compressed."""

from __future__ import annotations

import struct
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

END = struct.Struct("<4s4H2LH")
"""The end record: signature, two disks, two counts, size and place of the directory, comment."""

ZIP64_LOCATOR_SIZE = 20
MAX_DIRECTORY_BYTES = 1 << 16


class ZipFileError(Exception):
    """What is wrong with the file, as the end of a sentence that begins with its name."""


@contextmanager
def open_stored(path: Path, max_members: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip file of at most ``max_members`` members, none of them compressed.

    Together they are no larger than the file. The directory is looked at only after its size is
    known to be small, as reading it takes memory for each of its entries.

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
        size = _check_end(file, max_members)
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
        try:
            member = archive.getinfo(name)
        except KeyError:
            raise ZipFileError(f"is no complete run: {name} is missing") from None
        if limit is not None and member.file_size > limit:
            raise ZipFileError(f"has a {name} of {member.file_size:,} bytes, which is too much")
        content = archive.read(member)
        if len(content) != member.file_size:
            raise ZipFileError(f"has {name} cut short")
        return content


def _check_end(file: BinaryIO, max_members: int) -> int:
    """Check the end record, which must be the last thing in the file; return the file's size."""
    size = file.seek(0, 2)
    tail = ZIP64_LOCATOR_SIZE + END.size
    file.seek(max(size - tail, 0))
    ending = file.read(tail)
    if len(ending) < END.size:
        raise ZipFileError("is cut short, or not a Chainlight run")
    signature, *_, count, directory, _, comment = END.unpack(ending[-END.size :])
    if signature != b"PK\5\6" or comment:
        raise ZipFileError("is cut short, or not a Chainlight run")
    if ending.startswith(b"PK\6\7"):  # the directory is described once more, with other numbers
        raise ZipFileError("is not a Chainlight run")
    if count > max_members or directory > MAX_DIRECTORY_BYTES:
        raise ZipFileError("holds far more than a Chainlight run")
    return size


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    if len({member.filename for member in members}) != len(members):
        raise ZipFileError("holds a member twice")
    for member in members:
        stored = member.compress_type == zipfile.ZIP_STORED
        if not stored or member.flag_bits & 1 or member.file_size != member.compress_size:
            raise ZipFileError("holds a compressed or encrypted member; no run does")
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
