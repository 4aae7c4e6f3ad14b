"""Classic mistakes in backpropagation, each as a real layer that can be put into a network."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import inspect
import textwrap
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np

from bpcore import bug_layers
from bpcore.central_differences import central_differences
from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss
from bpcore.network import ACTIVATIONS
from bpcore.steps import part_of

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.gradient_report import GradientReport
    from bpcore.layers import Array, Labels
    from bpcore.network import Network

Layer: TypeAlias = Affine | Relu | Sigmoid | SoftmaxWithLoss
Kind: TypeAlias = Literal["Relu", "Sigmoid", "Affine", "SoftmaxWithLoss"]

SAMPLE = 300
"""Elements per parameter of which numerical gradients are computed anew."""


class Plan(Protocol):
    """What tells which layers a network has: a Network is one, and a TrainingConfig."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units per layer, inputs first."""

    @property
    def activation(self) -> str:
        """One of the names in ``bpcore.network.ACTIVATIONS``."""


@dataclass(frozen=True)
class Bug:
    """A mistake in one method of one layer.

    Attributes
    ----------
    key
        Its name in code.
    layer
        The kind of layer that it sits in.
    method
        The method that the mistake is in: ``"backward"`` or ``"forward"``.
    right, wrong
        The layer as it should be, and with the mistake.
    natural
        Number of the Affine layer that it is put into if nobody says which.
    harmless
        Whether it does no harm: at exactly 0 a Relu has no derivative, and 1 is as good as 0.
    changes_forward
        Whether the loss itself is another one, so that numerical gradients are, too.
    overwrites
        Whether it writes into the array handed to it. In a chain of layers nobody reads that again:
        the gradients of the parameters stay right.
    """

    key: str
    layer: Kind
    method: Literal["backward", "forward"]
    right: type[Layer]
    wrong: type[Layer]
    natural: int = 1
    harmless: bool = False
    changes_forward: bool = False
    overwrites: bool = False

    def places(self, network: Plan) -> tuple[str, ...]:
        """Return the layers of ``network`` that it can sit in, the natural one first; () if none.

        The others follow in the order of the forward pass. Nobody asks the first layer for its dx,
        so a mistake that is in dx alone can't sit there.
        """
        if self.layer == "SoftmaxWithLoss":
            return (self.layer,)
        shapes = list(enumerate(pairwise(network.sizes), start=1))
        if self.layer != "Affine":
            fits = ACTIVATIONS[network.activation] is self.right
            return tuple(f"{self.layer}{n}" for n, _ in shapes[:-1] if fits)
        if self.wrong in _WRONG_IN_DX:
            shapes = shapes[1:]
        if self.wrong is bug_layers.TransposeMissing:  # of a single number it is the same
            shapes = [(n, (rows, columns)) for n, (rows, columns) in shapes if rows == columns > 1]
        numbers = sorted((n for n, _ in shapes), key=lambda n: (n != self.natural, n))
        return tuple(f"Affine{n}" for n in numbers)

    def natural_place(self, network: Plan) -> str:
        """Return the layer that it is put into if nobody says which, or raise ValueError."""
        places = self.places(network)
        if not places:
            sizes = "-".join(map(str, network.sizes))
            raise ValueError(f"{self.key} fits no layer of {sizes} with {network.activation}")
        return places[0]


_WRONG_IN_DX = (bug_layers.UpdatedTooEarly, bug_layers.TransposeMissing)

BUGS: tuple[Bug, ...] = (
    Bug("mask_forgotten", "Relu", "backward", Relu, bug_layers.MaskForgotten),
    Bug("mask_inverted", "Relu", "backward", Relu, bug_layers.MaskInverted),
    Bug("dout_overwritten", "Relu", "backward", Relu, bug_layers.DoutOverwritten, overwrites=True),
    Bug(
        "count_forgotten",
        "SoftmaxWithLoss",
        "backward",
        SoftmaxWithLoss,
        bug_layers.CountForgotten,
    ),
    Bug("sign_swapped", "SoftmaxWithLoss", "backward", SoftmaxWithLoss, bug_layers.SignSwapped),
    Bug(
        "softmax_over_batch",
        "SoftmaxWithLoss",
        "forward",
        SoftmaxWithLoss,
        bug_layers.SoftmaxOverBatch,
        changes_forward=True,
    ),
    Bug("updated_too_early", "Affine", "backward", Affine, bug_layers.UpdatedTooEarly, natural=2),
    Bug("mean_for_db", "Affine", "backward", Affine, bug_layers.MeanForDb, natural=2),
    Bug("first_row_for_db", "Affine", "backward", Affine, bug_layers.FirstRowForDb),
    Bug("transpose_missing", "Affine", "backward", Affine, bug_layers.TransposeMissing, natural=2),
    Bug("assigned", "SoftmaxWithLoss", "backward", bug_layers.TwoWays, bug_layers.Assigned),
    Bug("slope_from_x", "Sigmoid", "backward", Sigmoid, bug_layers.SlopeFromX),
    Bug("open_at_zero", "Relu", "forward", Relu, bug_layers.OpenAtZero, harmless=True),
)


def bug_of(key: str) -> Bug:
    """Return the bug of this key, or raise ValueError."""
    for bug in BUGS:
        if bug.key == key:
            return bug
    raise ValueError(f"no bug {key!r}; there are {', '.join(bug.key for bug in BUGS)}")


def broken(network: Network, bug: Bug, place: str | None = None) -> Network:
    """Return a twin of ``network`` that has the wrong layer at ``place``.

    The twin shares the parameters and has layers of its own, all right but for one. ``place`` is
    one of ``bug.places``, by default the natural one; ValueError if the bug can't sit there.
    """
    place = place or bug.natural_place(network)
    places = bug.places(network)
    if place not in places:
        raise ValueError(f"{bug.key} fits {' or '.join(places) or 'no layer'}, not {place}")
    twin, wrong = network.twin(), bug.wrong
    if issubclass(wrong, SoftmaxWithLoss):
        twin.last_layer = wrong()
    elif issubclass(wrong, Affine):
        right = twin.layers[place]
        assert isinstance(right, Affine)
        twin.layers[place] = wrong(right.W, right.b)
    else:
        twin.layers[place] = wrong()
    return twin


def fitting(config: TrainingConfig, bug: Bug) -> TrainingConfig:
    """Return ``config``, or the nearest one to it if its network has no place for ``bug``."""
    if not bug.places(config) and bug.layer in ("Relu", "Sigmoid"):
        config = config.replace(activation=bug.layer.lower())
    if not bug.places(config):
        # As many units as there are digits make the last layer square.
        config = config.replace(hidden_sizes=(*config.hidden_sizes[:-1], config.sizes[-1]))
    return config


@dataclass(frozen=True)
class DiffLine:
    """A line of code: in both (``" "``), only in the right (``"-"``) or the wrong one (``"+"``)."""

    kind: Literal[" ", "-", "+"]
    text: str


@cache
def difference(bug: Bug) -> tuple[DiffLine, ...]:
    """Return the method with the mistake, line by line, against the right one.

    Both are read from the code that runs, without indentation and docstring.
    """
    right, wrong = _code(getattr(bug.right, bug.method)), _code(getattr(bug.wrong, bug.method))
    lines: list[DiffLine] = []
    matcher = difflib.SequenceMatcher(None, right, wrong, autojunk=False)
    for tag, start, end, wrong_start, wrong_end in matcher.get_opcodes():
        if tag == "equal":
            lines += (DiffLine(" ", text) for text in right[start:end])
        else:
            lines += (DiffLine("-", text) for text in right[start:end])
            lines += (DiffLine("+", text) for text in wrong[wrong_start:wrong_end])
    return tuple(lines)


def _code(method: object) -> list[str]:
    assert inspect.isfunction(method)
    source = textwrap.dedent(inspect.getsource(method))
    lines = source.rstrip().splitlines()
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return lines


def reports_with(
    bug: Bug,
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    reports: Sequence[GradientReport],
    place: str | None = None,
    *,
    sample: int | None = SAMPLE,
) -> Generator[float, None, tuple[GradientReport, ...]]:
    """Return the ``reports`` of the right ``network`` with the gradients of the broken one.

    The numerical gradients are those of ``reports``: backward has no part in them. Only where the
    bug changes the loss are they computed anew, in the same way, for at most ``sample`` elements
    of each report, the same ones each time, or for all of them. Yields the share done, 0 to 1.

    Parameters
    ----------
    bug, place
        What is wrong, and in which layer: see ``broken``.
    network
        The right one, in float64; left as it is.
    x, t
        The batch of the reports: (N, D), and class numbers (N,) or one-hot rows (N, C).
    reports
        Of ``bpcore.gradient_check.check_gradients``.

    Raises
    ------
    TypeError
        For a float32 network.
    ValueError
        If the bug does not fit, or the batch.
    """
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network, not {network.dtype}")
    wrong = broken(network, bug, place)
    x, t = wrong.as_batch(x), np.asarray(t)
    gradient = wrong.gradient(x, t)
    found = []
    for n, report in enumerate(reports):
        if bug.changes_forward:
            work = _renewed(report, wrong, x, t, sample)
            report = yield from part_of(work, n / len(reports), (n + 1) / len(reports))
        else:
            yield (n + 1) / len(reports)
        found.append(report.with_backprop(gradient[report.name]))
    return tuple(found)


def _renewed(
    report: GradientReport, wrong: Network, x: Array, t: Labels, sample: int | None
) -> Generator[float, None, GradientReport]:
    """Return ``report`` with numerical gradients of the loss of ``wrong``, of a sample or all."""
    elements = report.elements
    if sample is not None and sample < len(elements):
        elements = np.sort(np.random.default_rng(0).permutation(elements)[:sample])
    numerical = np.empty(len(elements))
    kink = np.zeros(len(elements), bool)
    done = 0
    for slopes in central_differences(wrong, x, t, report.name, elements, report.h):
        here = slice(done, done + len(slopes.elements))
        numerical[here], kink[here] = slopes.values, slopes.kink
        done = here.stop
        yield done / len(elements)
    for array in (elements, numerical, kink):
        array.flags.writeable = False
    return dataclasses.replace(report, elements=elements, numerical=numerical, kink=kink)
