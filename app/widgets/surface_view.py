"""The card with the loss around a network: on a random plane, or on that of the run's way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting
from app.widgets.basics import Segments
from app.widgets.captioned import add_captioned
from app.widgets.measure_bar import MeasureBar
from app.widgets.measured_card import MeasuredCard
from app.widgets.surface_canvas import SurfaceCanvas
from app.widgets.surface_painter import figure

if TYPE_CHECKING:
    from app.widgets.surface_painter import Relief
    from bpcore.loss_surface import Kind


@dataclass(frozen=True, eq=False)
class Surface:
    """The relief around the network of one iteration."""

    run: int
    iteration: int
    relief: Relief

    @property
    def kind(self) -> Kind:
        """How its directions were chosen."""
        return self.relief.surface.kind


class SurfaceView(MeasuredCard):
    """Shows the Surface that was measured last of each kind."""

    def __init__(self) -> None:
        super().__init__(self.tr("Loss surface"), " ", self._make_bar())
        self._kind = Segments(
            "surfaceKind",
            (("random", self.tr("Random")), ("path", self.tr("Path"))),
            "random",
            title=self.tr("How the two directions are chosen"),
            height=28,
        )
        self._kind.setFixedWidth(148)
        self.bar.add_choice(self._kind)
        self.canvas = SurfaceCanvas()
        self._sentence = add_captioned(self, self.canvas, "surfaceSentence")
        self._surfaces: dict[Kind, Surface] = {}
        self._kind.chosen.connect(self._show_kind)
        self.canvas.pointed.connect(self._say)
        self.refresh()

    @staticmethod
    def _make_bar() -> MeasureBar:
        text = QCoreApplication.translate("SurfaceView", "Measure")
        title = QCoreApplication.translate("SurfaceView", "Measure the loss around the network")
        return MeasureBar("surfaceButton", text, title)

    @property
    def kind(self) -> Kind:
        """How the directions are to be chosen."""
        return "path" if self._kind.value == "path" else "random"

    def show_surface(self, found: Surface) -> None:
        """Show what was measured."""
        self._surfaces[found.kind] = found
        self._kind.set_value(found.kind)
        self.show_measured(found)

    def refresh(self) -> None:
        """Show the surface of the chosen kind, if there is one."""
        shown = self._measured = self._surfaces.get(self.kind)
        super().refresh()
        if shown is None:
            self.canvas.show_relief(None, 0, self._why_nothing())
        else:
            self.canvas.show_relief(shown.relief, shown.iteration)
        self._say(self.canvas.place)

    def _show_kind(self) -> None:
        self._failure = ""
        self.refresh()

    def _why_nothing(self) -> str:
        if self.kind == "random":
            return self.tr(
                "The loss on a plane through the network, along two random directions in which "
                "each unit's weights change by as much as they are. Measure takes a few seconds."
            )
        return self.tr(
            "The loss on the plane through the network in which its run has moved most, with its "
            "way from the first iteration on. Measure takes a few seconds."
        )

    def _say(self, place: tuple[int, int] | None) -> None:
        shown = self._surfaces.get(self.kind)
        if shown is None:
            self._sentence.setText("")
            return
        surface = shown.relief.surface
        if place is not None:
            column, row = place
            value = float(surface.losses[row, column])
            text = self.tr("Loss {0} at {1} and {2}").format(
                formatting.loss(value),
                figure(float(surface.xs[column])),
                figure(float(surface.ys[row])),
            )
        else:
            on = formatting.counted(
                surface.count, self.tr("{0} test digit"), self.tr("{0} test digits")
            )
            text = self.tr("Loss {0} at the network, on {1}.")
            text = text.format(formatting.loss(surface.loss), on)
            if not math.isnan(surface.explained):
                share = formatting.share(surface.explained)
                text += " " + self.tr("The plane holds {0} of the path's variance.").format(share)
        self._sentence.setText(text)
        self.canvas.setAccessibleDescription(text)
