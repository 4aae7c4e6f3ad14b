"""How fast a gradient check is: python tests/benchmarks/gradient_check.py.

All 39,760 parameters of the book's network on a batch of 3, by the book's loop, which moves one at
a time, and by ours. Prints both times, their ratio, and how far the numbers are apart.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from bpcore import TwoLayerNet, check_gradients, load_mnist, numerical_gradient


def main() -> None:
    """Measure and print."""
    (x, t), _ = load_mnist()
    x, t = x[:3].astype(np.float64), t[:3]
    network = TwoLayerNet(784, 50, 10, seed=0)
    check_gradients(network, x, t, sample=10)

    start = time.perf_counter()
    reports = check_gradients(network, x, t)
    ours = time.perf_counter() - start

    start = time.perf_counter()
    book = {
        name: numerical_gradient(lambda _: network.loss(x, t), array)
        for name, array in network.params.items()
    }
    books = time.perf_counter() - start

    count = sum(report.count for report in reports)
    apart = max(np.abs(r.numerical - book[r.name].ravel()).max() for r in reports)
    print(f"{count:,} gradients: book's loop {books:.2f} s, ours {ours:.2f} s")
    print(f"book's loop / ours {books / ours:.1f}; largest difference {apart:.1e}")


if __name__ == "__main__":
    main()
