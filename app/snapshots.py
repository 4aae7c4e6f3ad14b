"""Pictures of every page after a short run, without a display: for the README and for reviewers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from app.application import create
from app.places import LANDING, Place
from app.plans import Plan
from app.session import State
from app.snapshot_hand import NINE, THREE, click, draw, settle, wait
from app.widgets.measure_bar import MeasureBar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.main_window import MainWindow
    from app.session import Example

ITERATIONS = 4312
EVALUATE_VIEWS = ("mistakes", "robustness", "map", "surgery", "surface")


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
    wait(app, lambda: session.snapshot is not None, "the data to load")
    settle(app)
    yield "train-ready"
    remembered = readers.wanted
    window.show_page(2)
    for choice, name in (("shipped", "draw-empty"), ("run", "draw-untrained")):
        readers.choose(choice)
        settle(app)
        yield name
    window.show_page(0)
    _train(app, window)
    yield "train"
    yield from _stage_cockpit(app, window)
    yield from _stage_check(app, window)
    yield from _stage_evaluation(app, window)
    window.show_page(1)
    backward.reduced_motion = True
    mistake = _first_mistake(app, window)
    backward.show_example("test", mistake)
    for position in (0, 3, 5, 9, 12, 14):
        backward.playback.jump(position)
        settle(app)
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
    click(window, "vitalsView_histograms")
    session.seek(ITERATIONS // 3)
    wait(app, lambda: not session.replaying, "a past iteration")
    settle(app)
    yield "train-past"
    session.jump_to_live()
    click(window, "vitalsView_gradient")
    click(window, "sideView_runs")
    config = session.config
    rates = [config.replace(learning_rate=rate, iterations=ITERATIONS) for rate in (0.03, 0.3)]
    session.set_pace(None)
    session.race([Plan("", each) for each in rates])
    wait(app, lambda: session.state is State.FINISHED, "a race")
    settle(app)
    yield "train-race"
    session.start(config.replace(learning_rate=1.0, weight_decay=3.0))
    wait(app, lambda: session.state is State.FAILED, "a divergence")
    settle(app)
    yield "train-diverged"
    click(window, "sideView_network")
    session.reset(config)
    _train(app, window)


def _stage_evaluation(app: QApplication, window: MainWindow) -> Iterator[str]:
    window.show_page(4)
    for view in EVALUATE_VIEWS:
        click(window, f"evaluateView_{view}")
        settle(app)
        if view in ("robustness", "surface"):
            _measure(app, window, view)
        yield "evaluate" if view == EVALUATE_VIEWS[0] else f"evaluate-{view}"
    click(window, f"evaluateView_{EVALUATE_VIEWS[0]}")


def _stage_check(app: QApplication, window: MainWindow) -> Iterator[str]:
    window.show_page(3)
    checking = window.check_page.checking

    def known() -> bool:
        return not checking.busy and checking.accused is not None and checking.sweeps is not None

    click(window, "runCheckButton")
    wait(app, known, "a gradient check")
    settle(app)
    yield "check-clean"
    for key, view, name in (
        ("mask_forgotten", "verdict", "check"),
        ("mean_for_db", "code", "check-code"),
        ("mask_inverted", "training", "check-training"),
    ):
        checking.switch(key)
        click(window, f"bugView_{view}")
        wait(app, known, "a check with a bug")
        if view == "training":
            click(window, "rehearsalButton")
            wait(app, lambda: checking.training.rehearsal is not None, "training with a bug")
        settle(app)
        yield name
    click(window, "bugView_verdict")
    window.check_page.lab.game.begin(np.random.default_rng(7))
    wait(app, lambda: checking.has_secret and known(), "a secret bug")
    settle(app)
    yield "check-detective"
    window.check_page.lab.game.end()


def _measure(app: QApplication, window: MainWindow, view: str) -> None:
    click(window, f"{view}Button")
    button = window.findChild(QWidget, f"{view}Button")
    bar = None if button is None else button.parentWidget()
    assert isinstance(bar, MeasureBar)
    wait(app, lambda: not bar.busy, "a measurement")
    settle(app)


def _stage_drawings(app: QApplication, window: MainWindow) -> Iterator[str]:
    window.show_page(2)
    settle(app)
    draw(window, THREE)
    settle(app)
    yield "draw-run"
    window.session.readers.choose("shipped")
    draw(window, NINE)
    click(window, "labelButton9")
    click(window, "learnButton")
    settle(app)
    yield "draw"
    window.follow_drawing()
    window.backward_page.playback.jump(9)
    settle(app)
    yield "backward-drawing"


def _stage_places(app: QApplication, window: MainWindow) -> Iterator[str]:
    backward = window.backward_page
    for name, place, position in _places("Relu1", backward.theatre.unit):
        backward.theatre.open(place)
        backward.playback.jump(position)
        settle(app)
        yield f"backward-{name}"
    for kind in ("batch", "shop", "expression"):
        backward.chooser.choose_kind(kind)
        backward.playback.last()
        settle(app)
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
        settle(app)
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

    wait(app, done, "training")
    settle(app)


def _first_mistake(app: QApplication, window: MainWindow) -> int:
    """Return the index of the first test digit that is read wrongly: its gradients are strong."""
    found: list[Example | None] = []
    window.session.mistake_found.connect(found.append)
    window.session.find_mistake("test", -1)
    wait(app, lambda: bool(found), "a mistake")
    return (found[0] and found[0].index) or 0
