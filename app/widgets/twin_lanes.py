"""Relu and Sigmoid side by side: the same z, the same upstream gradient, what gets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app import theme
from app.widgets.basics import Card, Segments, label
from app.widgets.choice_box import NumberBox, leave_focus
from app.widgets.fitting_label import fit_subtitle
from app.widgets.lane_painter import LaneView, share_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.graph.twins import Lane

MOST_LAYERS = 8
HEIGHT = 132


class TwinLanesCard(Card):
    """Two lanes for one unit, and for each how much of the gradient gets through stacked layers.

    ``layers_changed`` asks for the lanes of another number of layers, 1 to 8; ``entered`` tells
    that whoever chose it is done.
    """

    layers_changed = Signal(int)
    entered = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Relu and Sigmoid"), " ")
        fit_subtitle(self)
        self.lanes = LaneView()
        self.layers = NumberBox("stackedLayers", self.tr("Stacked layers"))
        self.layers.setRange(1, MOST_LAYERS)
        self.layers.setFont(theme.ui_font(12))
        self.layers.setFixedSize(92, 28)
        self.layers.lineEdit().setTextMargins(6, 0, 0, 0)
        self.weights = Segments(
            "weightsIncluded",
            (("left out", self.tr("slopes only")), ("included", self.tr("with weights"))),
            "left out",
            title=self.tr("Weights between the layers"),
            height=28,
        )
        self.weights.setFixedWidth(180)
        leave_focus(self.weights)
        self.weights.setToolTip(
            self.tr(
                "Slopes only: what the activations let through, one after the other.\n"
                "With weights: what is left of the gradient's length, the weights between "
                "them included; it can grow."
            )
        )
        for widget in (label(self.tr("gets through"), tone="3"), self.layers, self.weights):
            self.header.addWidget(widget)
        self.outer.setContentsMargins(16, 0, 16, 6)
        self.body.addWidget(self.lanes)
        self.setFixedHeight(HEIGHT)
        self._write_suffix(1)
        self.layers.valueChanged.connect(self._change_layers)
        self.layers.entered.connect(self.entered)
        self.weights.chosen.connect(self._choose_weights)

    @property
    def shares(self) -> tuple[str, ...]:
        """What is written at the end of both bars: Relu's and Sigmoid's."""
        return tuple(share_text(share) for share in self.lanes.last_shares)

    def show_lanes(self, lanes: Mapping[str, Lane] | None, unit: int) -> None:
        """Show hidden ``unit`` in both ``lanes``; em dashes if there are none."""
        self.lanes.set_lanes(lanes, unit)
        if not lanes:
            self.subtitle.setText("")
            return
        stacked = len(lanes["relu"].crossings) > 1
        self.subtitle.setText(
            self.tr("the first of the stack, unit {0}").format(unit)
            if stacked
            else self.tr("same z, same upstream, unit {0}").format(unit)
        )

    def _change_layers(self, layers: int) -> None:
        self._write_suffix(layers)
        self.layers_changed.emit(layers)

    def _write_suffix(self, layers: int) -> None:
        self.layers.setSuffix(" " + (self.tr("layer") if layers == 1 else self.tr("layers")))

    def _choose_weights(self, choice: str) -> None:
        self.lanes.include_weights(choice == "included")
