"""What the bugs of the lab are called and do, in words: pure functions of their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from bpcore.bugs import Bug

_NUMBERS = {"updated_too_early": 2, "mean_for_db": 2, "first_row_for_db": 1}
"""Of the layer where a bug sits that has a number in its name, if nothing else is said."""

_STORIES: dict[str, str] = {
    "mask_forgotten": (
        "The gradient also goes through units that were shut and had no part in the loss. The "
        "loss falls all the same, only later at first, as if the learning rate were too small. "
        "Compare its dx with the numerical gradient: where a unit was shut it must be 0."
    ),
    "mask_inverted": (
        "Open units get no gradient, shut ones get theirs. Only the layers above still learn, "
        "and the loss hardly falls. In your own code, count: dx must be 0 exactly where x was "
        "not above 0."
    ),
    "dout_overwritten": (
        "dx is right, but the array that was handed in is changed on the way. As long as "
        "nobody looks at it again the loss is the same to the last digit; once another layer "
        "or a plot does, that one is wrong. Make the array read-only: NumPy stops at the line."
    ),
    "count_forgotten": (
        "Each gradient is N times too large, as if the learning rate were. With one image "
        "nothing shows; with a hundred the loss jumps far up, and then stays where guessing "
        "would leave it. All parameters are off by the same factor: divide the two gradients "
        "and read it off."
    ),
    "sign_swapped": (
        "Each step goes uphill: the loss grows until the numbers overflow, and nobody can miss "
        "it. What the mistake is, the check tells: the two gradients of each parameter are "
        "equal but for the sign."
    ),
    "softmax_over_batch": (
        "The images of a batch share one sum of exponentials, so y adds up to 1 over all rows "
        "together. The loss starts too high and grows until the numbers overflow. With one "
        "image it is right, which is how it came into an early printing of the book. Look at "
        "y: each row must add up to 1."
    ),
    "updated_too_early": (
        "The weights are updated before the gradient has gone through them, so dx comes from "
        "weights that have moved already. They move little, so the loss falls as it should. "
        "Finish backward of all layers before any parameter is updated."
    ),
    "mean_for_db": (
        "The loss has divided by N already; this divides once more, so the bias learns N times "
        "too slowly. In the book's network the weights make up for it, and the loss hardly "
        "tells. Only db differs: by the factor N, the same for each element."
    ),
    "first_row_for_db": (
        "The bias hears of one image only, whatever the others of the batch would say. The "
        "weights make up for it, and the loss hardly tells. With one image nothing shows: "
        "check on a batch of several."
    ),
    "transpose_missing": (
        "With as many inputs as outputs W fits both ways round, so NumPy does not complain. "
        "The layers below learn from a gradient that was mixed up; the loss falls all the "
        "same, only a little later. Check with layers of which no two have the same size."
    ),
    "assigned": (
        "A score goes two ways into the loss: as itself and into the sum of exponentials. "
        "Its gradient is the sum of both; here the second takes the place of the first, so "
        "no layer hears of the right answers. All scores are only pushed down, and the loss "
        "grows until the numbers overflow. What is used twice needs +=."
    ),
    "slope_from_x": (
        "y (1 − y) needs the Sigmoid's output, not its input. With x the slope has another "
        "size and often the wrong sign. Only the layers above still learn, and the loss hardly "
        "falls. Look at the slopes: those of a Sigmoid are never below 0 nor above 0.25."
    ),
    "open_at_zero": (
        "Harmless. At exactly 0 a Relu has a kink and no derivative: 0 and 1 are both right, "
        "as is all between them. An input is hardly ever exactly 0, so the loss is the same "
        "to the last digit. Where one is, the check leaves it out. The book takes 0."
    ),
}
"""What each bug does, in English: translated where it is shown."""


def name_of(key: str, place: str = "") -> str:
    """Return what a bug is called; with a ``place`` such as ``Affine3`` its number is in the name.

    Raises
    ------
    KeyError
        For a bug that there is not.
    """
    names = {
        "mask_forgotten": _tr("forget the mask"),
        "mask_inverted": _tr("invert the mask"),
        "dout_overwritten": _tr("overwrite dout"),
        "count_forgotten": _tr("forget / N"),
        "sign_swapped": _tr("t − y instead of y − t"),
        "softmax_over_batch": _tr("softmax over the batch"),
        "updated_too_early": _tr("use W{0} after its update"),
        "mean_for_db": _tr("mean, not sum, for db{0}"),
        "first_row_for_db": _tr("first row only for db{0}"),
        "transpose_missing": _tr("forget the transpose"),
        "assigned": _tr("assign instead of add"),
        "slope_from_x": _tr("slope from x, not y"),
        "open_at_zero": _tr("open at exactly 0"),
    }
    number = "".join(filter(str.isdigit, place)) or _NUMBERS.get(key, "")
    return names[key].format(number)


def place_of(bug: Bug, place: str = "") -> str:
    """Return where the mistake is: ``Relu2.backward``.

    Without a ``place`` it is the layer's kind, ``Relu.backward``; of Affine layers, of which each
    network has several, the one in which the bug is if nobody says another.
    """
    kind = f"{bug.layer}{bug.natural}" if bug.layer == "Affine" else bug.layer
    return f"{place or kind}.{bug.method}"


def story_of(key: str) -> str:
    """Return in a few sentences what a bug does, how well the loss hides it, how one finds it.

    Raises
    ------
    KeyError
        For a bug that there is not.
    """
    return _tr(_STORIES[key])


def _tr(text: str) -> str:
    return QCoreApplication.translate("Bugs", text)
