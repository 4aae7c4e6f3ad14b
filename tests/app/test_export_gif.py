import errno
import io
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from passes import a_frame, a_pass
from pictures import pixels
from PIL import Image, ImageSequence
from PySide6.QtGui import QColor
from sketch import Sketch, left_in

from app import export_gif, gif_writer, theme
from app.export import picture
from app.export_gif import END_SECONDS, START_SECONDS, GifExport, moments
from app.graph_view.canvas import Canvas
from app.graph_view.network_scene import NetworkScene
from app.graph_view.scene import Scene
from app.playback import STEP_SECONDS

ROOT = Path(__file__).parents[2]
DARK = theme.DARK


def test_a_pass_lasts_as_long_as_it_is_played() -> None:
    for speed in (0.25, 1, 4):
        played = moments(3, speed)
        seconds = START_SECONDS + 3 * STEP_SECONDS / speed + END_SECONDS
        assert sum(m.duration for m in played) == round(100 * seconds)
        assert [played[0].position, played[-1].position] == [0, 3]
        assert played[0].pulse is None
        assert played[-1].pulse is None
        assert {m.duration for m in played[1:-1]} <= {6, 7}
    assert len(moments(0)) == 1


@pytest.mark.parametrize("speed", [0.25, 1, 4])
@pytest.mark.parametrize("steps", [90, 373, 1_200])
def test_a_long_pass_has_fewer_pictures_and_lasts_as_long(steps: int, speed: float) -> None:
    played = moments(steps, speed)
    assert len(played) <= max(export_gif.MOST_PICTURES, steps) + 2
    assert {m.position for m in played} == set(range(steps + 1))
    seconds = START_SECONDS + steps * STEP_SECONDS / speed + END_SECONDS
    assert sum(m.duration for m in played) == round(100 * seconds)


def test_samples_reach_from_the_first_position_to_the_last() -> None:
    assert export_gif.sample_positions(3) == [0, 1, 2, 3]
    assert export_gif.sample_positions(0) == [0]
    many = export_gif.sample_positions(200)
    assert (many[0], many[-1], len(many)) == (0, 200, export_gif.SAMPLES)


Exporting = Callable[..., GifExport]


@pytest.fixture
def exporting(tmp_path: Path) -> Iterator[Exporting]:
    """Make exports of a sketch's pass, and end them."""
    made: list[GifExport] = []

    def make(scene_at: Callable[[int], Scene] = Sketch, steps: int = 2, **given) -> GifExport:
        given = {"path": tmp_path / "pass.gif", "theme": DARK, "speed": 4} | given
        made.append(GifExport(scene_at, steps, **given))
        return made[-1]

    yield make
    for gif in made:
        gif.close()


def frames_of(path: Path) -> list[tuple[np.ndarray, int]]:
    with Image.open(path) as gif:
        return [
            (np.asarray(frame.convert("RGB")).astype(np.int16), frame.info["duration"])
            for frame in ImageSequence.Iterator(gif)
        ]


def test_a_gif_has_all_pictures_of_the_pass(qtbot, exporting: Exporting, tmp_path: Path) -> None:
    gif = exporting()
    told: list[tuple[int, int]] = []
    gif.progress.connect(lambda done, total: told.append((done, total)))
    with qtbot.waitSignal(gif.finished) as done:
        gif.start()
    assert done.args == [str(tmp_path / "pass.gif")]
    played, frames = moments(2, 4), frames_of(tmp_path / "pass.gif")
    assert told == [(n, len(played)) for n in range(len(played) + 1)]
    assert sum(duration for _, duration in frames) == 10 * sum(m.duration for m in played)
    # What looks the same is one frame that lasts longer: the dot rests at the end of a step.
    at = [(m.position, m.pulse if (m.pulse or 0) <= 0.75 else None) for m in played]
    assert len(frames) == 1 + sum(a != b for a, b in itertools.pairwise(at))
    for (frame, _), position in ((frames[0], 0), (frames[-1], 2)):
        assert np.abs(frame - pixels(picture(Sketch(position), DARK))).max() <= 8
    assert left_in(tmp_path) == ["pass.gif"]


def test_a_gif_of_the_network_keeps_its_colours(
    qtbot, exporting: Exporting, tmp_path: Path
) -> None:
    trace = a_pass()
    scenes = [NetworkScene(a_frame(trace, position)) for position in (0, 13, 14)]
    gif = exporting(scenes.__getitem__, 2)
    with qtbot.waitSignal(gif.finished, timeout=20_000):
        gif.start()
    frames = frames_of(tmp_path / "pass.gif")
    for (frame, _), scene in ((frames[0], scenes[0]), (frames[-1], scenes[-1])):
        off = np.abs(frame - pixels(picture(scene, DARK))).max(axis=2)
        assert (off > 0).mean() < 0.12
        assert (off > 8).mean() < 0.006
        assert off.max() < 48


def test_pictures_of_other_sizes_are_fitted_into_the_first(
    qtbot, exporting: Exporting, tmp_path: Path
) -> None:
    gif = exporting(lambda position: Sketch(position, (120 - 10 * position, 60)), 1)
    with qtbot.waitSignal(gif.finished):
        gif.start()
    last, _ = frames_of(tmp_path / "pass.gif")[-1]
    assert last.shape == (60, 120, 3)
    assert tuple(last[59, 119]) == QColor(DARK.surface_1).getRgb()[:3]


def test_a_cancelled_gif_leaves_nothing(qtbot, exporting: Exporting, tmp_path: Path) -> None:
    (tmp_path / "pass.gif").write_text("old")
    gif = exporting(steps=200)
    gif.progress.connect(lambda done, _total: done == 5 and gif.cancel())
    with qtbot.waitSignal(gif.cancelled):
        gif.start()
    assert left_in(tmp_path) == ["pass.gif"]
    assert (tmp_path / "pass.gif").read_text() == "old"


def test_a_gif_that_is_cancelled_at_once_leaves_nothing(
    qtbot, exporting: Exporting, tmp_path: Path
) -> None:
    gif = exporting()
    with qtbot.waitSignal(gif.cancelled):
        gif.start()
        gif.cancel()
    assert left_in(tmp_path) == []


def test_closing_waits_until_nothing_is_left(exporting: Exporting, tmp_path: Path) -> None:
    gif = exporting(steps=200)
    gif.start()
    gif.close()
    assert left_in(tmp_path) == []


def test_a_folder_that_vanishes_meanwhile_gives_one_sentence(
    qtbot, exporting: Exporting, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    gif = exporting(path=folder / "pass.gif")

    def pull_out(done: int, _total: int) -> None:
        if done == 3:
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()

    gif.progress.connect(pull_out)
    with qtbot.waitSignal(gif.failed) as failed:
        gif.start()
    assert failed.args == ["pass.gif can't be written: its folder is not there."]
    assert left_in(tmp_path) == []


def test_a_disk_that_fills_up_gives_one_sentence(
    qtbot, exporting: Exporting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_writer: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(gif_writer.GifWriter, "_write_waiting", fail)
    gif = exporting()
    with qtbot.waitSignal(gif.failed) as failed:
        gif.start()
    assert failed.args == ["pass.gif can't be written: the disk is full."]
    assert left_in(tmp_path) == []


def test_a_picture_that_fails_ends_the_gif(qtbot, exporting: Exporting, tmp_path: Path) -> None:
    def scene_at(position: int) -> Scene:
        if position == 1:
            raise ValueError("no such picture")
        return Sketch(position)

    gif = exporting(scene_at)
    with qtbot.captureExceptions() as errors, qtbot.waitSignal(gif.cancelled):
        gif.start()
    assert [str(error) for _, error, _ in errors] == ["no such picture"]
    assert left_in(tmp_path) == []


def test_memory_holds_a_few_pictures_of_a_pass_of_any_length(
    qtbot, exporting: Exporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, sent, given = threading.Semaphore(0), [0], gif_writer.GifWriter.add

    def add(*args: object) -> None:
        gate.acquire(timeout=10)
        given(*args)  # type: ignore[arg-type]

    def send(pixels: gif_writer.Pixels, duration: int = 0) -> None:
        sent[0] += duration > 0
        before(pixels, duration)

    monkeypatch.setattr(gif_writer.GifWriter, "add", add)
    gif = exporting(steps=50)
    before = gif._send
    monkeypatch.setattr(gif, "_send", send)
    gif.start()
    qtbot.waitUntil(lambda: sent[0] == export_gif.AHEAD)
    assert not gif._turns.isActive()
    gate.release(2)
    qtbot.waitUntil(lambda: sent[0] == export_gif.AHEAD + 2)
    gif.cancel()
    gate.release(1000)
    gif.close()


def test_no_turn_paints_both_what_stays_and_what_moves(exporting: Exporting) -> None:
    painted: list[str] = []

    class Watched(Sketch):
        def paint_still(self, canvas: Canvas) -> None:
            painted.append("still")

        def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
            painted.append("moving")

    turns = []
    for _ in exporting(Watched)._painting:
        turns.append(tuple(painted))
        painted.clear()
    assert set(turns) == {("still",), ("moving",)}


def test_a_palette_keeps_all_colours_if_they_are_few() -> None:
    colors = gif_writer.palette_of([np.array([[0x010203, 0xFFFFFF]], np.uint32)] * 2)
    assert sorted(map(tuple, colors.tolist())) == [(1, 2, 3), (255, 255, 255)]


def test_of_many_colours_the_commonest_are_kept() -> None:
    random = np.random.default_rng(1)
    noise = random.integers(0, 1 << 24, (100, 100), np.uint32)
    noise[:50] = 0x161A20
    noise[50:60] = 0x5AA9FF
    palette = gif_writer.palette_of([noise])
    assert len(palette) <= gif_writer.COLORS
    assert palette[:2].tolist() == [[0x16, 0x1A, 0x20], [0x5A, 0xA9, 0xFF]]
    file = io.BytesIO()
    writer = gif_writer.GifWriter(file, palette)
    writer.add(noise, 10)
    writer.add(noise[::-1], 10)
    writer.close()
    with Image.open(file) as gif:
        assert gif.n_frames == 2
        gif.seek(1)
        assert gif.convert("RGB").getpixel((0, 99)) == (0x16, 0x1A, 0x20)


def test_a_picture_that_comes_back_is_drawn_again() -> None:
    a = np.zeros((4, 6), np.uint32)
    b = a.copy()
    b[1:3, 2:5] = 0xFFFFFF
    b[2, 3] = 0
    file = io.BytesIO()
    writer = gif_writer.GifWriter(file, gif_writer.palette_of([a, b]))
    for shown in (a, b, b, a):
        writer.add(shown, 5)
    writer.close()
    with Image.open(file) as gif:
        frames = [np.asarray(f.convert("L")) for f in ImageSequence.Iterator(gif)]
        assert gif.info["loop"] == 0
    assert [(f > 0).tolist() for f in frames] == [(x > 0).tolist() for x in (a, b, a)]


def test_one_file_knows_pillow() -> None:
    importing = re.compile(r"^\s*(from|import) PIL\b", re.MULTILINE)
    files = [p for p in (ROOT / "app").rglob("*.py") if importing.search(p.read_text("utf-8"))]
    assert [p.name for p in files] == ["gif_writer.py"]
