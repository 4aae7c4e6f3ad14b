"""One digit of the test set, large, with what the network gives each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app import formatting
from app.widgets.basics import SEMIBOLD, ThemedButton, label
from app.widgets.digit_image import DigitImage
from app.widgets.probability_bars import ProbabilityBars

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.staging import Bytes
    from bpcore.evaluation import Evaluation

WIDTH, WIDE = 208, 264
"""The second where there is room for it."""

PIXELS = 28
LEAST_SCALE = 3
_OTHERS = 268
"""Of the height, what is not the digit."""


class MistakeDetail(QWidget):
    """``follow_requested`` asks for the backward pass of what is shown."""

    follow_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._digit = DigitImage("mistakeDigit", self.tr("The digit"))
        self._verdict = label(size=13, weight=SEMIBOLD, name="mistakeVerdict")
        self._facts = label(tone="3", name="mistakeFacts")
        self._bars = ProbabilityBars()
        self._bars.setObjectName("mistakeProbabilities")
        self._bars.setMinimumWidth(WIDTH)
        self._follow = ThemedButton(
            self.tr("Follow it backwards"), "followMistake", icon_name="backward"
        )
        self._follow.setToolTip(self.tr("Send this digit's error back through the network (Enter)"))
        self._follow.clicked.connect(self.follow_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._digit, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(self._verdict)
        column.addWidget(self._facts)
        column.addSpacing(4)
        column.addWidget(self._bars, 1)
        column.addSpacing(4)
        column.addWidget(self._follow)
        self._bars.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.show_digit(None, None, None)

    def show_digit(
        self, evaluation: Evaluation | None, image: Bytes | None, index: int | None
    ) -> None:
        """Show digit ``index`` of the test set as it was read, or nothing."""
        known = evaluation is not None and image is not None and index is not None
        self._follow.setEnabled(known)
        if evaluation is None or image is None or index is None:
            self._digit.set_image(None)
            self._verdict.setText(formatting.EM_DASH)
            self._facts.setText("")
            self._bars.set_probabilities(None)
            return
        self._digit.set_image(image.reshape(PIXELS, PIXELS))
        is_label, reading = int(evaluation.labels[index]), int(evaluation.readings[index])
        right = is_label == reading
        text = self.tr("✓ {0}, read right") if right else self.tr("✗ {0}, read as {1}")
        self._verdict.setText(text.format(is_label, reading))
        self._verdict.setProperty("tone", "accent" if right else "fail")
        self._verdict.style().polish(self._verdict)
        facts = self.tr("test digit {0} · loss {1}")
        loss = formatting.loss(float(evaluation.losses[index]))
        self._facts.setText(facts.format(formatting.count(index), loss))
        self._bars.set_probabilities(evaluation.probabilities[index], sure=right)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the digit whole pixels, as large as there is room."""
        super().resizeEvent(event)
        scale = (self.height() - _OTHERS) // PIXELS
        most = (self.width() - 2) // PIXELS
        self._digit.set_side(PIXELS * min(max(scale, LEAST_SCALE), most))
