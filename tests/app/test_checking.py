"""What a session's gradients are found to be: the numbers of the engine, of the right moment."""

import numpy as np
import pytest
from checkings import WAIT, run, wait_checked
from PySide6.QtTest import QSignalSpy
from small_runs import SMALL

from app.checking import Checking
from app.session import State
from bpcore.bugs import BUGS, bug_of
from bpcore.datasets.mnist import scale
from bpcore.gradient_check import check_gradients, sweep
from bpcore.learner import first_network
from bpcore.network import Network
from bpcore.rehearsal import LENGTH, rehearse
from bpcore.steps import result_of


@pytest.fixture
def checking(session) -> Checking:
    return Checking(session)


def finish(qtbot, session) -> None:
    session.start()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=WAIT)


def seek(qtbot, session, iteration: int) -> None:
    session.seek(iteration)
    qtbot.waitUntil(
        lambda: not session.replaying and session.snapshot.iteration == iteration, timeout=WAIT
    )


def expected(network: Network, session, first: int = 0, count: int = 3, **options: object) -> list:
    images, labels = session.digits.split("train")
    rows = slice(first, first + count)
    return check_gradients(network, scale(images[rows], "float64"), labels[rows], **options)


def assert_same(reports, others) -> None:
    assert [report.name for report in reports] == [other.name for other in others]
    for report, other in zip(reports, others, strict=True):
        assert report.backprop.tobytes() == other.backprop.tobytes()
        assert report.numerical.tobytes() == other.numerical.tobytes()
        assert report.kink.tolist() == other.kink.tolist()


def test_nothing_is_known_before_it_is_asked(checking) -> None:
    assert (checking.checked, checking.accused, checking.sweeps) == (None, None, None)
    assert (checking.busy, checking.is_stale, checking.key, dict(checking.prints)) == (
        False,
        False,
        "",
        {},
    )


def test_fresh_weights_are_checked_as_the_engine_checks_them(qtbot, session, checking) -> None:
    finish(qtbot, session)
    run(qtbot, checking, fresh=True)
    network = first_network(SMALL.replace(dtype="float64"))
    assert_same(checking.checked.reports, expected(network, session))
    assert all(r.mean_absolute_difference <= 1e-8 for r in checking.checked.reports)
    assert checking.accused.verdict.guilty is None


@pytest.mark.parametrize("iteration", [0, 137, 300])
def test_any_iteration_is_checked_in_float64(qtbot, session, checking, iteration: int) -> None:
    finish(qtbot, session)
    seek(qtbot, session, iteration)
    run(qtbot, checking, first=40, count=5, h=1e-5)
    params = {name: a.astype(np.float64) for name, a in session.snapshot.params.items()}
    network = Network.from_params(params, "relu")
    assert_same(checking.checked.reports, expected(network, session, 40, 5, h=1e-5))
    assert checking.checked.ground.iteration == iteration


def test_the_next_batch_of_the_run_can_be_checked(qtbot, session, checking) -> None:
    run(qtbot, checking, source="run")
    batch = checking.checked.ground.batch
    assert batch.images.tobytes() == session.next_batch().images.tobytes()
    assert len(batch.labels) == SMALL.batch_size


def test_a_sweep_comes_with_each_check(qtbot, session, checking) -> None:
    run(qtbot, checking, fresh=True)
    x = scale(session.digits.split("train")[0][:3], "float32")
    t = session.digits.split("train")[1][:3]
    assert checking.sweeps[1] == sweep(first_network(SMALL), x, t, sample=200)
    assert checking.sweeps[0].best.mean_absolute_difference < 1e-9


def test_what_was_known_stays_when_a_check_is_cancelled(qtbot, session, checking) -> None:
    run(qtbot, checking)
    before, accused = checking.checked, checking.accused
    checking.want(first=7, count=200)
    checking.run()
    assert checking.busy
    checking.cancel()
    assert not checking.busy
    assert (checking.checked, checking.accused) == (before, accused)
    assert checking.is_stale


def test_other_wishes_make_what_is_known_stale_and_the_same_ones_do_not(
    qtbot, session, checking
) -> None:
    run(qtbot, checking)
    assert not checking.is_stale
    for wish, back in (({"first": 1}, {"first": 0}), ({"h": 1e-6}, {"h": 1e-4})):
        checking.want(**wish)
        assert checking.is_stale
        checking.want(**back)
        assert not checking.is_stale


def test_the_timeline_is_followed_once_something_was_checked(qtbot, session, checking) -> None:
    finish(qtbot, session)
    checking.wake(True)
    seek(qtbot, session, 20)
    assert not checking.busy
    run(qtbot, checking)
    for iteration in (250, 3, 300):
        seek(qtbot, session, iteration)
        qtbot.waitUntil(
            lambda: checking.checked.ground.iteration == session.snapshot.iteration, timeout=WAIT
        )
    wait_checked(qtbot, checking)
    assert not checking.is_stale


def test_nothing_is_checked_for_nobody(qtbot, session, checking) -> None:
    finish(qtbot, session)
    run(qtbot, checking)
    seek(qtbot, session, 20)
    assert not checking.busy
    assert checking.is_stale


def test_training_is_not_followed(qtbot, session, checking) -> None:
    run(qtbot, checking)
    checking.wake(True)
    session.set_pace(50.0)
    session.start()
    qtbot.waitUntil(lambda: session.live.iteration > 5, timeout=WAIT)
    assert checking.is_stale
    assert not checking.busy
    session.pause()
    qtbot.waitUntil(lambda: not checking.is_stale and not checking.busy, timeout=WAIT)
    assert checking.checked.ground.iteration == session.live.iteration > 0


def test_the_guilty_layer_of_each_bug_is_found(qtbot, session, checking) -> None:
    for bug in BUGS:
        checking.switch(bug.key)
        wait_checked(qtbot, checking)
        accused = checking.accused
        guilty = accused.verdict.guilty
        assert accused.bug is bug
        expected = None if bug.harmless else accused.place
        assert (guilty.layer if guilty is not None else None) == expected, bug.key
        assert bug.places(accused.ground.network())
        assert checking.prints[bug.key] == tuple(report.passed for report in accused.wrong)
        assert [r.name for r in accused.right] == [r.name for r in accused.wrong]


def test_a_bug_without_a_place_is_checked_on_the_nearest_network(qtbot, session, checking) -> None:
    checking.switch("slope_from_x")
    wait_checked(qtbot, checking)
    ground = checking.accused.ground
    assert ground.config == SMALL.replace(activation="sigmoid")
    assert ground.is_fresh
    assert checking.checked.ground.config == SMALL


def test_one_bug_is_on_at_a_time_and_can_be_switched_off(qtbot, session, checking) -> None:
    run(qtbot, checking)
    for key in ("mask_forgotten", "sign_swapped", "mean_for_db"):
        checking.switch(key)
    wait_checked(qtbot, checking)
    assert checking.accused.bug is bug_of("mean_for_db")
    checking.switch("")
    wait_checked(qtbot, checking)
    assert checking.accused.bug is None
    assert checking.accused.wrong == checking.checked.reports


def test_a_check_fills_in_the_prints_of_all_bugs_that_fit(qtbot, session, checking) -> None:
    run(qtbot, checking)
    missing = {bug.key for bug in BUGS} - checking.prints.keys()
    assert missing == {"transpose_missing", "slope_from_x"}
    assert checking.prints["mask_forgotten"] == (False, False, True, True)
    assert checking.prints["open_at_zero"] == (True, True, True, True)


def test_a_secret_bug_leaves_no_trace_in_the_list(qtbot, session, checking) -> None:
    run(qtbot, checking)
    before = dict(checking.prints)
    bug = bug_of("mask_inverted")
    checking.switch_secretly(bug, "Relu1", checking.present)
    wait_checked(qtbot, checking)
    assert (checking.key, checking.has_secret) == ("", True)
    assert dict(checking.prints) == before
    assert checking.accused.verdict.guilty.layer == "Relu1"
    checking.switch("")
    assert not checking.has_secret


def test_training_with_a_bug_is_the_engines(qtbot, session, checking) -> None:
    checking.switch("mask_inverted")
    wait_checked(qtbot, checking)
    assert checking.training.rehearsal is None
    shares = QSignalSpy(checking.training.progressed)
    checking.training.begin()
    assert checking.training.busy
    qtbot.waitUntil(lambda: checking.training.rehearsal is not None, timeout=WAIT)
    assert shares.count()
    known = checking.training.rehearsal
    other = result_of(rehearse(SMALL, session.digits, bug_of("mask_inverted")))
    assert len(known.right) == LENGTH
    assert known.right.tobytes() == other.right.tobytes()
    assert known.wrong.tobytes() == other.wrong.tobytes()
    checking.switch("sign_swapped")
    wait_checked(qtbot, checking)
    assert checking.training.rehearsal is None


def test_training_with_a_bug_can_be_cancelled(qtbot, session, checking) -> None:
    checking.switch("mask_inverted")
    wait_checked(qtbot, checking)
    checking.training.begin()
    checking.training.cancel()
    assert not checking.training.busy
    assert checking.training.rehearsal is None


def test_a_check_that_fails_says_so_and_leaves_what_was_known(
    qtbot, session, checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(qtbot, checking)
    known = checking.checked

    def no_memory(*_args: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("app.checks.check_in_steps", no_memory)
    with qtbot.waitSignal(checking.failed, timeout=WAIT) as failed:
        checking.run()
    assert "memory" in failed.args[0]
    assert checking.checked is known
    assert not checking.busy
