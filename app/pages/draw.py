"""The page on which people draw a digit, see it read and why, and let a network learn from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from app.pages import draw_layout as room
from app.session import Session, State
from app.widgets.basics import Card
from app.widgets.digit_canvas import DigitCanvas
from app.widgets.drawing_actions import DrawingActions
from app.widgets.drawing_tools import DrawingTools
from app.widgets.keys import focus_falling_to, uses
from app.widgets.learn_card import LearnCard
from app.widgets.prediction_card import PredictionCard
from app.widgets.stages import PreparationStages
from app.widgets.why_card import WhyCard
from bpcore.datasets.drawing import Prepared, prepare

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from app.settings import Settings
    from app.strokes import Bytes

REFRESH_INTERVAL_MS = 34  # just above a thirtieth of a second
MIN_SIZE = (1048, 520)
DIGITS = 10


class DrawPage(QWidget):
    """Canvas at the left; in the middle why it is read as it is; at the right what is read.

    ``follow_requested`` asks for the backward pass of the drawing, which the session has, with
    the page's ``label``. ``meant`` carries the label, an int or None, whenever it or the session's
    drawing may be another.
    """

    follow_requested = Signal()
    meant = Signal(object)

    def __init__(
        self, session: Session, settings: Settings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("drawPage")
        self.setMinimumSize(*MIN_SIZE)
        self._session = session
        self._prepared: Prepared | None = None
        self._image: Bytes | None = None
        self._picks: dict[int, int | None] = {}  # the label that was picked for each drawing
        self._stale = False
        self._is_finite = True  # what the network made of the drawing
        self._canvas = DigitCanvas()
        self._identity = self._canvas.drawing.identity
        self._tools = DrawingTools(self._canvas)
        self._actions = DrawingActions(self._canvas)
        self._stages = PreparationStages()
        self._why = WhyCard(settings)
        self._prediction = PredictionCard()
        self._learn = LearnCard()
        self._pause = QTimer(self, singleShot=True, interval=REFRESH_INTERVAL_MS)
        self._lay_out()
        self._connect()
        self._add_shortcuts()
        self._take_readers()

    @property
    def label(self) -> int | None:
        """The answer that counts as right for the drawing; None while there is none."""
        return self._why.label

    def _lay_out(self) -> None:
        self._canvas_card = self._make_canvas_card()
        self._stages_card = Card(
            self.tr("What the network sees"), self.tr("at the right, as 784 grey levels")
        )
        across = room.CARD_PADDING
        self._stages_card.outer.setContentsMargins(across, 0, across, room.STAGES_PADDING)
        self._stages_card.body.addWidget(self._stages)
        cards = (self._canvas_card, self._stages_card, self._why, self._prediction, self._learn)
        for card in cards:
            card.setParent(self)

    def _make_canvas_card(self) -> Card:
        card = Card()
        across = room.CARD_PADDING
        card.outer.setContentsMargins(across, room.TOOLS_PADDING, across, room.LOWER_PADDING)
        card.body.setSpacing(0)
        self._tools.setFixedHeight(room.ROW)
        self._actions.setFixedHeight(room.LOWER_ROW)
        card.body.addWidget(self._tools)
        card.body.addStretch(1)
        card.body.addWidget(self._canvas, 0, Qt.AlignmentFlag.AlignHCenter)
        card.body.addStretch(1)
        card.body.addWidget(self._actions)
        return card

    def _connect(self) -> None:
        self._canvas.changed.connect(self._prepare)
        self._why.label_chosen.connect(self._explain)
        self._why.follow_requested.connect(self.follow_requested)
        prediction, learn, readers = self._prediction, self._learn, self._session.readers
        prediction.train_requested.connect(self._train)
        prediction.network_chosen.connect(readers.choose)
        prediction.choice_done.connect(self._canvas.setFocus)
        learn.learn_requested.connect(self._take_lesson)
        learn.undo_requested.connect(readers.unlearn)
        learn.rate_done.connect(self._canvas.setFocus)
        learn.correct_requested.connect(self._keep)
        learn.handwriting_requested.connect(self._open_handwriting)
        self._session.handwriting.changed.connect(self._show_handwriting)
        self._session.handwriting.failed.connect(self._actions.complain)
        readers.changed.connect(self._take_readers)
        self._session.snapshot_changed.connect(self._take_snapshot)
        self._session.state_changed.connect(self._read)
        self._pause.timeout.connect(self._end_pause)

    def _add_shortcuts(self) -> None:
        for digit in range(DIGITS):
            shortcut = QShortcut(QKeySequence(str(digit)), self, autoRepeat=False)
            shortcut.activated.connect(partial(self._why.choose_label, digit))
        for keys, name in (
            ("L", "learnButton"),
            ("Shift+L", "learnUndoButton"),
            ("K", "correctButton"),
        ):
            button = self._learn.findChild(QPushButton, name)
            assert isinstance(button, QPushButton)
            QShortcut(QKeySequence(keys), self, autoRepeat=False).activated.connect(button.click)

    def event(self, event: QEvent) -> bool:
        """Leave a key to the widget that has the focus where the key means something there."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if uses(self.focusWidget(), event.key()):
                event.accept()
                return True
        return super().event(event)

    # Room. Placed by hand: a layout can't make a card as wide as its square canvas is high.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each card its place."""
        super().resizeEvent(event)
        plan = room.plan_for(self.width(), self.height())
        self._canvas.setFixedSize(plan.side, plan.side)
        self._learn.set_low(plan.low)
        for card, place in (
            (self._canvas_card, plan.canvas_card),
            (self._stages_card, plan.stages),
            (self._why, plan.why),
            (self._prediction, plan.prediction),
            (self._learn, plan.learn),
        ):
            card.setGeometry(place)

    # From ink to what the network says.

    def _prepare(self) -> None:
        with focus_falling_to(self._canvas):
            self._take_ink()

    def _take_ink(self) -> None:
        self._prepared = prepare(self._canvas.ink)
        self._image = None
        if self._prepared is not None:
            self._image = np.array(self._prepared.image, np.uint8).reshape(-1)
            self._image.flags.writeable = False
        self._recall_label()
        self._canvas.show_crop(None if self._prepared is None else self._prepared.box)
        self._session.set_drawing(self._image)
        self._read()
        self._stages.set_prepared(self._prepared)

    def _recall_label(self) -> None:
        """Forget the label that was picked for another drawing; take the one picked for this."""
        drawing = self._canvas.drawing.identity
        if drawing != self._identity:
            self._picks[self._identity] = self._why.label if self._why.picked else None
            self._identity = drawing
            self._why.recall_label(self._picks.get(drawing))

    def _take_readers(self) -> None:
        self._show_networks()
        self._read()

    def _show_networks(self) -> None:
        self._stale, readers = False, self._session.readers
        self._prediction.show_networks(readers)
        is_run = readers.choice == "run" and not readers.lessons
        self._why.name_followed(is_run, trained=bool(readers.sizes("run")))
        self._learn.show_way_back(self._session.readers)

    def _take_snapshot(self) -> None:
        self._stale = True
        in_past = self._session.pinned is not None  # a hand that drags is followed at once
        if self.isVisible() and (in_past or not self._pause.isActive()):
            self._end_pause()

    def _end_pause(self) -> None:
        if not self._stale or not self.isVisible():
            return
        self._show_networks()
        if self._session.readers.follows_run:
            self._read()
        self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened on other pages; take the keys."""
        super().showEvent(event)
        if self._stale:
            self._take_readers()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self) -> None:
        if self._stale:
            self._show_networks()
        readers, image = self._session.readers, self._image
        prediction, self._is_finite = None, True
        if readers.present is None:
            can_start = self._session.state is not State.RUNNING
            self._prediction.show_untrained(can_start, self._session.message)
        elif image is None:
            self._prediction.show_nothing_drawn()
        else:
            prediction = readers.read(image)
            self._is_finite = prediction is not None
            if prediction is None:
                self._prediction.show_unreadable()
            else:
                self._prediction.show_prediction(prediction, readers.read_before(image))
                if self._canvas.drawing.is_growing:
                    # What is drawn is read first of all: the reasons take longer.
                    self._prediction.bars.repaint()
        self._actions.set_reading(prediction, image)
        self._why.set_can_follow(image is not None)
        self._why.follow_reading(None if prediction is None else prediction.digit)
        self._explain()

    def _explain(self) -> None:
        """Show why it is read so, and what can be learned, for the label that counts."""
        readers, image, label = self._session.readers, self._image, self._why.label
        saliency, is_finite = None, self._is_finite
        if image is not None and label is not None:
            saliency = readers.explain(image, label)
            is_finite = saliency is not None or readers.present is None
        self._why.show_saliency(saliency, image, self._why_nothing(is_finite))
        self._learn.show_readers(readers, image, label, is_finite)
        self._show_handwriting()
        self.meant.emit(label)

    def _why_nothing(self, is_finite: bool) -> str:
        if self._session.readers.present is None:
            return self.tr("This network has not learned anything yet.")
        return "" if is_finite else self.tr("This network no longer computes finite numbers.")

    def _take_lesson(self) -> None:
        label = self._why.label
        if self._image is None or label is None:
            return
        if self._session.readers.learn(self._image, label, self._learn.rate) is None:
            self._learn.show_refused()

    # What the user says it was.

    def _keep(self) -> None:
        label = self._why.label
        if self._image is not None and label is not None:
            self._session.handwriting.add(self._image, label)

    def _show_handwriting(self) -> None:
        kept, label, image = self._session.handwriting.corrections, self._why.label, self._image
        if image is None:
            label = None
        newest = kept[-1] if kept else None
        is_kept = (
            newest is not None
            and image is not None
            and newest.label == label
            and np.array_equal(newest.image, image)
        )
        self._learn.show_handwriting(len(kept), label, is_kept)

    def _open_handwriting(self) -> None:
        # Imported here: most people never open it.
        from app.widgets.handwriting_dialog import HandwritingDialog

        dialog = self.findChild(HandwritingDialog) or HandwritingDialog(self._session, self)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _train(self) -> None:
        self._session.start(self._session.config)
