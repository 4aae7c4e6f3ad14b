"""What the tests of suspects share: hearings without their steps, and networks of all kinds."""

from collections.abc import Generator, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from bpcore.central_differences import STEP
from bpcore.gradient_report import GradientReport
from bpcore.layers import Affine, Array, Labels
from bpcore.network import Network
from bpcore.suspects import Finding, Verdict, find_guilty

T = TypeVar("T")


def network(*hidden: int, activation: str = "tanh", std: float = 0.5, **options: float) -> Network:
    sizes = (6, *(hidden or (5, 5)), 4)
    return Network(sizes, activation=activation, weight_init_std=std, seed=1, **options)  # type: ignore[arg-type]


def with_layer(net: Network, place: str, kind: type) -> Network:
    old = net.layers[place]
    net.layers[place] = kind(old.W, old.b) if isinstance(old, Affine) else kind()
    return net


def random_network(rng: np.random.Generator) -> tuple[Network, Array, Labels]:
    """Draw a small network and a batch, some with so many zeros that a Relu is at its kink."""
    hidden = rng.integers(3, 9, size=rng.integers(1, 4))
    sizes = (int(rng.integers(5, 13)), *map(int, hidden), int(rng.integers(2, 7)))
    network = Network(
        sizes,
        activation=str(rng.choice(["relu", "sigmoid", "tanh"])),
        weight_init_std=10 ** rng.uniform(-2, 0.18),
        weight_decay=float(rng.choice([0, 0, 0.01, 0.1])),
        seed=int(rng.integers(1 << 30)),
    )
    x = rng.standard_normal((int(rng.integers(1, 7)), sizes[0]))
    if rng.random() < 0.5:
        x[rng.random(x.shape) < rng.random()] = 0
    if rng.random() < 0.2:
        x[0] = 0
    if rng.random() < 0.2:
        W = network.params["W1"]
        W[rng.random(W.shape) < 0.5] = 0
    if rng.random() < 0.5:
        for n in range(1, len(sizes)):
            network.params[f"b{n}"] = rng.standard_normal(sizes[n])
    return network, x, rng.integers(0, sizes[-1], len(x))


def result_of(steps: Generator[float, None, T]) -> T:
    """Return the result of work that is done in steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def heard(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    h: float = STEP,
    reports: Sequence[GradientReport] | None = None,
) -> Verdict:
    return result_of(find_guilty(network, x, t, h=h, reports=reports))


def guilty_layer(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    reports: Sequence[GradientReport] | None = None,
) -> str | None:
    guilty = heard(network, x, t, reports=reports).guilty
    return guilty.layer if guilty else None


def findings(verdict: Verdict) -> dict[str, Finding]:
    return {found.name: found for hearing in verdict.hearings for found in hearing.coming_out}
