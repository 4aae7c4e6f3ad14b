"""What tests of runs have in common."""

import itertools

import numpy as np

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.recording import State
from bpcore.training import Trainer

CHANGES = {
    30: ("learning_rate", 0.05),
    45: ("batch_size", 7),
    46: ("weight_decay", 0.01),
    90: ("momentum", 0.5),
    91: ("beta1", 0.8),
    92: ("beta2", 0.99),
    140: ("batch_size", 25),
}
"""One of each that can change, at iterations on and off keyframes, some close together."""


def trained(config: TrainingConfig, dataset: Dataset, iterations: int | None = None) -> Trainer:
    trainer = Trainer(config, dataset)
    for _ in itertools.islice(trainer, iterations):
        pass
    return trainer


def eventful(
    config: TrainingConfig, dataset: Dataset, keyframe_bytes: int = 1 << 19
) -> tuple[Trainer, list[State]]:
    """Return a run with changes, and a copy of each state that it went through, from 0 on."""
    trainer = Trainer(config, dataset, keyframe_bytes)
    states = [trainer.state()]
    while next(trainer, None) is not None:
        states.append(trainer.state())
        if trainer.iteration in CHANGES:
            trainer.change(*CHANGES[trainer.iteration])
    return trainer, states


def assert_same_numbers(one: Trainer, other: Trainer) -> None:
    np.testing.assert_array_equal(one.losses, other.losses)
    for name, array in one.network.params.items():
        np.testing.assert_array_equal(array, other.network.params[name])


def assert_same_state(one: State, other: State) -> None:
    """Compare bits, not numbers: 0 and -0 differ."""
    assert (one.iteration, one.generator) == (other.iteration, other.generator)
    assert one.memory.keys() == other.memory.keys()
    for arrays, others in zip(
        (one.params, *one.memory.values()), (other.params, *other.memory.values()), strict=True
    ):
        assert arrays.keys() == others.keys()
        for name, array in arrays.items():
            assert array.dtype == others[name].dtype
            assert array.tobytes() == others[name].tobytes()
