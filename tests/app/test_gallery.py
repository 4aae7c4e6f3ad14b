from types import SimpleNamespace

import numpy as np
import pictures
import pytest
from digit_pictures import encoded, scan
from drawing_lab import LEFT, Lab, open_lab, said
from handwriting import DIGITS, draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app import theme
from app.images import Offer
from app.strokes import Point, Stroke
from app.widgets.gallery import GalleryList
from app.widgets.gallery_entries import MOST_KEPT, Gallery, Kept
from app.widgets.gallery_tile import INSET, SIDE, TILE, draw_tile
from bpcore.datasets.drawing import prepare


@pytest.fixture
def lab(qtbot) -> Lab:
    return open_lab(qtbot)


def write(lab: Lab, digit: int, probability: float | None = 0.9) -> None:
    """Draw a digit, and let the page tell that it was read."""
    draw(lab.canvas, DIGITS[digit][0])
    read(lab, digit, probability)


def read(lab: Lab, digit: int, probability: float | None) -> None:
    if probability is None:
        lab.actions.set_reading(None)
    else:
        probabilities = np.full(10, (1 - probability) / 9)
        probabilities[digit] = probability
        lab.actions.set_reading(SimpleNamespace(digit=digit, probabilities=probabilities))


def kept(lab: Lab) -> list[tuple[str, str]]:
    return [(entry.reading, entry.certainty) for entry in lab.actions.gallery.entries]


def opened(lab: Lab) -> GalleryList:
    lab.click("galleryButton")
    QApplication.processEvents()
    panel = lab.findChild(QWidget, "galleryPanel")
    assert panel.isVisible()
    return panel.findChild(GalleryList, "galleryList")


def click(entries: GalleryList, row: int) -> None:
    place = entries.visualItemRect(entries.item(row)).center()
    QTest.mouseClick(entries.viewport(), LEFT, pos=place)


def three_kept(lab: Lab) -> None:
    for digit, probability in ((3, 0.982), (7, 0.6), (1, None)):
        write(lab, digit, probability)
        lab.press("Delete")


# What is kept.


def test_a_drawing_that_is_cleared_is_kept_with_what_was_read(lab: Lab) -> None:
    write(lab, 3, 0.982)
    image = prepare(lab.ink).image
    lab.click("clearButton")
    assert kept(lab) == [("3", "98.2\N{THIN SPACE}%")]
    assert np.array_equal(lab.actions.gallery.entries[0].image, image)
    assert lab.button("galleryButton").text() == "1"


def test_the_newest_comes_first_and_what_was_not_read_has_a_dash(lab: Lab) -> None:
    three_kept(lab)
    assert [reading for reading, _ in kept(lab)] == ["—", "7", "3"]
    assert kept(lab)[0] == ("—", "—")


def test_a_drawing_that_makes_room_for_a_picture_is_kept(qtbot, lab: Lab) -> None:
    write(lab, 7)
    lab.actions.open_offer(Offer(encoded(scan(2), "PNG"), "two.png"))
    said(qtbot, lab, "two.png is on")
    assert kept(lab)[0][0] == "7"
    read(lab, 2, 0.5)
    lab.press("Delete")
    assert [reading for reading, _ in kept(lab)] == ["2", "7"]


def test_an_empty_canvas_is_not_kept(lab: Lab) -> None:
    lab.press("Delete")
    draw(lab.canvas, DIGITS[1][0])
    lab.press("Ctrl+Z")
    lab.press("Delete")
    assert kept(lab) == []
    assert lab.button("galleryButton").text() == ""


def test_a_drawing_that_is_cleared_twice_is_kept_once_as_it_was_read_last(lab: Lab) -> None:
    write(lab, 3, 0.5)
    lab.press("Delete")
    write(lab, 7)
    lab.press("Delete")
    for _ in range(3):
        lab.press("Ctrl+Z")
    read(lab, 8, 0.7)
    lab.press("Delete")
    assert [reading for reading, _ in kept(lab)] == ["8", "7"]


def test_sixty_are_kept_and_the_oldest_goes() -> None:
    gallery = Gallery()
    entries = [
        Kept((Stroke((Point(i / 100, 0.5),), 0.1),), np.zeros((28, 28), np.uint8), i % 10, 1.0)
        for i in range(MOST_KEPT + 5)
    ]
    for entry in entries:
        gallery.keep(entry)
    assert gallery.entries == tuple(entries[:4:-1])


# The panel.


def test_without_drawings_it_says_how_one_comes_in(lab: Lab) -> None:
    opened_list = opened(lab)
    assert not opened_list.isVisible()
    text = lab.findChild(QLabel, "galleryEmpty")
    assert text.isVisible()
    assert text.text() == "A drawing is kept here when you clear it or open another."
    panel = lab.findChild(QWidget, "galleryPanel")
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_a_click_puts_a_drawing_back_and_keeps_the_present_one(lab: Lab) -> None:
    write(lab, 3)
    three = lab.canvas.drawing.marks
    ink = lab.ink
    lab.press("Delete")
    write(lab, 7)
    seven = lab.canvas.drawing.marks
    click(opened(lab), 0)
    assert lab.canvas.drawing.marks == three
    assert np.array_equal(lab.ink, ink)
    assert [reading for reading, _ in kept(lab)] == ["7", "3"]
    assert not lab.findChild(QWidget, "galleryPanel").isVisible()
    lab.canvas.drawing.undo()
    assert lab.canvas.drawing.marks == seven
    draw(lab.canvas, DIGITS[1][0])
    assert len(lab.canvas.drawing.marks) == len(seven) + 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_the_keyboard_chooses_too(lab: Lab, key: Qt.Key) -> None:
    three_kept(lab)
    lab.press("Ctrl+G")
    entries = lab.findChild(GalleryList, "galleryList")
    assert entries.isVisible()
    assert entries.currentRow() == 0
    QTest.keyClick(entries, Qt.Key.Key_Right)
    wanted = lab.actions.gallery.entries[1]
    QTest.keyClick(entries, key)
    assert lab.canvas.drawing.marks == wanted.marks
    assert lab.canvas.hasFocus()


@pytest.mark.parametrize("way", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace, "button"])
def test_a_drawing_can_be_removed(lab: Lab, way) -> None:
    three_kept(lab)
    entries = opened(lab)
    QTest.keyClick(entries, Qt.Key.Key_Right)
    if way == "button":
        QTest.mouseClick(lab.button("galleryRemove"), LEFT)
    else:
        QTest.keyClick(entries, way)
    assert [reading for reading, _ in kept(lab)] == ["—", "3"]
    assert entries.count() == 2
    assert entries.currentRow() == 1
    assert lab.button("galleryButton").text() == "2"
    assert not lab.ink.any()
    lab.findChild(QWidget, "galleryPanel").close()


def test_removing_the_last_one_leaves_the_sentence(lab: Lab) -> None:
    write(lab, 3)
    lab.press("Delete")
    entries = opened(lab)
    QTest.keyClick(entries, Qt.Key.Key_Delete)
    assert lab.findChild(QLabel, "galleryEmpty").isVisible()
    assert lab.button("galleryButton").text() == ""
    lab.findChild(QWidget, "galleryPanel").close()


def test_a_click_beside_the_panel_closes_it(lab: Lab) -> None:
    three_kept(lab)
    opened(lab)
    panel = lab.findChild(QWidget, "galleryPanel")
    QTest.mouseClick(panel, LEFT, pos=QPoint(-50, -50))
    assert not panel.isVisible()
    assert len(kept(lab)) == 3


def test_the_panel_is_inside_the_screen(lab: Lab) -> None:
    three_kept(lab)
    for place in (QPoint(0, 0), QPoint(700, 500)):
        lab.move(place)
        opened(lab)
        panel = lab.findChild(QWidget, "galleryPanel")
        assert lab.screen().availableGeometry().contains(panel.geometry())
        panel.close()


def test_every_drawing_says_what_it_is_to_a_screen_reader(lab: Lab) -> None:
    three_kept(lab)
    entries = opened(lab)
    said = [
        entries.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(entries.count())
    ]
    assert said == ["—, —", "7, 60.0\N{THIN SPACE}%", "3, 98.2\N{THIN SPACE}%"]
    for name in ("galleryPanel", "galleryList", "galleryRemove"):
        assert lab.findChild(QWidget, name).accessibleName()
    lab.findChild(QWidget, "galleryPanel").close()


@pytest.mark.parametrize("count", [1, 5, 6, 16])
def test_five_are_side_by_side_and_three_rows_are_seen(lab: Lab, count: int) -> None:
    for i in range(count):
        marks = (Stroke((Point(i / 20, 0.5),), 0.1),)
        lab.actions.gallery.keep(Kept(marks, np.zeros((28, 28), np.uint8), 1, 0.5))
    entries = opened(lab)
    boxes = [entries.visualItemRect(entries.item(row)) for row in range(count)]
    assert len({box.y() for box in boxes}) == -(-count // 5)
    seen = [box for box in boxes if entries.viewport().rect().contains(box)]
    assert len(seen) == min(count, 15)
    lab.findChild(QWidget, "galleryPanel").close()


# Looks.


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_image_is_shown_without_smoothing(qapp, ratio: int) -> None:
    levels = np.random.default_rng(0).integers(0, 2, (28, 28)).astype(np.uint8) * 255
    image = QImage(TILE * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    draw_tile(painter, image.rect(), Kept((), levels), theme.DARK)
    painter.end()
    picture = image.copy(INSET * ratio, INSET * ratio, SIDE * ratio, SIDE * ratio)
    pixels = pictures.pixels(picture)[..., 0]
    blocks = pixels.reshape(28, 2 * ratio, 28, 2 * ratio)
    assert (blocks.max(axis=(1, 3)) == blocks.min(axis=(1, 3))).all()
    assert ((blocks[:, 0, :, 0] > 127) == (levels > 127)).all()


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_the_panel_looks_as_approved(qapp, lab: Lab, colors: theme.Theme) -> None:
    theme.apply(qapp, colors)
    for digit in range(10):
        write(lab, digit, 0.4 + 0.06 * digit)
        lab.press("Delete")
    opened(lab)
    panel = lab.findChild(QWidget, "galleryPanel")
    QApplication.processEvents()
    pictures.check(panel.grab().toImage(), f"gallery_{colors.name}")
    panel.close()
