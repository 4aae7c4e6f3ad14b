"""The button under which a picture is copied, and a picture or a whole pass saved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from app import export, formatting, theme
from app.export import Framed
from app.export_gif import GifExport, gif_scale
from app.export_svg import svg
from app.widgets.saving_button import SavingButton

if TYPE_CHECKING:
    from app.graph_view.scene import Scene
    from bpcore.graph.trace import Trace

COPY_KEYS = "Ctrl+Shift+C"


class Exports(Protocol):
    """What a page tells of itself, so that it can be exported."""

    def scene(self) -> Scene | None:
        """Return the picture that is shown; None if there is none."""

    def scene_at(self, position: int) -> Scene:
        """Return the picture after ``position`` steps of the pass."""

    def steps(self) -> int:
        """Return the number of steps of the pass."""

    def trace(self) -> Trace | None:
        """Return the pass; None if there is none."""

    def title(self) -> str:
        """Return what the picture shows, with its step: it names the file."""

    def pass_title(self) -> str:
        """Return the same without the step: it names the files of the whole pass."""

    def speed(self) -> float:
        """Return the speed at which the pass is played."""


class ExportButton(SavingButton):
    """A button with a menu. It asks the page what there is, and where to save it.

    While a GIF is being written, ``progress`` carries pictures done and their number.
    """

    def __init__(self, exports: Exports, *, size: int = 28) -> None:
        super().__init__("exportPictureButton", size=size)
        self._exports = exports
        self._gif: GifExport | None = None
        self._build()

    def _build(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("exportMenu")
        self._copy = self._action(menu, "exportCopy", self.tr("Copy picture"), self.copy_picture)
        self._copy.setShortcut(QKeySequence(COPY_KEYS))
        self.addAction(self._copy)  # its keys count wherever the button can be seen
        menu.addSeparator()
        self._png = menu.addMenu(self.tr("Save picture as PNG"))
        self._png.setObjectName("exportPng")
        self._png.setToolTipsVisible(True)
        self._scales = {
            scale: self._action(self._png, f"exportPng{scale}", "", partial(self.save_png, scale))
            for scale in export.SCALES
        }
        self._svg = self._action(menu, "exportSvg", self.tr("Save picture as SVG…"), self.save_svg)
        menu.addSeparator()
        self._whole = self._action(
            menu, "exportGif", self.tr("Save the pass as GIF…"), self.save_gif
        )
        self._json = self._action(
            menu, "exportJson", self.tr("Save the trace as JSON…"), self.save_json
        )
        menu.aboutToShow.connect(self._refresh_menu)
        self.setMenu(menu)

    def _refresh_menu(self) -> None:
        """Offer what there is, and say how large it would be."""
        scene, trace = self._scene(), self._exports.trace()
        for action in (self._png.menuAction(), self._svg):
            action.setEnabled(scene is not None)
        self._json.setEnabled(trace is not None)
        self._whole.setEnabled(trace is not None and self._gif is None)
        for scale, action in self._scales.items():
            if scene is not None:
                across, down = map(formatting.count, export.pixel_size(scene, scale))
                text = self.tr("{0}×: {1} × {2} pixels…")
                action.setText(text.format(scale, across, down))
                fits = export.fits(scene, scale)
                action.setEnabled(fits)
                action.setToolTip("" if fits else self._why_too_large())

    def _why_too_large(self) -> str:
        text = self.tr("Too large: at most {0} megapixels, {1} pixels a side. SVG has any size.")
        megapixels = formatting.count(export.MOST_PIXELS // 1_000_000)
        return text.format(megapixels, formatting.count(export.MOST_ACROSS))

    def _scene(self) -> Scene | None:
        scene = self._exports.scene()
        return None if scene is None else Framed(scene)

    # What the menu does.

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        scene = self._scene()
        if scene is None:
            return
        if export.copy(scene, theme.current(), self.devicePixelRatioF()):
            self.said.emit(self.tr("The picture is on the clipboard."))
        else:
            text = self.tr("The picture is too large to be copied: save it as SVG instead.")
            self.failed.emit(text)

    def save_png(self, scale: int) -> None:
        """Save the picture with ``scale`` pixels for one on the screen."""
        scene = self._scene()
        if scene is None:
            return
        name = export.file_name(self._exports.title(), ".png")
        path = self._ask(self.tr("Save picture"), name, self.tr("PNG picture (*.png)"))
        if path is not None:
            image = export.picture(scene, theme.current(), scale)
            description = scene.description
            self._save(path, lambda: export.write_image(path, image, description))

    def save_svg(self) -> None:
        """Save the picture as SVG."""
        scene, title = self._scene(), self._exports.title()
        if scene is None:
            return
        name = export.file_name(title, ".svg")
        path = self._ask(self.tr("Save picture"), name, self.tr("SVG picture (*.svg)"))
        if path is not None:
            drawn = svg(scene, theme.current(), title)
            self._save(path, lambda: export.write(path, drawn))

    def save_json(self) -> None:
        """Save all numbers of the pass."""
        trace = self._exports.trace()
        if trace is None:
            return
        name = export.file_name(self._exports.pass_title(), ".json")
        path = self._ask(self.tr("Save the trace"), name, self.tr("JSON (*.json)"))
        if path is not None:
            self._save(path, lambda: export.write_json(path, trace))

    def save_gif(self) -> None:
        """Save the pass as a moving picture."""
        exports = self._exports
        if exports.trace() is None or self._gif is not None:
            return
        # All at once: a scene never changes, but the page may show another pass in a moment.
        scenes = [Framed(exports.scene_at(p)) for p in range(exports.steps() + 1)]
        speed, scale = exports.speed(), gif_scale(scenes)
        if scale is None:
            text = self.tr("The picture is too large for a GIF: save it as PNG or SVG instead.")
            self.failed.emit(text)
            return
        name = export.file_name(exports.pass_title(), ".gif")
        path = self._ask(self.tr("Save the pass"), name, self.tr("GIF picture (*.gif)"))
        if path is None:
            return
        self._run_gif(
            GifExport(
                scenes.__getitem__,
                len(scenes) - 1,
                path,
                theme.current(),
                speed=speed,
                scale=scale,
                parent=self,
            )
        )

    def _run_gif(self, gif: GifExport) -> None:
        self._gif = gif
        gif.progress.connect(self.progress)
        gif.finished.connect(self._say_saved)
        gif.failed.connect(self.failed)
        for end in (gif.finished, gif.failed, gif.cancelled):
            end.connect(self._end_gif)
        gif.start()

    def cancel(self) -> None:
        """Stop writing the GIF; nothing is left of it."""
        super().cancel()
        if self._gif is not None:
            self._gif.cancel()

    def stop(self) -> None:
        """Let nothing run on: the window closes. A GIF is given up, other files are completed."""
        if self._gif is not None:
            self._gif.close()
        super().stop()

    @property
    def progress_title(self) -> str:
        """What the progress is of."""
        return self.tr("Progress of the GIF")

    @property
    def cancel_title(self) -> str:
        """What can be cancelled."""
        return self.tr("Cancel the GIF")

    def progress_text(self, done: int, total: int) -> str:
        """Return how many pictures are written."""
        text = self.tr("Writing GIF: frame {0} of {1}")
        return text.format(formatting.count(done), formatting.count(total))

    @property
    def _is_busy(self) -> bool:
        return self._gif is not None or super()._is_busy

    def _end_gif(self) -> None:
        if self._gif is not None:
            self._gif.deleteLater()
            self._gif = None
            self.ended.emit()
