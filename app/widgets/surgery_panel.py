"""Surgery on a copy of the network: hidden units switched off, or louder, or softer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from app import formatting
from app.widgets import surgery_words as words
from app.widgets.basics import SEMIBOLD, Card, ThemedButton, label
from app.widgets.mistake_grid import MistakeGrid
from app.widgets.surgery_grid import SurgeryGrid
from app.widgets.surgery_scales import OFF, ON, Scales
from app.widgets.tile_grid import SCROLL_ROOM
from app.widgets.tile_pixels import robust_limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from PySide6.QtGui import QResizeEvent

    from app.staging import Bytes
    from bpcore.evaluation import Evaluation, Indices
    from bpcore.surgery import Effect

STEPS = 100
"""Of the slider between 0 and 1."""

SIDE = 28
"""Of a tile, in pixels: one for each of the image's."""

ROOMY = (850, 700)
LEAST_CONTROLS, MOST_CONTROLS = 216, 336
NONE = np.empty(0, np.intp)


class SurgeryPanel(Card):
    """``changed`` tells that something else is to be tried, ``unit_chosen`` carries a unit."""

    changed = Signal()
    unit_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(
            self.tr("Surgery"), self.tr("on a copy: the network of the run stays as it is")
        )
        self._scales = Scales()
        self._weights: npt.NDArray[np.floating] | None = None
        self._make_controls()
        self._make_effect()
        self._lay_out()
        self._connect()
        self._refresh()

    def _make_controls(self) -> None:
        self.grid = SurgeryGrid()
        self._unit = label(weight=SEMIBOLD, tone="accent", name="surgeryUnit")
        self._factor = label(tone="2", mono=True, name="surgeryFactor")
        self._off = ThemedButton(self.tr("Switch off"), "surgeryOff", height=28)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("surgerySlider")
        self._slider.setAccessibleName(self.tr("Factor of the unit's outgoing weights"))
        self._slider.setRange(0, 2 * STEPS)
        self._slider.setValue(STEPS)
        self._slider.setSingleStep(5)
        self._slider.setPageStep(25)
        self._undo = ThemedButton(self.tr("Undo"), "surgeryUndo", icon_name="undo", height=28)
        self._undo.setToolTip(self.tr("Take the last change back (Ctrl+Z)"))
        self._back = ThemedButton(self.tr("Put all back"), "surgeryPutBack", height=28)

    def _make_effect(self) -> None:
        self._changes = label(tone="2", name="surgeryChanges")
        self._changes.setWordWrap(True)
        self._accuracy = label(weight=SEMIBOLD, name="surgeryAccuracy")
        self._counts = label(tone="2", name="surgeryCounts", elided=True)
        self._nothing = label(tone="2", name="surgeryNothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._lost = MistakeGrid()
        self._lost.setObjectName("surgeryDigits")
        self._lost.setAccessibleName(self.tr("Digits that are no longer read right"))
        self._digits = QStackedWidget()
        for widget in (self._nothing, self._lost):
            self._digits.addWidget(widget)

    def _lay_out(self) -> None:
        controls = QVBoxLayout()
        controls.setSpacing(8)
        for left, right in (
            (self._unit, self._off),
            (label(self.tr("Outgoing weights"), tone="2"), self._factor),
        ):
            row = QHBoxLayout()
            row.addWidget(left)
            row.addStretch(1)
            row.addWidget(right)
            controls.addLayout(row)
        controls.addWidget(self._slider)
        controls.addWidget(self._changes)
        controls.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._undo)
        row.addWidget(self._back, 1)
        controls.addLayout(row)
        upper = QHBoxLayout()
        upper.setSpacing(16)
        beside = QWidget()
        beside.setLayout(controls)
        controls.setContentsMargins(0, 0, 0, 0)
        beside.setMinimumWidth(LEAST_CONTROLS)
        beside.setMaximumWidth(MOST_CONTROLS)
        upper.addWidget(self.grid, 3)
        upper.addWidget(beside, 1)
        upper.addStretch()
        self.body.addLayout(upper)
        self.body.addSpacing(4)
        self.body.addWidget(self._accuracy)
        self.body.addWidget(self._counts)
        self.body.addWidget(self._digits, 1)

    def _connect(self) -> None:
        self.grid.chosen.connect(self.unit_chosen)
        self.grid.toggled.connect(self._toggle)
        self._off.clicked.connect(self._toggle_selected)
        self._slider.valueChanged.connect(self._slide)
        self._slider.sliderReleased.connect(self._scales.release)
        self._undo.clicked.connect(self.undo)
        self._back.clicked.connect(self._put_back)
        shortcut = QShortcut(QKeySequence.StandardKey.Undo, self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.undo)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show each pixel of a unit twice as large where there is room."""
        super().resizeEvent(event)
        has_room = self.width() >= ROOMY[0] and self.height() >= ROOMY[1]
        self.grid.set_largest((2 if has_room else 1) * SIDE)
        self.grid.setMaximumWidth(self.grid.sizeHint().width() + SCROLL_ROOM)

    @property
    def factors(self) -> Mapping[int, float]:
        """What is to be tried: factors by unit."""
        return self._scales.factors

    def show_unit(self, unit: int) -> None:
        """Select ``unit``."""
        self._scales.release()
        self.grid.set_unit(unit)
        self._refresh()

    def show_network(self, weights: npt.NDArray[np.floating] | None) -> None:
        """Show the units with incoming ``weights`` (784, M); None if there are none."""
        before = self._weights
        if weights is None or before is None or weights.shape != before.shape:
            self._scales.forget()
        if weights is not before:
            self._weights = weights
            self.grid.set_weights(weights, 0.0 if weights is None else robust_limit(weights))
        self._refresh()

    def show_effect(
        self,
        before: Evaluation | None,
        after: Evaluation | None,
        effect: Effect | None,
        images: Bytes | None,
        message: str = "",
    ) -> None:
        """Show what the operation has changed among ``images``, or a sentence in its place."""
        if before is None or after is None or effect is None or images is None:
            accuracy = None if before is None else before.accuracy
            self._accuracy.setText(self.tr("Accuracy {0}").format(formatting.share(accuracy)))
            self._counts.setText("")
            self._nothing.setText(message or self._why_nothing(before))
            self._show_lost(np.empty((0, 784), np.uint8), None, NONE)
            return
        self._accuracy.setText(words.accuracy_text(before, after, effect))
        self._counts.setText(words.digits_text(effect))
        self._nothing.setText(self.tr("Every digit that was read right is read right still."))
        worst = effect.lost[np.argsort(-after.losses[effect.lost], kind="stable")]
        self._show_lost(images, after, worst)

    def _why_nothing(self, before: Evaluation | None) -> str:
        if before is None:
            return self.tr("No network is evaluated yet.")
        if self._weights is None:
            return self.tr("This network has no hidden units that could be switched off.")
        return self.tr("Switch a unit off with a double click or Space, or scale what it says.")

    def _show_lost(self, images: Bytes, after: Evaluation | None, indices: Indices) -> None:
        self._lost.show_digits(images, after, indices, anew=False)
        self._digits.setCurrentWidget(self._lost if len(indices) else self._nothing)

    # What is tried.

    def undo(self) -> None:
        """Take the last change back."""
        self._scales.undo()
        self._tell()

    def _put_back(self) -> None:
        self._scales.put_back()
        self._tell()

    def _toggle(self, unit: int) -> None:
        self._scales.set(unit, OFF if self._scales.of(unit) else ON)
        self._tell()

    def _toggle_selected(self) -> None:
        self._toggle(self.grid.unit)

    def _slide(self, value: int) -> None:
        self._scales.set(self.grid.unit, value / STEPS, sliding=self._slider.isSliderDown())
        self._tell()

    def _tell(self) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        """Show the factors in all places, without taking this for the hand of the user."""
        unit, has_units = self.grid.unit, self.grid.unit < self.grid.units
        factor = self._scales.of(unit)
        self._unit.setText(
            self.tr("Unit {0}").format(unit) if has_units else self.tr("No hidden units")
        )
        self._factor.setText(words.factor_text(factor) if has_units else formatting.EM_DASH)
        self._off.setText(self.tr("Switch off") if factor else self.tr("Switch on"))
        self._off.setAccessibleName(self._off.text())
        self._slider.blockSignals(True)
        self._slider.setValue(round(factor * STEPS))
        self._slider.blockSignals(False)
        for widget in (self._off, self._slider):
            widget.setEnabled(has_units)
        self._undo.setEnabled(self._scales.can_undo)
        self._back.setEnabled(bool(self._scales.factors))
        self._changes.setText(words.changes_text(self._scales.factors))
        self.grid.set_factors(self._scales.factors)
