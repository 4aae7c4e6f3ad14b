"""The page on which one digit goes through the network, and its error back, step by step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from app import formatting
from app.graph_view.frame import Frame, translated_texts
from app.graph_view.view import GraphView
from app.playback import Playback
from app.widgets.basics import Card
from app.widgets.code_panel import CodeCard
from app.widgets.example_chooser import ExampleChooser
from app.widgets.formula_panel import FormulaPanel
from app.widgets.keys import uses
from app.widgets.transport import Transport

if TYPE_CHECKING:
    from app.session import Example, Session
    from bpcore.graph.trace import Trace

FRAME_MS = 16
REFRESH_MS = 333
"""While training runs, the page follows it at most three times a second."""

LONGEST_TICK = 0.1
"""After a stall the pass goes on from where it was seen, not from where it would be by now."""

COMPACT_HEIGHT = 640
SIDE_WIDTH, NARROW_SIDE_WIDTH = 336, 288


class BackwardPage(QWidget):
    """The graph with its transport at the left; code, formula and products at the right.

    Attributes
    ----------
    playback
        Where in the pass the reader stands.
    reduced_motion
        Whether nothing but the steps themselves moves; the style says so at first.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("backwardPage")
        self._session = session
        self._trace: Trace | None = None
        self._example: Example | None = None
        self._run = -1
        self._unit: int | None = None
        self._unit_chosen = False
        self._label: int | None = None
        self._stale = True
        self._refreshed_at = 0.0
        self._ticked_at = 0.0
        duration = QStyle.StyleHint.SH_Widget_Animation_Duration
        self.reduced_motion = self.style().styleHint(duration, None, self) == 0
        self.playback = Playback(self)
        self._clock = QTimer(self)
        self._clock.setInterval(FRAME_MS)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._build()
        self._connect()
        self.setFocusProxy(self.view)

    def _build(self) -> None:
        self.view = GraphView()
        self.chooser = ExampleChooser(self._session)
        self._graph_card = Card(self.tr("One image, forwards and backwards"), " ")
        layout = self._graph_card.layout()
        assert layout is not None
        layout.setContentsMargins(15, 0, 15, 5)
        self._graph_card.header.addWidget(self.chooser)
        self._graph_card.body.addWidget(self.view, 1)
        self.transport = Transport(self.playback)
        self.code = CodeCard()
        self.formulas = FormulaPanel()
        self._columns = QHBoxLayout(self)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._side = QWidget()
        self._right.setContentsMargins(0, 0, 0, 0)
        self._side.setLayout(self._right)
        self._left.addWidget(self._graph_card, 1)
        self._left.addWidget(self.transport)
        self._right.addWidget(self.code, 1)
        self._right.addWidget(self.formulas)
        self._columns.addLayout(self._left, 1)
        self._columns.addWidget(self._side)

    def _connect(self) -> None:
        playback = self.playback
        for keys, slot in (
            ("Space", playback.toggle),
            ("Left", playback.back),
            ("Right", playback.forward),
            ("Home", playback.first),
            ("End", playback.last),
            ("[", playback.previous_layer),
            ("]", playback.next_layer),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(keys != "Space")
            shortcut.activated.connect(slot)
        playback.position_changed.connect(self._show_position)
        playback.playing_changed.connect(self._run_clock)
        self._clock.timeout.connect(self._tick)
        self._refresh_timer.timeout.connect(self._refresh_if_seen)
        self.view.unit_selected.connect(self.select_unit)
        self.view.label_selected.connect(self.select_label)
        self.chooser.changed.connect(self._take_example)
        self.chooser.entered.connect(self.view.setFocus)
        self.chooser.nothing_found.connect(self._say_nothing_found)
        self._session.snapshot_changed.connect(self._take_snapshot)

    # What other pages ask for.

    def show_example(self, source: str, index: int) -> None:
        """Choose example ``index`` of ``"test"`` or ``"train"``."""
        self.chooser.choose(source, index)

    def stage_drawing(self) -> None:
        """Choose the drawing, and stand at the beginning of its pass."""
        self.chooser.choose("drawing")
        self.playback.first()

    def select_unit(self, unit: int) -> None:
        """Look at hidden unit ``unit``, whatever the example, until another is chosen."""
        self._unit, self._unit_chosen = unit, True
        self._show_position()

    def select_label(self, label: int) -> None:
        """Look at class ``label``, until the example changes."""
        self._label = label
        self._show_position()

    # What is shown.

    def _take_example(self) -> None:
        self._label = None
        if not self._unit_chosen:
            self._unit = None
        self._stale = True
        self._refresh_if_seen()

    def _take_snapshot(self) -> None:
        self._stale = True
        if self.isVisible() and not self._refresh_timer.isActive():
            since = (time.monotonic() - self._refreshed_at) * 1000
            self._refresh_timer.start(max(0, round(REFRESH_MS - since)))

    def _refresh_if_seen(self) -> None:
        if self._stale and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        """Send the example through the network of the present snapshot."""
        self._stale = False
        self._refreshed_at = time.monotonic()
        self._example = self.chooser.example()
        self._trace = None if self._example is None else self._session.trace(self._example)
        snapshot = self._session.snapshot
        if snapshot is not None and snapshot.run != self._run:
            self._run = snapshot.run
            if not self._unit_chosen:
                self._unit = None
        self._graph_card.subtitle.setText(self._network_said())
        if self._trace is not None:
            self._choose_unit(self._trace)
        self.playback.set_steps(() if self._trace is None else self._trace.steps)
        self.transport.refresh()
        self._show_position()

    def _network_said(self) -> str:
        snapshot = self._session.snapshot
        if snapshot is None:
            return ""
        if snapshot.iteration == 0:
            return self.tr("untrained network")
        return self.tr("iteration {0}").format(formatting.count(snapshot.iteration))

    def _show_position(self) -> None:
        """Show the pass where the playback stands."""
        trace, example = self._trace, self._example
        self.formulas.setEnabled(trace is not None)
        if trace is None or example is None:
            self.view.show_message(self._why_nothing())
            self.code.show_code(None)
            return
        if self.reduced_motion and not self.playback.playing:
            self.playback.settle()
        position = self.playback.position
        unit = 0 if self._unit is None else self._unit
        label = example.label if self._label is None else self._label
        frame = Frame(
            size=(self.view.width(), self.view.height()),
            trace=trace,
            position=position,
            caption=self._caption(example),
            unit=unit,
            label=label,
            pulse=self._pulse(),
            reduced_motion=self.reduced_motion,
            texts=translated_texts(),
        )
        self.view.show_frame(frame)
        step = trace.steps[max(position - 1, 0)]
        self.code.show_code(step.code, running=position > 0)
        self.formulas.show_step(trace, position, unit, label)
        self._run_clock()

    def _choose_unit(self, trace: Trace) -> None:
        """Where nobody has chosen, look at the strongest gradient that gets through a gate."""
        if self._unit is None:
            self._unit = int(np.abs(trace.values["dz1"][0]).argmax())
        self._unit = min(self._unit, len(trace.values["b1"]) - 1)

    def _caption(self, example: Example) -> str:
        if example.index is None:
            return self.tr("your drawing")
        text = (
            self.tr("test image {0}") if example.source == "test" else self.tr("training image {0}")
        )
        return text.format(formatting.count(example.index))

    def _why_nothing(self) -> str:
        if self._session.snapshot is None or self._example is None:
            return self.tr("The digits are being loaded.")
        return self.tr(
            "The numbers of this network are too large to be shown: "
            "it has diverged. Start again with a smaller learning rate."
        )

    def _say_nothing_found(self) -> None:
        self._graph_card.subtitle.setText(self.tr("no mistakes in these digits"))

    # Time.

    def _pulse(self) -> float | None:
        return self.playback.phase if self.playback.phase < 1 else None

    def _run_clock(self) -> None:
        """Let the clock run while something moves and can be seen."""
        wanted = self.playback.moving and self.isVisible()
        if wanted and not self._clock.isActive():
            self._ticked_at = time.monotonic()
            self._clock.start()
        elif not wanted:
            self._clock.stop()

    def _tick(self) -> None:
        now = time.monotonic()
        seconds, self._ticked_at = min(now - self._ticked_at, LONGEST_TICK), now
        self.playback.tick(seconds)
        self.view.set_pulse(self._pulse())
        self._run_clock()

    # Events.

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened meanwhile; the keys of this page act at once."""
        super().showEvent(event)
        if not event.spontaneous():
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop where the pass stands."""
        super().hideEvent(event)
        self.playback.pause()
        self.playback.settle()
        self.view.set_pulse(None)
        self._refresh_timer.stop()
        self._clock.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move closer together in a small window."""
        super().resizeEvent(event)
        compact = self.height() < COMPACT_HEIGHT
        gap = 12 if compact else 16
        self._columns.setContentsMargins(gap, gap, gap, gap)
        for layout in (self._columns, self._left, self._right):
            layout.setSpacing(gap)
        self.formulas.set_gap(gap)
        self.formulas.products.setFixedHeight(206 if compact else 222)
        self._side.setFixedWidth(SIDE_WIDTH if self.width() >= 1160 else NARROW_SIDE_WIDTH)

    def event(self, event: QEvent) -> bool:
        """Leave a key to the widget that has the focus where the key means something there."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if uses(self.focusWidget(), event.key()):
                event.accept()
                return True
        return super().event(event)
