"""What is said of runs that are compared, and the table that shows it."""

import dataclasses

import pytest
from fake_runs import BOOK, FakeRuns, an_entry, some_curves
from PySide6.QtCore import QDate, QDateTime, Qt, QTime
from PySide6.QtTest import QTest

from app.namesakes import drawn_names
from app.widgets.comparison import Comparison, comparison, short_names
from app.widgets.runs_table import HEAD, LINE, RunsTable
from bpcore.recording import Event

ADAM = BOOK.replace(optimizer="adam", learning_rate=0.001)
BIT_FOR_BIT = "Same parameters, same seed: the curves are the same, bit for bit."


def compared(*entries, **read) -> FakeRuns:
    """Runs of which the first is shown, and all others stand beside it."""
    runs = FakeRuns(*entries)
    runs.compared = tuple(entry.key for entry in entries if not entry.is_shown)
    runs.read = read
    return runs


def lines(found: Comparison, *, figures: bool) -> dict[str, tuple[str, ...]]:
    return {line.title: line.values for line in found.lines if line.is_figure == figures}


# What is said.


def test_a_run_alone_is_compared_with_nothing() -> None:
    assert comparison(FakeRuns(an_entry("a", is_shown=True))) == Comparison()
    assert comparison(FakeRuns()) == Comparison()


def test_figures_come_first_then_the_parameters_that_differ() -> None:
    runs = compared(
        an_entry("a", is_shown=True),
        an_entry("b", config=ADAM, iteration=6480, loss=0.00041, test=0.957),
        a=some_curves(BOOK, 4, 0.91, 0.948, 0.941),
        b=some_curves(ADAM, 4, 0.957),
    )
    found = comparison(runs)
    assert lines(found, figures=False) == {
        "Optimizer": ("SGD", "Adam"),
        "Learning rate": ("0.1", "0.001"),
        "Beta1": ("—", "0.9"),
        "Beta2": ("—", "0.999"),
    }
    assert lines(found, figures=True) == {
        "Loss, last 100": ("0.0366", "4.1e-04"),
        "Test accuracy": ("94.1\u2009%", "95.7\u2009%"),
        "Best accuracy": ("94.8\u2009%", "95.7\u2009%"),
        "Iteration": ("10,000", "6,480"),
    }
    assert [line.is_figure for line in found.lines] == [True] * 4 + [False] * 4
    assert found.verdict == ""


def test_runs_stand_in_the_order_of_their_line_styles() -> None:
    runs = compared(an_entry("b"), an_entry("a", is_shown=True), an_entry("c"))
    runs.compared = ("c", "b")
    columns = comparison(runs).columns
    assert [(run.key, run.style) for run in columns] == [("a", 0), ("c", 1), ("b", 2)]


def test_the_best_figures_are_marked_unless_all_look_the_same() -> None:
    runs = compared(
        an_entry("a", is_shown=True, loss=0.5, test=0.94101),
        an_entry("b", config=ADAM, loss=0.2, test=0.94102),
        an_entry("c", config=ADAM, loss=None, test=0.94),
    )
    best = {line.title: line.best for line in comparison(runs).lines}
    assert best["Loss, last 100"] == (False, True, False)
    assert best["Test accuracy"] == (True, True, False)  # 94.1 % both
    assert best["Best accuracy"] == (False, False, False)  # none is known
    assert best["Iteration"] == ()
    alike = compared(an_entry("a", is_shown=True), an_entry("b", config=ADAM))
    assert not any(any(line.best) for line in comparison(alike).lines)


def test_a_run_whose_curves_are_being_read_has_a_dash_for_its_best() -> None:
    runs = compared(an_entry("a", is_shown=True), an_entry("b"), a=some_curves(BOOK, 4, 0.9))
    assert lines(comparison(runs), figures=True)["Best accuracy"] == ("90.0\u2009%", "—")


def test_equal_runs_with_equal_losses_are_said_to_be_the_same() -> None:
    runs = compared(
        an_entry("a", is_shown=True),
        an_entry("b", iteration=300),
        a=some_curves(BOOK, 500),
        b=some_curves(BOOK, 300),
    )
    assert comparison(runs).verdict == BIT_FOR_BIT


def test_equal_runs_are_not_said_to_be_the_same_before_it_is_known_that_they_are() -> None:
    runs = compared(an_entry("a", is_shown=True), an_entry("b"), a=some_curves(BOOK, 500))
    assert comparison(runs).verdict == "Same parameters and seed so far."
    runs.read["b"] = some_curves(BOOK, 0)
    assert comparison(runs).verdict == "Same parameters and seed so far."
    runs.read["b"] = some_curves(BOOK.replace(seed=1), 500)
    assert "other losses" in comparison(runs).verdict


def test_a_change_on_the_way_is_a_difference() -> None:
    changed = an_entry("b", changes=(Event(400, "learning_rate", 0.01),))
    runs = compared(
        an_entry("a", is_shown=True), changed, a=some_curves(BOOK, 5), b=some_curves(BOOK, 5)
    )
    found = comparison(runs)
    assert lines(found, figures=False) == {"Learning rate, after 400": ("—", "0.01")}
    assert found.verdict == ""


# How it is shown.


@pytest.fixture
def table(qtbot) -> RunsTable:
    table = RunsTable()
    qtbot.addWidget(table)
    table.resize(320, 300)
    return table


def four_runs() -> FakeRuns:
    momentum = BOOK.replace(optimizer="momentum", learning_rate=0.01)
    return compared(
        an_entry("a", is_shown=True),
        an_entry("b", config=BOOK.replace(activation="sigmoid"), loss=0.2413, test=0.912),
        an_entry("c", config=momentum, loss=0.0127, test=0.953),
        an_entry("d", config=ADAM, iteration=8200, loss=0.00041, test=0.957),
    )


def cell(table: RunsTable, row: int, column: int, role=Qt.ItemDataRole.DisplayRole) -> str:
    return str(table.model().index(row, column).data(role))


def test_it_is_hidden_while_nothing_is_compared(table) -> None:
    table.show_comparison(comparison(four_runs()))
    assert not table.isHidden()
    table.show_comparison(Comparison())
    assert table.isHidden()


def test_each_cell_shows_what_was_found(table) -> None:
    found = comparison(four_runs())
    table.show_comparison(found)
    for n, line in enumerate(found.lines, start=1):
        assert [cell(table, n, column) for column in range(5)] == [line.title, *line.values]


def test_a_screen_reader_hears_of_which_run_a_value_is(table) -> None:
    table.show_comparison(comparison(four_runs()))
    role = Qt.ItemDataRole.AccessibleTextRole
    assert cell(table, 5, 2, role) == "Sigmoid 50 · SGD 0.1, Activation: Sigmoid"
    loss = "Relu 50 · Adam 0.001, Loss, last 100: 4.1e-04, the best"
    assert loss in [cell(table, row, 4, role) for row in range(table.model().rowCount())]


def test_columns_fill_the_table_and_show_their_values_whole(table, qapp) -> None:
    table.show_comparison(comparison(four_runs()))
    table.show()
    qapp.processEvents()
    assert table.height() >= HEAD + LINE * len(table.shown.lines)
    widths = [table.columnWidth(column) for column in range(5)]
    assert sum(widths) == table.viewport().width()
    words = table.fontMetrics()
    assert widths[0] > words.horizontalAdvance("Test accuracy")
    assert widths[3] > words.horizontalAdvance("Momentum")


def test_a_title_that_is_too_long_stands_in_two_lines(table, qapp) -> None:
    change = (Event(4000, "learning_rate", 0.01),)
    runs = four_runs()
    table.show_comparison(comparison(runs))
    table.show()
    lower = table.sizeHint().height()
    runs.change("a", changes=change)
    found = comparison(runs)
    table.show_comparison(found)
    qapp.processEvents()
    row = 1 + [line.title for line in found.lines].index("Learning rate, after 4,000")
    assert table.rowHeight(row) > LINE == table.rowHeight(1)
    assert table.sizeHint().height() == lower + table.rowHeight(row)


def test_each_column_has_the_part_of_its_name_that_the_others_have_not(table) -> None:
    names = ["Relu 50 · SGD 0.1", "Relu 50 · SGD 5", "Branch of Relu 50 · SGD 0.1 at 100"]
    assert short_names(names[:2]) == ("SGD 0.1", "SGD 5")
    assert short_names(names) == tuple(names)
    assert short_names(names[:1] * 2) == tuple(names[:1] * 2)
    table.show_comparison(comparison(four_runs()))
    assert [run.short for run in table.shown.columns][1:3] == [
        "Sigmoid 50 · SGD 0.1",
        "Relu 50 · Momentum 0.01",
    ]
    assert cell(table, 0, 2, Qt.ItemDataRole.ToolTipRole) == "Sigmoid 50 · SGD 0.1"
    assert cell(table, 0, 2, Qt.ItemDataRole.AccessibleTextRole) == "Sigmoid 50 · SGD 0.1"


def test_namesakes_are_told_apart_by_when_they_began(table) -> None:
    noon = QDateTime(QDate.currentDate(), QTime(12, 0)).toSecsSinceEpoch()
    one, other = (
        dataclasses.replace(an_entry(key, "High", is_shown=key == "a"), began=float(began))
        for key, began in (("a", noon), ("b", noon + 120))
    )
    runs = compared(one, other, an_entry("c", config=ADAM))
    assert drawn_names(runs) == {
        "a": "High · 12:00",
        "b": "High · 12:02",
        "c": "Relu 50 · Adam 0.001",
    }
    table.show_comparison(comparison(runs))
    assert [run.short for run in table.shown.columns] == ["12:00", "12:02", "Relu 50 · Adam 0.001"]
    assert cell(table, 0, 1, Qt.ItemDataRole.ToolTipRole) == "High · 12:00"
    runs.compared = ("c",)
    assert drawn_names(runs)["a"] == "High"
    runs.compared = ("b", "c")
    runs.change("b", began=one.began)
    assert list(drawn_names(runs).values())[:2] == ["High · 12:00:00", "High · 12:00:00 (2)"]


def test_figures_that_get_shorter_move_no_column(table) -> None:
    runs = four_runs()
    table.show_comparison(comparison(runs))
    before = [table.columnWidth(column) for column in range(5)]
    runs.change("d", loss=0.5, iteration=1)
    table.show_comparison(comparison(runs))
    assert cell(table, 4, 4) == "1"
    assert [table.columnWidth(column) for column in range(5)] == before


def test_the_keys_begin_at_a_figure_and_never_stand_in_the_empty_corner(table, qapp) -> None:
    table.show_comparison(comparison(four_runs()))
    table.show()
    table.setFocus()
    qapp.processEvents()
    at = table.currentIndex()
    assert (at.row(), at.column(), at.data()) == (1, 1, "0.0366")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(table, key)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, 0)
    table.show_comparison(Comparison())
    table.show_comparison(comparison(four_runs()))
    assert table.currentIndex().isValid() == table.hasFocus()
