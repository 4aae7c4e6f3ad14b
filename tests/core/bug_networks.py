"""Small networks for the bugs to sit in, for tests of what they do there."""

import numpy as np
import pytest

from bpcore.bugs import BUGS, Bug
from bpcore.network import Network

X = np.random.default_rng(0).standard_normal((5, 6))
T = np.array([0, 1, 2, 3, 0])


def network_for(bug: Bug, **options: object) -> Network:
    """A small network with a square layer and a place for the bug."""
    activation = "sigmoid" if bug.layer == "Sigmoid" else "relu"
    options = {"weight_init_std": 0.5, "seed": 1} | options
    return Network((6, 5, 5, 4), activation=activation, **options)  # type: ignore[arg-type]


PLACES = [(bug, place) for bug in BUGS for place in bug.places(network_for(bug))]

each_bug = pytest.mark.parametrize("bug", BUGS, ids=[bug.key for bug in BUGS])
each_place = pytest.mark.parametrize(
    ("bug", "place"), PLACES, ids=[f"{bug.key}-{place}" for bug, place in PLACES]
)
