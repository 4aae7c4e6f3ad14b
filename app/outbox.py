"""What the training thread has to say, until the window has time for it."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from app.snapshot import Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Outbox:
    """A mailbox that one thread fills and another takes; ``tell`` is called when it has news.

    It is called once until the mailbox is taken, however much comes in meanwhile.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._lock = Lock()
        self._mailbox = Mailbox()
        self._told = False

    @property
    def is_waiting(self) -> bool:
        """Whether there is news that has not been taken."""
        return self._told

    @contextmanager
    def filling(self) -> Iterator[Mailbox]:
        """Lend the mailbox, to put something in."""
        with self._lock:
            yield self._mailbox

    def tell(self) -> None:
        """Tell that there is news."""
        with self._lock:
            told, self._told = self._told, True
        if not told:
            self._tell()

    def take(self) -> Mailbox:
        """Return what there is, and begin with an empty mailbox."""
        with self._lock:
            mailbox, self._mailbox = self._mailbox, Mailbox()
            self._told = False
        return mailbox
