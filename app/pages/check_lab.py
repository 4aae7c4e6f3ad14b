"""The bug lab: a list of mistakes, and below it what is found out about the one switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.pages.check_game import Game
from app.pages.check_words import fitting_network
from app.widgets.basics import Card, Segments, ThemedButton
from app.widgets.bug_code import BugCode
from app.widgets.bug_list import BugList
from app.widgets.bug_verdict import BugVerdict
from app.widgets.detective_panel import DetectivePanel
from app.widgets.keys import focus_falling_to
from app.widgets.rehearsal_chart import RehearsalChart
from app.widgets.veil import Veil
from bpcore.bugs import BUGS, bug_of, difference

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.checking import Checking
    from app.known import Standing
    from app.session import Session

FINDINGS = 196
BUTTON = 28
INSET = 8
VERDICT, CODE, TRAINING = "verdict", "code", "training"


class BugLab(Card):
    """Switches bugs on in a Checking, and shows what it finds.

    ``layer_wanted`` asks for the check of a layer of one's own.

    Attributes
    ----------
    game
        Detective mode.
    """

    layer_wanted = Signal()

    def __init__(self, session: Session, checking: Checking) -> None:
        super().__init__(_tr("Bug lab"))
        self._checking = checking
        self._has_findings = True
        self._build()
        self.game = Game(session, checking, self._detective)
        self._connect()
        self._show_game()
        self.refresh()

    def _build(self) -> None:
        self._game_button = ThemedButton("", "detectiveButton", height=BUTTON)
        self._layer_button = layer = ThemedButton(
            _tr("Your layer …"), "openLayerButton", height=BUTTON
        )
        layer.setToolTip(_tr("Check a layer that you wrote yourself"))
        layer.clicked.connect(self.layer_wanted)
        self.header.addWidget(self._game_button)
        self.header.addWidget(layer)
        self._build_lists()
        self._build_findings()
        # The rows of the bugs have a margin of their own: their texts stand below the title.
        self.outer.setContentsMargins(8, 0, 8, 16)
        self.header.setContentsMargins(INSET, 0, INSET, 0)
        self.body.addWidget(self._upper, 1)
        self.body.addWidget(self._findings)

    def _build_lists(self) -> None:
        self._bugs, self._detective = BugList(), DetectivePanel()
        self._bugs.show_bugs(BUGS)
        self._upper = QStackedWidget()
        self._upper.addWidget(self._bugs)
        self._upper.addWidget(_inset(self._detective))
        # A case has the room of the findings, too.
        self._upper.setMinimumHeight(self._bugs.minimumSizeHint().height())

    def _build_findings(self) -> None:
        self._choice = Segments(
            "bugView",
            (
                (VERDICT, _tr("Guilty layer")),
                (CODE, _tr("Code")),
                (TRAINING, _tr("Training")),
            ),
            VERDICT,
            title=_tr("What is shown of the bug"),
            height=BUTTON,
        )
        self._verdict, self._code, self._chart = BugVerdict(), BugCode(), RehearsalChart()
        self._veil = Veil(self._verdict)
        self._lower = QStackedWidget()
        self._views: dict[str, QWidget] = {
            VERDICT: self._verdict,
            CODE: self._code,
            TRAINING: self._chart,
        }
        for view in self._views.values():
            self._lower.addWidget(view)
        self._lower.setFixedHeight(FINDINGS)
        self._findings = _inset(self._choice, self._lower)

    def _connect(self) -> None:
        checking, chart = self._checking, self._chart
        self._bugs.switched.connect(checking.switch)
        self._choice.chosen.connect(self._show_view)
        chart.wanted.connect(checking.training.begin)
        chart.cancelled.connect(checking.training.cancel)
        checking.changed.connect(self.refresh)
        checking.training.progressed.connect(chart.show_progress)
        checking.training.failed.connect(self._show_no_rehearsal)
        self._game_button.clicked.connect(self.game.toggle)
        self.game.changed.connect(self._show_game)

    def refresh(self) -> None:
        """Show what is known."""
        checking = self._checking
        if checking.has_secret:
            return
        key, standing = checking.key, checking.standing
        known = standing.shown
        accused = None if known is None else known.accused
        bug = bug_of(key) if key else None
        self._bugs.set_on(key)
        self._show_prints(standing)
        if known is not None and accused is not None and accused.bug is not None:
            other = accused.ground is not known.checked.ground
            self._bugs.note(accused.bug.key, fitting_network(accused.ground) if other else "")
        verdict = None if accused is None else accused.verdict
        busy = checking.busy and accused is None
        self._verdict.show_verdict(verdict, bug=bug, busy=busy)
        self._veil.show_over(standing.is_old and accused is not None)
        self._code.show_bug(key, difference(bug) if bug is not None else ())
        self._chart.set_ready(accused is not None and accused.bug is not None, busy=busy)
        self._chart.show_rehearsal(None if accused is None else checking.training.rehearsal)
        self._show_rehearsing()

    def _show_prints(self, standing: Standing) -> None:
        """Show which gradients each bug spoils in the present network, if that is known."""
        checking, known = self._checking, standing.base is not None and self._has_findings
        prints = checking.prints if known else {}
        are_old = known and standing.is_old
        self._bugs.show_fingerprints(tuple(checking.shapes), prints, are_old=are_old)

    def show_findings(self, shown: bool) -> None:
        """Show what is found of the bugs, or not, as of a layer that belongs to no network."""
        self._findings.setVisible(shown and not self.game.playing)
        if shown != self._has_findings:
            self._has_findings = shown
            self.refresh()

    def _show_rehearsing(self) -> None:
        busy = self._checking.training.busy
        if busy != self._chart.busy:
            self._chart.show_progress(0.0 if busy else None)

    def _show_no_rehearsal(self, message: str) -> None:
        self._chart.show_progress(None, message)

    def _show_view(self, name: str) -> None:
        self._lower.setCurrentWidget(self._views[name])
        self._share_height()

    def _share_height(self) -> None:
        """Leave half of the height to code and its story, which are longer than a verdict."""
        of_code = self._choice.value == CODE
        self._lower.setFixedHeight(max(FINDINGS, self.height() // 2 if of_code else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew."""
        super().resizeEvent(event)
        self._share_height()

    def _show_game(self) -> None:
        playing = self.game.playing
        self._upper.setCurrentIndex(1 if playing else 0)
        self._findings.setVisible(not playing)
        self._layer_button.setEnabled(not playing)  # the instruments are the detective's
        # The way out of an open case is to give it up, and the panel of one that ended has its own.
        with focus_falling_to(self._detective):
            self._game_button.setVisible(not playing or self.game.is_awaited)
        self._game_button.setText(_tr("Cancel") if playing else _tr("Detective"))
        self._game_button.setAccessibleName(self._game_button.text())
        self._game_button.setToolTip(
            _tr("Hide no mistake: back to the bugs")
            if playing
            else _tr("A bug is switched on secretly: find it")
        )


def _inset(*widgets: QWidget) -> QWidget:
    """Return the widgets below each other, within the margins of the card."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(INSET, 0, INSET, 0)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("BugLab", text)
