"""One line above the charts: what went wrong, or what can be gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app import theme
from app.banner_texts import (
    BACK,
    before_divergence,
    branched_text,
    continue_action,
    continue_tip,
    continued_text,
    diverged_text,
    failed_text,
    not_saved_text,
    offer_text,
)
from app.run_names import run_title
from app.session import State
from app.widgets.basics import ThemedButton
from app.widgets.fields import RateBox, help_text
from app.widgets.keys import focus_falling_to
from app.widgets.run_dialogs import RunDialogs
from app.widgets.two_lines import TwoLines
from bpcore.recovery import Recovery, recovery

if TYPE_CHECKING:
    from app.run_entries import RunEntry
    from app.session import Session
    from app.snapshot import Divergence

HEIGHT = 48


class RunBanner(QFrame):
    """What there is to say of the run, the gravest first.

    It diverged, it failed, it is not saved, it is a branch; or one was broken off the last time.
    Hidden while there is nothing.

    Attributes
    ----------
    focus_goes_to
        What gets the focus when a button that has it goes away.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("runBanner")
        self.setAccessibleName(self.tr("What happened to the run"))
        self.setFixedHeight(HEIGHT)
        self._session = session
        self.focus_goes_to: QWidget = self
        self._divergence: Divergence | None = None
        self._to_do = Recovery(0, session.config)
        self._continued = (0, "")  # a run that was begun here, and what there is to say of it
        self._dialogs = RunDialogs()
        self._text = TwoLines("runBannerText")
        self._rate = RateBox()
        self._continue = ThemedButton(
            self.tr("Continue"), "continueLowerButton", primary=True, height=30
        )
        self._back = ThemedButton(self.tr("Go back"), "goBackButton", height=30)
        self._accept = ThemedButton(
            self.tr("Continue"), "acceptOfferButton", primary=True, height=30
        )
        self._decline = ThemedButton(self.tr("Not now"), "declineOfferButton", height=30)
        self._save = ThemedButton(self.tr("Save as …"), "saveUnsavedButton", height=30)
        self._saved: dict[str, int] = {}  # by key, at which iteration one was saved elsewhere
        self._saving: tuple[str, int] | None = None
        self._of_divergence: tuple[QWidget, ...] = (self._rate, self._continue, self._back)
        self._of_offer: tuple[QWidget, ...] = (self._accept, self._decline)
        self._set_up()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show what there is to say now."""
        with focus_falling_to(self.focus_goes_to):
            self._refresh()

    def _refresh(self) -> None:
        session = self._session
        if session.diverged is not None:
            text = diverged_text(session.diverged, session.config)
            self._show(text, "fail", self._of_divergence)
        elif session.state is State.FAILED:
            self._show(failed_text(session.message), "fail")
        elif (unsaved := self._find_unsaved()) is not None:
            text = not_saved_text(session.notice, "" if unsaved.is_shown else unsaved.name)
            self._show(text, "fail", (self._save,))
        elif session.branched is not None:
            self._show(branched_text(*session.branched), "1")
        elif self._is_continued:
            self._show(self._continued[1], "1")
        elif session.offer and session.state is not State.RUNNING:
            now = QDateTime.currentDateTime()
            self._show(offer_text(session.offer, now), "1", self._of_offer)
        else:
            self._show("", "1")
        # While others of a race still run, this one can't be gone on with.
        self._continue.setEnabled(session.state is State.FAILED)
        if session.diverged != self._divergence:
            self._divergence = session.diverged
            self._suggest()

    @property
    def is_long(self) -> bool:
        """Whether it needs the width of all: it has a field, and words about a cause."""
        return self._session.diverged is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface, as that of a card."""
        colors, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def _set_up(self) -> None:
        self._rate.setObjectName("lowerRate")
        self._rate.setAccessibleName(self.tr("Learning rate to continue with"))
        self._rate.setFixedWidth(92)
        tips: dict[QWidget, str] = {
            self._rate: self.tr("Learning rate to continue with."),
            self._continue: self.tr("Go on with this learning rate."),
            self._back: self.tr("Show the run as it was before it went wrong."),
            self._save: self.tr("Save the run as a file, in another place."),
            self._accept: self.tr("Go on where it stopped, at the same pace."),
            self._decline: self.tr("Leave it as it is; it stays in the list of runs."),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 9, 0)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        for part, tip in tips.items():
            part.setToolTip(help_text(tip))
            row.addWidget(part)

    def _connect(self) -> None:
        session = self._session
        self._rate.valueChanged.connect(self._name_rate)
        self._rate.lineEdit().returnPressed.connect(self._continue.click)
        self._continue.clicked.connect(self._continue_lower)
        self._back.clicked.connect(self._go_back)
        self._accept.clicked.connect(session.accept_offer)
        self._decline.clicked.connect(session.decline_offer)
        self._save.clicked.connect(self._save_elsewhere)
        session.runs.said.connect(self._note_saved)
        session.runs.failed.connect(self._note_failure)
        for news in (
            session.state_changed,
            session.snapshot_changed,
            session.notice_changed,
            session.offer_changed,
            session.runs.changed,
        ):
            news.connect(self.refresh)

    def _show(self, text: str, tone: str, parts: tuple[QWidget, ...] = ()) -> None:
        for part in (*self._of_divergence, self._save, *self._of_offer):
            part.setVisible(part in parts)
        if text != self._text.text():
            self._text.setText(text)
        if tone != self._text.property("tone"):
            self._text.setProperty("tone", tone)
            self._text.style().polish(self._text)
        self.setVisible(bool(text))

    def _suggest(self) -> None:
        """Suggest a rate that is lower, and name how far one can go back."""
        if self._divergence is None:
            return
        session, rate = self._session, self._divergence.learning_rate
        lane = next((lane for lane in session.lanes if lane.run == session.shown_run), None)
        if lane is not None:
            self._to_do = recovery(lane.config, lane.events, lane.losses, rate)
        self._continue.setToolTip(help_text(continue_tip(self._to_do)))
        self._rate.setValue(self._to_do.config.learning_rate)
        self._name_rate()
        is_far = before_divergence(self._divergence) > 0
        back = self.tr("Go back {0}").format(BACK) if is_far else self.tr("Go to the start")
        self._back.set_action("", back)

    @property
    def _is_continued(self) -> bool:
        """Whether the run that was begun here is under way."""
        session = self._session
        under_way = session.state in (State.RUNNING, State.PAUSED)
        return under_way and session.shown_run == self._continued[0]

    def _name_rate(self) -> None:
        self._continue.set_action("", continue_action(self._to_do, self._rate.value()))

    def _continue_lower(self) -> None:
        session, to_do, rate = self._session, self._to_do, self._rate.value()
        said = continued_text(self._shown_name(), to_do, rate)
        if to_do.start == 0:
            session.start(to_do.config.replace(learning_rate=rate))
        else:
            # All else is as it was there: what was changed later may have driven the run away.
            session.branch(to_do.start)
            session.change("learning_rate", rate)
            session.resume()
        self._continued = session.shown_run, said
        self.refresh()

    def _find_unsaved(self) -> RunEntry | None:
        """Return the run that would be lost: the shown one, or one that gave way to it."""
        if not self._session.notice:
            return None
        shown = [each for each in self._session.runs.entries if each.is_shown and each.iteration]
        unsaved = (*shown, *self._session.runs.unsaved)
        return next((e for e in unsaved if self._saved.get(e.key) != e.iteration), None)

    def _save_elsewhere(self) -> None:
        run = self._find_unsaved()
        path = None if run is None else self._dialogs.ask_save(self.window(), run.name)
        if run is not None and path is not None:
            self._saving = run.key, run.iteration
            self._session.runs.save(run.key, path)

    def _note_saved(self, _said: str) -> None:
        if self._saving is not None:
            self._saved[self._saving[0]] = self._saving[1]
            self._saving = None
            self.refresh()

    def _note_failure(self, sentence: str) -> None:
        """Say why it could not be saved there either, until something else is to be said."""
        if self._saving is not None:
            self._saving = None
            self._show(not_saved_text(sentence), "fail", (self._save,))

    def _shown_name(self) -> str:
        entry = next((each for each in self._session.runs.entries if each.is_shown), None)
        return run_title(self._session.config) if entry is None else entry.name

    def _go_back(self) -> None:
        if self._divergence is not None:
            self._session.seek(before_divergence(self._divergence))
