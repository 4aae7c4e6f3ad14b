import contextlib
import os
import sys
from pathlib import Path

import pytest

from bpcore import atomic
from bpcore.atomic import replacing


def test_a_file_is_the_old_one_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_stays_the_old_one_if_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with contextlib.suppress(KeyboardInterrupt), replacing(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_what_a_killed_program_left_is_cleared_away_when_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / ".a.0123.part", tmp_path / ".a.4567.part"
    other = tmp_path / ".b.0123.part"
    for path in (old, young, other):
        path.write_bytes(b"half")
    os.utime(old, (1e9, 1e9))
    os.utime(other, (1e9, 1e9))
    with replacing(tmp_path / "a") as file:
        file.write(b"new")
    assert sorted(tmp_path.iterdir()) == sorted([young, other, tmp_path / "a"])
    assert atomic.LEFTOVER_SECONDS >= 600
