"""What the keyboard and a screen reader find in a picture: an invisible widget on every spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from app.graph_view.camera import Camera
    from app.graph_view.scene import Spot

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class SpotHandle(QWidget):
    """Stands where a spot is and takes the focus for it; the view paints what shows that."""

    focused = Signal(object)
    key_pressed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.spot: Spot | None = None
        self.has_cells = False

    def show_spot(self, spot: Spot, *, has_cells: bool) -> None:
        """Stand for ``spot``; arrow keys belong to its cells, if it has any."""
        if self.spot is None or spot.key != self.spot.key:
            self.setObjectName(f"spot_{spot.key}")
        self.spot, self.has_cells = spot, has_cells
        self.setAccessibleName(spot.name)
        self.setAccessibleDescription(spot.tip)

    def uses(self, key: int) -> bool:
        """Tell whether a key means something here before it means something to the page."""
        return self.has_cells and key in ARROWS

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that this spot is looked at."""
        super().focusInEvent(event)
        self.focused.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that none is."""
        super().focusOutEvent(event)
        self.focused.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the view act on keys."""
        event.ignore()
        self.key_pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)


class Handles:
    """The handles of a view: as many as its scene has spots, kept for the next scene."""

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._pool: list[SpotHandle] = []
        self.shown = 0

    def of(self, key: str) -> SpotHandle | None:
        """Return the handle of the spot with ``key``."""
        shown = self._pool[: self.shown]
        return next((h for h in shown if h.spot is not None and h.spot.key == key), None)

    def show(self, spots: Sequence[Spot], has_cells: Callable[[Spot], bool]) -> list[SpotHandle]:
        """Give each spot a handle; return those that were made for it."""
        made: list[SpotHandle] = []
        while len(self._pool) < len(spots):
            handle = SpotHandle(self._view)
            QWidget.setTabOrder(self._pool[-1] if self._pool else self._view, handle)
            self._pool.append(handle)
            made.append(handle)
        for handle, spot in zip(self._pool, spots, strict=False):
            same = handle.spot is not None and handle.spot.key == spot.key
            handle.show_spot(spot, has_cells=handle.has_cells if same else has_cells(spot))
            handle.show()
        for handle in self._pool[len(spots) : self.shown]:
            handle.hide()
            handle.spot = None
        self.shown = len(spots)
        return made

    def place(self, camera: Camera) -> None:
        """Put the handles where their spots stand."""
        for handle in self._pool[: self.shown]:
            if handle.spot is not None:
                handle.setGeometry(camera.to_view(handle.spot.rect).toAlignedRect())
