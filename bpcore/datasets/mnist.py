"""MNIST: the bundled 10,000 digits, or the whole set, downloaded or from a folder of IDX files.

Source of the data: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten
digits".
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore import folders
from bpcore.config import BUNDLED, FULL
from bpcore.datasets.idx import CLASSES, IMAGE_SIZE, Bytes, DatasetError, read_split, reported
from bpcore.npy_header import array_of

__all__ = [
    "CLASSES",
    "IMAGE_SIZE",
    "Dataset",
    "DatasetError",
    "load_dataset",
    "load_mnist",
    "scale",
]

Split: TypeAlias = tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]]

FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}


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

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all images and labels, in hexadecimal: equal for equal digits."""
        digest = hashlib.sha256()
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            digest.update(str(array.shape).encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def split(self, name: str) -> tuple[Bytes, Bytes]:
        """Return images and labels of ``"train"`` or ``"test"``."""
        if name == "train":
            return self.train_images, self.train_labels
        if name == "test":
            return self.test_images, self.test_labels
        raise ValueError(f'split must be "train" or "test", not {name!r}')


def scale(
    images: npt.NDArray[np.uint8],
    dtype: npt.DTypeLike = np.float32,
    out: npt.NDArray[np.floating] | None = None,
) -> npt.NDArray[np.floating]:
    """Return pixels 0 to 255 as 0.0 to 1.0, in ``dtype``; written into ``out`` if that is given."""
    return np.divide(images, 255, out=out, dtype=dtype)


def load_mnist(
    normalize: bool = True,
    flatten: bool = True,
    one_hot_label: bool = False,
    data_dir: str | Path | None = None,
    source: str = BUNDLED,
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
        Folder of the four IDX files, gzipped or not; if given, ``source`` does not matter.
    source
        ``"bundled"`` for the 9,000 + 1,000 digits that come with Chainlight, or ``"full"`` for the
        60,000 + 10,000 of MNIST, which ``download_mnist`` must have fetched.

    Returns
    -------
    (x_train, t_train), (x_test, t_test)

    Raises
    ------
    DatasetError
        If a file is missing or malformed.
    ValueError
        For another ``source``.
    """
    if source not in (BUNDLED, FULL):
        raise ValueError(f'source must be "{BUNDLED}" or "{FULL}", not {source!r}')
    dataset = load_dataset(source if data_dir is None else Path(data_dir))

    def prepare(name: str) -> Split:
        images, labels = dataset.split(name)
        x: npt.NDArray[np.generic] = scale(images) if normalize else images.copy()
        t: npt.NDArray[np.generic] = (
            np.eye(CLASSES, dtype=np.uint8)[labels] if one_hot_label else labels.copy()
        )
        return (x if flatten else x.reshape(-1, 1, IMAGE_SIZE, IMAGE_SIZE)), t

    return prepare("train"), prepare("test")


def load_dataset(data: str | Path = BUNDLED) -> Dataset:
    """Load digits as they are stored.

    Parameters
    ----------
    data
        ``"bundled"``, ``"full"``, or a folder of the four IDX files, gzipped or not. A Path is
        always a folder.

    Raises
    ------
    DatasetError
        If a file is missing or malformed, or the full set is not downloaded.
    """
    if data == BUNDLED:
        return _load_bundled()
    if data == FULL:
        return _load_full()
    return _load_folder(Path(data))


def full_set_folder() -> Path:
    """Return the folder of the cache into which the full set is downloaded."""
    return folders.cache() / "mnist"


def _load_full() -> Dataset:
    try:
        folder = full_set_folder()
    except folders.FolderError as error:
        raise DatasetError(str(error)) from error
    with reported(folder):
        complete = all((folder / f"{stem}.gz").is_file() for stem in FILES.values())
    if not complete:
        raise DatasetError(
            "The full MNIST set is not downloaded yet: run python -m bpcore download, or give a "
            "folder that holds its four files"
        )
    return _load_folder(folder, FULL)


def _load_bundled() -> Dataset:
    name = "mnist_10k.npz"
    damage = (KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error)
    try:
        with (
            resources.files("resources").joinpath("data", name).open("rb") as file,
            zipfile.ZipFile(file) as archive,
        ):
            return Dataset("bundled", *(array_of(archive.read(f"{key}.npy")) for key in FILES))
    except (ImportError, OSError, *damage) as error:
        raise DatasetError(
            f"{name}: the bundled digits can't be read ({error}); reinstall Chainlight"
        ) from error


def _load_folder(folder: Path, name: str = "") -> Dataset:
    with reported(folder):
        if not folder.is_dir():
            raise DatasetError(f"{folder}: no such folder; name the one that holds the MNIST files")
        paths = {part: _find(folder, stem) for part, stem in FILES.items()}
    train = read_split(paths["train_images"], paths["train_labels"])
    test = read_split(paths["test_images"], paths["test_labels"])
    return Dataset(name or str(folder), *train, *test)


def _find(folder: Path, stem: str) -> Path:
    dotted = stem.replace("-idx", ".idx")  # as some archives name the files
    for name in (f"{stem}.gz", stem, f"{dotted}.gz", dotted):
        if (folder / name).exists():
            return folder / name
    raise DatasetError(f"{folder}: holds neither {stem}.gz nor {stem}")
