"""Networks: a stack of layers with a loss on top."""

from __future__ import annotations

from collections.abc import MutableMapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from bpcore.central_differences import STEP, central_differences
from bpcore.initializers import initial_weights
from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss, Tanh, one_hot

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from bpcore.layers import Array

ActivationLayer: TypeAlias = Relu | Sigmoid | Tanh
ACTIVATIONS: dict[str, type[ActivationLayer]] = {"relu": Relu, "sigmoid": Sigmoid, "tanh": Tanh}


class Parameters(MutableMapping[str, "Array"]):
    """Named parameter arrays, shared with the layers.

    Assigning to a name writes into the array that the layer holds, so that ``params["W1"] = new``
    can't silently part the network from its parameters. Names can be neither added nor deleted.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = dict(arrays)

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __setitem__(self, name: str, value: npt.ArrayLike) -> None:
        array = self._arrays.get(name)
        if array is None:
            raise KeyError(f"no parameter {name!r}; there are {', '.join(self)}")
        if value is not array:
            value = np.asarray(value)
            if value.shape != array.shape:
                raise ValueError(f"{name} has shape {array.shape}, not {value.shape}")
            array[...] = value

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"the network needs its parameter {name!r}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def items(self) -> ItemsView[str, Array]:
        """Return pairs of name and array, like ``dict.items``."""
        return self._arrays.items()  # at each iteration of a run: as fast as can be

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return f"Parameters({self._arrays!r})"


class Network:
    """Affine layers with an activation between each two, and SoftmaxWithLoss at the end.

    Parameters
    ----------
    sizes
        Units per layer, inputs first: ``[784, 50, 10]``.
    activation
        ``"relu"``, ``"sigmoid"`` or ``"tanh"``.
    weight_init_std
        Standard deviation of the normally distributed initial weights; biases start at 0.
    initializer
        ``"std"``, or ``"xavier"`` or ``"he"``, which find the standard deviation themselves.
    weight_decay
        The loss grows by half of this times the sum of all squared weights (L2), biases excepted.
    dtype
        Of parameters and arithmetic: float32 or float64.
    seed
        Of the initial weights; None draws others each time.

    Attributes
    ----------
    params
        ``W1`` (sizes[0], sizes[1]), ``b1`` (sizes[1],), ``W2`` … in that order, shared with the
        layers: update them in place.
    layers
        ``Affine1``, ``Relu1``, ``Affine2`` … in the order of the forward pass.
    last_layer
        The SoftmaxWithLoss.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        activation: str = "relu",
        weight_init_std: float = 0.01,
        initializer: str = "std",
        weight_decay: float = 0.0,
        dtype: npt.DTypeLike = np.float64,
        seed: int | None = None,
    ) -> None:
        self._set_up(tuple(sizes), activation, np.dtype(dtype), weight_decay)
        rng = np.random.default_rng(seed)
        arrays: dict[str, Array] = {}
        for n, (fan_in, fan_out) in enumerate(pairwise(self.sizes), start=1):
            weights = initial_weights(initializer, fan_in, fan_out, rng, weight_init_std)
            arrays[f"W{n}"] = weights.astype(self.dtype)
            arrays[f"b{n}"] = np.zeros(fan_out, self.dtype)
        self._connect(arrays)

    def _set_up(
        self, sizes: tuple[int, ...], activation: str, dtype: np.dtype[Any], weight_decay: float
    ) -> None:
        if len(sizes) < 2 or any(size < 1 for size in sizes):
            raise ValueError(f"sizes must be two or more numbers of units >= 1, not {sizes!r}")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be {' or '.join(ACTIVATIONS)}, not {activation!r}")
        if not 0 <= weight_decay < np.inf:
            raise ValueError(f"weight_decay must be a number >= 0, not {weight_decay!r}")
        if dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64, not {dtype}")
        self.sizes, self.activation, self.dtype = sizes, activation, dtype
        self.weight_decay = float(weight_decay)

    def _connect(self, arrays: Mapping[str, Array]) -> None:
        self.params = Parameters(arrays)
        self.layers: dict[str, Affine | ActivationLayer] = {}
        activation = ACTIVATIONS[self.activation]
        depth = len(self.sizes) - 1
        for n in range(1, depth + 1):
            self.layers[f"Affine{n}"] = Affine(arrays[f"W{n}"], arrays[f"b{n}"])
            if n < depth:
                self.layers[f"{activation.__name__}{n}"] = activation()
        self.last_layer = SoftmaxWithLoss()

    @classmethod
    def from_params(
        cls, params: Mapping[str, Array], activation: str = "relu", weight_decay: float = 0.0
    ) -> Network:
        """Build a network on copies of ``params`` (W1, b1, W2, b2 …), of their sizes and type."""
        depth = max(len(params) // 2, 1)
        names = [f"{kind}{n}" for n in range(1, depth + 1) for kind in "Wb"]
        if sorted(params) != sorted(names):
            raise ValueError(f"params must be {', '.join(names)}, not {', '.join(params)}")
        sizes = (len(params["W1"]), *(len(params[f"b{n}"]) for n in range(1, depth + 1)))
        network = Network.__new__(Network)
        network._set_up(sizes, activation, params["W1"].dtype, weight_decay)
        for n, shape in enumerate(pairwise(sizes), start=1):
            if params[f"W{n}"].shape != shape or params[f"b{n}"].shape != shape[1:]:
                raise ValueError(
                    f"W{n} {params[f'W{n}'].shape} and b{n} {params[f'b{n}'].shape} do not fit "
                    f"a layer of {shape[0]} inputs and {shape[1]} units"
                )
        network._connect({name: params[name].astype(network.dtype) for name in names})
        return network

    def twin(self) -> Network:
        """Return a network with the same parameters, shared, whose layers remember other passes."""
        network = Network.__new__(Network)
        network._set_up(self.sizes, self.activation, self.dtype, self.weight_decay)
        network._connect(dict(self.params))
        return network

    def predict(self, x: npt.ArrayLike) -> Array:
        """Return the scores before softmax: (N, 10) for ``x`` (N, 784), (10,) for one (784,)."""
        x = np.asarray(x, self.dtype)
        if x.shape[-1:] != self.sizes[:1] or x.ndim > 2:
            raise ValueError(f"x must be (N, {self.sizes[0]}) or ({self.sizes[0]},), not {x.shape}")
        return self._forward(x) if x.ndim == 2 else self._forward(x[np.newaxis])[0]

    def _forward(self, x: Array) -> Array:
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def as_batch(self, x: npt.ArrayLike) -> Array:
        """Return ``x`` in the network's type, or raise ValueError if it is not (N, 784), N >= 1."""
        x = np.asarray(x, self.dtype)
        if x.shape[1:] != self.sizes[:1] or not len(x):
            raise ValueError(f"x must be a batch (N, {self.sizes[0]}) with N >= 1, not {x.shape}")
        return x

    def loss(self, x: npt.ArrayLike, t: npt.ArrayLike) -> float:
        """Return the mean cross-entropy over the batch, in nats, and the penalty on large weights.

        ``x`` is (N, 784) and ``t`` holds class numbers (N,) or one-hot rows (N, 10).
        """
        return self.penalised(
            self.last_layer.forward(self._forward(self.as_batch(x)), np.asarray(t))
        )

    def penalised(self, loss: float) -> float:
        """Return ``loss`` with the penalty on large weights, a number of the network's type."""
        return float(self.dtype.type(loss + self.penalty())) if self.weight_decay else loss

    def penalty(self) -> float:
        """Return what large weights add to the loss: weight_decay / 2 * sum of all squares."""
        weights = (layer.W for layer in self.layers.values() if isinstance(layer, Affine))
        return 0.5 * self.weight_decay * sum(float(np.sum(W * W)) for W in weights)

    def accuracy(self, x: npt.ArrayLike, t: npt.ArrayLike) -> float:
        """Return the share of the batch, 0 to 1, whose highest score is the right answer."""
        scores = self._forward(self.as_batch(x))
        answers = one_hot(np.asarray(t), scores).argmax(axis=1)
        return float(np.mean(scores.argmax(axis=1) == answers))

    def gradient(self, x: npt.ArrayLike, t: npt.ArrayLike) -> dict[str, Array]:
        """Return dL/dparameter for every parameter, by backpropagation; the arrays are yours."""
        self.loss(x, t)
        self.backward()
        return {name: grad.copy() for name, grad in self.grads.items()}

    def input_gradient(self, x: npt.ArrayLike, t: npt.ArrayLike) -> Array:
        """Return dL/dx (N, 784): how the loss of the batch answers to every pixel."""
        self.loss(x, t)
        dx = self.backward(need_dx=True)
        assert dx is not None
        return dx

    def backward(self, need_dx: bool = False) -> Array | None:
        """Carry the gradient of the last ``loss`` from its layer back into ``grads``.

        Returns the gradient with respect to the input (N, 784) if asked for, else None.
        """
        first, *rest = self.layers.values()
        dout = self.last_layer.backward()
        for layer in reversed(rest):
            dout = layer.backward(dout)
        assert isinstance(first, Affine)
        dx = first.backward(dout, need_dx)
        if self.weight_decay:
            for layer in self.layers.values():
                if isinstance(layer, Affine):
                    self.decay(layer)
        return dx

    def decay(self, layer: Affine) -> None:
        """Add the gradient of the penalty, weight_decay * W, to the ``dW`` of ``layer``."""
        layer.dW += self.weight_decay * layer.W

    @property
    def grads(self) -> dict[str, Array]:
        """The gradients of the last ``backward``: the layers' arrays, written anew each time."""
        grads: dict[str, Array] = {}
        for n in range(1, len(self.sizes)):
            layer = self.layers[f"Affine{n}"]
            assert isinstance(layer, Affine)
            grads[f"W{n}"], grads[f"b{n}"] = layer.dW, layer.db
        return grads

    def numerical_gradient(self, x: npt.ArrayLike, t: npt.ArrayLike) -> dict[str, Array]:
        """Return dL/dparameter by central differences, h = 1e-4: independent."""
        x, t = self.as_batch(x), np.asarray(t)
        gradients: dict[str, Array] = {}
        for name, array in self.params.items():
            every = np.arange(array.size)
            chunks = central_differences(self, x, t, name, every, STEP)
            values = np.concatenate([slopes.values for slopes in chunks])
            gradients[name] = values.reshape(array.shape)
        return gradients


class TwoLayerNet(Network):
    """The book's network of chapter 5: Affine, activation, Affine, SoftmaxWithLoss."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        weight_init_std: float = 0.01,
        **options: Any,
    ) -> None:
        """Take the book's arguments, then ``activation``, ``dtype`` and ``seed`` of Network."""
        sizes = (input_size, hidden_size, output_size)
        super().__init__(sizes, weight_init_std=weight_init_std, **options)
