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
    """Has the classes of a file checked, after a warning.

    ``checked`` carries the LayerChecks, ``failed`` a sentence; ``changed`` tells that a check began
    or ended.
    """

    checked = Signal(object)
    failed = Signal(str)
    changed = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._path: Path | None = None
        self._layer = OwnLayer(self)
        self._layer.checked.connect(self._take)
        self._layer.failed.connect(self.failed)
        self._layer.busy_changed.connect(self.changed)

    @property
    def busy(self) -> bool:
        """Whether a check is under way."""
        return self._layer.busy

    @property
    def name(self) -> str:
        """The name of the file; "" before one was chosen."""
        return "" if self._path is None else self._path.name

    def choose(self) -> None:
        """Ask which file, warn that its code will run, and check it."""
        folder = None if self._path is None else self._path.parent
        path = own_layer_dialog.choose(self._page, folder)
        if path is not None and own_layer_dialog.ask(self._page, path):
            self.check(path)

    def check(self, path: Path) -> None:
        """Check the classes in the file ``path``, whose code may run."""
        self._path = path
        self._layer.check(path)

    def cancel(self) -> None:
        """Give up the check under way."""
        self._layer.cancel()

    def close(self) -> None:
        """End all that runs."""
        self._layer.close()

    def _take(self, checks: tuple[LayerCheck, ...]) -> None:
        self.checked.emit(checks)
