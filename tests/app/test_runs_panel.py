"""The card with all runs, worked as a person would."""

import dataclasses

import pytest
from fake_runs import BOOK, FakeSession, an_entry, some_curves
from listed_runs import LEFT, name_of
from pictures import check
from PySide6.QtCore import QDateTime, QEvent, QPoint, Qt, QTime
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from runs_panels import button, click, five_runs, make, press, text, tick

from app import theme
from app.widgets.runs_panel import RunsPanel

HINT = "Enter shows, Space compares."


@pytest.fixture
def session() -> FakeSession:
    return five_runs()


@pytest.fixture
def panel(qtbot, session: FakeSession) -> RunsPanel:
    return make(qtbot, session)


def shown(panel: RunsPanel) -> list[tuple[str, str, str]]:
    return [(row.progress, row.loss, row.state) for row in panel.list.rows]


# What is shown.


def test_each_run_stands_with_what_is_known_of_it(panel) -> None:
    assert shown(panel) == [
        ("6,480 of 10,000", "0.0366", "running"),
        ("10,000 of 10,000", "0.2413", "finished"),
        ("10,000 of 10,000", "4.1e-04", "finished"),
        ("512 of 10,000", "0.0366", "stopped"),
        ("0 of 10,000", "—", "waiting"),
    ]
    assert [row.name for row in panel.list.rows][1:3] == [
        "Sigmoid 50 · SGD 0.1",
        "Adam for the lesson",
    ]
    assert panel.subtitle.text() == "5"
    assert [row.style for row in panel.list.rows] == [0, None, None, None, None]


def test_without_runs_it_says_how_to_get_one(qtbot) -> None:
    panel = make(qtbot, FakeSession())
    assert text(panel, "runsEmpty").startswith("Start a run (F5)")
    assert not panel.list.isVisible()
    for name in ("saveRunButton", "compareButton"):
        assert not button(panel, name).isEnabled()
    assert button(panel, "openRunButton").isEnabled()


def test_what_goes_wrong_is_said_even_without_runs(qtbot) -> None:
    session = FakeSession()
    panel = make(qtbot, session)
    session.runs.failed.emit("x.chainlight: is not a Chainlight run")
    assert text(panel, "runsNotice") == "✗ x.chainlight: is not a Chainlight run"


def test_of_several_that_run_the_lowest_loss_leads(qtbot) -> None:
    session = FakeSession(
        an_entry("a", loss=0.04, phase="running", iteration=90, is_shown=True),
        an_entry("b", loss=0.02, phase="running", iteration=90),
        an_entry("c", loss=0.01, phase="finished"),
    )
    panel = make(qtbot, session)
    assert [row.state for row in panel.list.rows] == ["running", "running, leads", "finished"]
    session.runs.change("a", phase="finished")
    assert [row.leads for row in panel.list.rows] == [False, False, False]


def test_every_button_has_a_name(panel) -> None:
    for each in panel.findChildren(QAbstractButton):
        assert each.objectName()
        assert each.accessibleName() or each.objectName().startswith("qt_")
    assert panel.list.accessibleName() == "Runs"


# News.


def test_figures_of_a_run_are_brought_up_to_date_a_few_times_a_second(
    qtbot, panel, session
) -> None:
    changes = []
    panel.list.model().dataChanged.connect(lambda first, last: changes.append(first.row()))
    for iteration in range(6500, 6600):
        session.runs.change("a", iteration=iteration)
    qtbot.waitUntil(lambda: panel.list.rows[0].iteration == 6599)
    assert set(changes) == {0}
    assert len(changes) <= 2


def test_another_phase_is_shown_at_once(panel, session) -> None:
    session.runs.change("a", iteration=6500)
    session.runs.change("a", phase="paused")
    assert panel.list.rows[0].state == "paused"


def test_what_happened_while_it_was_hidden_is_shown_with_it(panel, session) -> None:
    panel.hide()
    session.runs.put(*session.runs.entries[:2])
    panel.show()
    assert len(panel.list.rows) == 2


# Showing and comparing.


def test_a_double_click_shows_a_run(panel, session) -> None:
    at = name_of(panel.list, 1)
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=at)
    QTest.mouseDClick(panel.list.viewport(), LEFT, pos=at)
    QTest.mouseRelease(panel.list.viewport(), LEFT, pos=at)
    assert session.runs.asked == [("show", "b")]
    assert [row.is_shown for row in panel.list.rows] == [False, True, False, False, False]
    assert text(panel, "runsNotice") == "‘Sigmoid 50 · SGD 0.1’ is shown."


def test_a_tick_puts_a_run_beside_the_shown_one(panel, session) -> None:
    assert not button(panel, "compareButton").isEnabled()
    tick(panel, 2)
    assert session.runs.compared == ("c",)
    assert [row.style for row in panel.list.rows] == [0, None, 1, None, None]
    assert panel.table.isVisible()
    assert button(panel, "compareButton").isChecked()
    tick(panel, 2)
    assert session.runs.compared == ()
    assert not panel.table.isVisible()
    assert not button(panel, "compareButton").isEnabled()


def test_a_fourth_run_is_refused_with_a_sentence(panel, session) -> None:
    for n in (1, 2, 3):
        tick(panel, n)
    assert text(panel, "runsNotice") == HINT
    tick(panel, 4)
    assert session.runs.compared == ("b", "c", "d")
    assert "✗ Three runs are compared already: untick one first." in (
        label.text() for label in panel.findChildren(QLabel)
    )


def test_the_button_hides_the_ticked_runs_and_shows_them_again(panel, session) -> None:
    tick(panel, 1)
    tick(panel, 2)
    click(panel, "compareButton")
    assert session.runs.compared == ()
    assert [row.is_ticked for row in panel.list.rows] == [False, True, True, False, False]
    click(panel, "compareButton")
    assert session.runs.compared == ("b", "c")


def test_ticks_follow_what_a_race_compares(panel, session) -> None:
    session.runs.compare(("d", "b"))
    assert [row.style for row in panel.list.rows] == [0, 2, None, 1, None]
    assert [row.is_ticked for row in panel.list.rows] == [False, True, False, True, False]


def test_a_compared_run_that_is_shown_changes_places_with_the_one_that_was(panel, session) -> None:
    tick(panel, 1)
    tick(panel, 2)
    session.runs.show("b")
    assert session.runs.compared == ("a", "c")
    assert [row.style for row in panel.list.rows] == [1, 0, 2, None, None]
    assert [row.is_ticked for row in panel.list.rows] == [True, False, True, False, False]


def test_a_ticked_run_that_is_hidden_is_ticked_no_more_once_it_is_shown(panel, session) -> None:
    tick(panel, 1)
    click(panel, "compareButton")
    session.runs.show("b")
    assert not button(panel, "compareButton").isEnabled()
    assert [row.is_ticked for row in panel.list.rows] == [False] * 5


def test_runs_that_are_the_same_are_said_to_be(panel, session) -> None:
    session.runs.put(*session.runs.entries, an_entry("same"))
    for key in ("a", "same"):
        session.runs.read[key] = some_curves(BOOK, 100)
    session.runs.compare(("same",))
    assert text(panel, "runsVerdict").endswith("the curves are the same, bit for bit.")


# Pictures.


def picture(panel: RunsPanel) -> QImage:
    image = QImage(352, 568, QImage.Format.Format_RGB32)
    image.fill(theme.current().bg)
    panel.render(image, QPoint())
    return image


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_runs_look_as_approved(qtbot, qapp: QApplication, colors: theme.Theme) -> None:
    theme.apply(qapp, colors)
    session = five_runs()
    for entry in session.runs.entries[:3]:
        session.runs.read[entry.key] = some_curves(entry.config, 40, 0.9, 0.95)
    panel = make(qtbot, session)
    check(picture(panel), f"runs_{colors.name}")
    session.runs.compare(("b", "c"))
    qapp.processEvents()
    check(picture(panel), f"runs_compared_{colors.name}")


def test_files_that_can_not_be_read_are_named_as_long_as_they_are(qtbot, panel, session) -> None:
    assert text(panel, "runsUnreadable") == ""
    session.runs.unreadable = ("a.chainlight",)
    panel.refresh()
    said = "✗ A file in the runs folder can't be read: a.chainlight"
    assert text(panel, "runsUnreadable") == said
    session.runs.unreadable = ("a.chainlight", "b.chainlight")
    panel.refresh()
    said = "✗ 2 files in the runs folder can't be read: a.chainlight, b.chainlight"
    assert text(panel, "runsUnreadable") == said


def test_runs_of_one_name_are_told_apart_by_when_they_began(qtbot, panel, session) -> None:
    now = QDateTime.currentDateTime()
    noon = QDateTime(now.date(), QTime(12, 0))
    entries = [
        dataclasses.replace(an_entry(key), began=float(noon.addSecs(seconds).toSecsSinceEpoch()))
        for key, seconds in (("a", 0), ("b", -120), ("c", -86_400))
    ]
    session.runs.put(*entries, an_entry("d", "Mine"))
    panel.refresh()
    moments = {row.key: row.moment for row in panel.list.rows}
    day = noon.addDays(-1).toString("yyyy-MM-dd")
    assert moments == {"a": "12:00", "b": "11:58", "c": day, "d": ""}
    assert panel.list.rows[1].spoken.startswith("Relu 50 · SGD 0.1, 11:58, finished")
    assert panel.list.rows[1].details.startswith("Relu 50 · SGD 0.1\n20")
    assert panel.list.rows[1].details.endswith(noon.addSecs(-120).toString("yyyy-MM-dd HH:mm:ss"))
    session.runs.put(entries[0], dataclasses.replace(entries[1], began=entries[0].began + 5))
    panel.refresh()
    assert {row.moment[-8:] for row in panel.list.rows} == {"12:00:00", "12:00:05"}


def test_what_is_compared_takes_no_row_from_under_the_pointer(qtbot, panel, session) -> None:
    panel.resize(352, 420)
    QApplication.processEvents()
    rows, low = panel.list, panel.list.minimumHeight()
    height = rows.height()
    assert height > low
    tick(panel, 1)
    assert panel.list.rows[1].is_ticked
    assert (rows.height(), panel.table.isVisible()) == (height, False)
    tick(panel, 2)
    assert session.runs.compared == ("b", "c")
    QApplication.sendEvent(rows, QEvent(QEvent.Type.Leave))
    QApplication.processEvents()
    assert rows.height() < height
    assert len(panel.table.shown.columns) == 3


def test_who_compares_with_keys_sees_the_table_at_once(panel) -> None:
    panel.resize(352, 420)
    QApplication.processEvents()
    QTest.mouseMove(panel.list.viewport(), name_of(panel.list, 1))
    press(panel, Qt.Key.Key_Down, Qt.Key.Key_Space)
    assert panel.table.isVisible()
