"""Which bugs show on a network with a batch, and where: the suspects of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.detective import Suspect
from bpcore.bugs import BUGS, broken
from bpcore.central_differences import STEP
from bpcore.gradient_report import GradientReport

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    import numpy.typing as npt

    from bpcore.bugs import Bug
    from bpcore.layers import Array
    from bpcore.network import Network


def suspects_on(
    network: Network, x: npt.ArrayLike, t: npt.ArrayLike, bugs: Sequence[Bug] = BUGS
) -> Generator[float, None, tuple[Suspect, ...]]:
    """Find every bug in every layer of ``network`` where it makes a gradient differ.

    The rule is that of the check, with the right backpropagation as what is right: a bug that the
    table can't show on this batch would be no fair secret. A batch of one hides several. Where the
    gradients are no finite numbers nothing can be told, and there is no suspect.

    Yields the share done, 0 to 1, after each forward and backward pass; returns the suspects.
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
            found.append(Suspect(place, bug.key, bug.layer, bug.method, outputs, differing))
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


def _in_order(suspects: Sequence[Suspect], network: Network) -> tuple[Suspect, ...]:
    """Sort by layer, in the order of the forward pass; the bugs of one keep theirs."""
    order: Mapping[str, int] = {name: n for n, name in enumerate(network.layers)}
    return tuple(sorted(suspects, key=lambda suspect: order.get(suspect.layer, len(order))))
