"""What keeps a process with somebody else's code within bounds, on each system.

==========  ==========================  ==========================  ============================
system      memory                      processes left behind       if its watcher is killed
==========  ==========================  ==========================  ============================
Linux       RLIMIT_AS: an allocation    all are found, since the    it is killed with it
            fails                       watcher adopts orphans
macOS       RLIMIT_AS does not bind     RLIMIT_NPROC of 0: none     RLIMIT_CPU ends it, if it
            there: the watcher looks    can be started (but by      computes
            four times a second         root)
Windows     a job object: an            the job ends with the       the job ends it
            allocation fails            watcher, and all in it
==========  ==========================  ==========================  ============================

Of these, Linux is tested; the others follow the documentation of their systems.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MAX_FILE_BYTES = 1 << 24
"""How large a file it may write, where there is RLIMIT_FSIZE."""

KILL_SECONDS = 2.0
"""How long processes that are killed are waited for."""

_PDEATHSIG, _SUBREAPER = 1, 36  # of Linux's prctl


def size_text(size: int) -> str:
    """Return a number of bytes as one reads it: ``"1 GB"``, ``"200 MB"``."""
    return f"{size >> 20} MB" if size % (1 << 30) else f"{size >> 30} GB"


def told_memory(memory: int) -> str:
    """Return the sentence about somebody who wants more than ``memory`` bytes."""
    return f"it asks for more memory than it may have, {size_text(memory)}"


def adopt_orphans() -> None:
    """Become the parent of all that is left of one's children, or the owner of the job they are in.

    To be called by the watcher, before it starts anything.
    """
    if sys.platform == "linux":
        _prctl(_SUBREAPER, 1)
    elif sys.platform == "win32":
        from bpcore.layer_job import enter_job

        enter_job()


def bind_to(watcher: int) -> None:
    """Die with the process ``watcher``, one's parent, where the system offers that."""
    if sys.platform == "linux":
        _prctl(_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != watcher:
            os._exit(1)


def limit(seconds: float, memory: int) -> None:
    """Bound oneself: ``memory`` bytes more than now, ``seconds`` of computing, no core file."""
    if sys.platform == "win32":
        from bpcore.layer_job import limit_memory

        limit_memory(memory)
        return
    import resource

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    # Twice: the watcher is first, and says so in a better way.
    _set(resource.RLIMIT_CPU, math.ceil(used + 2 * seconds) + 1)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, MAX_FILE_BYTES)
    if sys.platform == "darwin":
        _set(resource.RLIMIT_NPROC, 0)
    else:
        _set(resource.RLIMIT_AS, _address_space() + memory)


def resident(pid: int) -> int:
    """Return the bytes that a process has in memory, on macOS; 0 elsewhere, and if it is gone."""
    if sys.platform == "darwin":
        found = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True)
        return int(found.stdout) * 1024 if found.stdout.strip().isdigit() else 0
    return 0


def kill_all(pid: int) -> int:
    """End the process ``pid``, its group and all that came of it; return how many were left of it.

    ``pid`` leads a group of its own, is one's only child, and counts for nothing. On Windows, the
    job ends with its owner, so ``pid`` alone is ended, and nothing is counted.
    """
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)  # there, it is TerminateProcess
        return 0
    others: set[int] = set()
    end = time.monotonic() + KILL_SECONDS
    while time.monotonic() < end:
        below = _descendants()
        others |= below - {pid}
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)  # at once, so that none of them can start another
        for each in below:
            with contextlib.suppress(OSError):
                os.kill(each, signal.SIGKILL)
        if _all_reaped():
            break
        time.sleep(0.002)
    return len(others)


def _all_reaped() -> bool:
    """Take leave of the children that have ended; return whether none is left."""
    if sys.platform == "win32":
        return True
    try:
        while True:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                return False
    except ChildProcessError:
        return True


def _descendants() -> set[int]:
    """Return the processes that live below this one, on Linux; elsewhere none is found."""
    if sys.platform != "linux":
        return set()
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # Behind the name, which may have spaces and brackets in it.
                fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                if fields[0] != b"Z":
                    parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    new = {os.getpid()}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 1 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")


def _set(what: int, most: int) -> None:
    if sys.platform != "win32":
        import resource

        # A hard limit that is lower can't be raised; then that holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
