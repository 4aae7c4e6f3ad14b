"""Four curves that say how well a network still reads digits that are not quite right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from app import formatting
from app.widgets.measure_bar import MeasureBar
from app.widgets.measured_card import MeasuredCard
from app.widgets.robustness_chart import RobustnessChart

if TYPE_CHECKING:
    from app.staging import Bytes
    from bpcore.robustness import RobustnessCurve


@dataclass(frozen=True, eq=False)
class Robustness:
    """Curves of one network; for each, a digit as it looks at each amount (n, 784)."""

    run: int
    iteration: int
    curves: tuple[RobustnessCurve, ...]
    examples: tuple[Bytes, ...]

    @property
    def count(self) -> int:
        """Number of digits."""
        return self.curves[0].count


class RobustnessPlot(MeasuredCard):
    """Shows the Robustness that was measured last, dashed if it is of another network."""

    def __init__(self) -> None:
        super().__init__(self.tr("Robustness"), " ", self._make_bar())
        plot = QWidget()
        plot.setObjectName("robustnessPlot")
        plot.setAccessibleName(self.tr("Accuracy on disturbed digits"))
        grid = QGridLayout(plot)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(12)
        self._charts = {
            kind: RobustnessChart(kind, title, what)
            for kind, title, what in (
                ("noise", self.tr("Noise"), self.tr("standard deviation in grey levels")),
                ("shift", self.tr("Shift"), self.tr("pixels of 28, mean of four directions")),
                ("rotation", self.tr("Rotation"), self.tr("degrees, mean of both ways")),
                ("thickness", self.tr("Stroke thickness"), self.tr("pixels added to the strokes")),
            )
        }
        for number, chart in enumerate(self._charts.values()):
            grid.addWidget(chart, *divmod(number, 2))
        self.outer.setContentsMargins(16, 0, 16, 12)
        self.body.addWidget(plot, 1)
        self._shown: Robustness | None = None
        self.refresh()

    @staticmethod
    def _make_bar() -> MeasureBar:
        text = QCoreApplication.translate("RobustnessPlot", "Measure")
        title = "Measure how well disturbed digits are read"
        title = QCoreApplication.translate("RobustnessPlot", title)
        return MeasureBar("robustnessButton", text, title)

    def show_robustness(self, found: Robustness) -> None:
        """Show what was measured."""
        self._shown = found
        self.show_measured(found)

    def refresh(self) -> None:
        """Show the curves, dashed if they are of another network."""
        super().refresh()
        shown = self._shown
        for number, chart in enumerate(self._charts.values()):
            curve = None if shown is None else shown.curves[number]
            examples = None if shown is None else shown.examples[number]
            chart.show_curve(curve, examples, stale=self.stale)
        self.subtitle.setText(
            self.tr("accuracy on disturbed digits")
            if shown is None
            else formatting.counted(
                shown.count,
                self.tr("accuracy on {0} disturbed digit"),
                self.tr("accuracy on {0} disturbed digits"),
            )
        )
