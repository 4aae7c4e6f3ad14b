"""A layer that the user wrote: which one, whether its code may run, and what the check says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.own_layer import OwnLayer
from app.widgets import own_layer_dialog

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from bpcore.layer_check import LayerCheck


class LayerErrand(QObject):
    """Has the classes of a file checked, after a warning, and keeps what was found.

    ``changed`` tells of every step.
    """

    changed = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._path: Path | None = None
        self._is_open = False
        self._checks: tuple[LayerCheck, ...] = ()
        self._trouble = ""
        self._layer = OwnLayer(self)
        self._layer.checked.connect(self._take)
        self._layer.failed.connect(self._fail)

    @property
    def is_open(self) -> bool:
        """Whether a file is looked at, from the moment that its check begins."""
        return self._is_open

    @property
    def busy(self) -> bool:
        """Whether a check is under way."""
        return self._layer.busy

    @property
    def name(self) -> str:
        """The name of the file; "" before one was chosen."""
        return "" if self._path is None else self._path.name

    @property
    def checks(self) -> tuple[LayerCheck, ...]:
        """What was found of each class; none while it is being found, and after a failure."""
        return self._checks

    @property
    def trouble(self) -> str:
        """A sentence that says why nothing was found; "" if nothing went wrong."""
        return self._trouble

    def choose(self) -> None:
        """Ask which file, warn that its code will run, and check it."""
        folder = None if self._path is None else self._path.parent
        path = own_layer_dialog.choose(self._page, folder)
        if path is not None and own_layer_dialog.ask(self._page, path):
            self.check(path)

    def repeat(self) -> None:
        """Check the same file again, which may be another by now: so warn again."""
        path = self._path
        if path is not None and not self.busy and own_layer_dialog.ask(self._page, path):
            self.check(path)

    def check(self, path: Path) -> None:
        """Check the classes in the file ``path``, whose code may run."""
        self._path, self._is_open = path, True
        self._checks, self._trouble = (), ""
        self._layer.check(path)
        self.changed.emit()

    def leave(self) -> None:
        """Look at no file any more; a check under way is given up."""
        if self._is_open:
            self._is_open, self._checks, self._trouble = False, (), ""
            self._layer.cancel()
            self.changed.emit()

    def close(self) -> None:
        """End all that runs."""
        self._layer.close()

    def _take(self, checks: tuple[LayerCheck, ...]) -> None:
        self._checks = checks
        self.changed.emit()

    def _fail(self, message: str) -> None:
        self._trouble = message
        self.changed.emit()
