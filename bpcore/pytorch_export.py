"""A network as a Python file of its own, which needs PyTorch and not Chainlight."""

from __future__ import annotations

import base64
import dataclasses
import json
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import numpy as np

from bpcore.atomic import replacing
from bpcore.config import BUNDLED, FULL
from bpcore.recording import config_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bpcore.config import TrainingConfig
    from bpcore.layers import Array
    from bpcore.network import Network
    from bpcore.recording import Event

_LINE = 96
"""Characters of a line of weights."""

_MODULES = {"relu": "ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh"}


def pytorch_script(
    network: Network,
    config: TrainingConfig,
    path: str | Path,
    about: Mapping[str, str | int] | None = None,
    events: Sequence[Event] = (),
) -> None:
    """Write ``network`` to ``path`` as a Python script that reads digits with PyTorch.

    The script builds the same layers of ``torch.nn`` and holds the weights, bit for bit, as text.
    It has ``scores(images)``, those before softmax, and ``predict(images)``; run with a file of
    images, it prints what it reads in each. The file is the old one until the new one is complete.

    Parameters
    ----------
    config
        With which the run of the network began. The script tells it, without names of folders.
    about
        What else the script shall tell about the network.
    events
        What was changed during the run until it was this network.

    Raises
    ------
    OSError
        If it can't be written.
    """
    with replacing(Path(path)) as file:
        for text in _script(network, config, about or {}, events):
            file.write(text.encode("ascii"))


def _script(
    network: Network,
    config: TrainingConfig,
    about: Mapping[str, str | int],
    events: Sequence[Event],
) -> Iterator[str]:
    layers = "\n".join(f"        nn.{layer}," for layer in _layers(network))
    told = [*((json.dumps(name), ascii(value)) for name, value in about.items()), *_facts(config)]
    facts = "\n".join(f"    {name}: {value}," for name, value in told)
    kind = f"f{network.dtype.itemsize}"
    names = {
        "sizes": " - ".join(map(str, network.sizes)),
        "activation": _MODULES[network.activation],
        "layers": layers,
        "facts": facts,
        "changes": _changes(config, events),
        "kind": kind,
        "torch_type": network.dtype.name,
        "pixels": str(network.sizes[0]),
    }
    yield _HEAD.substitute(names)
    for name, array in network.params.items():
        yield f'    "{name}": """\n'
        yield from _lines(array, kind)
        yield '    """,\n'
    yield _TAIL


def _layers(network: Network) -> Iterator[str]:
    for n, (inputs, units) in enumerate(pairwise(network.sizes)):
        if n:
            yield f"{_MODULES[network.activation]}()"
        yield f"Linear({inputs}, {units})"


def _facts(config: TrainingConfig) -> Iterator[tuple[str, str]]:
    for name, value in dataclasses.asdict(config).items():
        if name == "data" and value not in (BUNDLED, FULL):
            value = "a folder"  # where it is, is its owner's business
        yield json.dumps(name), json.dumps(value) if isinstance(value, str) else repr(value)


def _changes(config: TrainingConfig, events: Sequence[Event]) -> str:
    """Return the lines of the script that tell what was changed during the run; none without."""
    if not events:
        return ""
    lines = []
    for event in events:
        value = getattr(config_after(config, [event]), event.name)
        lines.append(f"    ({event.iteration}, {json.dumps(event.name)}, {value!r}),\n")
    return _CHANGES.substitute(changes="".join(lines))


def _lines(array: Array, kind: str) -> Iterator[str]:
    text = base64.b64encode(np.ascontiguousarray(array, f"<{kind}").tobytes()).decode("ascii")
    block = _LINE << 10
    for start in range(0, len(text), block):
        part = text[start : start + block]
        yield "".join(f"    {part[i : i + _LINE]}\n" for i in range(0, len(part), _LINE))


_HEAD = Template(
    '''"""A network that reads handwritten digits: $sizes units, $activation. Made with Chainlight.

    python THIS_FILE t10k-images-idx3-ubyte.gz

prints the digit that it reads in each image of a file: in the IDX format of MNIST, gzipped or not,
or an .npz file of NumPy. In a program of your own, with this file beside it as digits.py:

    from digits import predict
    predict(images)  # (N, 28, 28) or (N, $pixels): bytes 0 to 255, or numbers 0.0 to 1.0

It needs PyTorch and NumPy. The weights are at the end.
"""

import base64
import gzip
import sys
import zipfile
import zlib

import numpy as np
import torch
from torch import nn

# Which network this is, and how its training began.
TRAINED_WITH = {
$facts
}
$changes

def build():
    """Return the network, with its weights: the layers in the order of the forward pass."""
    network = nn.Sequential(
$layers
    ).to(torch.$torch_type)
    linears = [layer for layer in network if isinstance(layer, nn.Linear)]
    with torch.no_grad():
        for n, linear in enumerate(linears, start=1):
            # Chainlight computes x W + b, with W (inputs, units). PyTorch keeps W transposed.
            weight = decoded(f"W{n}").reshape(linear.in_features, linear.out_features)
            linear.weight.copy_(torch.from_numpy(weight.T.copy()))
            linear.bias.copy_(torch.from_numpy(decoded(f"b{n}")))
    return network.eval()


def decoded(name):
    """Return the numbers of a parameter: little-endian floats, written in base64."""
    return np.frombuffer(base64.b64decode(WEIGHTS[name]), "<$kind").astype("=$kind")


def scores(images):
    """Return the score of each digit (N, 10), before softmax."""
    images = np.asarray(images)
    if images.dtype.kind in "iu":  # bytes: 0 black to 255 white
        images = np.divide(images, 255, dtype="$kind")
    x = np.ascontiguousarray(images.reshape(-1, $pixels), "$kind")
    with torch.no_grad():
        return NETWORK(torch.from_numpy(x))


def predict(images):
    """Return the digit that is read in each image, (N,)."""
    return scores(images).argmax(dim=1)


def read_images(path):
    """Return the images of an IDX file, or the first array of an .npz file that holds images."""
    if zipfile.is_zipfile(path):
        with np.load(path, allow_pickle=False) as arrays:
            for name in arrays.files:
                array = arrays[name]
                if array.dtype.kind in "iuf" and array.ndim > 1 and array[:1].size == $pixels:
                    return array
        raise ValueError("holds no array of images of 28 x 28 pixels")
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\\x1f\\x8b"
    with (gzip.open if zipped else open)(path, "rb") as file:
        data = file.read()
    if data[:4] != bytes([0, 0, 8, 3]) or data[8:16] != bytes([0, 0, 0, 28, 0, 0, 0, 28]):
        raise ValueError("is neither an .npz file nor an IDX file of images of 28 x 28 pixels")
    if len(data) != 16 + $pixels * int.from_bytes(data[4:8], "big"):
        raise ValueError("does not hold as many images as it says")
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, $pixels)


def main(arguments):
    """Print what is read in each image of a file, a line for each."""
    if len(arguments) != 1:
        sys.exit("Give one file of images: IDX, gzipped or not, or .npz.")
    try:
        images = read_images(arguments[0])
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        sys.exit(f"{arguments[0]}: {error}")
    for digit in predict(images).tolist():
        print(digit)


# Each parameter as little-endian floats, in base64.
WEIGHTS = {
'''
)

_CHANGES = Template("""
# What was changed later: after so many iterations, this parameter to this value.
CHANGES = [
$changes]
""")

_TAIL = """}

NETWORK = build()

if __name__ == "__main__":
    main(sys.argv[1:])
"""
