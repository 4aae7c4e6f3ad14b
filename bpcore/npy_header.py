"""Arrays in .npy files, read without Python's own parser.

NumPy takes their headers for Python and gives them to ``ast.literal_eval``. CPython 3.11 counts for
all threads in one place how deep that is, so that two which read at the same time can both fail
("AST constructor recursion depth mismatch"). A header as NumPy writes it is simple enough for a
pattern.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

MAGIC = b"\x93NUMPY\x01\x00"
LENGTH_BYTES = 2

_HEADER = re.compile(
    rb"\{'descr': '([|<>=][a-zA-Z]\d{0,3})', 'fortran_order': (True|False), "
    rb"'shape': \((|\d{1,18},|\d{1,18}(?:, \d{1,18})+)\), \} *\n"
)


class Header(NamedTuple):
    """What an array is, and at which byte of the file it begins."""

    dtype: np.dtype[Any]
    fortran_order: bool
    shape: tuple[int, ...]
    end: int


def read_header(data: bytes) -> Header:
    """Read the header at the beginning of ``data``, of format 1.0 and without fields.

    Raises
    ------
    ValueError
        If it is none, or another one.
    """
    start = len(MAGIC) + LENGTH_BYTES
    end = start + int.from_bytes(data[len(MAGIC) : start], "little")
    found = _HEADER.fullmatch(data[start:end])
    if not data.startswith(MAGIC) or found is None:
        raise ValueError("no header of an array without fields")
    descr, order, sides = (part.decode() for part in found.groups())
    shape = tuple(int(side) for side in sides.split(",") if side.strip())
    try:
        return Header(np.dtype(descr), order == "True", shape, end)
    except TypeError as error:
        raise ValueError(f"no type of an array: {descr}") from error


def array_of(data: bytes) -> npt.NDArray[Any]:
    """Return the array in ``data``, the content of a whole .npy file; it is read-only.

    Raises
    ------
    ValueError
        If it is no such file, or not all of one.
    """
    dtype, fortran_order, shape, end = read_header(data)
    if fortran_order or len(data) - end != math.prod(shape) * dtype.itemsize:
        raise ValueError("no whole array in the order of C")
    return np.frombuffer(data, dtype, offset=end).reshape(shape)
