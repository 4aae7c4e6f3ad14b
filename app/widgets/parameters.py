"""The column of a run's parameters: a lesson, the fields, and the pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QResizeEvent
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

ROOM_FOR_TEXT = 520
"""Height in which learning rate and batch size are in sight below all of a lesson's text."""


class ParameterFields(QWidget):
    """Everything in a TrainingConfig that is chosen here, a lesson, and the pace.

    ``changed`` carries a new TrainingConfig, ``pace_changed`` iterations per second or None.
    ``plans_changed`` tells that other runs would be started than before, ``waiting_changed`` that
    other fields wait for a restart.

    A lesson that is chosen while there is a run is only staged: what its fields say, and its pace,
    wait for a restart, and so does every edit. ``changed`` is silent until it is begun or left.

    Attributes
    ----------
    pace_row
        The choice of a pace, for a place that does not scroll: it is wanted while a run goes on.
    """

    changed = Signal(object)
    pace_changed = Signal(object)
    plans_changed = Signal()
    waiting_changed = Signal()

    def __init__(
        self, config: TrainingConfig, pace: float | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._config = config
        self._run: TrainingConfig | None = None
        self._under_way = False
        self._is_staged = False
        self._pace_waiting: str | None = None
        self._lesson_of_run: Preset | None = None
        self._plans: tuple[Plan, ...] = ()
        self._waiting: tuple[str, ...] = ()
        self._lessons = LessonChoice(self)  # before the form: so Tab goes, too
        self._form = ParameterForm(self)
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
        self._pace_unit = label(tone="3", name="paceUnit")
        self.pace_row = QWidget()
        self._build()
        self.show_pace(pace)
        self.show_config(config)
        self._lessons.chosen.connect(self._stage)
        self._form.edited.connect(self._edit)
        self._form.put_back.clicked.connect(self.put_back)
        self._form.data.data_chosen.connect(self._choose_data)
        self._form.data.folder_wanted.connect(self._ask_for_folder)
        self._pace.chosen.connect(self._choose_pace)
        if parent is not None:
            parent.installEventFilter(self)

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

    @property
    def is_staged(self) -> bool:
        """Whether a lesson is staged, so that no field works at once."""
        return self._is_staged

    def begin(self) -> bool:
        """Take what is being typed and the pace that waits: the fields' runs begin now.

        Returns whether they can: not where what was typed is refused.
        """
        if not self._form.settle():
            return False
        if self._pace_waiting is not None:
            pace, self._pace_waiting = float(self._pace_waiting) or None, None
            self.show_pace(pace)
            self.pace_changed.emit(pace)
        return True

    def put_back(self) -> None:
        """Go back to the parameters of the run, which works at once again."""
        if self._run is None:
            return
        self._form.clear_notes()
        own, self._is_staged = self._lesson_of_run, False
        self._let_pace_wait(None)
        self._lessons.show_lesson(own)
        self.show_config(self._run)
        self.changed.emit(self._run)

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
        says what it does now, and all of them do once it is no longer only prepared. But a lesson
        that is staged stays as it is.
        """
        before, self._run, self._under_way = self._run, run, under_way
        if run is not None and not self._is_staged:
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
        self._let_pace_wait(self._pace_waiting)

    def event(self, event: QEvent) -> bool:
        """Watch what this scrolls in: it says how much room there is."""
        parent = self.parentWidget()
        if event.type() == QEvent.Type.ParentChange and parent is not None:
            parent.installEventFilter(self)
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fold the text of a lesson where it would push the first fields out of sight."""
        if isinstance(event, QResizeEvent) and watched is self.parentWidget():
            self._lessons.give_room(event.size().height() >= ROOM_FOR_TEXT)
        return False

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
        titles.addWidget(self._pace_unit)
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
        if not self._is_staged:
            self.changed.emit(config)

    def _choose_data(self, data: str) -> None:
        self._change(self._config.replace(data=data))

    def _ask_for_folder(self) -> None:
        title = self.tr("Folder with the four MNIST files")
        data = QFileDialog.getExistingDirectory(self, title) or self._config.data
        self._choose_data(data)

    def _stage(self, lesson: Preset | None) -> None:
        self._form.clear_notes()
        if lesson is None:
            self._leave_lesson()
            return
        config = lesson.plans[0].config.replace(data=self._config.data)
        if self._run is None:
            self.show_pace(lesson.pace)
            self.pace_changed.emit(lesson.pace)
        else:
            self._let_pace_wait(f"{lesson.pace or 0:g}")
            self._is_staged = True
        self._change(config)

    def _leave_lesson(self) -> None:
        """Leave the fields as they are, but not as those of another run than the one there is."""
        self._let_pace_wait(None)
        if self._is_staged:
            self._lesson_of_run = None
            self.put_back()
        self._find_plans()

    def _let_pace_wait(self, value: str | None) -> None:
        """Say that another pace than the run's waits for a restart; None if none does."""
        self._pace_waiting = None if value == self._pace.value else value
        text = self.tr("iterations / s")
        if self._pace_waiting is not None:
            text = self.tr("{0} at restart").format(dict(PACES)[self._pace_waiting])
        self._pace_unit.setText(text)

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
        under_way = self._under_way and not self._is_staged
        names = waiting(self._run, self._config, under_way=under_way)
        self._is_staged = self._is_staged and bool(names)
        if not self._is_staged:
            self._lesson_of_run = self._lessons.lesson
        self._form.show_waiting(names, self._run)
        self._lessons.show_waiting(self._is_staged)
        if names != self._waiting:
            self._waiting = names
            self.waiting_changed.emit()

    def _choose_pace(self, value: str) -> None:
        self._let_pace_wait(None)
        self.pace_changed.emit(float(value) or None)
