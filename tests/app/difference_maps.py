"""A map of differences on the screen, and what can be read off it."""

import numpy as np
import pictures
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.widgets.difference_map import DifferenceMap

UNIT = 17


def make(qtbot, report, *, is_broken: bool = True, size=(272, 328)) -> DifferenceMap:
    shown = DifferenceMap()
    qtbot.addWidget(shown)
    shown.resize(*size)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.show_report(report, is_broken=is_broken)
    QApplication.processEvents()
    return shown


def text_of(shown: DifferenceMap, name: str) -> str:
    return shown.findChild(QLabel, name).text()


def tile_of(shown: DifferenceMap, unit: int) -> np.ndarray:
    image = pictures.pixels(shown.tiles.viewport().grab().toImage())
    rect = shown.tiles.tile_rect(unit)
    return image[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]


def picture_of(shown: DifferenceMap, term: int) -> np.ndarray:
    image = pictures.pixels(shown.equation.grab().toImage())
    rect = shown.equation.plan.picture(term).toRect()
    return image[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]


def move_to(widget: QWidget, at: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    kind, keys = QMouseEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, at, widget.mapToGlobal(at), none, none, keys))


def point_at(shown: DifferenceMap, term: int, row: int, column: int) -> None:
    rect = shown.equation.plan.picture(term)
    cell = rect.width() / 28
    move_to(shown.equation, rect.topLeft() + QPointF(column + 0.5, row + 0.5) * cell)
