"""The left side of the Backward page: what is staged, its picture, and the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import formatting
from app.graph_view.scenes import caption_of, heading_of, place_title, scene_of
from app.graph_view.view import GraphView
from app.places import LANDING
from app.staging import Example
from app.widgets.basics import Card
from app.widgets.chain_rule import ChainRuleCard
from app.widgets.copy_note import CopyNote
from app.widgets.landing_bar import LandingBar
from app.widgets.shortening_label import shorten_subtitle
from app.widgets.stage_chooser import StageChooser
from app.widgets.transport import Transport
from app.widgets.twin_lanes import TwinLanesCard

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.session import Session
    from app.theatre import Theatre


LEAST_CHOOSER = 340
SHORT_NOTE = 780
"""The width below which a copy is told in short."""

LEAST_FACTORS = 560
"""The height below which the chain rule leaves its room to the picture."""


class BackwardStage(QWidget):
    """The card of the picture; inside an activation, the twin lanes and the chain rule below it."""

    def __init__(self, session: Session, theatre: Theatre) -> None:
        super().__init__()
        self._session, self._theatre = session, theatre
        self._layers = 1
        self.view = GraphView()
        self.chooser = StageChooser(session)
        self.card = Card(" ", " ")
        self.subtitle = shorten_subtitle(self.card)
        layout = self.card.layout()
        assert layout is not None
        layout.setContentsMargins(15, 0, 15, 5)
        self.chooser.setMinimumWidth(LEAST_CHOOSER)
        self.copy_note = CopyNote()
        self.card.header.insertWidget(2, self.copy_note)
        self.card.header.addWidget(self.chooser)
        self.landing = LandingBar()
        self.card.body.addWidget(self.chooser.details)
        self.card.body.addWidget(self.view, 1)
        self.card.body.addWidget(self.landing)
        self.twins = TwinLanesCard()
        self.factors = ChainRuleCard()
        self.transport = Transport(theatre.playback)
        for widget in (self.twins, self.factors, self.landing):
            widget.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.card, 1)
        for card in (self.twins, self.factors, self.transport):
            self._column.addWidget(card)
        self.twins.layers_changed.connect(self._stack_layers)
        self.landing.take.clicked.connect(theatre.take_step)
        self.landing.end.clicked.connect(theatre.playback.last)
        for button in (self.landing.discard, self.copy_note):
            button.clicked.connect(theatre.discard_copy)

    def set_gap(self, gap: int) -> None:
        """Set the space between the cards."""
        self._column.setSpacing(gap)

    def say_nothing_found(self) -> None:
        """Say that a search for a mistake found none."""
        self.subtitle.setText(self.tr("no mistakes in these digits"))

    def show_place(self) -> None:
        """Show what belongs to the theatre's place at any step."""
        theatre = self._theatre
        self.card.title.setText(heading_of(theatre))
        self._show_said()
        self._show_copy()
        self.landing.setVisible(theatre.place == LANDING)
        self._show_factors()
        self._show_twins()
        self.transport.set_resting(bool(self.chooser.doubt))
        self.transport.refresh()

    def show_step(self, *, reduced_motion: bool) -> None:
        """Show where the playback stands."""
        theatre, position = self._theatre, self._theatre.playback.position
        ended = position == len(theatre.playback.steps)
        self.landing.show_losses(theatre.running.losses, ended=ended)
        self.view.reduced_motion = reduced_motion
        scene = scene_of(theatre, position, self.view.room, reduced_motion=reduced_motion)
        if scene is None:
            self.view.show_message(self._why_nothing())
            return
        self.view.show_doubt(self.chooser.doubt)
        self.view.show_scene(scene, theatre.place)
        self._show_factors()

    def _stack_layers(self, layers: int) -> None:
        self._layers = layers
        self._show_twins()

    def _show_factors(self) -> None:
        """Show the chain rule at this step, where there is one and room for it."""
        theatre = self._theatre
        if theatre.inside_activation and self.height() >= LEAST_FACTORS:
            self.factors.show_step(theatre.trace, theatre.playback.position, theatre.graph)
        else:
            self.factors.hide()

    def _show_copy(self) -> None:
        self.copy_note.show_losses(self._theatre.running.losses, short=self.width() < SHORT_NOTE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much in the header as there is room for."""
        super().resizeEvent(event)
        self._show_copy()
        self._show_factors()

    def _show_twins(self) -> None:
        theatre, staged = self._theatre, self._theatre.staged
        self.twins.setVisible(theatre.inside_activation)
        if theatre.inside_activation and isinstance(staged, Example):
            assert theatre.running.passes is not None
            self.twins.show_lanes(theatre.running.passes.lanes(staged, self._layers), theatre.unit)

    def _show_said(self) -> None:
        """Say what the picture is of, and of which network."""
        theatre, parts = self._theatre, []
        if theatre.network_trace is None:
            self.subtitle.setText("")
            return
        if theatre.place.level in ("unit", "operation"):
            parts.append(place_title(theatre, theatre.place.graph))
        if theatre.place.level != "network":
            parts.append(caption_of(theatre))
        network = self._network_said()
        said = ", ".join(part for part in (*parts, network) if part)
        if network:
            self.subtitle.set_texts(self._with_rule(said), said, network)
        else:
            self.subtitle.setText(said)

    def _network_said(self) -> str:
        passes = self._theatre.running.passes
        if passes is None or self._theatre.running.losses:
            return ""  # of a copy a note of its own tells
        if passes.iteration == 0:
            return self.tr("untrained network")
        return self.tr("iteration {0}").format(formatting.count(passes.iteration))

    def _with_rule(self, said: str) -> str:
        """Add by what the network is updated, where its run does it otherwise."""
        snapshot = self._session.snapshot
        if snapshot is None or snapshot.config.optimizer == "sgd":
            return said
        # The pass ends with the book's update, whatever the run makes of its gradients.
        return self.tr("{0}, updated by plain SGD").format(said)

    def _why_nothing(self) -> str:
        if self._theatre.running.message:
            return QCoreApplication.translate("Trace", self._theatre.running.message)
        if self._session.snapshot is None or self._theatre.staged is None:
            return self.tr("The digits are being loaded.")
        return self.tr(
            "The numbers of this network are too large to be shown: "
            "it has diverged. Start again with a smaller learning rate."
        )
