"""Short runs, and loss surfaces around them."""

import numpy as np
from runs import trained
from steps import finished

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.loss_surface import LossSurface, loss_surface
from bpcore.network import Network
from bpcore.plane import path_plane, random_plane
from bpcore.recording import State

SIZE = 7


def run_of(dataset: Dataset, **options: object) -> tuple[Network, list[State]]:
    """Return the network and the keyframes, 16 iterations apart, of a short run."""
    config = TrainingConfig(hidden_sizes=(8,), iterations=80, learning_rate=0.5)
    trainer = trained(config.replace(**options), dataset)
    return trainer.network, list(trainer.timeline.recording(trainer.state()).keyframes)


def surface_of(dataset: Dataset, kind: str, run: tuple | None = None, **options) -> LossSurface:
    network, keyframes = run or run_of(dataset)
    options = {"size": SIZE} | options
    digits = dataset.train_images, dataset.train_labels
    return finished(loss_surface(network, *digits, kind, keyframes, **options))


def flat(params) -> np.ndarray:
    return np.concatenate([array.ravel() for array in params.values()]).astype(np.float64)


def state(params: dict[str, np.ndarray], iteration: int) -> State:
    return State(iteration, params, {}, {})


def moved(network: Network, plane, x: float, y: float) -> Network:
    params = {n: a + x * plane.along[n] + y * plane.across[n] for n, a in network.params.items()}
    return Network.from_params(params, network.activation, network.weight_decay)


def plane_of(kind: str, network: Network, keyframes: list[State], seed: int = 0):
    if kind == "random":
        return finished(random_plane(network.params, seed))
    return finished(path_plane(network.params, keyframes))
