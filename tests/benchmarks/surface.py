"""How fast a network is looked at from all sides: python tests/benchmarks/surface.py.

Loss surfaces of 25 x 25 points on 1,000 digits, for the book's network, a wide one and a deep one;
what hidden units do; a million iterations as a table. Each is done in steps, between which it can
be stopped: prints the time of all, and what the longest step and 99 in 100 took of it. Times are
those of the thread, which others on the same machine do not lengthen; the clock's stands in
brackets. For comparison, the book's surface with a full forward pass at each point.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from bpcore import Network, Trainer, TrainingConfig
from bpcore.datasets.mnist import Dataset, load_dataset, scale
from bpcore.exports import save_curves
from bpcore.inspection import inspect
from bpcore.loss_surface import KINDS, loss_surface

T = TypeVar("T")


def measured(name: str, work: Generator[float, None, T]) -> T:
    """Do ``work``, print its times, and return its result."""
    steps, result, began = [], None, time.perf_counter()
    while result is None:
        start = time.thread_time()
        try:
            next(work)
        except StopIteration as end:
            result = (end.value,)
        steps.append(time.thread_time() - start)
    clock = time.perf_counter() - began
    print(
        f"{name:44s} {sum(steps):5.2f} s ({clock:5.2f} s) in {len(steps):5,} steps: "
        f"p99 {1e3 * np.percentile(steps, 99):4.1f} ms, longest {1e3 * max(steps):4.1f} ms"
    )
    return result[0]


def surfaces(name: str, dataset: Dataset, config: TrainingConfig) -> Network:
    """Measure both kinds of surface after a run, and the inspection of its network."""
    trainer = Trainer(config, dataset)
    for _ in trainer:
        pass
    keyframes = trainer.timeline.recording(trainer.state()).keyframes
    digits = dataset.train_images, dataset.train_labels
    for kind in KINDS:
        label = f"{name}, {kind}, {len(keyframes)} keyframes"
        surface = measured(label, loss_surface(trainer.network, *digits, kind, keyframes))
        print(f"    the plane holds {surface.explained:.1%} of the path")
    measured(f"{name}, inspection", inspect(trainer.network, dataset.test_images))
    return trainer.network


def full_passes(network: Network, dataset: Dataset) -> None:
    """Measure the same surface point by point, as it would be done without a thought."""
    x, t = scale(dataset.train_images[::9], network.dtype), dataset.train_labels[::9]
    probe = Network.from_params(network.params, network.activation)
    start = time.thread_time()
    for _ in range(625):
        for name, array in network.params.items():
            probe.params[name] = array + 0.5 * array + 0.5 * array
        probe.loss(x, t)
    print(f"{'a full pass at each point':44s} {time.thread_time() - start:5.2f} s")


def main() -> None:
    """Measure and print."""
    dataset = load_dataset()
    book = surfaces("784-50-10", dataset, TrainingConfig(iterations=10_000))
    full_passes(book, dataset)
    adam = TrainingConfig(optimizer="adam", learning_rate=0.001, iterations=100)
    surfaces("784-1000-10", dataset, adam.replace(hidden_sizes=(1000,)))
    surfaces("784-100-100-100-10", dataset, adam.replace(hidden_sizes=(100, 100, 100)))
    losses = np.random.default_rng(0).random(1_000_000).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.csv"
        measured("a million iterations as CSV", save_curves(path, TrainingConfig(), losses))
        print(f"    {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
