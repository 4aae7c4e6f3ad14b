"""Sessions that keep their runs in one folder, one after the other or side by side."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from small_runs import SMALL
from waiting import wait_for

from app.run_entries import RunEntry
from app.session import Session, State

LONG = SMALL.replace(iterations=1_000_000)
WAIT = 60_000

Make = Callable[..., Session]


@contextmanager
def sessions(qtbot) -> Iterator[Make]:
    """Make sessions that are ready and have read the folder; close them at the end."""
    made: list[Session] = []

    def ready(**options: bool) -> Session:
        session = Session(SMALL, **options)
        made.append(session)
        listed: list[bool] = []
        session.runs.listed.connect(lambda: listed.append(True))
        session.set_pace(None)
        kept = options.get("keep_runs", True)
        qtbot.waitUntil(
            lambda: session.snapshot is not None and bool(listed or not kept), timeout=WAIT
        )
        return session

    yield ready
    for session in made:
        assert session.close()


def finish(qtbot, session: Session, **changes: object) -> str:
    """Train a run to its end, and return its key."""
    session.start(SMALL.replace(**changes))
    wait_for(qtbot, session, State.FINISHED)
    return shown(session).key


def shown(session: Session) -> RunEntry:
    return next(entry for entry in session.runs.entries if entry.is_shown)


def keys(session: Session) -> list[str]:
    return [entry.key for entry in session.runs.entries]
