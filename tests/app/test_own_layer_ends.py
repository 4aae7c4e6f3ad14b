"""Checks of somebody's file that are cancelled or can't begin, and files that are none."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from test_own_layer import IDENTITY, LONG, PATIENCE, Listener, is_gone, linux_only, posix_only

from app import own_layer
from app.own_layer import OwnLayer
from bpcore.layer_process import MAX_TEXT, Limits, command

ENDLESS = "import os\nopen('new', 'w').write(str(os.getpid()))\nos.rename('new', 'pid')\nwhile 1: 1"


@pytest.fixture
def own(qapp) -> Iterator[OwnLayer]:
    own = OwnLayer(limits=LONG)
    yield own
    own.close()
    own.deleteLater()


@pytest.fixture
def listener(own: OwnLayer) -> Listener:
    return Listener(own)


@pytest.fixture
def running(qtbot, own: OwnLayer, listener: Listener, tmp_path: Path) -> int:
    """The process of an endless loop that is being checked."""
    (tmp_path / "endless.py").write_text(ENDLESS)
    own.check(tmp_path / "endless.py")
    qtbot.waitUntil((tmp_path / "pid").exists, timeout=PATIENCE)
    pid = int((tmp_path / "pid").read_text())
    assert not is_gone(pid)
    return pid


def test_a_check_that_is_cancelled_is_ended_and_says_nothing(
    qtbot, own: OwnLayer, listener: Listener, running: int
) -> None:
    assert own.busy
    own.cancel()
    assert not own.busy
    qtbot.waitUntil(lambda: is_gone(running), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not own.findChildren(QProcess), timeout=PATIENCE)
    assert listener.told == []
    assert listener.busy == [True, False]


def test_another_file_takes_the_place_of_the_one_that_is_checked(
    qtbot, own: OwnLayer, listener: Listener, running: int, tmp_path: Path
) -> None:
    (tmp_path / "other.py").write_text(IDENTITY)
    own.check(tmp_path / "other.py")
    qtbot.waitUntil(lambda: bool(listener.told), timeout=PATIENCE)
    assert [check.name for check in listener.told[0]] == ["Identity"]
    qtbot.waitUntil(lambda: is_gone(running), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not own.findChildren(QProcess), timeout=PATIENCE)
    assert len(listener.told) == 1


def test_closing_waits_until_the_process_is_gone(own: OwnLayer, running: int) -> None:
    own.close()
    assert is_gone(running)
    assert not own.busy


def test_a_watcher_that_does_not_end_is_killed(
    qtbot, own: OwnLayer, running: int, monkeypatch
) -> None:
    monkeypatch.setattr(own_layer, "END_SECONDS", 0.05)
    (watcher,) = own.findChildren(QProcess)
    monkeypatch.setattr(watcher, "closeWriteChannel", lambda: None)
    own.cancel()
    qtbot.waitUntil(lambda: not own.findChildren(QProcess), timeout=PATIENCE)
    if sys.platform == "linux":
        qtbot.waitUntil(lambda: is_gone(running), timeout=PATIENCE)


def test_a_watcher_that_never_answers_is_given_up(
    qtbot, listener: Listener, own: OwnLayer, tmp_path: Path, monkeypatch
) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(1000)"]
    monkeypatch.setattr(own_layer, "command", lambda *_: sleep)
    monkeypatch.setattr(own_layer, "END_SECONDS", 0.05)
    monkeypatch.setattr(own, "_limits", Limits(seconds=0, start_seconds=0))
    own.check(tmp_path / "mine.py")
    qtbot.waitUntil(lambda: bool(listener.told), timeout=PATIENCE)
    assert listener.told == ["mine.py: its check did not come to an end; try again."]


def test_a_python_that_can_not_be_started_is_told(
    qtbot, own: OwnLayer, listener: Listener, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    own.check(tmp_path / "mine.py")
    qtbot.waitUntil(lambda: bool(listener.told), timeout=PATIENCE)
    (told,) = listener.told
    assert told.startswith("mine.py: Python could not be started to check it (")
    assert not own.busy


@linux_only
def test_nothing_outlives_a_program_that_is_killed(qtbot, tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)
    arguments = command(tmp_path / "endless.py", LONG)
    watcher = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    qtbot.waitUntil((tmp_path / "pid").exists, timeout=PATIENCE)
    try:
        watcher.communicate(timeout=10)  # closes its stdin, as the end of the program would
    finally:
        watcher.kill()
    assert is_gone(int((tmp_path / "pid").read_text()))


# Files that are none.


def told_of(qtbot, own: OwnLayer, listener: Listener, path: Path) -> object:
    own.check(path)
    qtbot.waitUntil(lambda: bool(listener.told), timeout=PATIENCE)
    return listener.told[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "it is not a text in UTF-8."),
        ("größer = 1".encode("latin-1"), "it is not a text in UTF-8."),
        (b"x = 1\0", "it is not a text in UTF-8."),
        (b"", "there is no class with forward and backward in it."),
        (b"#" * (MAX_TEXT + 1), "it is larger than 1 MB, which no layer needs."),
        (b"#" * MAX_TEXT, "there is no class with forward and backward in it."),
    ],
    ids=["picture", "latin", "zero", "empty", "large", "full"],
)
def test_a_file_that_is_no_layer_is_told(
    qtbot, own: OwnLayer, listener: Listener, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "mine.py").write_bytes(content)
    assert told_of(qtbot, own, listener, tmp_path / "mine.py") == f"mine.py: {sentence}"


def test_a_file_that_is_gone_is_told(qtbot, own, listener: Listener, tmp_path: Path) -> None:
    told = told_of(qtbot, own, listener, tmp_path / "mine.py")
    assert told == "mine.py: it can't be read (No such file or directory)."


def test_a_folder_is_told(qtbot, own, listener: Listener, tmp_path: Path) -> None:
    (tmp_path / "mine.py").mkdir()
    assert "it can't be read (" in told_of(qtbot, own, listener, tmp_path / "mine.py")


@posix_only
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_would_never_end_is_not_read(
    qtbot, own, listener: Listener, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "mine.py"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    assert told_of(qtbot, own, listener, path) == "mine.py: it is not a file."
