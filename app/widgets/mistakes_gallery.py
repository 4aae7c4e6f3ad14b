"""The digits that are read wrongly, worst first, or those of one cell of the confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from app import formatting
from app.widgets.basics import Card, ThemedButton, label
from app.widgets.confusion_words import Chosen, title
from app.widgets.mistake_detail import WIDE, WIDTH, MistakeDetail
from app.widgets.mistake_grid import MistakeGrid

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.staging import Bytes
    from bpcore.evaluation import Evaluation, Indices

WIDE_CARD = 800
NONE = np.empty(0, np.intp)


class MistakesGallery(Card):
    """``follow_requested`` carries the index of a digit; ``all_wanted`` lets go of the cell."""

    follow_requested = Signal(int)
    all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Mistakes"), " ")
        self._evaluation: Evaluation | None = None
        self._images: Bytes | None = None
        self._chosen: Chosen | None = None
        self._all = ThemedButton(self.tr("All mistakes"), "allMistakes", height=28)
        self.title.setObjectName("galleryTitle")
        self.subtitle.setObjectName("galleryCount")
        self.subtitle.setToolTip(
            self.tr(
                "In the order of the loss of each digit, the largest first:\n"
                "−ln of the probability that the network gives its label."
            )
        )
        self.header.setStretch(self.header.indexOf(self.subtitle), 1)
        self.header.setStretch(self.header.indexOf(self.subtitle) + 1, 0)
        self.header.addWidget(self._all)
        self.grid = MistakeGrid()
        self.detail = MistakeDetail()
        self._nothing = label(tone="2", name="galleryNothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self._nothing)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._pages, 1)
        row.addWidget(self.detail)
        self.body.addLayout(row, 1)
        self._all.clicked.connect(self.all_wanted)
        self.grid.current_changed.connect(self._show_current)
        self.grid.followed.connect(self.follow_requested)
        self.detail.follow_requested.connect(self._follow)
        self.show_evaluation(None, None, None)

    @property
    def nothing(self) -> str:
        """The sentence in place of digits; "" while there are some."""
        return "" if len(self.grid.indices) else self._nothing.text()

    def show_evaluation(
        self,
        evaluation: Evaluation | None,
        images: Bytes | None,
        chosen: Chosen | None,
        message: str = "",
    ) -> None:
        """Show the mistakes among ``images`` (N, 784), or the ``chosen`` ones, or a sentence."""
        anew = chosen != self._chosen
        self._evaluation, self._images, self._chosen = evaluation, images, chosen
        indices = NONE if evaluation is None else _chosen_of(evaluation, chosen)
        self.title.setText(title(chosen))
        self.subtitle.setText(self._count(len(indices)))
        self._all.setVisible(chosen is not None)
        self._nothing.setText(message or self._why_nothing())
        self._pages.setCurrentWidget(self.grid if len(indices) else self._nothing)
        if images is None:
            images = np.empty((0, 784), np.uint8)
        self.grid.show_digits(images, evaluation, indices, anew=anew)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the large digit its share of the width."""
        super().resizeEvent(event)
        self.detail.setFixedWidth(WIDE if self.width() >= WIDE_CARD else WIDTH)

    def _count(self, count: int) -> str:
        if self._evaluation is None:
            return formatting.EM_DASH
        is_right = self._chosen is not None and self._chosen[0] == self._chosen[1]
        text = (
            self.tr("{0} of {1}, the least sure first")
            if is_right
            else self.tr("{0} of {1}, largest loss first")
        )
        return text.format(formatting.count(count), formatting.count(self._evaluation.count))

    def _why_nothing(self) -> str:
        if self._evaluation is None:
            return self.tr("No network is evaluated yet.")
        if self._chosen is None:
            return formatting.counted(
                self._evaluation.count,
                self.tr("No mistakes: the {0} test digit is read right."),
                self.tr("No mistakes: all {0} test digits are read right."),
            )
        label, reading = self._chosen
        if reading is None:
            return self.tr("No digit {0} is read wrongly.").format(label)
        if label is None:
            return self.tr("No other digit is read as {0}.").format(reading)
        if label == reading:
            return self.tr("No digit {0} is read right.").format(label)
        return self.tr("No digit {0} is read as {1}.").format(label, reading)

    def _show_current(self, index: int | None) -> None:
        image = None if self._images is None or index is None else self._images[index]
        self.detail.show_digit(self._evaluation, image, index)

    def _follow(self) -> None:
        if self.grid.current is not None:
            self.follow_requested.emit(self.grid.current)


def _chosen_of(evaluation: Evaluation, chosen: Chosen | None) -> Indices:
    """Return the indices of a cell; of all mistakes of a row or column, or of all of them."""
    label, reading = chosen or (None, None)
    if label is not None and reading is not None:
        return evaluation.cell(label, reading)
    return evaluation.mistakes(label, reading)
