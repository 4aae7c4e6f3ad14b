"""A network that learns: all that one iteration reads and changes, and nothing that it records."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcore.config import CHANGEABLE
from bpcore.datasets.mnist import load_dataset, scale
from bpcore.network import Network
from bpcore.optimizers import OPTIMIZERS
from bpcore.recording import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.datasets.idx import Bytes
    from bpcore.datasets.mnist import Dataset
    from bpcore.layers import Array


def first_network(config: TrainingConfig) -> Network:
    """Return the network of a run before its first iteration."""
    return Network(
        config.sizes,
        activation=config.activation,
        weight_init_std=config.weight_init_std,
        initializer=config.initializer,
        weight_decay=config.weight_decay,
        dtype=config.dtype,
        seed=config.seed,
    )


class Learner:
    """A network, its optimizer, and the generator that draws its batches.

    Equal configurations on equal data give equal learners, bit for bit, iteration after iteration.

    Parameters
    ----------
    config
        What the run depends on.
    dataset
        Digits to train on, (N, 784) uint8; by default those that ``config.data`` names.

    Attributes
    ----------
    config
        As it is now: see ``configure``.
    network
        The Network in training.
    optimizer
        The Optimizer that updates it.
    iteration
        Iterations done.
    """

    def __init__(self, config: TrainingConfig, dataset: Dataset | None = None) -> None:
        self.config = config
        self.dataset = dataset or load_dataset(config.data)
        self.network = first_network(config)
        self.optimizer = OPTIMIZERS[config.optimizer]()
        self.optimizer.prepare(self.network.params)
        self.configure(config)
        self.iteration = 0
        self._bytes: Bytes = np.empty((0, 0), np.uint8)
        self._x: Array = np.empty((0, 0), self.network.dtype)
        self._rng = batch_generator(config.seed)

    def configure(self, config: TrainingConfig) -> None:
        """Go on with the values that ``config`` has for what can change during a run."""
        self.config = config
        self.network.weight_decay = config.weight_decay
        for name in CHANGEABLE:
            if hasattr(self.optimizer, name):
                setattr(self.optimizer, name, getattr(config, name))

    def learn(self) -> float:
        """Do one iteration and return the loss of its batch before the update.

        If the loss is not finite, no update is made.
        """
        images, labels = self.dataset.train_images, self.dataset.train_labels
        batch = draw_batch(self._rng, len(labels), self.config.batch_size)
        x, t = self._examples(images, batch), labels[batch]
        with np.errstate(over="ignore", invalid="ignore"):  # whoever trains looks at the outcome
            loss = self.network.loss(x, t)
            if math.isfinite(loss):
                self.network.backward()
                self.optimizer.update(self.network.params, self.network.grads)
        self.iteration += 1
        return loss

    def not_finite(self, loss: float) -> str:
        """Return what is not finite after an iteration, "" if all is."""
        if not math.isfinite(loss):
            return "the loss"
        for name, array in self.network.params.items():
            if not _is_finite(array):
                return name
        for kind, arrays in self.optimizer.memory.items():
            for name, array in arrays.items():
                if not _is_finite(array):
                    return f"{kind} of {name}"
        return ""

    def next_batch(self) -> npt.NDArray[np.int64]:
        """Return which training examples (batch_size,) the next iteration learns from."""
        return batch_after(self._rng.bit_generator.state, self.config, self.dataset)

    def _examples(self, images: Bytes, batch: npt.NDArray[np.int64]) -> Array:
        # Into arrays that are kept while the batch size stays: new ones are never in the cache.
        if len(batch) != len(self._x):
            self._bytes = np.empty((len(batch), images.shape[1]), np.uint8)
            self._x = np.empty(self._bytes.shape, self.network.dtype)
        images.take(batch, axis=0, out=self._bytes, mode="clip")  # the others copy `out` first
        return scale(self._bytes, self.network.dtype, out=self._x)

    def state(self, exact: bool = True) -> State:
        """Return a copy of all that the next iterations depend on."""
        return State(
            self.iteration,
            _frozen(self.network.params),
            {name: _frozen(arrays) for name, arrays in self.optimizer.memory.items()},
            self._rng.bit_generator.state,
            exact,
        )

    def restore(self, state: State) -> None:
        """Go to ``state``; the configuration stays as it is."""
        self.iteration = self.optimizer.updates = state.iteration
        for name, array in state.params.items():
            self.network.params[name] = array
        for name, arrays in state.memory.items():
            for key, array in arrays.items():
                self.optimizer.memory[name][key][...] = array
        self._rng.bit_generator.state = state.generator


def batch_generator(seed: int) -> np.random.Generator:
    """Return the generator of the batches of a run at its beginning.

    It is a stream of its own: batches don't depend on how many weights were drawn before.
    """
    return np.random.default_rng([seed, 1])


def batch_after(
    generator: Mapping[str, Any], config: TrainingConfig, dataset: Dataset
) -> npt.NDArray[np.int64]:
    """Return the batch (batch_size,) that is drawn next by a generator in this state."""
    rng = batch_generator(config.seed)
    rng.bit_generator.state = generator
    return draw_batch(rng, len(dataset.train_labels), config.batch_size)


def draw_batch(rng: np.random.Generator, count: int, size: int) -> npt.NDArray[np.int64]:
    """Draw the indices (size,) of a batch out of ``count`` examples, with replacement."""
    return rng.integers(count, size=size)


def _frozen(arrays: Mapping[str, Array]) -> Mapping[str, Array]:
    copies = {name: array.copy() for name, array in arrays.items()}
    for copy in copies.values():
        copy.flags.writeable = False
    return MappingProxyType(copies)


def _is_finite(array: Array) -> bool:
    # The sum of squares is the fastest look at all of them, but may overflow by itself.
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())
