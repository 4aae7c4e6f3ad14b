"""The runs as rows of a list, brought up to date in place."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app import formatting
from app.namesakes import moments_of
from app.run_names import name_and_title, shown_name
from app.widgets.run_row import Row, tip

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from app.runs import Runs
    from bpcore.config import TrainingConfig

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
LEAST_RIVALS = 2


def rows_of(runs: Runs, ticked: Collection[str]) -> tuple[Row, ...]:
    """Return what is said of each run; ``ticked`` are the keys of those to be compared."""
    entries, compared = runs.entries, runs.compared
    styles = {key: runs.style(key) for key in compared}
    losses = [e.loss for e in entries if e.phase == "running" and e.loss is not None]
    best = min(losses) if len(losses) >= LEAST_RIVALS else None
    moments = moments_of(entries, QDateTime.currentDateTime())
    return tuple(
        Row(
            key=entry.key,
            name=shown_name(entry.name, entry.config),
            iteration=entry.iteration,
            total=entry.config.iterations,
            loss=formatting.loss(entry.loss),
            accuracy=formatting.percent(entry.accuracies.test if entry.accuracies else None),
            phase=entry.phase,
            is_shown=entry.is_shown,
            is_ticked=entry.key in ticked,
            style=0 if entry.is_shown else styles.get(entry.key),
            leads=entry.phase == "running" and best is not None and entry.loss == best,
            moment=moments.get(entry.key, ""),
            details=_details(entry.name, entry.config, int(entry.began)),
        )
        for entry in entries
    )


def shape_of(runs: Runs) -> object:
    """Return all that is shown of runs but for their figures, to be compared."""
    listed = [(entry.key, entry.name, entry.phase, entry.is_shown) for entry in runs.entries]
    return listed, runs.compared, runs.deleted


def shown_key(runs: Runs) -> str:
    """Return the key of the run that is shown; "" if none is."""
    return next((entry.key for entry in runs.entries if entry.is_shown), "")


@lru_cache(maxsize=512)
def _details(name: str, config: TrainingConfig, began: int) -> str:
    """Return what a row has no room for."""
    moment = QDateTime.fromSecsSinceEpoch(began)
    lines = name_and_title(name, config)
    return "\n".join([*lines, moment.toString("yyyy-MM-dd HH:mm:ss")])


class RunsModel(QAbstractListModel):
    """Rows in the order of the runs.

    ``renamed`` carries a key and a name that was typed, ``ticked`` the key of a box that was
    clicked, before either has changed anything.
    """

    renamed = Signal(str, str)
    ticked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return self._rows

    def row_of(self, key: str) -> int:
        """Return where the run ``key`` is; -1 if it is not there."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), -1)

    def show(self, rows: Sequence[Row]) -> None:
        """Show ``rows``; those of the same run stay the same item, whatever is said of it."""
        new = tuple(rows)
        wanted = {row.key for row in new}
        for n in reversed(range(len(self._rows))):
            if self._rows[n].key not in wanted:
                self.beginRemoveRows(QModelIndex(), n, n)
                self._rows = self._rows[:n] + self._rows[n + 1 :]
                self.endRemoveRows()
        known = {row.key for row in self._rows}
        if [row.key for row in self._rows] != [row.key for row in new if row.key in known]:
            self._reorder(tuple(row for row in new if row.key in known))
        for n, row in enumerate(new):
            if row.key not in known:
                self.beginInsertRows(QModelIndex(), n, n)
                self._rows = (*self._rows[:n], row, *self._rows[n:])
                self.endInsertRows()
        before, self._rows = self._rows, new
        for n, (old, row) in enumerate(zip(before, new, strict=True)):
            if old != row:
                self.dataChanged.emit(self.index(n), self.index(n))

    def _reorder(self, rows: tuple[Row, ...]) -> None:
        """Put the rows into another order; what is selected stays so."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        keys = [self._rows[index.row()].key for index in held]
        self._rows = rows
        self.changePersistentIndexList(held, [self.index(self.row_of(key)) for key in keys])
        self.layoutChanged.emit()

    # As Qt asks.

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of runs."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let names be edited, and boxes ticked where there are any."""
        flags = super().flags(index) | Qt.ItemFlag.ItemIsEditable
        if index.isValid() and not self._rows[index.row()].is_shown:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = ROW) -> object:
        """Return a row, and its parts in the roles that Qt has for them."""
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(row.details)
        if role == Qt.ItemDataRole.CheckStateRole and not row.is_shown:
            return Qt.CheckState.Checked if row.is_ticked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name, or for a tick to be set or taken away."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            self.renamed.emit(row.key, str(value))
        elif role == Qt.ItemDataRole.CheckStateRole and not row.is_shown:
            self.ticked.emit(row.key)
        else:
            return False
        return True
