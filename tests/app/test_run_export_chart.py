"""The picture of loss and accuracy: what stands in it, where, and how it looks."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from exported_runs import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from pictures import check
from PySide6.QtGui import QColor, QImage
from run_curves import CHANGES, curves_of

from app.curves import RunCurves
from app.run_export_chart import BINS, ChartFacts, RunLines, chart, lines_of
from app.run_export_panel import spread
from app.run_export_picture import painted
from app.run_export_svg import Ink, Picture, dashes_of, palette
from app.theme import DARK, LIGHT, Theme
from app.widgets import line_styles

SVG = "{http://www.w3.org/2000/svg}"
INK = Ink(palette(LIGHT))


def picture(
    *curves: RunCurves, names: tuple[str, ...] = (), colors: Theme = LIGHT, **facts: object
) -> Picture:
    last = max(1, *(c.iteration for c in curves))
    names = names or tuple(f"run {n}" for n in range(len(curves)))
    runs = tuple(
        lines_of(c, name, n, last) for n, (c, name) in enumerate(zip(curves, names, strict=True))
    )
    made = {"title": "A run", "subtitle": "of some kind", "events": curves[0].events}
    return chart(
        ChartFacts(runs=runs, last=last, **made | facts),  # type: ignore[arg-type]
        Ink(palette(colors)),
    )


def texts(shown: Picture) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(shown.svg).iter(f"{SVG}text")]


def of_losses(losses: np.ndarray) -> RunCurves:
    curves = RunCurves(len(losses))
    curves.losses.extend(losses)
    return curves


def test_the_line_does_not_move_before_the_change_that_moves_it() -> None:
    run = of_losses(np.array([0.5] * 3000 + [4.0] * 3000))
    run.events = (CHANGES[0].__class__(3000, "learning_rate", 5.0),)
    lines = lines_of(run, "", 0, 6000).losses
    np.testing.assert_allclose(lines.smooth, np.where(lines.x <= 3000, 0.5, 4))
    assert lines_of(run, "", 0, 6000).ends[0] == 4


def test_it_says_what_it_is_of_and_where_the_curves_end() -> None:
    run = curves_of(1000, 1000, events=[CHANGES[0].__class__(400, "learning_rate", 0.05)])
    found = texts(picture(run))
    lines = lines_of(run, "", 0, 1000)
    loss, train, test = lines.ends
    assert found[:2] == ["A run", "of some kind"]
    for text in ("rate 0.05", "smoothed", "raw range", "iterations", "1,000"):
        assert text in found
    assert f"{loss:.3f}" in found
    assert f"test {test * 100:.1f}\N{THIN SPACE}%" in found
    assert f"train {train * 100:.1f}\N{THIN SPACE}%" in found


def test_the_iteration_that_is_shown_is_marked() -> None:
    run = curves_of(1000, 1000)
    assert "iteration 250" not in texts(picture(run))
    marked = picture(run, shown=250)
    assert "iteration 250" in texts(marked)
    root = ElementTree.fromstring(marked.svg)
    lines = [e for e in root.iter(f"{SVG}line") if e.get("stroke") == LIGHT.accent]
    assert [line.get("x1") for line in lines] == ["253", "253"]  # a quarter of 64 to 820


def test_compared_runs_are_named_and_told_apart_without_colour() -> None:
    runs = [curves_of(n, 1000, seed=n) for n in (1000, 900, 800, 1000)]
    shown = picture(*runs)
    found = texts(shown)
    assert [text for text in found if text.startswith("run ")] == [
        "run 0",
        "run 1",
        "run 2",
        "run 3",
    ]
    for n, run in enumerate(runs):
        assert f"{lines_of(run, '', n, 1000).ends[0]:.3f}" in found
    dashes = {
        e.get("stroke-dasharray") for e in ElementTree.fromstring(shown.svg).iter(f"{SVG}path")
    }
    for style in (1, 2, 3):
        assert " ".join(f"{d:g}" for d in dashes_of(style)) in dashes


def test_dashes_are_those_of_the_window() -> None:
    pens = [line_styles.pen(style) for style in range(line_styles.COUNT)]
    assert [dashes_of(n) for n in range(4)] == [
        [length * pen.widthF() for length in pen.dashPattern()] for pen in pens
    ]
    assert len({tuple(dashes_of(n)) for n in range(4)}) == 4


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_text_in_it(name: str) -> None:
    run = curves_of(100, 100)
    shown = picture(run, run, names=(name, name), title=name)
    tags = {e.tag.removeprefix(SVG) for e in ElementTree.fromstring(shown.svg).iter()}
    assert tags <= {"svg", "title", "desc", "rect", "line", "path", "circle", "text"}
    image = painted(shown, 0.25)
    assert not image.isNull()


def test_a_million_losses_make_a_small_picture() -> None:
    losses = np.exp(np.random.default_rng(0).normal(-3, 1, 1_000_000)).astype(np.float32)
    shown = picture(of_losses(losses))
    assert len(shown.file) < 60_000
    lines = lines_of(of_losses(losses), "", 0, 1_000_000)
    assert len(lines.losses.x) <= BINS
    assert lines.losses.low.min() == losses.min()
    assert lines.losses.high.max() == losses.max()


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize(
    "losses",
    [[], [2.3], [0.0, 0.0], [1e30, 1e-30, 1.0], [2.3] * 500],
    ids=["none", "one", "zeros", "huge", "equal"],
)
def test_any_run_can_be_drawn(losses: list[float], log: bool) -> None:
    shown = picture(of_losses(np.array(losses)), log=log)
    assert "None was measured." in texts(shown)
    assert "nan" not in shown.svg.lower()
    assert not painted(shown, 0.25).isNull()


def coordinates(shown: Picture) -> np.ndarray:
    ways = [e.get("d", "") for e in ElementTree.fromstring(shown.svg).iter(f"{SVG}path")]
    pairs = [pair for way in ways for pair in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", way)]
    return np.array(pairs, float)


@pytest.mark.parametrize("log", [True, False])
def test_no_curve_leaves_its_plot(log: bool) -> None:
    runs = [curves_of(1000, 1000), curves_of(300, 1000, seed=1, floor=0.5)]
    xy = coordinates(picture(*runs, log=log, shown=30))
    assert xy[:, 0].min() >= 24
    assert xy[:, 0].max() <= 820 + 12 + 24
    assert xy[:, 1].max() < picture(*runs).height


def test_a_curve_that_begins_below_its_plot_comes_from_its_edge() -> None:
    run = RunCurves(100)
    run.losses.extend(np.ones(100))
    run.train.extend([1, 2, 60, 100], [0.1, 0.5, 0.93, 0.96])
    run.test.extend([1, 2, 60, 100], [0.1, 0.5, 0.91, 0.95])
    root = ElementTree.fromstring(picture(run).svg)
    ways = [e.get("d") for e in root.iter(f"{SVG}path") if e.get("stroke-width") == "1.6"]
    first, *_ = re.findall(r"[ML]([\d.]+) ([\d.]+)", ways[-1])
    bottom = max(float(e.get("y2")) for e in root.iter(f"{SVG}line"))
    assert float(first[1]) == bottom
    assert 64 + 756 * 0.5 < float(first[0]) < 64 + 756 * 0.6


@given(
    heights=st.lists(st.floats(-50, 350), max_size=8),
)
def test_texts_at_the_ends_do_not_lie_on_one_another(heights: list[float]) -> None:
    placed = spread(heights, 18, 0, 300)
    for above, below in pairwise(sorted(placed)):
        assert below - above >= 18 - 1e-9
    assert [h for _, h in sorted(zip(heights, placed, strict=True))] == sorted(placed)
    assert all(-1e-9 <= height <= 300 for height in placed)


def test_a_text_that_has_room_stays_at_its_curve() -> None:
    assert spread([100, 40, 250], 18, 0, 300) == [100, 40, 250]


@pytest.mark.parametrize("colors", [DARK, LIGHT])
def test_it_looks_as_approved(colors: Theme) -> None:
    runs = [curves_of(10_000, 10_000, events=CHANGES)]
    if colors is DARK:
        runs += [curves_of(6000, 10_000, seed=3, floor=0.2), curves_of(10_000, 10_000, seed=2)]
    image = painted(picture(*runs, colors=colors, shown=4312 if colors is DARK else None), 1)
    check(image, f"run_export_{colors.name}")


def test_the_ground_is_that_of_the_theme() -> None:
    for colors in (DARK, LIGHT):
        image = painted(picture(curves_of(50, 50), colors=colors), 0.5)
        assert image.pixelColor(1, 1) == QColor(colors.surface_1)


def test_a_picture_that_memory_can_not_hold_is_null() -> None:
    huge = Picture(1e6, 1e6, "", "", ())
    assert painted(huge, 4).isNull()
    assert isinstance(painted(huge, 4), QImage)


def test_lines_are_plain_numbers_that_do_not_follow_the_run() -> None:
    run = curves_of(100, 1000)
    lines: RunLines = lines_of(run, "a", 0, 100)
    before = lines.losses.smooth.copy()
    run.losses.extend(np.ones(100))
    np.testing.assert_array_equal(lines.losses.smooth, before)
    assert lines.done == 100


@pytest.mark.parametrize("log", [True, False])
def test_a_run_that_diverged_leaves_the_plot_and_does_not_run_along_its_edge(log: bool) -> None:
    good = curves_of(1000, 1000)
    diverged = of_losses(np.geomspace(2.3, 1e36, 1000))
    root = ElementTree.fromstring(picture(good, diverged, log=log).svg)
    dashed = " ".join(f"{length:g}" for length in dashes_of(1))
    lines = [e.get("d") for e in root.iter(f"{SVG}path") if e.get("stroke-dasharray") == dashed]
    xs = [float(point.split()[0]) for point in max(lines, key=len)[1:].split("L")]
    assert 5 < max(xs) - min(xs) < 60
    assert "6.4e+35" in [e.text for e in root.iter(f"{SVG}text")]
