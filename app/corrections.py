"""Corrections of what was read, kept in the user's folder as they come."""

from __future__ import annotations

import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.handwriting_worker import HandwritingWorker
from bpcore import folders
from bpcore.folders import FolderError
from bpcore.handwriting import SUFFIX, Correction, CorrectionSet, HandwritingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bpcore.datasets.idx import Bytes


class Corrections(QObject):
    """Drawings with the digits that were meant. Lives in the window's thread, and never blocks.

    ``changed`` tells of other corrections. ``said`` carries a sentence of what went well, and
    ``failed`` of what didn't. If they can't be kept, that stays in ``trouble``: nothing is lost as
    long as the program runs, and every later change tries again.

    Parameters
    ----------
    folder
        Where all is kept; by default a folder among the user's data.
    clock
        Gives seconds since 1970.
    """

    changed = Signal()
    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        folder: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._set = CorrectionSet()
        self._removed: list[tuple[Correction, ...]] = []
        self._trouble = ""
        self._loading = False
        self._unsaved = False
        self._folder = folder or self._usual_folder()
        self._worker = HandwritingWorker()
        self._worker.loaded.connect(self._take_loaded)
        self._worker.imported.connect(self._take_imported)
        self._worker.exported.connect(self._say_exported)
        self._worker.saved.connect(self._note_saved)
        self._worker.trouble.connect(self._note_trouble)
        self._worker.failed.connect(self.failed)
        # However the program ends: a thread that outlives its QThread object would abort it.
        self._end_thread = weakref.finalize(self, _end_thread, self._worker)
        if self._folder is not None and self._path.exists():
            self._loading = True
            self._worker.load(self._path)

    def _usual_folder(self) -> Path | None:
        try:
            return folders.data() / "handwriting"
        except FolderError as error:  # without a place nothing can be kept, but all else works
            self._trouble = str(error)
            return None

    @property
    def _path(self) -> Path:
        assert self._folder is not None
        return self._folder / f"corrections{SUFFIX}"

    @property
    def corrections(self) -> CorrectionSet:
        """What is kept, the oldest first."""
        return self._set

    @property
    def count(self) -> int:
        """How many corrections are kept."""
        return len(self._set)

    @property
    def trouble(self) -> str:
        """Why the corrections can't be read or kept; "" if they can."""
        return self._trouble

    @property
    def can_undo_remove(self) -> bool:
        """Whether there is something to bring back."""
        return bool(self._removed)

    def add(self, image: Bytes, label: int) -> None:
        """Keep that the drawing ``image`` (784,) is a ``label``."""
        try:
            self._set_to(self._set.added(Correction(image, label, self._clock())))
        except HandwritingError as error:
            self.failed.emit(str(error))

    def remove(self, indices: Iterable[int]) -> None:
        """Forget the corrections at ``indices``, until ``undo_remove``."""
        gone = sorted(set(indices))
        if gone:
            self._removed.append(tuple(self._set[n] for n in gone))
            self._set_to(self._set.removed(gone))

    def undo_remove(self) -> None:
        """Bring back what was removed last."""
        if self._removed:
            try:
                merged = self._set.merged(self._removed[-1])
            except HandwritingError as error:
                self.failed.emit(str(error))
                return
            self._removed.pop()
            self._set_to(merged)

    def export(self, path: str | Path) -> None:
        """Write all corrections to a file."""
        self._worker.export(Path(path), self._set)

    def import_from(self, path: str | Path) -> None:
        """Keep the corrections of a file too."""
        self._worker.import_from(Path(path))

    def close(self, timeout: float = 10.0) -> bool:
        """End the thread once all is written.

        Returns whether it ended within ``timeout`` seconds.
        """
        if self._unsaved:  # perhaps it works now
            self._save()
        self._worker.end()
        return self._worker.wait(round(timeout * 1000))

    def _set_to(self, corrections: CorrectionSet) -> None:
        self._set = corrections
        self._save()
        self.changed.emit()

    def _save(self) -> None:
        self._unsaved = True
        if self._folder is not None:
            # What is still being read is not among them yet.
            self._worker.save(self._path, self._set, join=self._loading)

    # The other end of the thread.

    def _take_loaded(self, loaded: CorrectionSet | None) -> None:
        self._loading = False
        if loaded is not None:
            try:
                self._set = loaded.merged(self._set)
            except HandwritingError as error:
                self.failed.emit(str(error))
        self.changed.emit()

    def _take_imported(self, name: str, imported: CorrectionSet) -> None:
        before = len(self._set)
        try:
            self._set_to(self._set.merged(imported))
        except HandwritingError as error:
            self.failed.emit(f"{name}: {error}")
            return
        new = len(self._set) - before
        text = self.tr("{name}: {new} added, {known} were there already.")
        self.said.emit(text.format(name=name, new=new, known=len(imported) - new))

    def _say_exported(self, name: str) -> None:
        self.said.emit(self.tr("Saved as {0}.").format(name))

    def _note_saved(self) -> None:
        self._unsaved, self._trouble = False, ""

    def _note_trouble(self, sentence: str) -> None:
        self._trouble = sentence
        self.failed.emit(sentence)


def _end_thread(worker: HandwritingWorker) -> None:
    worker.end()
    worker.wait()
