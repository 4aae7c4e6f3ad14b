"""What the network reads in the drawing, in words and in ten bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD, Card, ThemedButton, label
from app.widgets.probability_bars import ProbabilityBars

if TYPE_CHECKING:
    from app.session import Prediction

MAX_BUTTON = 720


class VerdictDigit(QLabel):
    """A large digit, or a faint em dash."""

    def __init__(self) -> None:
        super().__init__(EM_DASH)
        self.setObjectName("predictedDigit")
        self.setAccessibleName(self.tr("Predicted digit"))
        self.setFont(theme.ui_font(46, QFont.Weight.Bold))
        self.setFixedSize(36, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text; a bold dash as large as a digit would look like a bar."""
        colors, nothing = theme.current(), self.text() == EM_DASH
        painter = QPainter(self)
        painter.setFont(theme.ui_font(28) if nothing else self.font())
        painter.setPen(QColor(colors.text_3 if nothing else colors.text_1))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), left, self.text())
        painter.end()


class PredictionCard(Card):
    """Shows a Prediction, or says why there is none and what to do."""

    train_requested = Signal()
    follow_requested = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("PredictionCard", "Prediction"), " ")
        self.subtitle.setObjectName("predictionIteration")
        self._digit = VerdictDigit()
        self._sentence = label(size=13, weight=SEMIBOLD, name="predictionSentence")
        self._detail = label(tone="2", name="predictionDetail")
        for text in (self._sentence, self._detail):
            # A long sentence, in whatever language, takes another line instead of more width.
            text.setWordWrap(True)
        self._train = ThemedButton(self.tr("Train it now"), "trainNowButton", primary=True)
        self._train.setToolTip(self.tr("Start a training run with the present parameters"))
        self._train.clicked.connect(self.train_requested)
        self._bars = ProbabilityBars()
        self._follow = ThemedButton(
            self.tr("Follow this digit backwards"), "followButton", icon_name="backward"
        )
        self._follow.setToolTip(self.tr("Step through the network's pass over this drawing"))
        self._follow.clicked.connect(self.follow_requested)
        for button in (self._train, self._follow):
            button.setMaximumWidth(MAX_BUTTON)
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self._sentence)
        words.addWidget(self._detail)
        words.addStretch(1)
        row = QWidget()
        row.setFixedHeight(self._digit.height())  # however many lines the words take
        verdict = QHBoxLayout(row)
        verdict.setContentsMargins(0, 0, 0, 0)
        verdict.setSpacing(4)
        verdict.addWidget(self._digit)
        verdict.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._train, 1)
        buttons.addWidget(self._follow, 1)
        buttons.addStretch()
        self.body.addWidget(row)
        self.body.addWidget(self._bars, 1)
        self.body.addSpacing(4)
        self.body.addLayout(buttons)

    def show_prediction(self, prediction: Prediction) -> None:
        """Show what is read and how surely."""
        p, digit = prediction.probabilities, prediction.digit
        second = int(p.argsort()[-2])
        sentence = (
            self.tr("The network reads an {digit}")
            if digit == 8
            else self.tr("The network reads a {digit}")
        )
        detail = self.tr("with {first}. Second best: {second} with {share}.").format(
            first=formatting.share(float(p[digit])),
            second=second,
            share=formatting.share(float(p[second])),
        )
        self._show(str(digit), sentence.format(digit=digit), detail)
        self._bars.set_probabilities(p)

    def show_nothing_drawn(self) -> None:
        """Say that there is nothing to read."""
        self._show_nothing(
            self.tr("Nothing drawn yet"), self.tr("The network reads along while you draw.")
        )

    def show_untrained(self, can_start: bool, trouble: str = "") -> None:
        """Say that the network knows nothing, and offer to train it if ``can_start``."""
        self._show_nothing(
            self.tr("This network has not learned anything yet."),
            trouble or self.tr("Once it is being trained, it reads what you draw."),
            can_start,
        )

    def show_unreadable(self) -> None:
        """Say that the network's numbers have left the range of numbers."""
        self._show_nothing(
            self.tr("This network no longer computes finite numbers."),
            self.tr("Start a new run with a lower learning rate."),
        )

    def show_iteration(self, iteration: int | None) -> None:
        """Say of which iteration the network is; None if there is nothing to say."""
        self.subtitle.setText(
            ""
            if iteration is None
            else self.tr("at iteration {n} of this run").format(n=formatting.count(iteration))
        )

    def set_can_follow(self, can_follow: bool) -> None:
        """Allow to follow the drawing, or not."""
        self._follow.setEnabled(can_follow)

    def _show_nothing(self, sentence: str, detail: str, can_start: bool = False) -> None:
        self._show(EM_DASH, sentence, detail, can_start)
        self._bars.set_probabilities(None)

    def _show(self, digit: str, sentence: str, detail: str, can_start: bool = False) -> None:
        self._digit.setText(digit)
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self._detail.setToolTip(detail)
        self._train.setVisible(can_start)
