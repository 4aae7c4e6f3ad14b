"""A pass as GIF: painted picture by picture beside everything else that the window does."""

from __future__ import annotations

import math
import queue
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, QSize, QThread, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from app.export import ExportError, paint_moving, still_picture
from app.gif_writer import GifWriter, Pixels, palette_of
from app.playback import STEP_SECONDS
from bpcore.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from app.graph_view.scene import Scene
    from app.theme import Theme

    SceneAt: TypeAlias = Callable[[int], Scene]

PICTURES_PER_SECOND = 15
MOST_PICTURES = 1_000
"""In a longer pass fewer pictures are painted of each step, which lasts as long as ever."""

START_SECONDS = 1.0
END_SECONDS = 3.0

MOST_PIXELS = 2_000_000
LEAST_SCALE = 0.5
"""Of a picture; one that is smaller still can't be read."""

SAMPLES = 12
SAMPLE_PULSE = 0.4
"""The palette is made for pictures of that many positions, with their pulses half-way."""

LONG_TURN = 0.005
REST_MS = 16
"""After a turn of so many seconds, the window has so much time for itself."""

AHEAD = 3
"""Pictures that are painted before the first of them is written: what the memory holds."""


@dataclass(frozen=True)
class Moment:
    """A picture of the pass: ``position`` and ``pulse`` as everywhere, ``duration`` in 1/100 s."""

    position: int
    pulse: float | None
    duration: int


def moments(steps: int, speed: float = 1.0) -> tuple[Moment, ...]:
    """Return a pass of ``steps`` steps as it is played at ``speed``, held at both ends."""
    step_seconds = STEP_SECONDS / speed
    most = MOST_PICTURES // max(steps, 1)
    count = max(min(round(step_seconds * PICTURES_PER_SECOND), most), 1)
    plan: list[tuple[int, float | None, float]] = [(0, None, START_SECONDS)]
    for position in range(1, steps + 1):
        plan += [(position, i / count, step_seconds / count) for i in range(count)]
    if steps:
        plan.append((steps, None, END_SECONDS))
    found, end = [], 0.0
    for position, pulse, seconds in plan:
        # The ends are rounded, not the durations: so the whole lasts as long as it should.
        duration = round(100 * (end + seconds)) - round(100 * end)
        found.append(Moment(position, pulse, duration))
        end += seconds
    return tuple(found)


def gif_scale(scenes: Iterable[Scene]) -> float | None:
    """Return the scale, 1 at most, at which all ``scenes`` are small enough for a GIF.

    None if nobody could read them then.
    """
    largest = max(width * height for width, height in (scene.size for scene in scenes))
    scale = min(math.sqrt(MOST_PIXELS / largest), 1.0)
    return scale if scale >= LEAST_SCALE else None


def sample_positions(steps: int) -> list[int]:
    """Return positions that stand for all of them: the first, the last, and some in between."""
    return sorted({round(p) for p in np.linspace(0, steps, min(steps + 1, SAMPLES))})


def pixels_of(image: QImage) -> Pixels:
    """Return a copy of the pixels of an image of 32 bits, as 0xRRGGBB."""
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return rows & np.uint32(0xFFFFFF)


class GifExport(QObject):
    """Writes the pass whose pictures ``scene_at`` gives, for positions 0 to ``steps``.

    It paints in the thread of the window, as the view does, one picture each time the window has
    nothing else to do; another thread finds the colours, compresses and writes. Exactly one of
    ``finished``, ``failed`` and ``cancelled`` ends it. Until then there is no file.

    ``progress`` carries pictures written and their number, ``finished`` the path, ``failed`` a
    sentence.
    """

    progress = Signal(int, int)
    finished = Signal(str)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        scene_at: SceneAt,
        steps: int,
        path: Path,
        theme: Theme,
        *,
        speed: float = 1.0,
        scale: float = 1.0,
        parent: QObject | None = None,
    ) -> None:
        """Take a ``scene_at`` that tells of one pass to the end, whatever the window shows by then.

        ``speed`` is the playback's; ``scale`` is in pixels for a unit of the picture.
        """
        super().__init__(parent)
        self._scene_at, self._steps, self._path = scene_at, steps, path
        self._theme, self._scale = theme, scale
        self._moments = moments(steps, speed)
        self._size: QSize | None = None
        self._ahead = 0
        self._painting = self._paint_all()
        self._encoder = _Encoder(path, self)
        self._encoder.took.connect(self._go_on)
        self._encoder.finished.connect(self._end)
        self._turns = QTimer(self)
        self._turns.setInterval(0)
        self._turns.timeout.connect(self._take_turn)

    def start(self) -> None:
        """Begin."""
        self.progress.emit(0, len(self._moments))
        self._encoder.start()
        self._turns.start()

    def cancel(self) -> None:
        """Stop; ``cancelled`` follows, unless it has just ended otherwise."""
        self._turns.stop()
        self._encoder.cancel()

    def close(self) -> None:
        """Stop, and wait until nothing is left of it: the window closes."""
        self.cancel()
        self._encoder.wait()

    # Painting.

    def _take_turn(self) -> None:
        began = time.perf_counter()
        try:
            next(self._painting)
        except StopIteration:
            self._turns.stop()
        except BaseException:  # it is shown where all of them are; the thread must not wait on
            self.cancel()
            raise
        self._turns.setInterval(REST_MS if time.perf_counter() - began > LONG_TURN else 0)
        if self._ahead >= AHEAD:
            self._turns.stop()

    def _paint_all(self) -> Iterator[None]:
        """Paint what stays or what moves in each turn: a sample or a picture in two at most."""
        for position in sample_positions(self._steps):
            scene = self._scene_at(position)
            image = self._still(scene)
            yield
            paint_moving(image, scene, self._theme, SAMPLE_PULSE)
            self._send(pixels_of(image))
            yield
        self._encoder.take(None)
        position = -1
        for moment in self._moments:
            if moment.position != position:
                position, scene = moment.position, self._scene_at(moment.position)
                still = self._still(scene)
                yield
            image = still.copy()
            paint_moving(image, scene, self._theme, moment.pulse)
            self._send(pixels_of(image), moment.duration)
            yield
        self._encoder.take(None)

    def _still(self, scene: Scene) -> QImage:
        """Return what stays, all in the size of the first."""
        image = still_picture(scene, self._theme, self._scale)
        if self._size is None:
            self._size = image.size()
        if image.size() == self._size:
            return image
        fitting = QImage(self._size, image.format())
        fitting.setDevicePixelRatio(image.devicePixelRatio())
        fitting.fill(QColor(self._theme.surface_1))
        painter = QPainter(fitting)
        painter.drawImage(0, 0, image)
        painter.end()
        return fitting

    def _send(self, pixels: Pixels, duration: int = 0) -> None:
        self._ahead += 1
        self._encoder.take((pixels, duration))

    # What the other thread says.

    def _go_on(self, written: int) -> None:
        self._ahead -= 1
        if self._encoder.wanted and not self._turns.isActive():
            self._turns.start()
        if written:
            self.progress.emit(written, len(self._moments))

    def _end(self) -> None:
        self._turns.stop()
        self._encoder.wait()
        if self._encoder.error is not None:
            self.failed.emit(str(ExportError(self._path, self._encoder.error)))
        elif self._encoder.complete:
            self.finished.emit(str(self._path))
        else:
            self.cancelled.emit()


class _Cancelled(Exception):
    """The user doesn't want it any more."""


class _Encoder(QThread):
    """Takes samples up to a None, then pictures up to a None, and writes them.

    ``took`` says that there is room for another, and how many pictures are written.
    """

    took = Signal(int)

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._queue: queue.SimpleQueue[tuple[Pixels, int] | None] = queue.SimpleQueue()
        self.wanted = True
        self.complete = False
        self.error: Exception | None = None

    def take(self, work: tuple[Pixels, int] | None) -> None:
        """Add a sample or a picture with its duration; None ends them."""
        self._queue.put(work)

    def cancel(self) -> None:
        """End soon, and leave nothing behind."""
        self.wanted = False
        self._queue.put(None)

    def run(self) -> None:
        """Write the file."""
        try:
            palette = palette_of(self._samples())
            with replacing(self._path) as file:
                writer = GifWriter(file, palette)
                for written, (pixels, duration) in enumerate(self._work(), start=1):
                    writer.add(pixels, duration)
                    self.took.emit(written)
                writer.close()
            self.complete = True
        except _Cancelled:
            pass
        except Exception as error:  # whatever it is, the user is told
            self.error = error

    def _samples(self) -> Iterator[Pixels]:
        for pixels, _ in self._work():
            yield pixels
            self.took.emit(0)

    def _work(self) -> Iterator[tuple[Pixels, int]]:
        while (work := self._queue.get()) is not None and self.wanted:
            yield work
        if not self.wanted:
            raise _Cancelled
