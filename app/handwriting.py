"""The user's own handwriting: the corrections that are kept, and the network that learns them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.corrections import Corrections
from bpcore.handwriting import HandwritingError
from bpcore.own_network import SUFFIX, OwnNetwork, load_own_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bpcore.adaptation import Adaptation
    from bpcore.datasets.mnist import Dataset
    from bpcore.reader import Reader


class Handwriting(Corrections):
    """Corrections, and what is learned from them. Lives in the window's thread, and never blocks.

    ``learning_changed`` tells that learning began or ended. Meanwhile ``progressed`` carries the
    share done; ``learned`` carries the Adaptation. ``own_changed`` tells of another saved network,
    or of none.
    """

    learning_changed = Signal()
    progressed = Signal(float)
    learned = Signal(object)
    own_changed = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        folder: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent, folder=folder, clock=clock)
        self._own: OwnNetwork | None = None
        self._result: Adaptation | None = None
        self._number = 0
        self._learning = False
        self._worker.own_saved.connect(self._take_own)
        self._worker.own_gone.connect(self._take_own)
        self._worker.progressed.connect(self._take_progress)
        self._worker.learned.connect(self._take_result)
        self._worker.stopped.connect(self._take_failure)

    # Learning.

    @property
    def is_learning(self) -> bool:
        """Whether a network is learning just now."""
        return self._learning

    @property
    def result(self) -> Adaptation | None:
        """What came of the last learning; None if nothing did, or it was thrown away."""
        return self._result

    def learn(self, reader: Reader, digits: Dataset) -> None:
        """Let a copy of ``reader`` learn all corrections, along with ``digits`` of MNIST."""
        if self._learning or not self._set:
            return
        self._number += 1
        self._result = None
        self._worker.learn(self._number, reader, self._set, digits)
        self._set_learning(True)

    def cancel(self) -> None:
        """Give up what is being learned."""
        if self._learning:
            self._number += 1  # what still arrives is no longer wanted
            self._worker.cancel()
            self._set_learning(False)

    def forget_result(self) -> None:
        """Throw away what came of the last learning; a saved network stays."""
        self._result = None

    def close(self, timeout: float = 10.0) -> bool:
        """Give up what is being learned, and end the thread once all is written.

        Returns whether it ended within ``timeout`` seconds.
        """
        self.cancel()
        return super().close(timeout)

    def _set_learning(self, learning: bool) -> None:
        self._learning = learning
        self.learning_changed.emit()

    # The network of one's own.

    @property
    def own(self) -> OwnNetwork | None:
        """The saved network and what is known of it; None if there is none, or it isn't loaded."""
        return self._own

    def load_own(self) -> Reader | None:
        """Read the saved network at once, which takes milliseconds; None if there is none."""
        if self._folder is None or not self._own_path.exists():
            return None
        try:
            self._own = load_own_network(self._own_path)
        except HandwritingError as error:
            self._note_trouble(str(error))
            return None
        self.own_changed.emit()
        return self._own.reader

    def save_own(self, learned: Adaptation) -> None:
        """Keep the network that has learned for the next start of the program."""
        if self._folder is None:
            self.failed.emit(self._trouble)
            return
        accuracy = learned.accuracy_after
        own = OwnNetwork(learned.reader, learned.corrections, self._clock(), accuracy)
        self._worker.save_own(self._own_path, own)

    def discard_own(self) -> None:
        """Delete the saved network."""
        if self._folder is not None:
            self._worker.discard_own(self._own_path)

    @property
    def _own_path(self) -> Path:
        assert self._folder is not None
        return self._folder / f"own{SUFFIX}"

    # The other end of the thread.

    def _take_own(self, own: OwnNetwork | None = None) -> None:
        self._own = own
        self.own_changed.emit()

    def _take_progress(self, number: int, share: float) -> None:
        if number == self._number:
            self.progressed.emit(share)

    def _take_result(self, number: int, result: Adaptation) -> None:
        if number == self._number:
            self._result = result
            self._set_learning(False)
            self.learned.emit(result)

    def _take_failure(self, number: int, sentence: str) -> None:
        if number == self._number:
            self._set_learning(False)
            self.failed.emit(sentence)
