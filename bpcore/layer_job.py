"""Windows job objects: processes that end together, and share a limit of memory.

See "Job Objects" in Microsoft's documentation. Nested jobs, which a virtual environment's
``python.exe`` makes, are there since Windows 8.
"""

from __future__ import annotations

import ctypes
import sys

_EXTENDED_LIMIT_INFORMATION = 9
_PROCESS_MEMORY, _KILL_ON_JOB_CLOSE = 0x100, 0x2000


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def enter_job() -> None:
    """Put this process, and so all that it starts, into a job that ends with it."""
    _enter(_KILL_ON_JOB_CLOSE, 0)


def limit_memory(memory: int) -> None:
    """Let this process, and each that it starts, reserve about ``memory`` bytes at most."""
    _enter(_PROCESS_MEMORY, memory + (256 << 20))  # Python and NumPy have their share already


def _enter(flags: int, memory: int) -> None:
    """Enter a new job; its handle is left open, as it closes when the process ends."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        limits = ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = flags
        limits.ProcessMemoryLimit = memory
        kernel.SetInformationJobObject(
            job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        process = ctypes.c_void_p(kernel.GetCurrentProcess())
        kernel.AssignProcessToJobObject(job, process)
