"""One step of learning on the drawing, what it changed, and the way back; corrections to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app import formatting
from app.formatting import EM_DASH
from app.widgets.basics import Card, ThemedButton, label
from app.widgets.choice_box import leave_focus
from app.widgets.formula_panel import Divider
from app.widgets.learn_rate import LearnRate
from app.widgets.lesson_bars import LessonBars

if TYPE_CHECKING:
    from app.readers import Readers
    from app.staging import Bytes
    from bpcore.lesson import Lesson

BUTTON, LOW_BUTTON = 32, 28


class LearnCard(Card):
    """Shows what the last step on the drawing did, or what a step would do.

    ``learn_requested`` and ``undo_requested`` ask for a step and its way back,
    ``correct_requested`` to keep the drawing with its label, ``handwriting_requested`` for what was
    kept. ``rate_done`` tells that whoever chose the rate is done.
    """

    learn_requested = Signal()
    undo_requested = Signal()
    correct_requested = Signal()
    handwriting_requested = Signal()
    rate_done = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("LearnCard", "Learn from it"), " ")
        self.subtitle.setObjectName("learnSubtitle")
        self._rate = LearnRate()
        self._rate.entered.connect(self.rate_done)
        self.bars = LessonBars()
        self._loss_title = label(tone="2", name="lessonLossTitle")
        self._loss = label(mono=True, name="lessonLoss")
        self._moved = label(mono=True, name="lessonMoved")
        self._make_buttons()
        self._lay_out()
        self.show_handwriting(None)

    def _make_buttons(self) -> None:
        self._learn = ThemedButton(self.tr("Learn from it (one step)"), "learnButton", primary=True)
        self._undo = ThemedButton(self.tr("Undo"), "learnUndoButton", icon_name="undo")
        self._correct = ThemedButton(" ", "correctButton", height=LOW_BUTTON)
        self._handwriting = ThemedButton(" ", "handwritingButton", height=LOW_BUTTON)
        self._learn.setToolTip(
            self.tr("One step of SGD on this drawing, with the label picked at the left (L)")
        )
        self._handwriting.setToolTip(
            self.tr("The digits that you kept, and a network that learns from them")
        )
        for button, signal in (
            (self._learn, self.learn_requested),
            (self._undo, self.undo_requested),
            (self._correct, self.correct_requested),
            (self._handwriting, self.handwriting_requested),
        ):
            button.clicked.connect(signal)
            leave_focus(button)

    def _lay_out(self) -> None:
        self.header.addWidget(self._rate)
        self.body.addWidget(self.bars, 1)
        self.body.addWidget(Divider())
        moved = label(self.tr("Weights moved"), tone="2")
        self._loss_title.setToolTip(self.tr("Cross-entropy in nats, as in training"))
        moved.setToolTip(
            self.tr("Length (L2) of the change of all weights and biases, and of them all before")
        )
        for title, value in ((self._loss_title, self._loss), (moved, self._moved)):
            self.body.addLayout(_row(title, value))
        self.body.addLayout(_buttons(self._learn, self._undo))
        self.body.addLayout(_buttons(self._correct, self._handwriting))

    @property
    def rate(self) -> float:
        """The factor of the gradient in a step."""
        return self._rate.value()

    def set_low(self, low: bool) -> None:
        """Move closer together on a low page."""
        self.body.setSpacing(4 if low else 8)
        for button in (self._learn, self._undo):
            button.setFixedHeight(LOW_BUTTON if low else BUTTON)
        self.outer.setContentsMargins(16, 0, 16, 12 if low else 16)

    def show_readers(
        self, readers: Readers, image: Bytes | None, digit: int | None, is_finite: bool = True
    ) -> None:
        """Show what the chosen network learned, or can learn, from ``image`` as a ``digit``.

        It can learn nothing unless the numbers that it makes of the image are finite.
        """
        lesson = None
        if image is None or digit is None or readers.present is None or not is_finite:
            digit = None
        else:
            lesson = readers.lesson_on(image, digit)
        self._learn.setEnabled(digit is not None and not readers.is_full)
        self._undo.setEnabled(bool(readers.lessons))
        self.show_way_back(readers)
        self._show_digit(digit, lesson)
        self._show_numbers(lesson)
        if lesson is None:
            self.bars.show_none(digit, self._note(readers, digit, is_finite))
        else:
            self.bars.show_lesson(lesson)

    def show_way_back(self, readers: Readers) -> None:
        """Say what comes back with undo."""
        if readers.way_back is None:
            tip = self.tr("Take the last step back, to the bit (Shift+L)")
        else:
            tip = self.tr("Back to the run as it is now, at iteration {0} (Shift+L)")
            tip = tip.format(formatting.count(readers.way_back))
        self._undo.setToolTip(tip)

    def show_refused(self) -> None:
        """Say that the step would have gone too far."""
        digit = self.bars.rows[0].digit
        self._show_digit(digit, None)
        self._show_numbers(None)
        note = self.tr("That step would leave the range of numbers. Take a smaller rate.")
        self.bars.show_none(digit, note)

    def show_handwriting(
        self, count: int | None, digit: int | None = None, kept: bool = False
    ) -> None:
        """Offer to keep the drawing as a ``digit``, or say that it is ``kept``.

        ``count`` is how many digits are kept; None if none can be.
        """
        self._handwriting.setEnabled(count is not None)
        self._correct.setEnabled(count is not None and digit is not None and not kept)
        mine = self.tr("My handwriting ({0})…").format(formatting.count(count or 0))
        if digit is None:
            keep = self.tr("Keep it")
        elif kept:
            keep = self.tr("Kept as {0}").format(_a(digit))
        else:
            keep = self.tr("Keep as {0}").format(_a(digit))
        for button, text in ((self._handwriting, mine), (self._correct, keep)):
            if button.text() != text:
                button.set_action("", text)
        self._correct.setToolTip(self.tr("Add the drawing to your handwriting with this label (K)"))

    def _show_digit(self, digit: int | None, lesson: Lesson | None) -> None:
        if digit is None:
            self.subtitle.setText("")
            self._loss_title.setText(self.tr("Loss"))
            return
        if lesson is None:
            self.subtitle.setText(self.tr("one step, label {0}").format(digit))
        else:
            text = self.tr("label {0}, rate {1}")
            self.subtitle.setText(text.format(digit, f"{lesson.rate:g}"))
        self._loss_title.setText(self.tr("Loss for label {0}").format(digit))

    def _show_numbers(self, lesson: Lesson | None) -> None:
        if lesson is None:
            self._loss.setText(EM_DASH)
            self._moved.setText(EM_DASH)
            return
        before, after = formatting.loss(lesson.loss_before), formatting.loss(lesson.loss_after)
        self._loss.setText(f"{before} → {after}")
        moved = self.tr("{0} of {1} (L2)")
        self._moved.setText(
            moved.format(
                formatting.magnitude(lesson.moved, 3), formatting.magnitude(lesson.size, 1)
            )
        )

    def _note(self, readers: Readers, digit: int | None, is_finite: bool) -> str:
        if readers.present is None:
            return self.tr("This network has not learned anything yet: train it first.")
        if not is_finite:
            return self.tr("This network no longer computes finite numbers: it can learn nothing.")
        if digit is None:
            return self.tr("Draw a digit, and let the network learn from it.")
        if readers.is_full:
            return self.tr("One copy takes {0} steps. Undo some to go on.").format(
                len(readers.lessons)
            )
        text = self.tr(
            "One step moves the weights of a copy a little, so that {0} becomes likelier."
        )
        return text.format(_a(digit))


def _a(digit: int) -> str:
    """Return the digit with its article, on one line."""
    if digit == 8:
        return QCoreApplication.translate("LearnCard", "an\N{NO-BREAK SPACE}{0}").format(digit)
    return QCoreApplication.translate("LearnCard", "a\N{NO-BREAK SPACE}{0}").format(digit)


def _row(title: QLabel, value: QLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(title)
    row.addStretch(1)
    row.addWidget(value)
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return row


def _buttons(first: QWidget, second: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(first, 1)
    row.addWidget(second)
    return row
