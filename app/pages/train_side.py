"""The right column of the Train page: inside the network, or the runs that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.inspecting import Inspector
from app.pages.train_layout import Measures, set_header
from app.session import State
from app.widgets.basics import Card, Segments
from app.widgets.histograms import Histograms
from app.widgets.runs_panel import RunsPanel
from app.widgets.unit_tiles import UnitTiles
from app.widgets.vitals_rows import VitalsRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QShowEvent

    from app.curves import RunCurves
    from app.session import Session

STRIP_HEIGHT = 28
VITALS_MS = 200


class TrainSide(QWidget):
    """Hidden units, gradients and histograms of the network; or, one click away, the runs.

    ``hovered`` carries the iteration under the pointer in one of its charts, or None.
    """

    hovered = Signal(object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._inspector = Inspector(session, self)
        self._curves: RunCurves | None = None
        self._since_vitals = QElapsedTimer()
        self.tiles = UnitTiles(session)
        self.vitals = VitalsRows()
        self.histograms = Histograms()
        self._choice = Segments(
            "sideView",
            (("network", self.tr("Network")), ("runs", self.tr("Runs"))),
            "network",
            title=self.tr("Right column"),
            height=STRIP_HEIGHT,
        )
        self._view = Segments(
            "vitalsView",
            (
                ("gradient", self.tr("Gradient RMS")),
                ("update", self.tr("Update")),
                ("histograms", self.tr("Histograms")),
            ),
            "gradient",
            title=self.tr("What of the parameters is shown"),
            height=28,
        )
        self._units_card = Card(self.tr("Hidden neurons"), self.tr("W1, one 28×28 tile per unit"))
        self._vitals_card = Card(" ")
        self._charts = QStackedWidget()
        self._network = QWidget()
        self._pages = QStackedWidget()
        self._build(RunsPanel(session))
        self._choice.chosen.connect(self._choose)
        self._view.chosen.connect(self._choose_view)
        self._inspector.changed.connect(self._show_inspection)
        self.vitals.hovered.connect(self.hovered)

    def _build(self, runs: QWidget) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._choice)
        column.addWidget(self._pages, 1)
        for page in (self._network, runs):
            self._pages.addWidget(page)
        self._units_card.body.addWidget(self.tiles)
        for part in (self._vitals_card.title, self._vitals_card.subtitle):
            part.hide()  # the choice says what is shown
        header = self._vitals_card.header
        header.insertWidget(0, self._view, 1)
        header.setStretch(header.count() - 1, 0)
        for chart in (self.vitals, self.histograms):
            self._charts.addWidget(chart)
        self._vitals_card.body.addWidget(self._charts)
        # It takes what the units leave, which keep their room.
        self._charts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._charts.setMinimumHeight(self.vitals.minimumSizeHint().height())
        self._cards = QVBoxLayout(self._network)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.addWidget(self._units_card)
        self._cards.addWidget(self._vitals_card, 1)

    def show_runs(self) -> None:
        """Show the list of runs."""
        self._choice.set_value("runs")

    def set_measures(self, measures: Measures) -> None:
        """Take the sizes that fit the page."""
        self.setFixedWidth(measures.side)
        low = measures.header < 40
        self._cards.setSpacing(measures.gap)
        self.tiles.grid.set_largest(measures.tile)
        for card in (self._units_card, self._vitals_card):
            set_header(card, measures.header)
        self._units_card.outer.setContentsMargins(16, 0, 4, 8 if low else 12)
        self._vitals_card.outer.setContentsMargins(16, 0, 16, 6 if low else 10)

    def show_crosshair(self, iteration: float | None) -> None:
        """Mark the iteration under the pointer, in whichever chart it is."""
        if self.vitals.isVisible():
            self.vitals.show_crosshair(iteration)

    def set_x_range(self, low: float, high: float) -> None:
        """Show the iterations that are in view of the loss."""
        self.vitals.set_x_range(low, high)

    def set_compared(self, compared: Sequence[tuple[RunCurves, int, str]]) -> None:
        """Draw other runs over the gradients of this one: curves, line styles and names."""
        self.vitals.set_compared(compared)

    def refresh(self) -> None:
        """Show what the session shows, in what can be seen."""
        if not self._network.isVisible():
            return
        session, snapshot = self._session, self._session.snapshot
        follows = session.state is State.RUNNING and session.pinned is None
        self.tiles.show_snapshot(snapshot, at_once=not follows)
        if self.vitals.isVisible():
            self._show_vitals(follows=follows)
        self._show_inspection()
        self._inspector.look()

    def _show_vitals(self, *, follows: bool) -> None:
        """Move the cursor; let the curves grow, five times a second while a run is followed."""
        session, snapshot = self._session, self._session.snapshot
        fresh = self._since_vitals.isValid() and self._since_vitals.elapsed() < VITALS_MS
        if not (follows and fresh and session.curves is self._curves):
            self._since_vitals.start()
            self._curves = session.curves
            self.vitals.set_activation(session.config.activation)
            self.vitals.set_curves(session.curves)
        self.vitals.set_cursor(None if snapshot is None else snapshot.iteration)

    def _show_inspection(self) -> None:
        found = self._inspector.found(self._session.snapshot)
        self.tiles.show_inspection(found)
        if self.histograms.isVisible():
            self.histograms.show_inspection(found)

    def _choose(self, value: str) -> None:
        self._pages.setCurrentIndex(0 if value == "network" else 1)
        if value == "network":
            self.refresh()
        else:
            self._inspector.rest()

    def _choose_view(self, value: str) -> None:
        self._charts.setCurrentIndex(1 if value == "histograms" else 0)
        if value == "update":
            self.vitals.set_kind("update")
        elif value == "gradient":
            self.vitals.set_kind("gradient")
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask nothing for nobody."""
        super().hideEvent(event)
        self._inspector.rest()
