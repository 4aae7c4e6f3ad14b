"""MNIST: the bundled 10,000 digits, or the whole set from a folder of IDX files.

Source of the data: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten
digits".
"""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

Bytes: TypeAlias = npt.NDArray[np.uint8]
Split: TypeAlias = tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]]

IMAGE_SIZE = 28
CLASSES = 10
MAX_EXAMPLES = 1_000_000
"""More than any file of MNIST's family holds; a header that promises more is not believed."""

FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}


class DatasetError(Exception):
    """A data set that can't be read; the text names the file, what is wrong and what to do."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels as they are stored, read-only.

    ``train_images`` (N, 784) and ``test_images`` (M, 784) are uint8, 0 black to 255 white;
    ``train_labels`` (N,) and ``test_labels`` (M,) are uint8, 0 to 9.
    """

    name: str
    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            array.flags.writeable = False

    def split(self, name: str) -> tuple[Bytes, Bytes]:
        """Return images and labels of ``"train"`` or ``"test"``."""
        if name == "train":
            return self.train_images, self.train_labels
        if name == "test":
            return self.test_images, self.test_labels
        raise ValueError(f'split must be "train" or "test", not {name!r}')


def scale(
    images: npt.NDArray[np.uint8], dtype: npt.DTypeLike = np.float32
) -> npt.NDArray[np.floating]:
    """Return pixels 0 to 255 as 0.0 to 1.0, in ``dtype``."""
    return np.divide(images, 255, dtype=dtype)


def load_mnist(
    normalize: bool = True,
    flatten: bool = True,
    one_hot_label: bool = False,
    data_dir: str | Path | None = None,
) -> tuple[Split, Split]:
    """Load MNIST with the book's function.

    Parameters
    ----------
    normalize
        Pixels as float32 from 0.0 to 1.0 instead of uint8 from 0 to 255.
    flatten
        Images (N, 784) instead of (N, 1, 28, 28).
    one_hot_label
        Labels as one-hot rows (N, 10) instead of class numbers (N,).
    data_dir
        Folder of the four IDX files, gzipped or not; None is the bundled 9,000 + 1,000 digits.

    Returns
    -------
    (x_train, t_train), (x_test, t_test)

    Raises
    ------
    DatasetError
        If a file is missing or malformed.
    """
    dataset = load_dataset(data_dir)

    def prepare(name: str) -> Split:
        images, labels = dataset.split(name)
        x: npt.NDArray[np.generic] = scale(images) if normalize else images.copy()
        t: npt.NDArray[np.generic] = (
            np.eye(CLASSES, dtype=np.uint8)[labels] if one_hot_label else labels.copy()
        )
        return (x if flatten else x.reshape(-1, 1, IMAGE_SIZE, IMAGE_SIZE)), t

    return prepare("train"), prepare("test")


def load_dataset(data_dir: str | Path | None = None) -> Dataset:
    """Load the bundled digits, or those of the folder ``data_dir``, as they are stored.

    Raises
    ------
    DatasetError
        If a file is missing or malformed.
    """
    return _load_bundled() if data_dir is None else _load_folder(Path(data_dir))


def _load_bundled() -> Dataset:
    name = "mnist_10k.npz"
    damage = (KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error)
    try:
        with (
            resources.files("resources").joinpath("data", name).open("rb") as file,
            np.load(file, allow_pickle=False) as arrays,
        ):
            return Dataset("bundled", *(arrays[key] for key in FILES))
    except (ImportError, OSError, *damage) as error:
        raise DatasetError(
            f"{name}: the bundled digits can't be read ({error}); reinstall Chainlight"
        ) from error


def _load_folder(folder: Path) -> Dataset:
    with _reported(folder):
        if not folder.is_dir():
            raise DatasetError(f"{folder}: no such folder; name the one that holds the MNIST files")
        paths = {part: _find(folder, stem) for part, stem in FILES.items()}
    train = _read_split(paths["train_images"], paths["train_labels"])
    test = _read_split(paths["test_images"], paths["test_labels"])
    return Dataset(str(folder), *train, *test)


def _find(folder: Path, stem: str) -> Path:
    dotted = stem.replace("-idx", ".idx")  # as some archives name the files
    for name in (f"{stem}.gz", stem, f"{dotted}.gz", dotted):
        if (folder / name).exists():
            return folder / name
    raise DatasetError(f"{folder}: holds neither {stem}.gz nor {stem}")


def _read_split(images_path: Path, labels_path: Path) -> tuple[Bytes, Bytes]:
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
    with _reported(path):
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
    with _reported(path):
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
    with _reported(path):
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
def _reported(path: Path) -> Iterator[None]:
    """Turn what can go wrong with a file into DatasetError."""
    try:
        yield
    except EOFError as error:
        raise DatasetError(f"{path}: is cut short") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DatasetError(f"{path}: is damaged ({error})") from error
    except OSError as error:
        raise DatasetError(f"{path}: can't be read ({error.strerror or error})") from error
