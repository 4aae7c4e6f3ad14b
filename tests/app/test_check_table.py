import numpy as np
import pytest
from checked import report, reports, with_bug
from painting import TIMES, references_lost
from pictures import check
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets import check_table_words as words
from app.widgets.basics import Card
from app.widgets.check_columns import HEAD, HEIGHT, ROW, shape_text
from app.widgets.check_table import CheckTable
from app.widgets.fields import TIP_LETTERS

RULE = "They agree if the mean difference is at most 1e-7."
SHAPES = {"W1": (784, 50), "b1": (50,), "W2": (50, 10), "b2": (10,)}
THEMES = pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda c: c.name)


@pytest.fixture
def table(qtbot) -> CheckTable:
    table = CheckTable()
    qtbot.addWidget(table)
    table.resize(776, HEIGHT)
    with qtbot.waitActive(table):
        table.show()
    table.clearFocus()
    return table


def copied(table: CheckTable) -> list[list[str]]:
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().split("\n")
    return [line.split("\t") for line in lines]


def cell(table: CheckTable, row: int, column: str) -> QPoint:
    rect, _ = table.columns.cell(column, table.row_top(row), ROW)
    return rect.center().toPoint()


def inks(table: CheckTable, row: int, column: str) -> set[str]:
    """The colours in a cell."""
    rect, _ = table.columns.cell(column, table.row_top(row), ROW - 1)
    shot = table.viewport().grab().toImage()
    return {
        shot.pixelColor(x, y).name()
        for x in range(int(rect.left()), int(rect.right()))
        for y in range(int(rect.top()), int(rect.bottom()))
    }


def near(a: QColor, b: QColor) -> bool:
    """Whether two colours are one, but for the smoothing of a line's edge."""
    return max(abs(p - q) for p, q in zip(a.toTuple()[:3], b.toTuple()[:3], strict=True)) < 70


def has(table: CheckTable, row: int, column: str, color: str) -> bool:
    return any(near(QColor(ink), QColor(color)) for ink in inks(table, row, column))


# What stands in it


def test_every_figure_is_the_engine_s(table) -> None:
    found, wrong = reports(), with_bug("mask_forgotten")
    table.show_reports(found, wrong)
    for row, a, b in zip(table.rows, found, wrong, strict=True):
        assert row.text("name") == a.name
        assert row.text("shape") == "×".join(map(str, a.shape))
        assert row.text("count") == formatting.count(a.count)
        assert row.text("mean") == formatting.scientific(a.mean_absolute_difference)
        assert row.text("relative") == formatting.scientific(a.max_relative_error)
        assert row.text("verdict") == "agrees"
        assert row.text("kinks") == formatting.count(a.kinks)
        zeros = sum(p == q == 0 for p, q in zip(a.backprop, a.numerical, strict=True))
        assert row.text("zeros") == formatting.count(zeros)
        assert row.text("bug_mean") == formatting.scientific(b.mean_absolute_difference)
        assert row.verdict("bug_verdict") is b.passed
    said = [row.text("bug_verdict") for row in table.rows]
    assert said == ["differs", "differs", "agrees", "agrees"]


def test_before_a_check_there_are_names_shapes_and_dashes(table) -> None:
    table.show_blank(SHAPES)
    for row, (name, shape) in zip(table.rows, SHAPES.items(), strict=True):
        assert (row.text("name"), row.text("shape")) == (name, shape_text(shape))
        others = [column for column in table.columns.names if column not in ("name", "shape")]
        assert {row.text(column) for column in others} == {EM_DASH}
    assert table.footer.lines == ("No figures yet.", "")
    assert table.accessibleDescription() == "W1, 784×50: no figures yet"


def test_the_columns_of_the_bug_are_there_only_with_a_bug(table) -> None:
    table.show_reports(reports(), rule=RULE)
    assert table.columns.names[-2:] == ("zeros", "kinks")
    assert QColor(theme.DARK.fail).name() not in inks(table, 0, "mean")
    table.show_reports(reports(), with_bug("mask_forgotten"))
    assert table.columns.names[-2:] == ("bug_mean", "bug_verdict")
    table.show_reports(reports())
    assert table.columns.names[-2:] == ("zeros", "kinks")


@THEMES
def test_what_differs_is_rose_with_a_cross_and_what_agrees_has_the_accent(
    qapp, table, colors
) -> None:
    theme.apply(qapp, colors)
    table.show_reports(reports(), with_bug("mask_forgotten"))
    rose, mint = colors.fail, colors.accent
    assert has(table, 0, "bug_mean", rose)
    assert has(table, 0, "bug_verdict", rose)
    assert not has(table, 0, "bug_verdict", mint)
    assert has(table, 0, "verdict", mint)
    assert has(table, 2, "bug_verdict", mint)
    assert not has(table, 2, "bug_verdict", rose)
    assert not has(table, 2, "bug_mean", rose)
    cell, _ = table.columns.cell("bug_verdict", table.row_top(0), ROW - 1)
    cross = QPointF(cell.left() + 8, round(cell.center().y() - 8) + 8).toPoint()
    shot = table.viewport().grab().toImage()
    for x in (-2, 2):
        for y in (-2, 2):
            assert near(shot.pixelColor(cross + QPoint(x, y)), QColor(rose))


def test_of_elements_that_are_all_at_kinks_nothing_is_said(table) -> None:
    table.show_reports([report([1.0, 2.0], [1.5, 2.5], kink=(0, 1))])
    row = table.rows[0]
    assert row.verdict("verdict") is None
    assert {row.text(c) for c in ("mean", "relative", "verdict")} == {EM_DASH}
    assert (row.text("count"), row.text("kinks")) == ("2", "2")
    table.grab()


def test_of_zeros_alone_it_is_said_that_they_are_no_test(table) -> None:
    table.show_reports([report([0.0, 0.0, 0.5], [0.0, 0.0, 0.7], kink=(2,))])
    row = table.rows[0]
    assert row.verdict("verdict") is None
    assert (row.text("mean"), row.text("verdict")) == ("0", "zeros")
    assert "whatever the code does" in words.detail(row, "verdict")
    assert words.sentence(row).endswith("only zeros")
    table.grab()


def test_a_gradient_that_is_no_number_differs(table) -> None:
    table.show_reports([report([np.nan, 2.0], [1.5, 2.0])])
    assert table.rows[0].text("mean") == "nan"
    assert table.rows[0].text("verdict") == "differs"


def test_the_footer_counts_and_states_the_rule(table) -> None:
    table.show_reports(reports(), rule="a < b")
    zeros = sum(each.zeros for each in reports())
    assert zeros > 20_000
    said = f"39,760 parameters compared, {zeros:,} of them exactly 0 in both."
    assert table.footer.lines == table.footer.shown == (said, "a < b")
    table.show_reports([report([1, 0, 3], [1, 0, 9], kink=(2,))])
    counted = "2 parameters compared, 1 of them exactly 0 in both; 1 left out at a kink."
    assert table.footer.lines == (counted, "")


def test_a_layer_by_itself_is_shown_like_the_others(table) -> None:
    table.show_reports(
        [
            report([1.0, 2.0], [1.0, 2.0], name="dx", shape=(1, 2)),
            report([1.0], [1.5], name="dW", shape=(1, 1)),
        ]
    )
    assert [row.text("verdict") for row in table.rows] == ["agrees", "differs"]
    assert table.footer.lines == ("3 elements compared.", "")
    assert copied(table)[0][0] == "Gradient"


# Reading it


def test_the_keys_go_from_row_to_row_and_each_is_said(table) -> None:
    table.show_reports(reports(), with_bug("mask_forgotten"))
    table.setFocus()
    down = [table.accessibleDescription()]
    for _ in range(5):
        QTest.keyClick(table, Qt.Key.Key_Down)
        down.append(table.accessibleDescription())
    assert down == [words.sentence(table.rows[n]) for n in (0, 1, 2, 3, 3, 3)]
    mean = formatting.scientific(reports()[0].mean_absolute_difference)
    assert down[0].startswith(f"W1, 784×50: mean difference {mean}, ")
    assert down[0].endswith("differs")
    QTest.keyClick(table, Qt.Key.Key_Up)
    assert table.here == 2
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert table.here == 0
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.here == 3


def test_the_row_of_the_keys_is_framed_while_they_arrive_here(table) -> None:
    table.show_reports(reports())
    mint = QColor(theme.DARK.accent).name()
    edge = QPoint(table.viewport().width() // 2, 1 * ROW)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell(table, 1, "mean"))
    assert table.hasFocus()
    assert table.viewport().grab().toImage().pixelColor(edge).name() == mint
    table.clearFocus()
    assert table.viewport().grab().toImage().pixelColor(edge).name() != mint


def test_ctrl_c_copies_the_table_even_where_the_window_has_another_use_for_it(table) -> None:
    table.show_reports(reports(), with_bug("mask_forgotten"))
    lines = copied(table)
    assert lines[0][:4] == ["Parameter", "shape", "count", "mean |diff|"]
    assert lines[0][-2:] == ["mean |diff| with the bug", "verdict with the bug"]
    for line, row in zip(lines[1:], table.rows, strict=True):
        assert line[0] == row.name
        assert line[3] == row.text("mean")
        assert line[-1] == row.text("bug_verdict")
    control = Qt.KeyboardModifier.ControlModifier
    wish = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_C, control)
    wish.ignore()
    QApplication.sendEvent(table, wish)
    assert wish.isAccepted()


def test_the_pointer_lights_its_row(table) -> None:
    table.show_reports(reports())
    light = QColor(theme.DARK.surface_2).name()
    QTest.mouseMove(table.viewport(), cell(table, 2, "count"))
    assert light in inks(table, 2, "relative")
    assert light not in inks(table, 1, "relative")
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert light not in inks(table, 2, "relative")


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("mean", "mean |difference|"),
        ("relative", "relative error"),
        ("kinks", "no derivative"),
        ("zeros", "both gradients are 0"),
    ],
)
def test_a_tooltip_explains_what_the_pointer_rests_on(table, column, says) -> None:
    table.show_reports(reports())
    for widget, at in (
        (table.viewport(), cell(table, 0, column)),
        (table._head, QPoint(cell(table, 0, column).x(), HEAD - 10)),
    ):
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, at))
        assert says in QToolTip.text()
    QToolTip.hideText()


def test_a_tooltip_has_all_digits_and_where_the_worst_element_is(table) -> None:
    found, wrong = reports(), with_bug("mask_forgotten")
    table.show_reports(found, wrong)
    mean, relative = (table.tip_at(cell(table, 0, c)) for c in ("mean", "relative"))
    assert mean.startswith(f"{found[0].mean_absolute_difference!r}\n")
    i, j = found[0].worst
    assert relative.startswith(f"{found[0].max_relative_error!r} at W1[{i}, {j}]\n")
    with_it = table.tip_at(cell(table, 0, "bug_mean"))
    assert with_it.startswith(f"{wrong[0].mean_absolute_difference!r}\n")
    table.show_reports([report([1.0, 2.0], [1.0, 2.0], shape=(784, 50))])
    assert table.tip_at(cell(table, 0, "count")).startswith("A sample of its 39,200 elements.")


@THEMES
def test_where_h_does_not_suit_no_fault_is_shown(qapp, table, colors) -> None:
    theme.apply(qapp, colors)
    table.show_reports(reports(), with_bug("mask_forgotten"), doubtful=True)
    said = [row.text("bug_verdict") for row in table.rows]
    assert said == ["h unfit", "h unfit", "agrees", "agrees"]
    for column in ("bug_mean", "bug_verdict"):
        assert not has(table, 0, column, colors.fail)
    assert has(table, 0, "bug_verdict", colors.text_3)
    assert table.accessibleDescription().endswith("h unfit")
    assert "h is too large" in table.tip_at(cell(table, 0, "bug_verdict"))
    assert "h unfit" in copied(table)[1]


def test_a_tooltip_has_short_lines(table) -> None:
    table.show_reports(reports())
    for column in table.columns.names:
        lines = table.tip_at(cell(table, 0, column)).split("\n")
        assert max(map(len, lines)) <= TIP_LETTERS


# How it looks


def test_painting_keeps_no_references(table) -> None:
    table.show_reports(reports(), with_bug("mask_forgotten"))
    assert references_lost(table) < TIMES / 10


@THEMES
@pytest.mark.parametrize("with_it", [False, True], ids=["clean", "bug"])
def test_it_looks_as_approved(qapp, qtbot, colors, with_it) -> None:
    theme.apply(qapp, colors)
    card, table = Card("Gradient check", "as the code is"), CheckTable()
    card.body.addWidget(table)
    qtbot.addWidget(card)
    card.resize(808, 262)
    table.show_reports(reports(), with_bug("mask_forgotten") if with_it else (), rule=RULE)
    name = "bug" if with_it else "clean"
    check(card.grab().toImage(), f"check_table_{name}_{colors.name}")
