"""What the rows of the vitals say; texts are translated in the context "VitalsRows"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.widgets.vitals_curves import Kind


def idle(relu: bool) -> str:
    """Return what an idle unit is."""
    if relu:
        return _tr("dead")
    return _tr("saturated")


def title(kind: Kind) -> str:
    """Return what the rows show."""
    if kind == "gradient":
        return _tr("Root mean square of the gradients")
    return _tr("Updates as a share of the weights")


def meaning(kind: Kind, relu: bool) -> str:
    """Return what can be read off the rows."""
    if kind == "gradient":
        parameters = _tr(
            "How large the gradient of each parameter is: the root mean square of its elements.\n"
            "Where that of the first layer is far below that of the last, the gradient vanishes\n"
            "on its way back.",
        )
    else:
        parameters = _tr(
            "How large the update of each parameter is beside the parameter itself, both as root\n"
            "mean squares. About 0.001 is usual; far more is rough, far less is slow.",
        )
    return parameters + "\n" + _meaning_of_idle(relu)


def _meaning_of_idle(relu: bool) -> str:
    if relu:
        return _tr(
            "Below: the share of hidden units that are dead in the batch: they fire for none of\n"
            "its examples. On other digits, as on the test digits, they may well fire.",
        )
    return _tr(
        "Below: how many of the hidden units' outputs are saturated in the batch, so near to an\n"
        "end of their range that hardly any gradient passes. On other digits that may differ.",
    )


def where() -> str:
    """Return on what a unit is idle, to stand behind how many are."""
    return _tr("in the batch")


def rule() -> str:
    """Return what the dotted line is."""
    return _tr("rule of thumb")


def _tr(text: str) -> str:
    return QCoreApplication.translate("VitalsRows", text)
