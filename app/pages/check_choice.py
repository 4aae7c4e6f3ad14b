"""What is checked: which weights, on which digits, with which h."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import theme
from app.checks import Source
from app.formatting import EM_DASH, step_size
from app.widgets.basics import Segments
from app.widgets.digit_fields import IndexBox
from app.widgets.fields import ListField
from bpcore.gradient_check import SWEEP

if TYPE_CHECKING:
    from app.checking import Checking
    from app.session import Session

HEIGHT = 28
MOST_DIGITS = 200


class CheckChoice(QWidget):
    """A row of fields that say to a Checking what is wanted."""

    def __init__(self, session: Session, checking: Checking) -> None:
        super().__init__()
        self._session, self._checking = session, checking
        self._firsts: dict[Source, int] = dict.fromkeys(get_args(Source), 0)
        self._build()
        self._weights.chosen.connect(self._choose_weights)
        self._source.currentIndexChanged.connect(self._choose_source)
        self._first.valueChanged.connect(self._choose_first)
        self._count.valueChanged.connect(self._choose_count)
        self._step.currentIndexChanged.connect(self._choose_step)
        session.data_changed.connect(self._fit_data)
        checking.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._make_network_fields()
        self._make_digit_fields()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self._weights, self._source, self._first, self._count, self._step):
            row.addWidget(widget)
        for field in (self._source, self._step):
            field.setFixedHeight(HEIGHT)
            field.setFont(theme.ui_font(12))

    def _make_network_fields(self) -> None:
        self._weights = Segments(
            "checkWeights",
            (("shown", self.tr("Shown")), ("fresh", self.tr("Fresh"))),
            "shown",
            title=self.tr("Weights"),
            height=HEIGHT,
        )
        self._weights.setToolTip(
            self.tr(
                "The weights of the iteration that the timeline shows,\n"
                "or fresh ones as before any training"
            )
        )
        self._step = ListField("checkStep", [(repr(h), f"h {step_size(h)}") for h in SWEEP])
        self._step.setAccessibleName(self.tr("h"))
        self._step.setToolTip(self.tr("How far each parameter is moved up and down"))
        self._step.setMinimumWidth(88)

    def _make_digit_fields(self) -> None:
        self._source = ListField(
            "checkSource",
            (
                ("train", self.tr("Training digits")),
                ("test", self.tr("Test digits")),
                ("run", self.tr("Next batch")),
                ("drawing", self.tr("Your drawing")),
            ),
        )
        self._source.setAccessibleName(self.tr("Digits"))
        self._source.setToolTip(self.tr("The digits whose loss is looked at"))
        self._source.setMinimumWidth(128)
        self._first = IndexBox("checkFirst", self.tr("Index of the first digit"), 104)
        self._first.setPrefix(self.tr("from "))
        self._count = IndexBox("checkCount", self.tr("Number of digits"), 72)
        self._count.setPrefix("N ")
        self._count.setRange(1, MOST_DIGITS)
        for box in (self._first, self._count):
            box.setKeyboardTracking(False)

    def refresh(self) -> None:
        """Show what is wanted, and allow what the data has."""
        wanted, size = self._checking.wanted, self._size
        fields = (self._weights, self._source, self._first, self._count, self._step)
        blockers = [QSignalBlocker(field) for field in fields]
        self._weights.set_value("fresh" if wanted.fresh else "shown")
        self._source.show_choice(wanted.source)
        self._first.setRange(0, max(size - wanted.count, 0))
        if self._first.singleStep() != wanted.count:
            self._first.setSingleStep(wanted.count)
        present = self._checking.present
        count = EM_DASH if present is None else str(len(present.batch.labels))
        for box, value, instead in (
            (self._first, wanted.first, self.tr("from {0}").format(EM_DASH)),
            (self._count, wanted.count, f"N {count}"),
        ):
            _show_number(box, value if size else box.minimum(), "" if size else instead)
        self._step.show_choice(repr(wanted.h))
        del blockers

    def take_typed(self) -> None:
        """Take numbers that are typed, and not entered yet."""
        for box in (self._first, self._count):
            box.interpretText()

    @property
    def _size(self) -> int:
        """How many digits there are to choose from; 0 where there is nothing to be chosen."""
        source = self._checking.wanted.source
        return self._session.size(source) if source in ("train", "test") else 0

    def _fit_data(self) -> None:
        """Begin at a digit that there is: other data may have fewer."""
        size, wanted = self._size, self._checking.wanted
        if size:
            self._checking.want(first=min(wanted.first, max(size - wanted.count, 0)))
        self.refresh()

    def _choose_weights(self, choice: str) -> None:
        self._checking.want(fresh=choice == "fresh")

    def _choose_source(self) -> None:
        wanted, source = self._checking.wanted, cast("Source", self._source.choice)
        self._firsts[wanted.source] = wanted.first
        self._checking.want(source=source, first=self._firsts[source])
        self._fit_data()

    def _choose_first(self, first: int) -> None:
        self._checking.want(first=first)

    def _choose_count(self, count: int) -> None:
        last = max(self._size - count, 0)
        self._checking.want(count=count, first=min(self._checking.wanted.first, last))

    def _choose_step(self) -> None:
        self._checking.want(h=float(self._step.choice))


def _show_number(box: IndexBox, value: int, instead: str) -> None:
    """Show ``value`` in ``box``; or ``instead``, where it means nothing."""
    box.setEnabled(not instead)
    # Setting what is there already would take away what is being typed.
    if box.specialValueText() != instead:
        box.setSpecialValueText(instead)
    if box.value() != value:
        box.setValue(value)
