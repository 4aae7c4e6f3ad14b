"""The page on which the network that is shown is examined on the test digits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.pages import evaluate_layout as room
from app.pages.evaluate_errands import Errand, measure_robustness, measure_surface
from app.pages.evaluate_figures import Figures
from app.pages.evaluate_findings import Wishes
from app.pages.evaluate_watch import SPLIT, Watch
from app.widgets.basics import Segments
from app.widgets.example_map_view import ExampleMapView
from app.widgets.mistakes_gallery import MistakesGallery
from app.widgets.robustness_plot import RobustnessPlot
from app.widgets.surface_view import SurfaceView
from app.widgets.surgery_panel import SurgeryPanel

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from app.lab import Laboratory, Work
    from app.pages.evaluate_findings import Findings, Subject
    from app.session import Session
    from app.widgets.confusion_words import Chosen

MIN_SIZE = (1048, 520)
MISTAKES, ROBUSTNESS, MAP, SURGERY = "mistakes", "robustness", "map", "surgery"
SURFACE = "surface"


class EvaluatePage(QWidget):
    """Accuracy and confusion matrix at the left; at the right one of several ways to look closer.

    Everything on it belongs to one evaluation. ``follow_requested`` asks for the backward pass of
    an example: it carries the split and the index.
    """

    follow_requested = Signal(str, int)

    def __init__(
        self,
        session: Session,
        laboratory: Laboratory | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("evaluatePage")
        self.setMinimumSize(*MIN_SIZE)
        self._session = session
        laboratory = laboratory or session.laboratory
        self._watch = Watch(session, laboratory, self)
        self._figures = Figures(self)
        self._make_views()
        curves = Errand(laboratory, "robustness", self._robustness, self._begin_robustness)
        curves.done.connect(self._robustness.show_robustness)
        relief = Errand(laboratory, "surface", self._surface, self._begin_surface)
        relief.done.connect(self._surface.show_surface)
        self._connect()
        self._show_unit()
        self._show_nothing()

    def _make_views(self) -> None:
        self._choice = Segments(
            "evaluateView",
            (
                (MISTAKES, self.tr("Mistakes")),
                (ROBUSTNESS, self.tr("Robustness")),
                (MAP, self.tr("Map")),
                (SURGERY, self.tr("Surgery")),
                (SURFACE, self.tr("Loss surface")),
            ),
            MISTAKES,
            title=self.tr("What is looked at"),
            height=room.STRIP,
        )
        self._choice.setParent(self)
        self._views = QStackedWidget(self)
        self._gallery, self._robustness = MistakesGallery(), RobustnessPlot()
        self._map, self._surgery, self._surface = ExampleMapView(), SurgeryPanel(), SurfaceView()
        self._by_name: dict[str, QWidget] = {
            MISTAKES: self._gallery,
            ROBUSTNESS: self._robustness,
            MAP: self._map,
            SURGERY: self._surgery,
            SURFACE: self._surface,
        }
        for view in self._by_name.values():
            self._views.addWidget(view)

    def _connect(self) -> None:
        self._watch.found.connect(self._show_findings)
        self._watch.failed.connect(self._show_failure)
        self._watch.emptied.connect(self._show_nothing)
        self._figures.matrix.chosen.connect(self._choose_cell)
        self._choice.chosen.connect(self._show_view)
        self._gallery.all_wanted.connect(self._let_go)
        self._map.space_chosen.connect(self._wish)
        self._surgery.changed.connect(self._wish)
        self._surgery.unit_chosen.connect(self._session.select_unit)
        self._session.unit_changed.connect(self._show_unit)
        for view in (self._gallery, self._map):
            view.follow_requested.connect(self._follow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each part its place."""
        super().resizeEvent(event)
        plan = room.plan_for(self.width(), self.height())
        for part, place in (
            (self._figures.heading, plan.heading),
            (self._choice, plan.choice),
            (self._figures.accuracy, plan.accuracy),
            (self._figures.wrong, plan.wrong),
            (self._figures.card, plan.matrix),
            (self._views, plan.view),
        ):
            part.setGeometry(place)

    def showEvent(self, event: QShowEvent) -> None:
        """Examine what is shown now."""
        super().showEvent(event)
        self._watch.wake(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Examine nothing for nobody."""
        super().hideEvent(event)
        self._watch.wake(False)

    # What is shown.

    def _show_findings(self, found: Findings) -> None:
        self._show_figures(found)
        self._show_gallery(found)
        message = found.trouble or self.tr("Finding out which digits are alike …")
        self._map.show_map(found.map, found.subject.images, "" if found.map else message)
        self._show_present(found.subject)
        self._show_surgery(found)

    def _show_figures(self, found: Findings) -> None:
        self._figures.show_findings(found, surgery=self._choice.value == SURGERY)

    def _show_gallery(self, found: Findings) -> None:
        chosen = self._figures.matrix.selection
        self._gallery.show_evaluation(found.evaluation, found.subject.images, chosen)

    def _show_surgery(self, found: Findings) -> None:
        network = found.subject.network
        has_hidden = len(network.sizes) > 2
        self._surgery.show_network(network.params["W1"] if has_hidden else None)
        images = found.subject.images
        self._surgery.show_effect(found.evaluation, found.operated, found.effect, images)

    def _show_failure(self, message: str) -> None:
        subject = self._watch.shown
        self._show_blank(message)
        if subject is not None:
            self._figures.show_heading(subject.iteration, len(subject.labels))
        self._show_present(subject)

    def _show_nothing(self) -> None:
        self._show_blank("")
        self._show_present(None)

    def _show_present(self, subject: Subject | None) -> None:
        moment = None if subject is None else (subject.run, subject.iteration)
        self._robustness.show_present(moment)
        self._surface.show_present(moment)

    def _show_blank(self, message: str) -> None:
        self._figures.show_blank()
        self._gallery.show_evaluation(None, None, self._figures.matrix.selection, message)
        self._map.show_map(None, None, message or self.tr("No network is evaluated yet."))
        self._surgery.show_effect(None, None, None, None, message)

    def _show_unit(self) -> None:
        self._surgery.show_unit(self._session.unit)

    # What is chosen.

    def _show_view(self, name: str) -> None:
        self._views.setCurrentWidget(self._by_name[name])
        self._wish()
        if self._watch.known is not None:
            self._show_figures(self._watch.known)

    def _wish(self) -> None:
        """Have found out what the view that is shown needs."""
        view = self._choice.value
        space = self._map.space if view == MAP else None
        factors = self._surgery.factors if view == SURGERY else {}
        self._watch.wish(Wishes(space, factors))

    def _choose_cell(self, _chosen: Chosen | None) -> None:
        known = self._watch.known
        if known is not None:
            if self._choice.value == SURGERY and known.operated is not None:
                return  # these cells are not those of the network whose digits the gallery shows
            self._show_gallery(known)
        self._choice.set_value(MISTAKES)

    def _let_go(self) -> None:
        self._figures.matrix.choose(None)
        self._gallery.grid.setFocus()

    def _follow(self, index: int) -> None:
        self.follow_requested.emit(SPLIT, index)

    def _begin_robustness(self) -> tuple[Work, int] | None:
        subject = self._watch.shown
        if subject is None:
            return None
        return partial(measure_robustness, subject), subject.iteration

    def _begin_surface(self) -> tuple[Work, int] | None:
        subject = self._watch.shown
        if subject is None:
            return None
        # Only where the run has been until then: what came after is no part of its way there.
        states = tuple(s for s in self._session.keyframes() if s.iteration <= subject.iteration)
        work = partial(measure_surface, subject, self._surface.kind, states)
        return work, subject.iteration
