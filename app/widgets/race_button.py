"""The button that starts the compared runs anew, against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app import formatting
from app.plans import MOST_RUNS
from app.widgets.basics import ThemedButton
from app.widgets.fields import help_text
from app.widgets.tool_choice import with_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from app.runs import Runs

KEY = "Shift+R"


class RaceButton(ThemedButton):
    """Has a menu of both kinds of race; the key begins the one in turn. ``said`` tells of it."""

    said = Signal(str)

    def __init__(self, runs: Runs, *, height: int) -> None:
        super().__init__("", "raceButton", height=height)
        self.set_action("", self.tr("Race"))
        self._runs = runs
        self._keys: tuple[str, ...] = ()
        self._menu = QMenu(self)
        self._menu.setObjectName("raceMenu")
        self._menu.setToolTipsVisible(True)
        self._in_turn = self._action(
            "raceInTurn",
            self.tr("In turn"),
            self.tr("They keep abreast, a few iterations of each at a time."),
        )
        self._in_turn.setShortcut(QKeySequence(KEY))
        self._in_turn.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._in_turn.setAutoRepeat(False)
        one_by_one = self._action(
            "raceOneByOne",
            self.tr("One after the other"),
            self.tr("Each has the whole machine until its end; the next one waits."),
        )
        self._in_turn.triggered.connect(self._begin_in_turn)
        one_by_one.triggered.connect(self._begin_one_by_one)
        self.clicked.connect(self._open_menu)
        self.set_runs("", ())

    def hear_keys_of(self, widget: QWidget) -> None:
        """Let the key work where ``widget``, or a part of it, has the focus."""
        widget.addAction(self._in_turn)

    def set_runs(self, shown: str, ticked: Sequence[str]) -> None:
        """Race the run ``shown``, "" if that is none yet, with those that are ``ticked``."""
        keys = (shown, *ticked) if shown else tuple(ticked)
        can = 2 <= len(keys) <= MOST_RUNS
        if keys == self._keys and can == self.isEnabled() and self.toolTip():
            return
        self._keys = keys
        self.setEnabled(can)
        self._in_turn.setEnabled(can)
        if can:
            text = with_key(
                self.tr(
                    "Start these {0} runs anew, each with its own parameters and changes: the one "
                    "that is shown, and those that are ticked"
                ).format(formatting.count(len(keys))),
                KEY,
            )
        elif shown:
            text = self.tr("Tick one to three runs to start them anew, with the shown one.")
        else:
            text = self.tr("Tick two or three runs to start them anew, together.")
        self.setToolTip(help_text(text))
        self.setAccessibleDescription(text)

    def _action(self, name: str, text: str, tip: str) -> QAction:
        action = self._menu.addAction(text)
        action.setObjectName(name)
        action.setToolTip(tip)
        return action

    def _open_menu(self) -> None:
        above = QPoint(0, -self._menu.sizeHint().height())
        self._menu.popup(self.mapToGlobal(above))

    def _begin_in_turn(self) -> None:
        self._begin(self.tr("{0} runs train in turn, each from its beginning."), in_turn=True)

    def _begin_one_by_one(self) -> None:
        text = self.tr("{0} runs train one after the other, each from its beginning.")
        self._begin(text, in_turn=False)

    def _begin(self, text: str, *, in_turn: bool) -> None:
        count = formatting.count(len(self._keys))
        self._runs.race(self._keys, in_turn=in_turn)
        self.said.emit(text.format(count))
