"""What a network reads in the drawing, in words and in ten bars, and which network it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.bars import BarLegend
from app.widgets.basics import SEMIBOLD, Card, ThemedButton, label
from app.widgets.choice_box import leave_focus
from app.widgets.network_choice import NetworkChoice
from app.widgets.probability_bars import ProbabilityBars

if TYPE_CHECKING:
    from app.readers import Prediction, Readers

WORDS_HEIGHT = 48
NEARLY_ALL = 0.999
"""Above it a lead in points only says the share again."""


class VerdictDigit(QLabel):
    """A large digit, fainter where the network is not sure, or a faint em dash."""

    def __init__(self) -> None:
        super().__init__(EM_DASH)
        self.setObjectName("predictedDigit")
        self.setAccessibleName(self.tr("Predicted digit"))
        self.setFont(theme.ui_font(46, QFont.Weight.Bold))
        self.setFixedSize(36, WORDS_HEIGHT)
        self._sure = True

    def show_digit(self, text: str, sure: bool = True) -> None:
        """Show a digit, or an em dash."""
        self._sure = sure
        self.setText(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text; a bold dash as large as a digit would look like a bar."""
        colors, nothing = theme.current(), self.text() == EM_DASH
        painter = QPainter(self)
        painter.setFont(theme.ui_font(28) if nothing else self.font())
        painter.setPen(QColor(colors.text_1 if self._sure and not nothing else colors.text_3))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), left, self.text())
        painter.end()


class PredictionCard(Card):
    """Shows a Prediction, or says why there is none and what to do.

    ``network_chosen`` carries "run", "shipped" or "own"; ``choice_done`` tells that whoever chose
    is done, and the focus can go elsewhere.
    """

    train_requested = Signal()
    network_chosen = Signal(str)
    choice_done = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("PredictionCard", "Prediction"))
        self.legend = BarLegend()
        self.legend.hide()
        self._choice = NetworkChoice()
        self._choice.chosen.connect(self.network_chosen)
        self._choice.entered.connect(self.choice_done)
        self._digit = VerdictDigit()
        self._sentence = label(size=13, weight=SEMIBOLD, name="predictionSentence")
        self._detail = label(tone="2", name="predictionDetail")
        self._source = label(size=11, tone="3", name="predictionSource", elided=True)
        # A long sentence, in whatever language, takes another line instead of more width.
        for text in (self._sentence, self._detail):
            text.setWordWrap(True)
        self._train = ThemedButton(self.tr("Train it now"), "trainNowButton", primary=True)
        self._train.setToolTip(self.tr("Start a training run with the present parameters"))
        self._train.clicked.connect(self.train_requested)
        leave_focus(self._train)
        self.bars = ProbabilityBars()
        self._lay_out()

    def _lay_out(self) -> None:
        self.subtitle.hide()
        self.header.addWidget(self._choice)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._sentence, 1)
        first.addWidget(self.legend)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addLayout(first)
        words.addWidget(self._detail)
        words.addWidget(self._source)
        words.addStretch(1)
        row = QWidget()
        row.setMinimumHeight(WORDS_HEIGHT)
        verdict = QHBoxLayout(row)
        verdict.setContentsMargins(0, 0, 0, 0)
        verdict.setSpacing(4)
        verdict.addWidget(self._digit)
        verdict.addLayout(words, 1)
        verdict.addWidget(self._train)
        self.body.addWidget(row)
        self.body.addWidget(self.bars, 1)

    def show_networks(self, readers: Readers) -> None:
        """Show which networks there are, which one reads, and what it has behind it."""
        self._choice.show_networks(readers)
        self._source.setText(self._source_of(readers))

    def _source_of(self, readers: Readers) -> str:
        choice, steps = readers.choice, len(readers.lessons)
        if readers.present is None:
            return ""
        if not steps:
            text = {
                "run": self.tr("iteration {n} of this run"),
                "shipped": self.tr("trained on all of MNIST, and on more"),
                "own": self.tr("learned from your handwriting"),
            }[choice]
        elif steps == 1:
            text = {
                "run": self.tr("a copy of iteration {n}, 1 step on"),
                "shipped": self.tr("a copy of the shipped network, 1 step on"),
                "own": self.tr("a copy of your network, 1 step on"),
            }[choice]
        else:
            text = {
                "run": self.tr("a copy of iteration {n}, {steps} steps on"),
                "shipped": self.tr("a copy of the shipped network, {steps} steps on"),
                "own": self.tr("a copy of your network, {steps} steps on"),
            }[choice]
        return text.format(n=formatting.count(readers.iteration), steps=formatting.count(steps))

    def show_prediction(self, prediction: Prediction, before: Prediction | None = None) -> None:
        """Show what is read and how surely; outline what was read ``before`` a lesson."""
        p, digit = prediction.probabilities, prediction.digit
        second = int(p.argsort()[-2])
        if p[digit] > NEARLY_ALL:
            detail = self.tr("with {first}; no other comes near")
        else:
            detail = self.tr("with {first}, {points} points ahead of the {second}")
        detail = detail.format(
            first=formatting.share(float(p[digit])),
            points=formatting.points(prediction.margin),
            second=second,
        )
        sure = not prediction.unsure
        self._show(str(digit), self._verdict(digit, second, sure), detail, sure=sure)
        self.bars.set_probabilities(p, None if before is None else before.probabilities, sure=sure)
        self.legend.setVisible(before is not None)

    def _verdict(self, digit: int, second: int, sure: bool) -> str:
        if not sure:
            return self.tr("Not sure: {0} or {1}?").format(digit, second)
        if digit == 8:
            return self.tr("The network reads an {digit}").format(digit=digit)
        return self.tr("The network reads a {digit}").format(digit=digit)

    def show_nothing_drawn(self) -> None:
        """Say that there is nothing to read."""
        self._show_nothing(
            self.tr("Nothing drawn yet"), self.tr("The network reads along while you draw.")
        )

    def show_untrained(self, can_start: bool, trouble: str = "") -> None:
        """Say that the run's network knows nothing, and offer to train it if ``can_start``."""
        self._show_nothing(
            self.tr("This network has not learned anything yet."),
            trouble or ("" if can_start else self.tr("It reads along once it is being trained.")),
            can_start,
        )

    def show_unreadable(self) -> None:
        """Say that the network's numbers have left the range of numbers."""
        self._show_nothing(
            self.tr("This network no longer computes finite numbers."),
            self.tr("Start a new run with a lower learning rate."),
        )

    def _show_nothing(self, sentence: str, detail: str, can_start: bool = False) -> None:
        self._show(EM_DASH, sentence, detail, can_start=can_start)
        self.bars.set_probabilities(None)
        self.legend.hide()

    def _show(
        self, digit: str, sentence: str, detail: str, *, sure: bool = True, can_start: bool = False
    ) -> None:
        self._digit.show_digit(digit, sure)
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._detail.setToolTip(detail)
        self._train.setVisible(can_start)
