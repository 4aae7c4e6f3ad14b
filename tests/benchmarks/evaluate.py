"""How long an evaluation takes, and how long it keeps other threads waiting.

Each piece of work is done step by step, as the window does it. Printed are the whole time, the
number of steps, the median and the longest one, and the longest time that another thread, which
wants to run every millisecond, did not: what the screen would stand still for.

    python tests/benchmarks/evaluate.py
"""

# ruff: noqa: E402  (the environment has to be set before NumPy is imported)

import os
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from statistics import median

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset
from bpcore.evaluation import Evaluation, evaluate
from bpcore.example_map import example_map
from bpcore.network import Network
from bpcore.robustness import robustness
from bpcore.surgery import Effect, effect, operated
from bpcore.training import Trainer

FULL_SET = ROOT.parent / "shared" / "data" / "mnist"
HEARTBEAT = 0.001
ROUNDS = 3

Work = Generator[float, None, object]


class Heartbeat(threading.Thread):
    """Wants to run every millisecond, and remembers when it did not."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest = 0.0
        self.over = False

    def run(self) -> None:
        last = time.perf_counter()
        while not self.over:
            time.sleep(HEARTBEAT)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last - HEARTBEAT)
            last = now


def steps_of(work: Work) -> list[float]:
    steps = []
    while True:
        start = time.perf_counter()
        more = next(work, None)
        steps.append(time.perf_counter() - start)
        if more is None:
            return steps


def measure(name: str, begin: Callable[[], Work]) -> None:
    """Print the best of some rounds, and the worst gap of all."""
    heartbeat = Heartbeat()
    heartbeat.start()
    rounds = [steps_of(begin()) for _ in range(ROUNDS)]
    heartbeat.over = True
    heartbeat.join()
    best = min(rounds, key=sum)
    # The last step only puts the result together.
    figures = [1e3 * n for n in (sum(best), median(best[:-1]), max(best), heartbeat.longest)]
    print(
        f"  {name:24} {figures[0]:8.1f} {len(best):6} {figures[1]:8.2f} {figures[2]:8.2f} "
        f"{figures[3]:8.2f}"
    )


def surgery(network: Network, images: np.ndarray, labels: np.ndarray, before: Evaluation) -> Work:
    after = yield from evaluate(operated(network, {3: 0.0, 7: 0.5}), images, labels)
    found: Effect = effect(before, after)
    return found


def evaluated(network: Network, images: np.ndarray, labels: np.ndarray) -> Evaluation:
    work = evaluate(network, images, labels)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def measure_all(title: str, network: Network, images: np.ndarray, labels: np.ndarray) -> None:
    print(f"\n{title}, {len(labels):,} digits")
    print(f"  {'milliseconds':24} {'all':>8} {'steps':>6} {'median':>8} {'longest':>8} {'wait':>8}")
    digits = network, images, labels
    measure("evaluate", lambda: evaluate(*digits))
    if len(network.sizes) == 3:
        before = evaluated(*digits)
        measure("operate and evaluate", lambda: surgery(*digits, before))
    measure("robustness", lambda: robustness(*digits))
    measure("map of pixels", lambda: example_map(*digits, "pixels"))
    measure("map of activations", lambda: example_map(*digits, "hidden"))


def main() -> None:
    bundled = load_dataset()
    trainer = Trainer(TrainingConfig(), bundled)
    for _ in trainer:
        pass
    sets = [bundled] + ([load_dataset(FULL_SET)] if FULL_SET.is_dir() else [])
    for digits in sets:
        images, labels = digits.test_images, digits.test_labels
        measure_all("The book's network", trainer.network, images, labels)
    test = bundled.test_images, bundled.test_labels
    wide = Network((784, 1000, 10), initializer="he", seed=0)
    measure_all("1,000 hidden units in float64", wide, *test)
    deep = Network((784, *[1000] * 8, 10), initializer="he", seed=0)
    measure_all("8 x 1,000 hidden units in float64", deep, *test)


if __name__ == "__main__":
    main()
