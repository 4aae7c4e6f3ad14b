"""The theatre: a pass goes through the network, or through any graph, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

from app.graph_view.scene import Weight
from app.pages.backward_clock import PassClock
from app.pages.backward_keys import PassKeys
from app.pages.backward_side import BackwardSide
from app.pages.backward_stage import BackwardStage
from app.pages.backward_watch import Watch
from app.pages.theatre_exports import TheatreExports
from app.pages.theatre_tools import TheatreTools
from app.places import LANDING, Place
from app.theatre import Theatre
from app.widgets.export_notes import ExportNotes
from app.widgets.keys import uses

if TYPE_CHECKING:
    from app.graph_view.scene import Spot
    from app.session import Session
    from app.staging import Batch

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
    clock, watch
        When the pass goes on by itself, and when the page shows a newer network.
    reduced_motion
        Whether nothing but the steps themselves moves; the style says so at first.
    """

    projector_wanted = Signal(bool)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("backwardPage")
        self._session = session
        self._projecting = self._compact = False
        duration = QStyle.StyleHint.SH_Widget_Animation_Duration
        self.reduced_motion = self.style().styleHint(duration, None, self) == 0
        self.theatre = Theatre(session, self)
        self.playback = self.theatre.playback
        self._build()
        self.clock = PassClock(self.playback, self)
        self.watch = Watch(session, self.theatre, self.chooser, self)
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
        self.clock.ticked.connect(self._show_pulse)
        view.clicked.connect(self._choose)
        view.opened.connect(theatre.open)
        view.left.connect(theatre.up)
        view.moved.connect(self._move)
        view.resized.connect(self._view_resized)
        view.hovered.connect(self._spot_hovered)
        self.side.value_hovered.connect(self._value_hovered)
        self.side.chain.closed.connect(self._stop_following)
        self.chooser.doubt_changed.connect(self._take_doubt)
        self.chooser.entered.connect(view.setFocus)
        self.stage.twins.entered.connect(view.setFocus)
        self.stage.copy_note.clicked.connect(view.setFocus)
        # The network has another opinion of a drawing by now than the copy was made with.
        for button in (self.stage.copy_note, self.stage.landing.discard):
            button.clicked.connect(self.watch.refresh)
        self.chooser.nothing_found.connect(self.stage.say_nothing_found)
        tools = self.tools
        tools.breadcrumb.chosen.connect(theatre.open)
        tools.landing.clicked.connect(self._toggle_landing)
        tools.fit.clicked.connect(view.fit)
        tools.projector.clicked.connect(self.toggle_projector)

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
        if self.theatre.running.keeps_copy:  # which has other gradients
            self.theatre.discard_copy()
            self.watch.refresh()
        if batch.source == "run":
            self.chooser.choose_kind("run")
        elif batch.source == "drawing":
            self.chooser.choose_drawing(int(batch.labels[0]))
        else:
            self.chooser.choose_batch(batch.source, batch.first, len(batch.labels))
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
        elif self.theatre.following.weight is not None:
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
        self.view.light(self.theatre.following.way() | ({name} if name else set()))

    # What is shown.

    def _take_doubt(self) -> None:
        """Rest while what is typed is another thing than what is shown."""
        if self.chooser.doubt:
            self.playback.pause()
            self.playback.settle()
        self._show_place()

    def _step_changed(self) -> None:
        if not self.watch.refresh_with_step():
            self._show_position()

    def _show_place(self) -> None:
        """Show the theatre's place, at its step."""
        self._keys.allow_steering(not self.chooser.doubt)
        self.tools.show_place(self.theatre)
        self.stage.show_place()
        self.side.show_place(self.theatre)
        self.view.light(self.theatre.following.way())
        self._show_position()

    def _show_position(self) -> None:
        """Show the pass where the playback stands."""
        if self.reduced_motion and not self.playback.playing:
            self.playback.settle()
        self.side.show_step(self.theatre, doubted=bool(self.chooser.doubt))
        self.stage.show_step(reduced_motion=self.reduced_motion)
        self._show_pulse()
        self.clock.run()

    def _show_pulse(self) -> None:
        """Show how far the newest step has been acted out."""
        phase = self.playback.phase
        self.view.set_pulse(phase if phase < 1 else None)

    # Events.

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened meanwhile; the keys of this page act at once."""
        super().showEvent(event)
        if event.spontaneous():  # the window was minimised: what has the focus keeps it
            self.watch.catch_up()
        else:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.watch.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop where the pass stands."""
        super().hideEvent(event)
        self.playback.pause()
        self.playback.settle()
        self.view.set_pulse(None)
        self.watch.rest()
        self.clock.run()

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
