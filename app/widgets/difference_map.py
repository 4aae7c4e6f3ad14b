"""Where in W1 backpropagation is wrong: a tile for every unit, and one of them enlarged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.widgets import difference_words as words
from app.widgets.basics import SEMIBOLD, label
from app.widgets.difference_equation import DifferenceEquation
from app.widgets.difference_pixels import of_unit, verdicts
from app.widgets.difference_plan import MapPlan, plan_for
from app.widgets.difference_scales import BAR, STEPS, TEXT_GAP, draw_legend, draw_scale
from app.widgets.difference_tiles import DifferenceTiles, inks
from app.widgets.fields import help_text
from app.widgets.saliency_painter import paint_nothing
from app.widgets.tile_pixels import SIDE

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bpcore.gradient_check import GradientReport

_MOST_SCALE = 64


class DifferenceMap(QWidget):
    """Shows log10 |backprop − numerical| of W1 (784, M), and the selected unit as an equation.

    ``unit_chosen`` carries a unit that was clicked or reached with a key; it is selected then.
    """

    unit_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("differenceMap")
        self.setAccessibleName(self.tr("Where in W1 backpropagation differs"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._report: GradientReport | None = None
        self._one: GradientReport | None = None
        self._verdicts: tuple[bool | None, ...] = ()
        self._unit, self._pointed = 0, -1
        self._is_broken = self._doubtful = False
        self._message = ""
        self.tiles = DifferenceTiles()
        self.equation = DifferenceEquation(self._describe)
        self._name = label(tone="accent", weight=SEMIBOLD, name="differenceUnit")
        self._summary = label(tone="2", name="differenceSummary", elided=True)
        self._reading = label(tone="2", name="differenceReading", elided=True)
        for child in (self.tiles, self._name, self.equation, self._summary, self._reading):
            child.setParent(self)
        self._plan: MapPlan = plan_for(self.width(), self.height(), 0)
        self.tiles.setToolTip(
            help_text(
                self.tr(
                    "A tile is a hidden unit, a pixel one of its weights: how far backpropagation "
                    "is from central differences. Striped: at a kink of Relu, where the loss has "
                    "no slope."
                )
            )
        )
        self.setFocusProxy(self.tiles)
        self.tiles.chosen.connect(self._choose)
        self.tiles.pointed.connect(self._point)
        self.show_report(None, is_broken=False)

    @property
    def subtitle(self) -> str:
        """What the tiles show, for the title row of the card."""
        if self._is_broken:
            return self.tr("|bug − numerical|, log")
        return self.tr("|backprop − numerical|, log")

    @property
    def message(self) -> str:
        """What stands in place of the tiles; "" if there are some."""
        return self._message

    @property
    def unit(self) -> int:
        """The unit that is selected; it may be of another network."""
        return self._unit

    @property
    def shown_unit(self) -> int:
        """The unit that is enlarged: the one pointed at, else the selected one.

        The first, if there is none like that.
        """
        return self._pointed if 0 <= self._pointed < len(self._verdicts) else self._selected

    @property
    def _selected(self) -> int:
        return self._unit if self._unit < len(self._verdicts) else 0

    def show_report(
        self,
        report: GradientReport | None,
        *,
        is_broken: bool,
        doubtful: bool = False,
        remark: str = "",
    ) -> None:
        """Show the report of W1 with all its elements; of another, why there are no tiles.

        Without a report a ``remark`` can say why there is none.

        If it is ``doubtful`` what a difference means, no fault is shown, but that h is unfit.
        """
        self._is_broken, self._doubtful = is_broken, doubtful
        self._message = remark or words.no_tiles(report)
        self._report = None if self._message else report
        self._verdicts = () if self._report is None else verdicts(self._report)
        said = ""
        if self._report is not None:
            said = words.summary(self._verdicts, self._report, doubtful=doubtful)
        self._summary.setText(said)
        self.tiles.show_report(self._report, doubtful=doubtful)
        self._lay_out()
        self._show_unit()

    def select_unit(self, unit: int) -> None:
        """Enlarge ``unit``."""
        if unit != self._unit:
            self._unit = unit
            self._show_unit()

    def _choose(self, unit: int) -> None:
        self.select_unit(unit)
        self.unit_chosen.emit(unit)

    def _point(self, unit: int) -> None:
        self._pointed = unit
        self._enlarge()  # what is said and what is shown are of one unit

    def _show_unit(self) -> None:
        self.tiles.set_unit(self._selected)
        self._enlarge()

    def _enlarge(self) -> None:
        report, unit = self._report, self.shown_unit
        self._one = None if report is None else of_unit(report, unit)
        self._name.setText("" if report is None else self.tr("Unit {0}").format(unit))
        self.equation.show_unit(self._one)
        self.update()

    def _describe(self) -> None:
        """Say of the weight, or else of the unit that is pointed at, or of the selected one."""
        report, text, agrees = self._report, "", None
        unit = self.shown_unit
        pixel = self.equation.place
        if self._one is not None and pixel is not None:
            kink = bool(self._one.kink.reshape(SIDE, SIDE)[pixel])
            text = words.of_weight(self.shown_unit, pixel, kink)
        elif report is not None and unit < len(self._verdicts):
            agrees = self._verdicts[unit]
            text = words.of_one(unit, of_unit(report, unit), agrees, doubtful=self._doubtful)
        tone = {True: "accent", False: "3" if self._doubtful else "fail", None: "2"}[agrees]
        if tone != self._reading.property("tone"):
            self._reading.setProperty("tone", tone)
            self._reading.style().polish(self._reading)
        self._reading.setText(text)
        said = "; ".join(part for part in (self._message, self._summary.text(), text) if part)
        self.tiles.setAccessibleDescription(said)
        self.setAccessibleDescription(said)
        self.equation.setAccessibleDescription(", ".join((text, *self.equation.captions)))

    # Where things are.

    def sizeHint(self) -> QSize:
        """Return the size that it has in the design."""
        return QSize(272, 328)

    def minimumSizeHint(self) -> QSize:
        """Return room for the tiles and what is said of them."""
        return QSize(120, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        plan = self._plan = plan_for(self.width(), self.height(), self.tiles.count)
        shown = self._report is not None
        parts: tuple[QWidget, ...] = (self.tiles, self._summary, self._reading)
        enlarged: tuple[QWidget, ...] = (self._name, self.equation)
        for part in parts:
            part.setVisible(shown)
        for part in enlarged:
            part.setVisible(shown and plan.has_equation)
        self.tiles.place(plan.tiles, plan.fitted)
        self._name.setGeometry(plan.name)
        self.equation.setGeometry(plan.equation)
        self._summary.setGeometry(plan.summary)
        self._reading.setGeometry(plan.reading)
        self.update()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scales and what divides the parts, or why there is nothing."""
        colors = theme.current()
        painter = QPainter(self)
        if self._report is None:
            room = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            paint_nothing(painter, room, self._message, colors)
        else:
            ink = inks(colors, doubtful=self._doubtful)
            has_kinks = bool(self._report.kinks)
            draw_legend(painter, self._plan.legend, ink, has_kinks=has_kinks)
            if self._plan.has_equation:
                painter.fillRect(self._plan.divider, QColor(colors.border))
                self._draw_signed_scale(painter, colors)
        painter.end()

    def _draw_signed_scale(self, painter: QPainter, colors: theme.Theme) -> None:
        """Draw the scale of the enlarged unit at the right of its name."""
        limit = self.equation.limit
        if not limit:
            return  # where all numbers are 0, no colour stands for any
        room = QRect(self._plan.name)
        room.setLeft(self._name.fontMetrics().horizontalAdvance(self._name.text()) + 16)
        low, high = self.equation.end_texts
        painter.setFont(theme.mono_font(11))
        metrics = painter.fontMetrics()
        texts = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high)
        bar = min(room.width() - texts - 2 * TEXT_GAP, _MOST_SCALE)
        if bar < BAR:
            return
        room.setLeft(room.right() + 1 - texts - 2 * TEXT_GAP - bar)
        scale = np.linspace(-1, 1, STEPS)[np.newaxis]
        pixels = theme.diverging_pixels(scale, 1.0, colors)
        draw_scale(painter, room, (low, high), pixels, colors)
