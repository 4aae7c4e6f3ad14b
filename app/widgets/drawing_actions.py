"""What is done with a drawing as a whole: open, paste, copy, save, and the gallery."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import export, formatting, theme
from app.images import ImageError, Offer, image_of, load, offered
from app.tasks import Task
from app.widgets.basics import IconButton
from app.widgets.gallery import GalleryPanel
from app.widgets.gallery_entries import Gallery, Kept
from app.widgets.keys import focus_falling_to
from app.widgets.notice_line import NoticeLine
from app.widgets.open_dialog import ask_picture
from app.widgets.saving_button import ask_path, folder_or_home, may_replace
from app.widgets.tool_choice import with_key
from bpcore.datasets.drawing import prepare

if TYPE_CHECKING:
    from app.session import Prediction
    from app.strokes import Bytes, Mark, Picture
    from app.widgets.digit_canvas import DigitCanvas

HEIGHT = 28


class DrawingActions(QWidget):
    """A row with a notice and buttons; its shortcuts hold while it is visible.

    The page tells by ``set_reading`` what is read in the drawing, so that the gallery can keep it
    together with the drawing.
    """

    def __init__(self, canvas: DigitCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        self._reading: Prediction | None = None
        self._loading = 0
        place = QStandardPaths.StandardLocation.PicturesLocation
        self._folder = Path(QStandardPaths.writableLocation(place))
        self.gallery = Gallery(self)
        self._panel = GalleryPanel(self.gallery, self)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._refresh()

    def set_reading(self, prediction: Prediction | None, image: Bytes | None = None) -> None:
        """Hear what is read in the drawing now; None if nothing is. ``image`` is what is read."""
        self._reading = prediction

    def complain(self, sentence: str) -> None:
        """Say for a while what went wrong."""
        self._notice.complain(sentence)

    # Pictures in.

    def open_picture(self) -> None:
        """Ask for a file and put it on the canvas."""
        path = ask_picture(self.window(), str(folder_or_home(self._folder)))
        if path:
            self._folder = Path(path).parent
            self.open_offer(Offer.file(Path(path)))

    def paste(self) -> None:
        """Put the picture on the clipboard onto the canvas."""
        offer = offered(QGuiApplication.clipboard().mimeData())
        if offer is None:
            self._notice.complain(self.tr("There is no picture on the clipboard: copy one first."))
        else:
            self.open_offer(offer)

    def _take_dropped(self, offer: Offer | None) -> None:
        if offer is None:
            self._notice.complain(
                self.tr("What was dropped holds no picture: drop a PNG, JPEG or BMP.")
            )
        else:
            self.open_offer(offer)

    def open_offer(self, offer: Offer) -> None:
        """Read a picture and put it on the canvas; the last one that was asked for counts."""
        self._loading += 1
        self._notice.say(self.tr("Opening {0}…").format(offer.name))
        task = Task(partial(_loaded, offer, self._loading))
        task.done.connect(self._show_picture)
        task.failed.connect(self._notice.complain)
        task.begin()

    def _show_picture(self, loaded: tuple[int, str, Picture | ImageError]) -> None:
        number, name, picture = loaded
        if number != self._loading:
            return
        if isinstance(picture, ImageError):
            self._notice.complain(str(picture))
            return
        self._canvas.drawing.replace((picture,))
        self._notice.say(self.tr("{0} is on the canvas.").format(name))

    # Pictures out.

    def copy(self) -> None:
        """Put the drawing on the clipboard."""
        if self._has_ink():
            task = Task(partial(image_of, self._canvas.drawing.marks))
            task.done.connect(self._put_on_clipboard)
            task.failed.connect(self._notice.complain)
            task.begin()

    def _put_on_clipboard(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._notice.say(self.tr("The drawing is on the clipboard."))

    def save(self) -> None:
        """Ask for a file and write the drawing to it."""
        if not self._has_ink():
            return
        marks, reading = self._canvas.drawing.marks, self._reading
        title = self.tr("drawing")
        if reading is not None:
            title = self.tr("drawing {0}").format(reading.digit)
        path = self._ask(export.file_name(title, ".png"))
        if path is not None:
            task = Task(partial(_save, path, marks, title))
            task.done.connect(self._say_saved)
            task.failed.connect(self._notice.complain)
            task.begin()

    def _ask(self, name: str) -> Path | None:
        """Return where to save; None for nowhere."""
        kind = self.tr("PNG picture (*.png)")
        window = self.window()
        proposed = str(folder_or_home(self._folder) / name)
        chosen = ask_path(window, self.tr("Save the drawing"), proposed, kind)
        if not chosen:
            return None
        path = Path(export.with_suffix(chosen, ".png"))
        if path != Path(chosen) and path.exists() and not may_replace(window, path.name):
            return None
        self._folder = path.parent
        return path

    def _say_saved(self, path: Path) -> None:
        self._notice.say(self.tr("Saved as {0}.").format(path.name))

    def _has_ink(self) -> bool:
        """Whether there is a drawing; says so if there is none."""
        self._canvas.drawing.finish()
        if self._canvas.drawing.is_empty:
            self._notice.complain(self.tr("The canvas is empty: draw a digit first."))
            return False
        return True

    # The gallery.

    def show_gallery(self) -> None:
        """Open the drawings of this session."""
        self._panel.open_at(self._gallery_button)

    def _keep(self, marks: tuple[Mark, ...]) -> None:
        prepared = prepare(self._canvas.ink)
        if prepared is None:
            return
        if self._reading is None:
            self.gallery.keep(Kept(marks, prepared.image))
        else:
            digit = self._reading.digit
            probability = float(self._reading.probabilities[digit])
            self.gallery.keep(Kept(marks, prepared.image, digit, probability))

    def _put_back(self, kept: Kept) -> None:
        self._canvas.drawing.replace(kept.marks)

    # The row.

    def _make_widgets(self) -> None:
        self._notice = NoticeLine(
            "drawingNotice", self.tr("Notice"), self.tr("Drag to draw, right-drag to erase.")
        )
        self._notice.float_over(self._canvas)
        open_tip = self.tr("Open a picture; {0} pastes one, or drop it on the canvas")
        paste_key = QKeySequence("Ctrl+V").toString(QKeySequence.SequenceFormat.NativeText)
        self._open = self._button(
            "image", with_key(open_tip.format(paste_key), "Ctrl+O"), "openImageButton"
        )
        self._copy = self._button(
            "copy", with_key(self.tr("Copy the drawing"), "Ctrl+C"), "copyDrawingButton"
        )
        self._save = self._button(
            "save", with_key(self.tr("Save the drawing"), "Ctrl+S"), "saveDrawingButton"
        )
        self._gallery_button = self._button(
            "gallery", with_key(self.tr("Drawings of this session"), "Ctrl+G"), "galleryButton"
        )
        self._gallery_button.setFont(theme.ui_font(12))
        self._gallery_button.setStyleSheet("QToolButton { padding-left: 5px; }")

    def _button(self, icon_name: str, text: str, name: str) -> IconButton:
        return IconButton(icon_name, text, name, size=HEIGHT)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._notice, 1)
        row.addSpacing(4)
        for button in (self._open, self._copy, self._save, self._gallery_button):
            row.addWidget(button)

    def _connect(self) -> None:
        for button, keys, act in (
            (self._open, "Ctrl+O", self.open_picture),
            (None, "Ctrl+V", self.paste),
            (self._copy, "Ctrl+C", self.copy),
            (self._save, "Ctrl+S", self.save),
            (self._gallery_button, "Ctrl+G", self.show_gallery),
        ):
            QShortcut(QKeySequence(keys), self, autoRepeat=False).activated.connect(act)
            if button is not None:
                button.clicked.connect(act)
        self._canvas.dropped.connect(self._take_dropped)
        self._canvas.drawing.parting.connect(self._keep)
        self._canvas.drawing.changed.connect(self._refresh)
        self._panel.chosen.connect(self._put_back)
        self._panel.closed.connect(self._canvas.setFocus)
        self.gallery.changed.connect(self._count)

    def _refresh(self) -> None:
        self._notice.forget()
        with focus_falling_to(self._canvas):
            for button in (self._copy, self._save):
                button.setEnabled(not self._canvas.drawing.is_empty)

    def _count(self) -> None:
        count = len(self.gallery.entries)
        button = self._gallery_button
        button.setText(formatting.count(count) if count else "")
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if count else style.ToolButtonIconOnly
        )
        room = button.fontMetrics().horizontalAdvance(button.text()) + 10 if count else 0
        button.setFixedWidth(HEIGHT + room)


def _loaded(offer: Offer, number: int) -> tuple[int, str, Picture | ImageError]:
    try:
        return number, offer.name, load(offer)
    except ImageError as error:
        return number, offer.name, error


def _save(path: Path, marks: tuple[Mark, ...], description: str) -> Path:
    export.write_image(path, image_of(marks), description)
    return path
