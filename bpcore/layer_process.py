"""Checks the layers of somebody's file in another process, and ends that whatever it does.

There are two processes. The *watcher* (``python -m bpcore.layer_process watch FILE``) runs nobody's
code: it reads the file, starts the *runner* (``bpcore.layer_run``), and ends it, with all that came
of it, at an answer, at a limit, or when its own stdin is closed: so nothing outlives a program that
was killed. Then it writes one line of JSON, which ``bpcore.layer_answer.decoded`` reads.

The time counts from when the file starts to run. What holds on which system stands in
``bpcore.layer_limits``. It is a fence against mistakes, not a prison: the code may do what its user
may do, so it is run only when its user wants it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import stat
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bpcore import layer_limits

MAX_TEXT = 1 << 20
"""Bytes of a file that is read."""

MAX_ANSWER = 1 << 20
"""Bytes that the runner may write."""

_TICK = 0.05
_GRACE = 0.2
_LOOK = 0.25
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.path.append(sys.argv.pop(1)); "
    "from bpcore.layer_process import main; main()"
)
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Limits(NamedTuple):
    """How long the code may run, and how many bytes it may reserve besides Python and NumPy.

    ``start_seconds`` is how long Python and NumPy may take before.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    start_seconds: float = 30.0


class _Trouble(Exception):
    """What is wrong, as what follows the name of the file and a colon."""


def command(path: Path, limits: Limits) -> list[str]:
    """Return the command of the watcher.

    It is isolated (``-I``): neither the folder it starts in nor the environment can put other
    modules in its way. ``sys.executable`` has to be a Python.
    """
    numbers = (str(limits.seconds), str(limits.memory), str(limits.start_seconds))
    return _python("watch", str(path), *numbers)


def main() -> None:
    """Be the watcher or the runner, as ``sys.argv`` says."""
    role, *rest = sys.argv[1:]
    if role == "run":
        from bpcore.layer_run import run

        run(int(rest[0]), float(rest[1]), int(rest[2]))
    limits = Limits(float(rest[1]), int(rest[2]), float(rest[3]))
    answer = watch(Path(rest[0]), limits)
    sys.stdout.buffer.write(answer + b"\n")
    sys.stdout.flush()
    os._exit(0)  # a thread may wait for stdin or for the runner


def watch(path: Path, limits: Limits) -> bytes:
    """Return what the runner answers about the file ``path``, or why there is no answer."""
    try:
        text = read_text(path)
        layer_limits.adopt_orphans()
        runner = _Runner(path.absolute().parent, text, limits)
        try:
            answer = runner.answer()
        finally:
            left = runner.end()
    except _Trouble as trouble:
        return json.dumps({"failed": str(trouble)}).encode()
    return _with_remark(answer, left) if left else answer


def read_text(path: Path) -> bytes:
    """Return the content of a file, which is text in UTF-8 and not too large.

    A pipe, a device and a folder are refused before anything is read.
    """
    try:
        file = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with open(file, "rb") as opened:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise _Trouble("it is not a file")
            content = opened.read(MAX_TEXT + 1)
    except (OSError, ValueError) as error:
        raise _Trouble(f"it can't be read ({getattr(error, 'strerror', error)})") from None
    if len(content) > MAX_TEXT:
        raise _Trouble(f"it is larger than {MAX_TEXT >> 20} MB, which no layer needs")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Trouble("it is not a text in UTF-8") from None
    if "\0" in text:
        raise _Trouble("it is not a text in UTF-8")
    return text.encode()


class _Runner:
    """The process of ``bpcore.layer_run``, in a group of its own."""

    def __init__(self, folder: Path, text: bytes, limits: Limits) -> None:
        self._limits = limits
        self._mark = os.urandom(16).hex().encode()
        self._chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._orphaned = threading.Event()
        numbers = (str(os.getpid()), str(limits.seconds), str(limits.memory))
        try:
            self._process = subprocess.Popen(
                _python("run", *numbers),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=os.environ | dict.fromkeys(_ONE_THREAD, "1"),
                start_new_session=True,
            )
        except OSError as error:
            raise _Trouble(f"no process could be started for it ({error.strerror})") from None
        for work in (self._listen, self._wait_for_orphanhood):
            threading.Thread(target=work, daemon=True).start()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError), self._process.stdin as stdin:
            stdin.write(self._mark + b"\n" + text)

    def answer(self) -> bytes:
        """Return its answer; raise for what it does instead."""
        got = b""
        deadline = time.monotonic() + self._limits.start_seconds
        is_ready, ended, looked = False, None, time.monotonic()
        while True:
            with contextlib.suppress(queue.Empty):
                got += self._chunks.get(timeout=_TICK)
            now = time.monotonic()
            if not is_ready and self._mark + b" ready\n" in got:
                is_ready, deadline = True, now + self._limits.seconds
            _, found, answer = got.partition(b"\n" + self._mark + b" answer ")
            if found and b"\n" in answer:
                return answer.partition(b"\n")[0]
            if ended is None and self._process.poll() is not None:
                ended = now
            if now - looked > _LOOK:
                looked = now
                self._look_at_memory()
            self._require_more(len(got), is_ready, deadline - now, ended and now - ended)

    def end(self) -> int:
        """End it, with all that came of it; return how many others there were."""
        return layer_limits.kill_all(self._process.pid)

    def _require_more(
        self, got: int, is_ready: bool, time_left: float, ended: float | None
    ) -> None:
        """Raise if nothing more can come, or may."""
        if got > MAX_ANSWER:
            raise _Trouble("it floods its output, so it was stopped")
        if self._orphaned.is_set():
            raise _Trouble("its check was cancelled")
        if ended is not None and ended > _GRACE:
            raise _Trouble(_told_end(self._process.returncode, self._limits))
        if time_left < 0 and is_ready:
            raise _Trouble(_told_time(self._limits))
        if time_left < 0:
            raise _Trouble("Python took too long to start, so it was not checked; try again")

    def _look_at_memory(self) -> None:
        if layer_limits.resident(self._process.pid) > self._limits.memory + (256 << 20):
            raise _Trouble(layer_limits.told_memory(self._limits.memory))

    def _listen(self) -> None:
        assert self._process.stdout is not None
        output, count = self._process.stdout.fileno(), 0
        with contextlib.suppress(OSError):
            while count <= MAX_ANSWER and (chunk := os.read(output, 1 << 16)):
                count += len(chunk)
                self._chunks.put(chunk)

    def _wait_for_orphanhood(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1 << 10):
                pass
        self._orphaned.set()


def _python(*arguments: str) -> list[str]:
    numpy = find_spec("numpy")
    assert numpy is not None
    assert numpy.origin is not None
    places = (str(Path(__file__).parents[1]), str(Path(numpy.origin).parents[1]))
    # What is isolated does not hear from the environment where bytecode is kept.
    kept = ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []
    return [sys.executable, "-I", "-B", *kept, "-c", _START, *places, *arguments]


def _told_end(code: int, limits: Limits) -> str:
    if code >= 0:
        return (
            f"it ended the process by itself, with exit code {code}, before it was checked: "
            "take out what exits"
        )
    number = -code
    if number == getattr(signal, "SIGXCPU", None):
        return _told_time(limits)
    with contextlib.suppress(ValueError):
        return f"it crashed the process ({signal.Signals(number).name}) before it was checked"
    return f"it crashed the process (signal {number}) before it was checked"


def _told_time(limits: Limits) -> str:
    return (
        f"it did not come to an end within {limits.seconds:g} seconds, so it was stopped: "
        "look for an endless loop"
    )


def _with_remark(answer: bytes, left: int) -> bytes:
    """Add to an answer, which may be anything, that processes were left behind."""
    processes = "a process" if left == 1 else f"{left} processes"
    remark = f"It left {processes} running, which Chainlight ended."
    try:
        found = json.loads(answer)
        for layer in found["layers"]:
            layer["remarks"].append(remark)
        return json.dumps(found).encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return answer


if __name__ == "__main__":
    main()
