import contextlib
import gzip
import os
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from fuzzing import FUZZ
from hypothesis import given
from hypothesis import strategies as st

from bpcore.datasets import mnist
from bpcore.datasets.idx import MAX_EXAMPLES
from bpcore.datasets.mnist import Dataset, DatasetError, load_dataset, load_mnist, scale

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = mnist.FILES.values()
MEGABYTE = 1 << 20


def idx(array: npt.NDArray[np.uint8]) -> bytes:
    header = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape)
    return header + array.tobytes()


def valid_set(train: int = 5, test: int = 3) -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    files = {}
    for images, labels, count in (
        (TRAIN_IMAGES, TRAIN_LABELS, train),
        (TEST_IMAGES, TEST_LABELS, test),
    ):
        files[images] = idx(rng.integers(256, size=(count, 28, 28), dtype=np.uint8))
        files[labels] = idx(rng.integers(10, size=count, dtype=np.uint8))
    return files


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def zipped(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in files.items()}


def header(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


# Reading


@pytest.mark.parametrize(
    "stored",
    [
        lambda files: files,
        zipped,
        lambda files: {name.replace("-idx", ".idx"): file for name, file in files.items()},
        lambda files: zipped({name.replace("-idx", ".idx"): file for name, file in files.items()}),
        lambda files: {name: gzip.compress(file) for name, file in files.items()},
    ],
    ids=["plain", "gzipped", "dotted", "dotted and gzipped", "gzipped under a plain name"],
)
def test_a_set_is_read_however_it_is_stored(
    tmp_path: Path, stored: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    files = valid_set()
    dataset = load_dataset(write(tmp_path, stored(files)))
    for array, content in (
        (dataset.train_images, files[TRAIN_IMAGES][16:]),
        (dataset.train_labels, files[TRAIN_LABELS][8:]),
        (dataset.test_images, files[TEST_IMAGES][16:]),
        (dataset.test_labels, files[TEST_LABELS][8:]),
    ):
        assert array.tobytes() == content


def test_images_are_rows_of_784_bytes(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path, valid_set(train=5)))
    assert dataset.train_images.shape == (5, 784)
    assert dataset.train_images.dtype == np.uint8


def test_the_arrays_of_a_set_are_read_only(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path, valid_set()))
    for array in (*dataset.split("train"), *dataset.split("test")):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_an_unknown_split_is_refused(small: Dataset) -> None:
    with pytest.raises(ValueError, match='split must be "train" or "test", not \'valid\''):
        small.split("valid")


# The book's function


def test_by_default_pixels_are_float32_from_0_to_1() -> None:
    (x_train, _), (x_test, _) = load_mnist()
    assert x_train.shape == (9000, 784)
    assert x_test.shape == (1000, 784)
    assert x_train.dtype == np.float32
    assert (x_train.min(), x_train.max()) == (0, 1)


def test_not_normalized_pixels_are_bytes(bundled: Dataset) -> None:
    (x_train, _), _ = load_mnist(normalize=False)
    np.testing.assert_array_equal(x_train, bundled.train_images)
    assert x_train.dtype == np.uint8


def test_not_flattened_images_have_one_channel(bundled: Dataset) -> None:
    _, (x_test, _) = load_mnist(normalize=False, flatten=False)
    assert x_test.shape == (1000, 1, 28, 28)
    np.testing.assert_array_equal(x_test.reshape(1000, 784), bundled.test_images)


def test_one_hot_labels_have_their_one_at_the_label(bundled: Dataset) -> None:
    (_, t_train), _ = load_mnist(one_hot_label=True)
    assert t_train.shape == (9000, 10)
    np.testing.assert_array_equal(t_train.sum(axis=1), 1)
    np.testing.assert_array_equal(t_train.argmax(axis=1), bundled.train_labels)


def test_the_books_arrays_are_the_callers_own() -> None:
    for split in load_mnist(normalize=False):
        for array in split:
            assert array.flags.writeable


def test_a_folder_is_read_in_place_of_the_bundled_digits(tmp_path: Path) -> None:
    (x_train, _), _ = load_mnist(data_dir=str(write(tmp_path, valid_set(train=4))))
    assert len(x_train) == 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaled_pixels_are_shares_of_255(dtype: npt.DTypeLike) -> None:
    scaled = scale(np.arange(256, dtype=np.uint8), dtype)
    np.testing.assert_array_equal(scaled, np.arange(256).astype(dtype) / np.asarray(255, dtype))


# Faults

TWO_IMAGES = np.zeros((2, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (TRAIN_IMAGES, b"", "is cut short in its header"),
        (TRAIN_LABELS, header(0x0801), "is cut short in its header"),
        (
            TRAIN_IMAGES,
            header(0x0801, 5, 28, 28),
            "has magic number 0x00000801 instead of 0x000008",
        ),
        (TEST_LABELS, header(0x0803, 3), "has magic number 0x00000803 instead of 0x00000801"),
        (TEST_IMAGES, idx(TWO_IMAGES), "3 labels for the 2 images"),
        (TRAIN_IMAGES, header(0x0803, 5, 28, 28) + b"\0" * 99, "is cut short, 99 of 3,920 bytes"),
        (TRAIN_IMAGES, valid_set()[TRAIN_IMAGES] + b"\0", "holds more than the 3,920 bytes"),
        (TRAIN_LABELS, header(0x0801, 5) + bytes([0, 9, 10, 3, 4]), "holds the label 10"),
        (TRAIN_IMAGES, idx(np.zeros((5, 27, 28), np.uint8)), "images are 27 × 28, not 28 × 28"),
        (TRAIN_IMAGES, header(0x0803, 5, 1 << 31, 28), "images are 2,147,483,648 × 28, not"),
        (TRAIN_IMAGES, header(0x0803, 2**32 - 1, 28, 28), "promises 4,294,967,295 examples"),
        (TRAIN_IMAGES, header(0x0803, 0, 28, 28), "its header promises 0 examples"),
        (TRAIN_IMAGES, b"\x1f\x8b", "is cut short"),
        (TRAIN_IMAGES, gzip.compress(idx(TWO_IMAGES), mtime=0)[:-30], "is cut short"),
        (TRAIN_IMAGES, gzip.compress(valid_set()[TRAIN_IMAGES], mtime=0)[:-4], "is cut short"),
        (TRAIN_IMAGES, b"\x1f\x8b\x07" + b"\0" * 50, "is damaged"),
    ],
)
def test_a_faulty_file_is_named_with_its_fault(
    tmp_path: Path, name: str, content: bytes, fault: str
) -> None:
    write(tmp_path, valid_set() | {name: content})
    with pytest.raises(DatasetError) as caught:
        load_dataset(tmp_path)
    assert fault in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:],
        lambda packed: packed + b"garbage",
        lambda packed: packed[:40] + bytes(byte ^ 0xFF for byte in packed[40:60]) + packed[60:],
    ],
    ids=["wrong checksum", "garbage behind", "flipped bits"],
)
def test_a_damaged_gzip_file_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    files = zipped(valid_set())
    files[f"{TRAIN_IMAGES}.gz"] = damage(files[f"{TRAIN_IMAGES}.gz"])
    with pytest.raises(DatasetError, match=r"train-images-idx3-ubyte.gz: is damaged"):
        load_dataset(write(tmp_path, files))


def test_a_plain_file_called_gz_is_named(tmp_path: Path) -> None:
    files = zipped(valid_set()) | {f"{TEST_LABELS}.gz": valid_set()[TEST_LABELS]}
    with pytest.raises(DatasetError, match=r"t10k-labels-idx1-ubyte.gz: is not gzip data"):
        load_dataset(write(tmp_path, files))


@pytest.mark.parametrize("name", mnist.FILES.values())
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    files = valid_set()
    del files[name]
    with pytest.raises(DatasetError, match=f"holds neither {name}.gz nor {name}"):
        load_dataset(write(tmp_path, files))


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    files = valid_set()
    del files[TRAIN_LABELS]
    (tmp_path / TRAIN_LABELS).mkdir()
    with pytest.raises(DatasetError, match=f"{TRAIN_LABELS}: is not a file"):
        load_dataset(write(tmp_path, files))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    files = valid_set()
    del files[TRAIN_LABELS]
    os.mkfifo(tmp_path / TRAIN_LABELS)
    with pytest.raises(DatasetError, match=f"{TRAIN_LABELS}: is not a file"):
        load_dataset(write(tmp_path, files))


def test_a_file_that_can_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By hand, because permissions don't stop a superuser.
    def refuse(path: Path, *_: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    write(tmp_path, valid_set())
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DatasetError, match=rf"{TRAIN_IMAGES}: can't be read \(Permission"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("folder", ["nowhere", "a file", "n" * 5000, "nul\0"])
def test_a_folder_that_is_none_is_named(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a file").write_bytes(b"")
    with pytest.raises(DatasetError, match=r"no such folder|can't be read"):
        load_dataset(tmp_path / folder)


def test_bundled_digits_that_are_damaged_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mnist_10k.npz").write_bytes(b"PK\x03\x04 and no more")
    monkeypatch.setattr("bpcore.datasets.mnist.resources.files", lambda _: tmp_path)
    with pytest.raises(DatasetError, match=r"mnist_10k.npz: .* reinstall Chainlight"):
        load_dataset()


def test_bundled_digits_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(package: str) -> Path:
        raise ModuleNotFoundError(f"No module named {package!r}")

    monkeypatch.setattr("bpcore.datasets.mnist.resources.files", missing)
    with pytest.raises(DatasetError, match=r"mnist_10k.npz: .* reinstall Chainlight"):
        load_dataset()


# Memory


@contextlib.contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Fail if more than ``limit`` bytes are in use at any time inside."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= limit


def test_a_header_that_promises_gigabytes_reserves_nothing(tmp_path: Path) -> None:
    count = MAX_EXAMPLES
    promises = {
        TRAIN_IMAGES: header(0x0803, count, 28, 28) + b"\0" * 100,
        TRAIN_LABELS: header(0x0801, count) + bytes(count),
    }
    write(tmp_path, valid_set() | promises)
    with at_most(8 * MEGABYTE), pytest.raises(DatasetError, match="is cut short"):
        load_dataset(tmp_path)


def test_a_small_file_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(valid_set()[TRAIN_IMAGES] + bytes(64 * MEGABYTE))
    write(tmp_path, valid_set() | {TRAIN_IMAGES: packed})
    with at_most(4 * MEGABYTE), pytest.raises(DatasetError, match="holds more than the 3,920"):
        load_dataset(tmp_path)


def test_images_are_not_unpacked_before_their_labels_agree(tmp_path: Path) -> None:
    images = header(0x0803, 80_000, 28, 28) + bytes(80_000 * 784)
    write(tmp_path, valid_set() | {TRAIN_IMAGES: gzip.compress(images)})
    with at_most(4 * MEGABYTE), pytest.raises(DatasetError, match="5 labels for the 80,000"):
        load_dataset(tmp_path)


# Whatever is in the files


@FUZZ
@given(data=st.data())
def test_whatever_the_files_hold_only_a_dataset_error_comes_of_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files = valid_set(train=2, test=1)
    if data.draw(st.booleans(), "gzipped"):
        files = zipped(files)
    name = data.draw(st.sampled_from(sorted(files)), "file")
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 3), "changes")):
        at = data.draw(st.integers(0, min(len(content), 60)), "at")
        match data.draw(st.sampled_from(["change", "cut", "insert", "append"])):
            case "change" if at < len(content):
                content[at] = data.draw(st.integers(0, 255))
            case "cut":
                del content[at:]
            case "insert":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=9))
            case _:
                content += data.draw(st.binary(min_size=1, max_size=9))
    folder = write(tmp_path_factory.mktemp("set"), files | {name: bytes(content)})
    with contextlib.suppress(DatasetError):
        dataset = load_dataset(folder)
        assert dataset.train_images.shape == (2, 784)
        assert dataset.test_images.shape == (1, 784)
