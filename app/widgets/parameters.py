"""The parameters of a run, as fields."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import formatting, theme
from app.widgets.basics import SEMIBOLD, Segments, label
from bpcore.config import BUNDLED, RANGES, TrainingConfig

PACES: tuple[tuple[str, str], ...] = (("60", "60"), ("250", "250"), ("1000", "1,000"), ("0", "Max"))
FIELD_HEIGHT = 30


class ParameterFields(QWidget):
    """Everything in a TrainingConfig that is chosen here, and the pace.

    ``changed`` carries a new TrainingConfig, ``pace_changed`` iterations per second or None.
    """

    changed = Signal(object)
    pace_changed = Signal(object)

    def __init__(self, config: TrainingConfig, pace: float | None) -> None:
        super().__init__()
        self._config = config
        self.data = QComboBox()
        self.activation = Segments(
            "activation",
            (("relu", "Relu"), ("sigmoid", "Sigmoid")),
            config.activation,
            title=self.tr("Activation"),
        )
        self.hidden_size = _whole("hiddenUnits", "hidden_size", 10)
        self.learning_rate = RateBox()
        self.batch_size = _whole("batchSize", "batch_size", 10)
        self.iterations = _whole("iterations", "iterations", 1000)
        self.seed = _whole("seed", "seed", 1)
        self.pace = Segments(
            "paceChoice", PACES, f"{pace or 0:g}", title=self.tr("Pace, iterations per second")
        )
        self._shape = label(tone="3", name="networkShape")
        self._sizes = label(tone="3", name="dataSizes")
        self._fill_data()
        self._build()
        self.show_config(config)
        self._connect()

    @property
    def config(self) -> TrainingConfig:
        """What the fields say."""
        return self._config

    def show_config(self, config: TrainingConfig) -> None:
        """Put the values of ``config`` into the fields, without ``changed``."""
        self._config = config
        blocked = self.blockSignals(True)
        if self.data.findData(config.data) < 0:
            self.data.insertItem(self.data.count() - 1, config.data, config.data)
        self.data.setCurrentIndex(self.data.findData(config.data))
        self.activation.set_value(config.activation)
        self.hidden_size.setValue(config.hidden_sizes[0])
        self.learning_rate.setValue(config.learning_rate)
        self.batch_size.setValue(config.batch_size)
        self.iterations.setValue(config.iterations)
        self.seed.setValue(config.seed)
        self.blockSignals(blocked)
        self._show_shape()

    def show_sizes(self, train: int, test: int) -> None:
        """Say how many examples there are."""
        text = self.tr("{0} train · {1} test")
        self._sizes.setText(text.format(formatting.count(train), formatting.count(test)))

    def _fill_data(self) -> None:
        self.data.setObjectName("dataChoice")
        self.data.setAccessibleName(self.tr("Data"))
        self.data.setFixedHeight(FIELD_HEIGHT)
        self.data.setToolTip(
            self.tr("The digits that come with Chainlight, or a folder with the four MNIST files")
        )
        self.data.setFont(theme.ui_font(12))
        self.data.setMinimumWidth(40)
        self.data.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.data.setMinimumContentsLength(8)
        self.data.addItem(self.tr("MNIST 10k (bundled)"), BUNDLED)
        self.data.addItem(self.tr("Folder with MNIST files …"), "")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(6)
        column.addWidget(label(self.tr("Network"), weight=SEMIBOLD))
        column.addLayout(_field(self.tr("Activation"), self.activation))
        column.addLayout(_field(self.tr("Hidden units"), self.hidden_size))
        column.addWidget(self._shape)
        column.addSpacing(8)
        column.addWidget(label(self.tr("Training"), weight=SEMIBOLD))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for place, (text, field) in enumerate(
            (
                (self.tr("Learning rate"), self.learning_rate),
                (self.tr("Batch size"), self.batch_size),
                (self.tr("Iterations"), self.iterations),
                (self.tr("Seed"), self.seed),
            )
        ):
            grid.addLayout(_field(text, field), place // 2, place % 2)
        column.addLayout(grid)
        column.addSpacing(8)
        column.addWidget(label(self.tr("Data"), weight=SEMIBOLD))
        column.addWidget(self.data)
        column.addWidget(self._sizes)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Pace"), weight=SEMIBOLD))
        row.addStretch(1)
        row.addWidget(label(self.tr("iterations / s"), tone="3"))
        column.addLayout(row)
        column.addWidget(self.pace)
        column.addStretch(1)

    def _connect(self) -> None:
        self.activation.chosen.connect(self._edited)
        for box in (self.hidden_size, self.batch_size, self.iterations, self.seed):
            box.valueChanged.connect(self._edited)
        self.learning_rate.valueChanged.connect(self._edited)
        self.data.activated.connect(self._data_chosen)
        self.pace.chosen.connect(self._pace_chosen)

    def _edited(self) -> None:
        if self.signalsBlocked():
            return
        self._config = self._config.replace(
            activation=self.activation.value,
            hidden_sizes=(self.hidden_size.value(),),
            learning_rate=self.learning_rate.value(),
            batch_size=self.batch_size.value(),
            iterations=self.iterations.value(),
            seed=self.seed.value(),
        )
        self._show_shape()
        self.changed.emit(self._config)

    def _data_chosen(self, index: int) -> None:
        data = self.data.itemData(index)
        if not data:
            title = self.tr("Folder with the four MNIST files")
            data = QFileDialog.getExistingDirectory(self, title) or self._config.data
        self.show_config(self._config.replace(data=data))
        self.changed.emit(self._config)

    def _pace_chosen(self, value: str) -> None:
        self.pace_changed.emit(float(value) or None)

    def _show_shape(self) -> None:
        sizes = self._config.sizes
        parameters = sum((inputs + 1) * units for inputs, units in pairwise(sizes))
        text = self.tr("{0} · {1} parameters")
        shape = "-".join(str(size) for size in sizes)
        self._shape.setText(text.format(shape, formatting.count(parameters)))


class RateBox(QDoubleSpinBox):
    """The learning rate: shown as short as it is, stepped by factors of 1, 2, 5."""

    def __init__(self) -> None:
        super().__init__()
        allowed = RANGES["learning_rate"]
        self.setObjectName("learningRate")
        self.setAccessibleName(self.tr("Learning rate"))
        self.setDecimals(6)
        self.setRange(allowed.minimum, allowed.maximum)
        self.setKeyboardTracking(False)
        self.setFixedHeight(FIELD_HEIGHT)
        self.setMinimumWidth(40)
        self.lineEdit().setTextMargins(7, 0, 0, 0)
        self.setFont(theme.ui_font(12))
        self.setLocale(QLocale.c())
        self.setToolTip(
            self.tr("Factor of the gradient in each update, {0:g} to {1:g}. Works at once.").format(
                allowed.minimum, allowed.maximum
            )
        )

    def textFromValue(self, value: float) -> str:
        """Return 0.1, not 0.100000."""
        return f"{value:.6f}".rstrip("0").rstrip(".")

    def stepBy(self, steps: int) -> None:
        """Go up or down the row … 0.1, 0.2, 0.5, 1, 2 …."""
        ladder = [round(f * 10.0**p, 6) for p in range(-6, 3) for f in (1, 2, 5)]
        for _ in range(abs(steps)):
            value = self.value()
            if steps > 0:
                self.setValue(next((x for x in ladder if x > value * 1.0001), self.maximum()))
            else:
                below = [x for x in ladder if x < value * 0.9999]
                self.setValue(below[-1] if below else self.minimum())


def _whole(name: str, parameter: str, step: int) -> QSpinBox:
    allowed = RANGES[parameter]
    box = QSpinBox()
    box.setObjectName(name)
    # A spin box holds 32 bits with a sign; half of the seeds are out of its reach.
    box.setRange(int(allowed.minimum), int(min(allowed.maximum, 2**31 - 1)))
    box.setSingleStep(step)
    box.setGroupSeparatorShown(parameter != "seed")
    box.setLocale(QLocale(QLocale.Language.English))
    box.setKeyboardTracking(False)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
    box.setFixedHeight(FIELD_HEIGHT)
    box.setMinimumWidth(40)
    box.lineEdit().setTextMargins(7, 0, 0, 0)
    box.setFont(theme.ui_font(12))
    limits = f"{box.minimum():,} – {box.maximum():,}"
    box.setToolTip(f"{limits} {allowed.unit}".strip())
    return box


def _field(text: str, field: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    caption: QLabel = label(text, tone="2")
    caption.setBuddy(field)
    field.setAccessibleName(text)
    column.addWidget(caption)
    column.addWidget(field)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    return column
