"""How soon a past moment is there again: python tests/benchmarks/seek.py [--short].

A run of 10,000 iterations of the book's network on the bundled digits: 200 random moments, one at
a time, while nothing else happens and while it goes on training; and a hundred steps back, each
from where the last one led. Then a run of 1,000,000 (100,000 with --short), of a network so small
that it takes minutes: 200 moments near at hand, and how much memory the process has gained since
iteration 10,000. Its keyframes are as many and as far apart as those of the book's network would
be. Last, what it costs a run to keep how its network was doing, and how soon the summary of its
file is read.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import itertools
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

import bpcore.training
from bpcore import Trainer, TrainingConfig, load_run, read_summary, save_run
from bpcore.health import examine
from bpcore.recording import State
from bpcore.timeline import KEYFRAME_BYTES

SEEKS, STEPS, CHUNK = 200, 100, 500
KEYFRAMES = KEYFRAME_BYTES // Trainer(TrainingConfig()).state().nbytes


def milliseconds(calls: list[Callable[[], object]]) -> list[tuple[float, float]]:
    """Return how long each call takes, and how long of it this thread computes."""
    took = []
    for call in calls:
        start, computing = time.perf_counter(), time.thread_time()
        call()
        took.append((1e3 * (time.perf_counter() - start), 1e3 * (time.thread_time() - computing)))
    return took


def told(what: str, took: list[tuple[float, float]]) -> None:
    (middle, _), (late, computing) = np.percentile(took, [50, 99], axis=0)
    print(
        f"{what:36} p50 {middle:7.1f} ms, p99 {late:7.1f} ms ({computing:.1f} ms of computing), "
        f"at most {max(took)[0]:7.1f} ms"
    )


def seeks(trainer: Trainer, iterations: list[int]) -> list[Callable[[], State]]:
    return [lambda k=k: trainer.timeline.state_at(k) for k in iterations]


def randoms(below: int, count: int = SEEKS) -> list[int]:
    return np.random.default_rng(0).integers(below + 1, size=count).tolist()


def default_run(optimizer: str) -> Trainer:
    config = TrainingConfig(optimizer=optimizer, iterations=10_000_000)
    trainer = Trainer(config)
    start = time.perf_counter()
    for _ in itertools.islice(trainer, 10_000):
        pass
    speed = 10_000 / (time.perf_counter() - start)
    timeline = trainer.timeline
    print(
        f"\n{optimizer}, 10,000 iterations at {speed:,.0f}/s: {len(timeline.keyframes)} keyframes, "
        f"stride {timeline.stride}"
    )
    timeline.state_at(1)  # makes the network that replays
    told("a random moment", milliseconds(seeks(trainer, randoms(10_000))))
    back = [9_990 - n for n in range(STEPS)]
    told("a step back from the last moment", milliseconds(seeks(trainer, back)))
    while_training(trainer)
    return trainer


def while_training(trainer: Trainer) -> None:
    def train() -> None:
        while not done.is_set():
            next(trainer)

    start, first = time.perf_counter(), trainer.iteration
    for _ in itertools.islice(trainer, 1000):
        pass
    alone = (trainer.iteration - first) / (time.perf_counter() - start)
    done = threading.Event()
    thread = threading.Thread(target=train)
    start, first = time.perf_counter(), trainer.iteration
    thread.start()
    told("a random moment while it trains", milliseconds(seeks(trainer, randoms(10_000))))
    done.set()
    thread.join()
    beside = (trainer.iteration - first) / (time.perf_counter() - start)
    print(f"training beside that: {beside / alone:.0%} of its speed")


def long_run(iterations: int) -> None:
    config = TrainingConfig(hidden_sizes=(4,), iterations=iterations)
    size = Trainer(config).state().nbytes
    # All of them are there at 10,000 iterations, so that their memory is no growth.
    trainer = Trainer(config, keyframe_bytes=KEYFRAMES * size)
    timeline = trainer.timeline
    memory, start = 0, time.perf_counter()
    for progress in trainer:
        if progress.iteration % 1000 == 0:  # as the charts of the window do
            len(timeline.loss_series)
            for split in ("train", "test"):
                len(timeline.accuracy_series(split))
        if progress.iteration == 10_000:
            memory = resident()
    print(
        f"\n{iterations:,} iterations of 4 hidden units instead of 50, in "
        f"{time.perf_counter() - start:.0f} s: {len(timeline.keyframes)} keyframes, stride "
        f"{timeline.stride}, {len(trainer.accuracies):,} accuracies, {len(trainer.vitals):,} vitals"
    )
    print(f"resident memory since iteration 10,000: {(resident() - memory) / 1000:+.1f} MB")
    at_hand(trainer, iterations)


def at_hand(trainer: Trainer, iterations: int) -> None:
    timeline = trainer.timeline
    wanted = randoms(iterations)
    timeline.state_at(100)
    found, took, asked = [], [], []
    for k in wanted:  # as a hand that drags: each from where the one before led
        replay = timeline.replayed_in(0.03)
        asked += milliseconds(
            [lambda k=k, replay=replay: found.append(timeline.at_hand(k, replay))]
        )
        took += milliseconds(seeks(trainer, found[-1:]))
    told("a moment at hand in 30 ms", took)
    told("to find it", asked)
    apart = np.abs(np.subtract(wanted, found))
    print(
        f"it lies {apart.mean():,.0f} iterations from where it is wanted, at most {apart.max():,}: "
        f"{apart.max() / iterations:.2%} of the run"
    )
    told("the moment itself", milliseconds(seeks(trainer, wanted[:20])))
    last = wanted[19]
    back = [k for k in range(last - 1, last - 1 - STEPS, -1) if k > 0]
    told("a step back from the last moment", milliseconds(seeks(trainer, back)))


def resident() -> int:
    """Return the resident set of this process in kB, 0 where that isn't known."""
    status = Path("/proc/self/status")
    return int(status.read_text().split("VmRSS:")[1].split()[0]) if status.exists() else 0


def cost_of_vitals() -> None:
    print("\nwhat keeping vitals costs a run of 10,000 iterations")
    for optimizer, activation in (("sgd", "relu"), ("sgd", "sigmoid"), ("adam", "relu")):
        config = TrainingConfig(optimizer=optimizer, activation=activation, learning_rate=0.01)
        trainers = [Trainer(config), Trainer(config)]
        trainers[1].timeline.vitals.due = lambda _: False
        took: list[float] = []
        trainers[0].timeline.vitals.add = timed(trainers[0].timeline.vitals.add, took)
        bpcore.training.examine = timed(examine, took)
        # In turn, so that a busy machine slows both alike.
        pairs = [[seconds(trainer) for trainer in trainers] for _ in range(10_000 // CHUNK)]
        ratio = statistics.median(without / with_vitals for with_vitals, without in pairs)
        both, plain = (sum(column) for column in zip(*pairs, strict=True))
        print(
            f"{optimizer}, {activation}: {sum(took) / both:.1%} of its time; {1 - ratio:.1%} of "
            f"its speed, {10_000 / both:,.0f} and {10_000 / plain:,.0f} iterations per second"
        )


def timed(function: Callable[..., object], took: list[float]) -> Callable[..., object]:
    def call(*arguments: object) -> object:
        start = time.thread_time()
        result = function(*arguments)
        took.append(time.thread_time() - start)
        return result

    return call


def seconds(trainer: Trainer) -> float:
    start = time.thread_time()  # of this thread alone: the machine may be busy
    for _ in itertools.islice(trainer, CHUNK):
        pass
    return time.thread_time() - start


def files(trainer: Trainer) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.chainlight"
        recording = trainer.recording()
        for what, run in (("whole", recording), ("thinned to 8 MB", recording.thinned(8 << 20))):
            written, _ = milliseconds([lambda run=run: save_run(path, run)])[0]
            size = path.stat().st_size / 1e6
            read, _ = milliseconds([lambda: load_run(path)])[0]
            summary, _ = np.median(milliseconds([lambda: read_summary(path)] * 20), axis=0)
            print(
                f"\na file, {what}: {size:.1f} MB, written in {written:.0f} ms, read in "
                f"{read:.0f} ms, its summary in {summary:.1f} ms"
            )


def main() -> None:
    """Measure and print."""
    if "--long" in sys.argv:
        long_run(int(sys.argv[-1]))
        return
    trainer = default_run("sgd")
    files(trainer)
    default_run("adam")
    cost_of_vitals()
    length = "100000" if "--short" in sys.argv else "1000000"
    # In a process of its own, whose memory is that of the run.
    subprocess.run([sys.executable, __file__, "--long", length], check=True)


if __name__ == "__main__":
    main()
