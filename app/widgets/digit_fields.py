"""Which digits of the data: one by its index, or as many as a batch has from an index on."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import theme
from app.staging import Batch, Example
from app.widgets.basics import IconButton
from app.widgets.choice_box import ChoiceBox, NumberBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.session import Session

HEIGHT = 28
SMALLEST_BATCH, LARGEST_BATCH = 2, 200
USUAL_BATCH = 100

Source: TypeAlias = Literal["test", "train", "batch", "test_batch"]

BATCHES: Mapping[Source, str] = MappingProxyType({"batch": "train", "test_batch": "test"})
"""Which digits the batches are of."""


class IndexBox(NumberBox):
    """A number of the data, as high as the row."""

    def __init__(self, name: str, title: str, width: int) -> None:
        super().__init__(name, title)
        self.setToolTip(title)
        self.setFont(theme.mono_font(12))
        self.setFixedSize(width, HEIGHT)
        self.lineEdit().setTextMargins(7, 0, 0, 0)


class DigitFields(QWidget):
    """An index with the buttons around it; each source, and each batch, keeps its own.

    ``changed`` tells of other digits, ``nothing_found`` of a search without a mistake, and
    ``entered`` that whoever typed is done.
    """

    changed = Signal()
    nothing_found = Signal()
    entered = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._source: Source = "test"
        self._searched = ""
        self._index: dict[Source, int] = dict.fromkeys(get_args(Source), 0)
        self._count_chosen = False
        self._build()
        self._connect()
        self.show_source("test")

    def _build(self) -> None:
        self.index = IndexBox("exampleIndex", self.tr("Index of the example"), 84)
        self.index.setWrapping(True)
        self.previous = IconButton(
            "step-back", self.tr("Previous example"), "examplePrevious", size=HEIGHT
        )
        self.next = IconButton("step-forward", self.tr("Next example"), "exampleNext", size=HEIGHT)
        self.mistake = IconButton(
            "mistake",
            self.tr("Next example that the network reads wrongly"),
            "exampleNextMistake",
            size=HEIGHT,
        )
        for button in (self.previous, self.next, self.mistake):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.count = IndexBox("stageBatchSize", self.tr("Digits in the batch"), 78)
        self.count.setPrefix("N ")
        self.count.setRange(SMALLEST_BATCH, LARGEST_BATCH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.index, self.previous, self.next, self.mistake, self.count):
            row.addWidget(widget)

    def _connect(self) -> None:
        self.index.valueChanged.connect(self._index_chosen)
        self.index.entered.connect(self.entered)
        self.count.valueChanged.connect(self._take_count)
        self.count.entered.connect(self.entered)
        self.previous.clicked.connect(self.index.stepDown)
        self.next.clicked.connect(self.index.stepUp)
        self.mistake.clicked.connect(self._search)
        self._session.mistake_found.connect(self._mistake_found)

    def staged(self) -> Example | Batch | None:
        """Return the digits chosen; None while there are none."""
        if self._source in BATCHES:
            split = BATCHES[self._source]
            return self._session.batch(split, self.index.value(), self.count.value())
        return self._session.example(self._source, self.index.value())

    def set_index(self, source: Source, index: int) -> None:
        """Choose another index of ``source``, for now if it is shown or for when it will be."""
        if source == self._source:
            self.index.setValue(index)
        else:
            self._index[source] = index

    def set_batch(self, source: Source, first: int, count: int) -> None:
        """Choose the batch of ``count`` digits from ``first`` on; ``changed`` if it is shown."""
        self._count_chosen = True
        blocked = self.count.blockSignals(True)
        self.count.setValue(count)
        self.count.blockSignals(blocked)
        self._index[source] = first
        if self._source == source:
            self.take_data()
            self.changed.emit()

    def show_source(self, source: Source) -> None:
        """Choose digits of ``source``; without ``changed``."""
        self._source = source
        batch = source in BATCHES
        self.mistake.setVisible(not batch)
        self.count.setVisible(batch)
        title = self.tr("Index of the first example") if batch else self.tr("Index of the example")
        self.index.setAccessibleName(title)
        self.index.setToolTip(title)
        text = self.tr("Previous batch") if batch else self.tr("Previous example")
        self.previous.set_action("step-back", text)
        text = self.tr("Next batch") if batch else self.tr("Next example")
        self.next.set_action("step-forward", text)
        if batch and not self._count_chosen:
            self._show_usual_count()
        self.take_data()

    def take_data(self) -> None:
        """Allow what the data has; without ``changed``."""
        batch = self._source in BATCHES
        size = self._session.size(BATCHES.get(self._source, self._source))
        count = self.count.value() if batch else 1
        blocked = self.index.blockSignals(True)
        self.index.setSingleStep(count)
        last = max(size - count, 0)
        self.index.setRange(0, last)
        self.index.setValue(min(self._index[self._source], last))
        self.index.blockSignals(blocked)
        for widget in (self.index, self.previous, self.next, self.mistake, self.count):
            widget.setEnabled(size > 0)

    def _show_usual_count(self) -> None:
        blocked = self.count.blockSignals(True)
        self.count.setValue(min(self._session.config.batch_size, USUAL_BATCH))
        self.count.blockSignals(blocked)

    def _index_chosen(self, index: int) -> None:
        self._index[self._source] = index
        self.changed.emit()

    def _take_count(self) -> None:
        self._count_chosen = True
        self.take_data()
        self._index[self._source] = self.index.value()
        self.changed.emit()

    def _search(self) -> None:
        self._searched = self._source
        self.mistake.setEnabled(False)
        self._session.find_mistake(self._source, self.index.value())

    def _mistake_found(self, example: Example | None) -> None:
        searched, self._searched = self._searched, ""
        if not searched:
            return
        self.mistake.setEnabled(True)
        if searched != self._source:
            return
        if example is None:
            self.nothing_found.emit()
        elif example.index is not None:
            self.index.setValue(example.index)


class MeantAs(ChoiceBox):
    """The label of a drawing: what the network reads in it, until someone says what was meant."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._chosen = False
        self.setObjectName("drawingLabel")
        text = self.tr("The digit that was meant")
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.addItems([self.tr("meant as {0}").format(digit) for digit in range(10)])
        self.setFixedHeight(HEIGHT)
        self.activated.connect(self._activated)

    def forget(self) -> None:
        """Ask the network again: another digit is drawn."""
        self._chosen = False

    def mean(self, digit: int) -> None:
        """Say that ``digit`` was meant, whatever the network reads."""
        self._chosen = True
        self.setCurrentIndex(digit)

    def staged(self) -> Example | None:
        """Return the drawing with its label; None while nothing is drawn."""
        image = self._session.drawing
        if image is None:
            return None
        prediction = None if self._chosen else self._session.predict(image)
        if prediction is not None:
            self.setCurrentIndex(prediction.digit)
        return Example("drawing", None, image, self.currentIndex())

    def _activated(self) -> None:
        self._chosen = True
