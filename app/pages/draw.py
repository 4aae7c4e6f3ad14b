"""The page on which people draw a digit and the network reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.session import Session, State
from app.widgets.basics import Card, label
from app.widgets.digit_canvas import DigitCanvas
from app.widgets.drawing_tools import DrawingTools
from app.widgets.prediction_card import PredictionCard
from app.widgets.stages import PreparationStages
from bpcore.datasets.drawing import Prepared, prepare

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from app.strokes import Bytes

REFRESH_INTERVAL_MS = 34  # just above a thirtieth of a second
LOW_PAGE = 640
"""A lower page has narrower margins and gaps."""

BORDER = 1
CARD_PADDING = 16
CARD_HEADER = 40
TOOLS_PADDING = 12
TOOLS_HEIGHT = 32
TOOLS_GAP = 16
HINT_HEIGHT = 34
AROUND_CANVAS = (
    2 * (CARD_PADDING + BORDER),
    2 * BORDER + TOOLS_PADDING + TOOLS_HEIGHT + TOOLS_GAP + HINT_HEIGHT,
)
AROUND_STAGES = (2 * (CARD_PADDING + BORDER), 2 * BORDER + CARD_HEADER + CARD_PADDING)
"""What a card needs across and down besides what it is made for."""

MIN_RIGHT = 400
MIN_PREDICTION = 330
MIN_SIZE = (880, 500)


class DrawPage(QWidget):
    """Canvas at the left; at the right what the network reads, and what it gets.

    ``follow_requested`` asks for the backward pass of the drawing, which the session has.
    """

    follow_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("drawPage")
        self.setMinimumSize(*MIN_SIZE)
        self._session = session
        self._prepared: Prepared | None = None
        self._stale = False
        self._canvas = DigitCanvas()
        self._tools = DrawingTools(self._canvas)
        self._prediction = PredictionCard()
        self._stages = PreparationStages()
        self._pause = QTimer(self, singleShot=True, interval=REFRESH_INTERVAL_MS)
        self._lay_out()
        self._connect()
        self._read()

    def _lay_out(self) -> None:
        self._canvas_card = self._make_canvas_card()
        self._stages_card = Card(
            self.tr("What the network sees"), self.tr("at the right, as 784 grey levels")
        )
        self._stages_card.body.addWidget(self._stages)
        for card in (self._canvas_card, self._prediction, self._stages_card):
            card.setParent(self)

    def _make_canvas_card(self) -> Card:
        card = Card()
        layout = card.layout()
        assert layout is not None
        layout.setContentsMargins(CARD_PADDING, TOOLS_PADDING, CARD_PADDING, 0)
        self._tools.setFixedHeight(TOOLS_HEIGHT)
        hint = label(
            self.tr("Drag to draw, right-drag to erase. The result follows."),
            tone="3",
        )
        hint.setFixedHeight(HINT_HEIGHT)
        hint.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        card.body.setSpacing(0)
        card.body.addWidget(self._tools)
        card.body.addSpacing(TOOLS_GAP)
        card.body.addWidget(self._canvas, 1)
        card.body.addWidget(hint)
        card.body.addStretch(0)  # for what the canvas, once it is a square, leaves over
        return card

    def _connect(self) -> None:
        self._canvas.changed.connect(self._prepare)
        self._prediction.train_requested.connect(self._train)
        self._prediction.follow_requested.connect(self.follow_requested)
        self._session.snapshot_changed.connect(self._note_snapshot)
        self._session.state_changed.connect(self._read)
        self._pause.timeout.connect(self._end_pause)

    # Room. Placed by hand: a layout can't make a card as wide as its square canvas is high.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the canvas as large as the page allows while the right side keeps its width."""
        super().resizeEvent(event)
        gap = 12 if self.height() < LOW_PAGE else 16
        height, width = self.height() - 2 * gap, self.width() - 3 * gap
        side = min(height - AROUND_CANVAS[1], width - MIN_RIGHT - AROUND_CANVAS[0])
        self._canvas.setMaximumHeight(side)
        self._canvas_card.setGeometry(gap, gap, side + AROUND_CANVAS[0], height)

        left = self._canvas_card.geometry().right() + 1 + gap
        width = self.width() - gap - left
        limit = min(round(height * 0.3), height - gap - MIN_PREDICTION - AROUND_STAGES[1])
        low = self._stages.fitting_height(width - AROUND_STAGES[0], limit) + AROUND_STAGES[1]
        self._prediction.setGeometry(left, gap, width, height - gap - low)
        self._stages_card.setGeometry(left, gap + height - low, width, low)

    # From ink to prediction.

    def _prepare(self) -> None:
        self._prepared = prepare(self._canvas.ink)
        self._canvas.show_crop(None if self._prepared is None else self._prepared.box)
        self._stages.set_prepared(self._prepared)
        self._session.set_drawing(self._image())
        self._read()

    def _image(self) -> Bytes | None:
        if self._prepared is None:
            return None
        image = np.array(self._prepared.image, np.uint8).reshape(-1)
        image.flags.writeable = False
        return image

    def _note_snapshot(self) -> None:
        self._stale = True
        if self.isVisible() and not self._pause.isActive():
            self._read()
            self._pause.start()

    def _end_pause(self) -> None:
        if self._stale and self.isVisible():
            self._read()
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened on other pages; take the keys."""
        super().showEvent(event)
        if self._stale:
            self._read()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self) -> None:
        self._stale = False
        snapshot, image = self._session.snapshot, self._image()
        trained = snapshot is not None and snapshot.iteration > 0
        self._prediction.set_can_follow(image is not None)
        self._prediction.show_iteration(snapshot.iteration if snapshot and trained else None)
        if not trained:
            can_start = self._session.state is not State.RUNNING
            self._prediction.show_untrained(can_start, self._session.message)
        elif image is None:
            self._prediction.show_nothing_drawn()
        else:
            prediction = self._session.predict(image)
            if prediction is None:
                self._prediction.show_unreadable()
            else:
                self._prediction.show_prediction(prediction)

    def _train(self) -> None:
        self._session.start(self._session.config)
