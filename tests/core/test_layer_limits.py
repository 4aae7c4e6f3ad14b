"""What can be told of the limits without running anybody's code."""

import ctypes
import os
import sys

import pytest

from bpcore import layer_limits
from bpcore.layer_job import BasicLimits, ExtendedLimits


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes are those of 64 bits")
def test_the_structures_for_windows_are_as_large_as_it_expects() -> None:
    assert ctypes.sizeof(BasicLimits) == 64
    assert ctypes.sizeof(ExtendedLimits) == 144
    assert ExtendedLimits.ProcessMemoryLimit.offset == 112


@pytest.mark.parametrize(
    ("size", "text"), [(1 << 30, "1 GB"), (200 << 20, "200 MB"), (3 << 29, "1536 MB")]
)
def test_sizes_are_told_as_one_reads_them(size: int, text: str) -> None:
    assert layer_limits.size_text(size) == text


@pytest.mark.skipif(sys.platform != "darwin", reason="only there it is looked at from outside")
def test_the_memory_of_a_process_is_known_on_macos() -> None:
    assert layer_limits.resident(os.getpid()) > 1 << 20
