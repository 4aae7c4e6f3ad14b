"""Which gradients the classic mistakes spoil, and in which layers of a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bpcore.bugs import BUGS, broken
from bpcore.central_differences import STEP
from bpcore.gradient_report import GradientReport

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    import numpy.typing as npt

    from bpcore.bugs import Bug, Kind
    from bpcore.layers import Array
    from bpcore.network import Network


@dataclass(frozen=True)
class BugEffect:
    """What a bug in one layer does to the gradients of a batch.

    Attributes
    ----------
    layer, key
        Where it sits, ``Relu1``, and which of ``bpcore.bugs`` it is.
    kind, method
        The class of that layer, and the method with the mistake.
    outputs
        What comes out of ``backward`` wrong: ``dx``, ``dW``, ``db``; of a ``forward`` nothing.
    differing
        The parameters whose gradients are wrong with it: ``("W1", "b1")``.
    """

    layer: str
    key: str
    kind: Kind
    method: Literal["backward", "forward"]
    outputs: tuple[str, ...]
    differing: tuple[str, ...]


def bug_effects(
    network: Network, x: npt.ArrayLike, t: npt.ArrayLike, bugs: Sequence[Bug] = BUGS
) -> Generator[float, None, tuple[BugEffect, ...]]:
    """Find every bug in every layer of ``network`` where it makes a gradient differ.

    The rule is that of the gradient check, with the right backpropagation as what is right. A batch
    of one hides several bugs, and harmless ones are left out. Where the right gradients are no
    finite numbers nothing can be told, and there is no effect.

    Yields the share done, 0 to 1, before each forward and backward pass; returns the effects in the
    order of the layers in the forward pass, those of one layer in the order of ``bugs``.

    Parameters
    ----------
    network
        The right one; left as it is.
    x, t
        The batch: (N, D), and class numbers (N,) or one-hot rows (N, C).
    bugs
        Those to look for. One that fits no layer of ``network`` has no effect.

    Raises
    ------
    ValueError
        If the batch does not fit.
    """
    right = network.twin().gradient(x, t)
    if not all(np.isfinite(gradient).all() for gradient in right.values()):
        return ()
    found = []
    harmful = [(bug, place) for bug in bugs if not bug.harmless for place in bug.places(network)]
    for done, (bug, place) in enumerate(harmful):
        yield done / len(harmful)
        with np.errstate(all="ignore"):
            wrong = broken(network, bug, place).gradient(x, t)
        differing = tuple(name for name in right if _differs(name, right[name], wrong[name]))
        if differing:
            outputs = _outputs(bug, place, differing)
            found.append(BugEffect(place, bug.key, bug.layer, bug.method, outputs, differing))
    return _in_order(found, network)


def _differs(name: str, right: Array, wrong: Array) -> bool:
    every, no_kinks = np.arange(right.size), np.zeros(right.size, bool)
    report = GradientReport(name, right.shape, STEP, every, wrong.ravel(), right.ravel(), no_kinks)
    return not report.passed


def _outputs(bug: Bug, place: str, differing: Sequence[str]) -> tuple[str, ...]:
    """Return what ``backward`` gives wrong: its own parameters' gradients, or that of its input."""
    if bug.method == "forward":
        return ()
    number = place.removeprefix("Affine")
    own = tuple(f"d{kind}" for kind in "Wb" if f"{kind}{number}" in differing)
    below = any(name[1:] != number for name in differing)
    return own if own and not below else ("dx", *own)


def _in_order(effects: Sequence[BugEffect], network: Network) -> tuple[BugEffect, ...]:
    """Sort by layer, in the order of the forward pass; the bugs of one keep theirs."""
    order: Mapping[str, int] = {name: n for n, name in enumerate(network.layers)}
    return tuple(sorted(effects, key=lambda effect: order.get(effect.layer, len(order))))
