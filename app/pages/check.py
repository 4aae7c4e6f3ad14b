"""The page on which backpropagation is checked, broken on purpose, and found out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.checked_digits import can_be_staged, is_of_session
from app.checking import Checking
from app.pages import check_layout as room
from app.pages.check_choice import CheckChoice
from app.pages.check_instruments import Instruments
from app.pages.check_lab import BugLab
from app.pages.check_layer import LayerErrand
from app.pages.check_run import RunButton
from app.pages.check_state import StateWords, remark, state_words, sweep_remark
from app.pages.check_status import CheckStatus, note_label, set_tone
from app.pages.check_words import lacking, unfollowed, unfollowed_here, unstaged
from app.pages.layer_words import layer_said
from app.widgets.basics import Card, ThemedButton
from app.widgets.fields import ListField

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from app.known import Standing
    from app.session import Session
    from bpcore.layer_check import LayerCheck

MIN_SIZE = (1048, 520)


class CheckPage(QWidget):
    """A table, a scatter, a map and a sweep of one check, and the bug lab at the right.

    ``follow_requested`` asks for the way of one weight: its parameter and index, and the ground on
    which it was checked.

    Attributes
    ----------
    checking
        What is known of the gradients.
    lab
        The bugs, and detective mode.
    errand
        The check of a layer of one's own.
    """

    follow_requested = Signal(str, object, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkPage")
        self.setMinimumSize(*MIN_SIZE)
        self._session = session
        self._failure = ""
        self.checking = Checking(session, self)
        self.errand = LayerErrand(self)
        self._build()
        self._connect()
        self._refresh()

    def _build(self) -> None:
        self._choice = CheckChoice(self._session, self.checking)
        self._run = RunButton()
        self._back = ThemedButton(self.tr("Back to the network"), "checkBack", height=24)
        self._classes = ListField("ownLayerClass")
        self._classes.setAccessibleName(self.tr("Class of the file"))
        self._classes.setFixedHeight(24)
        self._status, self._note = CheckStatus(), note_label()
        self._instruments = instruments = Instruments(self)
        self.lab = BugLab(self._session, self.checking)
        self._table_card = self._make_table_card()
        self._cards = (
            self._table_card,
            instruments.scatter_card,
            instruments.map_card,
            instruments.sweep_card,
            self.lab,
        )
        for card in self._cards:
            card.setParent(self)

    def _make_table_card(self) -> Card:
        card = Card(self.tr("Gradient check"))
        self._strip = QWidget()
        self._strip_row = QHBoxLayout(self._strip)
        self._strip_row.setContentsMargins(0, 0, 0, 8)
        card.header.addWidget(self._choice)
        card.header.addWidget(self._run)
        card.body.setSpacing(0)
        card.body.addWidget(self._strip)
        card.body.addWidget(self._run.progress)
        card.body.addWidget(self._instruments.table, 1)
        card.body.addWidget(self._note, 1)
        card.body.addWidget(self._status)
        self._status.row.addWidget(self._classes)
        self._status.row.addWidget(self._back)
        return card

    def _connect(self) -> None:
        checking = self.checking
        self._run.wanted.connect(self._run_check)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            within = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, self._run_check, context=within)
        self._run.cancelled.connect(self._cancel)
        self._back.clicked.connect(self.errand.leave)
        checking.changed.connect(self._refresh)
        checking.progressed.connect(self._run.show_share)
        checking.failed.connect(self._show_failure)
        self._instruments.scatter.chosen.connect(self._follow)
        self._instruments.sweep.step_chosen.connect(self._check_with)
        self._instruments.map.unit_chosen.connect(self._session.select_unit)
        self._session.unit_changed.connect(self._instruments.map.select_unit)
        self.lab.layer_wanted.connect(self.errand.choose)
        self.errand.changed.connect(self._take_layer)
        self._classes.currentIndexChanged.connect(self._refresh)
        self.lab.game.failed.connect(self._show_failure)
        self.lab.game.changed.connect(self._take_move)

    @property
    def is_drawing(self) -> bool:
        """Whether a part is about to show what is known by now."""
        return self._instruments.is_drawing

    def end(self) -> None:
        """End what runs outside of the window."""
        self.errand.close()

    # Events.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each card its place."""
        super().resizeEvent(event)
        plan = room.plan_for(self.width(), self.height())
        self._strip.setVisible(plan.has_strip)
        row = self._strip_row if plan.has_strip else self._table_card.header
        if row.indexOf(self._choice) < 0:
            self._move_choice(plan.has_strip)
        places = (plan.table, plan.scatter, plan.map, plan.sweep, plan.lab)
        for card, place in zip(self._cards, places, strict=True):
            card.setGeometry(place)

    def _move_choice(self, to_strip: bool) -> None:
        header = self._table_card.header
        if to_strip:
            self._strip_row.addWidget(self._choice)
            self._strip_row.addStretch(1)
        else:
            header.insertWidget(header.indexOf(self._run), self._choice)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the timeline."""
        super().showEvent(event)
        self.checking.wake(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Check nothing for nobody."""
        super().hideEvent(event)
        self.checking.wake(False)

    # What the reader does.

    def _run_check(self) -> None:
        """Check what is chosen now, also what is typed and not entered yet."""
        if self.errand.is_open:
            self.errand.repeat()
        else:
            self._choice.take_typed()
            self.checking.run()

    def _cancel(self) -> None:
        if self.errand.is_open:
            self.errand.leave()
        else:
            self.checking.cancel()

    def _check_with(self, h: float) -> None:
        self.checking.want(h=h)
        self.checking.run()

    def _follow(self, parameter: str, index: tuple[int, ...]) -> None:
        known, in_case = self.checking.standing.shown, self.lab.game.is_open
        if in_case or self.errand.is_open or known is None:
            self._show_failure(unfollowed_here(in_case=in_case))
            return
        ground = known.accused.ground
        if not is_of_session(self._session, ground):
            self._show_failure(unfollowed())
        elif not can_be_staged(self._session, ground):
            self._show_failure(unstaged(ground))
        else:
            self.follow_requested.emit(parameter, index, ground)

    # A layer of one's own.

    def _take_move(self) -> None:
        """Say no longer what was said before a move; a case is not of a layer of one's own."""
        self._show_failure("")
        if self.lab.game.is_awaited:
            self.errand.leave()

    def _take_layer(self) -> None:
        if self.errand.busy and self.checking.key:
            self.checking.switch("")  # a secret one stays
        names = [check.name for check in self.errand.checks]
        if names != [self._classes.itemText(n) for n in range(self._classes.count())]:
            blocker = QSignalBlocker(self._classes)
            self._classes.clear()
            for name in names:
                self._classes.addItem(name, name)
            del blocker
        self._failure = ""
        self._refresh()

    @property
    def _layer(self) -> LayerCheck | None:
        checks = self.errand.checks
        return checks[max(self._classes.currentIndex(), 0)] if checks else None

    # What is shown.

    def _show_failure(self, message: str) -> None:
        self._failure = message
        self._show_status()

    def _refresh(self) -> None:
        checking, errand = self.checking, self.errand
        if errand.is_open and checking.key:
            errand.leave()  # whoever switches a bug on looks at the network again
            return
        if checking.busy and not checking.is_accusing:
            self._failure = ""
        self._choice.setEnabled(not errand.is_open)
        if errand.is_open:
            self._run.show_busy(errand.busy, tip=self.tr("Check {0} again").format(errand.name))
        else:
            self._run.show_busy(checking.busy, why_not=lacking(checking.missing))
        self._show_views()
        self.lab.show_findings(not errand.is_open)
        self._show_status()

    def _show_views(self) -> None:
        checking, instruments = self.checking, self._instruments
        standing = checking.standing
        known = standing.shown
        if self.errand.is_open:
            instruments.show_old(False)
            instruments.show_own(() if self._layer is None else self._layer.reports)
            return
        if known is None:
            instruments.show_blank(checking.shapes, remark(checking))
        else:
            accused = known.accused
            wrong = () if accused.bug is None else accused.wrong
            instruments.show_reports(accused.right, wrong, doubtful=accused.is_doubtful)
        instruments.show_old(standing.is_old and known is not None)
        self._show_sweeps(standing)

    def _show_sweeps(self, standing: Standing) -> None:
        """Show the curves of right code: they are the same, whichever bug is on."""
        checking, base = self.checking, standing.base
        if base is None or checking.sweeps is None:
            self._instruments.show_sweeps(None, 0.0, remark=sweep_remark(checking))
            return
        ground, shown = base.ground, standing.shown
        other = shown is not None and shown.accused.ground is not ground
        self._instruments.show_sweeps(checking.sweeps, base.h, ground.sizes if other else "")

    def _show_status(self) -> None:
        errand, failure = self.errand, self._failure
        self._back.setVisible(errand.is_open)
        self._classes.setVisible(len(errand.checks) > 1)
        self._show_note()
        words = self._layer_words() if errand.is_open else state_words(self.checking)
        if failure:
            words = replace(words, message=failure)
        self._status.show_words(words, failed=bool(failure))

    def _layer_words(self) -> StateWords:
        if not self.errand.busy:
            return StateWords(self.errand.name)
        text = self.tr("{0} is being checked in a process of its own")
        return StateWords(text.format(self.errand.name))

    def _show_note(self) -> None:
        errand, layer = self.errand, self._layer
        failed = bool(errand.trouble) or (layer is not None and not layer.passed)
        text = errand.trouble or ("" if layer is None else layer_said(layer))
        self._note.setText(text and f"{'✗' if failed else '✓'} {text}")
        set_tone(self._note, "fail" if failed else "accent")
        self._note.setVisible(errand.is_open)
        has_table = not errand.is_open or bool(layer and layer.reports)
        self._instruments.table.setVisible(has_table)
        self._table_card.body.setStretchFactor(self._note, 0 if has_table else 1)
