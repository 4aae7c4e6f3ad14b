"""A button with a menu from which files are saved: where to, in a thread, and what became of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton, QWidget

from app import export, formatting
from app.widgets.basics import IconButton
from app.widgets.export_saving import PARTS, Saving

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from app.widgets.export_saving import Write

Location = QStandardPaths.StandardLocation

PICTURES = (".png", ".svg", ".gif")
LAST_SECONDS = 5.0
"""How long the window's end waits for a file; one that takes longer is given up."""


def ask_path(parent: QWidget, title: str, proposed: str, kind: str) -> str:
    """Ask where to save; return "" if nowhere. ``kind`` is a filter: ``"PNG picture (*.png)"``."""
    dialog = QFileDialog(parent, title, str(Path(proposed).parent), kind)
    dialog.setObjectName("exportDialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(proposed).suffix[1:])
    dialog.selectFile(proposed)
    accepted = dialog.exec()
    chosen = dialog.selectedFiles() if accepted else []
    dialog.deleteLater()
    return chosen[0] if chosen else ""


def folder_or_home(folder: str | Path) -> Path:
    """Return ``folder`` if it is there, else the user's own folder."""
    return Path(folder) if folder and os.path.isdir(folder) else Path.home()


def may_replace(parent: QWidget, name: str) -> bool:
    """Ask whether the file ``name``, which the dialog could not know of, may be replaced."""
    translate = QCoreApplication.translate
    text = translate("Export", "{0} exists already. Do you want to replace it?").format(name)
    asked = QMessageBox.question(parent, translate("Export", "Replace the file"), text)
    return asked == QMessageBox.StandardButton.Yes


class SavingButton(IconButton):
    """Asks where to save something, and lets a thread write it.

    ``said`` and ``failed`` carry a sentence. While something long is being written, ``progress``
    carries what is done and the whole of it; ``ended`` follows in any case.

    Attributes
    ----------
    folder
        Where something was saved last; None before.
    """

    said = Signal(str)
    failed = Signal(str)
    progress = Signal(int, int)
    ended = Signal()

    def __init__(self, name: str, *, size: int = 28) -> None:
        super().__init__("export", QCoreApplication.translate("Export", "Export"), name, size=size)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.folder: Path | None = None
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.stop)

    def _action(self, menu: QMenu, name: str, text: str, act: Callable[[], None]) -> QAction:
        action = menu.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False: act())
        return action

    # What is shown while it takes long.

    @property
    def progress_title(self) -> str:
        """What the progress is of, for a screen reader."""
        return QCoreApplication.translate("Export", "Progress of the file")

    @property
    def cancel_title(self) -> str:
        """What can be cancelled, for a screen reader."""
        return QCoreApplication.translate("Export", "Cancel writing the file")

    def progress_text(self, done: int, total: int) -> str:
        """Return how far it is, in words."""
        names = ", ".join(saving.path.name for saving in self._savings())
        text = QCoreApplication.translate("Export", "Writing {0}: {1}")
        return text.format(names, formatting.percent(done / total, 0))

    def cancel(self) -> None:
        """Stop writing what can be stopped; nothing is left of it."""
        for saving in self._savings():
            saving.cancel()

    def stop(self) -> None:
        """Let nothing run on: the window closes. What is nearly done is completed."""
        for saving in self._savings():
            if not saving.wait(round(LAST_SECONDS * 1000)):
                saving.cancel()
                saving.wait()

    # Saving.

    def _ask(self, title: str, name: str, kind: str) -> Path | None:
        """Return where to save; None for nowhere."""
        suffix = Path(name).suffix
        chosen = ask_path(self.window(), title, str(self._folder(suffix) / name), kind)
        if not chosen:
            return None
        path = Path(export.with_suffix(chosen, suffix))
        if str(path) != str(Path(chosen)) and path.exists():
            if not may_replace(self.window(), path.name):
                return None
        self.folder = path.parent
        return path

    def _folder(self, suffix: str) -> Path:
        if self.folder is not None and self.folder.is_dir():
            return self.folder
        place = Location.PicturesLocation if suffix in PICTURES else Location.DocumentsLocation
        return folder_or_home(QStandardPaths.writableLocation(place))

    def _save(self, path: Path, write: Write) -> None:
        saving = Saving(path, write, self)
        saving.saved.connect(self._say_saved)
        saving.failed.connect(self.failed)
        saving.progress.connect(self._tell_progress)
        saving.finished.connect(self._end_saving)
        saving.start()

    def _savings(self) -> list[Saving]:
        return [saving for saving in self.findChildren(Saving) if not saving.isFinished()]

    @property
    def _is_busy(self) -> bool:
        return bool(self._savings())

    def _say_saved(self, path: str) -> None:
        self.said.emit(self._saved_text(Path(path)))

    def _saved_text(self, path: Path) -> str:
        return QCoreApplication.translate("Export", "Saved as {0}.").format(path.name)

    def _tell_progress(self, parts: int) -> None:
        if self._savings():
            self.progress.emit(parts, PARTS)

    def _end_saving(self) -> None:
        for saving in self.findChildren(Saving):
            if saving.isFinished():
                saving.deleteLater()
        if not self._is_busy:
            self.ended.emit()
