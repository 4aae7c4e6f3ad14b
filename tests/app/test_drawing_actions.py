from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from digit_pictures import encoded, likeness, png, scan, shape_of
from drawing_lab import Lab, is_busy, open_lab, said
from handwriting import DIGITS, draw
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from app.images import image_of, load_picture
from app.widgets import drawing_actions

HINT = "Drag to draw, right-drag to erase."


@pytest.fixture
def lab(qtbot) -> Lab:
    return open_lab(qtbot)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "three.png"
    path.write_bytes(encoded(scan(3), "PNG"))
    return path


@pytest.fixture
def asked(monkeypatch) -> SimpleNamespace:
    """Stands for the dialogs: what they answer, and what they were asked."""
    asked = SimpleNamespace(path="", proposed="", folder="", replace=True)

    def to_save(parent, title, proposed, kind) -> str:
        asked.proposed = proposed
        return asked.path

    def to_open(parent, folder) -> str:
        asked.folder = folder
        return asked.path

    monkeypatch.setattr(drawing_actions, "ask_path", to_save)
    monkeypatch.setattr(drawing_actions, "ask_picture", to_open)
    monkeypatch.setattr(drawing_actions, "may_replace", lambda parent, name: asked.replace)
    return asked


# Opening.


@pytest.mark.parametrize("way", ["button", "keys"])
def test_a_picture_is_opened_and_can_be_taken_back(qtbot, lab, asked, file, way: str) -> None:
    draw(lab.canvas, DIGITS[1][0])
    before = lab.ink
    asked.path = str(file)
    lab.click("openImageButton") if way == "button" else lab.press("Ctrl+O")
    said(qtbot, lab, "three.png is on the canvas.")
    assert likeness(lab.ink, 3) > 0.97
    lab.canvas.drawing.undo()
    assert np.array_equal(lab.ink, before)
    lab.canvas.drawing.redo()
    lab.canvas.drawing.clear()
    assert not lab.ink.any()


@pytest.mark.parametrize("keys", ["Ctrl+O", "Ctrl+S"])
def test_where_the_folder_is_gone_the_dialogs_start_at_home(lab, asked, tmp_path, keys) -> None:
    draw(lab.canvas, DIGITS[1][0])
    lab.actions._folder = tmp_path / "gone"
    lab.press(keys)
    if keys == "Ctrl+O":
        assert asked.folder == str(Path.home())
    else:
        assert Path(asked.proposed).parent == Path.home()
        assert Path(asked.proposed).name == "chainlight-drawing.png"


def test_the_next_picture_is_looked_for_where_the_last_one_was(qtbot, lab, asked, file) -> None:
    asked.path = str(file)
    lab.press("Ctrl+O")
    said(qtbot, lab, "three.png")
    lab.press("Ctrl+O")
    assert asked.folder == str(file.parent)
    said(qtbot, lab, "three.png is on")


def test_opening_nothing_changes_nothing(lab, asked) -> None:
    draw(lab.canvas, DIGITS[1][0])
    before = lab.ink
    lab.click("openImageButton")
    assert np.array_equal(lab.ink, before)
    assert lab.notice == HINT


def test_a_picture_that_cannot_be_opened_leaves_the_drawing(qtbot, lab, asked, tmp_path) -> None:
    draw(lab.canvas, DIGITS[1][0])
    before = lab.ink
    asked.path = str(tmp_path / "huge.png")
    Path(asked.path).write_bytes(png(30_000, 30_000, b""))
    lab.press("Ctrl+O")
    said(qtbot, lab, "✗ huge.png has 30,000 × 30,000 pixels, too many")
    assert np.array_equal(lab.ink, before)


def test_of_two_pictures_the_last_one_asked_for_is_shown(qtbot, lab, asked, tmp_path) -> None:
    slow, quick = tmp_path / "slow.png", tmp_path / "quick.png"
    slow.write_bytes(encoded(scan(8).scaled(3000, 3000), "PNG"))
    quick.write_bytes(encoded(scan(2), "PNG"))
    for path in (slow, quick):
        asked.path = str(path)
        lab.press("Ctrl+O")
    said(qtbot, lab, "quick.png is on the canvas.")
    qtbot.waitUntil(lambda: not is_busy(), timeout=5000)
    assert likeness(lab.ink, 2) > 0.97


# The clipboard.


def test_what_was_copied_elsewhere_is_pasted(qtbot, lab) -> None:
    QGuiApplication.clipboard().setImage(scan(8))
    lab.press("Ctrl+V")
    said(qtbot, lab, "The picture is on the canvas.")
    assert likeness(lab.ink, 8) > 0.97


def test_a_file_that_was_copied_is_opened(qtbot, lab, file) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(mime)
    lab.press("Ctrl+V")
    said(qtbot, lab, "three.png is on the canvas.")


@pytest.mark.parametrize("held", ["3", None])
def test_without_a_picture_on_the_clipboard_one_is_told(lab, held: str | None) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear() if held is None else clipboard.setText(held)
    lab.press("Ctrl+V")
    assert lab.notice == "✗ There is no picture on the clipboard: copy one first."
    assert not lab.ink.any()


@pytest.mark.parametrize("way", ["button", "keys"])
def test_the_drawing_is_copied_as_it_is_seen(qtbot, lab, way: str) -> None:
    draw(lab.canvas, DIGITS[3][0])
    lab.click("copyDrawingButton") if way == "button" else lab.press("Ctrl+C")
    said(qtbot, lab, "The drawing is on the clipboard.")
    image = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_Grayscale8)
    expected = image_of(lab.canvas.drawing.marks)
    assert image == expected


def test_what_was_copied_can_be_pasted_again(qtbot, lab) -> None:
    draw(lab.canvas, DIGITS[5][0])
    before = shape_of(lab.ink)
    lab.press("Ctrl+C")
    said(qtbot, lab, "clipboard")
    lab.canvas.drawing.clear()
    lab.press("Ctrl+V")
    said(qtbot, lab, "The picture is on the canvas.")
    assert np.corrcoef(shape_of(lab.ink).ravel(), before.ravel())[0, 1] > 0.98


# Saving.


@pytest.mark.parametrize("way", ["button", "keys"])
def test_the_drawing_is_saved_as_png(qtbot, lab, asked, tmp_path, way: str) -> None:
    draw(lab.canvas, DIGITS[7][0])
    asked.path = str(tmp_path / "mine")
    lab.click("saveDrawingButton") if way == "button" else lab.press("Ctrl+S")
    said(qtbot, lab, "Saved as mine.png.")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.png"]
    image = QImage(str(tmp_path / "mine.png"))
    assert image.convertToFormat(QImage.Format.Format_Grayscale8) == image_of(
        lab.canvas.drawing.marks
    )
    assert load_picture(tmp_path / "mine.png").levels.any()


def test_the_name_that_is_proposed_says_what_was_read(lab, asked) -> None:
    draw(lab.canvas, DIGITS[7][0])
    lab.press("Ctrl+S")
    assert Path(asked.proposed).name == "chainlight-drawing.png"
    lab.actions.set_reading(SimpleNamespace(digit=7, probabilities=np.eye(10)[7]))
    lab.press("Ctrl+S")
    assert Path(asked.proposed).name == "chainlight-drawing-7.png"


def test_a_file_that_the_dialog_did_not_know_of_is_not_replaced_unasked(lab, asked, tmp_path):
    draw(lab.canvas, DIGITS[7][0])
    (tmp_path / "mine.png").write_bytes(b"old")
    asked.path, asked.replace = str(tmp_path / "mine"), False
    lab.press("Ctrl+S")
    assert not is_busy()
    assert (tmp_path / "mine.png").read_bytes() == b"old"


def test_where_it_cannot_be_saved_one_is_told(qtbot, lab, asked, tmp_path) -> None:
    draw(lab.canvas, DIGITS[7][0])
    asked.path = str(tmp_path / "gone" / "mine.png")
    lab.press("Ctrl+S")
    said(qtbot, lab, "✗ mine.png can't be written: its folder is not there.")


@pytest.mark.parametrize("keys", ["Ctrl+S", "Ctrl+C"])
def test_an_empty_canvas_is_neither_saved_nor_copied(lab, asked, keys: str) -> None:
    lab.press(keys)
    assert lab.notice == "✗ The canvas is empty: draw a digit first."
    assert asked.proposed == ""


def test_buttons_are_enabled_when_there_is_something_to_do(lab) -> None:
    names = ("copyDrawingButton", "saveDrawingButton")
    assert not any(lab.button(name).isEnabled() for name in names)
    draw(lab.canvas, DIGITS[1][0])
    assert all(lab.button(name).isEnabled() for name in names)
    lab.canvas.drawing.undo()
    assert not any(lab.button(name).isEnabled() for name in names)
