"""Where a user's files are: downloads in the cache, saved runs among the data."""

from __future__ import annotations

import os
from pathlib import Path

APPLICATION = "chainlight"
CACHE_VARIABLE, DATA_VARIABLE = "CHAINLIGHT_CACHE_DIR", "CHAINLIGHT_DATA_DIR"
"""Environment variables that name other folders than the usual ones of the system."""


class FolderError(Exception):
    """The usual folders of this system can't be found; the text says what to do."""


def cache() -> Path:
    """Return the folder for what can be had again; it need not exist.

    Raises
    ------
    FolderError
        If the package platformdirs, which knows where it is, is not installed.
    """
    return _folder(CACHE_VARIABLE, "user_cache_dir")


def data() -> Path:
    """Return the folder for what must not be lost; it need not exist.

    Raises
    ------
    FolderError
        If the package platformdirs, which knows where it is, is not installed.
    """
    return _folder(DATA_VARIABLE, "user_data_dir")


def _folder(variable: str, usual: str) -> Path:
    named = os.environ.get(variable)
    if named:
        return Path(named)
    try:
        import platformdirs  # here, so that the engine needs nothing but NumPy to train
    except ImportError as error:
        raise FolderError(
            f"Without the package platformdirs the folder must be named: install it, or set "
            f"{variable}"
        ) from error
    folder: str = getattr(platformdirs, usual)(APPLICATION, appauthor=False)
    return Path(folder)
