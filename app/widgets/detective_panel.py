"""Detective mode: a mistake is switched on, and whoever looks names the layer and the mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app import bug_words, formatting, theme
from app.detective_case import Answer, Ending
from app.detective_words import (
    clue_text,
    costs_text,
    ending_text,
    give_up_text,
    left_text,
    points_text,
    record_text,
    sentence_of,
)
from app.widgets.asking_button import AskingButton
from app.widgets.basics import SEMIBOLD, ThemedButton, label
from app.widgets.choice_box import ChoiceBox
from app.widgets.detective_log import CROSS, TICK, DetectiveLog
from app.widgets.keys import focus_falling_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.detective_case import Case, Record

HEIGHT = 28
FLAGS = Qt.ItemDataRole.UserRole - 1
"""The role in which a QStandardItem keeps what can be done with it."""


class DetectivePanel(QWidget):
    """Shows what may be shown of a case, and takes accusations; it never holds the secret.

    ``accused`` names a layer and the key of a bug, ``hint_wanted`` pays for the next hint,
    ``given_up`` ends the case. After its end ``another_wanted`` asks for another one, and ``ended``
    for the way back to the list of bugs.
    """

    accused = Signal(str, str)
    hint_wanted = Signal()
    given_up = Signal()
    another_wanted = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detectivePanel")
        self.setAccessibleName(self.tr("Detective: find the mistake"))
        self._case: Case | None = None
        self._left = label(tone="2", name="detectiveLeft", elided=True)
        self._points = label(tone="3", name="detectivePoints")
        self._score = label(size=21, weight=SEMIBOLD, name="detectiveScore")
        self._news = label(name="detectiveNews")
        self._news.setWordWrap(True)
        self._log = DetectiveLog()
        self._log.picked.connect(self.fill_in)
        self._make_choices()
        self._make_buttons()
        self._lay_out()
        self.setFocusProxy(self._layers)
        self.show_case(None)

    def _make_choices(self) -> None:
        self._layers = _choice("guessLayer", self.tr("Layer that is accused"))
        self._bugs = _choice("guessBug", self.tr("Mistake that is accused"))
        self._layers.setPlaceholderText(self.tr("Which layer?"))
        self._layers.currentIndexChanged.connect(self._layer_chosen)
        self._bugs.currentIndexChanged.connect(self._allow)

    def _make_buttons(self) -> None:
        self._accuse = ThemedButton(self.tr("Accuse"), "accuseButton", primary=True, height=HEIGHT)
        self._hint = ThemedButton(self.tr("Hint"), "hintButton", height=HEIGHT)
        self._give_up = AskingButton(
            self.tr("Give up"), self.tr("Really?"), "giveUpButton", height=HEIGHT
        )
        self._another = ThemedButton(
            self.tr("Another case"), "anotherCaseButton", primary=True, height=HEIGHT
        )
        self._back = ThemedButton(self.tr("Back to the lab"), "endDetectiveButton", height=HEIGHT)
        self._next = label(tone="3", name="detectiveNext", elided=True)
        self._give_up.setToolTip(self.tr("End the case without points, and see what it was"))
        self._another.setToolTip(self.tr("Hide another mistake"))
        self._back.setToolTip(self.tr("Back to the list of bugs, where each has a switch"))
        self._accuse.clicked.connect(self._tell_accused)
        self._hint.clicked.connect(self.hint_wanted)
        self._give_up.asked.connect(self._show_news)
        self._give_up.confirmed.connect(self.given_up)
        self._another.clicked.connect(self.another_wanted)
        self._back.clicked.connect(self.ended)
        for button in (self._accuse, self._hint, self._give_up, self._another, self._back):
            button.setAutoDefault(True)  # Return presses it too, not only the space bar

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._left, 1)
        head.addWidget(self._score)
        head.addWidget(self._points)
        column.addLayout(head)
        self._asking = QWidget()
        grid = QGridLayout(self._asking)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(self.tr("Layer"), tone="2"), 0, 0)
        grid.addWidget(self._layers, 0, 1)
        grid.addWidget(label(self.tr("Mistake"), tone="2"), 1, 0)
        grid.addWidget(self._bugs, 1, 1)
        grid.addLayout(_row(self._accuse, self._hint, self._give_up), 2, 0, 1, 2)
        grid.addWidget(self._next, 3, 0, 1, 2)
        column.addWidget(self._asking)
        column.addWidget(self._news)
        column.addWidget(self._log, 1)
        self._over = QWidget()
        over = QVBoxLayout(self._over)
        over.setContentsMargins(0, 0, 0, 0)
        over.addLayout(_row(self._another, self._back))
        column.addWidget(self._over)

    def show_case(self, case: Case | None, record: Record | None = None) -> None:
        """Show what is known of ``case``; None while it is being prepared.

        ``record`` is that of all cases, shown at the end of one.
        """
        is_over = case is not None and case.ending is not None
        if self._log_has_focus and not self._log.shows(case, record):
            self._layers.setFocus()  # before what has it is taken away
        with focus_falling_to(self._another if is_over else self._layers):
            if not _goes_on(self._case, case):
                self._forget()
            self._case = case
            self._give_up.take_back()
            self._asking.setVisible(not is_over)
            self._over.setVisible(is_over)
            self._show_choices()
            self._show_numbers(record)
            self._show_news()
            self._log.show_case(case, record)
            self._allow()

    def fill_in(self, layer: str, key: str) -> None:
        """Choose a layer and a mistake in it; who came with the keys goes on at the accusation."""
        self._layers.setCurrentIndex(self._layers.findData(layer))
        self._bugs.setCurrentIndex(self._bugs.findData(key))
        if self._log_has_focus:
            self._accuse.setFocus()

    @property
    def _log_has_focus(self) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and self._log.isAncestorOf(focused)

    def _forget(self) -> None:
        for box in (self._layers, self._bugs):
            box.blockSignals(True)
            box.clear()
            box.blockSignals(False)

    def _show_choices(self) -> None:
        """Offer the layers; what is ruled out can't be chosen, and a single one that is left is."""
        case = self._case
        if case is None:
            return
        possible = {suspect.layer for suspect in case.possible}
        layers = list(dict.fromkeys(suspect.layer for suspect in case.suspects))
        entries = [(layer, layer, layer in possible) for layer in layers]
        _offer(self._layers, entries)
        self._show_bugs()

    def _show_bugs(self) -> None:
        """Offer the mistakes that can be in the chosen layer."""
        case, layer = self._case, self._layers.currentData()
        possible = () if case is None else case.possible
        entries = [
            (each.key, bug_words.name_of(each.key, each.layer), each in possible)
            for each in (() if case is None else case.suspects)
            if each.layer == layer
        ]
        self._bugs.setPlaceholderText(
            self.tr("Which mistake?") if entries else self.tr("Choose a layer first")
        )
        _offer(self._bugs, entries)

    def _show_numbers(self, record: Record | None) -> None:
        case = self._case
        if case is None:
            self._left.setText("")
        elif case.ending is None or record is None or not record.cases:
            self._left.setText(left_text(case))
        else:
            self._left.setText(record_text(record))
        self._points.setText(points_text(case))
        self._score.setText(formatting.count(None if case is None else case.score))
        clue = None if case is None else case.next_clue
        text = self.tr("No hint") if clue is None else self.tr("Hint (−{0})").format(clue.value)
        if text != self._hint.text():
            self._hint.set_action("", text)
        self._next.setText("" if case is None else clue_text(clue))
        self._hint.setToolTip(self._next.text())

    def _show_news(self) -> None:
        """Say in a sentence what the last accusation found out, or how the case ended."""
        case, text, tone = self._case, "", "1"
        if self._give_up.is_asking:
            text = give_up_text()
        elif case is not None and case.ending is not None:
            text = ending_text(case)
            if case.ending is Ending.SOLVED:
                text, tone = f"{TICK} {text}", "accent"
        elif case is not None and case.events and isinstance(case.events[-1], Answer):
            last = case.events[-1]
            text = sentence_of(last)
            if not (last.right_layer or last.right_bug):
                text, tone = f"{CROSS} {text}", "fail"
        self._news.setText(text)
        self._news.setProperty("tone", tone)
        self._news.style().polish(self._news)
        self._news.setVisible(bool(text))

    def _layer_chosen(self) -> None:
        self._show_bugs()
        self._allow()

    def _allow(self) -> None:
        """Let be done what can be done now."""
        case = self._case
        is_open = case is not None and case.ending is None
        self._layers.setEnabled(case is None or is_open)  # empty, it keeps the focus for the case
        self._bugs.setEnabled(is_open and self._bugs.count() > 0)
        chosen = self._layers.currentIndex() >= 0 and self._bugs.currentIndex() >= 0
        self._accuse.setEnabled(is_open and chosen)
        self._accuse.setToolTip(
            costs_text() if chosen else self.tr("Choose a layer and a mistake first")
        )
        self._hint.setEnabled(is_open and case is not None and case.next_clue is not None)
        self._give_up.setEnabled(is_open)

    def _tell_accused(self) -> None:
        layer, key = self._layers.currentData(), self._bugs.currentData()
        if layer and key:
            self.accused.emit(layer, key)


def _goes_on(before: Case | None, case: Case | None) -> bool:
    """Tell whether ``case`` is the one ``before``, some moves later."""
    if before is None or case is None or before.ending is not None:
        return False
    same = before.suspects == case.suspects
    return same and case.events[: len(before.events)] == before.events


def _choice(name: str, title: str) -> ChoiceBox:
    box = ChoiceBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setToolTip(title)
    box.setFont(theme.ui_font(12))
    box.setFixedHeight(HEIGHT)
    box.setMinimumContentsLength(8)
    return box


def _offer(box: ChoiceBox, entries: Sequence[tuple[str, str, bool]]) -> None:
    """Put value, text and whether it is possible of each entry into ``box``.

    What was chosen stays chosen while it is possible; a single one that is left is chosen.
    """
    before = box.currentData()
    box.blockSignals(True)
    box.clear()
    for place, (value, text, is_possible) in enumerate(entries):
        box.addItem(text if is_possible else f"{CROSS} {text}", value)
        if not is_possible:  # not by its item: Python would know that one longer than Qt does
            box.setItemData(place, 0, FLAGS)
    possible = [value for value, _, is_possible in entries if is_possible]
    chosen = before if before in possible else possible[0] if len(possible) == 1 else None
    box.setCurrentIndex(-1 if chosen is None else box.findData(chosen))
    box.setMaxVisibleItems(max(box.count(), 1))
    box.blockSignals(False)


def _row(first: QWidget, *others: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(first, 1)
    for other in others:
        row.addWidget(other)
    row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    return row
