"""A digit, and why a small network reads it as it does."""

from dataclasses import replace
from functools import cache

import numpy as np

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset
from bpcore.network import Network
from bpcore.saliency import Saliency, saliency
from bpcore.training import Trainer


@cache
def network() -> Network:
    trainer = Trainer(TrainingConfig(iterations=300, seed=4))
    for _ in trainer:
        pass
    return trainer.network


@cache
def digit() -> np.ndarray:
    """A three that touches the middle of the image."""
    dataset = load_dataset()
    image = dataset.test_images[dataset.test_labels == 3][2].copy()
    image.flags.writeable = False
    return image


def explained(label: int = 3) -> Saliency:
    return _explained(label)


@cache
def _explained(label: int) -> Saliency:
    return saliency(network(), digit(), label)


def with_gradient(gradient: np.ndarray) -> Saliency:
    return replace(explained(), gradient=gradient.reshape(-1))
