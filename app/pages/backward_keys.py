"""The keys of the Backward page: those that go through the pass, and those that lead elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.playback import Playback

_ONCE = ("Space", "F11")
"""Keys that do nothing more while they are held down."""


class PassKeys:
    """Shortcuts that act while the focus is in ``page``."""

    def __init__(self, page: QWidget, playback: Playback) -> None:
        self._page = page
        steering: tuple[tuple[str, Callable[[], None]], ...] = (
            ("Space", playback.toggle),
            ("Left", playback.back),
            ("Right", playback.forward),
            ("Home", playback.first),
            ("End", playback.last),
            ("[", playback.previous_layer),
            ("]", playback.next_layer),
        )
        self._steering = [self.add(keys, act) for keys, act in steering]

    def add(self, keys: str, act: Callable[[], None]) -> QShortcut:
        """Let ``keys`` do ``act``."""
        shortcut = QShortcut(QKeySequence(keys), self._page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(keys not in _ONCE)
        shortcut.activated.connect(act)
        return shortcut

    def allow_steering(self, allowed: bool) -> None:
        """Let the keys that go through the pass act, or not."""
        for shortcut in self._steering:
            shortcut.setEnabled(allowed)
