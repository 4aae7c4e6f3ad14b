"""How a drawing becomes what the network gets, in three pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app.formatting import EM_DASH
from app.strokes import INK_SIZE
from app.widgets.basics import label
from app.widgets.digit_image import BORDER, FRAME, Arrow, DigitImage

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bpcore.datasets.drawing import Prepared

IMAGE_SIDE = 28
MIN_SCALE, MAX_SCALE = 2, 8
MIN_ARROW = 36
CAPTION_HEIGHT = 24
WITH_SIZES = 344
"""From this width on the captions have room for the sizes."""

ACROSS = 2 * MIN_ARROW + 4 * BORDER + 2 * FRAME
DOWN = 2 * FRAME + CAPTION_HEIGHT
"""What a row of pictures needs besides the pictures."""


class PreparationStages(QWidget):
    """Cropped → scaled → centred; the last picture is exactly the input of the network."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preparationStages")
        self.setAccessibleName(self.tr("Steps from the drawing to the network's input"))
        titles = (self.tr("Cropped"), self.tr("Scaled"), self.tr("Centred"))
        names = ("croppedImage", "scaledImage", "preparedImage")
        self._images = [
            DigitImage(name, title, framed=name == "preparedImage")
            for name, title in zip(names, titles, strict=True)
        ]
        self._images[2].setAccessibleName(self.tr("The image that the network gets"))
        self._sizes: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(0)
        for i, (image, title) in enumerate(zip(self._images, titles, strict=True)):
            self._grid.addWidget(image, 0, 2 * i)
            self._grid.addWidget(self._caption(title, "1" if i == 2 else "2"), 1, 2 * i)
            if i:
                self._grid.addWidget(Arrow(), 0, 2 * i - 1)
                self._grid.setColumnStretch(2 * i - 1, 1)
        self._grid.setRowMinimumHeight(1, CAPTION_HEIGHT)
        self._set_scale(MIN_SCALE)
        # The pictures themselves must not keep the window from becoming smaller again.
        smallest = MIN_SCALE * IMAGE_SIDE
        self.setMinimumSize(3 * smallest + ACROSS, smallest + DOWN)
        self.set_prepared(None)

    def set_prepared(self, prepared: Prepared | None) -> None:
        """Show the stages of ``prepared``, or that there is nothing to prepare."""
        stages = (
            (None, None, None)
            if prepared is None
            else (prepared.crop, prepared.scaled, prepared.image)
        )
        for image, size, stage in zip(self._images, self._sizes, stages, strict=True):
            image.set_image(stage)
            size.setText(EM_DASH if stage is None else f"{stage.shape[1]}×{stage.shape[0]}")

    @staticmethod
    def height_of(scale: int) -> int:
        """Return the height of pictures with ``scale`` pixels of the screen for one of theirs."""
        return scale * IMAGE_SIDE + DOWN

    @staticmethod
    def fitting_height(width: int, limit: int) -> int:
        """Return the height of the largest pictures that fit into ``width`` and ``limit``."""
        return PreparationStages.height_of(_scale(width, limit))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the pictures as large as there is room for."""
        super().resizeEvent(event)
        self._set_scale(_scale(self.width(), self.height()))
        for size in self._sizes:  # the pictures can be told apart without them
            size.setVisible(self.width() >= WITH_SIZES)
        self._grid.activate()

    def _set_scale(self, scale: int) -> None:
        for image in self._images:
            image.set_side(scale * IMAGE_SIDE)

    def _caption(self, title: str, tone: str) -> QWidget:
        caption = QWidget()
        row = QHBoxLayout(caption)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(6)
        row.addWidget(label(title, size=11, tone=tone))
        size = label(size=11, tone="3", mono=True)
        # Room for any size, so that nothing moves, or is laid out anew, while the drawing grows.
        size.setFixedWidth(size.fontMetrics().horizontalAdvance(f"{INK_SIZE}×{INK_SIZE}"))
        size.setFixedHeight(size.fontMetrics().height())
        self._sizes.append(size)
        row.addWidget(size)
        row.addStretch(1)
        row.setAlignment(Qt.AlignmentFlag.AlignTop)
        return caption


def _scale(width: int, height: int) -> int:
    """Return how many pixels of the screen one of the image's may have, a whole number."""
    side = min((width - ACROSS) // 3, height - DOWN)
    return min(max(side // IMAGE_SIDE, MIN_SCALE), MAX_SCALE)
