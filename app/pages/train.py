"""The Train page: parameters, figures, and the curves of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import formatting, theme
from app.session import Session, Snapshot, State
from app.widgets.basics import Card, IconButton, Segments, ThemedButton, label
from app.widgets.parameters import ParameterFields
from app.widgets.tiles import Tile

if TYPE_CHECKING:
    from app.widgets.loss_plot import AccuracyPlot, LossPlot
    from bpcore.config import TrainingConfig

REFRESH_MS = 33
COLUMN_WIDTH = 224
LIVE_FIELDS = ("learning_rate",)
"""Parameters that a run under way takes over at once."""


class TrainPage(QWidget):
    """Where a run is set up, started, and watched."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._fields = ParameterFields(session.config, session.pace)
        self._loss_chart: LossPlot | None = None
        self._accuracy_chart: AccuracyPlot | None = None
        self._shown_run = -1
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.timeout.connect(self.refresh)
        self._since_refresh = QElapsedTimer()
        self._since_refresh.start()
        self._make_buttons()
        self._make_tiles()
        self._make_cards()
        self._build()
        self._connect()
        self.setFocusProxy(self._start)
        self._show_state(session.state)

    def load_charts(self) -> None:
        """Make the charts; importing what draws them takes a fifth of a second."""
        if self._loss_chart is not None:
            return
        from app.widgets.loss_plot import AccuracyPlot, LossPlot
        from app.widgets.run_chart import link

        self._loss_chart = LossPlot(self.tr("Loss per iteration"), self.tr("smoothed"))
        self._accuracy_chart = AccuracyPlot(
            self.tr("Accuracy per epoch"), self.tr("train"), self.tr("test")
        )
        link((self._loss_chart, self._accuracy_chart))
        for holder, chart in (
            (self._loss_holder, self._loss_chart),
            (self._accuracy_holder, self._accuracy_chart),
        ):
            holder.hold(chart)
            chart.hovered.connect(self._hovered)
        self._shown_run = -1
        self.refresh()

    def start(self) -> None:
        """Start a run with the parameters in the fields."""
        self._session.start(self._fields.config)

    def reset(self) -> None:
        """Discard the run and go back to its first iteration."""
        self._session.reset(self._fields.config)

    def _make_buttons(self) -> None:
        self._start = ThemedButton(self.tr("Start"), "startButton", icon_name="play", primary=True)
        self._pause = ThemedButton(self.tr("Pause"), "pauseButton", icon_name="pause")
        self._step = ThemedButton(self.tr("Step"), "stepButton", icon_name="step-forward")
        self._stop = ThemedButton(self.tr("Stop"), "stopButton", icon_name="stop")
        self._reset = ThemedButton(self.tr("Reset"), "resetButton", icon_name="restart")
        for button, text in (
            (self._start, self.tr("Start a new run (F5)")),
            (self._pause, self.tr("Pause the run, or go on (F6)")),
            (self._step, self.tr("Do one iteration (F10)")),
            (self._stop, self.tr("End the run here and keep its network (Shift+F5)")),
            (self._reset, self.tr("Go back to iteration 0 with fresh weights (Ctrl+R)")),
        ):
            button.setToolTip(text)
        self._hint = label(tone="3", name="trainHint")
        self._hint.setWordWrap(True)
        self._hint.setMinimumHeight(32)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _make_tiles(self) -> None:
        self._iteration = Tile(self.tr("Iteration"), "iteration")
        self._loss = Tile(self.tr("Loss"), "loss")
        self._accuracy = Tile(self.tr("Test accuracy"), "testAccuracy")
        self._speed = Tile(self.tr("Speed"), "speed")
        self._time = Tile(self.tr("Time left"), "timeLeft")
        self._progress = QProgressBar()
        self._progress.setObjectName("runProgress")
        self._progress.setAccessibleName(self.tr("Progress of the run"))
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)

    def _make_cards(self) -> None:
        self._loss_card = Card(self.tr("Loss"))
        self._loss_card.subtitle.setObjectName("lossSubtitle")
        self._accuracy_card = Card(self.tr("Accuracy"), self.tr("every epoch, on all examples"))
        self._readout = label(mono=True, tone="2", name="chartReadout")
        self._scale = Segments(
            "lossScale",
            (("linear", self.tr("Linear")), ("log", self.tr("Log"))),
            "log",
            title=self.tr("Scale of the loss"),
            height=28,
        )
        self._scale.setFixedWidth(116)
        self._fit = IconButton("fit", self.tr("Show the whole run"), "fitButton", size=28)
        header = self._loss_card.header
        for widget in (
            self._readout,
            _legend(self.tr("smoothed"), "line"),
            _legend(self.tr("raw range"), "band"),
            self._scale,
            self._fit,
        ):
            header.addWidget(widget)
        for text, kind in ((self.tr("test"), "line"), (self.tr("train"), "dashes")):
            self._accuracy_card.header.addWidget(_legend(text, kind))
        self._loss_holder, self._accuracy_holder = _Holder("lossPlot"), _Holder("accuracyPlot")
        self._loss_card.body.addWidget(self._loss_holder, 1)
        self._accuracy_card.body.addWidget(self._accuracy_holder, 1)
        self._accuracy_card.outer.setContentsMargins(16, 0, 16, 8)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_column())
        right = QVBoxLayout()
        right.setContentsMargins(16, 16, 16, 16)
        right.setSpacing(12)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for tile in (self._iteration, self._loss, self._accuracy, self._speed, self._time):
            tiles.addWidget(tile, 1)
        right.addLayout(tiles)
        right.addWidget(self._progress)
        right.addWidget(self._loss_card, 8)
        right.addWidget(self._accuracy_card, 5)
        row.addLayout(right, 1)

    def _make_column(self) -> QWidget:
        column = _Column()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.setSpacing(0)
        scroll = QScrollArea()
        scroll.setObjectName("parameterScroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._fields)
        layout.addWidget(scroll, 1)
        buttons = QGridLayout()
        buttons.setContentsMargins(16, 8, 16, 8)
        buttons.setSpacing(8)
        buttons.addWidget(self._start, 0, 0)
        buttons.addWidget(self._pause, 0, 1)
        trio = QHBoxLayout()
        trio.setSpacing(6)
        for button in (self._step, self._stop, self._reset):
            button.setStyleSheet("padding: 0 4px;")
            trio.addWidget(button, 1)
        buttons.addLayout(trio, 1, 0, 1, 2)
        buttons.addWidget(self._hint, 2, 0, 1, 2)
        layout.addLayout(buttons)
        return column

    def _connect(self) -> None:
        session = self._session
        self._start.clicked.connect(self.start)
        self._pause.clicked.connect(self._pause_or_resume)
        self._step.clicked.connect(self._step_once)
        self._stop.clicked.connect(session.stop)
        self._reset.clicked.connect(self.reset)
        self._fields.changed.connect(self._fields_changed)
        self._fields.pace_changed.connect(session.set_pace)
        self._scale.chosen.connect(self._scale_chosen)
        self._fit.clicked.connect(self._show_all)
        session.state_changed.connect(self._show_state)
        session.snapshot_changed.connect(self._schedule_refresh)
        session.data_changed.connect(self._show_sizes)
        session.notice_changed.connect(self._show_hint)

    def _pause_or_resume(self) -> None:
        if self._session.state is State.RUNNING:
            self._session.pause()
        else:
            self._session.resume()

    def _step_once(self) -> None:
        if self._session.state is State.IDLE:
            self._session.prepare(self._fields.config)
        self._session.step()

    def _fields_changed(self, config: TrainingConfig) -> None:
        state = self._session.state
        if state is State.IDLE:
            self._session.prepare(config)
        elif state in (State.RUNNING, State.PAUSED):
            self._session.change_learning_rate(config.learning_rate)
        self._show_hint()

    def _show_state(self, state: State) -> None:
        running, paused = state is State.RUNNING, state is State.PAUSED
        self._start.setText(self.tr("Start") if state is State.IDLE else self.tr("Restart"))
        self._start.setAccessibleName(self._start.text())
        self._pause.setEnabled(running or paused)
        self._pause.set_action(
            "play" if paused else "pause", self.tr("Resume") if paused else self.tr("Pause")
        )
        self._step.setEnabled(state in (State.IDLE, State.PAUSED))
        self._stop.setEnabled(running or paused)
        self._reset.setEnabled(state is not State.IDLE)
        self._show_hint()
        self.refresh()

    def _show_hint(self) -> None:
        state, text, tone = self._session.state, "", "3"
        if state is State.FAILED:
            text, tone = f"✗ {self._session.message}", "fail"
        elif self._session.notice:
            text, tone = self.tr("✗ The run is not saved. {0}").format(self._session.notice), "fail"
        elif self._waiting_changes():
            text = self.tr("Changes apply when you restart.")
        elif state is State.IDLE:
            text = self.tr("Ready: the network has its first weights.")
        elif state is State.RUNNING:
            text = self.tr("The learning rate and the pace can be changed now.")
        self._hint.setText(text)
        self._hint.setProperty("tone", tone)
        self._hint.style().polish(self._hint)

    def _waiting_changes(self) -> bool:
        """Whether a field says something else than the run under way."""
        ours, running = self._fields.config, self._session.config
        live = {name: getattr(running, name) for name in LIVE_FIELDS}
        return self._session.state is not State.IDLE and ours.replace(**live) != running

    def _show_sizes(self) -> None:
        self._fields.show_sizes(self._session.size("train"), self._session.size("test"))

    def _schedule_refresh(self, _snapshot: Snapshot) -> None:
        if not self._refresh_timer.isActive():
            waited = self._since_refresh.elapsed()
            self._refresh_timer.start(max(REFRESH_MS - int(waited), 0))

    def refresh(self) -> None:
        """Show the newest snapshot in all tiles and charts."""
        if not self.isVisible():
            return
        self._since_refresh.restart()
        snapshot = self._session.snapshot
        config = self._session.config
        if snapshot is not None and snapshot.run != self._shown_run:
            self._show_new_run(snapshot)
        self._show_figures(snapshot, config.iterations)
        if self._loss_chart is not None and self._accuracy_chart is not None and snapshot:
            self._loss_chart.set_series(self._session.losses)
            points = [(a.iteration, a.train, a.test) for a in snapshot.accuracies]
            self._accuracy_chart.set_points(points, snapshot.iteration)

    def _show_new_run(self, snapshot: Snapshot) -> None:
        config = snapshot.config
        text = self.tr("per iteration, batch of {0}")
        self._loss_card.subtitle.setText(text.format(formatting.count(config.batch_size)))
        self._progress.setRange(0, config.iterations)
        if self._loss_chart is not None and self._accuracy_chart is not None:
            self._shown_run = snapshot.run
            for chart in (self._loss_chart, self._accuracy_chart):
                chart.set_total(config.iterations)

    def _show_figures(self, snapshot: Snapshot | None, total: int) -> None:
        iteration = snapshot.iteration if snapshot else None
        self._iteration.show_texts(
            formatting.count(iteration), self.tr("of {0}").format(formatting.count(total))
        )
        self._progress.setValue(iteration or 0)
        losses = self._session.losses
        last = float(snapshot.losses[-1]) if snapshot and iteration else None
        recent = losses.mean_of_last(snapshot.iterations_per_epoch) if snapshot else None
        average = self.tr("avg {0}").format(formatting.loss(recent)) if recent is not None else ""
        self._loss.show_texts(formatting.loss(last), average)
        accuracies = snapshot.accuracies[-1] if snapshot and snapshot.accuracies else None
        self._accuracy.show_texts(
            formatting.share(accuracies.test if accuracies else None),
            self.tr("train {0}").format(formatting.share(accuracies.train)) if accuracies else "",
        )
        self._accuracy.setToolTip(
            self.tr("Measured at iteration {0}").format(formatting.count(accuracies.iteration))
            if accuracies
            else ""
        )
        self._show_speed(snapshot, total)

    def _show_speed(self, snapshot: Snapshot | None, total: int) -> None:
        running = self._session.state is State.RUNNING
        speed = snapshot.speed if snapshot and running else None
        self._speed.show_texts(
            self.tr("{0} it/s").format(formatting.rate(speed)) if speed else formatting.EM_DASH,
            self.tr("max {0}").format(formatting.rate(snapshot.top_speed))
            if snapshot and snapshot.top_speed
            else "",
        )
        left = (total - snapshot.iteration) / speed if snapshot and speed else None
        elapsed = snapshot.elapsed if snapshot and snapshot.iteration else None
        self._time.show_texts(
            formatting.duration(left),
            self.tr("elapsed {0}").format(formatting.duration(elapsed)) if elapsed else "",
        )

    def _scale_chosen(self, value: str) -> None:
        if self._loss_chart is not None:
            self._loss_chart.set_log(value == "log")

    def _show_all(self) -> None:
        if self._loss_chart is not None:
            self._loss_chart.show_all()

    def _hovered(self, x: float | None) -> None:
        assert self._loss_chart is not None
        assert self._accuracy_chart is not None
        for chart in (self._loss_chart, self._accuracy_chart):
            chart.show_crosshair(x)
        snapshot = self._session.snapshot
        iteration = 0 if x is None else max(round(x), 1)
        if snapshot is None or not 1 <= iteration <= snapshot.iteration:
            self._readout.setText("")
            return
        smooth = self._loss_chart.smoothed_at(iteration)
        self._readout.setText(
            f"{formatting.count(iteration)}  "
            f"{formatting.loss(float(snapshot.losses[iteration - 1]))}  ~{formatting.loss(smooth)}"
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another page was shown."""
        super().showEvent(event)
        self.refresh()


class _Column(QWidget):
    """The parameters' column, with the line at its right."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(COLUMN_WIDTH)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = QColor(theme.current().border)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), line)


class _Swatch(QWidget):
    """How a curve is drawn, in a legend."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.setFixedSize(18, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        if self._kind == "band":
            inner = theme.blend(colors.raw, colors.surface_1, 0.36)
            painter.fillRect(0, 1, 18, 10, inner)
        elif self._kind == "line":
            painter.fillRect(0, 5, 18, 2, QColor(colors.text_1))
        else:
            for x in (0, 7, 14):
                painter.fillRect(x, 5, 4, 2, QColor(colors.text_3))


def _legend(text: str, kind: str) -> QWidget:
    entry = QWidget()
    row = QHBoxLayout(entry)
    row.setContentsMargins(0, 0, 8, 0)
    row.setSpacing(6)
    row.addWidget(_Swatch(kind))
    caption: QLabel = label(text, tone="2")
    row.addWidget(caption)
    return entry


class _Holder(QWidget):
    """The place of a chart, there before the chart is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def hold(self, chart: QWidget) -> None:
        self._column.addWidget(chart)
