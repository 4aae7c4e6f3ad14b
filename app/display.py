"""Whether a window can be shown here; found out before Qt does, which would abort."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

WITHOUT_DISPLAY = (
    "`chainlight --snapshots DIR` (pictures of every page) and `python -m bpcore train` "
    "(training in the terminal) work without one."
)

PACKAGES = {
    "libxcb-cursor": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-util": ("libxcb-util1", "xcb-util"),
    "libxkbcommon-x11": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxkbcommon": ("libxkbcommon0", "libxkbcommon"),
    "libX11-xcb": ("libx11-xcb1", "libX11-xcb"),
    "libxcb": ("libxcb1", "libxcb"),
    "libEGL": ("libegl1", "libglvnd-egl"),
    "libGL": ("libgl1", "libglvnd-glx"),
    "libdbus-1": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig": ("libfontconfig1", "fontconfig"),
    "libfreetype": ("libfreetype6", "freetype"),
    "libglib-2.0": ("libglib2.0-0", "glib2"),
}
"""Start of a library's file name → its package on Debian and on Fedora."""


def problem() -> str:
    """Return one sentence that says why no window can be shown, or "" if one can."""
    if not sys.platform.startswith("linux"):
        return ""
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform not in ("", "xcb"):
        return ""
    if not os.environ.get("DISPLAY"):
        if platform == "" and os.environ.get("WAYLAND_DISPLAY"):
            return ""
        return f"Chainlight needs a display, and there is none here; {WITHOUT_DISPLAY}"
    if missing := _missing_library():
        return missing
    if not _display_answers():
        name = os.environ["DISPLAY"]
        return f"Chainlight needs a display, and {name!r} does not answer; {WITHOUT_DISPLAY}"
    return ""


def missing_library_sentence(error: str) -> str:
    """Return what to install, from the dynamic linker's words; "" if they are of another kind."""
    library = error.split(":")[0]
    if "cannot open shared object file" not in error:
        return ""
    for start in sorted(PACKAGES, key=len, reverse=True):
        if library.startswith(f"{start}.so") or library.startswith(f"{start}-"):
            debian, fedora = PACKAGES[start]
            return (
                f"Chainlight needs {library} to show a window: install {debian} "
                f"(Debian, Ubuntu) or {fedora} (Fedora)."
            )
    return f"Chainlight needs {library} to show a window: install the package that holds it."


def _missing_library() -> str:
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return ""
    folder = Path(next(iter(spec.submodule_search_locations)))
    plugin = folder / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    for library in (folder / "Qt" / "lib" / "libQt6Gui.so.6", plugin):
        try:
            if library.exists():
                ctypes.CDLL(str(library))
        except OSError as error:
            return missing_library_sentence(str(error))
    return ""


def _display_answers() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    broken = xcb.xcb_connection_has_error(connection) != 0
    xcb.xcb_disconnect(connection)
    return not broken
