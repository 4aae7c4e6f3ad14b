"""The picture of a pass as SVG that looks the same wherever it is opened."""

from __future__ import annotations

import base64
import html
import math
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

# Loaded with the window: its icons are drawn by the same module.
from PySide6.QtSvg import QSvgGenerator

from app.graph_view.canvas import Canvas, text_width
from app.theme import MONO_FAMILY, UI_FAMILY, Theme, mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.scene import Scene

FAMILIES = {
    UI_FAMILY: f"{UI_FAMILY}, 'Helvetica Neue', Arial, sans-serif",
    MONO_FAMILY: f"'{MONO_FAMILY}', Menlo, Consolas, monospace",
}
"""What a text falls back on where the fonts of the window are not installed."""

PIXELS_PER_UNIT = 4
"""At least so many pixels of an image stand for a unit of the picture."""


def svg(scene: Scene, theme: Theme, title: str = "Chainlight") -> bytes:
    """Return ``scene`` at rest as SVG, in its own units; texts stay texts, images are inside."""
    width, height = (max(round(side), 1) for side in scene.size)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRectF(0, 0, width, height))
    generator.setTitle(title)
    generator.setDescription(scene.description)
    painter = QPainter(generator)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, width, height), QColor(theme.surface_1))
    canvas = Canvas(painter, theme)
    scene.paint_still(canvas)
    scene.paint_moving(canvas, None)
    painter.end()
    drawn = bytes(buffer.data().data()).decode()
    # Qt gives the size in millimetres, for a printer.
    size = f'<svg width="{width}" height="{height}"'
    drawn = re.sub(r'<svg width="[^"]*" height="[^"]*"', size, drawn, count=1)
    drawn = re.sub(r"<text ([^>]*)>([^<]*)</text>", _fixed_text, drawn)
    return re.sub(r"<image ([^>]*)/>", _sharp_image, drawn).encode()


def _fixed_text(found: re.Match[str]) -> str:
    """Return a text that is as wide in any font as it was laid out, and names other fonts."""
    attributes, text = found.groups()
    family, size, weight = (
        _attribute(attributes, name) for name in ("font-family", "font-size", "font-weight")
    )
    if family not in FAMILIES or not size.isdigit():
        return found.group()
    make = ui_font if family == UI_FAMILY else mono_font
    width = text_width(make(int(size), QFont.Weight(int(weight))), html.unescape(text))
    attributes = attributes.replace(f'"{family}"', f'"{FAMILIES[family]}"').strip()
    fixed = f'textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {attributes} {fixed}>{text}</text>"


def _sharp_image(found: re.Match[str]) -> str:
    """Return an image with more and smaller pixels: most programs would blur the edges of cells."""
    (attributes,) = found.groups()
    head, data = attributes.split("base64,", 1)
    coded, rest = data.split('"', 1)
    image = QImage.fromData(QByteArray(base64.b64decode(coded)))
    across, down = (
        side * math.ceil(PIXELS_PER_UNIT * float(_attribute(head, name)) / side)
        for side, name in ((image.width(), "width"), (image.height(), "height"))
    )
    large = image.scaled(across, down, mode=Qt.TransformationMode.FastTransformation)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    large.save(buffer, "PNG")  # type: ignore[call-overload]
    coded = base64.b64encode(buffer.data().data()).decode()
    head = re.sub('image-rendering="[^"]*"', 'style="image-rendering:pixelated"', head)
    return f'<image {head}base64,{coded}"{rest}/>'


def _attribute(attributes: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', attributes)
    return "" if found is None else found.group(1)
