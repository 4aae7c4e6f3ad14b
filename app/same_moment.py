"""Looking at the same iteration of another run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.session import Session


class SameMoment(QObject):
    """Pins the iteration that was looked at when another run is shown, if that has it.

    A run that begins, or branches off, is followed as ever.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._pinned: tuple[int, int] | None = None  # run and iteration
        self._wanted: int | None = None
        self._is_old_run = False
        session.pin_changed.connect(self._note)
        session.runs.opened.connect(self._opened)
        session.lanes_changed.connect(self._look)

    def _note(self) -> None:
        session = self._session
        if session.pinned is not None:
            self._pinned, self._wanted = (session.shown_run, session.pinned), None
            return
        before, self._pinned = self._pinned, None
        if before is not None and before[0] != session.shown_run:
            self._wanted = before[1]
            self._is_old_run = any(lane.run == session.shown_run for lane in session.lanes)

    def _opened(self, _key: str) -> None:
        self._is_old_run = True

    def _look(self) -> None:
        """Pin it as soon as there is something of the other run."""
        session, wanted = self._session, self._wanted
        live = session.live
        if wanted is None or live is None or live.run != session.shown_run:
            return
        self._wanted = None
        if self._is_old_run and wanted <= live.iteration:
            session.seek(wanted)
