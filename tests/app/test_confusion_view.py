import numpy as np
import pytest
from evaluated import LEFT, an_evaluation
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets import confusion_painter as paint
from app.widgets.confusion_view import ConfusionView
from app.widgets.digit_scores import score_text

PAIRS = [(4, 9)] * 3 + [(4, 4)] * 7 + [(9, 4)] + [(9, 9)] * 4 + [(d, d) for d in (0, 1, 2, 3, 5)]


@pytest.fixture
def view(qtbot) -> ConfusionView:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(422, 380)
    view.show_evaluation(an_evaluation(PAIRS))
    view.show()
    return view


class Told:
    def __init__(self, view: ConfusionView) -> None:
        self.chosen: list[object] = []
        self.said: list[str] = []
        view.chosen.connect(self.chosen.append)
        view.said.connect(self.said.append)


def click(view: ConfusionView, label: int, reading: int) -> None:
    QTest.mouseClick(view, LEFT, pos=view.plan.cell(label, reading).center().toPoint())


def point_at(view: ConfusionView, label: int, reading: int) -> None:
    QTest.mouseMove(view, view.plan.cell(label, reading).center().toPoint())


def press(view: ConfusionView, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view, key)


def ground(view: ConfusionView, label: int, reading: int) -> str:
    """The colour of a cell, at a corner that no figure reaches."""
    corner = view.plan.cell(label, reading).topLeft() + QPointF(4, 4)
    return view.grab().toImage().pixelColor(corner.toPoint()).name()


# What is painted


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_mistakes_have_ink_by_their_number_and_the_diagonal_a_tone_of_its_own(
    qapp, view, colors
) -> None:
    theme.apply(qapp, colors)
    assert ground(view, 4, 9) == paint.ink(3, 3, colors).name()
    assert ground(view, 9, 4) == paint.ink(1, 3, colors).name()
    assert ground(view, 4, 4) == QColor(colors.surface_2).name()
    assert len({ground(view, 4, 9), ground(view, 9, 4), ground(view, 4, 4)}) == 3


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
@pytest.mark.parametrize("most", [1, 12, 400, 9000])
def test_a_single_mistake_is_seen_and_every_figure_can_be_read(colors, most) -> None:
    one = paint.ink(1, most, colors)
    card = QColor(colors.surface_1)
    apart = max(
        abs(one.red() - card.red()),
        abs(one.green() - card.green()),
        abs(one.blue() - card.blue()),
    )
    assert apart >= 10
    for count in {1, most // 9 + 1, most // 2 + 1, most}:
        cell = paint.ink(count, most, colors)
        assert paint._contrast(paint.figure_color(count, most, colors), cell) >= 4.5


def test_no_ink_is_beyond_the_fullest_cell() -> None:
    assert paint.ink(5, 0, theme.DARK) == paint.ink(5, 5, theme.DARK)
    assert paint.ink(0, 0, theme.DARK) == QColor(theme.DARK.surface_1)


@pytest.mark.parametrize("size", [(380, 280), (400, 300), (422, 380), (606, 700)], ids=str)
def test_cells_scores_and_heads_do_not_overlap(size) -> None:
    plan = paint.MatrixPlan(*size)
    for digit in range(10):
        assert plan.row_head(digit).right() <= plan.cell(digit, 0).left()
        assert plan.column_head(digit).bottom() <= plan.cell(0, digit).top()
        for other in range(digit):
            assert plan.cell(other, 3).bottom() < plan.cell(digit, 3).top()
            assert plan.cell(3, other).right() < plan.cell(3, digit).left()
    assert plan.cells.right() + paint.SCORE_GAP + paint.SCORES <= size[0]
    assert plan.cells.bottom() + paint.SCORE_GAP + paint.SCORE_ROW <= size[1]


def test_a_change_is_written_with_its_sign_and_has_its_sign_s_ground(view) -> None:
    changes = np.zeros((10, 10), np.int64)
    changes[4, 9], changes[4, 4] = 2, -2
    view.show_evaluation(an_evaluation(PAIRS), changes)
    assert ground(view, 4, 9) == QColor(theme.DARK.positive_bg).name()
    assert ground(view, 4, 4) == QColor(theme.DARK.negative_bg).name()
    blank = view.palette().window().color().name()  # in the window: the card's surface
    assert ground(view, 9, 4) == ground(view, 0, 1) == blank
    told = Told(view)
    point_at(view, 4, 9)
    assert told.said[-1].endswith("Changed by +2.")
    point_at(view, 4, 4)
    assert told.said[-1].endswith("Changed by −2.")
    point_at(view, 9, 4)
    assert "Changed" not in told.said[-1]


def test_precision_and_recall_are_the_engine_s() -> None:
    evaluation = an_evaluation(PAIRS)
    assert score_text(float(evaluation.recall[4])) == formatting.points(0.7) == "70.0"
    assert score_text(float(evaluation.precision[9])) == formatting.points(4 / 7) == "57.1"
    assert score_text(float(evaluation.recall[8])) == EM_DASH
    assert score_text(None) == EM_DASH
    assert score_text(1.0) == "100"
    assert score_text(0.9999) == ">99.9"


# What is said


def test_the_pointer_has_its_cell_explained(view) -> None:
    told = Told(view)
    for cell, sentence in {
        (4, 9): "The digit 4 was read as 9 in 3 of 10 cases.",
        (9, 9): "The digit 9 was read right in 4 of 5 cases.",
        (0, 1): "The digit 0 was never read as 1.",
        (8, 0): "There is no digit 8 among them.",
    }.items():
        point_at(view, *cell)
        assert told.said[-1] == view.accessibleDescription() == sentence
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    view.clearFocus()
    assert told.said[-1] == ""


def test_a_head_explains_its_row_or_column(view) -> None:
    told = Told(view)
    QTest.mouseMove(view, view.plan.row_head(4).center().toPoint())
    recall = formatting.percent(0.7)
    assert told.said[-1] == f"Digits that are a 4: 7 of 10 read right, recall {recall}."
    QTest.mouseMove(view, view.plan.column_head(9).center().toPoint())
    precision = formatting.percent(4 / 7)
    assert told.said[-1] == f"Digits that are read as 9: 4 of 7 rightly, precision {precision}."
    QTest.mouseMove(view, view.plan.column_head(8).center().toPoint())
    assert told.said[-1] == "No digit was read as 8."


# What is chosen


def test_a_click_chooses_a_cell_and_another_lets_it_go(view) -> None:
    told = Told(view)
    click(view, 4, 9)
    click(view, 9, 4)
    click(view, 9, 4)
    assert told.chosen == [(4, 9), (9, 4), None]


def test_a_click_on_a_head_chooses_the_whole_row_or_column(view) -> None:
    told = Told(view)
    QTest.mouseClick(view, LEFT, pos=view.plan.row_head(4).center().toPoint())
    QTest.mouseClick(view, LEFT, pos=view.plan.column_head(9).center().toPoint())
    assert told.chosen == [(4, None), (None, 9)]


def test_a_click_beside_the_cells_chooses_nothing(view) -> None:
    told = Told(view)
    cells = view.plan.cells
    for point in (
        QPointF(3, 3),
        QPointF(cells.right() + 20, 100),
        QPointF(100, cells.bottom() + 15),
    ):
        QTest.mouseClick(view, LEFT, pos=point.toPoint())
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=view.plan.cell(1, 1).center().toPoint())
    assert told.chosen == []


def test_arrows_and_enter_do_what_the_mouse_does(view) -> None:
    told = Told(view)
    view.setFocus()
    press(view, *[Qt.Key.Key_Down] * 4, *[Qt.Key.Key_Right] * 9)
    assert told.said[-1] == "The digit 4 was read as 9 in 3 of 10 cases."
    press(view, Qt.Key.Key_Return)
    press(view, Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Escape)
    assert told.chosen == [(4, 9), (3, 9), None]


def test_left_of_the_first_cell_is_the_row_and_above_it_the_column(view) -> None:
    told = Told(view)
    press(view, Qt.Key.Key_Left, Qt.Key.Key_Return)
    press(view, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up)  # the corner can't be reached
    press(view, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert told.chosen == [(0, None), (None, 0)]


def test_the_keys_stop_at_the_edges(view) -> None:
    told = Told(view)
    press(view, *[Qt.Key.Key_Down, Qt.Key.Key_Right] * 15, Qt.Key.Key_Return)
    assert told.chosen == [(9, 9)]


def test_what_is_chosen_has_the_accent_around_it(view) -> None:
    view.clearFocus()
    view.choose((4, 9))
    rect = view.plan.cell(4, 9)
    edge = QPointF(rect.left() - 1, rect.center().y()).toPoint()
    assert view.grab().toImage().pixelColor(edge) == QColor(theme.DARK.accent)


def test_new_numbers_keep_what_is_chosen_and_say_it_anew(view) -> None:
    click(view, 4, 9)
    told = Told(view)
    view.show_evaluation(an_evaluation([*PAIRS, (4, 9)]))
    assert told.said[-1] == "The digit 4 was read as 9 in 4 of 11 cases."
    assert told.chosen == []
    assert view.selection == (4, 9)


def test_without_an_evaluation_nothing_is_said_or_chosen(view) -> None:
    view.show_evaluation(None)
    told = Told(view)
    click(view, 4, 9)
    press(view, Qt.Key.Key_Return)
    point_at(view, 3, 3)
    assert told.chosen == []
    assert set(told.said) <= {""}
    assert view.accessibleDescription() == EM_DASH


def test_the_focus_is_seen(qtbot, view) -> None:
    qtbot.waitUntil(view.isActiveWindow)
    view.clearFocus()
    before = view.grab().toImage()
    view.setFocus()
    assert view.grab().toImage() != before
