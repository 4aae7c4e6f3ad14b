"""The Evaluate page beside its approved pictures, with numbers that are the same everywhere."""

from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
from evaluated import EvaluatedSession, child, click, digits, show
from pictures import check
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QRegion
from PySide6.QtWidgets import QApplication, QSlider, QWidget

from app import theme
from app.pages.evaluate_findings import Findings, Subject, Wishes
from app.widgets.robustness_plot import Robustness
from app.widgets.surface_painter import Relief
from app.widgets.surface_view import Surface
from bpcore.evaluation import Evaluation
from bpcore.example_map import ExampleMap
from bpcore.loss_surface import LossSurface
from bpcore.robustness import AMOUNTS, KINDS, LIMITS, RobustnessCurve
from bpcore.surgery import effect

COUNT = 1000
THEMES = pytest.mark.parametrize(
    "colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name
)


def an_evaluation(wrong: float, seed: int) -> Evaluation:
    """Of the test digits, of which about this share is read wrongly."""
    rng = np.random.default_rng(seed)
    labels = digits()["test"][1].astype(np.intp)
    is_wrong = rng.random(COUNT) < wrong
    readings = np.where(is_wrong, (labels + rng.integers(1, 10, COUNT)) % 10, labels)
    surely = np.where(is_wrong, rng.integers(40, 99, COUNT) / 100, 0.97)
    probabilities = np.repeat((1 - surely)[:, np.newaxis] / 9, 10, axis=1)
    probabilities[np.arange(COUNT), readings] = surely
    losses = np.where(is_wrong, 2 + 4 * surely, 0.03) + np.arange(COUNT) / 1e6
    return Evaluation(labels, readings, probabilities, losses)


def a_map(evaluation: Evaluation) -> ExampleMap:
    rng = np.random.default_rng(4)
    middles = rng.normal(size=(10, 2)) * 4
    points = middles[evaluation.labels] + rng.normal(size=(COUNT, 2))
    shares = np.array([0.254, 0.227])
    every = np.arange(COUNT)
    return ExampleMap("hidden", every, points, evaluation.labels, evaluation.readings, shares)


def findings() -> Findings:
    images, labels = digits()["test"]
    weights = np.random.default_rng(2).normal(size=(784, 50)).astype(np.float32)
    network = SimpleNamespace(sizes=(784, 50, 10), params={"W1": weights})
    subject = Subject(network, 1, 4312, "test", images, labels)
    evaluation, operated = an_evaluation(0.06, 1), an_evaluation(0.08, 1)
    return Findings(
        subject,
        Wishes("hidden", MappingProxyType({7: 0.0, 12: 0.0, 23: 1.5})),
        evaluation,
        a_map(evaluation),
        operated=operated,
        effect=effect(evaluation, operated),
    )


def a_robustness() -> Robustness:
    curves = tuple(
        RobustnessCurve(
            kind,
            LIMITS[kind].unit,
            np.array(AMOUNTS[kind], float),
            0.94 / (1 + (np.array(AMOUNTS[kind], float) / AMOUNTS[kind][-1] / 0.6) ** 4),
            COUNT,
        )
        for kind in KINDS
    )
    images = digits()["test"][0]
    looks = tuple(images[: len(AMOUNTS[kind])] for kind in KINDS)
    return Robustness(1, 4312, curves, looks)


def a_surface() -> Surface:
    xs, ys = 0.25 * np.arange(-40, 11), 0.15 * np.arange(-30, 21)
    x, y = np.meshgrid(xs, ys)
    losses = 0.05 + 0.02 * (x * x + 2 * y * y + x * y / 2)
    along = np.linspace(0, 1, 40)
    path = np.column_stack(
        (-8 * (1 - along) ** 2, -3 * (1 - along) + 4 * along * (1 - along), 4312 * along)
    )
    surface = LossSurface("path", xs, ys, losses, path, 0.978, COUNT)
    return Surface(1, 4312, Relief.of(surface))


@pytest.fixture
def page(qtbot):
    session = EvaluatedSession()
    page = show(qtbot, session, (1208, 600))
    page._watch.found.emit(findings())
    yield page
    assert session.laboratory.close()


def look(page, colors: theme.Theme, part: QWidget) -> QImage:
    """Paint ``part`` on the ground of the window."""
    theme.apply(QApplication.instance(), colors)
    page.setFocus()
    QApplication.processEvents()
    image = QImage(part.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(colors.bg))
    part.render(image, QPoint(0, 0), QRegion(), QWidget.RenderFlag.DrawChildren)
    return image


@THEMES
def test_figures_matrix_and_mistakes(page, colors) -> None:
    page._figures.matrix.clearFocus()
    check(look(page, colors, page), f"evaluate_{colors.name}")


@THEMES
def test_robustness(page, colors) -> None:
    click(page, "evaluateView_robustness")
    page._watch.found.emit(findings())
    page._robustness.show_robustness(a_robustness())
    check(look(page, colors, page._views), f"evaluate_robustness_{colors.name}")


@THEMES
def test_map(page, colors) -> None:
    click(page, "evaluateView_map")
    click(page, "exampleSpace_hidden")
    page._watch.found.emit(findings())
    page._map.canvas._point(5)
    check(look(page, colors, page._views), f"evaluate_map_{colors.name}")


@THEMES
def test_surgery(page, colors) -> None:
    click(page, "evaluateView_surgery")
    for unit, value in ((7, 0), (12, 0), (23, 150)):
        page._session.select_unit(unit)
        child(page, QSlider, "surgerySlider").setValue(value)
    page._watch.found.emit(findings())
    page._figures.show_findings(findings(), surgery=True)
    check(look(page, colors, page), f"evaluate_surgery_{colors.name}")


@THEMES
def test_surface(page, colors) -> None:
    click(page, "evaluateView_surface")
    page._watch.found.emit(findings())
    page._surface.show_surface(a_surface())
    check(look(page, colors, page._views), f"evaluate_surface_{colors.name}")
