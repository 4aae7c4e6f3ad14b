"""The hidden units as tiles, with what is to be known of the selected one and of dead ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QRect, QRectF, QSize, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import formatting, theme
from app.widgets.basics import SEMIBOLD, label
from app.widgets.saliency_painter import paint_values
from app.widgets.tile_grid import SCROLL_ROOM, TileGrid
from app.widgets.tile_loupe import TileLoupe
from app.widgets.tile_pixels import end_texts, largest, robust_limit

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.inspecting import Inspected
    from app.session import Session, Snapshot

    Array = npt.NDArray[np.floating]

REPAINT_MS = 160
"""Between two looks of the tiles while a run goes on: weights change little in that time."""

_BAR_HEIGHT = 8


class UnitTiles(QWidget):
    """Each hidden unit's weights as a tile of 28 × 28; a click selects the unit on every page."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("unitTiles")
        self.setAccessibleName(self.tr("Hidden neurons"))
        self._session = session
        self._weights: Array | None = None
        self._waiting: Array | None = None
        self._limit = 0.0
        self._dead: frozenset[int] = frozenset()
        self._pointed = -1
        self._since_shown = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show_waiting)
        self.grid = TileGrid()
        self._loupe = TileLoupe(self)
        self._name = label(tone="accent", weight=SEMIBOLD, name="unitName")
        self._facts = label(tone="2", name="unitFacts", steady=True)
        self._legend = _Legend()
        self._state = label(tone="3", name="unitState", elided=True)
        self._build()
        self.setFocusProxy(self.grid)
        self.grid.chosen.connect(session.select_unit)
        self.grid.pointed.connect(self._point)
        session.unit_changed.connect(self._select)
        self.show_inspection(None)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid, 1)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self._facts)
        row.addWidget(self._legend, 1)
        column.addLayout(row)
        column.addSpacing(3)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        below.addWidget(self._state)
        column.addLayout(below)

    @property
    def limit(self) -> float:
        """The v of the scale ±v that all tiles share."""
        return self._limit

    @property
    def dead(self) -> frozenset[int]:
        """The units that are marked as dead."""
        return self._dead

    def show_snapshot(self, snapshot: Snapshot | None, *, at_once: bool = False) -> None:
        """Show the weights of ``snapshot``: soon, so that a run repaints them now and then."""
        self._waiting = None if snapshot is None else snapshot.params["W1"]
        # Asked once: the clock goes on between two looks at it.
        left = REPAINT_MS - int(self._since_shown.elapsed()) if self._since_shown.isValid() else 0
        if at_once or left <= 0:
            self._timer.stop()
            self._show_waiting()
        elif not self._timer.isActive():
            self._timer.start(left + REPAINT_MS)  # unless there is more to be shown before

    def show_inspection(self, inspected: Inspected | None) -> None:
        """Show which units are dead, as ``inspected`` says; without it, that it is not known."""
        now = None if inspected is None else inspected.now
        self._dead = frozenset() if now is None else frozenset(np.flatnonzero(now.dead).tolist())
        self.grid.set_dead(self._dead)
        self._state.setText(state_text(inspected))
        self._describe()

    def _show_waiting(self) -> None:
        if not self.isVisible():
            return
        self._since_shown.restart()
        if self._waiting is not self._weights:
            self._weights = self._waiting
            self._limit = 0.0 if self._weights is None else robust_limit(self._weights)
            self._legend.set_limit(None if self._weights is None else self._limit)
            self.grid.set_weights(self._weights, self._limit)
        self._select(self._session.unit)

    def _select(self, unit: int) -> None:
        self.grid.set_unit(unit)
        self._describe()
        if self._pointed >= 0:
            self._point(self._pointed)

    def _describe(self) -> None:
        """Say in words which unit is selected, and what its weights are."""
        unit = self._session.unit
        if self._weights is None or unit >= self._weights.shape[1]:
            self._name.setText("")
            self._facts.setText(formatting.EM_DASH)
            return
        self._name.setText(self._unit_text(unit))
        self._facts.setText(self._weights_text(unit))
        of = self.tr("{0} of {1}").format(self._unit_text(unit), self.grid.units)
        said = [of, self._weights_text(unit), *self._dead_text(unit)]
        self.grid.setAccessibleDescription("; ".join([*said, self._state.text()]))

    def _unit_text(self, unit: int) -> str:
        return self.tr("Unit {0}").format(unit)

    def _weights_text(self, unit: int) -> str:
        assert self._weights is not None
        size = formatting.magnitude(largest(self._weights, unit), 2)
        return self.tr("|W| max {0}").format(size)

    def _dead_text(self, unit: int) -> list[str]:
        return [self.tr("dead: it never fires")] if unit in self._dead else []

    def _point(self, unit: int) -> None:
        """Enlarge the tile under the pointer."""
        self._pointed = unit
        if unit < 0 or self._weights is None or unit >= self._weights.shape[1]:
            self._loupe.hide()
            return
        lines = (self._unit_text(unit), self._weights_text(unit), *self._dead_text(unit))
        corner = self.grid.viewport().mapTo(self, self.grid.tile_rect(unit).topLeft())
        at = QRect(corner, QSize(self.grid.side, self.grid.side))
        self._loupe.show_tile(self._weights[:, unit], self._limit, lines, at)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the enlarged tile along; nothing is painted for nobody."""
        super().hideEvent(event)
        self._loupe.hide()
        self._timer.stop()


class _Legend(QWidget):
    """The scale of the tiles, with ±v at its ends."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._limit: float | None = None

    def set_limit(self, limit: float | None) -> None:
        """Show ±``limit``; without one, that there is none."""
        if limit != self._limit:
            self._limit = limit
            low, high = self.texts
            self.setAccessibleName(self.tr("Colours from {0} to {1}").format(low, high))
            self.update()

    @property
    def texts(self) -> tuple[str, str]:
        """What stands at the ends."""
        return (formatting.EM_DASH,) * 2 if self._limit is None else end_texts(self._limit)

    def sizeHint(self) -> QSize:
        """Return the size that it has in the design."""
        return QSize(178, 16)

    def minimumSizeHint(self) -> QSize:
        """Return room for the numbers and a short scale."""
        return QSize(120, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scale at the right."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setFont(theme.mono_font(11))
        metrics = painter.fontMetrics()
        low, high = self.texts
        line = (self.height() + metrics.capHeight()) // 2
        painter.setPen(QColor(colors.text_3 if self._limit is None else colors.text_2))
        right = self.width() - metrics.horizontalAdvance(high)
        painter.drawText(right, line, high)
        ends = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high)
        wide = min(90, self.width() - ends - 12)
        left = right - 6 - wide
        painter.drawText(left - 6 - metrics.horizontalAdvance(low), line, low)
        bar = QRectF(left, (self.height() - _BAR_HEIGHT) // 2, wide, _BAR_HEIGHT)
        if self._limit is None:
            painter.fillRect(bar, QColor(colors.surface_2))
        else:
            scale = np.linspace(-1, 1, 129)[np.newaxis] if self._limit else np.zeros((1, 2))
            paint_values(painter, bar, scale, 1.0, colors)
        painter.end()


def state_text(inspected: Inspected | None) -> str:
    """Say which units take no part on the digits that were looked at."""
    if inspected is None:
        return f"{_tr('Dead units')} {formatting.EM_DASH}"
    now, on = inspected.now, _tr("the test digits")
    if not inspected.all_digits:
        on = _tr("{0} test digits").format(formatting.count(now.count))
    if inspected.activation != "relu":
        share = formatting.share(float(np.mean(now.saturated)))
        return _tr("Saturated on {0} of {1} (mean)").format(share, on)
    dead = np.flatnonzero(now.dead).tolist()
    if not dead:
        count, every = len(now.dead), _tr("No dead units: all {0} fire on {1}")
        one = _tr("No dead unit: the only one fires on {0}")
        return one.format(on) if count == 1 else every.format(formatting.count(count), on)
    if len(dead) == 1:
        return _tr("1 dead unit: {0}").format(dead[0])
    which = ", ".join(str(unit) for unit in dead)
    return _tr("{0} dead units: {1}").format(formatting.count(len(dead)), which)


def _tr(text: str) -> str:
    return QCoreApplication.translate("UnitTiles", text)
