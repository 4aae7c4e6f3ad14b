"""What comes between a check and its answer: a cancel, a failure, another run, another bug."""

import pytest
from checkings import WAIT, run, wait_checked
from small_runs import SMALL

from app.checked_digits import is_of_session
from app.checking import Checking
from app.session import State
from bpcore.bugs import bug_of


@pytest.fixture
def checking(session) -> Checking:
    return Checking(session)


def test_a_check_that_is_cancelled_leaves_the_bug_accused(qtbot, session, checking) -> None:
    run(qtbot, checking)
    checking.switch("mask_forgotten")
    assert checking.is_accusing
    checking.want(first=3)
    checking.cancel()
    qtbot.waitUntil(lambda: checking.accused is not None, timeout=WAIT)
    assert checking.accused.bug is bug_of("mask_forgotten")


def test_a_check_that_fails_leaves_the_bug_accused(
    qtbot, session, checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(qtbot, checking)
    checking.switch("mask_forgotten")

    def no_memory(*_args: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("app.checks.check_in_steps", no_memory)
    checking.run()
    qtbot.waitUntil(lambda: checking.accused is not None, timeout=WAIT)
    assert checking.accused.bug is bug_of("mask_forgotten")


def start_other(qtbot, session) -> None:
    before = session.snapshot.run
    session.start(SMALL.replace(hidden_sizes=(5,), activation="sigmoid"))
    qtbot.waitUntil(
        lambda: session.state is State.FINISHED and session.snapshot.run != before, timeout=WAIT
    )


def test_a_secret_bug_stays_in_a_network_of_the_shape_where_it_was_hidden(
    qtbot, session, checking
) -> None:
    checking.wake(True)
    run(qtbot, checking)
    bug = bug_of("mask_inverted")
    checking.switch_secretly(bug, "Relu1", checking.present)
    wait_checked(qtbot, checking)
    start_other(qtbot, session)
    run(qtbot, checking, first=9)
    accused = checking.accused
    assert (accused.bug, accused.place) == (bug, "Relu1")
    assert accused.ground.config == SMALL
    assert accused.ground.batch.first == 9
    assert not checking.is_stale
    checking.switch("")
    qtbot.waitUntil(lambda: not checking.is_stale and not checking.busy, timeout=WAIT)
    assert checking.checked.ground.config.hidden_sizes == (5,)


def test_training_with_a_bug_ends_when_another_is_switched_on(qtbot, session, checking) -> None:
    checking.switch("mask_inverted")
    wait_checked(qtbot, checking)
    checking.training.begin()
    checking.switch("sign_swapped")
    assert not checking.training.busy
    wait_checked(qtbot, checking)
    checking.training.begin()
    run(qtbot, checking, first=3)
    assert checking.training.busy  # of the same bug in the same network
    start_other(qtbot, session)
    run(qtbot, checking)
    assert not checking.training.busy
    assert checking.training.rehearsal is None


def test_what_a_secret_bug_does_to_training_is_not_told(qtbot, session, checking) -> None:
    run(qtbot, checking)
    checking.switch_secretly(bug_of("mask_inverted"), "Relu1", checking.present)
    wait_checked(qtbot, checking)
    checking.training.begin()
    assert not checking.training.busy


def test_a_ground_of_an_earlier_run_is_not_of_the_session(qtbot, session, checking) -> None:
    run(qtbot, checking)
    ground = checking.checked.ground
    assert is_of_session(session, ground)
    start_other(qtbot, session)
    assert not is_of_session(session, ground)
