"""How well a network reads a writer before and after it has learned five drawings per digit.

The writers are made up (see writers.py): a model. None of them was looked at while the steps, the
rate and the strength of the changes were chosen: those were tried on writers with other seeds.
"""

# ruff: noqa: E402  (the environment has to be set before NumPy is imported)

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import numpy as np
from writers import Writer

from bpcore.adaptation import Adaptation, adapt
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.evaluation import accuracy
from bpcore.handwriting import ENOUGH, Correction, CorrectionSet
from bpcore.reader import Reader, shipped_reader
from bpcore.training import Trainer

WRITERS = [Writer(2000 + n, odd) for n, odd in enumerate([0.0] * 4 + [0.5] * 6 + [1.0] * 10)]
TESTED = 20
FULL_SET = ROOT.parent / "shared" / "data" / "mnist"


def drawings(writer: Writer, count: int, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    images = np.concatenate([writer.draw(digit, count, first) for digit in range(10)])
    return images, np.repeat(np.arange(10), count)


def learned(reader: Reader, corrections: CorrectionSet, digits: Dataset) -> Adaptation:
    steps = adapt(reader, corrections, digits)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def run_of_the_book(digits: Dataset) -> Reader:
    trainer = Trainer(TrainingConfig(), digits)
    for _ in trainer:
        pass
    return Reader(trainer.network)


def measure(reader: Reader, digits: Dataset, unseen: Dataset | None) -> None:
    rows = []
    print("writer  odd   before   after   learned   MNIST before   after   seconds")
    for writer in WRITERS:
        images, labels = drawings(writer, ENOUGH)
        corrections = CorrectionSet(
            Correction(image, int(label), n)
            for n, (image, label) in enumerate(zip(images, labels, strict=True))
        )
        images, labels = drawings(writer, TESTED, ENOUGH)
        start = time.perf_counter()
        result = learned(reader, corrections, digits)
        seconds = time.perf_counter() - start
        before, after = (accuracy(r.network, images, labels) for r in (reader, result.reader))
        known = result.accuracy_before, result.accuracy_after
        if unseen is not None:
            held_out = unseen.test_images, unseen.test_labels
            known = tuple(accuracy(r.network, *held_out) for r in (reader, result.reader))
        share = result.own_after / result.corrections
        rows.append((before, after, share, *known, seconds))
        print(
            f"{writer.seed:6} {writer.odd:4.1f} {before:8.1%} {after:7.1%} {share:9.1%} "
            f"{known[0]:14.2%} {known[1]:7.2%} {seconds:9.1f}"
            + ("   refused" if result.refused else "")
        )
    mean, worst = np.mean(rows, axis=0), np.min(rows, axis=0)
    for name, row in (("mean", mean), ("worst", worst)):
        print(f"{name:11} {row[0]:8.1%} {row[1]:7.1%} {row[2]:9.1%} {row[3]:14.2%} {row[4]:7.2%}")
    print(f"below 97 %: {sum(row[1] < 0.97 for row in rows)} of {len(rows)} writers\n")


def main() -> None:
    digits = load_dataset()
    unseen = load_dataset(FULL_SET) if FULL_SET.is_dir() else None
    print("MNIST is", "its own 10,000 test digits" if unseen else "the 1,000 bundled test digits")
    print("\nThe network that comes along")
    measure(shipped_reader(), digits, unseen)
    print("The book's network after its run of 10,000 iterations on the bundled digits")
    measure(run_of_the_book(digits), digits, unseen)


if __name__ == "__main__":
    main()
