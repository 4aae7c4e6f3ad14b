"""The Train page: parameters, figures, the curves of the run, and what is inside its network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import formatting
from app.frame_pace import FramePace
from app.measuring import Measuring
from app.namesakes import drawn_names
from app.pages.train_controls import RunControls
from app.pages.train_figures import RunFigures
from app.pages.train_layout import (
    COLUMN_WIDTH,
    ROOMY_GAP,
    AccuracyCard,
    LossCard,
    Measures,
    ParameterColumn,
    chart_heights,
    measures_for,
    set_header,
)
from app.pages.train_side import TrainSide
from app.same_moment import SameMoment
from app.session import State
from app.widgets.export_notes import ExportNotes
from app.widgets.run_banner import RunBanner
from app.widgets.run_export_menu import RunExportButton

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from app.curves import RunCurves
    from app.session import Session
    from app.widgets.loss_plot import AccuracyPlot, LossPlot

ROOM_FOR_LEGEND = 560
"""Width between the columns from which the legend of the loss has room in its card."""


class TrainPage(QWidget):
    """Where a run is set up, started, and watched.

    Attributes
    ----------
    loss_card
        The card of the loss.
    export
        The button in its header that saves what there is of the run.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._column = ParameterColumn(self)
        self._controls = RunControls(session, self._column, self._column.room)
        self._banner = RunBanner(session)
        self._banner.focus_goes_to = self._controls.fields.pace_row
        self._loss_chart: LossPlot | None = None
        self._accuracy_chart: AccuracyPlot | None = None
        self._shown_run = (-1, -1)
        self._measures: Measures | None = None
        self._compared: list[tuple[RunCurves, int, str]] = []
        self._pace = FramePace(self)
        self._pace.due.connect(self.refresh)
        self._figures, self._measuring = RunFigures(self), Measuring(session, self)
        self.loss_card = LossCard(self)
        self.export = RunExportButton(session, self.loss_card.scale)
        self.loss_card.header.addWidget(self.export)
        ExportNotes(self.loss_card.holder, self.export, "runExport")
        self._accuracy_card = AccuracyCard(self)
        self._side = TrainSide(session, self)
        SameMoment(session, self)
        self._build()
        self._connect()
        self.setFocusProxy(self._controls)

    def load_charts(self) -> None:
        """Make the charts; importing what draws them takes a fifth of a second."""
        if self._loss_chart is not None:
            return
        from app.widgets.loss_plot import AccuracyPlot, LossPlot
        from app.widgets.run_chart import link

        loss = LossPlot(self.tr("Loss per iteration"), self.tr("smoothed"))
        accuracy = AccuracyPlot(self.tr("Accuracy per epoch"), self.tr("train"), self.tr("test"))
        self._loss_chart, self._accuracy_chart = loss, accuracy
        link((loss, accuracy))
        for holder, chart in (
            (self.loss_card.holder, loss),
            (self._accuracy_card.holder, accuracy),
        ):
            holder.hold(chart)
            chart.hovered.connect(self._hovered)
            chart.seek_requested.connect(self._session.seek)
            chart.live_requested.connect(self._session.jump_to_live)
        loss.view_changed.connect(self._follow_view)
        self._shown_run = (-1, -1)
        self.refresh()

    def start(self) -> None:
        """Start a run with the parameters in the fields, or the runs of the lesson."""
        self._controls.start()

    def reset(self) -> None:
        """Leave the run and go back to a first iteration."""
        self._controls.reset()

    def show_runs(self) -> None:
        """Show the list of runs beside the charts."""
        self._side.show_runs()

    def _build(self) -> None:
        self._column.hold(self._controls.fields, self._controls)
        charts = QVBoxLayout()
        charts.addWidget(self.loss_card)
        charts.addWidget(self._accuracy_card)
        below = QHBoxLayout()
        below.addLayout(charts, 1)
        below.addWidget(self._side)
        right = QVBoxLayout()
        right.addWidget(self._figures)
        right.addLayout(below, 1)
        right.addWidget(self._banner)  # below all: what is above stays where it is
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._column)
        row.addLayout(right, 1)
        self._spaced, self._right, self._charts = (charts, below, right), right, charts

    def _connect(self) -> None:
        session = self._session
        self.loss_card.scale.chosen.connect(self._scale_chosen)
        self.loss_card.fit.clicked.connect(self._show_all)
        self._side.hovered.connect(self._hovered)
        session.state_changed.connect(self.refresh)
        self._banner.installEventFilter(self)
        session.snapshot_changed.connect(self._take_snapshot)
        self._measuring.changed.connect(self.refresh)
        for news in (
            session.live_changed,
            session.pin_changed,
            session.lanes_changed,
            session.runs.changed,
        ):
            news.connect(self._schedule_refresh)

    def _take_snapshot(self) -> None:
        """Show it: when the run can spare the time, or at once what stays or was looked for."""
        session = self._session
        follows = session.state is State.RUNNING and session.pinned is None
        if self.isVisible():
            self._pace.want(at_once=not follows)

    def _schedule_refresh(self) -> None:
        if self.isVisible():
            self._pace.want()

    def refresh(self) -> None:
        """Show the newest of the run in all figures and charts, and what is looked at of it."""
        if not self.isVisible():
            return
        self._controls.follow_run()
        size = formatting.count(self._session.config.batch_size)
        self.loss_card.subtitle.setText(self.tr("batch of {0}").format(size))
        self._measuring.look()
        self._figures.show_run(self._session, self._measuring.accuracies(self._session.snapshot))
        self._show_charts()
        self._side.refresh()

    def _show_charts(self) -> None:
        session, snapshot = self._session, self._session.snapshot
        loss, accuracy = self._loss_chart, self._accuracy_chart
        if loss is None or accuracy is None or snapshot is None:
            return
        curves = session.curves
        run = (session.shown_run, curves.total)
        if run != self._shown_run:
            self._shown_run = run
            self.loss_card.explain(curves.smoothing)
            for chart in (loss, accuracy):
                chart.set_total(curves.total)
        cursor = None if session.pinned is None else snapshot.iteration
        compared = self._find_compared()
        for chart in (loss, accuracy):
            if compared != self._compared:
                chart.set_compared(compared)
            chart.set_curves(curves, cursor)
        if compared != self._compared:
            self._accuracy_card.compare(bool(compared))
            self._side.set_compared(compared)
        self._compared = compared

    def _find_compared(self) -> list[tuple[RunCurves, int, str]]:
        """Return curves, line style and name of the runs beside the shown one."""
        runs = self._session.runs
        names = drawn_names(runs) if runs.compared else {}
        found = ((key, runs.curves(key)) for key in runs.compared if key in names)
        return [
            (curves, runs.style(key), names[key]) for key, curves in found if curves is not None
        ]

    def _scale_chosen(self, value: str) -> None:
        if self._loss_chart is not None:
            self._loss_chart.set_log(value == "log")

    def _show_all(self) -> None:
        if self._loss_chart is not None:
            self._loss_chart.show_all()

    def _follow_view(self) -> None:
        if self._loss_chart is not None:
            self._side.set_x_range(*self._loss_chart.x_range)

    def _hovered(self, x: float | None) -> None:
        if self._loss_chart is None or self._accuracy_chart is None:
            return
        for chart in (self._loss_chart, self._accuracy_chart, self._side):
            chart.show_crosshair(x)
        self._accuracy_card.read(self._accuracies_at(x))
        live, iteration = self._session.live, 0 if x is None else max(round(x), 1)
        if live is None or not 1 <= iteration <= live.iteration:
            self.loss_card.read("")
            return
        smooth = self._loss_chart.smoothed_at(iteration)
        loss = formatting.loss(float(live.losses[iteration - 1]))
        text = self.tr("at {0}  loss {1}  smoothed {2}")
        self.loss_card.read(text.format(formatting.count(iteration), loss, formatting.loss(smooth)))

    def _accuracies_at(self, x: float | None) -> str:
        """Say what was measured last up to iteration ``x``, and when."""
        curves = self._session.curves
        if x is None or not 0 <= x <= curves.iteration:
            return ""
        test, train = (series.until(int(x)) for series in (curves.test, curves.train))
        if test is None or train is None:
            return ""
        text = self.tr("at {0}  test {1}  train {2}")
        shares = (formatting.share(series[1]) for series in (test, train))
        return text.format(formatting.count(test[0]), *shares)

    def _fit(self) -> None:
        """Take the sizes that fit."""
        measures = measures_for(self.width(), self.height())
        self._seat_banner(low=measures.gap < ROOMY_GAP)
        banner = 0 if self._banner.isHidden() else self._banner.height() + measures.gap
        heights = chart_heights(self.height(), measures, banner)
        for number, height in enumerate(heights):
            self._charts.setStretch(number, height)
        self.loss_card.give_room(self.width() - measures.side - COLUMN_WIDTH >= ROOM_FOR_LEGEND)
        if measures == self._measures:
            return
        self._measures = measures
        self._side.set_measures(measures)
        self._right.setContentsMargins(*(measures.margin,) * 4)
        for layout in self._spaced:
            layout.setSpacing(measures.gap)
        for card in (self.loss_card, self._accuracy_card):
            set_header(card, measures.header)

    def _seat_banner(self, *, low: bool) -> None:
        """Put the banner below all; on a low page below the charts, where its words have room."""
        seat = self._charts if low and not self._banner.is_long else self._right
        if seat.indexOf(self._banner) < 0:
            seat.addWidget(self._banner)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make room for the banner, or use what it had."""
        if watched is self._banner and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the sizes that fit."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another page was shown."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Measure nothing for nobody."""
        super().hideEvent(event)
        self._measuring.rest()
