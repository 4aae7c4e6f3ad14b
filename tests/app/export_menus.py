"""The menu of a run's exports as a test uses it: a file dialog that answers, entries, files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.widgets.run_export_menu import RunExportButton

ENTRIES = (
    ("runExportCsv", ".csv"),
    ("runExportPngLight", ".png"),
    ("runExportPngDark", ".png"),
    ("runExportSvgLight", ".svg"),
    ("runExportSvgDark", ".svg"),
    ("runExportWeights", ".npz"),
    ("runExportScript", ".py"),
    ("runExportReport", ".html"),
    ("runExportFile", ".chainlight"),
)


class Asked:
    """Stands for the file dialog: answers with the proposed name in ``folder``, or with nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder: Path | None = folder
        self.proposed: list[Path] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, parent: QWidget, title: str, proposed: str, kind: str) -> str:
        assert f"*{Path(proposed).suffix})" in kind
        self.proposed.append(Path(proposed))
        self.meanwhile()
        return "" if self.folder is None else str(self.folder / Path(proposed).name)


def entry(button: RunExportButton, name: str) -> QAction:
    """Return an entry as the open menu has it."""
    button.findChild(QMenu, "runExportMenu").aboutToShow.emit()
    action = button.findChild(QAction, name)
    return action if action is not None else button.findChild(QMenu, name).menuAction()


def save(qtbot, button: RunExportButton, name: str) -> Path:
    """Choose an entry, and return the file once it is said to be there."""
    # The thread of the last file may still be ending when it is said to be there.
    qtbot.waitUntil(lambda: entry(button, name).isEnabled())
    action = entry(button, name)
    with qtbot.waitSignal(button.said) as said:
        action.trigger()
    path = button.folder / said.args[0].removeprefix("Saved as ").removesuffix(".")
    assert path.exists()
    return path


def texts_of(svg: Path) -> list[str]:
    found = ElementTree.fromstring(svg.read_text("utf-8")).iter("{http://www.w3.org/2000/svg}text")
    return [element.text or "" for element in found]
