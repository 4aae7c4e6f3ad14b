import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSpinBox, QWidget
from train_pages import click, open_page, seek, text_of, train

from app import formatting
from app.pages.train import TrainPage
from app.pages.train_side import TrainSide
from app.plans import Plan
from app.session import Session, State
from app.widgets.histograms import Histograms
from app.widgets.runs_panel import RunsPanel
from app.widgets.unit_tiles import UnitTiles
from app.widgets.vitals_rows import VitalsRows
from bpcore.evaluation import accuracy


@pytest.fixture
def page(qtbot, session: Session) -> TrainPage:
    return open_page(qtbot, session)


def tiles_of(page: TrainPage) -> UnitTiles:
    return page.findChild(UnitTiles, "unitTiles")


def rows_of(page: TrainPage) -> VitalsRows:
    return page.findChild(VitalsRows, "gradientRms")


def shown(page: TrainPage, kind: type[QWidget]) -> bool:
    return page.findChild(kind).isVisible()


# What is shown is the iteration that is looked at


def test_tiles_and_figures_are_of_the_iteration_that_is_shown_curves_of_the_whole_run(
    qtbot, page: TrainPage, session: Session
) -> None:
    train(qtbot, session)
    seek(qtbot, session, 120)
    page.refresh()
    assert text_of(page, "iterationValue") == "120"
    loss = formatting.loss(float(session.live.losses[119]))
    assert text_of(page, "lossValue") == loss
    images, labels = session.digits.split("test")
    expected = formatting.share(accuracy(session.network, images, labels))
    qtbot.waitUntil(lambda: text_of(page, "testAccuracyValue") == expected, timeout=20_000)
    assert text_of(page, "testAccuracyNote") == "at 120"
    weights = tiles_of(page).grid.weights
    assert np.array_equal(weights, session.snapshot.params["W1"])
    assert not np.array_equal(weights, session.live.params["W1"])
    assert len(page._loss_chart._series) == 300
    assert page._loss_chart.cursor_iteration == 120
    assert rows_of(page).courses[0].x.max() > 280


def test_back_at_the_end_everything_is_of_the_end(qtbot, page, session: Session) -> None:
    train(qtbot, session)
    seek(qtbot, session, 120)
    session.jump_to_live()
    page.refresh()
    assert text_of(page, "iterationValue") == "300"
    assert np.array_equal(tiles_of(page).grid.weights, session.live.params["W1"])
    assert page._loss_chart.follows


def test_the_numbers_of_the_gradients_are_those_that_the_engine_kept(
    qtbot, page: TrainPage, session: Session
) -> None:
    train(qtbot, session)
    seek(qtbot, session, 121)
    page.refresh()
    kept = session.curves.vitals
    row = int(np.flatnonzero(kept.iterations <= 121)[-1])
    for column, (name, text) in enumerate(rows_of(page).texts[:-1]):
        assert name == f"∂L/∂{kept.parameters[column]}"
        assert text == formatting.scientific(float(kept.gradient[row, column]))


def test_a_click_on_the_loss_shows_that_iteration_on_the_tiles(qtbot, page, session) -> None:
    train(qtbot, session)
    page.refresh()
    chart = page._loss_chart
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=chart.room.center().toPoint())
    assert session.pinned == pytest.approx(150, abs=2)
    qtbot.waitUntil(lambda: session.snapshot.iteration == session.pinned, timeout=20_000)
    page.refresh()
    assert np.array_equal(tiles_of(page).grid.weights, session.snapshot.params["W1"])


# The strip and the choice below it


def test_the_runs_are_one_click_away(page: TrainPage) -> None:
    assert shown(page, UnitTiles)
    assert not shown(page, RunsPanel)
    click(page, "sideView_runs")
    assert shown(page, RunsPanel)
    assert not shown(page, UnitTiles)
    click(page, "sideView_network")
    assert shown(page, UnitTiles)


def test_gradient_update_and_histograms_take_the_same_place(qtbot, page, session) -> None:
    train(qtbot, session)
    click(page, "vitalsView_update")
    assert rows_of(page).texts[0][0] == "ΔW1/W1"
    click(page, "vitalsView_histograms")
    assert not shown(page, VitalsRows)
    view = page.findChild(Histograms)
    qtbot.waitUntil(lambda: view.inspected is not None, timeout=20_000)
    assert view.inspected.iteration == 300
    click(page, "vitalsView_gradient")
    assert rows_of(page).texts[0][0] == "∂L/∂W1"


def test_dead_units_are_found_for_the_shown_iteration(qtbot, page, session: Session) -> None:
    train(qtbot, session)
    qtbot.waitUntil(lambda: text_of(page, "unitState").endswith("digits"), timeout=20_000)
    seek(qtbot, session, 100)
    page.refresh()
    assert text_of(page, "unitState") == "Dead units —"
    qtbot.waitUntil(lambda: not text_of(page, "unitState").endswith("—"), timeout=20_000)
    assert page._side._inspector.found(session.snapshot).iteration == 100


def test_a_unit_selected_here_is_the_sessions(qtbot, page: TrainPage, session: Session) -> None:
    grid = tiles_of(page).grid
    at = grid.tile_rect(5).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert session.unit == 5
    assert text_of(page, "unitName") == "Unit 5"


# One axis


def test_the_rows_follow_the_zoom_of_the_loss(qtbot, page: TrainPage, session: Session) -> None:
    train(qtbot, session)
    page.refresh()
    page._loss_chart._view.setXRange(100, 160, padding=0)
    assert rows_of(page)._range == pytest.approx((100, 160))
    page._loss_chart.show_all()
    assert rows_of(page)._range == (0, 300)


def test_the_crosshair_goes_through_all_charts_from_whichever_is_pointed_at(
    qtbot, page: TrainPage, session: Session
) -> None:
    train(qtbot, session)
    page.refresh()
    rows = rows_of(page)
    at = rows.bed.center()
    qtbot.mouseMove(rows.viewport(), at)
    iteration = rows._iteration_at(at)
    assert page._loss_chart._crosshair_at == iteration
    assert page._accuracy_chart._crosshair_at == iteration
    assert text_of(page, "chartReadout").startswith(
        f"at {formatting.count(round(iteration))}  loss "
    )
    page._loss_chart.hovered.emit(77.0)
    assert rows._crosshair == 77.0
    page._loss_chart.hovered.emit(None)
    assert rows._crosshair is None
    assert text_of(page, "chartReadout") == ""


def test_under_the_pointer_stand_the_accuracies_that_were_measured_last(
    qtbot, page: TrainPage, session: Session
) -> None:
    train(qtbot, session, iterations=1000)
    page.refresh()
    measured = [a for a in session.live.accuracies if a.iteration <= 700][-1]
    page._loss_chart.hovered.emit(700.4)
    said = text_of(page, "accuracyReadout")
    assert said.startswith(f"at {formatting.count(measured.iteration)}  ")
    assert f"test {formatting.share(measured.test)}" in said
    assert f"train {formatting.share(measured.train)}" in said
    page._loss_chart.hovered.emit(None)
    assert text_of(page, "accuracyReadout") == ""


# The fields


def test_a_change_made_elsewhere_is_shown_in_its_field(qtbot, page, session: Session) -> None:
    session.start(session.config.replace(iterations=1_000_000))
    session.change("batch_size", 40)
    page.refresh()
    assert page.findChild(QSpinBox, "batchSize").value() == 40
    assert "batch of 40" in text_of(page, "lossSubtitle")
    session.stop()


def test_a_lesson_of_several_runs_starts_them_all(qtbot, page: TrainPage, session, monkeypatch):
    from app.widgets.parameters import ParameterFields

    plans = tuple(Plan(n, session.config.replace(seed=s)) for n, s in (("a", 1), ("b", 2)))
    monkeypatch.setattr(ParameterFields, "plans", plans)
    page._controls.fields.plans_changed.emit()
    start = page.findChild(QPushButton, "startButton")
    assert "2 runs" in start.toolTip()
    click(page, "startButton")
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    assert [lane.config.seed for lane in session.lanes] == [1, 2]


def test_a_run_that_is_compared_is_drawn_over_the_other(qtbot, page, session: Session) -> None:
    plans = tuple(Plan(n, session.config.replace(seed=s)) for n, s in (("a", 1), ("b", 2)))
    session.race(plans)
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    other = next(entry for entry in session.runs.entries if not entry.is_shown)
    session.runs.compare([other.key])
    page.refresh()
    assert [name for name, _ in page._loss_chart.compared_at(100)] == [other.name]
    assert page._loss_chart.compared_at(100)[0][1] is not None
    session.runs.compare([])
    page.refresh()
    assert page._loss_chart.compared_at(100) == []


# Nothing for nobody


class Counted:
    """Counts the calls of a method, and does what it did."""

    def __init__(self, monkeypatch, owner: type, name: str) -> None:
        self.calls = 0
        before = getattr(owner, name)

        def counted(*args: object, **options: object) -> object:
            self.calls += 1
            return before(*args, **options)

        monkeypatch.setattr(owner, name, counted)


def test_a_hidden_page_does_nothing_and_catches_up(
    qtbot, page: TrainPage, session: Session, monkeypatch
) -> None:
    page.hide()
    assert not page._side._inspector._question.busy
    session.live_changed.emit(session.live)
    assert not page._pace.is_waiting
    counts = [
        Counted(monkeypatch, *place)
        for place in ((TrainPage, "_show_charts"), (UnitTiles, "show_snapshot"))
    ]
    train(qtbot, session)
    QApplication.processEvents()
    assert [count.calls for count in counts] == [0, 0]
    page.show()
    assert min(count.calls for count in counts) >= 1
    assert text_of(page, "iterationValue") == "300"


def test_behind_the_runs_nothing_of_the_network_is_computed(
    qtbot, page: TrainPage, session: Session, monkeypatch
) -> None:
    page._side._inspector.look()
    click(page, "sideView_runs")
    assert not page._side._inspector._question.busy
    assert not page._side._inspector._timer.isActive()
    tiles = Counted(monkeypatch, UnitTiles, "show_snapshot")
    rows = Counted(monkeypatch, VitalsRows, "set_curves")
    train(qtbot, session)
    page.refresh()
    assert (tiles.calls, rows.calls) == (0, 0)
    click(page, "sideView_network")
    assert np.array_equal(tiles_of(page).grid.weights, session.snapshot.params["W1"])


def test_all_news_of_a_frame_lead_to_one_refresh(
    qtbot, page: TrainPage, session: Session, monkeypatch
) -> None:
    side = Counted(monkeypatch, TrainSide, "refresh")
    page.refresh()
    assert side.calls == 1
    for _ in range(50):
        session.live_changed.emit(session.live)
        session.snapshot_changed.emit(session.snapshot)
    assert side.calls == 1
    qtbot.waitUntil(lambda: side.calls == 2)
    assert not page._pace.is_waiting
