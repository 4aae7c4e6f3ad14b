"""The theatre: a pass goes through the network, or through any graph, step by step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

from app.graph_view.scene import Weight
from app.pages.backward_keys import PassKeys
from app.pages.backward_side import BackwardSide
from app.pages.backward_stage import BackwardStage
from app.pages.theatre_exports import TheatreExports
from app.pages.theatre_tools import TheatreTools
from app.places import Place
from app.session import State
from app.theatre import LANDING, Theatre
from app.widgets.export_notes import ExportNotes
from app.widgets.keys import uses

if TYPE_CHECKING:
    from app.graph_view.scene import Spot
    from app.session import Session
    from app.staging import Batch

FRAME_MS = 16
REFRESH_MS = 1000
"""While it follows a run, the page does so once a second: numbers that change faster can't be read,
and training would lose a twentieth of its time to their painting."""

LONGEST_TICK = 0.1
"""After a stall the pass goes on from where it was seen, not from where it would be by now."""

COMPACT_HEIGHT = 640
SIDE_WIDTH, NARROW_SIDE_WIDTH = 336, 288
PROJECTED = 1.5
"""How much larger the picture is drawn for an audience."""


class BackwardPage(QWidget):
    """The picture with its transport at the left; code, formula and products at the right.

    ``projector_wanted`` tells whether only the picture is to be seen, on all of the screen.

    Attributes
    ----------
    theatre
        What is on stage, and where in it the reader looks.
    tools
        What belongs into the window's header while this page is shown.
    reduced_motion
        Whether nothing but the steps themselves moves; the style says so at first.
    """

    projector_wanted = Signal(bool)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("backwardPage")
        self._session = session
        self._stale = self._restage = True
        self._refreshed_at = 0.0
        self._ticked_at = 0.0
        self._projecting = self._compact = False
        duration = QStyle.StyleHint.SH_Widget_Animation_Duration
        self.reduced_motion = self.style().styleHint(duration, None, self) == 0
        self.theatre = Theatre(session, self)
        self.playback = self.theatre.playback
        self._clock = QTimer(self)
        self._clock.setInterval(FRAME_MS)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._build()
        self._connect()
        self.setFocusProxy(self.view)

    def _build(self) -> None:
        self.stage = BackwardStage(self._session, self.theatre)
        self.view, self.chooser = self.stage.view, self.stage.chooser
        self.tools = TheatreTools(TheatreExports(self.theatre, self.view))
        self.notes = ExportNotes(self.view, self.tools.export)
        self.side = BackwardSide()
        self._columns = QHBoxLayout(self)
        self._columns.addWidget(self.stage, 1)
        self._columns.addWidget(self.side)

    def _connect(self) -> None:
        playback, theatre, view = self.playback, self.theatre, self.view
        self._keys = PassKeys(self, playback)
        self._keys.add("Backspace", theatre.up)
        self._keys.add("Escape", self.escape)
        self._keys.add("F11", self.toggle_projector)
        theatre.changed.connect(self._show_place)
        playback.position_changed.connect(self._step_changed)
        playback.playing_changed.connect(self._playing_changed)
        self._clock.timeout.connect(self._tick)
        self._refresh_timer.timeout.connect(self._refresh_if_seen)
        view.clicked.connect(self._choose)
        view.opened.connect(theatre.open)
        view.left.connect(theatre.up)
        view.moved.connect(self._move)
        view.resized.connect(self._view_resized)
        view.hovered.connect(self._spot_hovered)
        self.side.value_hovered.connect(self._value_hovered)
        self.side.chain.closed.connect(self._stop_following)
        self.chooser.changed.connect(self._take_staged)
        self.chooser.doubt_changed.connect(self._take_doubt)
        self.chooser.entered.connect(view.setFocus)
        self.stage.twins.entered.connect(view.setFocus)
        self.stage.copy_note.clicked.connect(view.setFocus)
        # The network has another opinion of a drawing by now than the copy was made with.
        for button in (self.stage.copy_note, self.stage.landing.discard):
            button.clicked.connect(self._refresh)
        self.chooser.nothing_found.connect(self.stage.say_nothing_found)
        tools = self.tools
        tools.breadcrumb.chosen.connect(theatre.open)
        tools.landing.clicked.connect(self._toggle_landing)
        tools.fit.clicked.connect(view.fit)
        tools.projector.clicked.connect(self.toggle_projector)
        self._session.snapshot_changed.connect(self._take_snapshot)

    # What other pages ask for.

    def show_example(self, source: str, index: int) -> None:
        """Choose example ``index`` of ``"test"`` or ``"train"``."""
        self.chooser.choose(source, index)

    def stage_drawing(self, label: int | None = None) -> None:
        """Choose the drawing, meant as ``label``, and stand at the beginning of its pass."""
        self.chooser.choose_drawing(label)
        self.theatre.rewind()

    def follow_weight(self, batch: Batch, parameter: str, index: tuple[int, ...]) -> None:
        """Stage ``batch``, and follow the gradient of one number of ``parameter``."""
        if batch.source == "run":
            self.chooser.choose_kind("run")
        else:
            self.chooser.choose_batch(batch.first, len(batch.labels))
        self.theatre.open(Place())
        self.theatre.follow(Weight(parameter, index))

    # What the reader does.

    def _choose(self, spot: Spot) -> None:
        if spot.unit is not None:
            self.theatre.select_unit(spot.unit)
        if spot.label is not None:
            self.theatre.select_label(spot.label)
        if spot.weight is not None:
            self.theatre.follow(spot.weight)

    def _move(self, step: int, of_class: bool) -> None:
        trace = self.theatre.network_trace
        if trace is None:
            return
        if of_class:
            last = trace.values["t"].shape[1] - 1
            self.theatre.select_label(min(max(self.theatre.label + step, 0), last))
        else:
            last = len(trace.values["b1"]) - 1
            self.theatre.select_unit(min(max(self.theatre.unit + step, 0), last))

    def escape(self) -> None:
        """Leave what was entered last: the projector, a followed weight, the place."""
        if self._projecting:
            self.end_projector()
        elif self.theatre.followed is not None:
            self._stop_following()
        else:
            self.theatre.up()

    def _view_resized(self) -> None:
        self.theatre.make_room(self.view.room[1])
        self._show_position()

    def _stop_following(self) -> None:
        self.theatre.follow(None)

    def _toggle_landing(self, checked: bool) -> None:
        self.theatre.open(LANDING if checked else LANDING.up)

    def toggle_projector(self) -> None:
        """Show the picture alone and larger, on all of the screen; or as usual again."""
        self._projecting = not self._projecting
        self.side.setVisible(not self._projecting)
        self.view.magnify(PROJECTED if self._projecting else 1.0)
        self.projector_wanted.emit(self._projecting)
        self._show_place()

    def end_projector(self) -> None:
        """Show the picture as usual, if it is alone on the screen."""
        if self._projecting:
            self.toggle_projector()

    def _spot_hovered(self, spot: Spot | None) -> None:
        self.side.formulas.light(frozenset(() if spot is None else spot.values))

    def _value_hovered(self, name: str) -> None:
        self.view.light(self.theatre.way() | ({name} if name else set()))

    # What is shown.

    def _take_staged(self) -> None:
        self._stale = self._restage = True
        self._refresh_if_seen()

    def _take_doubt(self) -> None:
        """Rest while what is typed is another thing than what is shown."""
        if self.chooser.doubt:
            self.playback.pause()
            self.playback.settle()
        self._show_place()

    def _take_snapshot(self) -> None:
        self._stale = True
        # While a step is acted out its numbers stay: the next step brings new ones.
        if not self.isVisible() or self.playback.playing:
            return
        timer, left = self._refresh_timer, self._milliseconds_left()
        if not timer.isActive() or left < timer.remainingTime():
            timer.start(left)

    def _milliseconds_left(self) -> int:
        """Return how long the page still shows the network that it shows."""
        session = self._session
        if session.state is not State.RUNNING or session.pinned is not None:
            return 0
        since = (time.monotonic() - self._refreshed_at) * 1000
        return max(0, round(REFRESH_MS - since))

    def _step_changed(self) -> None:
        if self._stale and self.playback.playing and not self._milliseconds_left():
            self._refresh()
        else:
            self._show_position()

    def _playing_changed(self, playing: bool) -> None:
        self._run_clock()
        if self._stale and not playing:
            self._take_snapshot()

    def _refresh_if_seen(self) -> None:
        if self._stale and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        """Send what is staged through the network of the present snapshot."""
        self._refreshed_at = time.monotonic()
        restage, self._stale, self._restage = self._restage, False, False
        if restage:
            self.theatre.stage(self.chooser.staged())
        elif self.theatre.keeps_copy:
            self.theatre.refresh()
        else:
            self.theatre.refresh(self.chooser.staged())

    def _show_place(self) -> None:
        """Show the theatre's place, at its step."""
        self._keys.allow_steering(not self.chooser.doubt)
        self.tools.show_place(self.theatre)
        self.stage.show_place()
        self.side.show_place(self.theatre)
        self.view.light(self.theatre.way())
        self._show_position()

    def _show_position(self) -> None:
        """Show the pass where the playback stands."""
        if self.reduced_motion and not self.playback.playing:
            self.playback.settle()
        self.side.show_step(self.theatre, doubted=bool(self.chooser.doubt))
        self.stage.show_step(reduced_motion=self.reduced_motion)
        self.view.set_pulse(self._pulse())
        self._run_clock()

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
        if event.spontaneous():  # the window was minimised: what has the focus keeps it
            self._refresh_if_seen()
        else:
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
        was_compact = self._compact
        compact = self.height() < COMPACT_HEIGHT
        gap = 12 if compact else 16
        self._columns.setContentsMargins(gap, gap, gap, gap)
        self._columns.setSpacing(gap)
        self.stage.set_gap(gap)
        self.side.set_gap(gap, compact=compact)
        self.side.setFixedWidth(SIDE_WIDTH if self.width() >= 1160 else NARROW_SIDE_WIDTH)
        self._compact = compact
        if compact != was_compact:
            self._show_place()

    def event(self, event: QEvent) -> bool:
        """Leave a key to the widget that has the focus where the key means something there."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if uses(self.focusWidget(), event.key()):
                event.accept()
                return True
        return super().event(event)
