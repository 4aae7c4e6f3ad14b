import threading
from functools import cache

import numpy as np
import pytest
from evaluated import (
    EvaluatedSession,
    child,
    click,
    digits,
    show,
    shown_card,
    shown_of,
    text,
    trained,
    trainer,
    untrained,
)
from painting import TIMES, references_lost
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressBar, QPushButton

from app import formatting, theme
from app.pages import evaluate_errands
from app.widgets.surface_canvas import SurfaceCanvas
from app.widgets.surface_painter import FAINTEST, STRONGEST, Frame, Relief, figure
from app.widgets.surface_view import Surface, SurfaceView
from bpcore.loss_surface import LossSurface, loss_surface
from bpcore.steps import result_of

XS, YS = np.linspace(-1, 1, 5), np.linspace(-2, 2, 9)


def a_surface(kind: str = "random", *, hole: bool = False) -> LossSurface:
    x, y = np.meshgrid(XS, YS)
    losses = 0.1 * 10 ** np.hypot(x, y)
    if hole:
        losses[0, 0] = np.inf
    path = np.array([[-0.8, -1.5, 0.0], [-0.2, 0.5, 300.0], [0.0, 0.0, 600.0]])
    return LossSurface(kind, XS, YS, losses, path, 0.75, 1000)


def found(kind: str = "random", run: int = 1, iteration: int = 600, *, hole: bool = False):
    return Surface(run, iteration, Relief.of(a_surface(kind, hole=hole)))


@cache
def states():
    return trainer().recording().keyframes


@pytest.fixture
def view(qtbot) -> SurfaceView:
    return shown_card(qtbot, SurfaceView)


@pytest.fixture
def session(qapp):
    made = EvaluatedSession(trained())
    images, labels = digits()["test"]
    made.test_digits(images[:60], labels[:60])
    made.states = states()
    yield made
    assert made.laboratory.close()


@pytest.fixture
def page(qtbot, session, monkeypatch):
    monkeypatch.setattr(evaluate_errands, "POINTS", 7)
    page = show(qtbot, session)
    click(page, "evaluateView_surface")
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 600", timeout=20_000)
    return page


def canvas_of(view) -> SurfaceCanvas:
    return child(view, SurfaceCanvas, "surfaceView")


def said(view) -> str:
    return text(view, "surfaceSentence")


def status_of(view) -> str:
    return text(view, "surfaceButtonStatus")


def point_at(view, column: int, row: int) -> None:
    canvas = canvas_of(view)
    surface = canvas.relief.surface
    at = canvas.frame.pixel(float(surface.xs[column]), float(surface.ys[row]))
    QTest.mouseMove(canvas, at.toPoint())


def measure(qtbot, page, kind: str) -> LossSurface:
    click(page, f"surfaceKind_{kind}")
    click(page, "surfaceButton")
    qtbot.waitUntil(lambda: canvas_of(page).relief is not None, timeout=60_000)
    return canvas_of(page).relief.surface


# What is painted


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_each_cell_has_ink_by_the_logarithm_of_its_loss(qapp, view, colors) -> None:
    theme.apply(qapp, colors)
    view.show_surface(found(hole=True))
    canvas = canvas_of(view)
    shot, frame = canvas.grab().toImage(), canvas.frame
    x, y = np.meshgrid(XS, YS)
    shares = np.hypot(x, y) / np.hypot(1, 2)
    across, exact = frame.bed.width() / len(XS), 0
    for row in range(len(YS)):
        at = frame.pixel(float(XS[0]), float(YS[row]))
        painted = shot.pixelColor((at - QPointF(across / 2 - 4, 0)).toPoint())  # off path and lines
        if row == 0:
            assert painted == QColor(colors.text_2)  # beyond all numbers
            continue
        place = round(float(shares[row, 0]) * 255) / 255
        alpha = FAINTEST + (STRONGEST - FAINTEST) * place
        expected = theme.blend(colors.text_2, colors.surface_1, alpha)
        apart = [abs(a - b) for a, b in zip(painted.toTuple(), expected.toTuple(), strict=True)]
        exact += max(apart) <= 1
    assert exact >= 7  # a contour may run through one of the places
    assert len({shot.pixelColor(frame.pixel(float(x), 2.0).toPoint()).name() for x in XS}) > 1


def test_the_network_is_a_dot_of_the_accent_and_the_start_a_ring(view) -> None:
    view.show_surface(found())
    canvas = canvas_of(view)
    shot = canvas.grab().toImage()
    here = canvas.frame.pixel(0.0, 0.0).toPoint()
    start = canvas.frame.pixel(-0.8, -1.5).toPoint()
    assert shot.pixelColor(here) == QColor(theme.DARK.accent)
    assert shot.pixelColor(start) == QColor(theme.DARK.surface_1)


def test_points_and_pixels_belong_together() -> None:
    frame = Frame.on(a_surface(), 700, 500)
    for x, y in ((-1.0, -2.0), (0.0, 0.0), (0.37, 1.91)):
        assert frame.point(frame.pixel(x, y)) == pytest.approx((x, y))
    assert all(frame.bed.contains(frame.pixel(x, y)) for x in (-1.0, 1.0) for y in (-2.0, 2.0))


def test_contours_are_where_the_loss_is_their_level() -> None:
    relief = Relief.of(a_surface())
    assert len(relief.levels) >= 4
    for level, pieces in zip(relief.levels, relief.lines, strict=True):
        assert len(pieces)
        for x, y in pieces.reshape(-1, 2).tolist():
            on_x = np.isclose(XS, x).any()
            along = XS if not on_x else YS
            at = x if not on_x else y
            n = min(int((at - along[0]) / (along[1] - along[0])), len(along) - 2)
            ends = [(along[n + k], y) if not on_x else (x, along[n + k]) for k in (0, 1)]
            low, high = (0.1 * 10 ** np.hypot(*end) for end in ends)
            slack = 1 + 1e-6
            assert min(low, high) / slack <= level <= max(low, high) * slack


def test_places_are_written_with_a_minus() -> None:
    assert [figure(x) for x in (-0.5, 0.0, 2.0, 12.25)] == ["−0.5", "0", "2", "12.25"]


# What is said


def test_the_sentence_has_the_engine_s_loss_and_share(view) -> None:
    assert said(view) == ""
    view.show_surface(found())
    loss, share = formatting.loss(0.1), formatting.share(0.75)
    expected = (
        f"Loss {loss} at the network, on 1,000 test digits. The plane holds {share} of the path's "
        "variance."
    )
    assert said(view) == canvas_of(view).accessibleDescription() == expected


def test_the_pointer_reads_off_points(view) -> None:
    view.show_surface(found(hole=True))
    point_at(view, 3, 2)
    loss = formatting.loss(float(0.1 * 10 ** np.hypot(0.5, 1.0)))
    assert said(view) == f"Loss {loss} at 0.5 and −1"
    point_at(view, 0, 0)
    assert said(view).startswith("Loss ∞ at −1 and −2")
    QApplication.sendEvent(canvas_of(view), QEvent(QEvent.Type.Leave))
    assert "at the network" in said(view)


def test_the_keys_go_from_the_network_to_its_neighbours(view) -> None:
    view.show_surface(found())
    canvas = canvas_of(view)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.place == (2, 4)  # the network itself
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.place == (2, 5)
    for _ in range(9):
        QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.place == (0, 5)


def test_axes_are_named_by_kind(view) -> None:
    view.show_surface(found("random"))
    assert canvas_of(view).axis_names()[0].startswith("1st random direction")
    view.show_surface(found("path"))
    assert canvas_of(view).axis_names()[0].startswith("1st principal direction")


def test_each_kind_keeps_its_surface(view) -> None:
    random, path = found("random"), found("path", iteration=500)
    view.show_surface(random)
    click(view, "surfaceKind_path")
    assert canvas_of(view).relief is None
    assert "moved most" in canvas_of(view).message
    assert status_of(view) == ""
    view.show_surface(path)
    assert status_of(view) == "of iteration 500; measure again"
    click(view, "surfaceKind_random")
    assert canvas_of(view).relief is random.relief
    assert status_of(view) == "of iteration 600"


def test_without_a_surface_keys_and_pointer_do_nothing(view) -> None:
    canvas = canvas_of(view)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.mouseMove(canvas, canvas.rect().center())
    assert canvas.place is None
    assert "two random directions" in canvas.message
    canvas.grab()


# On the page


@pytest.mark.parametrize("kind", ["random", "path"])
def test_the_surface_is_the_engine_s(qtbot, page, kind) -> None:
    shown = measure(qtbot, page, kind)
    images, labels = digits()["test"]
    work = loss_surface(trained(), images[:60], labels[:60], kind, states(), size=7)
    expected = result_of(work)
    assert np.array_equal(shown.losses, expected.losses)
    assert np.array_equal(shown.path, expected.path)
    assert formatting.loss(expected.loss) in said(page)
    assert status_of(page) == "of iteration 600"


def test_another_network_makes_it_stale(qtbot, session, page) -> None:
    measure(qtbot, page, "random")
    session.publish(untrained(), 601)
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 601", timeout=20_000)
    assert status_of(page) == "of iteration 600; measure again"


def test_the_path_ends_at_the_network_that_is_shown(qtbot, session, page) -> None:
    middle = states()[len(states()) // 2]
    session.publish(trained(), middle.iteration)
    wanted = f"Iteration {formatting.count(middle.iteration)}"
    qtbot.waitUntil(lambda: shown_of(page) == wanted, timeout=20_000)
    shown = measure(qtbot, page, "random")
    assert shown.path[-1, 2] == middle.iteration


def test_a_run_too_young_for_a_path_says_so(qtbot, session, page) -> None:
    session.states = states()[:1]
    click(page, "surfaceKind_path")
    click(page, "surfaceButton")
    qtbot.waitUntil(lambda: status_of(page).startswith("✗"), timeout=20_000)
    assert "train some more iterations" in status_of(page)
    click(page, "surfaceKind_random")
    assert status_of(page) == ""


def test_it_can_be_cancelled(qtbot, page, monkeypatch) -> None:
    gate, over, real = threading.Event(), threading.Event(), evaluate_errands.loss_surface

    def held(*args, **options):
        try:
            yield 0.5
            assert gate.wait(20)
            return (yield from real(*args, **options))
        finally:
            over.set()

    monkeypatch.setattr(evaluate_errands, "loss_surface", held)
    click(page, "surfaceButton")
    button = child(page, QPushButton, "surfaceButton")
    assert button.text() == "Cancel"
    assert status_of(page) == "Measuring iteration 600"
    progress = child(page, QProgressBar, "surfaceButtonProgress")
    qtbot.waitUntil(lambda: progress.value() == 500, timeout=20_000)
    click(page, "surfaceButton")
    gate.set()
    qtbot.waitUntil(over.is_set, timeout=20_000)
    QApplication.processEvents()
    assert button.text() == "Measure"
    assert canvas_of(page).relief is None


def test_paints_lose_no_reference_to_none(view) -> None:
    view.show_surface(found())
    canvas = canvas_of(view)
    point_at(view, 1, 1)

    def go(turn: int) -> None:
        canvas._point((turn % 5, turn % 9))

    assert abs(references_lost(canvas, go)) < TIMES / 3
