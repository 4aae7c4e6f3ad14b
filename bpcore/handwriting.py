"""What people say of their own handwriting: drawings with the right answers, kept in a file.

The file is a zip of JSON and .npy arrays, none of them compressed. Its members, with N corrections:

- ``handwriting.json``: format, version, number of corrections;
- ``images.npy`` (N, 784) uint8, ``labels.npy`` (N,) uint8, ``moments.npy`` (N,) float64.

It may come from anybody: sizes, shapes, types and ranges are checked before they are believed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from bpcore.atomic import replacing
from bpcore.datasets.idx import CLASSES, IMAGE_SIZE, Bytes
from bpcore.zip_file import ZipFileError, open_stored, read_array, read_member, write_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIX = ".handwriting"
FORMAT, VERSION = "chainlight handwriting", 1
MAX_CORRECTIONS = 5_000
ENOUGH = 5
"""So many corrections of a digit are what learning one's handwriting is made for."""

PIXELS = IMAGE_SIZE * IMAGE_SIZE
END_OF_TIME = 253_402_300_800.0
"""The year 10,000: from here on a moment has no date."""

_KIND = "Chainlight handwriting"
_HEAD, _MAX_HEAD_BYTES = "handwriting.json", 1 << 10


class HandwritingError(Exception):
    """What is kept of a handwriting can't be read, written or added to; a sentence says why."""


@dataclass(frozen=True, eq=False)
class Correction:
    """A drawing and the digit that was meant.

    Attributes
    ----------
    image
        As the network gets it, (784,) uint8, 0 to 255; read-only, with some ink.
    label
        0 to 9.
    moment
        When it was kept, in seconds since 1970.
    """

    image: Bytes
    label: int
    moment: float

    def __post_init__(self) -> None:
        """Take a copy of the image, and check everything."""
        image = np.array(self.image)
        if image.shape != (PIXELS,) or image.dtype != np.uint8 or not image.any():
            raise ValueError(f"image must be uint8 ({PIXELS},) with ink, not {image.shape}")
        if type(self.label) is not int or not 0 <= self.label < CLASSES:
            raise ValueError(f"label must be a digit, not {self.label!r}")
        if not 0 <= self.moment < END_OF_TIME:
            raise ValueError(f"moment must be seconds since 1970, not {self.moment!r}")
        image.flags.writeable = False
        object.__setattr__(self, "image", image)

    @cached_property
    def key(self) -> bytes:
        """The image's bytes: what makes it another drawing than others."""
        return self.image.tobytes()


class CorrectionSet(Sequence[Correction]):
    """Corrections, the oldest first, that never change; a drawing is in it at most once.

    Of two answers for one drawing the later counts: the hand that drew it can have meant one digit
    only.

    Raises
    ------
    HandwritingError
        If they are more than ``MAX_CORRECTIONS``.
    """

    def __init__(self, corrections: Iterable[Correction] = ()) -> None:
        latest: dict[bytes, Correction] = {}
        for correction in corrections:
            known = latest.get(correction.key)
            if known is None or (known.moment, known.label) < (correction.moment, correction.label):
                latest[correction.key] = correction
        if len(latest) > MAX_CORRECTIONS:
            raise HandwritingError(
                f"At most {MAX_CORRECTIONS:,} corrections can be kept, and these would be "
                f"{len(latest):,}; delete some that you don't need."
            )
        self._corrections = tuple(sorted(latest.values(), key=lambda c: (c.moment, c.key)))

    @overload
    def __getitem__(self, index: int) -> Correction: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Correction, ...]: ...
    def __getitem__(self, index: int | slice) -> Correction | tuple[Correction, ...]:
        return self._corrections[index]

    def __len__(self) -> int:
        return len(self._corrections)

    def added(self, correction: Correction) -> CorrectionSet:
        """Return these and ``correction``, which is the answer for its drawing from now on."""
        others = (known for known in self if known.key != correction.key)
        return CorrectionSet((*others, correction))

    def removed(self, indices: Iterable[int]) -> CorrectionSet:
        """Return these without those at ``indices``."""
        gone = set(indices)
        return CorrectionSet(known for n, known in enumerate(self) if n not in gone)

    def merged(self, others: Iterable[Correction]) -> CorrectionSet:
        """Return these and ``others``."""
        return CorrectionSet((*self, *others))

    @property
    def images(self) -> Bytes:
        """All drawings (N, 784)."""
        return np.array([known.image for known in self], np.uint8).reshape(-1, PIXELS)

    @property
    def labels(self) -> Bytes:
        """All answers (N,)."""
        return np.array([known.label for known in self], np.uint8)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many corrections each of the ten digits has."""
        return tuple(np.bincount(self.labels, minlength=CLASSES).tolist())


# The file.


def save_corrections(path: str | Path, corrections: CorrectionSet) -> None:
    """Write ``corrections`` to ``path``, which is the old file until the new one is complete.

    Raises
    ------
    HandwritingError
        If it can't be written.
    """
    head = {"format": FORMAT, "version": VERSION, "corrections": len(corrections)}
    moments = np.array([known.moment for known in corrections], np.float64)
    with written(Path(path)) as archive:
        archive.writestr(zipfile.ZipInfo(_HEAD), json.dumps(head))
        for name, array in (
            ("images.npy", corrections.images),
            ("labels.npy", corrections.labels),
            ("moments.npy", moments),
        ):
            write_array(archive, name, array.shape, [array])


def load_corrections(path: str | Path) -> CorrectionSet:
    """Read what ``save_corrections`` wrote, here or on another computer.

    Raises
    ------
    HandwritingError
        If the file can't be read, or is not complete, undamaged handwriting of a known version.
    """
    with opened(Path(path), 4, _KIND) as archive:
        head = read_head(read_member(archive, _HEAD, _MAX_HEAD_BYTES), FORMAT, VERSION, _KIND)
        count = head.get("corrections")
        if type(count) is not int or not 0 <= count <= MAX_CORRECTIONS:
            raise ZipFileError(f"has no number of corrections from 0 to {MAX_CORRECTIONS:,}")
        images = read_array(archive, "images.npy", (count, PIXELS), np.uint8)
        labels = read_array(archive, "labels.npy", (count,), np.uint8)
        moments = read_array(archive, "moments.npy", (count,), np.float64)
        if len(archive.namelist()) != 4:
            raise ZipFileError("holds something that is no part of a handwriting")
        rows = zip(images, labels.tolist(), moments.tolist(), strict=True)
        try:
            corrections = CorrectionSet(Correction(*row) for row in rows)
        except ValueError as error:
            raise ZipFileError(f"has an impossible correction: {error}") from error
        if len(corrections) != count:
            raise ZipFileError("has a drawing twice")
        return corrections


@contextmanager
def written(path: Path) -> Iterator[zipfile.ZipFile]:
    """Write a zip file in place of ``path``; its folder is made if need be.

    Raises
    ------
    HandwritingError
        If it can't be written.
    """
    if path.exists() and not path.is_file():
        raise HandwritingError(f"{path.name}: is not a file; choose another name")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            yield archive
    except OSError as error:
        raise HandwritingError(
            f"{path.name}: can't be saved in {path.parent} ({error.strerror or error}); "
            "free some space there, or choose another folder"
        ) from error


@contextmanager
def opened(path: Path, members: int, kind: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip file of ``members``; whatever is wrong with it becomes HandwritingError."""
    try:
        with open_stored(path, members, kind) as archive:
            yield archive
    except ZipFileError as fault:
        raise HandwritingError(f"{path.name} {fault}") from fault
    except OSError as error:
        raise HandwritingError(f"{path.name} can't be read ({error.strerror or error})") from error
    except MemoryError as error:
        raise HandwritingError(f"{path.name} is too large for this computer's memory") from error


def read_head(text: bytes, form: str, version: int, kind: str) -> dict[str, Any]:
    """Return the description in a file, if it is of the right form and of a known version.

    Raises
    ------
    ZipFileError
        If it isn't.
    """
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ZipFileError("has a damaged description") from error
    if not isinstance(head, dict) or head.get("format") != form:
        raise ZipFileError(f"is not {kind}")
    found = head.get("version")
    if type(found) is not int or not 1 <= found < 1000:
        raise ZipFileError("has a version that never was")
    if found > version:
        raise ZipFileError(
            f"was saved by a newer Chainlight (format {found}, this one reads {version}); update it"
        )
    return dict(head)
