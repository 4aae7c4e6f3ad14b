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
session.set_pace(None)
window.show()
session.start(session.config.replace(iterations=1_000_000, hidden_sizes=(8,), batch_size=20))
session.live_changed.connect(lambda s: print(time.monotonic(), s.iteration, flush=True))
sys.exit(app.exec())
"""


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
        offer = session.offer
        assert offer is not None
        done_then = max((done for at, done in told if at <= killed - OLDEST), default=0)
        assert 0 < offer.iteration
        assert done_then <= offer.iteration
        assert offer.config.hidden_sizes == (8,)
        session.accept_offer()
        while session.live is None or session.live.iteration <= offer.iteration:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    finally:
        assert session.close()
