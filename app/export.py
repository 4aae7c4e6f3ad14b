"""The picture of a pass, and the pass itself, as files and on the clipboard."""

from __future__ import annotations

import errno
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from app import formatting
from app.export_svg import svg
from app.graph_view.canvas import Canvas
from app.graph_view.scene import Scene
from bpcore.atomic import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from app.graph_view.scene import Spot
    from app.theme import Theme
    from bpcore.graph.trace import Trace

SCALES = (1, 2, 3, 4)

MARGIN = 16.0
"""Room around a picture, in its own units: as in a card of the window."""

MOST_PIXELS = 100_000_000
"""More would take the memory and the time of everything else: four bytes for each of them."""

MOST_ACROSS = 32_767
"""Nothing is painted to the right of that, or further down."""

PIXELS_PER_INCH = 96
LONGEST_NAME = 80


class ExportError(Exception):
    """A file can't be written; the text is a sentence for the user."""

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(_translate("{0} can't be written: {1}.").format(path.name, _reason(error)))


class TooLarge(Exception):
    """There is no memory for a picture, or its format can't hold it."""


# The picture.


@dataclass(frozen=True)
class Framed(Scene):
    """A scene with room around it: in the window its card has that, in a document nothing does."""

    inner: Scene
    margin: float = MARGIN

    @property
    def size(self) -> tuple[float, float]:  # type: ignore[override]
        """Width and height with the margins."""
        width, height = self.inner.size
        return width + 2 * self.margin, height + 2 * self.margin

    def paint_still(self, canvas: Canvas) -> None:
        """Paint what stays, further in."""
        canvas.painter.translate(self.margin, self.margin)
        self.inner.paint_still(canvas)
        canvas.painter.translate(-self.margin, -self.margin)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Paint what moves, further in."""
        canvas.painter.translate(self.margin, self.margin)
        self.inner.paint_moving(canvas, pulse)
        canvas.painter.translate(-self.margin, -self.margin)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Nothing: nobody points at what is in a file."""
        return ()

    @property
    def description(self) -> str:
        """The scene's own."""
        return self.inner.description


def pixel_size(scene: Scene, scale: float = 1.0) -> tuple[int, int]:
    """Return how many pixels the picture of ``scene`` has across and down."""
    width, height = scene.size
    return max(round(width * scale), 1), max(round(height * scale), 1)


def fits(scene: Scene, scale: float = 1.0) -> bool:
    """Return whether the picture of ``scene`` is small enough to be painted in one piece."""
    across, down = pixel_size(scene, scale)
    return across * down <= MOST_PIXELS and max(across, down) <= MOST_ACROSS


def fitting_scale(scene: Scene, scale: float) -> float:
    """Return ``scale``, or the largest one below it whose picture ``fits``."""
    if fits(scene, scale):
        return scale
    width, height = scene.size
    # A little less than the limit: sides are rounded.
    by_area = math.sqrt(0.999 * MOST_PIXELS / (width * height))
    return min(by_area, MOST_ACROSS / max(width, height))


def picture(scene: Scene, theme: Theme, scale: float = 1.0) -> QImage:
    """Return ``scene`` at rest, painted anew at ``scale`` pixels for one of its units.

    Without memory for it, the image is null.
    """
    image = still_picture(scene, theme, scale)
    paint_moving(image, scene, theme, None)
    return image


def still_picture(scene: Scene, theme: Theme, scale: float = 1.0) -> QImage:
    """Return what of ``scene`` stays while a step is acted out, on the colour of a card."""
    image = QImage(*pixel_size(scene, scale), QImage.Format.Format_RGB32)
    if image.isNull():
        return image
    image.setDevicePixelRatio(scale)
    image.fill(QColor(theme.surface_1))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.paint_still(Canvas(painter, theme, detail=scale))
    painter.end()
    return image


def paint_moving(image: QImage, scene: Scene, theme: Theme, pulse: float | None) -> None:
    """Paint what moves onto the picture of what stays; ``pulse`` is as for a Scene."""
    if image.isNull():
        return
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.paint_moving(Canvas(painter, theme, detail=image.devicePixelRatio()), pulse)
    painter.end()


# Files: there whole or not at all.


def write_png(path: Path, scene: Scene, theme: Theme, scale: float = 1.0) -> None:
    """Write the picture of ``scene``; it says in words what it shows, and prints at one size.

    Raises
    ------
    ExportError
        If it can't be written. What was there before stays.
    """
    write_image(path, picture(scene, theme, scale), scene.description)


def write_image(path: Path, image: QImage, description: str) -> None:
    """Write a picture as PNG, with ``description`` inside; any thread may do it.

    Raises
    ------
    ExportError
        If it is null or can't be written. What was there before stays.
    """
    image = image.copy()
    per_meter = round(image.devicePixelRatio() * PIXELS_PER_INCH / 0.0254)
    image.setDotsPerMeterX(per_meter)
    image.setDotsPerMeterY(per_meter)
    image.setText("Description", description)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise ExportError(path, TooLarge())
    write(path, bytes(buffer.data().data()))


def write_svg(path: Path, scene: Scene, theme: Theme, title: str = "Chainlight") -> None:
    """Write the picture of ``scene`` as SVG.

    Raises
    ------
    ExportError
        If it can't be written. What was there before stays.
    """
    write(path, svg(scene, theme, title))


def write_json(path: Path, trace: Trace) -> None:
    """Write all numbers of a pass.

    Raises
    ------
    ExportError
        If it can't be written. What was there before stays.
    """
    write(path, trace.to_json().encode())


def write(path: Path, content: bytes) -> None:
    """Write ``content``; a file of that name is replaced once all of it is on the disk.

    Raises
    ------
    ExportError
        If it can't be written. What was there before stays.
    """
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise ExportError(path, error) from error


def copy(scene: Scene, theme: Theme, ratio: float | None = None) -> bool:
    """Put the picture of ``scene`` on the clipboard, as sharp as the screen is if that fits.

    Return whether there was memory for it; if not, the clipboard stays as it is.
    """
    if ratio is None:
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    image = picture(scene, theme, fitting_scale(scene, ratio))
    if not image.isNull():
        QGuiApplication.clipboard().setImage(image)
    return not image.isNull()


# Names.


def file_name(title: str, suffix: str) -> str:
    """Return a name that says what is in the file: ``chainlight-relu1-backward-step-09.png``.

    Letters of any script stay; all that a file system or a shell could stumble over becomes a dash.
    """
    plain = unicodedata.normalize("NFKC", title).lower()
    words = re.findall(r"[^\W_]+", formatting.without_commas(plain))
    name = "-".join(words if words[:1] == ["chainlight"] else ["chainlight", *words])
    return name[:LONGEST_NAME].rstrip("-") + suffix


def with_suffix(path: str, suffix: str) -> str:
    """Return ``path``, with ``suffix`` added where it ends in another: ``digit.v2`` → ``….png``."""
    return path if path.lower().endswith(suffix) else path + suffix


def _reason(error: Exception) -> str:
    """Return why something can't be written, in words."""
    if isinstance(error, TooLarge):
        return _translate("the picture is too large; choose a smaller scale, or SVG")
    if not isinstance(error, OSError):
        return f"{type(error).__name__}: {error}"
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return _translate("the disk is full")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _translate("writing in this folder is not allowed")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return _translate("its folder is not there")
    return error.strerror or str(error)


def _translate(text: str) -> str:
    return QCoreApplication.translate("Export", text)
