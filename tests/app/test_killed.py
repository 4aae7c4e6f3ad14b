"""The program is killed, as by a power cut: the next start offers the run."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop

from app.session import Session

KILLS = int(os.environ.get("CHAINLIGHT_KILLS", "1"))
OLDEST = 30.0

PROGRAM = """
import sys, time
from app.application import create
app, window = create(["chainlight"])
session = window.session
session.set_pace(200.0)
window.show()
session.start(session.config.replace(iterations=1_000_000, hidden_sizes=(8,), batch_size=20))
session.live_changed.connect(lambda s: print(time.monotonic(), s.iteration, flush=True))
sys.exit(app.exec())
"""

AT_A_SAVE = """
import os, pathlib, signal, sys
from PySide6.QtCore import QCoreApplication
from app.session import Session
from bpcore.config import TrainingConfig
app = QCoreApplication([])
saves, replace = iter(range(1, 100)), pathlib.Path.replace

def killed(path, target):
    if path.suffix == ".part" and next(saves) == int(sys.argv[1]):
        if sys.argv[2] == "after":
            replace(path, target)
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(path, target)

pathlib.Path.replace = killed
session = Session(TrainingConfig(hidden_sizes=(8,), batch_size=20, iterations=200))
session.set_pace(200.0)
session.start()
sys.exit(app.exec())
"""
"""Its run is saved half a second after it began, and when it ends after a whole one."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CACHE"):
        monkeypatch.setenv(f"CHAINLIGHT_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return tmp_path / "data" / "runs"


def run_and_kill(seconds: float) -> tuple[float, list[tuple[float, int]]]:
    """Kill the program so long after its first iteration; return when, and what it had told."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=root, stdout=subprocess.PIPE, text=True
    ) as program:
        told: list[tuple[float, int]] = []
        assert program.stdout is not None
        for line in program.stdout:
            moment, iteration = line.split()
            told.append((float(moment), int(iteration)))
            begun = next((at for at, done in told if done), None)
            if begun is not None and told[-1][0] - begun >= seconds:
                program.kill()
                break
        return time.monotonic(), told


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_program_loses_at_most_half_a_minute(qtbot, folder: Path, number: int) -> None:
    seconds = random.Random(number).uniform(0.8, 1.5 if KILLS < 5 else 12.0)
    killed, told = run_and_kill(seconds)
    assert folder.is_dir()
    session = Session()
    try:
        qtbot.waitSignal(session.offer_changed, timeout=20_000).wait()
        (offer,) = session.offer
        done_then = max((done for at, done in told if at <= killed - OLDEST), default=0)
        assert 0 < offer.iteration
        assert done_then <= offer.iteration
        assert offer.config.hidden_sizes == (8,)
        session.accept_offer()
        while session.live is None or session.live.iteration <= offer.iteration:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    finally:
        assert session.close()


@pytest.mark.parametrize(
    ("save", "moment", "kept"),
    [(1, "before", None), (1, "after", "unfinished"), (2, "before", "unfinished")],
    ids=["in the first save", "after the first save", "in the last save"],
)
def test_a_program_that_is_killed_while_it_saves_leaves_what_was_there(
    qtbot, folder: Path, save: int, moment: str, kept: str | None
) -> None:
    command = [sys.executable, "-c", AT_A_SAVE, str(save), moment]
    subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert len(list(folder.glob(".*.part"))) == (moment == "before")
    session = Session()
    try:
        qtbot.waitSignal(session.runs.listed, timeout=20_000).wait()
        assert [entry.phase for entry in session.runs.entries] == ([kept] if kept else [])
        assert (session.offer != ()) == (kept == "unfinished")
        assert session.runs.unreadable == ()
    finally:
        assert session.close()
