"""Pictures of every page after a short run, without a display: for the README and for reviewers."""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.application import create
from app.places import Place
from app.plans import Plan
from app.session import State
from app.theatre import LANDING
from app.widgets.measure_bar import MeasureBar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.main_window import MainWindow
    from app.session import Example

ITERATIONS = 4312
WAIT_SECONDS = 120.0
EVALUATE_VIEWS = ("mistakes", "robustness", "map", "surgery", "surface")

# A three, and a nine that looks like a four, as a hand draws them, in shares of the canvas.
THREE = ((
    (0.31, 0.24), (0.36, 0.19), (0.44, 0.17), (0.53, 0.17), (0.60, 0.21), (0.64, 0.27),
    (0.63, 0.34), (0.59, 0.40), (0.52, 0.44), (0.45, 0.46), (0.53, 0.48), (0.62, 0.53),
    (0.68, 0.60), (0.70, 0.68), (0.66, 0.76), (0.58, 0.81), (0.48, 0.82), (0.39, 0.80),
    (0.32, 0.75), (0.28, 0.68),
),)  # fmt: skip
NINE = (((0.49, 0.14), (0.34, 0.46), (0.66, 0.48)), ((0.55, 0.12), (0.62, 0.88)))


def write_snapshots(folder: str, size: tuple[int, int], theme_choice: str) -> int:
    """Write a PNG of every page, ``size`` wide and high, into ``folder``; return an exit status."""
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"{folder}: can't be made a folder ({error.strerror})", file=sys.stderr)
        return 1
    app, window = create(sys.argv[:1], theme_choice=theme_choice, keep_runs=False)
    window.resize(*size)
    window.show()
    try:
        for name in _stage(app, window):
            path = target / f"{name}.png"
            if not window.grab().save(str(path)):
                print(f"{path}: can't be written", file=sys.stderr)
                return 1
            print(path)
        return 0
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        window.close()


def _stage(app: QApplication, window: MainWindow) -> Iterator[str]:
    """Bring the window into each state worth a picture, and yield its name."""
    session, readers, backward = window.session, window.session.readers, window.backward_page
    _wait(app, lambda: session.snapshot is not None, "the data to load")
    _settle(app)
    yield "train-ready"
    remembered = readers.wanted
    window.show_page(2)
    for choice, name in (("shipped", "draw-empty"), ("run", "draw-untrained")):
        readers.choose(choice)
        _settle(app)
        yield name
    window.show_page(0)
    _train(app, window)
    yield "train"
    yield from _stage_cockpit(app, window)
    yield from _stage_evaluation(app, window)
    window.show_page(1)
    backward.reduced_motion = True
    mistake = _first_mistake(app, window)
    backward.show_example("test", mistake)
    for position in (0, 3, 5, 9, 12, 14):
        backward.playback.jump(position)
        _settle(app)
        yield f"backward-step-{position:02}"
    yield from _stage_drawings(app, window)
    readers.choose(remembered)
    backward.show_example("test", mistake)
    yield from _stage_places(app, window)
    backward.show_example("test", mistake)
    session.reset(session.config.replace(activation="sigmoid"))
    _train(app, window)
    yield from _stage_sigmoid(app, window)


def _stage_cockpit(app: QApplication, window: MainWindow) -> Iterator[str]:
    session = window.session
    _click(window, "vitalsView_histograms")
    session.seek(ITERATIONS // 3)
    _wait(app, lambda: not session.replaying, "a past iteration")
    _settle(app)
    yield "train-past"
    session.jump_to_live()
    _click(window, "vitalsView_gradient")
    _click(window, "sideView_runs")
    config = session.config
    rates = [config.replace(learning_rate=rate, iterations=ITERATIONS) for rate in (0.03, 0.3)]
    session.set_pace(None)
    session.race([Plan("", each) for each in rates])
    _wait(app, lambda: session.state is State.FINISHED, "a race")
    _settle(app)
    yield "train-race"
    session.start(config.replace(learning_rate=1.0, weight_decay=3.0))
    _wait(app, lambda: session.state is State.FAILED, "a divergence")
    _settle(app)
    yield "train-diverged"
    _click(window, "sideView_network")
    session.reset(config)
    _train(app, window)


def _stage_evaluation(app: QApplication, window: MainWindow) -> Iterator[str]:
    window.show_page(3)
    for view in EVALUATE_VIEWS:
        _click(window, f"evaluateView_{view}")
        _settle(app)
        if view in ("robustness", "surface"):
            _measure(app, window, view)
        yield "evaluate" if view == EVALUATE_VIEWS[0] else f"evaluate-{view}"
    _click(window, f"evaluateView_{EVALUATE_VIEWS[0]}")


def _measure(app: QApplication, window: MainWindow, view: str) -> None:
    _click(window, f"{view}Button")
    button = window.findChild(QWidget, f"{view}Button")
    bar = None if button is None else button.parentWidget()
    assert isinstance(bar, MeasureBar)
    _wait(app, lambda: not bar.busy, "a measurement")
    _settle(app)


def _stage_drawings(app: QApplication, window: MainWindow) -> Iterator[str]:
    window.show_page(2)
    _settle(app)
    _draw(window, THREE)
    _settle(app)
    yield "draw-run"
    window.session.readers.choose("shipped")
    _draw(window, NINE)
    _click(window, "labelButton9")
    _click(window, "learnButton")
    _settle(app)
    yield "draw"
    window.follow_drawing()
    window.backward_page.playback.jump(9)
    _settle(app)
    yield "backward-drawing"


def _stage_places(app: QApplication, window: MainWindow) -> Iterator[str]:
    backward = window.backward_page
    for name, place, position in _places("Relu1", backward.theatre.unit):
        backward.theatre.open(place)
        backward.playback.jump(position)
        _settle(app)
        yield f"backward-{name}"
    for kind in ("batch", "shop", "expression"):
        backward.chooser.choose_kind(kind)
        backward.playback.last()
        _settle(app)
        yield f"backward-{kind}"


def _stage_sigmoid(app: QApplication, window: MainWindow) -> Iterator[str]:
    backward = window.backward_page
    unit = Place("Sigmoid1", backward.theatre.unit)
    operation = Place(unit.layer, unit.unit, f"exp(−z1[{unit.unit}])")
    for name, place, position in (
        ("step-09", Place(), 9),
        ("unit", unit, 7),
        ("operation", operation, 7),
    ):
        backward.theatre.open(place)
        backward.playback.jump(position)
        _settle(app)
        yield f"backward-sigmoid-{name}"


def _places(activation: str, unit: int) -> tuple[tuple[str, Place, int], ...]:
    """Return places of the network, and how far their passes are to be."""
    return (
        ("layer-affine1", Place("Affine1"), 11),
        ("layer-activation", Place(activation), 9),
        ("layer-affine2", Place("Affine2"), 7),
        ("layer-loss", Place("SoftmaxWithLoss"), 5),
        ("landing", LANDING, 14),
        ("unit", Place("Affine1", unit), 12),
        ("unit-activation", Place(activation, unit), 2),
    )


def _train(app: QApplication, window: MainWindow) -> None:
    session = window.session
    config = session.config
    session.step(ITERATIONS)

    def done() -> bool:
        snapshot = session.snapshot
        return (
            snapshot is not None and snapshot.config == config and snapshot.iteration == ITERATIONS
        )

    _wait(app, done, "training")
    _settle(app)


def _first_mistake(app: QApplication, window: MainWindow) -> int:
    """Return the index of the first test digit that is read wrongly: its gradients are strong."""
    found: list[Example | None] = []
    window.session.mistake_found.connect(found.append)
    window.session.find_mistake("test", -1)
    _wait(app, lambda: bool(found), "a mistake")
    return (found[0] and found[0].index) or 0


def _wait(app: QApplication, done: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"gave up waiting for {what} after {WAIT_SECONDS:.0f} s")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def _settle(app: QApplication) -> None:
    """Let timers of up to a few frames run out, so that nothing is caught half-way."""
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _draw(window: MainWindow, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
    """Draw ``strokes`` on an empty canvas."""
    _click(window, "clearButton")
    canvas = window.findChild(QWidget, "digitCanvas")
    assert canvas is not None
    side = canvas.width()
    left = Qt.MouseButton.LeftButton
    for stroke in strokes:
        points = [QPoint(round(x * side), round(y * side)) for x, y in _rounded(stroke)]
        QTest.mousePress(canvas, left, pos=points[0])
        for point in points:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, left, pos=points[-1])


def _click(window: MainWindow, name: str) -> None:
    button = window.findChild(QWidget, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _rounded(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cut the corners of a line, as often as it takes to look like a hand's."""
    line = list(points)
    for _ in range(3):
        cut = [
            (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            for a, b in itertools.pairwise(line)
            for share in (0.25, 0.75)
        ]
        line = [line[0], *cut, line[-1]]
    return line
