import numpy as np
import pytest
from checked import FEW, report, reports, with_bug
from painting import TIMES, references_lost
from pictures import check
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets import scatter_painter as paint
from app.widgets.basics import Card
from app.widgets.check_scatter import CheckScatter
from app.widgets.fields import help_text
from app.widgets.scatter_points import (
    AXIS,
    DOUBT,
    MINUS,
    OPPOSITE,
    PLUS,
    TICKS,
    WRONG,
    ZERO,
)

THEMES = pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda c: c.name)


@pytest.fixture
def scatter(qtbot) -> CheckScatter:
    scatter = CheckScatter()
    qtbot.addWidget(scatter)
    scatter.resize(232, 328)
    with qtbot.waitActive(scatter):
        scatter.show()
    scatter.clearFocus()
    return scatter


class Told:
    def __init__(self, scatter: CheckScatter) -> None:
        self.chosen: list[tuple[str, object]] = []
        scatter.chosen.connect(self.take)

    def take(self, name: str, index: object) -> None:
        self.chosen.append((name, index))


def at(scatter: CheckScatter, point: int) -> QPoint:
    return scatter.position(point).toPoint()


# What is shown


def test_a_gradient_with_the_wrong_sign_lies_on_the_diagonal_in_a_ring(scatter) -> None:
    scatter.show_reports(reports(), with_bug("sign_swapped"))
    added = scatter.points.kind[39_760:]
    assert len(added) == 39_760 - np.count_nonzero(scatter.points.kind[:39_760] == ZERO)
    assert (added == OPPOSITE).all()
    assert f"In rings, opposite signs: {len(added):,}." in scatter.readout


@pytest.mark.parametrize("size", [(184, 180), (237, 240), (420, 500)])
def test_what_a_ring_means_stands_beside_the_name_of_the_axis(scatter, size) -> None:
    scatter.resize(*size)
    line = QRect(0, int(scatter.plan.bed.bottom()) + TICKS, 12, AXIS)
    scatter.show_reports([report([1.0, -2.0], [1.5, 2.5])])
    ringed = scatter.grab(line).toImage()
    assert QColor(theme.current().fail) in colours_of(ringed)
    scatter.show_reports([report([1.0, 2.0], [1.5, 2.5])])
    assert QColor(theme.current().fail) not in colours_of(scatter.grab(line).toImage())


def colours_of(image: QImage) -> list[QColor]:
    return [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]


def test_without_a_check_there_is_a_dash(scatter) -> None:
    assert scatter.readout == scatter.accessibleDescription() == EM_DASH
    told = Told(scatter)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(scatter, key)
    QTest.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=scatter.rect().center())
    scatter.grab()
    assert not told.chosen


def test_what_is_to_be_seen_is_counted_and_named(scatter) -> None:
    scatter.show_reports([FEW])
    assert scatter.readout == scatter.accessibleDescription()
    assert scatter.toolTip() == help_text(scatter.readout)
    assert scatter.readout == (
        "4 differ. "
        "The row on the floor (1): backprop is not 0, the numerical value is. "
        "The column at the left (1): backprop is 0, the numerical value is not. "
        "In rings, opposite signs: 1. "
        "In the corner, both exactly 0: 1. "
        "In grey, at a kink: 1."
    )
    scatter.show_reports([report([1e-3, np.nan, 2.0], [1e-12, 1.0, 2.0])])
    said = "on the floor (1): the numerical value is too small for the axis, backprop is not."
    assert said in scatter.readout
    assert "Not a number, so not drawn: 1." in scatter.readout
    scatter.show_reports(reports())
    assert scatter.readout.startswith("On the diagonal the two agree. In the corner")


def test_the_sentences_follow_the_verdicts_of_the_reports(scatter) -> None:
    near = report([1000, 999.99], [999.99, 1000])
    assert not near.passed
    scatter.show_reports([near, report([1.0], [1.0], name="b1")])
    assert (scatter.points.kind < DOUBT).all()
    assert scatter.readout == "W1: each element is a little apart, so the mean differs."
    scatter.show_reports([near], doubtful=True)
    assert scatter.readout == "W1 differs because of h."
    scatter.show_reports([report([1.0, 2.0], [1.5, 2.5], kink=(0, 1))])
    assert scatter.readout == "In grey, at a kink: 2."


@THEMES
def test_where_h_does_not_suit_no_fault_is_shown(qapp, scatter, colors) -> None:
    theme.apply(qapp, colors)
    scatter.show_reports([FEW], doubtful=True)
    assert not (scatter.points.kind >= WRONG).any()
    assert scatter.readout.startswith("4 differ because of h. The row on the floor (1): ")
    assert scatter.legend[1] == ((DOUBT,), "h unfit")
    shot = scatter.grab().toImage()
    inks = {shot.pixelColor(x, y).name() for x in range(232) for y in range(328)}
    assert QColor(colors.fail).name() not in inks
    middle = at(scatter, 5)
    assert shot.pixelColor(middle) == QColor(colors.text_3)
    scatter._point(5)
    assert scatter.readout.endswith(", h unfit")
    scatter.grab()
    scatter.show_reports(reports(), with_bug("mask_forgotten"), doubtful=True)
    assert (scatter.points.kind[39_760:] == DOUBT).all()


@THEMES
def test_signs_and_faults_have_a_glyph_and_a_colour_of_their_own(qapp, scatter, colors) -> None:
    theme.apply(qapp, colors)
    scatter.show_reports([FEW])
    shot = scatter.grab().toImage()
    inks = (colors.positive, colors.negative, colors.fail, colors.fail)
    glyphs = []
    for point, color in enumerate(inks):
        middle = at(scatter, point)
        reach = range(-2, 3)
        glyphs.append(
            "".join(
                "#" if shot.pixelColor(middle.x() + x, middle.y() + y) == QColor(color) else " "
                for y in reach
                for x in reach
            )
        )
    for kind, drawn in zip((PLUS, MINUS, WRONG, WRONG), glyphs, strict=True):
        lines = paint._GLYPHS[kind]
        blank = (" " * 5,) * ((5 - len(lines)) // 2)
        assert drawn == "".join((*blank, *lines, *blank))


# Reading it off


def test_the_pointer_reads_off_the_nearest_point(scatter) -> None:
    scatter.show_reports([FEW])
    QTest.mouseMove(scatter, at(scatter, 2) + QPoint(3, 0))
    assert scatter.element.indices == (0, 2)
    assert scatter.readout == (
        f"W1[0, 2]: backprop {formatting.signed(1e-3)}, numerical 0, "
        f"|diff| {formatting.scientific(1e-3)}, differs"
    )
    assert scatter.accessibleDescription() == scatter.readout
    QTest.mouseMove(scatter, at(scatter, 1))
    assert scatter.readout.startswith("W1[0, 1]: backprop −0.0100, numerical −0.0100, |diff| 0")
    QTest.mouseMove(scatter, at(scatter, 7))
    assert scatter.readout.endswith("at a kink")
    QTest.mouseMove(scatter, at(scatter, 1) + QPoint(30, -2))
    assert scatter.element is None
    QTest.mouseMove(scatter, at(scatter, 1))
    QApplication.sendEvent(scatter, QEvent(QEvent.Type.Leave))
    scatter.clearFocus()
    assert scatter.element is None


def test_what_is_read_off_is_the_report_s_own(scatter) -> None:
    clean, wrong = reports(), with_bug("mask_forgotten")
    scatter.show_reports(clean, wrong)
    for point in range(39_760, len(scatter.points), 997):
        element = scatter.points.element(point)
        source = next(each for each in wrong if each.name == element.name)
        place = np.ravel_multi_index(element.indices, source.shape)
        assert element.backprop == source.backprop[place]
        assert element.numerical == source.numerical[place]
        assert element.with_bug
        assert element.wrong
    scatter._point(len(scatter.points) - 1)
    assert "with the bug: backprop" in scatter.readout


def test_a_sample_names_the_elements_that_it_has(scatter) -> None:
    sampled = report([0.1, 0.2], [0.1, 0.2], shape=(784, 50))
    object.__setattr__(sampled, "elements", np.array([49, 5_003]))
    scatter.show_reports([sampled])
    assert [scatter.points.element(n).indices for n in range(2)] == [(0, 49), (100, 3)]


def test_a_ring_in_the_accent_is_around_what_is_read_off(scatter) -> None:
    scatter.show_reports([FEW])
    spot = at(scatter, 5) + QPoint(6, 0)
    mint = QColor(theme.DARK.accent)
    assert scatter.grab().toImage().pixelColor(spot) != mint
    QTest.mouseMove(scatter, at(scatter, 5))
    shot = scatter.grab().toImage()
    near = [shot.pixelColor(spot.x() + x, spot.y()) for x in (-1, 0, 1)]
    assert mint in near


def test_a_click_chooses_an_element_and_the_void_none(scatter) -> None:
    scatter.show_reports([FEW])
    told = Told(scatter)
    QTest.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=at(scatter, 5))
    assert told.chosen == [("W1", (1, 1))]
    assert all(type(i) is int for i in told.chosen[0][1])
    QTest.mouseClick(scatter, Qt.MouseButton.RightButton, pos=at(scatter, 5))
    QTest.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=at(scatter, 5) + QPoint(14, 14))
    assert told.chosen == [("W1", (1, 1))]


def test_the_keys_go_to_the_worst_then_from_point_to_point_and_choose(scatter) -> None:
    scatter.show_reports([FEW])
    told = Told(scatter)
    scatter.setFocus()
    QTest.keyClick(scatter, Qt.Key.Key_Right)
    assert scatter.element.indices == (1, 1)  # 1e-4 against 5e-2
    QTest.keyClick(scatter, Qt.Key.Key_Return)
    assert told.chosen == [("W1", (1, 1))]
    QTest.keyClick(scatter, Qt.Key.Key_Left)
    left = scatter.position(scatter.place).x()
    assert left < scatter.position(5).x()
    for _ in range(9):
        QTest.keyClick(scatter, Qt.Key.Key_Right)
    assert scatter.element.indices == (0, 0)
    QTest.keyClick(scatter, Qt.Key.Key_Escape)
    assert scatter.element is None


def test_another_check_lets_go_of_the_point(scatter) -> None:
    scatter.show_reports([FEW])
    QTest.mouseMove(scatter, at(scatter, 5))
    scatter.show_reports(reports())
    assert scatter.element is None
    QTest.mouseMove(scatter, at(scatter, 39_755))
    assert scatter.element is not None
    scatter.resize(400, 328)
    assert scatter.element is None


def test_the_picture_is_kept_until_something_changes(qapp, scatter, monkeypatch) -> None:
    made = []
    real = paint.rasterise
    monkeypatch.setattr(paint, "rasterise", lambda *args: made.append(1) or real(*args))
    scatter.show_reports(reports())
    for _ in range(3):
        scatter.grab()
    assert len(made) == 1
    QTest.mouseMove(scatter, at(scatter, 39_755))
    scatter.grab()
    assert len(made) == 1
    theme.apply(qapp, theme.LIGHT)
    scatter.grab()
    assert len(made) == 2
    scatter.show_reports(reports(), with_bug("mask_forgotten"))
    scatter.grab()
    assert len(made) == 3


def test_painting_keeps_no_references(scatter) -> None:
    scatter.show_reports([FEW])
    assert references_lost(scatter, lambda turn: scatter._point(turn % 6)) < TIMES / 10


@THEMES
@pytest.mark.parametrize("key", ["", "mask_forgotten", "sign_swapped"], ids=lambda k: k or "clean")
def test_it_looks_as_approved(qapp, qtbot, colors, key) -> None:
    theme.apply(qapp, colors)
    card, scatter = Card("Backprop vs numerical"), CheckScatter()
    card.body.addWidget(scatter)
    qtbot.addWidget(card)
    card.resize(264, 384)
    scatter.show_reports(reports(), with_bug(key) if key else ())
    check(card.grab().toImage(), f"check_scatter_{key or 'clean'}_{colors.name}")
