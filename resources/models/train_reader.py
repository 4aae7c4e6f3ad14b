"""Train the network that comes with Chainlight, and write reader.npz and reader.json.

    python resources/models/train_reader.py FOLDER_OF_MNIST

It learns 55,000 digits of MNIST, in every epoch changed in other ways, mixed with digits as pens
draw them on a canvas; the other 5,000 fit its temperature. The same seed, NumPy and processor give
the same weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from pen_digits import pen_digits

from bpcore.calibration import expected_calibration_error, fitted_temperature
from bpcore.datasets.augmentation import augmented
from bpcore.datasets.mnist import Dataset, load_dataset, scale
from bpcore.evaluation import accuracy
from bpcore.network import Network
from bpcore.optimizers import Adam

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent
SIZES, ACTIVATION = (784, 512, 128, 10), "relu"
HELD_OUT = 5000
PEN_POOL = 60_000
PEN_SHARE = 0.3
"""Pen digits to one of MNIST, in every epoch others of the pool."""

PEN_STRENGTH = 0.6
"""How much pen digits are changed: they differ from one another already."""

BATCH = 128
FIRST_RATE = 1e-3
AVERAGE = 0.9995
"""What is kept of the average of the weights at each iteration: it is what is shipped."""


@dataclass(frozen=True)
class Teacher:
    """What is learned: MNIST's digits and pens', images (N, 784) and labels (N,) of each."""

    digits: tuple[np.ndarray, np.ndarray]
    pens: tuple[np.ndarray, np.ndarray]

    @property
    def size(self) -> int:
        """Return how many digits an epoch has."""
        return len(self.digits[1]) + self.pen_share

    @property
    def pen_share(self) -> int:
        """Return how many of them are pens'."""
        return round(len(self.digits[1]) * PEN_SHARE)

    def epoch(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return the digits of an epoch, changed and shuffled."""
        some = rng.choice(len(self.pens[1]), self.pen_share, replace=False)
        x = np.concatenate(
            [augmented(self.digits[0], rng), augmented(self.pens[0][some], rng, PEN_STRENGTH)]
        )
        t = np.concatenate([self.digits[1], self.pens[1][some]])
        shuffled = rng.permutation(len(t))
        return x[shuffled], t[shuffled]


def main() -> None:
    """Train, calibrate, write, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=28)
    parser.add_argument("--into", type=Path, default=FOLDER)
    options = parser.parse_args()
    start = time.perf_counter()
    dataset = load_dataset(options.folder)
    rng = np.random.default_rng(options.seed)
    order = rng.permutation(len(dataset.train_labels))
    learned, held_out = (
        (dataset.train_images[rows], dataset.train_labels[rows])
        for rows in (order[HELD_OUT:], order[:HELD_OUT])
    )
    print("drawing pen digits")
    teacher = Teacher(learned, pen_digits(PEN_POOL, rng))
    network = Network(SIZES, initializer="he", dtype=np.float32, seed=options.seed)
    average = {name: array.astype(np.float64) for name, array in network.params.items()}
    for epoch, loss in train(network, average, teacher, options.epochs, rng):
        if epoch % 5 == 0 or epoch == options.epochs:
            seen, seconds = accuracy(network, *held_out), time.perf_counter() - start
            print(f"{epoch:4} loss {loss:.4f} held out {seen:.4f} {seconds:.0f} s", flush=True)
    params = {name: array.astype(np.float16) for name, array in average.items()}
    facts = figures(params, held_out, dataset)
    facts |= {"seed": options.seed, "epochs": options.epochs}
    facts["seconds"] = round(time.perf_counter() - start)
    write(options.into, params, facts)


def train(
    network: Network,
    average: dict[str, np.ndarray],
    teacher: Teacher,
    epochs: int,
    rng: np.random.Generator,
) -> Iterator[tuple[int, float]]:
    """Train ``network``, keep the running ``average`` of its weights; yield epochs and losses."""
    optimizer = Adam(FIRST_RATE)
    steps = epochs * math.ceil(len(teacher.digits[1]) * (1 + PEN_SHARE) / BATCH)
    done = 0
    for epoch in range(1, epochs + 1):
        x, t = teacher.epoch(rng)
        loss = 0.0
        for first in range(0, len(t), BATCH):
            rows = slice(first, first + BATCH)
            optimizer.learning_rate = FIRST_RATE * 0.5 * (1 + math.cos(math.pi * done / steps))
            loss += network.loss(scale(x[rows]), t[rows]) * len(t[rows])
            network.backward()
            optimizer.update(network.params, network.grads)
            done += 1
            keep = min(AVERAGE, done / (done + 10))  # a short memory at first: the start is random
            for name, array in network.params.items():
                average[name] *= keep
                average[name] += (1 - keep) * array
        yield epoch, loss / len(t)


def figures(
    params: dict[str, np.ndarray], held_out: tuple[np.ndarray, np.ndarray], dataset: Dataset
) -> dict[str, object]:
    """Fit the temperature, and measure the network of ``params`` on digits it never saw."""
    network = Network.from_params({k: v.astype(np.float32) for k, v in params.items()}, ACTIVATION)
    temperature = fitted_temperature(network.predict(scale(held_out[0])), held_out[1])
    images, labels = dataset.split("test")
    scores = network.predict(scale(images))
    return {
        "sizes": list(SIZES),
        "activation": ACTIVATION,
        "temperature": round(temperature, 4),
        "accuracy": round(accuracy(network, images, labels), 4),
        "expected_calibration_error": round(
            expected_calibration_error(scores, labels, temperature), 4
        ),
    }


def write(folder: Path, params: dict[str, np.ndarray], facts: dict[str, object]) -> None:
    """Write both files, and print what the second says."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "reader.npz"
    np.savez(path, **params)
    facts["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    text = json.dumps(facts, indent=2)
    (folder / "reader.json").write_text(text + "\n", encoding="utf-8")
    print(text, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
