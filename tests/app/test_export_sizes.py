from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QMenu
from sketch import Sketch

from app import export
from app.graph_view.scene import Scene
from app.widgets import export_menu
from app.widgets.export_menu import ExportButton

WIDE = (11_000, 5_000)
"""The size of an expression of 124 operations."""


class Page:
    """A page that shows a sketch of any size."""

    def __init__(self) -> None:
        self.size: tuple[float, float] = (120, 60)

    def scene(self) -> Scene:
        return self.scene_at(1)

    def scene_at(self, position: int) -> Scene:
        return Sketch(position, self.size)

    def steps(self) -> int:
        return 2

    def trace(self) -> object:
        return object()

    def title(self) -> str:
        return "Sketch step 1"

    def pass_title(self) -> str:
        return "Sketch"

    def speed(self) -> float:
        return 4.0


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def button(qtbot, page: Page) -> Iterator[ExportButton]:
    button = ExportButton(page)  # type: ignore[arg-type]
    qtbot.addWidget(button)
    yield button
    button.stop()


def opened(button: ExportButton) -> QMenu:
    """Open the menu as a click does, and return its entries for PNG."""
    button.findChild(QMenu, "exportMenu").aboutToShow.emit()
    return button.findChild(QMenu, "exportPng")


def test_scales_of_too_many_pixels_are_not_offered_and_the_tooltip_says_why(
    button: ExportButton, page: Page
) -> None:
    page.size = WIDE
    entries = opened(button)
    assert entries.toolTipsVisible()
    assert [action.isEnabled() for action in entries.actions()] == [True, False, False, False]
    why = "Too large: at most 100 megapixels, 32,767 pixels a side. SVG has any size."
    assert entries.actions()[1].toolTip() == why
    assert entries.actions()[0].toolTip() != why
    page.size = (120, 60)
    assert all(action.isEnabled() for action in opened(button).actions())
    assert entries.actions()[1].toolTip() != why


def test_a_picture_that_can_not_be_encoded_is_never_said_to_be_saved(
    qtbot, button: ExportButton, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.png"
    path.write_text("old")
    monkeypatch.setattr(export_menu, "ask_path", lambda *_: str(path))
    monkeypatch.setattr(export, "picture", lambda *_: QImage())
    opened(button)
    with qtbot.waitSignal(button.failed) as failed, qtbot.assertNotEmitted(button.said):
        button.findChild(QAction, "exportPng1").trigger()
    why = "the picture is too large; choose a smaller scale, or SVG"
    assert failed.args == [f"mine.png can't be written: {why}."]
    assert path.read_text() == "old"


def test_a_picture_without_memory_for_it_is_not_said_to_be_copied(
    qtbot, button: ExportButton, monkeypatch: pytest.MonkeyPatch
) -> None:
    QGuiApplication.clipboard().setText("old")
    monkeypatch.setattr(export, "picture", lambda *_: QImage())
    with qtbot.waitSignal(button.failed) as failed, qtbot.assertNotEmitted(button.said):
        button.copy_picture()
    assert failed.args == ["The picture is too large to be copied: save it as SVG instead."]
    assert QGuiApplication.clipboard().text() == "old"
