"""What stands beside a button that measures keeps its place, whatever is said meanwhile."""

import pytest
from evaluated import child, shown_card, text
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QProgressBar, QWidget

from app.widgets.basics import Segments
from app.widgets.robustness_plot import RobustnessPlot
from app.widgets.surface_view import SurfaceView

CARDS = pytest.mark.parametrize(
    ("kind", "name"), [(RobustnessPlot, "robustnessButton"), (SurfaceView, "surfaceButton")]
)
LONG = "This network no longer computes finite numbers, so it reads no digits: choose another."


def places(card: QWidget) -> list[tuple[QPoint, int, int]]:
    """Return where everything in the header is that can be clicked."""
    QApplication.processEvents()
    parts = [*card.findChildren(QAbstractButton), *card.findChildren(Segments)]
    return [(part.mapTo(card, QPoint()), part.width(), part.height()) for part in parts]


@CARDS
@pytest.mark.parametrize("width", [580, 720, 1040])
def test_nothing_that_can_be_clicked_moves_while_it_is_measured(qtbot, kind, name, width) -> None:
    card = shown_card(qtbot, kind, width)
    before = places(card)
    card.show_busy(10_000)
    card.bar.show_share(0.4)
    assert child(card, QAbstractButton, name).text() == "Cancel"
    assert places(card) == before
    card.show_idle(LONG)
    assert places(card) == before
    card.show_idle()
    assert places(card) == before
    assert child(card, QAbstractButton, name).text() == "Measure"


@CARDS
def test_what_does_not_fit_is_cut_and_its_tooltip_has_all(qtbot, kind, name) -> None:
    card = shown_card(qtbot, kind, 580)
    card.show_idle(LONG)
    status = child(card, QLabel, f"{name}Status")
    QApplication.processEvents()
    status.grab()
    assert status.text() == status.toolTip() == f"✗ {LONG}"
    assert status.mapTo(card, status.rect().bottomRight()).x() < card.width()


@CARDS
@pytest.mark.parametrize("said", ["Measuring iteration 10,000", "of iteration 10,000"])
def test_what_is_said_usually_is_seen_whole_in_the_smallest_window(qtbot, kind, name, said) -> None:
    card = shown_card(qtbot, kind, 580)
    if said.startswith("Measuring"):
        card.show_busy(10_000)
    else:
        card.bar.show_idle(said, can_start=True)
    QApplication.processEvents()
    status = child(card, QLabel, f"{name}Status")
    assert text(card, f"{name}Status") == said
    assert status.fontMetrics().horizontalAdvance(said) <= status.width()


@CARDS
def test_progress_stands_under_the_status_and_not_on_it(qtbot, kind, name) -> None:
    card = shown_card(qtbot, kind, 720)
    card.show_busy(612)
    QApplication.processEvents()
    status, progress = (
        child(card, QLabel, f"{name}Status"),
        child(card, QProgressBar, f"{name}Progress"),
    )
    line = status.rect().center().y() + status.fontMetrics().descent() + 6
    assert progress.mapTo(card, QPoint()).y() >= status.mapTo(card, QPoint(0, line)).y()


def test_tab_goes_from_the_choice_to_the_button(qtbot) -> None:
    card = shown_card(qtbot, SurfaceView, 720)
    card.activateWindow()
    qtbot.waitUntil(card.isActiveWindow)
    choice = child(card, QAbstractButton, "surfaceKind_random")
    choice.setFocus()
    QTest.keyClick(choice, "\t")
    assert QApplication.focusWidget() is child(card, QAbstractButton, "surfaceButton")
