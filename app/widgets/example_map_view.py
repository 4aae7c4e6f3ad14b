"""The card with the map of the examples: by pixels, or by what the hidden units make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal

from app import formatting
from app.widgets.basics import Card, IconButton, Segments
from app.widgets.captioned import add_captioned
from app.widgets.example_map_canvas import MapCanvas

if TYPE_CHECKING:
    from app.staging import Bytes
    from bpcore.example_map import ExampleMap, Space


class ExampleMapView(Card):
    """``space_chosen`` asks for another map, ``follow_requested`` carries the index of a digit."""

    space_chosen = Signal()
    follow_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__(self.tr("Map of the digits"), self.tr("near ones are alike"))
        self.header.setStretch(self.header.indexOf(self.subtitle), 1)
        self.header.setStretch(self.header.indexOf(self.subtitle) + 1, 0)
        self._space = Segments(
            "exampleSpace",
            (("pixels", self.tr("Pixels")), ("hidden", self.tr("Hidden activations"))),
            "pixels",
            title=self.tr("What the digits are compared by"),
            height=28,
        )
        self._space.setFixedWidth(268)
        self._fit = IconButton("fit", self.tr("Show the whole map (0)"), "exampleMapFit", size=28)
        self.header.addWidget(self._space)
        self.header.addWidget(self._fit)
        self.canvas = MapCanvas()
        self._sentence = add_captioned(self, self.canvas, "exampleMapSentence")
        self._space.chosen.connect(self.space_chosen)
        self._fit.clicked.connect(self.canvas.reset)
        self.canvas.pointed.connect(self._say)
        self.canvas.followed.connect(self._follow)
        self.show_map(None, None)

    @property
    def space(self) -> Space:
        """What the digits are to be compared by."""
        return "hidden" if self._space.value == "hidden" else "pixels"

    def show_map(self, found: ExampleMap | None, images: Bytes | None, message: str = "") -> None:
        """Show ``found`` of ``images`` (N, 784), or a sentence."""
        self.canvas.show_map(found, images, message)
        self._fit.setEnabled(found is not None)
        self._say(self.canvas.place)

    def _say(self, place: int | None) -> None:
        shown = self.canvas.shown
        if shown is None:
            self._sentence.setText("")
            return
        if place is None:
            wrong = int(np.count_nonzero(shown.labels != shown.readings))
            text = self.tr("{0} test digits, {1} of them read wrongly (✗). Wheel: closer.")
            sentence = text.format(formatting.count(len(shown.labels)), formatting.count(wrong))
        else:
            index, is_label, reading = (
                int(each[place]) for each in (shown.examples, shown.labels, shown.readings)
            )
            text = (
                self.tr("Test digit {0}: {1}, read right. Click: follow it backwards.")
                if is_label == reading
                else self.tr("Test digit {0}: {1}, read as {2} ✗. Click: follow it backwards.")
            )
            sentence = text.format(formatting.count(index), is_label, reading)
        self._sentence.setText(sentence)
        self.canvas.setAccessibleDescription(sentence)

    def _follow(self, place: int) -> None:
        if self.canvas.shown is not None:
            self.follow_requested.emit(int(self.canvas.shown.examples[place]))
