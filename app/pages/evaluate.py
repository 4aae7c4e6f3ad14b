"""The page on which the network that is shown is examined on the test digits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app import formatting
from app.formatting import EM_DASH
from app.pages import evaluate_layout as room
from app.pages.evaluate_errands import Errand, measure_robustness
from app.pages.evaluate_findings import Wishes
from app.pages.evaluate_watch import SPLIT, Watch
from app.widgets.basics import SEMIBOLD, Card, Segments, label
from app.widgets.confusion_view import ConfusionView
from app.widgets.example_map_view import ExampleMapView
from app.widgets.mistakes_gallery import MistakesGallery
from app.widgets.robustness_plot import RobustnessPlot
from app.widgets.tiles import Tile

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from app.lab import Laboratory, Work
    from app.pages.evaluate_findings import Findings, Subject
    from app.session import Session
    from app.widgets.confusion_words import Chosen

MIN_SIZE = (1048, 520)
MISTAKES, ROBUSTNESS, MAP = "mistakes", "robustness", "map"


class EvaluatePage(QWidget):
    """Accuracy and confusion matrix at the left; at the right one of several ways to look closer.

    Everything on it belongs to one evaluation. ``follow_requested`` asks for the backward pass of
    an example: it carries the split and the index.
    """

    follow_requested = Signal(str, int)

    def __init__(self, session: Session, laboratory: Laboratory | None = None) -> None:
        super().__init__()
        self.setObjectName("evaluatePage")
        self.setMinimumSize(*MIN_SIZE)
        self._session = session
        laboratory = laboratory or session.laboratory
        self._watch = Watch(session, laboratory, self)
        self._make_left()
        self._make_right()
        self._make_errands(laboratory)
        self._connect()
        self._show_nothing()

    def _make_left(self) -> None:
        self._heading = QWidget(self)
        row = QHBoxLayout(self._heading)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._iteration = label(size=13, weight=SEMIBOLD, name="evaluateIteration")
        self._digits = label(tone="3", name="evaluateDigits", elided=True)
        row.addWidget(self._iteration)
        row.addWidget(self._digits, 1)
        self._accuracy = Tile(self.tr("Test accuracy"), "evaluateAccuracy")
        self._wrong = Tile(self.tr("Wrong"), "evaluateWrong")
        self._matrix_card = Card(
            self.tr("Confusion matrix"), self.tr("what digits are and are read as")
        )
        self._matrix_card.outer.setContentsMargins(16, 0, 16, 8)
        self._matrix = ConfusionView()
        self._sentence = label(tone="2", name="confusionSentence", elided=True)
        self._sentence.setFixedHeight(20)
        self._matrix_card.body.setSpacing(4)
        self._matrix_card.body.addWidget(self._matrix, 1)
        self._matrix_card.body.addWidget(self._sentence)
        for part in (self._accuracy, self._wrong, self._matrix_card):
            part.setParent(self)

    def _make_right(self) -> None:
        self._choice = Segments(
            "evaluateView",
            (
                (MISTAKES, self.tr("Mistakes")),
                (ROBUSTNESS, self.tr("Robustness")),
                (MAP, self.tr("Map")),
            ),
            MISTAKES,
            title=self.tr("What is looked at"),
            height=room.STRIP,
        )
        self._choice.setParent(self)
        self._views = QStackedWidget(self)
        self._gallery, self._map = MistakesGallery(), ExampleMapView()
        self._robustness = RobustnessPlot()
        self._by_name = {
            MISTAKES: self._gallery,
            ROBUSTNESS: self._robustness,
            MAP: self._map,
        }
        for view in self._by_name.values():
            self._views.addWidget(view)

    def _make_errands(self, laboratory: Laboratory) -> None:
        measure = Errand(laboratory, "robustness", self._robustness, self._begin_robustness)
        measure.done.connect(self._robustness.show_robustness)

    def _begin_robustness(self) -> tuple[Work, int] | None:
        subject = self._watch.shown
        if subject is None:
            return None
        return partial(measure_robustness, subject), subject.iteration

    def _connect(self) -> None:
        self._watch.found.connect(self._show_findings)
        self._watch.failed.connect(self._show_failure)
        self._watch.emptied.connect(self._show_nothing)
        self._matrix.chosen.connect(self._choose_cell)
        self._matrix.said.connect(self._say)
        self._gallery.all_wanted.connect(self._let_go)
        self._choice.chosen.connect(self._show_view)
        self._map.space_chosen.connect(self._wish)
        for view in (self._gallery, self._map):
            view.follow_requested.connect(self._follow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each part its place."""
        super().resizeEvent(event)
        plan = room.plan_for(self.width(), self.height())
        for part, place in (
            (self._heading, plan.heading),
            (self._choice, plan.choice),
            (self._accuracy, plan.accuracy),
            (self._wrong, plan.wrong),
            (self._matrix_card, plan.matrix),
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
        evaluation, subject = found.evaluation, found.subject
        self._show_heading(subject.iteration, evaluation.count)
        low, high = (formatting.percent(share) for share in evaluation.interval)
        low = low.removesuffix(f"{formatting.THIN_SPACE}%")
        self._accuracy.show_texts(
            formatting.share(evaluation.accuracy),
            self.tr("95 % interval {0} – {1}").format(low, high),
        )
        self._wrong.show_texts(
            formatting.count(evaluation.count - evaluation.right),
            self.tr("of {0}").format(formatting.count(evaluation.count)),
        )
        self._matrix.show_evaluation(evaluation)
        self._show_gallery()
        self._show_map(found)
        self._show_present(found.subject)

    def _show_failure(self, message: str) -> None:
        subject = self._watch.shown
        self._show_blank(message)
        if subject is not None:
            self._show_heading(subject.iteration, len(subject.labels))
        self._show_present(subject)

    def _show_nothing(self) -> None:
        self._show_blank("")
        self._show_present(None)

    def _show_present(self, subject: Subject | None) -> None:
        self._robustness.show_present(None if subject is None else (subject.run, subject.iteration))

    def _show_blank(self, message: str) -> None:
        self._iteration.setText(self.tr("Iteration {0}").format(EM_DASH))
        self._digits.setText("")
        self._accuracy.show_texts(EM_DASH)
        self._wrong.show_texts(EM_DASH)
        self._matrix.show_evaluation(None)
        self._gallery.show_evaluation(None, None, self._matrix.selection, message)
        self._map.show_map(None, None, message or self.tr("No network is evaluated yet."))

    def _show_heading(self, iteration: int, count: int) -> None:
        self._iteration.setText(self.tr("Iteration {0}").format(formatting.count(iteration)))
        self._digits.setText(self.tr("on {0} test digits").format(formatting.count(count)))

    def _show_gallery(self) -> None:
        known = self._watch.known
        if known is not None:
            self._gallery.show_evaluation(
                known.evaluation, known.subject.images, self._matrix.selection
            )

    def _show_map(self, found: Findings) -> None:
        message = found.trouble or self.tr("Finding out which digits are alike …")
        self._map.show_map(found.map, found.subject.images, "" if found.map else message)

    def _say(self, sentence: str) -> None:
        self._sentence.setText(sentence or self.tr("Click a cell to see its digits."))

    # What is chosen.

    def _show_view(self, name: str) -> None:
        self._views.setCurrentWidget(self._by_name[name])
        self._wish()

    def _wish(self) -> None:
        """Have found out what the view that is shown needs."""
        view = self._choice.value
        self._watch.wish(Wishes(space=self._map.space if view == MAP else None))

    def _choose_cell(self, _chosen: Chosen | None) -> None:
        self._show_gallery()
        self._choice.set_value(MISTAKES)

    def _let_go(self) -> None:
        self._matrix.choose(None)
        self._gallery.grid.setFocus()

    def _follow(self, index: int) -> None:
        self.follow_requested.emit(SPLIT, index)
