"""The bar of the timeline: the losses of a run, and where in it one looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip

from app import formatting
from app.widgets.run_events import texts_of
from app.widgets.track_painter import Scale, Sparkline, TrackPicture, paint

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.session import Session

HEIGHT = 72
SNAP = 4
"""Pixels within which the end of the run is meant."""

GRIP = 6
"""Pixels beside its middle at which the handle is held."""

FAR = 100
"""Iterations that Shift goes on by."""


class LossTrack(QAbstractSlider):
    """The run's losses on a logarithmic scale, and a handle at the iteration that is shown.

    Wherever it is pressed or dragged to, that iteration is shown on every page; at the end of the
    run it is followed again. A slider of Qt, so that a screen reader can tell and move it.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("lossTrack")
        self.setAccessibleName(self.tr("Iteration that is shown"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self._session = session
        self._line, self._scale = Sparkline(), Scale()
        self._look: tuple[object, ...] = ()
        self._held: float | None = None
        self.valueChanged.connect(self.go_to)
        self._acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_PageUp: self.tenth_back,
            Qt.Key.Key_PageDown: self.tenth_on,
            Qt.Key.Key_Home: self.to_start,
            Qt.Key.Key_End: self.to_live,
        }
        self.refresh()

    # Going through the run.

    @property
    def at(self) -> int:
        """The iteration that is shown, or wanted."""
        session = self._session
        if session.pinned is not None:
            return session.pinned
        return session.curves.iteration

    def go_to(self, iteration: int, *, coarse: bool = False) -> None:
        """Show ``iteration``; at the end of the run or beyond it, follow the run."""
        if iteration >= self._session.curves.iteration:
            self._session.jump_to_live()
        else:
            self._session.seek(max(iteration, 0), coarse=coarse)

    def move_by(self, by: int) -> None:
        """Show the iteration ``by`` further on."""
        self.go_to(self.at + by)

    def back(self) -> None:
        """Show the iteration before."""
        self.move_by(-1)

    def on(self) -> None:
        """Show the next iteration."""
        self.move_by(1)

    def far_back(self) -> None:
        """Show what was a hundred iterations before."""
        self.move_by(-FAR)

    def far_on(self) -> None:
        """Show what was a hundred iterations later."""
        self.move_by(FAR)

    def tenth_back(self) -> None:
        """Go back by a tenth of the run."""
        self.move_by(-self._tenth)

    def tenth_on(self) -> None:
        """Go on by a tenth of the run."""
        self.move_by(self._tenth)

    def to_start(self) -> None:
        """Show the beginning of the run."""
        self.go_to(0)

    def to_live(self) -> None:
        """Follow the run."""
        self._session.jump_to_live()

    @property
    def _tenth(self) -> int:
        return max(self._session.curves.total // 10, 1)

    # What is shown.

    @property
    def picture(self) -> TrackPicture:
        """What the track shows."""
        session = self._session
        curves = session.curves
        total = max(curves.total, 1)
        done = min(curves.iteration, total)
        return TrackPicture(
            bar=QRectF(0.5, 12.5, self.width() - 1, 33),
            total=total,
            done=done,
            shown=min(self.at, total),
            waiting=session.replaying,
            pinned=session.pinned is not None,
            changes=tuple(event.iteration for event in curves.events),
            focused=self.hasFocus(),
        )

    def x_of(self, iteration: float) -> float:
        """Return where ``iteration`` stands, in pixels."""
        return self.picture.x_of(iteration)

    def iteration_at(self, x: float) -> int:
        """Return the iteration that stands at ``x`` pixels."""
        return self.picture.iteration_at(x)

    def refresh(self) -> None:
        """Show where the run is, and where in it one looks."""
        total = max(self._session.curves.total, 1)
        blocked = self.blockSignals(True)
        if self.maximum() != total:
            self.setRange(0, total)
        self.setValue(self.at)
        self.blockSignals(blocked)
        if self.hasFocus():
            self._tell_value()
        picture = self.picture
        # In half pixels: of a long run, one more frame of it is seldom to be seen.
        ends = (round(2 * picture.x_of(at)) for at in (picture.shown, picture.done))
        has_begun = min(picture.done, 1)
        look = (self._session.curves, *ends, replace(picture, shown=0, done=has_begun))
        if look != self._look:
            self._look = look
            self.update()

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Paint nothing for it alone: ``refresh`` knows what can be seen."""

    def _tell_value(self) -> None:
        text = self.tr("Iteration {0} of {1}")
        at, total = formatting.count(self.at), formatting.count(self._session.curves.total)
        self.setAccessibleDescription(text.format(at, total))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        picture = self.picture
        self._line.update(self._session.curves.losses, picture)
        paint(QPainter(self), picture, self._line, self._scale)

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the iteration under the pointer, or take the handle."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        QToolTip.hideText()
        x = event.position().x()
        beside = self.x_of(self.at) - x
        self._held = beside if abs(beside) <= GRIP else 0.0
        if not self._held:
            self._drag_to(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or say what is under the pointer."""
        x = event.position().x()
        if self._held is not None:
            self._drag_to(x + self._held)
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.tip_at(x), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave it where it is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = None

    def _drag_to(self, x: float) -> None:
        picture = self.picture
        if x >= picture.x_of(picture.done) - SNAP:
            self.to_live()
        else:
            self.go_to(picture.iteration_at(x), coarse=True)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the tooltip away."""
        QToolTip.hideText()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to whatever lies below: who scrolls does not mean the run."""
        event.ignore()

    def tip_at(self, x: float) -> str:
        """Return what is known about the iteration at ``x`` pixels."""
        picture, live = self.picture, self._session.live
        iteration = picture.iteration_at(x)
        lines = [self.tr("iteration {0}").format(formatting.count(iteration))]
        if iteration > picture.done:
            lines.append(self.tr("not run yet"))
        elif live is not None and 1 <= iteration <= len(live.losses):
            loss = formatting.loss(float(live.losses[iteration - 1]))
            lines.append(self.tr("loss {0}").format(loss))
        events = self._session.curves.events
        near = [e for e in events if abs(picture.x_of(e.iteration) - x) <= SNAP]
        if near:
            lines.append(texts_of(near))
        return "\n".join(lines)

    # Keys.

    def event(self, event: QEvent) -> bool:
        """Keep the keys that mean something here from the shortcuts of a page."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._act_of(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the run."""
        act = self._act_of(event)
        if act is None:
            event.ignore()
        else:
            act()

    def _act_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = modifiers == Qt.KeyboardModifier.ShiftModifier
        if modifiers and not shift:
            return None
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Down):
            return self.far_back if shift else self.back
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
            return self.far_on if shift else self.on
        if key == Qt.Key.Key_Escape and self._session.pinned is not None:
            return self.to_live
        return None if shift else self._acts.get(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell a screen reader where one is."""
        super().focusInEvent(event)
        self._tell_value()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys act elsewhere."""
        super().focusOutEvent(event)
        self.update()
