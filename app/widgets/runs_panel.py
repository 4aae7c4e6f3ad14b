"""The card with all runs: open, save, show, compare, rename, repeat, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import formatting
from app.compared import MOST_COMPARED
from app.widgets.basics import Card, IconButton, ThemedButton
from app.widgets.compared_below import ComparedBelow
from app.widgets.comparison import comparison
from app.widgets.keys import focus_falling_to
from app.widgets.notice_line import NoticeLine
from app.widgets.race_button import RaceButton
from app.widgets.run_dialogs import RunDialogs
from app.widgets.run_row import tip
from app.widgets.run_sentences import UnreadableFiles, sentence
from app.widgets.runs_list import RunsList
from app.widgets.runs_model import rows_of, shape_of, shown_key
from app.widgets.tool_choice import with_key

if TYPE_CHECKING:
    from app.session import Session
    from app.widgets.run_row import Row

NEWS_MS = 500
"""Least time between two frames in which nothing but figures are new."""

HEIGHT = 28
LIST_HEIGHT = 156


class RunsPanel(Card):
    """Lists the runs of a session, and does with them what is asked.

    Ticks say which runs are to be compared; the button hides their curves and shows them again.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(self.tr("Runs"), " ")
        self._runs = session.runs
        self._dialogs = RunDialogs()
        self._ticks: tuple[str, ...] = ()
        self._refused = False
        self._shown = self._deleted_key = self._returning = ""
        self._pause = QTimer(self, singleShot=True, interval=NEWS_MS)
        self._is_late = False
        self._make_widgets()
        self._lay_out()
        self._connect()
        self.refresh()

    # The widgets.

    def _make_widgets(self) -> None:
        self._open = ThemedButton(self.tr("Open …"), "openRunButton", height=HEIGHT)
        self._save = ThemedButton(self.tr("Save …"), "saveRunButton", height=HEIGHT)
        self._compare = ThemedButton(self.tr("Compare"), "compareButton", height=HEIGHT)
        self._compare.setCheckable(True)
        self._repeat = IconButton(
            "restart", with_key(self.tr("Repeat exactly"), "R"), "repeatRunButton", size=HEIGHT
        )
        self._delete = IconButton(
            "clear", with_key(self.tr("Delete"), "Del"), "deleteRunButton", size=HEIGHT
        )
        self._undo = ThemedButton(self.tr("Undo"), "undoDeleteButton", height=HEIGHT)
        self._race = RaceButton(self._runs, height=HEIGHT)
        for button, text in (
            (self._open, with_key(self.tr("Open a run from a file"), "Ctrl+Shift+O")),
            (self._save, with_key(self.tr("Save this run as a file"), "Ctrl+Shift+S")),
            (self._compare, self.tr("Show the curves of the ticked runs, or hide them")),
        ):
            button.setToolTip(text)
        self.list = RunsList()
        self.list.setMinimumHeight(LIST_HEIGHT)
        self._below = ComparedBelow(self.list)
        self.table = self._below.table
        self._notice = NoticeLine(
            "runsNotice", self.tr("Notice"), self.tr("Enter shows, Space compares.")
        )
        self._place = QWidget()
        self._notice.float_over(self._place)
        self._empty = sentence(
            "runsEmpty",
            self.tr("Start a run (F5): it is kept here, to be looked at again and compared."),
        )
        self._unreadable = UnreadableFiles()

    def _lay_out(self) -> None:
        self.outer.setContentsMargins(16, 0, 16, 12)
        for button in (self._open, self._save, self._compare):
            self.header.addWidget(button)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self._notice, 1)
        for tool in (self._undo, self._race, self._repeat, self._delete):
            tools.addWidget(tool)
        place = QVBoxLayout(self._place)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self._empty)
        place.addWidget(self.list, 1)
        self.body.addWidget(self._place, 1)
        self.body.addWidget(self._unreadable)
        self.body.addLayout(tools)
        self.body.addWidget(self.table)
        self.body.addWidget(self._below.verdict)

    def _connect(self) -> None:
        runs, rows = self._runs, self.list
        runs.changed.connect(self._note_change)
        runs.opened.connect(self._take_opened)
        runs.said.connect(self._notice.say)
        runs.failed.connect(self._take_failure)
        rows.show_wanted.connect(runs.show)
        rows.compare_wanted.connect(self._tick)
        rows.rename_wanted.connect(runs.rename)
        rows.repeat_wanted.connect(self._repeat_run)
        rows.save_wanted.connect(self._save_run)
        rows.delete_wanted.connect(self._delete_run)
        rows.undo_wanted.connect(self._undo_delete)
        rows.current_changed.connect(self._allow)
        rows.name_refused.connect(self._notice.complain)
        self._open.clicked.connect(self.open_run)
        self._save.clicked.connect(rows.save_current)
        self._compare.clicked.connect(self._switch_comparison)
        self._repeat.clicked.connect(rows.repeat_current)
        self._delete.clicked.connect(rows.delete_current)
        self._undo.clicked.connect(self._undo_delete)
        self._race.said.connect(self._notice.say)
        self._race.hear_keys_of(self)
        self.addAction(rows.undo_action)
        self._pause.timeout.connect(self._refresh_if_late)
        for keys, act in (
            ("Ctrl+Shift+O", self.open_run),
            ("Ctrl+Shift+S", rows.save_current),
        ):
            QShortcut(QKeySequence(keys), self, autoRepeat=False).activated.connect(act)

    # News of the runs.

    def _note_change(self) -> None:
        """Show what is new: at once if it is more than figures, else a few times a second."""
        if not self.isVisible():
            return  # all of it is shown when the panel is
        if self._pause.isActive() and shape_of(self._runs) == self._told:
            self._is_late = True
        else:
            self.refresh()

    def _refresh_if_late(self) -> None:
        if self._is_late:
            self.refresh()

    def refresh(self) -> None:
        """Show the runs as they are now."""
        runs = self._runs
        self._told = shape_of(self._runs)
        self._is_late = False
        self._pause.start()
        self._take_compared()
        rows = rows_of(runs, self._ticks)
        fallback = self.list if rows else self._undo if runs.deleted else self._open
        with focus_falling_to(fallback):
            self.list.show_rows(rows)
            self.subtitle.setText(formatting.count(len(rows)) if rows else " ")
            self.list.setVisible(bool(rows))
            self._empty.setVisible(not rows)
            for button in (self._race, self._repeat, self._delete):
                button.setVisible(bool(rows))
            self._notice.setVisible(bool(rows) or self._notice.is_notice)
            self._show_undo()
            self._allow()
        self._unreadable.show_names(runs.unreadable)
        self._below.show_comparison(comparison(runs))
        if any(row.key == self._returning for row in rows):
            self.list.select(self._returning)
            self._returning = ""
            if self.isAncestorOf(self.window().focusWidget()):
                self.list.setFocus()

    def _take_compared(self) -> None:
        """Let the ticks follow what is compared, unless it is only hidden.

        A compared run that came to be shown changes places with the one that was.
        """
        before, self._shown = self._shown, shown_key(self._runs)
        if self._shown in self._runs.compared:
            exchanged = {self._shown: before}
            self._runs.compare([exchanged.get(key, key) for key in self._runs.compared])
        compared = self._runs.compared
        if compared or self._compare.isChecked():
            self._ticks = compared
        others = {entry.key for entry in self._runs.entries if not entry.is_shown}
        self._ticks = tuple(key for key in self._ticks if key in others)
        self._compare.setChecked(bool(compared))

    def _allow(self) -> None:
        """Let be done what can be done."""
        self._compare.setEnabled(bool(self._ticks))
        self._race.set_runs(self._shown, self._ticks)
        for button in (self._save, self._repeat, self._delete):
            button.setEnabled(self.list.current is not None)

    def _show_undo(self) -> None:
        name = self._runs.deleted
        self.list.set_undo(name)
        self._undo.setVisible(bool(name))
        text = self.tr("Bring back ‘{0}’").format(name)
        self._undo.setToolTip(tip(with_key(text, "Ctrl+Z")))
        self._undo.setAccessibleName(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what happened meanwhile."""
        super().showEvent(event)
        self.refresh()

    def _take_opened(self, key: str) -> None:
        self.refresh()
        self.list.select(key)
        name = self._name(key)
        if name:
            self._notice.say(self.tr("‘{0}’ is shown.").format(name))

    def _take_failure(self, text: str) -> None:
        self._refused = True
        self._notice.show()
        self._notice.complain(text)

    # What is asked.

    def open_run(self) -> None:
        """Ask for a file, and show the run in it."""
        path = self._dialogs.ask_open(self.window())
        if path is not None:
            self._notice.say(self.tr("Opening {0} …").format(path.name))
            self._runs.open(path)

    def _save_run(self, key: str) -> None:
        path = self._dialogs.ask_save(self.window(), self._name(key))
        if path is not None:
            self._runs.save(key, path)

    def _tick(self, key: str) -> None:
        """Compare a run with the shown one, or no longer."""
        if key in self._ticks:
            self._ticks = tuple(other for other in self._ticks if other != key)
        elif len(self._ticks) < MOST_COMPARED:
            self._ticks = (*self._ticks, key)
        else:
            self._notice.complain(self.tr("Three runs are compared already: untick one first."))
            return
        self._runs.compare(self._ticks)
        self.refresh()

    def _switch_comparison(self, on: bool) -> None:
        self._runs.compare(self._ticks if on else ())
        self.refresh()

    def _repeat_run(self, key: str) -> None:
        name = self._name(key)
        self._refused = False
        self._runs.repeat(key)
        if not self._refused:
            text = self.tr("‘{0}’ runs again: same seed, same changes.")
            self._notice.say(text.format(name))

    def _delete_run(self, key: str) -> None:
        row = self._row(key)
        if row is None:
            return
        if row.phase == "running":
            text = self.tr("‘{0}’ is running: stop it first (Shift+F5).")
            self._notice.complain(text.format(row.name))
            return
        self._refused = False
        self._runs.delete(key)
        if not self._refused:
            self._deleted_key = key
            self._notice.say(self.tr("Deleted ‘{0}’.").format(row.name))
        self.refresh()

    def _undo_delete(self) -> None:
        name = self._runs.deleted
        if name:
            self._returning = self._deleted_key
            self._runs.undo_delete()
            self._notice.say(self.tr("‘{0}’ is back.").format(name))
            self.refresh()

    def _row(self, key: str) -> Row | None:
        return next((row for row in self.list.rows if row.key == key), None)

    def _name(self, key: str) -> str:
        row = self._row(key)
        return "" if row is None else row.name
