from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from passes import a_frame, a_pass
from pictures import pixels
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import export, theme
from app.graph_view.network_scene import NetworkScene
from app.graph_view.scene import Scene
from app.widgets import saving_button
from app.widgets.export_menu import ExportButton
from app.widgets.export_progress import ExportProgress
from app.widgets.export_saving import Saving
from bpcore.graph.trace import Trace

SIZE = (480, 300)


class Page:
    """A page that shows the last steps of a pass, quickly."""

    def __init__(self) -> None:
        self.shown: Trace | None = a_pass(units=10)
        self.count = 2

    def scene(self) -> Scene | None:
        return None if self.shown is None else self.scene_at(1)

    def scene_at(self, position: int) -> Scene:
        assert self.shown is not None
        return NetworkScene(a_frame(self.shown, 9 + position, size=SIZE))

    def steps(self) -> int:
        return self.count

    def trace(self) -> Trace | None:
        return self.shown

    def title(self) -> str:
        return "Relu1 step 10"

    def pass_title(self) -> str:
        return "Relu1"

    def speed(self) -> float:
        return 4.0


class Asked:
    """Stands for the file dialog: notes what it was asked and answers with ``path``."""

    def __init__(self) -> None:
        self.path = ""
        self.proposed: list[str] = []
        self.replaces = True
        self.meanwhile: Callable[[], object] = lambda: None
        self.doubted: list[str] = []

    def ask_path(self, parent: QWidget, title: str, proposed: str, kind: str) -> str:
        self.proposed.append(proposed)
        self.meanwhile()
        return self.path

    def may_replace(self, parent: QWidget, name: str) -> bool:
        self.doubted.append(name)
        return self.replaces


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr(saving_button, "ask_path", asked.ask_path)
    monkeypatch.setattr(saving_button, "may_replace", asked.may_replace)
    return asked


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def window(qtbot, page: Page) -> Iterator[QWidget]:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    button = ExportButton(page)
    column.addWidget(button)
    column.addWidget(ExportProgress(button))
    window.show()
    yield window
    button.stop()


@pytest.fixture
def button(window: QWidget) -> ExportButton:
    button = window.findChild(ExportButton, "exportPictureButton")
    assert button is not None
    return button


def choose(button: ExportButton, name: str) -> None:
    """Do what a click on the entry ``name`` does."""
    menu = button.findChild(QMenu, "exportMenu")
    menu.aboutToShow.emit()
    action = button.findChild(QAction, name)
    assert action.isEnabled()
    action.trigger()


def test_the_button_and_all_entries_can_be_named(button: ExportButton) -> None:
    assert button.accessibleName() == "Export"
    menu = button.findChild(QMenu, "exportMenu")
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions() if not a.isSeparator()] == [
        "Copy picture",
        "Save picture as PNG",
        "Save picture as SVG…",
        "Save the pass as GIF…",
        "Save the trace as JSON…",
    ]
    sizes = [a.text() for a in button.findChild(QMenu, "exportPng").actions()]
    assert sizes[1:3] == ["2×: 1,024 × 664 pixels…", "3×: 1,536 × 996 pixels…"]


def test_keys_copy_the_picture(qtbot, button: ExportButton, window: QWidget, page: Page) -> None:
    QGuiApplication.clipboard().clear()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(button.said):
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(window, Qt.Key.Key_C, modifiers)
    image = QGuiApplication.clipboard().image()
    expected = export.picture(export.Framed(page.scene()), theme.DARK)
    np.testing.assert_array_equal(pixels(image), pixels(expected))


def test_the_dialog_proposes_a_name_and_adds_the_suffix(
    window: QWidget, qapp: QApplication, tmp_path: Path
) -> None:
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    seen: list[str] = []

    def answer() -> None:
        dialog = window.findChild(QFileDialog, "exportDialog")
        name = dialog.findChild(QLineEdit)
        seen.append(name.text())
        name.setText("mine")
        dialog.accept()

    QTimer.singleShot(0, answer)
    proposed = str(tmp_path / "chainlight-relu1.svg")
    path = saving_button.ask_path(window, "Save picture", proposed, "SVG picture (*.svg)")
    assert seen == ["chainlight-relu1.svg"]
    assert Path(path) == tmp_path / "mine.svg"


def test_a_png_is_saved_in_the_size_chosen(
    qtbot, button: ExportButton, asked: Asked, tmp_path: Path
) -> None:
    asked.path = str(tmp_path / "mine.png")
    with qtbot.waitSignal(button.said) as said:
        choose(button, "exportPng3")
    assert said.args == ["Saved as mine.png."]
    assert QImage(asked.path).size() == QSize(1536, 996)
    assert Path(asked.proposed[0]).name == "chainlight-relu1-step-10.png"


def test_the_window_s_theme_is_that_of_the_picture(
    qtbot, qapp, button: ExportButton, asked: Asked, tmp_path: Path
) -> None:
    theme.apply(qapp, theme.LIGHT)
    asked.path = str(tmp_path / "mine.png")
    with qtbot.waitSignal(button.said):
        choose(button, "exportPng1")
    assert QImage(asked.path).pixelColor(0, 0).name().upper() == theme.LIGHT.surface_1


@pytest.mark.parametrize("name", ["exportPng1", "exportSvg", "exportGif", "exportJson"])
def test_who_cancels_the_dialog_saves_nothing(
    button: ExportButton, asked: Asked, tmp_path: Path, name: str
) -> None:
    choose(button, name)
    assert (len(asked.proposed), button.folder) == (1, None)
    assert not button.findChildren(Saving)


@pytest.mark.parametrize(
    ("name", "suffix", "title", "begin"),
    [
        ("exportSvg", ".svg", "chainlight-relu1-step-10.svg", b"<?xml"),
        ("exportJson", ".json", "chainlight-relu1.json", b"{"),
        ("exportGif", ".gif", "chainlight-relu1.gif", b"GIF89a"),
    ],
)
def test_a_missing_suffix_is_added_and_the_folder_remembered(
    qtbot, button: ExportButton, asked: Asked, tmp_path: Path, name: str, suffix: str, title: str,
    begin: bytes,
) -> None:  # fmt: skip
    asked.path = str(tmp_path / "mine")
    with qtbot.waitSignal(button.said) as said:
        choose(button, name)
    assert said.args == [f"Saved as mine{suffix}."]
    assert (tmp_path / f"mine{suffix}").read_bytes().startswith(begin)
    assert Path(asked.proposed[0]).name == title
    asked.path = ""
    choose(button, "exportSvg")
    assert Path(asked.proposed[1]).parent == tmp_path


def test_a_file_that_the_dialog_did_not_know_of_is_not_replaced_unasked(
    button: ExportButton, asked: Asked, tmp_path: Path
) -> None:
    (tmp_path / "mine.v2.svg").write_text("old")
    asked.path, asked.replaces = str(tmp_path / "mine.v2"), False
    choose(button, "exportSvg")
    button.stop()
    assert asked.doubted == ["mine.v2.svg"]
    assert (tmp_path / "mine.v2.svg").read_text() == "old"


def test_a_failure_is_told_in_one_sentence(
    qtbot, button: ExportButton, asked: Asked, tmp_path: Path
) -> None:
    asked.path = str(tmp_path / "gone" / "mine.png")
    with qtbot.waitSignal(button.failed) as failed:
        choose(button, "exportPng1")
    assert failed.args == ["mine.png can't be written: its folder is not there."]
    assert list(tmp_path.iterdir()) == []


def test_without_a_picture_there_is_nothing_to_save(button: ExportButton, page: Page) -> None:
    page.shown, menu = None, button.findChild(QMenu, "exportMenu")
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions() if a.isEnabled() and not a.isSeparator()] == [
        "Copy picture"  # its keys must wake up again without the menu
    ]
    button.copy_picture()
    button.save_png(1)


def test_a_gif_shows_how_far_it_is(
    qtbot, window: QWidget, button: ExportButton, asked: Asked, tmp_path: Path
) -> None:
    row = window.findChild(ExportProgress)
    assert not row.isVisible()
    texts: list[str] = []

    def look(done: int, _total: int) -> None:
        assert row.isVisible()
        texts.append(row.findChild(QLabel, "exportProgressText").text())
        assert row.findChild(QProgressBar).value() == done

    button.progress.connect(look)
    asked.path = str(tmp_path / "mine.gif")
    with qtbot.waitSignal(button.ended):
        choose(button, "exportGif")
        button.findChild(QMenu, "exportMenu").aboutToShow.emit()
        assert not button.findChild(QAction, "exportGif").isEnabled()
    assert texts == [f"Writing GIF: frame {n} of 14" for n in range(15)]
    assert not row.isVisible()
    button.findChild(QMenu, "exportMenu").aboutToShow.emit()
    assert button.findChild(QAction, "exportGif").isEnabled()


def test_a_gif_can_be_cancelled(
    qtbot, window: QWidget, button: ExportButton, asked: Asked, page: Page, tmp_path: Path
) -> None:
    page.count = 5
    asked.path = str(tmp_path / "mine.gif")
    cancel = window.findChild(QPushButton, "exportCancel")
    with qtbot.waitSignal(button.ended), qtbot.assertNotEmitted(button.said):
        choose(button, "exportGif")
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not cancel.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_a_gif_stays_with_its_pass_when_the_page_shows_another(
    qtbot, button: ExportButton, asked: Asked, page: Page, tmp_path: Path
) -> None:
    asked.path = str(tmp_path / "mine.gif")
    asked.meanwhile = lambda: setattr(page, "shown", None)
    with qtbot.waitSignal(button.said):
        choose(button, "exportGif")
    assert (tmp_path / "mine.gif").exists()
