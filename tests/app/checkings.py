"""Checks of a session, waited for; and what a check found, made up."""

from app.checking import Checking
from app.checks import Accused, Checked, Ground
from app.known import Known, Switched
from bpcore.central_differences import STEP
from bpcore.suspects import Verdict

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


def known_of(ground: Ground, reports: tuple = (), *, h: float = STEP) -> Known:
    """What a check of ``ground`` found, that right code was on, and nothing of any bug."""
    accused = Accused(None, "", ground, h, reports, reports, Verdict(()))
    return Known(Checked(ground, h, reports, {}), accused, Switched(), {})
