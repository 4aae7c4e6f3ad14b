"""What the Check page says of a check, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting
from app.checked_digits import Missing
from bpcore.central_differences import STEP
from bpcore.gradient_report import RELATIVE_TOLERANCE, unresolved

if TYPE_CHECKING:
    from app.checks import Ground


def about(ground: Ground, h: float) -> str:
    """Say what was checked: ``784-50-10, relu, iteration 4,312 · training digits 0 to 2 · …``."""
    step = _tr("h = {0}").format(formatting.step_size(h))
    return " · ".join((network(ground), digits(ground), step, "float64"))


def network(ground: Ground) -> str:
    """Say which network, with which weights."""
    if ground.is_fresh:
        text = _tr("{0}, {1}, fresh weights of seed {2}")
        return text.format(ground.sizes, ground.config.activation, ground.config.seed)
    iteration = formatting.count(ground.iteration)
    text = _tr("{0}, {1}, iteration {2}")
    return text.format(ground.sizes, ground.config.activation, iteration)


def digits(ground: Ground) -> str:
    """Say on which digits."""
    batch, count = ground.batch, len(ground.batch.labels)
    if batch.source == "run":
        text = _tr("the {0} digits of iteration {1}")
        return text.format(formatting.count(count), formatting.count(batch.first))
    if batch.source == "drawing":
        return _tr("your drawing, meant as {0}").format(batch.labels[0])
    is_test = batch.source == "test"
    if count == 1:
        text = _tr("test digit {0}") if is_test else _tr("training digit {0}")
        return text.format(formatting.count(batch.first))
    text = _tr("test digits {0} to {1}") if is_test else _tr("training digits {0} to {1}")
    return text.format(*(formatting.count(n) for n in (batch.first, batch.first + count - 1)))


def fitting_network(ground: Ground) -> str:
    """Say in which network a bug is that has no place in the one that was checked."""
    text = _tr("on {0}, {1}, fresh weights")
    return text.format(ground.sizes, ground.config.activation)


def no_map_of_layer() -> str:
    """Say why there is no map beside a layer of one's own."""
    return _tr("Only a network has W1, with the pixels of an image. This layer is by itself.")


def no_sweep_of_layer(h: float) -> str:
    """Say why no h can be chosen for a layer of one's own."""
    text = _tr("A layer of your own is checked with h = {0}, and no other.")
    return text.format(formatting.step_size(h))


def unfit(h: float, best: float | None) -> str:
    """Say that differences come from ``h``, since the code is right."""
    if h < (STEP if best is None else best):
        text = _tr("h = {0} is too small: rounding makes these differences, not the code.")
    else:
        text = _tr(
            "h = {0} is too large: the cut-off series makes these differences, not the code."
        )
    return text.format(formatting.step_size(h))


def rule(h: float) -> str:
    """Say when a parameter agrees."""
    text = _tr(
        "Agrees: mean |diff| at most {0} of the mean gradient, plus {1} that h can't resolve."
    )
    tolerance = formatting.step_size(RELATIVE_TOLERANCE)
    return text.format(tolerance, formatting.scientific(unresolved(h)))


def lacking(what: Missing | None) -> str:
    """Say why nothing can be checked, and what to do; "" if nothing is missing."""
    if what is None:
        return ""
    return {
        Missing.DATA: _tr("The digits are not loaded yet: wait for them."),
        Missing.TEST_DIGITS: _tr("This data has no test digits: choose other digits."),
        Missing.DRAWING: _tr("Nothing is drawn yet: draw a digit on Draw, or choose other digits."),
        Missing.LABEL: _tr("Say on Draw which digit your drawing is: the loss needs an answer."),
    }[what]


def unfollowed() -> str:
    """Say why the way of a weight can't be shown: Backward has the network of the session."""
    return _tr("This weight is of another network than the one that Backward shows.")


def unfollowed_here(*, in_case: bool) -> str:
    """Say why no weight is followed while a mistake is hidden, or of a layer of one's own."""
    if in_case:
        return _tr("Backward shows the right code, not the hidden mistake: end the case first.")
    return _tr("This is of your own layer: Backward shows only the network.")


def unstaged(ground: Ground) -> str:
    """Say why the digits of ``ground`` can't go through a pass of its network any more."""
    if ground.batch.source == "drawing":
        return _tr("Your drawing is another one by now: run the check again.")
    text = _tr("Backward shows the digits of iteration {0} with the weights of that time only.")
    return text.format(formatting.count(ground.batch.first))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Check", text)
