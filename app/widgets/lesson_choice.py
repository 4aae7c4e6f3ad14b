"""Choosing a lesson, and what to look at in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app import formatting
from app.presets import PRESETS, Preset, translated
from app.widgets.basics import label
from app.widgets.fields import ListField, help_text
from app.widgets.parameter_field import ParameterField


class LessonChoice(QWidget):
    """A list of lessons; below it stands what the chosen one shows, and where.

    ``chosen`` carries the Preset, or None for no lesson.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        choices = [("", self.tr("Choose a lesson …"))]
        choices += [(preset.key, translated(preset.title)) for preset in PRESETS]
        self._list = ListField("presetChoice", choices)
        self._list.setMaxVisibleItems(len(choices))
        for row, preset in enumerate(PRESETS, start=1):
            self._list.setItemData(row, _tip(preset), Qt.ItemDataRole.ToolTipRole)
        self._field = ParameterField(
            self.tr("Lesson"),
            self._list,
            self.tr("Runs worth watching: a lesson puts its parameters into the fields."),
            heading=True,
        )
        self._text = _wrapped("presetText", "2")
        self._runs = _wrapped("presetRuns", "3")
        # Always of two lines: a field that is being edited must not slip away from the pointer.
        self._runs.setFixedHeight(2 * self._runs.fontMetrics().lineSpacing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._field, self._text, self._runs):
            column.addWidget(part)
        self._list.activated.connect(self._choose)
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
        self._runs.setText(
            self.tr("Edited since: choose it again to put it back.") if edited else self._names()
        )
        for part in (self._text, self._runs):
            part.setVisible(preset is not None)

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


def _wrapped(name: str, tone: str) -> QLabel:
    text = label(tone=tone, name=name)
    text.setWordWrap(True)
    text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return text
