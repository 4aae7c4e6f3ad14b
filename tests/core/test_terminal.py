import signal
import sys
from types import SimpleNamespace

import pytest

from bpcore import terminal


class FakeTerminal:
    def __init__(self, is_terminal: bool) -> None:
        self.written: list[str] = []
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)

    def flush(self) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(terminal, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def test_a_progress_bar_shows_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(True)
    monkeypatch.setattr(sys, "stderr", fake)
    terminal.ProgressBar(2000, "iterations").show(1000, "loss 0.5")
    line = "[" + "#" * 15 + "." * 15 + "] 1,000 of 2,000 iterations  loss 0.5"
    assert "".join(fake.written) == f"\r{line}"


def test_a_progress_bar_is_not_redrawn_at_every_iteration(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(True)
    monkeypatch.setattr(sys, "stderr", fake)
    bar = terminal.ProgressBar(100, "iterations")
    for done in range(1, 101):
        clock.now += 0.01
        bar.show(done)
    assert 5 <= len("".join(fake.written).split("\r")) <= 12


def test_a_progress_bar_is_taken_away_whole(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(True)
    monkeypatch.setattr(sys, "stderr", fake)
    bar = terminal.ProgressBar(9, "gradients")
    bar.show(3)
    shown = len("".join(fake.written)) - 1
    fake.written.clear()
    bar.clear()
    assert "".join(fake.written) == "\r" + " " * shown + "\r"


def test_there_is_no_progress_bar_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(False)
    monkeypatch.setattr(sys, "stderr", fake)
    bar = terminal.ProgressBar(9, "gradients")
    bar.show(3)
    bar.clear()
    assert fake.written == []


def test_there_is_no_progress_bar_where_there_is_no_stderr(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    terminal.ProgressBar(9, "gradients").show(3)


@pytest.fixture
def handler() -> object:
    """Let SIGINT be what it is in a program that a person started."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handler")
def test_ctrl_c_is_a_wish() -> None:
    with terminal.Interruption() as interruption:
        assert not interruption.wanted
        signal.raise_signal(signal.SIGINT)
        assert interruption.wanted


@pytest.mark.usefixtures("handler")
def test_a_second_ctrl_c_interrupts_at_once() -> None:
    with terminal.Interruption():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("handler")
def test_afterwards_ctrl_c_is_what_it_was() -> None:
    with terminal.Interruption():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_the_end_of_its_time_is_a_wish_as_well() -> None:
    with terminal.Interruption() as interruption:
        signal.raise_signal(signal.SIGTERM)
        assert interruption.wanted
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.usefixtures("handler")
def test_what_must_be_done_is_shielded_from_ctrl_c() -> None:
    with terminal.Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        interruption.shield()
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("handler")
def test_an_ignored_ctrl_c_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with terminal.Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        assert not interruption.wanted
