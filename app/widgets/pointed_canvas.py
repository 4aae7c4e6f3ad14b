"""What pictures have in common that can be read off with the pointer or with keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent

ARROWS: Mapping[int, tuple[int, int]] = MappingProxyType(
    {
        Qt.Key.Key_Left: (-1, 0),
        Qt.Key.Key_Right: (1, 0),
        Qt.Key.Key_Up: (0, -1),
        Qt.Key.Key_Down: (0, 1),
    }
)
"""Right and down, by keys."""

Place = TypeVar("Place")


class FocusCanvas(QWidget):
    """Takes as much room as there is, follows the pointer, and is painted anew with the focus."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive elsewhere."""
        super().focusOutEvent(event)
        self.update()


class PointedCanvas(FocusCanvas, Generic[Place]):
    """Has a place that the pointer or the keys lead to, as long as one of them is here."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._place: Place | None = None

    @property
    def place(self) -> Place | None:
        """What is pointed at."""
        return self._place

    def _point(self, place: Place | None) -> None:
        if place != self._place:
            self._place = place
            self._tell()
            self.update()

    def _tell(self) -> None:
        """Tell of another place."""
        raise NotImplementedError

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing any more, unless the keys do."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        super().focusOutEvent(event)
        self._point(None)
