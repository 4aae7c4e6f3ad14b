"""The question which picture to open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def ask_picture(parent: QWidget, folder: str) -> str:
    """Ask for a picture, at first in ``folder``; return "" for none."""
    translate = QCoreApplication.translate
    # Both cases, for systems that tell them apart: cameras write IMG_0001.JPG.
    endings = " ".join(f"*.{end} *.{end.upper()}" for end in ("png", "jpg", "jpeg", "bmp"))
    kinds = [
        translate("OpenImage", "Pictures ({0})").format(endings),
        translate("OpenImage", "All files (*)"),
    ]
    dialog = QFileDialog(parent, translate("OpenImage", "Open a picture"), folder, ";;".join(kinds))
    dialog.setObjectName("openImageDialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return chosen[0] if chosen else ""
