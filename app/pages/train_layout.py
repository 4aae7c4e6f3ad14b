"""Where the parts of the Train page stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import formatting, theme
from app.widgets.basics import Card, IconButton, Segments, label
from app.widgets.line_styles import ASIDE, ASIDE_SOLID, BAND, Swatch, legend
from app.widgets.tiles import HEIGHT as TILE_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMN_WIDTH = 224
HEADER = 40
ROOMY_GAP = 16
LEAST_ACCURACY = 124
"""Height of a card in which a curve can be read."""


@dataclass(frozen=True)
class Measures:
    """Sizes that depend on how large the page is.

    ``side`` is the width of the right column, ``tile`` that of a hidden unit, ``header`` the height
    of a card's title, ``margin`` that around the page and ``gap`` that between cards.
    """

    side: int
    tile: int
    header: int
    margin: int
    gap: int


def measures_for(width: int, height: int) -> Measures:
    """Return what fits a page of this size.

    A narrow one leaves the charts more of its width, a low one leaves the rows of gradients more of
    its height: the tiles become smaller in both.
    """
    narrow, low = width < 1150, height < 600
    return Measures(
        side=312 if narrow else 352,
        tile=24 if narrow or low else 28,
        header=34 if low else HEADER,
        margin=12 if low else 16,
        gap=ROOMY_GAP if height >= 640 else 12 if not low else 8,
    )


def chart_heights(height: int, measures: Measures, banner: int) -> tuple[int, int]:
    """Return the heights of the cards of loss and accuracy on a page of ``height``.

    A line below them takes its room, ``banner``, from the accuracy, so that nothing else moves; on
    a low page from the loss too.
    """
    room = height - 2 * measures.margin - TILE_HEIGHT - 2 * measures.gap
    loss = round(room * 8 / 13)
    accuracy = min(max(room - loss - banner, LEAST_ACCURACY), room - loss)
    return room - banner - accuracy, accuracy


def set_header(card: Card, height: int) -> None:
    """Give the title row of ``card`` another height."""
    row = card.header.parentWidget()
    assert row is not None
    row.setFixedHeight(height)


class ParameterColumn(QWidget):
    """The parameters, which scroll, and below them what always stays in sight.

    Attributes
    ----------
    room
        The parent of what scrolls.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(COLUMN_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        self._scroll = scroll = QScrollArea()
        scroll.setObjectName("parameterScroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(scroll, 1)
        self.room = scroll.viewport()
        self._below: QWidget | None = None

    def hold(self, fields: QWidget, below: QWidget) -> None:
        """Show ``fields``, a child of ``room``, and ``below``, one of this."""
        self._scroll.setWidget(fields)
        column = self.layout()
        assert column is not None
        column.addWidget(below)
        self._below = below

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line at the right, and that between what scrolls and what stays."""
        painter = QPainter(self)
        line = QColor(theme.current().border)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), line)
        if self._below is not None:
            painter.fillRect(0, self._below.y(), self.width(), 1, line)


class ChartHolder(QWidget):
    """The place of a chart, there before the chart is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def hold(self, chart: QWidget) -> None:
        """Put ``chart`` in its place."""
        self._column.addWidget(chart)


class ChartCard(Card):
    """A chart with its legend, in whose place stands what is read off the chart."""

    def __init__(
        self, title: str, name: str, readout: str, kinds: Mapping[str, int], parent: QWidget
    ) -> None:
        """Take the texts of the legend with the styles of their lines."""
        super().__init__(title, " ", parent)
        self.readout = label(mono=True, tone="2", name=readout)
        self.holder = ChartHolder(name)
        self.legend = QWidget()
        self._has_room = True
        row = QHBoxLayout(self.legend)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.kinds = {text: legend(text, style) for text, style in kinds.items()}
        for kind in self.kinds.values():
            row.addWidget(kind)
        for part in (self.readout, self.legend):
            self.header.addWidget(part)
        self.body.addWidget(self.holder, 1)
        self.read("")

    def read(self, text: str) -> None:
        """Show what is under the pointer, in place of the legend."""
        self.readout.setText(text)
        self.readout.setVisible(bool(text))
        self.subtitle.setVisible(not text)
        self.legend.setVisible(self._has_room and not text)

    def give_room(self, is_enough: bool) -> None:
        """Know whether there is room for the legend."""
        self._has_room = is_enough
        self.read(self.readout.text())


class LossCard(ChartCard):
    """The loss and its scale."""

    def __init__(self, parent: QWidget) -> None:
        kinds = {_tr("smoothed"): 0, _tr("raw range"): BAND}
        super().__init__(_tr("Loss"), "lossPlot", "chartReadout", kinds, parent)
        self.subtitle.setObjectName("lossSubtitle")
        self.scale = Segments(
            "lossScale",
            (("linear", _tr("Linear")), ("log", _tr("Log"))),
            "log",
            title=_tr("Scale of the loss"),
            height=28,
        )
        self.scale.setFixedWidth(98)
        self.fit = IconButton("fit", _tr("Show the whole run"), "fitButton", size=28)
        for part in (self.scale, self.fit):
            self.header.addWidget(part)

    def explain(self, smoothing: int) -> None:
        """Say of what a smoothed loss is the mean, and what the raw range is."""
        half = formatting.count(smoothing // 2)
        tips = (
            _tr(
                "Smoothed: the mean of the losses from {0} iterations before to {0} after.\n"
                "Where the run begins, ends or was changed, the straight line through those\n"
                "that are there on the same side."
            ).format(half),
            _tr("Raw range: the least to the largest loss; darker, the half in the middle."),
        )
        for kind, tip in zip(self.kinds.values(), tips, strict=True):
            kind.setToolTip(tip)


class AccuracyCard(ChartCard):
    """The accuracies, under the loss on the same axis."""

    def __init__(self, parent: QWidget) -> None:
        kinds = {_tr("test"): 0, _tr("train"): ASIDE}
        super().__init__(_tr("Accuracy"), "accuracyPlot", "accuracyReadout", kinds, parent)
        self.subtitle.setText(_tr("every epoch, on all examples"))
        self.outer.setContentsMargins(16, 0, 16, 8)

    def compare(self, compared: bool) -> None:
        """Know whether other runs are drawn too, which are dashed: then ``train`` is not."""
        swatch = self.kinds[_tr("train")].findChild(Swatch)
        assert swatch is not None
        swatch.set_style(ASIDE_SOLID if compared else ASIDE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainPage", text)
