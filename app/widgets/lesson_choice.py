"""Choosing a lesson, and what to look at in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import formatting, theme
from app.presets import PRESETS, Preset, translated
from app.widgets.fields import ListField, help_text
from app.widgets.folded_text import FoldedText
from app.widgets.parameter_field import ParameterField
from app.widgets.shortening_label import ShorteningLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

ROW = 20


class LessonChoice(QWidget):
    """A list of lessons; below it stands what the chosen one shows, and where.

    Where there is little room the text is folded, until someone wants more of it.

    ``chosen`` carries the Preset, or None for no lesson.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        choices = [("", self.tr("Choose a lesson …"))]
        choices += [(preset.key, translated(preset.title)) for preset in PRESETS]
        self._list = ListField("presetChoice", choices)
        self._list.setMaxVisibleItems(len(choices))
        for row, preset in enumerate(PRESETS, start=1):
            self._list.setItemData(row, _tip(preset), Qt.ItemDataRole.ToolTipRole)
        self._field = ParameterField(
            self.tr("Lesson"),
            self._list,
            self.tr(
                "Runs worth watching: a lesson puts its parameters into the fields. Beside a run "
                "they wait for a restart."
            ),
            heading=True,
        )
        self._text = FoldedText("presetText")
        self._runs = ShorteningLabel()
        self._runs.setObjectName("presetRuns")
        self._more = QPushButton()
        self._has_room, self._is_open = True, False
        # Always there, if a lesson is: a field that is being edited must not slip away from the
        # pointer.
        self._below = QWidget()
        self._set_up()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._field, self._text, self._below):
            column.addWidget(part)
        self._list.activated.connect(self._choose)
        self._more.clicked.connect(self._show_more)
        self.show_lesson(None)

    @property
    def lesson(self) -> Preset | None:
        """The lesson that is shown as chosen."""
        return next((p for p in PRESETS if p.key == self._list.choice), None)

    def show_lesson(self, preset: Preset | None, *, edited: bool = False) -> None:
        """Show ``preset`` as chosen, or none; ``edited`` says that the fields are no longer it."""
        self._list.show_choice(preset.key if preset else "")
        self._text.setText(translated(preset.text) if preset else "")
        self._text.setToolTip(_tip(preset) if preset else "")
        if edited:
            again = self.tr("Edited since: choose it again to put it back.")
            self._runs.set_texts(again, self.tr("Edited: choose it again"), self.tr("Edited"))
        else:
            self._runs.set_texts(self._names() if preset else "")
        for part in (self._text, self._below):
            part.setVisible(preset is not None)
        self._fold()

    def show_waiting(self, waits: bool) -> None:
        """Mark that the lesson waits for a restart, or no longer."""
        self._field.set_waits(waits)

    def give_room(self, is_enough: bool) -> None:
        """Know whether there is room for all of a text."""
        if is_enough != self._has_room:
            self._has_room = is_enough
            self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether the text needs to be folded now."""
        super().resizeEvent(event)
        self._fold()

    def _set_up(self) -> None:
        self._more.setObjectName("presetMore")
        self._more.setProperty("kind", "crumb")
        self._more.setFont(theme.ui_font(12))
        self._more.setFixedHeight(ROW)
        self._below.setFixedHeight(ROW)
        row = QHBoxLayout(self._below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._runs, 1)
        row.addWidget(self._more)

    def _show_more(self) -> None:
        self._is_open = not self._is_open
        self._fold()

    def _fold(self) -> None:
        self._text.fold(not self._has_room and not self._is_open)
        self._more.setVisible(not self._has_room and self._text.is_longer)
        self._more.setText(self.tr("less") if self._is_open else self.tr("more"))
        said = self.tr("Less of the lesson's text"), self.tr("More of the lesson's text")
        self._more.setAccessibleName(said[0] if self._is_open else said[1])

    def _choose(self) -> None:
        lesson = self.lesson
        self.show_lesson(lesson)
        self.chosen.emit(lesson)

    def _names(self) -> str:
        """Return which runs the lesson has."""
        plans = self.lesson.plans if self.lesson else ()
        if len(plans) == 1:
            count = formatting.count(plans[0].config.iterations)
            return self.tr("1 run of {0} iterations").format(count)
        names = ", ".join(translated(plan.name) for plan in plans)
        return self.tr("{0} runs: {1}").format(len(plans), names)


def _tip(preset: Preset) -> str:
    return help_text(translated(preset.text))
