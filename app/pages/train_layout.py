"""Where the parts of the Train page stand."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.widgets.basics import Card, IconButton, Segments, label
from app.widgets.line_styles import ASIDE, BAND, legend

COLUMN_WIDTH = 224
HEADER = 40


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
        gap=16 if height >= 640 else 12 if not low else 8,
    )


def set_header(card: Card, height: int) -> None:
    """Give the title row of ``card`` another height."""
    row = card.header.parentWidget()
    assert row is not None
    row.setFixedHeight(height)


class ParameterColumn(QWidget):
    """The parameters, which scroll, and below them what always stays in sight."""

    def __init__(self, fields: QWidget, below: QWidget) -> None:
        super().__init__()
        self.setFixedWidth(COLUMN_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        scroll = QScrollArea()
        scroll.setObjectName("parameterScroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(fields)
        column.addWidget(scroll, 1)
        column.addWidget(below)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line at the right."""
        painter = QPainter(self)
        line = QColor(theme.current().border)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), line)


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


class LossCard(Card):
    """The loss, with what is read off it, its scale, and room for one more button."""

    def __init__(self) -> None:
        super().__init__(" ")
        self.title.setText(self.tr("Loss"))
        self.subtitle.setObjectName("lossSubtitle")
        self.readout = label(mono=True, tone="2", name="chartReadout")
        self.holder = ChartHolder("lossPlot")
        self.scale = Segments(
            "lossScale",
            (("linear", self.tr("Linear")), ("log", self.tr("Log"))),
            "log",
            title=self.tr("Scale of the loss"),
            height=28,
        )
        self.scale.setFixedWidth(116)
        self.fit = IconButton("fit", self.tr("Show the whole run"), "fitButton", size=28)
        self._legend = QWidget()
        row = QHBoxLayout(self._legend)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for text, style in ((self.tr("smoothed"), 0), (self.tr("raw range"), BAND)):
            row.addWidget(legend(text, style))
        for widget in (self.readout, self._legend, self.scale, self.fit):
            self.header.addWidget(widget)
        self.body.addWidget(self.holder, 1)
        self._wide = True
        self.read("")

    def read(self, text: str) -> None:
        """Show what is under the pointer, in place of the legend."""
        self.readout.setText(text)
        self.readout.setVisible(bool(text))
        self._legend.setVisible(self._wide and not text)

    def set_wide(self, wide: bool) -> None:
        """Know whether there is room for the legend."""
        self._wide = wide
        self.read(self.readout.text())


class AccuracyCard(Card):
    """The accuracies, under the loss on the same axis."""

    def __init__(self) -> None:
        super().__init__(" ")
        self.title.setText(self.tr("Accuracy"))
        self.subtitle.setText(self.tr("every epoch, on all examples"))
        self.holder = ChartHolder("accuracyPlot")
        for text, style in ((self.tr("test"), 0), (self.tr("train"), ASIDE)):
            self.header.addWidget(legend(text, style))
        self.body.addWidget(self.holder, 1)
        self.outer.setContentsMargins(16, 0, 16, 8)
