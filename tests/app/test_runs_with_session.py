"""The card with all runs, in a session that trains and keeps them."""

from pathlib import Path

import pytest
from listed_runs import Row
from PySide6.QtWidgets import QLabel
from small_runs import SMALL

from app import formatting
from app.session import Session, State
from app.widgets.runs_panel import RunsPanel

WAIT = 20_000


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINLIGHT_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def panel(qtbot, session: Session) -> RunsPanel:
    panel = RunsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(352, 568)
    panel.show()
    return panel


def train(qtbot, session: Session, **changes) -> None:
    session.start(SMALL.replace(**changes))
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=WAIT)


def row(panel: RunsPanel, n: int) -> Row:
    return panel.list.rows[n]


def text(panel: RunsPanel, name: str) -> str:
    return panel.findChild(QLabel, name).text()


def test_a_run_stands_in_the_list_with_the_figures_that_the_engine_computed(
    qtbot, panel, session
) -> None:
    train(qtbot, session)
    qtbot.waitUntil(lambda: panel.list.rows and row(panel, 0).state == "finished", timeout=WAIT)
    shown = row(panel, 0)
    done = formatting.count(SMALL.iterations)
    assert shown.progress == f"{done} of {done}"
    assert shown.loss == formatting.loss(session.losses.mean_of_last(100))
    assert shown.accuracy == formatting.percent(session.snapshot.accuracies[-1].test)
    assert shown.is_shown


def test_a_run_that_is_repeated_is_the_same_bit_for_bit(qtbot, panel, session) -> None:
    train(qtbot, session)
    qtbot.waitUntil(lambda: panel.list.rows and row(panel, 0).state == "finished", timeout=WAIT)
    first = row(panel, 0).key
    panel.list.repeat_current()
    qtbot.waitUntil(lambda: len(panel.list.rows) == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: row(panel, 0).state == "finished", timeout=WAIT)
    assert row(panel, 0).key != first
    panel.list.select(first)
    panel.list.compare_current()
    same = "Same parameters, same seed: the curves are the same, bit for bit."
    qtbot.waitUntil(lambda: text(panel, "runsVerdict") == same, timeout=WAIT)


def test_an_earlier_run_is_shown_deleted_and_brought_back(qtbot, panel, session) -> None:
    train(qtbot, session)
    train(qtbot, session, seed=5)
    qtbot.waitUntil(lambda: len(panel.list.rows) == 2, timeout=WAIT)
    earlier, later = row(panel, 1).key, row(panel, 0).key
    panel.list.select(earlier)
    with qtbot.waitSignal(session.runs.opened, timeout=WAIT):
        panel.list.show_current()
    assert [each.is_shown for each in panel.list.rows] == [False, True]
    assert session.config.seed == SMALL.seed
    panel.list.select(later)
    panel.list.delete_current()
    assert [each.key for each in panel.list.rows] == [earlier]
    panel.list.undo_wanted.emit()
    qtbot.waitUntil(lambda: [e.key for e in panel.list.rows] == [later, earlier], timeout=WAIT)


def test_a_run_is_saved_and_opened_as_another(qtbot, panel, session, tmp_path) -> None:
    train(qtbot, session)
    qtbot.waitUntil(lambda: panel.list.rows and row(panel, 0).state == "finished", timeout=WAIT)
    path = tmp_path / "mine.chainlight"
    session.runs.save(row(panel, 0).key, path)
    said = "Saved as mine.chainlight."
    qtbot.waitUntil(lambda: text(panel, "runsNotice") == said, timeout=WAIT)
    session.runs.open(path)
    qtbot.waitUntil(lambda: len(panel.list.rows) == 2, timeout=WAIT)
    assert row(panel, 0).loss == row(panel, 1).loss


def test_what_is_no_run_is_refused_with_a_sentence(qtbot, panel, session, tmp_path) -> None:
    path = tmp_path / "x.chainlight"
    path.write_bytes(b"PK nothing")
    session.runs.open(path)
    qtbot.waitUntil(lambda: text(panel, "runsNotice").startswith("✗ x.chainlight"), timeout=WAIT)
