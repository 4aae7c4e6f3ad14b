"""The page on which backpropagation is checked, broken on purpose, and found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.checking import Checking
from app.pages import check_layout as room
from app.pages.check_choice import CheckChoice
from app.pages.check_instruments import Instruments
from app.pages.check_lab import BugLab
from app.pages.check_layer import LayerErrand
from app.pages.check_words import about, layer_said, stale, unfollowed
from app.widgets.basics import Card, ThemedButton, label
from app.widgets.fields import ListField

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from app.session import Session
    from bpcore.layer_check import LayerCheck

MIN_SIZE = (1048, 520)
BUTTON = 28
STEPS = 1000


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

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("checkPage")
        self.setMinimumSize(*MIN_SIZE)
        self._session = session
        self._own: tuple[LayerCheck, ...] = ()
        self._failure = ""
        self.checking = Checking(session, self)
        self._build()
        self.errand = LayerErrand(self)
        self._connect()
        self._refresh()

    def _build(self) -> None:
        self._choice = CheckChoice(self._session, self.checking)
        self._run = ThemedButton(
            self.tr("Run check"), "runCheckButton", primary=True, height=BUTTON
        )
        self._back = ThemedButton(self.tr("Back to the network"), "checkBack", height=24)
        self._progress = QProgressBar()
        self._progress.setObjectName("checkProgress")
        self._progress.setAccessibleName(self.tr("Progress of the check"))
        self._progress.setRange(0, STEPS)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(3)
        keeps_room = self._progress.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(keeps_room)
        self._classes = ListField("ownLayerClass")
        self._classes.setAccessibleName(self.tr("Class of the file"))
        self._classes.setFixedHeight(24)
        self._status = label(tone="3", name="checkStatus", elided=True)
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
        card.body.addWidget(self._progress)
        card.body.addWidget(self._instruments.table, 1)
        row = QHBoxLayout()
        row.addWidget(self._status, 1)
        row.addWidget(self._classes)
        row.addWidget(self._back)
        card.body.addLayout(row)
        return card

    def _connect(self) -> None:
        checking = self.checking
        self._run.clicked.connect(self._run_or_cancel)
        self._back.clicked.connect(self._leave_layer)
        checking.changed.connect(self._refresh)
        checking.progressed.connect(self._show_share)
        checking.failed.connect(self._show_failure)
        self._instruments.scatter.chosen.connect(self._follow)
        self._instruments.sweep.step_chosen.connect(self._check_with)
        self._instruments.map.unit_chosen.connect(self._session.select_unit)
        self._session.unit_changed.connect(self._instruments.map.select_unit)
        self.lab.layer_wanted.connect(self.errand.choose)
        self.errand.checked.connect(self._show_layer)
        self.errand.changed.connect(self._take_errand)
        self.errand.failed.connect(self._show_failure)
        self._classes.currentIndexChanged.connect(self._refresh)
        self.lab.game.failed.connect(self._show_failure)

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

    def _run_or_cancel(self) -> None:
        if self.checking.busy:
            self.checking.cancel()
        else:
            self._leave_layer()
            self.checking.run()

    def _check_with(self, h: float) -> None:
        self.checking.want(h=h)
        self.checking.run()

    def _follow(self, parameter: str, index: tuple[int, ...]) -> None:
        accused, checked = self.checking.accused, self.checking.checked
        known = accused or checked
        if known is None or self._own or self.lab.game.is_open:
            return
        if self.checking.is_of_session(known.ground):
            self.follow_requested.emit(parameter, index, known.ground)
        else:
            self._show_failure(unfollowed())

    # A layer of one's own.

    def _show_layer(self, checks: tuple[LayerCheck, ...]) -> None:
        self._own = checks
        blocker = QSignalBlocker(self._classes)
        self._classes.clear()
        for check in checks:
            self._classes.addItem(check.name, check.name)
        del blocker
        self._failure = ""
        self._refresh()

    def _take_errand(self) -> None:
        if self.errand.busy:
            self._own, self._failure = (), ""  # what was shown is of another file
        self._refresh()

    @property
    def _shown_layer(self) -> LayerCheck:
        return self._own[max(self._classes.currentIndex(), 0)]

    def _leave_layer(self) -> None:
        if self._own or self.errand.busy:
            self._own = ()
            self.errand.cancel()
            self._refresh()

    # What is shown.

    def _show_share(self, share: float) -> None:
        self._progress.setValue(round(share * STEPS))

    def _show_failure(self, message: str) -> None:
        self._failure = message
        self._refresh_status()

    def _refresh(self) -> None:
        checking, accused, checked = self.checking, self.checking.accused, self.checking.checked
        busy = checking.busy
        self._run.setText(self.tr("Cancel") if busy else self.tr("Run check"))
        self._run.setAccessibleName(self._run.text())
        self._run.setEnabled(busy or checking.present is not None)
        self._progress.setVisible(busy)
        if busy:
            self._failure = ""
        else:
            self._progress.setValue(0)
        instruments = self._instruments
        if self._own:
            instruments.show_own(self._shown_layer.reports)
        elif accused is not None and accused.bug is not None:
            instruments.show_reports(accused.right, accused.wrong)
        elif checking.is_accusing and not instruments.is_blank:
            pass  # what comes in a moment takes its place
        elif checked is not None:
            instruments.show_reports(checked.reports)
        else:
            present = checking.present
            instruments.show_blank({} if present is None else present.shapes)
        float64, float32 = checking.sweeps or (None, None)
        instruments.sweep.show_sweeps(float64, float32, checking.wanted.h)
        self._refresh_status()

    def _refresh_status(self) -> None:
        self._back.setVisible(bool(self._own) or self.errand.busy)
        self._classes.setVisible(len(self._own) > 1)
        text = self._failure or self._said()
        self._status.setText(f"✗ {text}" if self._failure else text)
        self._status.setToolTip(text)
        self._status.setProperty("tone", "fail" if self._failure else "3")
        self._status.style().polish(self._status)

    def _said(self) -> str:
        checking, known = self.checking, self.checking.accused or self.checking.checked
        if self.errand.busy:
            return self.tr("{0} is being checked in a process of its own").format(self.errand.name)
        if self._own:
            return layer_said(self.errand.name, self._shown_layer)
        if known is None:
            return ""
        said = about(known.ground, known.h)
        return f"{stale()} {said}" if checking.is_stale and not checking.busy else said
