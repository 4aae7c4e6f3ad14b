"""Which keys a widget wants for itself, before a page's shortcuts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTextEdit,
    QWidget,
)

from app.graph_view.handles import SpotHandle
from app.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Iterator

_CARET = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End})


def uses(widget: QWidget | None, key: int) -> bool:
    """Tell whether ``key`` means something to ``widget`` itself."""
    if isinstance(widget, ChoiceBox):
        return widget.uses(key)
    if isinstance(widget, QAbstractSpinBox | QComboBox | QLineEdit):
        return True
    if isinstance(widget, SpotHandle):
        return widget.uses(key)
    if isinstance(widget, QTextEdit):
        return key in _CARET or not widget.isReadOnly()
    if isinstance(widget, QAbstractButton):
        if key == Qt.Key.Key_Space:
            return True
        return widget.group() is not None and key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
    return False


@contextmanager
def focus_falling_to(fallback: QWidget) -> Iterator[None]:
    """Give the focus to ``fallback`` if what has it is disabled or hidden at the end.

    Qt would give it to the next one that can have it, where keys may mean something else.
    """
    window = fallback.window()
    had = window.focusWidget()
    was_seen = had is not None and had.isVisibleTo(window)
    yield
    if had is not None and not (had.isEnabled() and had.isVisibleTo(window) is was_seen):
        fallback.setFocus()
