"""The questions which run to open, and where to save one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from app import export
from app.run_names import file_name
from app.widgets.saving_button import ask_path, folder_or_home, may_replace
from bpcore.run_file import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


class RunDialogs:
    """Asks for files of runs; the folder of the last answer is proposed next."""

    def __init__(self) -> None:
        place = QStandardPaths.StandardLocation.DocumentsLocation
        self._folder = Path(QStandardPaths.writableLocation(place))

    def ask_open(self, parent: QWidget) -> Path | None:
        """Return which run to open; None for none."""
        kinds = [_translate("Runs (*{0})").format(SUFFIX), _translate("All files (*)")]
        folder = str(folder_or_home(self._folder))
        dialog = QFileDialog(parent, _translate("Open a run"), folder, ";;".join(kinds))
        dialog.setObjectName("openRunDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        chosen = dialog.selectedFiles() if dialog.exec() else []
        dialog.deleteLater()
        return self._remembered(Path(chosen[0])) if chosen else None

    def ask_save(self, parent: QWidget, name: str) -> Path | None:
        """Return where to save the run ``name``; None for nowhere."""
        proposed = str(folder_or_home(self._folder) / file_name(name, SUFFIX))
        kind = _translate("Runs (*{0})").format(SUFFIX)
        chosen = ask_path(parent, _translate("Save the run"), proposed, kind)
        if not chosen:
            return None
        path = Path(export.with_suffix(chosen, SUFFIX))
        if path != Path(chosen) and path.exists() and not may_replace(parent, path.name):
            return None
        return self._remembered(path)

    def ask_folder(self, parent: QWidget, names: Sequence[str]) -> tuple[Path, ...]:
        """Return where to save the runs ``names``, beside what there is; nothing for nowhere."""
        folder = str(folder_or_home(self._folder))
        dialog = QFileDialog(parent, _translate("Save the runs in a folder"), folder)
        dialog.setObjectName("saveRunsDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        chosen = dialog.selectedFiles() if dialog.exec() else []
        dialog.deleteLater()
        return _free_paths(Path(chosen[0]), names) if chosen else ()

    def _remembered(self, path: Path) -> Path:
        self._folder = path.parent
        return path


def _free_paths(folder: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """Return a path in ``folder`` for each of the runs, of which none is there yet."""
    paths: list[Path] = []
    for name in names:
        path, number = folder / file_name(name, SUFFIX), 1
        while path in paths or path.exists():
            number += 1
            path = folder / file_name(f"{name} {number}", SUFFIX)
        paths.append(path)
    return tuple(paths)


def _translate(text: str) -> str:
    return QCoreApplication.translate("RunDialogs", text)
