"""The IDX files of MNIST: read with every promise of their headers checked.

The format is described with the data by Y. LeCun, C. Cortes and C. J. C. Burges: a magic number,
the sizes of the dimensions, all big-endian, then bytes.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase
    from pathlib import Path

Bytes: TypeAlias = npt.NDArray[np.uint8]

IMAGE_SIZE = 28
CLASSES = 10
MAX_EXAMPLES = 1_000_000
"""More than any file of MNIST's family holds; a header that promises more is not believed."""


class DatasetError(Exception):
    """A data set that can't be read; the text names the file, what is wrong and what to do."""


def read_split(images_path: Path, labels_path: Path) -> tuple[Bytes, Bytes]:
    """Read images (N, 784) and their labels (N,), both uint8, from two files, gzipped or not.

    Raises
    ------
    DatasetError
        If a file can't be read, is malformed, or the two don't belong together.
    """
    # Both headers are believed only together: data is read once they agree.
    with _open(images_path) as images_file, _open(labels_path) as labels_file:
        count = _read_header(images_path, images_file, (IMAGE_SIZE, IMAGE_SIZE))
        label_count = _read_header(labels_path, labels_file, ())
        if label_count != count:
            raise DatasetError(
                f"{labels_path}: {label_count:,} labels for the {count:,} images of "
                f"{images_path.name}"
            )
        labels = _read_data(labels_path, labels_file, count)
        images = _read_data(images_path, images_file, count * IMAGE_SIZE**2)
    if labels.max() >= CLASSES:
        raise DatasetError(f"{labels_path}: holds the label {labels.max()}; digits are 0 to 9")
    return images.reshape(count, -1), labels


def _open(path: Path) -> BufferedIOBase:
    with reported(path):
        if not path.is_file():
            raise DatasetError(f"{path}: is not a file")
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        if path.suffix == ".gz" and not zipped:
            raise DatasetError(f"{path}: is not gzip data")
        return gzip.open(path) if zipped else path.open("rb")


def _read_header(path: Path, file: BufferedIOBase, example_shape: tuple[int, ...]) -> int:
    """Return the number of examples that the header of an IDX file of unsigned bytes promises."""
    dimensions = 1 + len(example_shape)
    size = 4 + 4 * dimensions
    with reported(path):
        header = file.read(size)
    if len(header) < size:
        raise DatasetError(f"{path}: is cut short in its header")
    magic, count, *shape = struct.unpack(f">{1 + dimensions}I", header)
    if magic != 0x0800 + dimensions:
        raise DatasetError(
            f"{path}: has magic number {magic:#010x} instead of {0x0800 + dimensions:#010x}"
        )
    if tuple(shape) != example_shape:
        has, wanted = (
            " × ".join(f"{side:,}" for side in sides) for sides in (shape, example_shape)
        )
        raise DatasetError(f"{path}: images are {has}, not {wanted}")
    if not 1 <= count <= MAX_EXAMPLES:
        raise DatasetError(
            f"{path}: its header promises {count:,} examples; a set has 1 to {MAX_EXAMPLES:,}"
        )
    return int(count)


def _read_data(path: Path, file: BufferedIOBase, count: int) -> Bytes:
    # Grown block by block, so that a header alone never makes us reserve what the file does not
    # hold; and never read beyond what is promised, so that no small file unpacks to gigabytes.
    data = bytearray()
    with reported(path):
        while len(data) < count:
            block = file.read(min(count - len(data), 1 << 20))
            if not block:
                raise DatasetError(
                    f"{path}: is cut short, {len(data):,} of {count:,} bytes of data"
                )
            data += block
        if file.read(1):  # also what makes gzip compare its checksum
            raise DatasetError(f"{path}: holds more than the {count:,} bytes its header promises")
    return np.frombuffer(data, np.uint8)


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what can go wrong with a file into DatasetError."""
    try:
        yield
    except EOFError as error:
        raise DatasetError(f"{path}: is cut short") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DatasetError(f"{path}: is damaged ({error})") from error
    except OSError as error:
        raise DatasetError(f"{path}: can't be read ({error.strerror or error})") from error
