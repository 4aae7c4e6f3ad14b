import base64
import errno
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from passes import a_frame, a_pass
from pictures import differing, pixels
from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from sketch import Sketch, left_in

from app import export, export_svg, theme
from app.export import ExportError, Framed, picture
from app.graph_view.canvas import Canvas, DrawnText, text_width
from app.graph_view.network_scene import NetworkScene
from app.graph_view.scene import Scene

ROOT = Path(__file__).parents[2]
DARK = theme.DARK


def painted(scene: Scene, width: int, height: int, scale: float = 1) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(DARK.surface_1))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    scene.paint_still(Canvas(painter, DARK, detail=scale))
    scene.paint_moving(Canvas(painter, DARK, detail=scale), None)
    painter.end()
    return image


# Pictures.


def test_a_png_is_what_the_window_paints(tmp_path: Path) -> None:
    export.write_png(tmp_path / "p.png", Sketch(), DARK)
    image = QImage(str(tmp_path / "p.png"))
    np.testing.assert_array_equal(pixels(image), pixels(painted(Sketch(), 120, 60)))
    assert left_in(tmp_path) == ["p.png"]


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_a_png_has_as_many_pixels_as_its_scale_says(tmp_path: Path, scale: int) -> None:
    export.write_png(tmp_path / "p.png", Sketch(), DARK, scale)
    image = QImage(str(tmp_path / "p.png"))
    assert image.size() == QSize(120 * scale, 60 * scale)
    # It prints at one size, whatever the scale.
    assert image.dotsPerMeterX() == pytest.approx(scale * 96 / 0.0254, rel=1e-3)


def test_a_large_picture_is_painted_anew_and_not_enlarged() -> None:
    large = picture(Sketch(), DARK, 2)
    enlarged = picture(Sketch(), DARK).scaled(
        240, 120, mode=Qt.TransformationMode.SmoothTransformation
    )
    assert _steepness(large) > 1.3 * _steepness(enlarged)
    np.testing.assert_array_equal(pixels(large), pixels(painted(Sketch(), 240, 120, 2)))


def _steepness(image: QImage) -> float:
    return float(np.square(np.diff(pixels(image), axis=1)).mean())


def test_a_png_says_in_words_what_it_shows(tmp_path: Path) -> None:
    export.write_png(tmp_path / "p.png", Sketch(3), DARK)
    assert QImage(str(tmp_path / "p.png")).text("Description") == Sketch(3).description


def test_a_light_picture_is_light() -> None:
    corner = picture(Sketch(), theme.LIGHT).pixelColor(119, 59)
    assert corner == QColor(theme.LIGHT.surface_1)


def test_a_frame_leaves_room_on_all_sides() -> None:
    scene = Framed(Sketch(), 16)
    image = picture(scene, DARK, 2)
    assert image.size() == QSize(2 * 152, 2 * 92)
    inner = image.copy(32, 32, 240, 120)
    np.testing.assert_array_equal(pixels(inner), pixels(picture(Sketch(), DARK, 2)))
    assert scene.description == Sketch().description


def test_the_clipboard_has_the_picture_at_the_ratio_of_the_screen() -> None:
    export.copy(Sketch(), DARK)
    image = QGuiApplication.clipboard().image()
    np.testing.assert_array_equal(pixels(image), pixels(picture(Sketch(), DARK)))
    export.copy(Sketch(), DARK, 2)
    assert QGuiApplication.clipboard().image().size() == QSize(240, 120)


@pytest.mark.parametrize("size", [(11_178, 5_211), (120_000, 60), (60, 120_000), (1, 1)])
def test_a_scale_is_lowered_until_the_picture_fits(size: tuple[float, float]) -> None:
    scene = Sketch(size=size)
    scale = export.fitting_scale(scene, 4)
    assert export.fits(scene, scale)
    assert scale == 4 or not export.fits(scene, 1.01 * scale)


def test_the_clipboard_has_the_largest_picture_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_PIXELS", 4_000_000)
    assert export.copy(Sketch(), DARK, 40)
    image = QGuiApplication.clipboard().image()
    assert 3_980_000 < image.width() * image.height() <= 4_000_000


def test_a_picture_without_memory_is_null_and_replaces_no_file(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_text("old")
    image = picture(Sketch(size=(1 << 30, 1 << 30)), DARK)
    assert image.isNull()
    with pytest.raises(ExportError, match=r"p\.png can't be written: the picture is too large"):
        export.write_image(path, image, "")
    assert path.read_text() == "old"
    assert left_in(tmp_path) == ["p.png"]


# SVG.

SVG = "{http://www.w3.org/2000/svg}"


def test_an_svg_has_the_texts_of_the_picture_and_says_what_it_shows(tmp_path: Path) -> None:
    scene = NetworkScene(a_frame(a_pass(), 9))
    export.write_svg(tmp_path / "p.svg", scene, DARK, "Relu1 & <step 9>")
    root = ET.parse(tmp_path / "p.svg").getroot()
    assert root.get("viewBox") == "0 0 792 474"
    assert (root.get("width"), root.get("height")) == ("792", "474")
    assert root.findtext(f"{SVG}title") == "Relu1 & <step 9>"
    assert root.findtext(f"{SVG}desc") == scene.description
    texts = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    log: list[DrawnText] = []
    image = QImage(792, 474, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.paint_still(Canvas(painter, DARK, log))
    painter.end()
    assert log
    assert {drawn.text for drawn in log} <= set(texts)


def test_an_svg_looks_like_the_png() -> None:
    scene = NetworkScene(a_frame(a_pass(), 9))
    drawn = export_svg.svg(scene, DARK).decode()
    for family, fallback in export_svg.FAMILIES.items():
        drawn = drawn.replace(fallback, family)  # Qt's renderer takes a list for one name
    image = QImage(792, 474, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawn.encode())).render(painter, QRectF(0, 0, 792, 474))
    painter.end()
    # Letters may stand apart by parts of a pixel, and smooth edges of cells.
    assert differing(image, picture(scene, DARK)) < 0.03 * 792 * 474


def test_a_text_of_an_svg_is_as_wide_in_any_font(tmp_path: Path) -> None:
    root = ET.fromstring(export_svg.svg(Sketch(), DARK))
    lengths = {
        "".join(e.itertext()): float(e.get("textLength", 0)) for e in root.iter(f"{SVG}text")
    }
    for text, font in (
        ("step 1 < −0.25 & on", theme.ui_font(12)),
        ("dW1[406, 17]", theme.mono_font(12)),
    ):
        assert lengths[text] == pytest.approx(text_width(font, text), abs=0.01)


def test_cells_of_an_svg_have_sharp_edges() -> None:
    root = ET.fromstring(export_svg.svg(Sketch(), DARK))
    (element,) = root.iter(f"{SVG}image")
    data = str(element.get("{http://www.w3.org/1999/xlink}href")).split(",", 1)[1]
    image = QImage.fromData(base64.b64decode(data))
    assert image.size() == QSize(80, 80)
    assert [image.pixelColor(x, y).red() for y in (0, 39, 40, 79) for x in (0, 39, 40, 79)] == (
        [0, 0, 255, 255] * 2 + [90, 90, 160, 160] * 2
    )


def test_an_svg_needs_no_other_file_and_falls_back_on_common_fonts() -> None:
    text = export_svg.svg(Sketch(), DARK).decode()
    assert set(re.findall(r'href="([^,]*),', text)) == {"data:image/png;base64"}
    assert "pixelated" in text
    families = set(re.findall(r'<text[^>]*font-family="([^"]*)"', text))
    assert families == set(export_svg.FAMILIES.values())


# Files.


def test_the_trace_is_written_in_full(tmp_path: Path) -> None:
    trace = a_pass(units=5)
    export.write_json(tmp_path / "pass.json", trace)
    text = (tmp_path / "pass.json").read_text("utf-8")
    assert text == trace.to_json()
    assert json.loads(text)["layers"] == list(trace.layers)


def test_a_folder_that_is_gone_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as raised:
        export.write_png(tmp_path / "gone" / "p.png", Sketch(), DARK)
    assert str(raised.value) == "p.png can't be written: its folder is not there."
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "writing in this folder is not allowed"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_file_that_can_not_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    path = tmp_path / "p.svg"
    path.write_text("old")

    def fail(_descriptor: int) -> None:
        raise OSError(number, "Input/output error")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(ExportError, match=f"^p.svg can't be written: {reason}.$"):
        export.write_svg(path, Sketch(), DARK)
    assert path.read_text() == "old"
    assert left_in(tmp_path) == ["p.svg"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Relu1 backward step 09", "chainlight-relu1-backward-step-09.png"),
        ("Affine2 at 1,000", "chainlight-affine2-at-1000.png"),
        ("Chainlight: Affine2", "chainlight-affine2.png"),
        ("1 / (1 + exp(-x))", "chainlight-1-1-exp-x.png"),
        ("../../etc: 逆伝播 «é»", "chainlight-etc-逆伝播-é.png"),
        ("", "chainlight.png"),
    ],
)
def test_a_name_says_what_is_in_the_file_and_suits_every_disk(title: str, name: str) -> None:
    assert export.file_name(title, ".png") == name
    assert len(export.file_name("word " * 99, ".png")) <= export.LONGEST_NAME + 4


def test_a_suffix_is_added_where_it_is_missing() -> None:
    assert export.with_suffix("/a/p", ".png") == "/a/p.png"
    assert export.with_suffix("/a/p.v2", ".png") == "/a/p.v2.png"
    assert export.with_suffix("/a/p.PNG", ".png") == "/a/p.PNG"
