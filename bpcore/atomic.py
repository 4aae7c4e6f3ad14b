"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFTOVER_SECONDS = 3600.0
"""Age from which a temporary file is that of a program that was killed."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a new content for ``path``, which takes the place of the old one at the end.

    It goes to a temporary file beside it, and onto the disk, before the name is given to it. So at
    any time, however the program ends, ``path`` is the old content or the new one. If the block
    fails, it stays the old one. Temporary files of programs that were killed are cleared away.

    Raises
    ------
    OSError
        If it can't be written.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    clear_leftovers(path.parent, glob.escape(path.name))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def clear_leftovers(folder: Path, names: str = "*") -> None:
    """Delete old temporary files of files whose names match the pattern ``names``."""
    for leftover in folder.glob(f".{names}.*.part"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                leftover.unlink()
