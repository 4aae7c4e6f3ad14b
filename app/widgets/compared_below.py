"""The comparison under a list of runs: it comes when it moves nothing that is pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from app.widgets.comparison import Comparison
from app.widgets.run_row import HEIGHT
from app.widgets.run_sentences import sentence
from app.widgets.runs_table import HEAD, LINE, TWO_LINES, RunsTable

if TYPE_CHECKING:
    from app.widgets.runs_list import RunsList


class ComparedBelow(QObject):
    """A table and a sentence, which take their room from the list above.

    While the pointer is on the list no row is taken from under it: who ticks one run most often
    ticks another. They wait until it has left, or until a key is pressed.
    """

    def __init__(self, runs: RunsList) -> None:
        super().__init__(runs)
        self.table = RunsTable()
        self.verdict = sentence("runsVerdict")
        self._list = runs
        self._newest = Comparison()
        self._is_pointed_at = False
        runs.installEventFilter(self)
        runs.viewport().installEventFilter(self)

    def show_comparison(self, compared: Comparison) -> None:
        """Show ``compared`` now, or as soon as the pointer has left the list."""
        self._newest = compared
        if not (self._is_pointed_at and self._would_cover_rows()):
            self._show()

    def _would_cover_rows(self) -> bool:
        rows, below = self._list, self.table.height() if self.table.isVisible() else 0
        if rows.height() <= rows.minimumHeight():
            return False  # it is the table that has less room
        needed = _height(self._newest) - below
        return 0 < needed and rows.height() - needed < HEIGHT * len(rows.rows)

    def _show(self) -> None:
        self.table.show_comparison(self._newest)
        self.verdict.setText(self._newest.verdict)
        self.verdict.setVisible(bool(self._newest.verdict))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See whether the list is worked with the pointer; show what waits once it leaves."""
        kind = event.type()
        if kind in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress):
            self._is_pointed_at = True
        elif kind == QEvent.Type.ShortcutOverride:
            self._is_pointed_at = False
        elif kind == QEvent.Type.Leave and watched is self._list:
            self._is_pointed_at = False
            self._show()
        return super().eventFilter(watched, event)


def _height(compared: Comparison) -> int:
    """Return about how much room a comparison takes."""
    if not compared.columns:
        return 0
    return HEAD + LINE * len(compared.lines) + (TWO_LINES if compared.verdict else 0)
