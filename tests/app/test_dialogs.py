"""The dialogs of Qt, which are seen where the desktop has none of its own: can they be read?"""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QListView, QTreeView, QWidget

from app import theme

EACH_THEME = pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)


@pytest.fixture
def dialog(qtbot, tmp_path: Path) -> QFileDialog:
    (tmp_path / "b.png").write_bytes(b"")
    dialog = QFileDialog(None, "Open a picture", str(tmp_path))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    qtbot.addWidget(dialog)
    dialog.resize(760, 440)
    dialog.show()
    files = dialog.findChild(QTreeView, "treeView")
    qtbot.waitUntil(lambda: files.model().rowCount(files.rootIndex()) == 1)
    return dialog


def paper(widget: QWidget) -> str:
    """The colour at the lower right, where nothing is written."""
    image = widget.grab().toImage()
    return image.pixelColor(image.width() - 3, image.height() - 3).name().upper()


def ink(widget: QWidget) -> str:
    return widget.palette().color(widget.foregroundRole()).name().upper()


@EACH_THEME
def test_the_lists_of_a_file_dialog_have_the_colours_of_the_theme(qapp, dialog, colors) -> None:
    theme.apply(qapp, colors)
    files, places = dialog.findChild(QTreeView, "treeView"), dialog.findChild(QListView, "sidebar")
    for widget, surface in (
        (files.viewport(), colors.surface_1),
        (places.viewport(), colors.surface_1),
        (files.header().viewport(), colors.surface_2),
    ):
        assert paper(widget) == surface
    for view in (files, places):
        assert ink(view) == colors.text_1


@EACH_THEME
def test_what_a_file_dialog_proposes_can_be_read(qtbot, qapp: QApplication, dialog, colors) -> None:
    theme.apply(qapp, colors)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setFocus()
    QTest.keyClicks(line, "b")
    popup = line.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    assert paper(popup.viewport()) == colors.surface_1
    assert ink(popup) == colors.text_1
    popup.hide()


@EACH_THEME
def test_the_file_that_is_chosen_is_marked(qapp, dialog, colors) -> None:
    theme.apply(qapp, colors)
    files = dialog.findChild(QTreeView, "treeView")
    index = files.model().index(0, 0, files.rootIndex())
    place = files.visualRect(index)
    QTest.mouseClick(files.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    QTest.mouseMove(files.viewport(), QPoint(5, 300))
    image = files.viewport().grab().toImage()
    assert image.pixelColor(place.right() - 4, place.top() + 3).name().upper() == colors.surface_3
