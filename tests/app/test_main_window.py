import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLoggingCategory, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget

from app import application, formatting, theme
from app.main_window import MainWindow
from app.session import State
from app.settings import Settings

ROOT = Path(__file__).parents[2]


def click(qtbot, window: QWidget, name: str) -> None:
    button = window.findChild(QAbstractButton, name)
    assert button is not None, name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_create_returns_application_and_window_and_does_not_show_it(qapp: QApplication) -> None:
    hook = sys.excepthook
    try:
        app, window = application.create([])
        assert app is qapp
        assert isinstance(window, MainWindow)
        assert not window.isVisible()
        assert not QLoggingCategory("qt.gui.imageio.jpeg").isWarningEnabled()
    finally:
        sys.excepthook = hook
        window.close()
        window.deleteLater()


def test_the_rail_leads_to_every_page(qtbot, window: MainWindow) -> None:
    for title in ("Backward", "Draw", "Train"):
        click(qtbot, window, f"nav{title}")
        assert window.findChild(QLabel, "pageTitle").text() == title


def test_the_keyboard_leads_to_every_page(qtbot, window: MainWindow) -> None:
    window.activateWindow()
    for number, title in ((2, "Backward"), (3, "Draw"), (1, "Train")):
        qtbot.keyClick(
            window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier
        )
        assert window.findChild(QLabel, "pageTitle").text() == title


def test_f_keys_start_pause_step_and_stop_on_any_page(qtbot, window: MainWindow) -> None:
    window.show_page(2)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.session.state is State.RUNNING
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert window.session.state is State.PAUSED
    at = window.session.snapshot.iteration
    qtbot.keyClick(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: window.session.snapshot.iteration > at, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert window.session.state is State.RUNNING
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert window.session.state is State.FINISHED
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.session.state is State.IDLE


def test_the_timeline_starts_pauses_goes_on_and_starts_again(qtbot, window: MainWindow) -> None:
    click(qtbot, window, "timelinePlay")
    assert window.session.state is State.RUNNING
    click(qtbot, window, "timelinePlay")
    assert window.session.state is State.PAUSED
    click(qtbot, window, "timelineStep")
    click(qtbot, window, "timelinePlay")
    assert window.session.state is State.RUNNING
    click(qtbot, window, "timelineRestart")
    assert window.session.state is State.RUNNING


def test_the_timeline_says_iteration_state_and_loss(qtbot, window: MainWindow) -> None:
    window.session.step(3)
    qtbot.waitUntil(lambda: window.session.snapshot.iteration == 3, timeout=20_000)
    loss = formatting.loss(float(window.session.snapshot.losses[-1]))
    assert window.findChild(QLabel, "timelineIteration").text() == "Iteration 3"
    assert window.findChild(QLabel, "timelineLoss").text() == f"loss {loss}"
    assert window.findChild(QWidget, "statePill").text == "PAUSED"


def test_pointing_at_the_timeline_finds_the_iteration(window: MainWindow) -> None:
    track = window.findChild(QWidget, "lossTrack")
    for iteration in (0, 1234, 10_000):
        assert track.iteration_at(track.x_of(iteration)) == iteration
    assert track.iteration_at(-50) == 0
    assert track.iteration_at(9999) == 10_000


def test_the_pill_names_the_run(window: MainWindow) -> None:
    assert window.findChild(QWidget, "runPill").text == "Relu · 784-50-10 · SGD 0.1 · seed 42"


def test_the_theme_is_chosen_shown_and_remembered(qtbot, window: MainWindow) -> None:
    window.findChild(QWidget, "themeMenu").actions()[2].trigger()
    assert theme.current() is theme.LIGHT
    assert Settings().theme == "light"
    window.findChild(QWidget, "themeMenu").actions()[1].trigger()
    assert theme.current() is theme.DARK


def test_the_systems_theme_is_followed_when_chosen(window: MainWindow, monkeypatch) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Light

        def colorScheme(self) -> Qt.ColorScheme:
            return self.scheme

    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: Hints())
    window.set_theme("system")
    assert theme.current() is theme.LIGHT
    Hints.scheme = Qt.ColorScheme.Dark
    window._system_theme_changed(Qt.ColorScheme.Dark)
    assert theme.current() is theme.DARK


def test_a_settings_file_that_makes_no_sense_counts_as_none(qtbot) -> None:
    settings = Settings()
    settings._store.setValue("theme", "purple")
    settings._store.setValue("geometry", "not a geometry")
    assert settings.theme == "system"
    assert settings.geometry.isEmpty()


def cut_off_texts(window: QWidget) -> list[tuple[str, str]]:
    return [
        (text.objectName(), text.text())
        for text in window.findChildren(QLabel)
        if type(text) is QLabel and text.isVisible() and not text.wordWrap()
        if text.contentsRect().width() < text.fontMetrics().horizontalAdvance(text.text()) - 1
    ]


def test_no_page_cuts_off_a_text_or_needs_more_room_than_the_window_has(
    qtbot, window: MainWindow
) -> None:
    def nothing_is_cut_off() -> None:
        assert window.width() == size[0]
        assert cut_off_texts(window) == []

    for size, page in product([(1280, 720), (1280, 800), (1600, 1000)], range(3)):
        window.resize(*size)
        window.show_page(page)
        QApplication.processEvents()
        assert (window.width(), window.height()) == size
        qtbot.waitUntil(nothing_is_cut_off)


def test_help_lists_the_keys_and_closes_by_escape(qtbot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = window.findChild(QDialog, "helpDialog")
    assert "F5" in [text.text() for text in dialog.findChildren(QLabel)]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_an_exception_in_a_slot_is_shown_and_the_window_lives(qtbot, window, capsys) -> None:
    application._show_exception(ValueError, ValueError("a slot went wrong"), None)
    box = next(w for w in QApplication.topLevelWidgets() if w.inherits("QMessageBox"))
    assert "a slot went wrong" in box.informativeText()
    assert "a slot went wrong" in capsys.readouterr().err
    box.close()
    box.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.isVisible()


def test_every_button_has_a_name_of_its_own_and_says_what_it_does(window: MainWindow) -> None:
    for button in window.findChildren(QAbstractButton):
        if not button.objectName().startswith("qt_") and not button.inherits("QHeaderView"):
            assert button.objectName(), (button, button.text(), button.parent().objectName())
            assert button.accessibleName() or button.text(), button.objectName()
    names = [w.objectName() for w in window.findChildren(QAbstractButton) if w.objectName()]
    assert len(names) == len(set(names))


def test_closing_while_it_trains_ends_within_half_a_second(qtbot, window: MainWindow) -> None:
    window.session.start(window.session.config.replace(iterations=1_000_000))
    qtbot.waitUntil(lambda: window.session.snapshot.iteration > 10, timeout=20_000)
    begun = time.perf_counter()
    window.close()
    assert time.perf_counter() - begun < 0.5
    assert not window.session._worker.isRunning()


def test_it_stays_and_asks_if_a_run_can_not_be_saved_unless_it_is_told_to_end(
    qtbot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("in the way")
    monkeypatch.setenv("CHAINLIGHT_DATA_DIR", str(tmp_path / "data"))
    window.session.start(window.session.config.replace(iterations=1_000_000))
    qtbot.waitUntil(lambda: window.session.snapshot.iteration > 10, timeout=20_000)
    window.close()
    assert window.isVisible()
    assert window.findChild(QDialog, "farewell").isVisible()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        application.close_on_interrupt(window)
        signal.raise_signal(signal.SIGTERM)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert not window.isVisible()
    assert not window.session._worker.isRunning()


START = """
import os, signal, sys
from PySide6.QtCore import QTimer
from app.application import close_on_interrupt, create
app, window = create([])
window.show()
window.session.set_pace(None)
window.session.start(window.session.config.replace(iterations=1_000_000))
"""
WHEN_TRAINING = """
def look(snapshot):
    if snapshot.iteration > 50:
        {end}
window.session.snapshot_changed.connect(look)
sys.exit(app.exec())
"""
ENDS = {
    "closing the window": WHEN_TRAINING.format(end="window.close()"),
    "quitting": WHEN_TRAINING.format(end="app.quit()"),
    "Ctrl-C": "close_on_interrupt(window)"
    + WHEN_TRAINING.format(end="os.kill(os.getpid(), signal.SIGINT)"),
    "the script's end": "",
}
FORK = """
import os, sys
import app.application, app.widgets.loss_plot
for program in sys.argv[1:]:
    if len(sys.argv) == 2 or os.fork() == 0:
        exec(program)
        break
    if os.wait()[1] != 0:
        sys.exit(f"This one ended in failure: {program}")
"""
"""Imports what all programs need, once, and runs each in a process of its own."""
TOGETHER = [list(ENDS)] if hasattr(os, "fork") else [[end] for end in ENDS]


@pytest.mark.parametrize("ends", TOGETHER)
def test_however_it_ends_during_training_it_ends_in_silence(ends: list[str]) -> None:
    if ends == ["Ctrl-C"]:
        pytest.skip("Windows can't send this signal to itself")
    programs = [START + ENDS[end] for end in ends]
    result = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", FORK, *programs],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_painting_the_window_a_lot_does_not_wear_out_none(qtbot, window: MainWindow) -> None:
    image = QImage(window.size(), QImage.Format.Format_RGB32)
    window.render(image)
    before = sys.getrefcount(None)
    for _ in range(20):
        window.render(image)
    # Newer Pythons never count None's references; older ones must not lose any.
    assert sys.getrefcount(None) > before - 40


def test_two_thousand_calls_of_a_painter_leave_none_alone(qapp: QApplication) -> None:
    from PySide6.QtGui import QPainter

    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(2000):
        painter.drawLine(0, 0, 7, 7)
    drift = sys.getrefcount(None) - before
    painter.end()
    assert abs(drift) < 50


def test_the_engine_is_untouched_by_what_pages_show(qtbot, window: MainWindow) -> None:
    """Looking at a run, on every page, does not change a bit of it."""
    from bpcore.training import Trainer

    config = window.session.config.replace(iterations=400, hidden_sizes=(8,), batch_size=20)
    window.session.start(config)
    while window.session.state is State.RUNNING:
        for page in range(3):
            window.show_page(page)
            QApplication.processEvents()
    trainer = Trainer(config)
    for _ in trainer:
        pass
    assert (window.session.snapshot.losses == trainer.losses).all()
