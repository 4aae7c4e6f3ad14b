import os

import numpy as np
import pytest
from digit_pictures import encoded, grey_image, likeness, png, scan, shape_of, written
from picture_refusals import ink_or_sentence, refusal
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from app import image_files
from app.images import (
    Offer,
    image_of,
    load,
    load_picture,
)
from app.strokes import INK_SIZE, Point, Stroke
from bpcore import load_mnist
from bpcore.datasets.drawing import prepare


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    (images, _), _ = load_mnist(normalize=False)
    return np.asarray(images, np.uint8).reshape(-1, 28, 28)


def ink_of(image: QImage) -> np.ndarray:
    return load(Offer(image, "The picture")).levels


# What comes out.


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
@pytest.mark.parametrize("digit", [2, 4, 8])
def test_a_picture_of_a_digit_becomes_its_ink(qapp, tmp_path, kind: str, digit: int) -> None:
    path = tmp_path / "digit"
    path.write_bytes(encoded(scan(digit), kind))
    ink = load_picture(path).levels
    assert likeness(ink, digit) > 0.97
    rows, columns = np.nonzero(ink)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(240, abs=1)
    for places in (rows, columns):
        assert places.min() + places.max() == pytest.approx(INK_SIZE - 1, abs=1)


def test_the_proportions_of_the_digit_stay(qapp) -> None:
    wide = grey_image(np.pad(np.zeros((40, 120)), 60, constant_values=255))
    rows, columns = np.nonzero(ink_of(wide) > 127)
    assert (np.ptp(rows) + 1) / (np.ptp(columns) + 1) == pytest.approx(1 / 3, abs=0.02)


@pytest.mark.parametrize("digit", [0, 1, 7, 8])
def test_light_on_dark_gives_the_same_ink_as_dark_on_light(qapp, digit: int) -> None:
    dark = scan(digit)
    light = dark.copy()
    light.invertPixels()
    assert np.array_equal(ink_of(dark), ink_of(light))


def test_paper_is_exactly_empty_and_ink_is_full(qapp) -> None:
    grey = grey_image(200 - 60 * written(3, 200, 200))
    ink = ink_of(grey)
    assert ink[:30].max() == 0
    assert ink.max() == 255
    assert (ink == 0).mean() > 0.6


@pytest.mark.parametrize("dark", [False, True])
def test_a_digit_of_mnist_is_prepared_as_if_it_had_come_as_itself(qapp, mnist, dark) -> None:
    differences = []
    for image in mnist[::90]:
        ink = ink_of(grey_image(255 - image if dark else image))
        got, expected = prepare(ink), prepare(image)
        assert got is not None
        assert expected is not None
        differences.append(np.abs(got.scaled.astype(int) - expected.scaled).max())
    # Almost all to a few levels, the rest by how soft the border of a faint pixel is.
    assert np.percentile(differences, 90) <= 3
    assert max(differences) <= 40


def test_small_pictures_are_shown_pixel_by_pixel(qapp, mnist) -> None:
    square = np.zeros((28, 28), np.uint8)
    square[4:24, 4:24] = mnist[5000][4:24, 4:24]
    square[4, 4] = square[23, 23] = 255
    blocks = ink_of(grey_image(square))[40:280, 40:280].reshape(20, 12, 20, 12)
    assert (blocks.max(axis=(1, 3)) == blocks.min(axis=(1, 3))).all()


def test_what_is_transparent_is_paper(qapp) -> None:
    image = scan(5).convertToFormat(QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    painter.fillRect(90, 60, 20, 120, QColor("navy"))
    painter.end()
    assert np.ptp(np.nonzero(ink_of(image) > 127)[0]) + 1 == 240
    # White writing, as a dark page shows it.
    painter = QPainter(image)
    painter.fillRect(90, 60, 20, 120, QColor("white"))
    painter.end()
    assert np.ptp(np.nonzero(ink_of(image) > 127)[0]) + 1 == 240


def test_a_photo_that_was_turned_by_the_camera_is_turned_back(qapp) -> None:
    upright = encoded(scan(7), "JPEG", 90)
    ink = load(Offer(upright, "7.jpg")).levels
    # Orientation 3: the camera was upside down.
    tag = bytes.fromhex("4d4d002a00000008000101120003000000010003000000000000")
    exif = b"Exif\0\0" + tag
    turned = b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + upright[2:]
    again = load(Offer(turned, "7.jpg")).levels[::-1, ::-1]
    assert np.abs(shape_of(again) - shape_of(ink)).mean() < 0.02


# Pictures without a digit.


@pytest.mark.parametrize("tone", [0, 128, 255])
@pytest.mark.parametrize("noise", [0, 6])
def test_where_nothing_is_written_it_says_so(qapp, tone: int, noise: float) -> None:
    levels = tone + np.random.default_rng(1).normal(0, noise, (300, 400))
    text = refusal(Offer(grey_image(levels), "The picture"))
    assert text == "The picture shows nothing: ink must stand out from the paper."


REFUSED = [(1, 1), (2, 1), (1, 300), (3, 3), (2000, 1), (4, 2000)]
TAKEN = [(4, 4), (4, 41), (5, 640), (639, 8), (3000, 30)]


@pytest.mark.parametrize("size", REFUSED + TAKEN)
@pytest.mark.parametrize("content", ["noise", "a line"])
def test_pictures_of_odd_sizes_are_taken_or_refused(qapp, size, content: str) -> None:
    levels = np.random.default_rng(2).integers(0, 256, size[::-1])
    if content == "a line":
        levels[:] = 255
        levels[size[1] // 2, 1:-1] = 0
    ink = ink_or_sentence(Offer(grey_image(levels), "The picture"))
    if content == "a line":
        assert (ink is not None) == (size in TAKEN)
    if ink is not None:
        prepared = prepare(ink)
        assert prepared is not None
        assert prepared.image.max() == 255


# Files that are no picture, huge or broken.


def test_what_a_file_is_shows_its_content_and_not_its_name(qapp, tmp_path) -> None:
    named_wrongly = tmp_path / "digit.jpg"
    named_wrongly.write_bytes(encoded(scan(3), "PNG"))
    assert load_picture(named_wrongly).levels.any()
    text = tmp_path / "digit.png"
    text.write_text("A digit.")
    expected = "digit.png is no picture that can be opened: choose a PNG, JPEG or BMP."
    assert refusal(Offer.file(text)) == expected


@pytest.mark.parametrize("content", [b"", b"B", b"<svg/>", b"GIF89a" + bytes(30)])
def test_other_kinds_are_refused(qapp, content: bytes) -> None:
    assert "no picture" in refusal(Offer(content, "The picture"))


def test_a_picture_of_a_billion_pixels_is_refused_before_it_is_decoded(qapp) -> None:
    content = png(30_000, 30_000, bytes(1000))
    assert len(content) < 1000
    text = refusal(Offer(content, "huge.png"))
    assert text == "huge.png has 30,000 × 30,000 pixels, too many: make it smaller, then open it."


@pytest.mark.parametrize("kind", ["BMP", "JPEG"])
def test_so_are_huge_ones_of_other_kinds(qapp, kind: str) -> None:
    content = bytearray(encoded(scan(3), kind))
    if kind == "BMP":
        content[18:26] = (20_000).to_bytes(4, "little") * 2
    else:
        frame = content.index(b"\xff\xc0")
        content[frame + 5 : frame + 9] = (60_000).to_bytes(2) * 2
    said = refusal(Offer(bytes(content), "The picture"))
    assert "too many" in said or "is damaged" in said


def test_a_jpeg_with_more_scans_than_any_camera_writes_is_refused(qapp) -> None:
    buffer = QBuffer()
    writer = QImageWriter(buffer, b"jpeg")
    writer.setProgressiveScanWrite(True)
    assert writer.write(scan(3))
    content = bytes(buffer.data().data())
    assert likeness(load(Offer(content, "some.jpg")).levels, 3) > 0.97
    last = content.rindex(b"\xff\xda")
    many = content[:-2] + 30 * content[last:-2] + content[-2:]
    assert refusal(Offer(many, "many.jpg")) == "many.jpg is broken: choose another picture."


def test_a_png_with_many_packed_texts_is_refused(qapp) -> None:
    content = png(28, 28, bytes(29 * 28), *[(b"zTXt", b"a\0\0")] * 20)
    assert "broken" in refusal(Offer(content, "texts.png"))


def test_a_large_jpeg_of_one_scan_is_taken(qapp) -> None:
    content = encoded(scan(2).scaled(5000, 6000), "JPEG")
    assert likeness(load(Offer(content, "large.jpg")).levels, 2) > 0.97


def test_a_file_that_is_too_large_is_not_read(qapp, tmp_path) -> None:
    path = tmp_path / "large.bmp"
    with path.open("wb") as file:
        file.write(b"BM")
        file.truncate(image_files.MAX_FILE + 1)
    assert refusal(Offer.file(path)) == "large.bmp has more than 64 MB: choose a smaller picture."


def test_what_is_no_file_is_refused(qapp, tmp_path) -> None:
    assert "is a folder" in refusal(Offer.file(tmp_path))
    assert "is not there" in refusal(Offer.file(tmp_path / "gone.png"))
    assert "can't be read" in refusal(Offer.file(tmp_path / "a\0b.png"))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        assert "no picture" in refusal(Offer.file(tmp_path / "pipe.png"))


def test_of_a_very_long_name_start_and_end_are_shown(qapp, tmp_path) -> None:
    offer = Offer.file(tmp_path / f"scan_of_{'x' * 200}_page_17.jpeg")
    assert len(offer.name) == 32
    assert offer.name.startswith("scan_of_x")
    assert offer.name.endswith("…age_17.jpeg")
    assert Offer.file(tmp_path / "short.png").name == "short.png"


def test_a_name_that_would_break_the_line_is_shown_in_one(qapp, tmp_path) -> None:
    text = refusal(Offer.file(tmp_path / "a\nb\udcff{0}.png"))
    assert text.startswith("a?b?{0}.png ")


def test_a_drawing_that_was_saved_comes_back_as_it_was(qapp) -> None:
    strokes = [Stroke((Point(0.125, 0.3), Point(0.6, 0.125), Point(0.5, 0.875)), 0.08)]
    image = image_of(strokes)
    assert image.size().toTuple() == (640, 640)
    assert image.pixelColor(0, 0) == QColor("black")
    assert image.pixelColor(round(0.125 * 640), round(0.3 * 640)) == QColor("white")
    again = ink_of(image)
    assert prepare(again) is not None
