"""The one question that closing may ask: what to do with runs that can't be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from app import formatting
from app.session import State
from app.widgets.run_dialogs import RunDialogs

if TYPE_CHECKING:
    from pathlib import Path

    from app.last_save import AtRisk
    from app.run_entries import RunEntry
    from app.session import Session

Role = QMessageBox.ButtonRole
HEIGHT = 30

HURRY_MS = 30_000
"""For how long nothing is asked once the session of the user ends; somebody may yet cancel that."""


class Farewell(QObject):
    """Lets a window close if all is saved, or nobody wants that; else it asks.

    The question does not hold anything up: the run goes on, and the window closes later, or not.
    """

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._dialogs = RunDialogs()
        self._is_sure = self._was_running = False
        self._hurry = QDeadlineTimer(0)
        self._at_risk: AtRisk | None = None
        self._box: QMessageBox | None = None
        self._left = 0  # files that are still being written
        session.runs.said.connect(self._note_saved)
        session.runs.failed.connect(self._note_failure)

    def hurry(self) -> None:
        """Ask nothing for a while: the user's session ends, or the program is told to end."""
        self._hurry = QDeadlineTimer(HURRY_MS)

    def may_go(self, timeout: float) -> bool:
        """Return whether the window may close; to find out takes so many seconds at most."""
        if self._is_sure or not self._hurry.hasExpired():
            return True
        if self._box is None:
            self._at_risk = self._session.end_if_saved(timeout)
        return self._at_risk is None

    def ask(self) -> None:
        """Ask what is to be done, unless that is asked already."""
        if self._box is not None or self._at_risk is None:
            return
        runs = self._at_risk.runs
        box = QMessageBox(self._window)
        box.setObjectName("farewell")
        box.setWindowTitle(self.tr("Quit Chainlight"))
        box.setText(question(runs))
        box.setInformativeText(self._at_risk.trouble)
        save = self.tr("Save as …") if len(runs) == 1 else self.tr("Save all in …")
        parts = (
            (save, "farewellSave", Role.AcceptRole),
            (self.tr("Quit without saving"), "farewellQuit", Role.DestructiveRole),
            (self.tr("Cancel"), "farewellCancel", Role.RejectRole),
        )
        buttons = [_add(box, *part) for part in parts]
        box.setDefaultButton(buttons[0])
        box.setEscapeButton(buttons[2])
        box.finished.connect(self._answer)
        self._box = box
        box.open()

    def _answer(self) -> None:
        box, self._box = self._box, None
        if box is None:
            return
        chosen = box.clickedButton().objectName() if box.clickedButton() is not None else ""
        box.deleteLater()
        if chosen == "farewellSave":
            self._save()
        elif chosen == "farewellQuit":
            self._is_sure = True
            self._window.close()
        else:
            self._go_on()

    def _save(self) -> None:
        """Ask where to, and save what stands still from now on."""
        assert self._at_risk is not None
        self._was_running = self._was_running or self._session.state is State.RUNNING
        self._session.pause()
        places = self._ask_places(self._at_risk.runs)
        self._left = len(places)
        for key, path in places.items():
            self._session.runs.save(key, path)
        if not places:
            self._go_on()

    def _ask_places(self, runs: tuple[RunEntry, ...]) -> dict[str, Path]:
        if len(runs) == 1:
            path = self._dialogs.ask_save(self._window, runs[0].name)
            return {} if path is None else {runs[0].key: path}
        paths = self._dialogs.ask_folder(self._window, [run.name for run in runs])
        return {run.key: path for run, path in zip(runs, paths, strict=True)} if paths else {}

    def _go_on(self) -> None:
        was_running, self._was_running = self._was_running, False
        if was_running:
            self._session.resume()

    def _note_saved(self, _said: str) -> None:
        if self._left:
            self._left -= 1
            if not self._left:
                self._window.close()

    def _note_failure(self, sentence: str) -> None:
        """Ask once more, with what went wrong there."""
        if self._left and self._at_risk is not None:
            self._left = 0
            self._at_risk = type(self._at_risk)(self._at_risk.runs, sentence)
            self.ask()


def question(runs: tuple[RunEntry, ...]) -> str:
    """Say which runs can't be saved."""
    if len(runs) == 1:
        return _translate("‘{0}’ can't be saved where runs are kept.").format(runs[0].name)
    names = ", ".join(f"‘{run.name}’" for run in runs)
    text = _translate("{0} runs can't be saved where runs are kept: {1}.")
    return text.format(formatting.count(len(runs)), names)


def _add(box: QMessageBox, text: str, name: str, role: QMessageBox.ButtonRole) -> QPushButton:
    button = box.addButton(text, role)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setMinimumHeight(HEIGHT)
    return button


def _translate(text: str) -> str:
    return QCoreApplication.translate("Farewell", text)
