"""How fast training is: python tests/benchmarks/engine.py.

In turn, so that a busy machine slows all of them alike: this project's Trainer in float32, the
book's loop, the iteration fused by hand, PyTorch and scikit-learn where they are installed, and
nothing but the five matrix products that an iteration can't do without. Prints iterations per
second and their ratios; then what grows with the network and the batch; what recording, looking
back, and examining a network cost; and the memory of a process that trains on the full set.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import contenders  # noqa: E402

from bpcore import Trainer, TrainingConfig  # noqa: E402

ROUNDS, CHUNK = 15, 300
FULL_SET = ROOT.parent / "shared" / "data" / "mnist"


def seconds(iterate: Callable[[], object], count: int = CHUNK) -> float:
    """Return seconds per iteration."""
    each = getattr(iterate, "iterations", 1)
    calls = max(count // each, 1)
    start = time.perf_counter()
    for _ in range(calls):
        iterate()
    return (time.perf_counter() - start) / (calls * each)


def in_turn(
    iterates: dict[str, Callable[[], object]], rounds: int = ROUNDS, count: int = CHUNK
) -> dict[str, list[float]]:
    """Return seconds per iteration of each, round by round."""
    for iterate in iterates.values():
        seconds(iterate, count)
    measured: dict[str, list[float]] = {name: [] for name in iterates}
    for _ in range(rounds):
        for name, iterate in iterates.items():
            measured[name].append(seconds(iterate, count))
    return measured


def ratio(one: list[float], other: list[float]) -> float:
    """Return how many times as fast ``one`` is: the median of what the rounds say."""
    return statistics.median(b / a for a, b in zip(one, other, strict=True))


def compare() -> None:
    candidates = {
        "Trainer": contenders.trainer(),
        "not recording": contenders.trainer(recording=False),
        "fused by hand": contenders.fused(),
        "book's loop": contenders.book(),
        "PyTorch": contenders.torch(),
        "scikit-learn": contenders.sklearn(),
        "five products": contenders.products(),
    }
    measured = in_turn({name: iterate for name, iterate in candidates.items() if iterate})
    for name in candidates:
        if name in measured:
            print(f"{name:14} {1 / statistics.median(measured[name]):8,.0f} iterations/s")
        else:
            print(f"{name:14} not installed")
    for name in measured:
        if name not in ("Trainer", "not recording"):
            print(f"Trainer / {name:14} {ratio(measured['Trainer'], measured[name]):5.2f}")
    fastest = ratio(measured["fused by hand"], measured["five products"])
    print(f"fused by hand / five products {fastest:.2f}")
    cost = 1 - ratio(measured["Trainer"], measured["not recording"])
    print(f"recording costs {cost:.1%} of the iterations per second")


def grow() -> None:
    print("\nshare of the products' time, Trainer in full")
    for hidden in (50, 200, 800):
        for batch in (100, 500):
            count = max(40_000 // (hidden * batch // 50), 4)
            pair = in_turn(
                {
                    "ours": contenders.trainer(hidden, batch),
                    "products": contenders.products(hidden, batch),
                },
                rounds=10,
                count=count,
            )
            print(
                f"hidden {hidden:3}, batch {batch:3}: {1e6 * statistics.median(pair['ours']):8,.0f}"
                f" µs per iteration, {ratio(pair['ours'], pair['products']):.2f}"
            )


def look_back() -> None:
    for optimizer in ("sgd", "adam"):
        trainer = Trainer(TrainingConfig(optimizer=optimizer))
        trainer._accuracies_if_due = lambda: None
        for _ in trainer:
            pass
        timeline = trainer.timeline
        timeline.state_at(1)  # makes the network that replays
        took = []
        # The moments just before a keyframe are the furthest from one.
        worst = [k - 1 for k in timeline.keyframes[1:]]
        for k in (*worst, *np.random.default_rng(0).integers(10_001, size=200).tolist()):
            start = time.perf_counter()
            timeline.state_at(int(k))
            took.append(1e3 * (time.perf_counter() - start))
        print(
            f"\n{optimizer}, 10,000 iterations: {len(timeline.keyframes)} keyframes, stride "
            f"{timeline.stride}; a seek takes {statistics.median(took):.1f} ms, at most "
            f"{max(took):.1f} ms"
        )
        examine(trainer)


def examine(trainer: Trainer) -> None:
    start = time.perf_counter()
    for _ in range(200):
        trainer.health()
    took = (time.perf_counter() - start) / 200
    print(
        f"health takes {1e6 * took:.0f} µs, {took / 0.0167:.1%} of the time between two snapshots "
        "at 60 per second"
    )


PROGRAM = """
import os, sys
from bpcore import Trainer, TrainingConfig
for _ in Trainer(TrainingConfig(data=sys.argv[1], iterations=3000)):
    pass
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


def weigh() -> None:
    if not FULL_SET.is_dir() or not sys.platform.startswith("linux"):
        print("\nmemory: the full set is not beside the repository, or this is not Linux")
        return
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(FULL_SET)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    print(f"\npeak memory of training on the full set: {int(done.stdout) / 1000:.0f} MB")


def main() -> None:
    """Measure and print."""
    compare()
    grow()
    look_back()
    weigh()


if __name__ == "__main__":
    main()
