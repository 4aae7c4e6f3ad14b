"""The card in which a network learns the user's handwriting, and with what result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QWidget

from app import formatting
from app.widgets.basics import SEMIBOLD, Card, ThemedButton, label
from app.widgets.correction_list import date
from app.widgets.formula_card import Divider

if TYPE_CHECKING:
    from bpcore.adaptation import Adaptation
    from bpcore.own_network import OwnNetwork

STEPS = 1000
"""Of the progress bar."""


class OwnNetworkCard(Card):
    """Says what can be done, and shows what came of it; the dialog does it.

    ``learn_requested``, ``cancel_requested``, ``use_requested``, ``save_requested`` and
    ``discard_requested`` are what the buttons ask for.
    """

    learn_requested = Signal()
    cancel_requested = Signal()
    use_requested = Signal()
    save_requested = Signal()
    discard_requested = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Your network"))
        self._learn = ThemedButton(
            self.tr("Learn my handwriting"), "learnHandwriting", primary=True
        )
        self._cancel = ThemedButton(self.tr("Cancel"), "cancelLearning")
        self._use = ThemedButton(self.tr("Use"), "useOwn")
        self._save = ThemedButton(self.tr("Save"), "saveOwn")
        self._discard = ThemedButton(self.tr("Throw away"), "discardOwn")
        self._bar = QProgressBar()
        self._hint = _wrapped("handwritingHint", "3")
        self._title = label(size=12, weight=SEMIBOLD, name="ownTitle")
        self._verdict = _wrapped("ownVerdict", "1")
        self._note = _wrapped("ownNote", "3")
        self._figures = _Figures()
        self._set_up()
        self._lay_out()
        self.show_progress(None)
        self.show_nothing()

    def _set_up(self) -> None:
        tips = {
            self._learn: self.tr("Let a copy of the chosen network learn all corrections"),
            self._cancel: self.tr("Stop learning; nothing changes"),
            self._use: self.tr("Let this network read your drawings"),
            self._save: self.tr("Keep this network for the next start of Chainlight"),
            self._discard: self.tr("Forget this network; your corrections stay"),
        }
        for (button, tip), wanted in zip(
            tips.items(),
            (
                self.learn_requested,
                self.cancel_requested,
                self.use_requested,
                self.save_requested,
                self.discard_requested,
            ),
            strict=True,
        ):
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(wanted)
        self._bar.setObjectName("learningProgress")
        self._bar.setAccessibleName(self.tr("Progress of learning"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, STEPS)
        self._bar.setFixedHeight(4)

    def _lay_out(self) -> None:
        explanation = _wrapped("handwritingExplanation", "2")
        explanation.setText(
            self.tr(
                "A copy of the chosen network learns your drawings, each changed a little in many "
                "ways, and MNIST digits with them so that it forgets none."
            )
        )
        self._progress = QWidget()
        row = QHBoxLayout(self._progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._bar, 1)
        row.addWidget(self._cancel)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._use, self._save, self._discard):
            buttons.addWidget(button, 1)
        self.body.addWidget(explanation)
        self.body.addSpacing(4)
        self.body.addWidget(self._learn)
        self.body.addWidget(self._progress)
        self.body.addWidget(self._hint)
        self.body.addSpacing(8)
        self.body.addWidget(Divider())
        self.body.addSpacing(8)
        self.body.addWidget(self._title)
        self.body.addWidget(self._figures)
        self.body.addWidget(self._verdict)
        self.body.addWidget(self._note)
        self.body.addStretch(1)
        self.body.addLayout(buttons)

    # What can be done.

    def show_ready(self, source: str) -> None:
        """Offer to learn from the network called ``source``."""
        self._learn.setEnabled(True)
        self._hint.setText(self.tr("It starts from {0}.").format(source))

    def show_reason(self, reason: str) -> None:
        """Say why nothing can be learned now."""
        self._learn.setEnabled(False)
        self._hint.setText(reason)

    def show_progress(self, share: float | None) -> None:
        """Show the share done, 0 to 1; None while nothing is being learned."""
        learning = share is not None
        had_focus = self._learn.hasFocus() or self._cancel.hasFocus()
        self._learn.setVisible(not learning)
        self._progress.setVisible(learning)
        if had_focus:  # it would wander to another button
            (self._cancel if learning else self._learn).setFocus(Qt.FocusReason.OtherFocusReason)
        self._bar.setValue(round(STEPS * (share or 0)))
        if learning:
            self._hint.setText(self.tr("Learning: {0}").format(formatting.percent(share, 0)))

    # What came of it.

    def show_nothing(self) -> None:
        """Show that there is no network of one's own."""
        self._title.setText(self.tr("None yet"))
        self._figures.hide()
        self._say("1", "")
        self._note.setText(self.tr("Five corrections of each digit are a good beginning."))
        self._offer(use=False, save=False, discard=False)

    def show_result(self, result: Adaptation, *, saved: bool, used: bool) -> None:
        """Show what learning changed."""
        self._title.setText(
            self.tr("Refused") if result.refused else self.tr("What learning changed")
        )
        self._figures.show_change(result)
        if result.refused:
            points = 100 * (result.accuracy_before - result.accuracy_after)
            self._say(
                "fail",
                self.tr(
                    "✗ It would forget {0} points of MNIST, more than 0.5: the old network stays."
                ).format(f"{points:.1f}"),
            )
            self._note.setText(self.tr("Look for wrong labels among your corrections."))
        else:
            self._say("accent", self.tr("✓ Learned, and MNIST is not forgotten."))
            self._note.setText(
                self.tr("It learned from these very drawings. Draw others to see how it reads you.")
            )
        kept = not result.refused
        self._offer(use=kept and not used, save=kept and not saved, discard=True)
        self._show_states(kept and saved, kept and used)

    def show_saved(self, own: OwnNetwork, *, used: bool) -> None:
        """Show the network that is saved."""
        self._title.setText(self.tr("Saved {0}").format(date(own.moment)))
        self._figures.show_saved(own)
        self._say("1", "")
        self._note.setText("")
        self._offer(use=not used, save=False, discard=True)
        self._show_states(True, used)

    def _say(self, tone: str, text: str) -> None:
        self._verdict.setText(text)
        self._verdict.setVisible(bool(text))
        self._verdict.setProperty("tone", tone)
        self._verdict.style().unpolish(self._verdict)
        self._verdict.style().polish(self._verdict)

    def _offer(self, *, use: bool, save: bool, discard: bool) -> None:
        for button, offered in ((self._use, use), (self._save, save), (self._discard, discard)):
            button.setEnabled(offered)
        self._show_states(False, False)

    def _show_states(self, saved: bool, used: bool) -> None:
        self._use.set_action("", self.tr("In use") if used else self.tr("Use"))
        self._save.set_action("", self.tr("Saved") if saved else self.tr("Save"))


class _Figures(QWidget):
    """Two lines: what is read right without what was learned, and with it."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel, QLabel]] = []
        for n, name in enumerate(("known", "own")):
            row = (
                label(tone="2", name=f"{name}Title"),
                label(tone="3", mono=True, name=f"{name}Before"),
                label("→", tone="3"),
                label(mono=True, weight=SEMIBOLD, name=f"{name}After"),
            )
            for column, part in enumerate(row):
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                grid.addWidget(part, n, column, side | Qt.AlignmentFlag.AlignVCenter)
            self._rows.append(row)

    def show_change(self, result: Adaptation) -> None:
        known, total = self.tr("MNIST test digits"), result.corrections
        own = self.tr("Your drawings ({0})").format(formatting.count(total))
        tip = self.tr("{0} digits of MNIST, held out: it learned from none of them here")
        self._rows[0][0].setToolTip(tip.format(formatting.count(result.digits)))
        self._show(0, known, result.accuracy_before, result.accuracy_after)
        self._show(1, own, result.own_before / total, result.own_after / total)
        self.show()

    def show_saved(self, own: OwnNetwork) -> None:
        self._show(0, self.tr("MNIST test digits"), None, own.accuracy)
        self._rows[0][0].setToolTip("")
        self._show(1, self.tr("Drawings learned"), None, None)
        self._rows[1][3].setText(formatting.count(own.corrections))
        self.show()

    def _show(self, row: int, title: str, before: float | None, after: float | None) -> None:
        name, first, arrow, second = self._rows[row]
        name.setText(title)
        first.setText("" if before is None else formatting.percent(before))
        arrow.setVisible(before is not None)
        second.setText("" if after is None else formatting.percent(after))


def _wrapped(name: str, tone: str) -> QLabel:
    text = label(tone=tone, name=name)
    text.setWordWrap(True)
    text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return text
