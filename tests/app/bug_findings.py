"""What is found of bugs, made up for tests of what shows it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from app.widgets.basics import Card
from bpcore.bugs import BUGS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

PARAMETERS = ("W1", "b1", "W2", "b2")
PRINTS = {
    "mask_forgotten": (False, False, True, True),
    "mask_inverted": (False, False, True, True),
    "dout_overwritten": (True, True, True, True),
    "count_forgotten": (False, False, False, False),
    "sign_swapped": (False, False, False, False),
    "mean_for_db": (True, True, True, False),
}
PLACES = {
    bug.key: bug.layer + ("" if bug.layer == "SoftmaxWithLoss" else str(bug.natural))
    for bug in BUGS
}


def on_card(qtbot, widget: QWidget, width: int, height: int) -> None:
    """Show ``widget``, so large, on what it will lie on."""
    card = Card()
    card.body.addWidget(widget)
    widget.card = card  # or nobody would keep it
    widget.setFixedSize(width, height)
    card.adjustSize()
    qtbot.addWidget(card)
    card.show()
    qtbot.waitExposed(card)


def finding(name: str, difference: float, *, differs: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        name=name,
        backprop=np.full(150, difference),
        numerical=np.zeros(150),
        kink=np.zeros(150, bool),
        differs=differs,
        mean_absolute_difference=difference,
        count=150,
        kinks=2,
    )


def hearing(
    layer: str,
    going_in: tuple[str, float, bool] | None,
    *coming_out: tuple[str, float, bool],
    overwrote: bool = False,
) -> SimpleNamespace:
    into = None if going_in is None else finding(*going_in[:2], differs=going_in[2])
    outs = tuple(finding(*out[:2], differs=out[2]) for out in coming_out)
    right = into is None or not into.differs
    guilty = right and (overwrote or any(out.differs for out in outs))
    return SimpleNamespace(
        layer=layer, going_in=into, coming_out=outs, overwrote=overwrote, guilty=guilty
    )


def verdict(*hearings: SimpleNamespace) -> SimpleNamespace:
    guilty = next((each for each in hearings if each.guilty), None)
    return SimpleNamespace(hearings=hearings, guilty=guilty)


def mask_forgotten() -> SimpleNamespace:
    return verdict(
        hearing("SoftmaxWithLoss", None, ("dz2", 1.4e-10, False)),
        hearing("Affine2", ("dz2", 1.4e-10, False), ("da1", 2.5e-9, False), ("dW2", 6e-9, False)),
        hearing("Relu1", ("da1", 2.5e-9, False), ("dz1", 1.2e-3, True)),
        hearing("Affine1", ("dz1", 1.2e-3, True), ("dW1", 4.4e-4, True), ("db1", 2.6e-3, True)),
    )


def all_right() -> SimpleNamespace:
    return verdict(
        hearing("SoftmaxWithLoss", None, ("dz2", 1.4e-10, False)),
        hearing("Affine2", ("dz2", 1.4e-10, False), ("da1", 2.5e-9, False)),
        hearing("Relu1", ("da1", 2.5e-9, False), ("dz1", 1e-9, False)),
        hearing("Affine1", ("dz1", 1e-9, False), ("dW1", 4.6e-10, False)),
    )
