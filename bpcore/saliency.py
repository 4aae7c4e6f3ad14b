"""Why a network reads what it reads: the pixels that move the loss, the units that speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.datasets.mnist import scale
from bpcore.layers import Affine, one_hot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.datasets.idx import Bytes
    from bpcore.layers import Array
    from bpcore.network import ActivationLayer, Network

    Layer = Affine | ActivationLayer

SPEAKERS = 3
"""As many units at most are named on either side."""


@dataclass(frozen=True, eq=False)
class UnitVoice:
    """What one unit of the first hidden layer says about a label.

    Attributes
    ----------
    unit
        Its number in the layer, from 0.
    output
        What it hands on, after its activation.
    share
        output × ∂score/∂output: what it adds to the label's score. In a network of two layers
        that is exactly one of the terms, output × W2[unit, label], whose sum and b2 are the score.
    weights
        Its column of W1 (784,).
    """

    unit: int
    output: float
    share: float
    weights: Array


@dataclass(frozen=True, eq=False)
class Saliency:
    """How the loss of an image, if ``label`` were the right answer, hangs on its pixels.

    Attributes
    ----------
    label
        The answer that counts as right.
    loss
        L, the cross-entropy in nats: without a penalty on large weights.
    gradient
        ∂L/∂pixel (784,), for pixels from 0 to 1.
    speaking_for
        Up to three units that add most to the label's score, the strongest first.
    against
        Up to three that take most away from it, the strongest first. A silent unit, one whose
        output is 0, is in neither.
    """

    label: int
    loss: float
    gradient: Array
    speaking_for: tuple[UnitVoice, ...]
    against: tuple[UnitVoice, ...]


def saliency(network: Network, image: Bytes, label: int) -> Saliency:
    """Return the gradient of the loss at ``image`` (784,), 0 to 255, and the units that speak.

    The network's layers keep what they remember of their last pass. Numbers too large for the
    network's type come out as inf or nan.

    Raises
    ------
    ValueError
        If the image does not fit the network's inputs, or ``label`` is none of its classes.
    """
    twin, x, t = network.twin(), scale(image, network.dtype)[np.newaxis], np.array([label])
    twin.weight_decay = 0.0  # a penalty on large weights says nothing of this image
    with np.errstate(over="ignore", invalid="ignore"):
        loss = twin.loss(x, t)
        gradient = _carry_back(twin.last_layer.backward(), list(twin.layers.values()))
        outputs, shares = _shares(twin, t)
    gradient.flags.writeable = False

    def voice(unit: int) -> UnitVoice:
        weights = twin.params["W1"][:, unit].copy()
        weights.flags.writeable = False
        return UnitVoice(unit, float(outputs[unit]), float(shares[unit]), weights)

    falling = np.argsort(-shares, kind="stable")[:SPEAKERS].tolist()
    rising = np.argsort(shares, kind="stable")[:SPEAKERS].tolist()
    return Saliency(
        label,
        loss,
        gradient[0],
        tuple(voice(unit) for unit in falling if shares[unit] > 0),
        tuple(voice(unit) for unit in rising if shares[unit] < 0),
    )


def _shares(twin: Network, t: Array) -> tuple[Array, Array]:
    """Return what each unit of the first hidden layer hands on, and its share of the score of t.

    The slope of the score is carried back as a gradient is: what goes in at the top is 1 for the
    label's score and 0 for the others. A network without hidden layers has no units.
    """
    above = list(twin.layers.values())[2:]
    if not above:
        return np.empty(0), np.empty(0)
    entry = above[0]
    assert isinstance(entry, Affine)
    slope = _carry_back(one_hot(t, twin.last_layer.y), above)
    return entry.x[0], (entry.x * slope)[0]


def _carry_back(dout: Array, layers: Sequence[Layer]) -> Array:
    """Return the gradient at the input of ``layers`` from that at their output.

    It is what ``backward`` returns, bit for bit, without dW, which takes most of the time there and
    which nobody asks for here: this runs at every movement of a pen.
    """
    for layer in reversed(layers):
        dout = dout @ layer.W.T if isinstance(layer, Affine) else layer.backward(dout)
    return dout
