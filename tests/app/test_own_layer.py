"""The check of somebody's file, which may do anything: the window lives, the process is gone."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from app.own_layer import OwnLayer
from bpcore.layer_check import LayerCheck
from bpcore.layer_process import Limits

SHORT = Limits(seconds=0.3, memory=200 << 20)
SHORTEST = Limits(seconds=0.1, memory=200 << 20)
LITTLE = Limits(seconds=20.0, memory=64 << 20)
LONG = Limits(seconds=20.0, memory=200 << 20)
PATIENCE = 30_000

EVERY = "import os\nopen('pid', 'w').write(str(os.getpid()))\n"
IDENTITY = """
class Identity:
    def forward(self, x):
        return x
    def backward(self, dout):
        return dout
"""
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="what only Linux offers")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="has no fork and no kill")

Outcome = tuple[LayerCheck, ...] | str
Check = Callable[..., Outcome]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")  # who has lost its parent may wait for another to bury it
    return stat.exists() and stat.read_bytes().rpartition(b")")[2].split()[0] == b"Z"


class Listener:
    """What an OwnLayer told."""

    def __init__(self, own: OwnLayer) -> None:
        self.told: list[Outcome] = []
        self.busy: list[bool] = []
        own.checked.connect(self.told.append)
        own.failed.connect(self.told.append)
        own.busy_changed.connect(lambda: self.busy.append(own.busy))


@pytest.fixture
def make(qapp) -> Iterator[Callable[[Limits], OwnLayer]]:
    made = []

    def make(limits: Limits) -> OwnLayer:
        made.append(OwnLayer(limits=limits))
        return made[-1]

    yield make
    for own in made:
        own.close()
        own.deleteLater()


@pytest.fixture
def check(qtbot, make, tmp_path: Path) -> Check:
    """Check a text, see that its process is gone, and return what was told."""

    def check(text: str, limits: Limits = LONG) -> Outcome:
        (tmp_path / "mine.py").write_text(EVERY + text, "utf-8")
        own = make(limits)
        listener = Listener(own)
        own.check(tmp_path / "mine.py")
        qtbot.waitUntil(lambda: bool(listener.told), timeout=PATIENCE)
        assert len(listener.told) == 1
        assert listener.busy == [True, False]
        if (tmp_path / "pid").exists():
            assert is_gone(int((tmp_path / "pid").read_text()))
        return listener.told[0]

    return check


# What is right.


@pytest.mark.parametrize("example", ["relu", "affine", "softmax_with_loss"])
def test_the_examples_pass(qtbot, make, example: str) -> None:
    own = make(LONG)
    path = Path(__file__).parents[2] / "resources" / "layers" / f"{example}.py"
    with qtbot.waitSignal(own.checked, timeout=PATIENCE) as checked:
        own.check(path)
    (one,) = checked.args[0]
    assert one.passed
    assert one.name.lower() == example.replace("_", "")
    assert one.remarks == ()


def test_all_classes_of_a_file_are_checked_in_their_order(check: Check) -> None:
    wrong = IDENTITY.replace("Identity", "Wrong").replace("return dout", "return 2 * dout")
    broken = IDENTITY.replace("Identity", "Broken").replace("return dout", "return undefined")
    checks = check(
        "from bpcore.layers import Relu\nclass NoLayer: pass\n" + wrong + broken + IDENTITY
    )
    assert [each.name for each in checks] == ["Wrong", "Broken", "Identity"]
    assert [each.passed for each in checks] == [False, False, True]
    assert checks[1].reports == ()
    assert checks[1].remarks == (
        "Broken.backward, line 16: NameError: name 'undefined' is not defined.",
    )


def test_umlauts_and_a_byte_order_mark_are_text(check: Check) -> None:
    assert check("# größer\n" + IDENTITY)[0].passed


def test_nothing_of_the_file_reaches_this_process(check: Check, monkeypatch) -> None:
    monkeypatch.delenv("OWN_LAYER", raising=False)
    before = set(sys.modules)
    check("import os, this\nos.environ['OWN_LAYER'] = '1'\n" + IDENTITY)
    assert "OWN_LAYER" not in os.environ
    assert not {"this", "own_layer", "mine"} & (set(sys.modules) - before)


def test_modules_beside_the_file_are_not_imported(check: Check, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit")
    (tmp_path / "json.py").write_text("raise SystemExit")
    assert check("import numpy, json\n" + IDENTITY)[0].passed


# What is printed is no answer.


@pytest.mark.parametrize(
    "fake",
    [
        "print('{\"layers\": []}', flush=True)",
        'import sys; sys.stdout.write(\'\\n ready\\n answer {"failed": "fake"}\\n\')',
        "sys = __import__('sys'); sys.__stderr__.write('{\"failed\": \"fake\"}')",
        'for n in range(9):\n  try: os.write(n, b\'\\nanswer {"failed": "fake"}\\n\')\n'
        "  except OSError: pass",
    ],
)
def test_what_is_printed_is_not_taken_for_the_answer(check: Check, fake: str) -> None:
    assert check(fake + "\n" + IDENTITY)[0].passed


# What is wrong.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class Relu(:", "it is not valid Python in line 3: invalid syntax."),
        ("x = " + "-" * 200_000 + "1", "it is nested too deeply for Python."),
        ("x = 1", "there is no class with forward and backward in it."),
        ("input()", "line 3: EOFError: EOF when reading a line."),
        (
            IDENTITY.replace("return x", "exit(1)"),
            "Identity.forward, line 6: it calls exit, and so it ends before it can be checked.",
        ),
        (
            "os._exit(0)",
            "it ended the process by itself, with exit code 0, before it was checked: "
            "take out what exits.",
        ),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(check: Check, text: str, sentence: str) -> None:
    told = check(text)
    assert told == f"mine.py: {sentence}"


@posix_only
def test_a_crash_is_told(check: Check) -> None:
    told = check("import ctypes; ctypes.string_at(0)")
    assert told == "mine.py: it crashed the process (SIGSEGV) before it was checked."


# What never ends.


@pytest.mark.parametrize(
    "text",
    [
        "while True: pass",
        IDENTITY.replace("return x", "while True: pass"),
        "import time; time.sleep(1000)",
        "while True: print('x' * 10_000)",
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
        "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
        "print(sum(range(10**12)))",
    ],
)
def test_what_does_not_end_is_stopped(check: Check, text: str) -> None:
    assert check(text, SHORTEST) == (
        "mine.py: it did not come to an end within 0.1 seconds, so it was stopped: "
        "look for an endless loop."
    )


def test_the_window_lives_meanwhile(qtbot, check: Check) -> None:
    ticks: list[int] = []
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()
    check("while True: pass", SHORT)
    timer.stop()
    assert len(ticks) > 10


# What takes everything.


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\nx = np.ones(10 * 2**30 // 8)",
        "import numpy as np\nx = []\nwhile True: x.append(np.ones(100_000))",
        "x = bytearray(10 * 2**30)",
        "x = []\nwhile True: x.append('x' * 100_000)",
        IDENTITY.replace("return x", "return x + bytearray(10 * 2**30)"),
    ],
)
def test_who_wants_all_memory_gets_none(check: Check, text: str) -> None:
    assert check(text, LITTLE) == "mine.py: it asks for more memory than it may have, 64 MB."


def test_a_flood_where_the_answer_goes_is_stopped(check: Check) -> None:
    flood = "while True:\n  for n in range(3, 9):\n    try: os.write(n, b'x' * 60_000)\n"
    told = check(flood + "    except OSError: pass")
    assert told == "mine.py: it floods its output, so it was stopped."


# What is left behind.


def test_threads_end_with_the_process(check: Check) -> None:
    threads = "import threading, time\n" + 3 * (
        "threading.Thread(target=time.sleep, args=(1000,)).start()\n"
    )
    assert check(threads + IDENTITY)[0].passed


CHILD = "import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', {0!r}], {1})\n"
SLEEP = "import time; time.sleep(1000)"
WRITE = "open('child', 'w').write(str(child.pid))\n"
DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('daemon', 'w').write(str(os.getpid()))
        os.rename('daemon', 'child')
        while True: pass
    os._exit(0)
while not os.path.exists('child'): pass
"""


@linux_only
@pytest.mark.parametrize(
    "text",
    [
        CHILD.format(SLEEP, "") + WRITE,
        CHILD.format(SLEEP, "start_new_session=True") + WRITE,
        CHILD.format("import signal; signal.pause()", "stdin=subprocess.PIPE") + WRITE,
        DAEMON,
    ],
)
def test_processes_that_are_left_behind_are_ended(check: Check, text: str, tmp_path: Path) -> None:
    (one,) = check(text + IDENTITY)
    assert one.passed
    assert one.remarks == ("It left a process running, which Chainlight ended.",)
    assert is_gone(int((tmp_path / "child").read_text()))


@linux_only
def test_a_family_that_never_ends_is_ended(check: Check, tmp_path: Path) -> None:
    text = "for n in range(4): os.fork()\nopen(f'{os.getpid()}.child', 'w')\nwhile True: pass"
    assert "did not come to an end" in check(text, SHORT)
    children = [int(path.stem) for path in tmp_path.glob("*.child")]
    assert children
    assert all(is_gone(pid) for pid in children)


@linux_only
def test_who_kills_its_watcher_dies_too(qtbot, check: Check, tmp_path: Path) -> None:
    text = "os.rename('pid', 'runner')\nos.kill(os.getppid(), 9)\nwhile True: pass"
    told = check(text)
    assert told == "mine.py: it ended the process that watches it, so it was not checked."
    pid = int((tmp_path / "runner").read_text())
    qtbot.waitUntil(lambda: is_gone(pid), timeout=PATIENCE)
