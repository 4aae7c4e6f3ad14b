"""Why the network reads what it reads: for a label, which pixels and which units speak for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from app.formatting import EM_DASH
from app.settings import WHY_VIEWS, Settings
from app.widgets.basics import Card, Segments, ThemedButton
from app.widgets.formula_panel import Divider
from app.widgets.label_row import LabelRow
from app.widgets.saliency_readout import PixelReadout, SaliencyLegend
from app.widgets.saliency_view import SaliencyView
from app.widgets.unit_voices import UnitVoices
from app.widgets.why_layout import plan_for

if TYPE_CHECKING:
    import numpy.typing as npt
    from PySide6.QtGui import QResizeEvent

    from bpcore.saliency import Saliency

PIXELS, UNITS = WHY_VIEWS
MIN_SIZE = (284, 400)


class _Body(QWidget):
    """A place for widgets that are arranged by hand."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that there is other room."""
        super().resizeEvent(event)
        self.resized.emit()


class WhyCard(Card):
    """Shows a Saliency, and lets the user pick the label that it is for.

    Until the user picks one, the label is what the network reads. In a wide card the map and the
    units stand side by side, in a narrow one the user chooses. ``label_chosen`` carries a label
    that the user picks, or what counts again once the user releases it by picking it again or by
    Escape; ``follow_requested`` asks for the backward pass of the drawing.
    """

    label_chosen = Signal(object)
    follow_requested = Signal()

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(QCoreApplication.translate("WhyCard", "Which pixels raise the loss?"))
        self._settings = settings or Settings()
        self._saliency: Saliency | None = None
        self._message = ""
        self._both = False
        self._pick: int | None = None
        self._reading: int | None = None
        views = ((PIXELS, self.tr("Pixels")), (UNITS, self.tr("Units")))
        self._views = Segments(
            "whyView", views, self._settings.why_view, title=self.tr("Show"), height=28
        )
        self.header.addWidget(self._views)
        self._body = _Body()
        self._body.setMinimumSize(*MIN_SIZE)
        self.body.addWidget(self._body)
        self._labels = LabelRow()
        self._map = SaliencyView()
        self._legend = SaliencyLegend()
        self._rule = Divider()
        self._readout = PixelReadout()
        self._voices = UnitVoices()
        self._follow = ThemedButton(
            self.tr("Follow this digit backwards"), "followButton", icon_name="backward"
        )
        for part in (self._labels, self._map, self._legend, self._rule, self._readout):
            part.setParent(self._body)
        self._voices.setParent(self._body)
        self._follow.setParent(self._body)
        self._labels.chosen.connect(self._take_pick)
        self._labels.released.connect(self._release)
        self._map.pixel_changed.connect(self._read_out)
        self._views.chosen.connect(self._choose_view)
        self._body.resized.connect(self._arrange)
        self._follow.clicked.connect(self.follow_requested)
        self.set_can_follow(False)
        self.name_followed(True)
        self.show_saliency(None, None)

    # The label.

    @property
    def label(self) -> int | None:
        """The label that counts as right; None while there is none."""
        return self._labels.label

    @property
    def picked(self) -> bool:
        """Whether the user picked the label; otherwise it is what the network reads."""
        return self._pick is not None

    def follow_reading(self, digit: int | None) -> None:
        """Take what the network reads, or that it reads nothing, unless the user picked a label."""
        self._reading = digit
        if not self.picked:
            remark = "" if digit is None else self.tr("as the network reads it")
            self._labels.set_label(digit, remark)

    def choose_label(self, digit: int) -> None:
        """Pick ``digit``, or release it, as a click on its button does."""
        self._labels.choose(digit)

    def recall_label(self, digit: int | None) -> None:
        """Take what the user picked for the drawing that comes now; None if that was nothing."""
        self._pick = digit
        if digit is None:
            self._labels.set_label(None)
        else:
            self._labels.set_label(digit, self.tr("press again to release"), releasable=True)

    def _take_pick(self, digit: int) -> None:
        if digit == self._pick:
            self._release()
        else:
            self.recall_label(digit)
            self.label_chosen.emit(digit)

    def _release(self) -> None:
        self._pick = None
        self.follow_reading(self._reading)
        self.label_chosen.emit(self.label)

    # What is shown.

    def show_saliency(
        self, saliency: Saliency | None, image: npt.NDArray[np.uint8] | None, message: str = ""
    ) -> None:
        """Show ``saliency`` of ``image`` (784,); without either, em dashes and ``message``."""
        if saliency is not None and not np.isfinite(saliency.gradient).all():
            saliency = None
            message = message or self.tr("This network no longer computes finite numbers.")
        if image is None:
            saliency = None
        self._saliency = saliency
        self._message = message or self.tr("Draw a digit to see what its pixels do.")
        self._map.show_saliency(saliency, image, self._message)
        self._legend.set_limit(self._map.limit)
        self._show_voices()
        self._read_out()

    def _show_voices(self) -> None:
        # Beside the map the message would stand twice.
        self._voices.show_saliency(self._saliency, EM_DASH if self._both else self._message)

    def set_can_follow(self, can_follow: bool) -> None:
        """Allow to follow the drawing, or not."""
        self._follow.setEnabled(can_follow)

    def name_followed(self, is_reader: bool, *, trained: bool = True) -> None:
        """Say which network the drawing is followed through: the run, always.

        ``is_reader`` tells whether it is what reads the drawing, ``trained`` whether it is more
        than its first weights.
        """
        if is_reader:
            text = self.tr("Follow this digit backwards")
            tip = self.tr("Step through the network's pass over this drawing")
        else:
            text = (
                self.tr("Follow it through the run")
                if trained
                else self.tr("Follow it through the untrained run")
            )
            tip = self.tr("Backward shows this session's run, not the network chosen here")
        if text != self._follow.text():
            self._follow.set_action("backward", text)
        self._follow.setToolTip(tip)

    def _read_out(self) -> None:
        if self._saliency is None:
            self._readout.show_reading(None, self.label, None)
        else:
            found = self._saliency
            self._readout.show_reading(self._map.reading, found.label, found.loss)

    # Where it stands.

    @property
    def view(self) -> str:
        """What a narrow card shows: "pixels" or "units"."""
        return self._views.value

    def _choose_view(self, view: str) -> None:
        self._settings.why_view = view
        self._arrange()

    def _arrange(self) -> None:
        """Show map and units side by side where there is room, or one of them."""
        units = self.view == UNITS
        plan = plan_for(self._body.width(), self._body.height(), units)
        pixels = plan.both or not units
        for part, place, shown in (
            (self._labels, plan.labels, True),
            (self._map, plan.map, pixels),
            (self._legend, plan.legend, pixels),
            (self._rule, plan.rule, True),
            (self._readout, plan.readout, True),
            (self._voices, plan.voices, plan.both or units),
            (self._follow, plan.button, True),
        ):
            part.setGeometry(place)
            part.setVisible(shown)
        self._readout.show_pixel(pixels)
        self._views.setVisible(not plan.both)
        self.title.setText(
            self.tr("Which pixels raise the loss?")
            if pixels
            else self.tr("Which units speak for it?")
        )
        if plan.both != self._both:
            self._both = plan.both
            self._show_voices()
