"""How weights and hidden activations are spread, now and at the start of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app import formatting, theme
from app.widgets import histogram_painter
from app.widgets.histogram_painter import AXIS, NAMES, TICKS, HistogramFrame

if TYPE_CHECKING:
    from app.inspecting import Inspected
    from bpcore.histogram import Histogram

LEGEND_HEIGHT = 20
LEAST_HEIGHT, MOST_HEIGHT = 38, 200
GAP = 4


class Histograms(QAbstractScrollArea):
    """A histogram per weight matrix and hidden layer: bars now, a dashed outline at the start."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("histograms")
        self.setAccessibleName(self.tr("Weights and activations, now and at the start"))
        self.setToolTip(
            self.tr(
                "How many weights, or outputs of hidden units, have each size; counts are on a log"
                " scale.\nOutputs are those on the test digits."
            )
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, 0, 0, LEGEND_HEIGHT)
        self.viewport().setAutoFillBackground(False)
        self._legend = _Legend(self)
        self._inspected: Inspected | None = None
        self._rows: tuple[tuple[str, tuple[str, ...], Histogram, Histogram], ...] = ()

    @property
    def inspected(self) -> Inspected | None:
        """What is shown; None while nothing is known."""
        return self._inspected

    @property
    def frames(self) -> tuple[HistogramFrame, ...]:
        """What is painted, row by row."""
        width = max(self.viewport().width() - NAMES - TICKS, 1)
        height = self._pitch - GAP - AXIS
        return tuple(HistogramFrame(*row, width, height) for row in self._rows)

    def show_inspection(self, inspected: Inspected | None) -> None:
        """Show what was found; without it, nothing."""
        if inspected is self._inspected:
            return
        self._inspected = inspected
        self._rows = () if inspected is None else rows_of(inspected)
        words = (f"{name}: {', '.join(words)}" for name, words, _, _ in self._rows)
        self.setAccessibleDescription("; ".join(words))
        self._update_room()
        self._legend.show_iteration(None if inspected is None else inspected.iteration)
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """Return room for the rows of the book's network."""
        return QSize(200, 2 * LEAST_HEIGHT + LEGEND_HEIGHT)

    @property
    def _pitch(self) -> int:
        room = (self.viewport().height() + GAP) // max(len(self._rows), 1)
        return min(max(room, LEAST_HEIGHT + GAP), MOST_HEIGHT + GAP)

    def _update_room(self) -> None:
        bar, height = self.verticalScrollBar(), len(self._rows) * self._pitch - GAP
        bar.setRange(0, max(height - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(self._pitch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height among the rows anew."""
        super().resizeEvent(event)
        size = self.size()
        self._legend.setGeometry(0, size.height() - LEGEND_HEIGHT, size.width(), LEGEND_HEIGHT)
        self._update_room()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint other rows."""
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter, offset = QPainter(self.viewport()), self.verticalScrollBar().value()
        for number, frame in enumerate(self.frames):
            top = number * self._pitch - offset
            if -self._pitch < top < self.viewport().height():
                histogram_painter.render(painter, QPointF(0, top), frame, theme.current())
        painter.end()


class _Legend(QWidget):
    """What bars and dashes are, under the rows."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._iteration: int | None = None

    def show_iteration(self, iteration: int | None) -> None:
        self._iteration = iteration
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        now = _tr("iteration {0}").format(formatting.count(self._iteration))
        rect = QRectF(self.rect()).adjusted(0, 4, 0, 0)
        painter = QPainter(self)
        histogram_painter.paint_legend(painter, rect, now, _tr("at the start"), theme.current())
        painter.end()


def rows_of(
    inspected: Inspected,
) -> tuple[tuple[str, tuple[str, ...], Histogram, Histogram], ...]:
    """Return the name of each row, what is said of it, and its histograms now and then."""
    now, then = inspected.now, inspected.then
    weights = [
        (
            name,
            (_tr("{0} weights").format(formatting.count(found.total)),),
            found,
            then.weights[name],
        )
        for name, found in now.weights.items()
    ]
    layers = []
    for name, layer in now.layers.items():
        if inspected.activation == "relu":
            share = layer.activations.zeros
            words = _tr("{0} exactly 0")
        else:
            share = float(layer.saturated.mean())
            words = _tr("{0} saturated")
        said = (words.format(formatting.share(share)), _tr("of the outputs"))
        layers.append((name, said, layer.activations, then.layers[name].activations))
    return (*weights, *layers)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Histograms", text)
