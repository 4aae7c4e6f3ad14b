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
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from pen_digits import pen_digits

from bpcore.calibration import expected_calibration_error, fitted_temperature
from bpcore.datasets.augmentation import augmented
from bpcore.datasets.mnist import load_dataset, scale
from bpcore.evaluation import accuracy
from bpcore.network import Network
from bpcore.optimizers import Adam

FOLDER = Path(__file__).parent
SIZES = (784, 512, 128, 10)
HELD_OUT = 5000
PEN_POOL = 60_000
PEN_SHARE = 0.3
"""Pen digits to one of MNIST, in every epoch others of the pool."""

BATCH = 128
FIRST_RATE = 1e-3
AVERAGE = 0.9995
"""What is kept of the average of the weights at each iteration: it is what is shipped."""


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
    learned, held_out = order[HELD_OUT:], order[:HELD_OUT]
    images, labels = dataset.train_images, dataset.train_labels
    print("drawing pen digits")
    pens = pen_digits(PEN_POOL, rng)
    network = Network(SIZES, initializer="he", dtype=np.float32, seed=options.seed)
    optimizer = Adam(FIRST_RATE)
    average = {name: array.astype(np.float64) for name, array in network.params.items()}
    steps = options.epochs * math.ceil(len(learned) * (1 + PEN_SHARE) / BATCH)
    done = 0
    for epoch in range(1, options.epochs + 1):
        some = rng.choice(PEN_POOL, round(len(learned) * PEN_SHARE), replace=False)
        x = np.concatenate([augmented(images[learned], rng), augmented(pens[0][some], rng, 0.6)])
        t = np.concatenate([labels[learned], pens[1][some]])
        shuffled = rng.permutation(len(t))
        loss = 0.0
        for first in range(0, len(t), BATCH):
            rows = shuffled[first : first + BATCH]
            optimizer.learning_rate = FIRST_RATE * 0.5 * (1 + math.cos(math.pi * done / steps))
            loss += network.loss(scale(x[rows]), t[rows]) * len(rows)
            network.backward()
            optimizer.update(network.params, network.grads)
            done += 1
            keep = min(AVERAGE, done / (done + 10))
            for name, array in network.params.items():
                average[name] *= keep
                average[name] += (1 - keep) * array
        if epoch % 5 == 0 or epoch == options.epochs:
            seen = accuracy(network, images[held_out], labels[held_out])
            print(
                f"{epoch:4} loss {loss / len(t):.4f} held out {seen:.4f} "
                f"{time.perf_counter() - start:.0f} s",
                flush=True,
            )
    params = {name: array.astype(np.float16) for name, array in average.items()}
    shipped = Network.from_params({k: v.astype(np.float32) for k, v in params.items()}, "relu")
    temperature = fitted_temperature(shipped.predict(scale(images[held_out])), labels[held_out])
    test = shipped.predict(scale(dataset.test_images))
    options.into.mkdir(parents=True, exist_ok=True)
    path = options.into / "reader.npz"
    np.savez(path, **params)
    facts = {
        "sizes": list(SIZES),
        "activation": "relu",
        "temperature": round(temperature, 4),
        "accuracy": round(accuracy(shipped, dataset.test_images, dataset.test_labels), 4),
        "expected_calibration_error": round(
            expected_calibration_error(test, dataset.test_labels, temperature), 4
        ),
        "seed": options.seed,
        "epochs": options.epochs,
        "seconds": round(time.perf_counter() - start),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    text = json.dumps(facts, indent=2)
    (options.into / "reader.json").write_text(text + "\n", encoding="utf-8")
    print(text, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
