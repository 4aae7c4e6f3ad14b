from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QMenu
from sketch import Sketch

from app import export, export_gif
from app.graph_view.scene import Scene
from app.widgets import saving_button
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
    monkeypatch.setattr(saving_button, "ask_path", lambda *_: str(path))
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


def test_a_pass_of_wide_pictures_becomes_a_smaller_gif(
    qtbot, button: ExportButton, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.size = (2_400, 1_200)
    monkeypatch.setattr(export_gif, "STEP_SECONDS", 0.01)
    monkeypatch.setattr(saving_button, "ask_path", lambda *_: str(tmp_path / "mine.gif"))
    with qtbot.waitSignal(button.said, timeout=20_000):
        button.save_gif()
    header = (tmp_path / "mine.gif").read_bytes()[:10]
    across, down = (int.from_bytes(header[at : at + 2], "little") for at in (6, 8))
    assert across * down == pytest.approx(export_gif.MOST_PIXELS, rel=0.01)
    assert across / down == pytest.approx((2_400 + 32) / (1_200 + 32), rel=0.01)


def test_what_could_not_be_read_in_a_gif_is_refused_before_a_name_is_asked_for(
    qtbot, button: ExportButton, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(saving_button, "ask_path", lambda *given: asked.append(given) or "")
    page.size = WIDE
    with qtbot.waitSignal(button.failed) as failed:
        button.save_gif()
    expected = "The picture is too large for a GIF: save it as PNG or SVG instead."
    assert failed.args == [expected]
    assert not asked


def test_the_largest_picture_of_a_pass_decides_on_the_scale() -> None:
    assert export_gif.gif_scale([Sketch()]) == 1
    assert export_gif.gif_scale([Sketch(), Sketch(size=(4_000, 2_000))]) == 0.5
    assert export_gif.gif_scale([Sketch(), Sketch(size=(4_000, 2_010))]) is None
