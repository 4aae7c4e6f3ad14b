"""The fields of a TrainingConfig, in sections."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import formatting, theme
from app.parameter_changes import COEFFICIENTS
from app.widgets.basics import SEMIBOLD, Segments, label
from app.widgets.data_field import DataField
from app.widgets.fields import (
    FIELD_HEIGHT,
    SHARES,
    STEPS_1_2_5,
    LayersField,
    ListField,
    NumberField,
    RateBox,
    SeedField,
    WholeField,
    help_text,
)
from app.widgets.parameter_field import ParameterField
from app.widgets.parameter_help import parameter_help, parameter_titles
from app.widgets.typed_number import written
from bpcore.config import RANGES
from bpcore.initializers import he, xavier

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bpcore.config import TrainingConfig

OPTIMIZERS = (("sgd", "SGD"), ("momentum", "Momentum"), ("adagrad", "AdaGrad"), ("adam", "Adam"))
FROM_ZERO = (0.0, *STEPS_1_2_5)


class ParameterForm(QWidget):
    """The fields of network, training and data; ``edited`` tells that someone changed one.

    Attributes
    ----------
    put_back
        The button that takes back what waits for a restart, shown while something does.
    data
        Which digits; it tells by itself what was chosen.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._showing = False
        self._make_fields()
        self.data = DataField()
        self._shape = label(tone="3", name="networkShape")
        self._shape.setWordWrap(True)
        self._sizes = label(tone="3", name="dataSizes")
        self._sizes.setWordWrap(True)
        self._counts = (0, 0)
        self.put_back = QPushButton(self.tr("↺ as in the run"))
        self._set_up_put_back()
        titles, tips = parameter_titles(), parameter_help()
        boxes: Mapping[str, QWidget] = {
            "activation": self._activation,
            "hidden_sizes": self._layers,
            "initializer": self._initializer,
            **self._numbers,
            "optimizer": self._optimizer,
            "data": self.data,
        }
        self._fields = {
            name: ParameterField(titles[name], box, tips[name], heading=name == "data")
            for name, box in boxes.items()
        }
        self._deviations = label(tone="2", name="weightDeviations", elided=True)
        self._deviations.setFixedHeight(FIELD_HEIGHT)
        self._computed = ParameterField(
            titles["weight_init_std"],
            self._deviations,
            self.tr("Standard deviation of the first weights of each layer."),
        )
        self._build()
        self._connect()

    def show_config(self, config: TrainingConfig) -> None:
        """Put the values of ``config`` into the fields, without ``edited``."""
        self._showing = True
        self._show_activation(config.activation)
        self._layers.show_sizes(config.hidden_sizes)
        self._initializer.show_choice(config.initializer)
        self._optimizer.show_choice(config.optimizer)
        for name, box in self._numbers.items():
            if box.value() != getattr(config, name):  # else what is being typed there would go
                box.setValue(getattr(config, name))
        self.data.show_data(config.data)
        self._showing = False
        self._show_what_belongs(config)

    def read(self) -> dict[str, object]:
        """Return what the fields say by the names of a TrainingConfig, but for the data."""
        return {
            "activation": self._activation.value,
            "hidden_sizes": self._layers.sizes,
            "initializer": self._initializer.choice,
            "optimizer": self._optimizer.choice,
            **{name: box.value() for name, box in self._numbers.items()},
        }

    def clear_notes(self) -> None:
        """Say no more of what was typed before."""
        for box in (self._layers, *self._numbers.values()):
            box.note.clear()

    def settle(self) -> bool:
        """Take what is being typed; return whether all of it could be."""
        boxes = (self._layers, *self._numbers.values())
        refused = [box for box in boxes if box.typing.settle()]
        return not refused

    def show_waiting(self, names: Collection[str], run: TrainingConfig | None) -> None:
        """Mark the fields of ``names``, which wait for a restart, and tell what ``run`` has."""
        for name, field in self._fields.items():
            is_number = name in self._numbers and run is not None
            own = written(getattr(run, name)) if is_number else ""
            field.set_waits(name in names, own)
        self.put_back.setVisible(bool(names))

    def show_sizes(self, train: int, test: int) -> None:
        """Say how many examples there are."""
        self._counts = train, test
        self._show_counts()

    def _show_counts(self) -> None:
        """Say how many examples there are, and whether a batch has more than that."""
        train, _ = self._counts
        batch = int(self._numbers["batch_size"].value())
        if not train:
            return
        text = self.tr("{0} train · {1} test").format(*map(formatting.count, self._counts))
        tip = parameter_help()["batch_size"]
        if batch > train:
            hint = self.tr("A batch of {0} is more than the {1} digits: many come twice in it.")
            hint = hint.format(formatting.count(batch), formatting.count(train))
            text, tip = f"{text}\n{hint}", f"{tip} {hint}"
        self._sizes.setText(text)
        self._fields["batch_size"].set_tip(tip)

    def _make_fields(self) -> None:
        self._activation = Segments(
            "activation",
            (("relu", "Relu"), ("sigmoid", "Sigmoid"), ("tanh", "Tanh")),
            "relu",
            title=self.tr("Activation"),
        )
        self._layers = LayersField()
        self._initializer = ListField(
            "initializer", (("std", self.tr("Fixed")), ("xavier", "Xavier"), ("he", "He"))
        )
        self._optimizer = ListField("optimizer", OPTIMIZERS)
        self._numbers: dict[str, NumberField | WholeField] = {
            "weight_init_std": NumberField(
                "weightInitStd", RANGES["weight_init_std"], ladder=FROM_ZERO
            ),
            "learning_rate": RateBox(),
            "batch_size": WholeField("batchSize", RANGES["batch_size"], step=10),
            "iterations": WholeField("iterations", RANGES["iterations"], step=1000),
            "seed": SeedField(),
            "weight_decay": NumberField("weightDecay", RANGES["weight_decay"], ladder=FROM_ZERO),
            **{
                name: NumberField(name, RANGES[name], ladder=SHARES)
                for name in ("momentum", "beta1", "beta2")
            },
        }

    def _set_up_put_back(self) -> None:
        self.put_back.setObjectName("putBackButton")
        self.put_back.setAccessibleName(self.tr("Put back the parameters of the run"))
        tip = self.tr("Put back the parameters of the run, so that nothing waits for a restart.")
        self.put_back.setToolTip(help_text(tip))
        self.put_back.setProperty("kind", "crumb")
        self.put_back.setFont(theme.ui_font(12))
        self.put_back.setFixedHeight(20)
        # Hidden it keeps its room: a field that is being edited must not slip from the pointer.
        policy = self.put_back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.put_back.setSizePolicy(policy)
        self.put_back.hide()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        heading = QHBoxLayout()
        heading.addWidget(label(self.tr("Network"), weight=SEMIBOLD))
        heading.addStretch(1)
        heading.addWidget(self.put_back)
        column.addLayout(heading)
        for name in ("activation", "hidden_sizes"):
            column.addWidget(self._fields[name])
        column.addWidget(self._shape)
        weights = self._grid((("initializer", "weight_init_std"),))
        weights.addWidget(self._computed, 0, 1)
        column.addLayout(weights)
        column.addSpacing(8)
        column.addWidget(label(self.tr("Training"), weight=SEMIBOLD))
        column.addLayout(
            self._grid(
                (
                    ("learning_rate", "batch_size"),  # first: what one turns while a run goes on
                    ("optimizer", "weight_decay"),
                    ("iterations", "seed"),
                    ("beta1", "beta2"),
                    ("momentum", ""),
                )
            )
        )
        column.addSpacing(8)
        column.addWidget(self._fields["data"])
        column.addWidget(self._sizes)

    def _grid(self, rows: tuple[tuple[str, str], ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for row, names in enumerate(rows):
            for place, name in enumerate(names):
                if name:
                    grid.addWidget(self._fields[name], row, place)
        for place in range(2):
            grid.setColumnStretch(place, 1)
            grid.setColumnMinimumWidth(place, 92)
        return grid

    def _connect(self) -> None:
        self._activation.chosen.connect(self._tell)
        self._layers.sizes_changed.connect(self._tell)
        for choice in (self._initializer, self._optimizer):
            choice.currentIndexChanged.connect(self._tell)
        for box in self._numbers.values():
            box.valueChanged.connect(self._tell)
        for each in (self._layers, *self._numbers.values()):
            each.lineEdit().textEdited.connect(self.clear_notes)
        self._numbers["batch_size"].valueChanged.connect(self._hint_at_batch)

    def _tell(self) -> None:
        if not self._showing:
            self.clear_notes()
            self.edited.emit()

    def _hint_at_batch(self, batch: int) -> None:
        """Say by the field that someone chose more digits than there are."""
        train, _ = self._counts
        if not self._showing and 0 < train < batch:
            text = self.tr("More than the {0} digits.").format(formatting.count(train))
            self._numbers["batch_size"].note.say(text, wrong=False)

    def _show_activation(self, activation: str) -> None:
        # The window is made for two of them; the third comes from files.
        button = self._activation.findChild(QPushButton, "activation_tanh")
        assert button is not None
        button.setVisible(activation == "tanh")
        self._activation.set_value(activation)

    def _show_what_belongs(self, config: TrainingConfig) -> None:
        self._show_counts()
        for names in COEFFICIENTS.values():
            for name in names:
                self._fields[name].setVisible(name in COEFFICIENTS[config.optimizer])
        fixed = config.initializer == "std"
        self._fields["weight_init_std"].setVisible(fixed)
        self._computed.setVisible(not fixed)
        if not fixed:
            rule = xavier if config.initializer == "xavier" else he
            spread = (formatting.unsigned(rule(inputs), 3) for inputs in config.sizes[:-1])
            self._deviations.setText(" · ".join(spread))
        shape = "-".join(str(size) for size in config.sizes)
        count = sum((inputs + 1) * units for inputs, units in pairwise(config.sizes))
        text = self.tr("{0} · {1}\u00a0parameters")  # what does not fit is one line of its own
        self._shape.setText(text.format(shape, formatting.count(count)))
