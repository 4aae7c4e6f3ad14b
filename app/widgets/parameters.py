"""The column of a run's parameters: a lesson, the fields, and the pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.parameter_changes import following, waiting
from app.presets import Preset, is_as_staged, staged
from app.widgets.basics import SEMIBOLD, Segments, label
from app.widgets.fields import help_text
from app.widgets.lesson_choice import LessonChoice
from app.widgets.parameter_form import ParameterForm
from bpcore.config import LEARNING_RATES, TrainingConfig

if TYPE_CHECKING:
    from app.plans import Plan

PACES: tuple[tuple[str, str], ...] = (("60", "60"), ("250", "250"), ("1000", "1,000"), ("0", "Max"))


class ParameterFields(QWidget):
    """Everything in a TrainingConfig that is chosen here, a lesson, and the pace.

    ``changed`` carries a new TrainingConfig, ``pace_changed`` iterations per second or None.
    ``plans_changed`` tells that other runs would be started than before, ``waiting_changed`` that
    other fields wait for a restart.

    Attributes
    ----------
    pace_row
        The choice of a pace, for a place that does not scroll: it is wanted while a run goes on.
    """

    changed = Signal(object)
    pace_changed = Signal(object)
    plans_changed = Signal()
    waiting_changed = Signal()

    def __init__(self, config: TrainingConfig, pace: float | None) -> None:
        super().__init__()
        self._config = config
        self._run: TrainingConfig | None = None
        self._under_way = False
        self._plans: tuple[Plan, ...] = ()
        self._waiting: tuple[str, ...] = ()
        self._lessons = LessonChoice()
        self._form = ParameterForm()
        self._pace = Segments(
            "paceChoice", PACES, "0", title=self.tr("Pace, iterations per second")
        )
        self._pace.setToolTip(
            help_text(
                self.tr(
                    "How many iterations per second training is held to, so that it can be "
                    "watched; Max is as many as possible. Works at once."
                )
            )
        )
        self.pace_row = QWidget()
        self._build()
        self.show_pace(pace)
        self.show_config(config)
        self._lessons.chosen.connect(self._stage)
        self._form.edited.connect(self._edit)
        self._form.put_back.clicked.connect(self._put_back)
        self._form.data.data_chosen.connect(self._choose_data)
        self._form.data.folder_wanted.connect(self._ask_for_folder)
        self._pace.chosen.connect(self._choose_pace)

    @property
    def config(self) -> TrainingConfig:
        """What the fields say."""
        return self._config

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The runs of the lesson, several for a race; none without a lesson."""
        return self._plans

    @property
    def waiting(self) -> tuple[str, ...]:
        """Names of the parameters that only a restart makes those of the run."""
        return self._waiting

    def show_config(self, config: TrainingConfig) -> None:
        """Put the values of ``config`` into the fields, without ``changed``."""
        self._take(config)
        lesson = self._lessons.lesson
        if lesson is not None and not is_as_staged(lesson, config):
            self._lessons.show_lesson(None)
        self._find_plans()

    def follow_run(self, run: TrainingConfig | None, *, under_way: bool) -> None:
        """Know what the run depends on now, or that one is only prepared: None.

        ``under_way`` is whether it takes over changes. A field that said what the run did before
        says what it does now, and all of them do once it is no longer only prepared.
        """
        before, self._run, self._under_way = self._run, run, under_way
        if run is not None:
            config = run if before is None else following(self._config, before, run)
            if config != self._config:
                self.show_config(config)
        self._find_waiting()

    def show_sizes(self, train: int, test: int) -> None:
        """Say how many examples there are."""
        self._form.show_sizes(train, test)

    def show_pace(self, pace: float | None) -> None:
        """Show the pace, without ``pace_changed``; one that is not offered shows as the nearest."""
        offered = [float(value) for value, _ in PACES[:-1]]
        nearest = 0.0 if pace is None else min(offered, key=lambda each: abs(each - pace))
        blocked = self._pace.blockSignals(True)
        self._pace.set_value(f"{nearest:g}")
        self._pace.blockSignals(blocked)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(6)
        column.addWidget(self._lessons)
        column.addSpacing(8)
        column.addWidget(self._form)
        column.addStretch(1)
        pace = QVBoxLayout(self.pace_row)
        pace.setContentsMargins(0, 0, 0, 0)
        pace.setSpacing(6)
        titles = QHBoxLayout()
        titles.addWidget(label(self.tr("Pace"), weight=SEMIBOLD))
        titles.addStretch(1)
        titles.addWidget(label(self.tr("iterations / s"), tone="3"))
        pace.addLayout(titles)
        pace.addWidget(self._pace)

    def _take(self, config: TrainingConfig) -> None:
        self._config = config
        self._form.show_config(config)
        self._shown = self._form.read()
        self._find_waiting()

    def _edit(self) -> None:
        """Take over what was edited, and nothing else: a field may show less than there is."""
        said = self._form.read()
        edits = {name: value for name, value in said.items() if value != self._shown[name]}
        before, config = self._config, self._config.replace(**edits)
        if config.optimizer != before.optimizer:
            usual = before.learning_rate == LEARNING_RATES[before.optimizer]
            if usual and "learning_rate" not in edits:
                config = config.replace(learning_rate=LEARNING_RATES[config.optimizer])
        self._change(config)

    def _change(self, config: TrainingConfig) -> None:
        self._take(config)
        self._find_plans()
        self.changed.emit(config)

    def _put_back(self) -> None:
        if self._run is not None:
            self._change(self._run)

    def _choose_data(self, data: str) -> None:
        self._change(self._config.replace(data=data))

    def _ask_for_folder(self) -> None:
        title = self.tr("Folder with the four MNIST files")
        data = QFileDialog.getExistingDirectory(self, title) or self._config.data
        self._choose_data(data)

    def _stage(self, lesson: Preset | None) -> None:
        if lesson is not None:
            self.show_pace(lesson.pace)
            self.pace_changed.emit(lesson.pace)
            self._change(lesson.plans[0].config.replace(data=self._config.data))
        self._find_plans()

    def _find_plans(self) -> None:
        """Find out what would be started, and whether the lesson is still what it was."""
        lesson = self._lessons.lesson
        plans = staged(lesson, self._config) if lesson is not None else ()
        if lesson is not None:
            edited = not plans or not is_as_staged(lesson, self._config)
            self._lessons.show_lesson(lesson, edited=edited)
        if plans != self._plans:
            self._plans = plans
            self.plans_changed.emit()

    def _find_waiting(self) -> None:
        names = waiting(self._run, self._config, under_way=self._under_way)
        self._form.show_waiting(names)
        if names != self._waiting:
            self._waiting = names
            self.waiting_changed.emit()

    def _choose_pace(self, value: str) -> None:
        self.pace_changed.emit(float(value) or None)
