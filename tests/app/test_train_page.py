import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSpinBox, QWidget

from app import formatting
from app.pages.train import TrainPage
from app.session import Session, State
from bpcore.config import RANGES
from bpcore.evaluation import accuracy


@pytest.fixture
def page(qtbot, session: Session) -> TrainPage:
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    page.load_charts()
    return page


def child(page: QWidget, kind: type, name: str):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def click(qtbot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(child(page, QPushButton, name), Qt.MouseButton.LeftButton)


def text_of(page: QWidget, name: str) -> str:
    return child(page, QLabel, name).text()


def wait_finished(qtbot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)


def test_before_the_first_iteration_figures_are_em_dashes(page: TrainPage) -> None:
    assert text_of(page, "lossValue") == text_of(page, "testAccuracyValue") == "—"
    assert text_of(page, "iterationValue") == "0"


def test_start_trains_to_the_end_and_the_tiles_say_what_the_engine_computed(
    qtbot, page: TrainPage, session: Session
) -> None:
    click(qtbot, page, "startButton")
    wait_finished(qtbot, session)
    page.refresh()
    snapshot = session.snapshot
    assert text_of(page, "iterationValue") == formatting.count(snapshot.config.iterations)
    assert text_of(page, "lossValue") == formatting.loss(float(snapshot.losses[-1]))
    assert text_of(page, "testAccuracyValue") == formatting.share(snapshot.accuracies[-1].test)
    assert formatting.share(snapshot.accuracies[-1].train) in text_of(page, "testAccuracyRemark")


def test_pause_becomes_resume_and_goes_on(qtbot, page: TrainPage, session: Session) -> None:
    child(page, QSpinBox, "iterations").setValue(1_000_000)
    click(qtbot, page, "startButton")
    qtbot.waitUntil(lambda: session.snapshot.iteration > 5, timeout=20_000)
    click(qtbot, page, "pauseButton")
    assert session.state is State.PAUSED
    assert child(page, QPushButton, "pauseButton").text() == "Resume"
    click(qtbot, page, "pauseButton")
    assert session.state is State.RUNNING
    assert child(page, QPushButton, "pauseButton").text() == "Pause"


def test_step_does_one_iteration(qtbot, page: TrainPage, session: Session) -> None:
    click(qtbot, page, "stepButton")
    qtbot.waitUntil(lambda: text_of(page, "iterationValue") == "1", timeout=20_000)
    assert session.state is State.PAUSED


def test_stop_ends_the_run_and_reset_begins_anew(qtbot, page, session: Session) -> None:
    child(page, QSpinBox, "iterations").setValue(1_000_000)
    click(qtbot, page, "startButton")
    qtbot.waitUntil(lambda: session.snapshot.iteration > 5, timeout=20_000)
    click(qtbot, page, "stopButton")
    assert session.state is State.FINISHED
    click(qtbot, page, "resetButton")
    qtbot.waitUntil(lambda: session.snapshot.iteration == 0, timeout=20_000)
    assert session.state is State.IDLE
    qtbot.waitUntil(lambda: text_of(page, "lossValue") == "—", timeout=20_000)


ENABLED = {
    State.IDLE: {"startButton", "stepButton"},
    State.RUNNING: {"startButton", "pauseButton", "stopButton", "resetButton"},
    State.PAUSED: {"startButton", "pauseButton", "stepButton", "stopButton", "resetButton"},
    State.FINISHED: {"startButton", "resetButton"},
}


@pytest.mark.parametrize("state", ENABLED)
def test_only_buttons_that_make_sense_are_enabled(page, session: Session, state: State) -> None:
    long = session.config.replace(iterations=1_000_000)
    if state is not State.IDLE:
        session.start(long)
    if state is State.PAUSED:
        session.pause()
    if state is State.FINISHED:
        session.stop()
    assert session.state is state
    names = ("startButton", "pauseButton", "stepButton", "stopButton", "resetButton")
    assert {n for n in names if child(page, QPushButton, n).isEnabled()} == ENABLED[state]


def test_what_is_typed_into_the_fields_is_what_is_trained(qtbot, page, session: Session) -> None:
    for name, value in (("hiddenUnits", 12), ("batchSize", 30), ("iterations", 40), ("seed", 7)):
        box = child(page, QSpinBox, name)
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, str(value))
        qtbot.keyClick(box, Qt.Key.Key_Tab)
    rate = child(page, QDoubleSpinBox, "learningRate")
    rate.setFocus()
    rate.selectAll()
    qtbot.keyClicks(rate, "0.25")
    qtbot.keyClick(rate, Qt.Key.Key_Tab)
    qtbot.mouseClick(page.findChild(QPushButton, "activation_sigmoid"), Qt.MouseButton.LeftButton)
    click(qtbot, page, "startButton")
    config = session.config
    assert (config.hidden_sizes, config.batch_size, config.iterations, config.seed) == (
        (12,),
        30,
        40,
        7,
    )
    assert (config.learning_rate, config.activation) == (0.25, "sigmoid")
    wait_finished(qtbot, session)
    assert session.snapshot.params["W1"].shape == (784, 12)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("hiddenUnits", "hidden_size"), ("batchSize", "batch_size"), ("iterations", "iterations")],
)
def test_fields_have_the_engines_ranges_and_say_them(page, name: str, parameter: str) -> None:
    box = child(page, QSpinBox, name)
    allowed = RANGES[parameter]
    assert (box.minimum(), box.maximum()) == (allowed.minimum, allowed.maximum)
    assert f"{int(allowed.maximum):,}" in box.toolTip()


def test_the_learning_rate_works_at_once_the_rest_at_restart(qtbot, page, session: Session) -> None:
    session.start(session.config.replace(iterations=1_000_000))
    child(page, QDoubleSpinBox, "learningRate").setValue(0.02)
    assert session.config.learning_rate == 0.02
    hidden = session.config.hidden_sizes
    child(page, QSpinBox, "hiddenUnits").setValue(20)
    assert session.config.hidden_sizes == hidden
    child(page, QSpinBox, "batchSize").setValue(30)
    assert session.config.batch_size == 30


def test_the_arrows_of_the_learning_rate_go_1_2_5(page: TrainPage) -> None:
    rate = child(page, QDoubleSpinBox, "learningRate")
    rate.setValue(0.1)
    seen = []
    for _ in range(3):
        rate.stepUp()
        seen.append(rate.value())
    rate.stepDown()
    assert seen == [0.2, 0.5, 1.0]
    assert rate.value() == 0.5
    assert rate.text() == "0.5"


@pytest.mark.parametrize(
    ("choice", "pace"), [("60", 60), ("250", 250), ("1000", 1000), ("0", None)]
)
def test_the_pace_reaches_the_session(qtbot, page, session: Session, choice: str, pace) -> None:
    click(qtbot, page, f"paceChoice_{choice}")
    assert session.pace == pace


def test_a_bad_folder_is_said_over_the_charts(qtbot, page, session: Session, tmp_path) -> None:
    session.start(session.config.replace(data=str(tmp_path / "nowhere")))
    qtbot.waitUntil(lambda: session.state is State.FAILED, timeout=20_000)
    assert "no such folder" in text_of(page, "runBannerText")
    assert child(page, QLabel, "runBannerText").isVisible()
    assert child(page, QPushButton, "startButton").isEnabled()


def test_a_chosen_folder_becomes_the_data(qtbot, page, session, tmp_path, monkeypatch) -> None:
    from app.widgets import parameters

    monkeypatch.setattr(
        parameters.QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path)
    )
    data = child(page, QComboBox, "dataChoice")
    data.activated.emit(data.count() - 1)
    assert data.currentData() == str(tmp_path)
    click(qtbot, page, "startButton")
    assert session.config.data == str(tmp_path)


def test_leaving_the_folder_dialog_changes_nothing(page, monkeypatch) -> None:
    from app.widgets import parameters

    monkeypatch.setattr(parameters.QFileDialog, "getExistingDirectory", lambda *_args: "")
    data = child(page, QComboBox, "dataChoice")
    data.activated.emit(data.count() - 1)
    assert data.currentData() == "bundled"


def test_the_curve_drawn_is_the_recorded_loss(qtbot, page: TrainPage, session: Session) -> None:
    click(qtbot, page, "startButton")
    wait_finished(qtbot, session)
    page.refresh()
    assert page._loss_chart._series is session.losses
    window = session.curves.smoothing
    smooth = float(session.losses.envelope(150, 150, 1, window).smooth[0])
    assert page._loss_chart.smoothed_at(150) == pytest.approx(smooth)


def test_wheel_zooms_both_charts_and_double_click_shows_all(qtbot, page, session: Session) -> None:
    click(qtbot, page, "startButton")
    wait_finished(qtbot, session)
    page.refresh()
    loss, accuracy = page._loss_chart, page._accuracy_chart
    loss._view.scaleBy((0.3, 1), center=(100, 0))
    assert loss.x_range[1] - loss.x_range[0] < 150
    assert accuracy.x_range == pytest.approx(loss.x_range, abs=2)
    qtbot.mouseDClick(loss.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
    assert loss.x_range == (0, session.config.iterations)


def test_pointing_at_a_chart_reads_the_loss_there(qtbot, page, session: Session) -> None:
    click(qtbot, page, "startButton")
    wait_finished(qtbot, session)
    page.refresh()
    page._hovered(100.0)
    said = text_of(page, "chartReadout")
    assert f"loss {formatting.loss(float(session.snapshot.losses[99]))}  smoothed " in said
    page._hovered(None)
    assert text_of(page, "chartReadout") == ""


def test_every_field_and_button_has_a_name_and_says_it(page: TrainPage) -> None:
    for kind in (QPushButton, QSpinBox, QDoubleSpinBox, QComboBox):
        for widget in page.findChildren(kind):
            assert widget.objectName(), widget
            if widget.isHidden():
                continue  # it gets its text when there is something to be done
            assert widget.accessibleName(), widget.objectName()


def test_the_legend_says_of_what_the_smoothed_loss_is_the_mean(qtbot, page, session) -> None:
    click(qtbot, page, "startButton")
    wait_finished(qtbot, session)
    page.refresh()
    assert "from 25 iterations before to 25 after" in page.loss_card.kinds["smoothed"].toolTip()


def test_an_accuracy_that_was_measured_before_says_when_until_it_is_measured_anew(
    qtbot, page, session: Session, monkeypatch
) -> None:
    monkeypatch.setattr(page._measuring._pause, "start", lambda: None)
    session.start(session.config.replace(iterations=700))
    wait_finished(qtbot, session)
    page.refresh()
    assert text_of(page, "testAccuracyNote") == ""
    session.seek(612)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 612, timeout=20_000)
    page.refresh()
    at = session.snapshot.accuracies[-1].iteration
    assert at < 612
    assert text_of(page, "testAccuracyNote") == f"at {at}"
    page._measuring._ask()
    qtbot.waitUntil(lambda: text_of(page, "testAccuracyNote") == "at 612", timeout=20_000)
    for split, name in (("test", "testAccuracyValue"), ("train", "testAccuracyRemark")):
        share = accuracy(session.network, *session.digits.split(split))
        assert text_of(page, name).removeprefix("train ") == formatting.share(share)
    session.jump_to_live()
    session.seek(611)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 611, timeout=20_000)
    page.refresh()
    assert text_of(page, "testAccuracyNote") == f"at {at}"


def test_the_average_loss_is_that_of_the_list_of_runs(qtbot, page, session: Session) -> None:
    click(qtbot, page, "startButton")
    wait_finished(qtbot, session)
    page.refresh()
    (entry,) = (entry for entry in session.runs.entries if entry.is_shown)
    assert text_of(page, "lossRemark") == f"avg {formatting.loss(entry.loss)}"
    tip = child(page, QLabel, "lossValue").parentWidget().toolTip()
    assert tip == "The loss of iteration 300; avg: mean of the last 100 iterations"
