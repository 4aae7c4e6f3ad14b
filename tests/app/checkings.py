"""Checks of a session, waited for."""

from app.checking import Checking

WAIT = 30_000


def wait_checked(qtbot, checking: Checking) -> None:
    qtbot.waitUntil(
        lambda: not checking.busy and checking.accused is not None and checking.sweeps is not None,
        timeout=WAIT,
    )


def run(qtbot, checking: Checking, **wanted: object) -> None:
    checking.want(**wanted)
    checking.run()
    wait_checked(qtbot, checking)
