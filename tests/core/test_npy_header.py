import ast
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from runs import trained

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.npy_header import MAGIC, array_of, read_header
from bpcore.reader import shipped_reader
from bpcore.run_file import load_run, save_run
from bpcore.run_summary import read_summary

TYPES = ("|u1", "|b1", "<i8", "<u8", "<f2", "<f4", "<f8", ">f4")


def written(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


@given(
    arrays.arrays(
        st.sampled_from(TYPES), arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
    )
)
def test_what_numpy_writes_is_read_bit_for_bit(array: np.ndarray) -> None:
    read = array_of(written(array))
    assert (read.dtype, read.shape) == (array.dtype, array.shape)
    assert read.tobytes() == array.tobytes()
    assert not read.flags.writeable


def test_an_order_of_fortran_is_told_and_not_taken() -> None:
    data = written(np.asfortranarray(np.zeros((2, 3))))
    assert read_header(data).fortran_order
    with pytest.raises(ValueError, match="no whole array"):
        array_of(data)


@pytest.mark.parametrize("by", [-1, 1], ids=["cut", "longer"])
def test_an_array_of_another_length_is_refused(by: int) -> None:
    data = written(np.zeros(3))
    with pytest.raises(ValueError, match="no whole array"):
        array_of(data[:by] if by < 0 else data + b"\0")


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (3), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }\n",
        b"{'descr': '<f8', 'fortran_order': 0, 'shape': (3,), }\n",
        b"{'descr': '<q77', 'fortran_order': False, 'shape': (3,), }\n",
        b"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (3,), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os'),), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"9" * 300 + b",), }\n",
    ],
    ids=["none", "number", "negative", "no bool", "no type", "fields", "code", "endless"],
)
def test_what_numpy_does_not_write_is_refused(header: bytes) -> None:
    data = MAGIC + len(header).to_bytes(2, "little") + header + bytes(24)
    with pytest.raises(ValueError, match="no "):
        array_of(data)


@given(st.binary(max_size=60))
def test_no_other_content_is_taken_for_an_array(data: bytes) -> None:
    with pytest.raises(ValueError, match="no "):
        array_of(data)
    with pytest.raises(ValueError, match="no "):
        array_of(MAGIC + data)


def test_no_file_is_read_with_pythons_parser(
    small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.chainlight"
    save_run(path, trained(TrainingConfig(hidden_sizes=(8,)), small, 3).recording())

    def not_here(*_source: object) -> None:
        raise SystemError("AST constructor recursion depth mismatch (before=39, after=33)")

    monkeypatch.setattr(ast, "literal_eval", not_here)
    shipped_reader.cache_clear()
    assert len(load_dataset("bundled").train_labels) == 9000
    assert shipped_reader().network.sizes[0] == 784
    assert load_run(path).iteration == read_summary(path).iteration == 3
