"""The five figures over the charts of the Train page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import formatting
from app.run_entries import LAST_LOSSES, mean_of_last
from app.session import State
from app.widgets.tiles import Tile

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.session import Session, Snapshot
    from bpcore.recording import Accuracies


class RunFigures(QWidget):
    """Iteration, loss and accuracy of what is shown; speed and time left of what goes on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._iteration = Tile(self.tr("Iteration"), "iteration")
        self._loss = Tile(self.tr("Loss"), "loss")
        self._accuracy = Tile(self.tr("Test accuracy"), "testAccuracy")
        self._speed = Tile(self.tr("Speed"), "speed")
        self._speed.setToolTip(
            self.tr("max: as fast as it would go without a pace, by the last few seconds")
        )
        self._time = Tile(self.tr("Time left"), "timeLeft")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.tiles = (self._iteration, self._loss, self._accuracy, self._speed, self._time)
        for tile in self.tiles:
            row.addWidget(tile, 1)

    def show_run(self, session: Session, accuracies: Accuracies | None) -> None:
        """Show where the run is, and the iteration of it that is looked at.

        ``accuracies`` are those of this iteration, or the newest before it.
        """
        snapshot, total = session.snapshot, session.curves.total
        self._iteration.show_texts(
            formatting.count(snapshot.iteration if snapshot else None),
            self.tr("of {0}").format(formatting.count(total)),
        )
        self._show_loss(snapshot)
        self._show_accuracy(snapshot, accuracies)
        running = session.state is State.RUNNING
        self._show_speed(session.live, total, running=running)
        self.share_size()

    def share_size(self) -> None:
        """Let all tiles take the largest letters in which each has room."""
        step = max(tile.fitting for tile in self.tiles)
        for tile in self.tiles:
            tile.set_step(step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the size that fits."""
        super().resizeEvent(event)
        self._row.activate()
        self.share_size()

    def _show_loss(self, snapshot: Snapshot | None) -> None:
        if snapshot is None or not snapshot.iteration:
            self._loss.show_texts(formatting.EM_DASH)
            return
        mean = mean_of_last(snapshot.losses)
        average = self.tr("avg {0}").format(_short(mean))
        self._loss.show_texts(_short(float(snapshot.losses[-1])), average)
        count = min(len(snapshot.losses), LAST_LOSSES)
        over = self.tr("The loss of iteration {0}; avg: mean of the last {1} iterations")
        texts = formatting.count(snapshot.iteration), formatting.count(count)
        self._loss.setToolTip(over.format(*texts))

    def _show_accuracy(self, snapshot: Snapshot | None, accuracies: Accuracies | None) -> None:
        if accuracies is None:
            self._accuracy.show_texts(formatting.EM_DASH)
            self._accuracy.setToolTip("")
            return
        at = formatting.count(accuracies.iteration)
        # The run's last is told by the chart, too; of any other it is said what it is of.
        is_newest = snapshot is not None and accuracies in snapshot.accuracies[-1:]
        is_of_now = snapshot is not None and accuracies.iteration == snapshot.iteration
        self._accuracy.show_texts(
            formatting.share(accuracies.test),
            self.tr("train {0}").format(formatting.share(accuracies.train)),
            "" if is_newest and is_of_now else self.tr("at {0}").format(at),
        )
        measured = self.tr("Measured at iteration {0}")
        self._accuracy.setToolTip(measured.format(at))

    def _show_speed(self, live: Snapshot | None, total: int, *, running: bool) -> None:
        speed = live.speed if live and running else None
        self._speed.show_texts(
            self.tr("{0} it/s").format(formatting.rate(speed)) if speed else formatting.EM_DASH,
            self.tr("max {0}").format(formatting.rate(live.top_speed))
            if live and live.top_speed
            else "",
        )
        left = (total - live.iteration) / speed if live and speed else None
        elapsed = live.elapsed if live and live.iteration else None
        self._time.show_texts(
            formatting.duration(left),
            self.tr("elapsed {0}").format(formatting.duration(elapsed)) if elapsed else "",
        )


def _short(loss: float | None) -> str:
    """Format a loss; one that is huge or tiny with fewer digits, for lack of room."""
    text = formatting.loss(loss)
    return text if "e" not in text else formatting.loss(loss, 1)
