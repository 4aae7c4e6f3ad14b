"""The network that has learned its user's handwriting, kept in a file.

The file is a zip of JSON and .npy arrays, none of them compressed: ``network.json`` (format,
version, units per layer, activation, facts), ``W1.npy``, ``b1.npy``, ``W2.npy`` …, all float32.
Nothing in it is believed before it is checked.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcore.config import DIGITS, MAX_HIDDEN_LAYERS, PIXELS, RANGES
from bpcore.handwriting import END_OF_TIME, MAX_CORRECTIONS, opened, read_head, written
from bpcore.network import ACTIVATIONS, Network
from bpcore.reader import Reader
from bpcore.zip_file import ZipFileError, read_array, read_member, write_array

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIX = ".network"
FORMAT, VERSION = "chainlight network", 1

_KIND = "a Chainlight network"
_HEAD, _MAX_HEAD_BYTES = "network.json", 1 << 10
_HIDDEN = RANGES["hidden_size"]
_MAX_MEMBERS = 1 + 2 * (MAX_HIDDEN_LAYERS + 1)


@dataclass(frozen=True, eq=False)
class OwnNetwork:
    """A reader that has learned a handwriting.

    Attributes
    ----------
    reader
        The network.
    corrections
        From how many it has learned.
    moment
        When, in seconds since 1970.
    accuracy
        Its share of held-out MNIST digits read right, 0 to 1.
    """

    reader: Reader
    corrections: int
    moment: float
    accuracy: float


def save_own_network(path: str | Path, own: OwnNetwork) -> None:
    """Write ``own`` to ``path``, which is the old file until the new one is complete.

    Raises
    ------
    HandwritingError
        If it can't be written.
    """
    network = own.reader.network
    head = {
        "format": FORMAT,
        "version": VERSION,
        "sizes": network.sizes,
        "activation": network.activation,
        "corrections": own.corrections,
        "moment": own.moment,
        "accuracy": own.accuracy,
    }
    with written(Path(path)) as archive:
        archive.writestr(zipfile.ZipInfo(_HEAD), json.dumps(head))
        for name, array in network.params.items():
            write_array(archive, f"{name}.npy", array.shape, [array.astype(np.float32)])


def load_own_network(path: str | Path) -> OwnNetwork:
    """Read what ``save_own_network`` wrote.

    Raises
    ------
    HandwritingError
        If the file can't be read, or is not a complete, undamaged network of a known version.
    """
    with opened(Path(path), _MAX_MEMBERS, _KIND) as archive:
        head = read_head(read_member(archive, _HEAD, _MAX_HEAD_BYTES), FORMAT, VERSION, _KIND)
        sizes = _read_sizes(head)
        if head.get("activation") not in tuple(ACTIVATIONS):
            raise ZipFileError("has no known activation")
        shapes = dict(_shapes(sizes))
        if len(archive.namelist()) != 1 + len(shapes):
            raise ZipFileError("holds something that is no part of a network")
        params = {
            name: read_array(archive, f"{name}.npy", shape, np.float32)
            for name, shape in shapes.items()
        }
        return OwnNetwork(
            Reader(Network.from_params(params, head["activation"])),
            int(_number(head, "corrections", 1, MAX_CORRECTIONS)),
            _number(head, "moment", 0, END_OF_TIME - 1),
            _number(head, "accuracy", 0, 1),
        )


def _shapes(sizes: list[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for n, (inputs, units) in enumerate(pairwise(sizes), start=1):
        yield f"W{n}", (inputs, units)
        yield f"b{n}", (units,)


def _read_sizes(head: dict[str, Any]) -> list[int]:
    sizes = head.get("sizes")
    if not isinstance(sizes, list) or not 2 <= len(sizes) <= MAX_HIDDEN_LAYERS + 2:
        raise ZipFileError("has no units per layer")
    first, *hidden, last = sizes
    whole = all(type(size) is int for size in sizes)
    if not whole or (first, last) != (PIXELS, DIGITS) or not all(map(_HIDDEN.holds, hidden)):
        raise ZipFileError("has layers that no network of Chainlight has")
    return sizes


def _number(head: dict[str, Any], name: str, least: float, most: float) -> float:
    value = head.get(name)
    if not isinstance(value, int | float) or not least <= value <= most:
        raise ZipFileError(f"has an impossible {name}")
    return float(value)
