import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import display

ROOT = Path(__file__).parents[2]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is Linux's")


def run_app(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    kept.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@linux_only
def test_without_a_display_one_sentence_names_the_two_ways_that_work() -> None:
    result = run_app()
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "chainlight --snapshots DIR" in result.stderr
    assert "python -m bpcore train" in result.stderr


@linux_only
def test_a_display_that_does_not_answer_is_named() -> None:
    if display._missing_library():
        pytest.skip("Qt's xcb plugin can't be loaded here: that is said first")
    result = run_app(DISPLAY=":987")
    assert result.returncode == 2
    assert "':987'" in result.stderr


@linux_only
def test_a_library_that_is_missing_is_named_with_its_packages(monkeypatch) -> None:
    def missing(_path: str) -> None:
        raise OSError(
            "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
        )

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert display.problem() == (
        "Chainlight needs libxcb-cursor.so.0 to show a window: install libxcb-cursor0 "
        "(Debian, Ubuntu) or xcb-util-cursor (Fedora)."
    )


def test_a_library_of_unknown_package_is_named_all_the_same() -> None:
    error = "libnew.so.3: cannot open shared object file: No such file or directory"
    assert "libnew.so.3" in display.missing_library_sentence(error)


def test_the_longest_name_of_a_library_decides_its_package() -> None:
    error = "libxkbcommon-x11.so.0: cannot open shared object file: No such file or directory"
    assert "libxkbcommon-x11-0" in display.missing_library_sentence(error)


def test_an_offscreen_platform_needs_no_display(monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert display.problem() == ""


@pytest.mark.parametrize("size", ["1280", "axb", "10x10", "99999x800", "1280x"])
def test_a_bad_size_is_refused_with_a_sentence(size: str) -> None:
    result = run_app("--snapshots", "unused", "--size", size)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert size in result.stderr


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    result = run_app("--snapshots", str(blocked / "below"))
    assert result.returncode == 1
    assert str(blocked / "below") in result.stderr
    assert "Traceback" not in result.stderr
