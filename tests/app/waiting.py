"""Waiting for what a session's threads do."""

from app.session import Session, State


def wait_for(qtbot, session: Session, state: State) -> None:
    qtbot.waitUntil(lambda: session.state is state, timeout=20_000)


def wait_for_iteration(qtbot, session: Session, iteration: int) -> None:
    qtbot.waitUntil(
        lambda: (
            session.live is not None
            and session.live.run == session.shown_run
            and session.live.iteration >= iteration
        ),
        timeout=20_000,
    )


def settle(qtbot, session: Session) -> None:
    """Wait until the worker has done every command posted so far: it answers a search in turn."""
    with qtbot.waitSignal(session.mistake_found, timeout=20_000):
        session.find_mistake("test", 0)
