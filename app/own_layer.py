"""The check of a layer that the user wrote: in a process of its own, which is always ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

from bpcore.layer_answer import decoded
from bpcore.layer_calls import LayerError, plain
from bpcore.layer_process import MAX_ANSWER, Limits, command

if TYPE_CHECKING:
    from pathlib import Path

END_SECONDS = 5.0
"""How long the watcher has to end what it watches, before it is ended itself."""


class OwnLayer(QObject):
    """Has the classes of one file checked at a time; the window goes on meanwhile.

    Nothing of the file is read, imported or run here: see ``bpcore.layer_process``. ``checked``
    carries a tuple of ``bpcore.layer_check.LayerCheck``, ``failed`` one sentence that begins with
    the name of the file; one of the two follows each check that is not cancelled. ``busy_changed``
    tells that a check began or ended.
    """

    checked = Signal(object)
    failed = Signal(str)
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None, *, limits: Limits | None = None) -> None:
        super().__init__(parent)
        self._limits = limits or Limits()
        self._watcher: _Watcher | None = None
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether a check is under way."""
        return self._watcher is not None

    def check(self, path: Path) -> None:
        """Check the classes in the file ``path``; a check that is under way is cancelled."""
        self.cancel()
        watcher = _Watcher(path, self._limits, self)
        watcher.answered.connect(self._take)
        self._watcher = watcher
        watcher.begin()
        self.busy_changed.emit()

    def cancel(self) -> None:
        """End the check; nothing more is heard of it."""
        if self._watcher is not None:
            watcher, self._watcher = self._watcher, None
            watcher.leave()
            self.busy_changed.emit()

    def close(self) -> None:
        """End all that runs, and wait until it has: for some ten milliseconds."""
        self.cancel()
        for watcher in self.findChildren(_Watcher):
            watcher.end()

    def _take(self, watcher: _Watcher) -> None:
        if watcher is not self._watcher:
            return
        self._watcher = None
        try:
            checks = decoded(watcher.answer) if not watcher.trouble else ()
            trouble = watcher.trouble
        except LayerError as error:
            checks, trouble = (), str(error)
        self.busy_changed.emit()
        if trouble:
            end = "" if trouble.endswith((".", "…", "!", "?")) else "."
            self.failed.emit(f"{plain(watcher.path.name, 60)}: {trouble}{end}")
        else:
            self.checked.emit(checks)


class _Watcher(QProcess):
    """The process that has a file checked by another, and deletes itself when it has ended.

    ``answered`` is emitted once, with itself, when there is an ``answer`` or a ``trouble``.
    """

    answered = Signal(object)

    def __init__(self, path: Path, limits: Limits, parent: QObject) -> None:
        super().__init__(parent)
        self.path, self.answer, self.trouble = path, b"", ""
        program, *arguments = command(path.absolute(), limits)
        self.setProgram(program)
        self.setArguments(arguments)
        self.setStandardErrorFile(QProcess.nullDevice())
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        seconds = limits.start_seconds + limits.seconds + END_SECONDS
        self._patience.setInterval(math.ceil(1000 * seconds))
        self._patience.timeout.connect(self._lose_patience)
        self.finished.connect(self._finish)
        self.errorOccurred.connect(self._fail_to_start)

    def begin(self) -> None:
        """Start."""
        self._patience.start()
        self.start()

    def leave(self) -> None:
        """Let it end what it watches, and itself: it does when its input ends."""
        self._patience.start(math.ceil(1000 * END_SECONDS))
        self.closeWriteChannel()

    def end(self) -> None:
        """Wait until it has ended."""
        if self.state() != QProcess.ProcessState.NotRunning:
            self.leave()
            if not self.waitForFinished(math.ceil(1000 * END_SECONDS)):
                self.kill()
                self.waitForFinished(1000)

    def _lose_patience(self) -> None:
        self.trouble = self.tr("its check did not come to an end; try again")
        self.kill()

    def _finish(self) -> None:
        self._patience.stop()
        self.answer = bytes(self.readAllStandardOutput().data())
        is_none = not self.answer.strip() or len(self.answer) > MAX_ANSWER + (1 << 16)
        if is_none and not self.trouble:
            self.trouble = self.tr("it ended the process that watches it, so it was not checked")
        self.answered.emit(self)
        self.deleteLater()

    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._patience.stop()
            text = self.tr("Python could not be started to check it ({0})")
            self.trouble = text.format(self.errorString())
            self.answered.emit(self)
            self.deleteLater()
