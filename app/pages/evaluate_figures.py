"""The left of the Evaluate page: which network it is, its figures, and its confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import formatting
from app.formatting import EM_DASH, THIN_SPACE
from app.widgets.basics import SEMIBOLD, Card, label
from app.widgets.captioned import add_captioned
from app.widgets.confusion_view import ConfusionView
from app.widgets.surgery_words import points_text
from app.widgets.tiles import Tile

if TYPE_CHECKING:
    from app.pages.evaluate_findings import Findings
    from bpcore.evaluation import Evaluation
    from bpcore.surgery import Effect


class Figures(QObject):
    """Makes these widgets on ``page``, which gives them their places, and says what is on them.

    Attributes
    ----------
    heading, accuracy, wrong, card
        From top to bottom.
    matrix
        On the card.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.heading = QWidget(page)
        row = QHBoxLayout(self.heading)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._iteration = label(size=13, weight=SEMIBOLD, name="evaluateIteration")
        self._digits = label(tone="3", name="evaluateDigits", elided=True)
        row.addWidget(self._iteration)
        row.addWidget(self._digits, 1)
        self.accuracy = Tile(self.tr("Test accuracy"), "evaluateAccuracy")
        self.wrong = Tile(self.tr("Wrong"), "evaluateWrong")
        self.card = Card(self.tr("Confusion matrix"), self.tr("what digits are and are read as"))
        self.matrix = ConfusionView()
        self._hint = ""
        self._sentence = add_captioned(self.card, self.matrix, "confusionSentence")
        self.matrix.said.connect(self._say)
        for part in (self.accuracy, self.wrong, self.card):
            part.setParent(page)

    def show_findings(self, found: Findings, *, surgery: bool) -> None:
        """Show the figures of a network, or, in ``surgery``, what they are on its changed copy."""
        iteration, count = found.subject.iteration, found.evaluation.count
        self.show_heading(iteration, count)
        if surgery and found.operated is not None and found.effect is not None:
            whose = self.tr("on all {0}, by a changed copy of the network of iteration {1}")
            self._digits.setText(self.tr("a changed copy, on {0}").format(_test_digits(count)))
            self._show_change(found.evaluation, found.operated, found.effect)
        else:
            whose = self.tr("on all {0}, by the network of iteration {1}")
            self._show_own(found.evaluation)
        told = whose.format(_test_digits(count), formatting.count(iteration))
        for tile in (self.accuracy, self.wrong):
            tile.setToolTip(told)

    def _show_own(self, evaluation: Evaluation) -> None:
        low, high = (formatting.percent(share) for share in evaluation.interval)
        interval = self.tr("95 % interval {0} – {1}")
        self.accuracy.show_texts(
            formatting.share(evaluation.accuracy),
            interval.format(low.removesuffix(f"{THIN_SPACE}%"), high),
        )
        wrong = formatting.count(evaluation.count - evaluation.right)
        self.wrong.show_texts(wrong, self.tr("of {0}").format(formatting.count(evaluation.count)))
        self.card.subtitle.setText(self.tr("what digits are and are read as"))
        self._hint = self.tr("Click a cell to see its digits.")
        self.matrix.show_evaluation(evaluation)

    def _show_change(self, before: Evaluation, after: Evaluation, effect: Effect) -> None:
        was = self.tr("before {0}")
        self.accuracy.show_texts(
            formatting.share(after.accuracy),
            self.tr("{0}, {1} points").format(
                was.format(formatting.share(before.accuracy)), points_text(effect.accuracy)
            ),
        )
        self.wrong.show_texts(
            formatting.count(after.count - after.right),
            was.format(formatting.count(before.count - before.right)),
        )
        self.card.subtitle.setText(self.tr("of the copy, and how each cell has changed"))
        self._hint = self.tr("Blue and +: more than before. Orange and −: fewer.")
        self.matrix.show_evaluation(after, effect.confusion)

    def show_blank(self) -> None:
        """Show that nothing is known."""
        self.card.subtitle.setText(self.tr("what digits are and are read as"))
        self._hint = ""
        self._iteration.setText(self.tr("Iteration {0}").format(EM_DASH))
        self._digits.setText("")
        for tile in (self.accuracy, self.wrong):
            tile.show_texts(EM_DASH)
            tile.setToolTip("")
        self.matrix.show_evaluation(None)

    def show_heading(self, iteration: int, count: int) -> None:
        """Say whose figures these are, and on how many digits."""
        self._iteration.setText(self.tr("Iteration {0}").format(formatting.count(iteration)))
        self._digits.setText(self.tr("on {0}").format(_test_digits(count)))

    def _say(self, sentence: str) -> None:
        self._sentence.setText(sentence or self._hint)


def _test_digits(count: int) -> str:
    translate = QCoreApplication.translate
    one, many = translate("Figures", "{0} test digit"), translate("Figures", "{0} test digits")
    return formatting.counted(count, one, many)
