"""The row below the canvas: what it says, and what can be dropped on the canvas."""

from pathlib import Path

import pytest
from digit_pictures import encoded, likeness, scan
from drawing_lab import LEFT, Lab, open_lab, said
from handwriting import DIGITS, draw
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLabel

from app.widgets.notice_line import NoticeLine
from app.widgets.open_dialog import ask_picture

HINT = "Drag to draw, right-drag to erase."
BUTTONS = ("openImageButton", "copyDrawingButton", "saveDrawingButton", "galleryButton")


@pytest.fixture
def lab(qtbot) -> Lab:
    return open_lab(qtbot)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "three.png"
    path.write_bytes(encoded(scan(3), "PNG"))
    return path


# Dragging and dropping.


def over(lab: Lab, mime: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QGuiApplication.sendEvent(lab.canvas, event)
    return event


def drop(lab: Lab, mime: QMimeData) -> QDropEvent:
    event = QDropEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QGuiApplication.sendEvent(lab.canvas, event)
    return event


def accent_pixels(lab: Lab) -> int:
    image = lab.canvas.grab().toImage()
    points = ((x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
    colors = (image.pixelColor(x, y) for x, y in points)
    return sum(c.green() > 150 and c.red() < 90 for c in colors)


def test_a_file_that_is_dropped_is_opened(qtbot, lab, file) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    assert over(lab, mime).isAccepted()
    assert drop(lab, mime).isAccepted()
    said(qtbot, lab, "three.png is on the canvas.")
    assert likeness(lab.ink, 3) > 0.97


def test_the_canvas_shows_where_a_picture_would_go(lab) -> None:
    mime = QMimeData()
    mime.setImageData(scan(3))
    assert accent_pixels(lab) == 0
    over(lab, mime)
    assert accent_pixels(lab) > 100
    QGuiApplication.sendEvent(lab.canvas, QDragLeaveEvent())
    assert accent_pixels(lab) == 0


def test_text_can_not_be_dropped(lab) -> None:
    mime = QMimeData()
    mime.setText("3")
    assert not over(lab, mime).isAccepted()
    assert accent_pixels(lab) == 0


def test_a_picture_from_the_web_must_be_saved_first(qtbot, lab) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/3.png")])
    over(lab, mime)
    drop(lab, mime)
    said(qtbot, lab, "✗ The picture is on the web: save it first, then open the file.")


def test_a_drag_that_only_promised_a_picture_is_not_passed_over_in_silence(lab) -> None:
    mime = QMimeData()
    mime.setImageData(QImage())
    assert over(lab, mime).isAccepted()
    assert not drop(lab, mime).isAccepted()
    assert lab.notice == "✗ What was dropped holds no picture: drop a PNG, JPEG or BMP."
    assert accent_pixels(lab) == 0


# The line.


def test_a_notice_goes_at_the_next_stroke(lab) -> None:
    lab.press("Ctrl+C")
    assert lab.notice != HINT
    draw(lab.canvas, DIGITS[1][0])
    assert lab.notice == HINT


def test_a_notice_goes_by_itself(qtbot, lab, monkeypatch) -> None:
    line = lab.findChild(NoticeLine, "drawingNotice")
    line._pause.setInterval(10)
    lab.press("Ctrl+C")
    assert line.is_notice
    qtbot.waitUntil(lambda: lab.notice == HINT, timeout=2000)


def test_what_went_wrong_is_rose_and_has_a_cross_and_is_read_aloud(lab) -> None:
    line = lab.findChild(NoticeLine, "drawingNotice")
    line.complain("A very long name of a picture.png is broken: choose another picture.")
    assert line.property("tone") == "fail"
    assert line.text() == line.accessibleDescription()
    assert line.text().startswith("✗ ")
    line.forget()
    assert line.property("tone") == "3"


def bubble(lab: Lab) -> QLabel:
    return lab.canvas.findChild(QLabel, "noticeBubble")


LONG = "notimage.png is no picture that can be opened: choose a PNG, JPEG or BMP."


@pytest.mark.parametrize("width", [300, 384, 460])
def test_what_is_too_long_for_the_line_is_whole_over_the_canvas(qtbot, qapp, width) -> None:
    lab = open_lab(qtbot, width)
    lab.findChild(NoticeLine, "drawingNotice").complain(LONG)
    qapp.processEvents()
    shown = bubble(lab)
    assert shown.isVisible()
    assert shown.text() == f"✗ {LONG}"
    assert shown.height() >= shown.heightForWidth(shown.width())
    assert lab.canvas.rect().contains(shown.geometry())
    lab.resize(width + 40, width + 140)
    qapp.processEvents()
    assert lab.canvas.height() - shown.geometry().bottom() < 12
    draw(lab.canvas, DIGITS[1][0])
    assert not shown.isVisible()


def test_what_fits_the_line_needs_no_more(qtbot, qapp) -> None:
    lab = open_lab(qtbot, 384)
    line = lab.findChild(NoticeLine, "drawingNotice")
    qapp.processEvents()
    line.complain("It failed.")
    assert not bubble(lab).isVisible()
    line.complain(LONG)
    assert bubble(lab).isVisible()
    line.say("It is done.")
    assert not bubble(lab).isVisible()


def test_a_hint_that_is_too_long_is_cut_and_floats_nowhere(qtbot, qapp) -> None:
    lab = open_lab(qtbot, 300)
    qapp.processEvents()
    assert lab.notice == HINT
    assert not bubble(lab).isVisible()


def test_a_stroke_under_the_bubble_is_drawn(qtbot, qapp) -> None:
    lab = open_lab(qtbot, 384)
    lab.findChild(NoticeLine, "drawingNotice").complain(LONG)
    qapp.processEvents()
    place = lab.mapFromGlobal(bubble(lab).mapToGlobal(bubble(lab).rect().center()))
    assert lab.childAt(place) is lab.canvas


@pytest.mark.parametrize("width", [300, 384, 560])
def test_all_buttons_are_in_the_row_at_any_width(qtbot, qapp, width: int) -> None:
    lab = open_lab(qtbot, width)
    qapp.processEvents()
    assert lab.width() == width
    boxes = [lab.button(name).geometry() for name in BUTTONS]
    line = lab.findChild(QLabel, "drawingNotice").geometry()
    assert line.width() >= 80
    for i, box in enumerate([line, *boxes]):
        assert lab.actions.rect().contains(box)
        assert not any(box.intersects(other) for other in boxes[i:])


@pytest.mark.parametrize("name", BUTTONS)
def test_every_button_has_a_name_for_everyone_and_its_key(lab, name: str) -> None:
    button = lab.button(name)
    assert button.accessibleName()
    assert "Ctrl+" in button.toolTip()
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_dialog_offers_what_can_be_opened(qtbot, lab, monkeypatch, tmp_path) -> None:
    shown = []

    def run(dialog: QFileDialog) -> int:
        shown.extend(dialog.nameFilters())
        dialog.selectFile(str(tmp_path / "three.png"))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", run)
    (tmp_path / "three.png").write_bytes(b"")
    assert ask_picture(lab, str(tmp_path)) == str(tmp_path / "three.png")
    assert all(end in shown[0] for end in ("*.png", "*.JPG", "*.jpeg", "*.bmp"))
    QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
