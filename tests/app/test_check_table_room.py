"""What of the table of a gradient check is in sight, in any room."""

import pytest
from checked import report, reports
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app import theme
from app.widgets.check_columns import HEIGHT, LEAST_ROW, ROW, Columns
from app.widgets.check_table import CheckTable
from bpcore.gradient_report import GradientReport

SHAPES = {"W1": (784, 50), "b1": (50,), "W2": (50, 10), "b2": (10,)}


@pytest.fixture
def table(qtbot) -> CheckTable:
    table = CheckTable()
    qtbot.addWidget(table)
    table.resize(776, HEIGHT)
    with qtbot.waitActive(table):
        table.show()
    table.clearFocus()
    return table


@pytest.mark.parametrize("height", [150, 190, HEIGHT])
def test_the_footer_s_two_lines_are_whole_and_too_long_ones_elided(table, height) -> None:
    table.resize(668, height)
    found = [report([1, 0, 3], [1, 0, 9], kink=(2,))]
    table.show_reports(found, rule="It agrees if " + "very " * 40 + "little is left.")
    counted, rule = table.footer.shown
    assert counted == table.footer.lines[0]
    assert rule.endswith("…")
    assert "little is left." in table.footer.toolTip().replace("\n", " ")
    assert all(len(line) < 100 for line in table.footer.toolTip().split("\n"))
    foot = table.footer.geometry()
    assert foot.bottom() < height
    shot = table.grab().toImage()
    for line in range(2):
        rows = range(height - 32 + 16 * line, height - 16 + 16 * line)
        ink = [
            y
            for y in rows
            if any(shot.pixelColor(x, y) != shot.pixelColor(660, 1) for x in range(300))
        ]
        assert rows.start < ink[0] < ink[-1] < rows.stop - 1  # nothing reaches its edges


def deep() -> dict[str, tuple[int, ...]]:
    return {f"{kind}{n}": (50, 50) for n in range(1, 7) for kind in "Wb"}


def test_four_rows_need_no_scrolling_and_more_scroll_to_the_keys(table) -> None:
    table.show_blank(SHAPES)
    assert table.verticalScrollBar().maximum() == 0
    assert table.row == ROW
    table.show_blank(deep())
    assert table.verticalScrollBar().maximum() == 12 * table.row - table.viewport().height()
    for _ in range(11):
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.row_top(11) + table.row == table.viewport().height()
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert table.row_top(0) == 0
    table.show_reports(reports())
    assert table.here == 0
    assert table.row_top(0) == 0


@pytest.mark.parametrize(("count", "height"), [(4, 190), (6, 192), (6, HEIGHT)])
def test_rows_are_lower_where_all_come_into_sight_by_that(table, count, height) -> None:
    table.resize(776, height)
    table.show_blank(dict(list(deep().items())[:count]))
    assert table.verticalScrollBar().maximum() == 0
    assert LEAST_ROW <= table.row < ROW
    assert table.row_top(count - 1) + table.row <= table.viewport().height()
    assert table.footer.notice == ""


def many(wrong: tuple[int, ...]) -> list[GradientReport]:
    return [report([1.0], [1.5 if n in wrong else 1.0], name=name) for n, name in enumerate(deep())]


def has_rose(table: CheckTable) -> bool:
    shot = table.footer.grab().toImage()
    ink = [shot.pixelColor(5, y).toTuple()[:3] for y in range(20)]
    rose = QColor(theme.DARK.fail).toTuple()[:3]
    return any(max(abs(p - q) for p, q in zip(each, rose, strict=True)) < 70 for each in ink)


def test_what_differs_out_of_sight_is_told_with_a_cross(table) -> None:
    table.show_reports(many((0, 10)))
    whole = table.viewport().height() // table.row
    assert table.viewport().height() == whole * table.row
    assert table.footer.notice == f"{12 - whole} more below, 1 differs"
    assert has_rose(table)
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.footer.notice == f"{12 - whole} more above, 1 differs"
    table.verticalScrollBar().setValue(table.row)
    assert table.footer.notice == f"1 more above, 1 differs; {11 - whole} more below, 1 differs"
    table.show_reports(many((1,)))
    table.verticalScrollBar().setValue(0)
    assert table.footer.notice == f"{12 - whole} more below"
    assert not has_rose(table)


@pytest.mark.parametrize("has_bug", [False, True])
@pytest.mark.parametrize("width", [668, 700, 776, 1096, 1200])
def test_no_column_reaches_into_the_next(width, has_bug) -> None:
    columns = Columns(width, has_bug)
    needs = {"shape": 60, "count": 55, "mean": 62, "relative": 74, "verdict": 64}
    needs |= {"zeros": 66, "kinks": 34, "bug_mean": 62, "bug_verdict": 64, "name": 24}
    end = 0.0
    for name in columns.names:
        rect, ends_right = columns.cell(name, 0, ROW)
        left = rect.right() - needs[name] if ends_right else rect.left()
        right = rect.right() if ends_right else rect.left() + needs[name]
        assert left >= end
        assert right <= rect.right()
        end = right
    assert end <= width


def test_out_of_sight_no_fault_is_told_either_where_h_does_not_suit(table) -> None:
    table.show_reports(many((11,)), doubtful=True)
    assert table.footer.notice.endswith("1 with an unfit h")
    assert not has_rose(table)
