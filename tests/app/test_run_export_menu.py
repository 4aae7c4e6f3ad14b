"""The menu from which the shown run is saved: what it offers, writes and says."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from export_menus import ENTRIES, Asked, entry, save, texts_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from small_runs import SMALL
from train_pages import open_page, place_in, seek, train
from waiting import wait_for, wait_for_iteration

from app.session import Session, State
from app.theme import DARK, LIGHT
from app.widgets import saving_button
from app.widgets.basics import Segments
from app.widgets.run_export_menu import RunExportButton
from bpcore.run_file import load_run

SCALES = (("linear", "Linear"), ("log", "Log"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    asked = Asked(tmp_path)
    monkeypatch.setattr(saving_button, "ask_path", asked)
    return asked


@pytest.fixture
def button(qtbot, session: Session, asked: Asked) -> Iterator[RunExportButton]:
    yield from made(qtbot, session)


def made(qtbot, session: Session) -> Iterator[RunExportButton]:
    window = QWidget()
    qtbot.addWidget(window)
    scale = Segments("lossScale", SCALES, "log", title="Scale")
    button = RunExportButton(session, scale)
    column = QVBoxLayout(window)
    column.addWidget(scale)
    column.addWidget(button)
    window.show()
    yield button
    button.stop()


def test_until_the_digits_are_loaded_it_says_why_nothing_can_be_saved(qtbot, asked: Asked) -> None:
    session = Session(SMALL, keep_runs=False)
    for button in made(qtbot, session):
        assert not button.isEnabled()
        assert "digits are being loaded" in button.toolTip()
        assert button.accessibleDescription() == button.toolTip()
        qtbot.waitUntil(button.isEnabled, timeout=20_000)
        assert button.toolTip() == "Export the run"
    assert session.close()


def test_before_the_first_iteration_there_are_weights_and_nothing_else(
    qtbot, button: RunExportButton
) -> None:
    for name in ("runExportWeights", "runExportScript"):
        assert entry(button, name).isEnabled()
    of_begun = ("runExportCsv", "runExportPng", "runExportSvg", "runExportReport", "runExportFile")
    for name in of_begun:
        action = entry(button, name)
        assert not action.isEnabled()
        assert action.toolTip() == "There is nothing of it yet: start a run first (F5)."
    assert save(qtbot, button, "runExportWeights").name == "relu-8-sgd-0.1-batch-20-iteration-0.npz"


def test_each_entry_saves_what_it_says(
    qtbot, button: RunExportButton, session: Session, tmp_path: Path
) -> None:
    train(qtbot, session, iterations=30)
    begins = {
        ".csv": b"iteration,loss,",
        ".png": b"\x89PNG",
        ".svg": b"<?xml",
        ".npz": b"PK",
        ".py": b'"""A network',
        ".html": b"<!DOCTYPE html>",
        ".chainlight": b"PK",
    }
    for name, suffix in ENTRIES:
        path = save(qtbot, button, name)
        of_iteration = "-iteration-30" if suffix in (".npz", ".py") else ""
        assert path.name == f"relu-8-sgd-0.1-batch-20{of_iteration}{suffix}"
        assert path.read_bytes().startswith(begins[suffix]), name
        path.unlink()
    assert list(tmp_path.iterdir()) == []


def test_a_picture_is_light_or_dark_as_chosen_whatever_the_window_is(
    qtbot, button: RunExportButton, session: Session
) -> None:
    train(qtbot, session, iterations=10)
    for name, colors in (("Light", LIGHT), ("Dark", DARK)):
        image = QImage(str(save(qtbot, button, f"runExportPng{name}")))
        assert image.pixelColor(0, 0).name().upper() == colors.surface_1
        text = save(qtbot, button, f"runExportSvg{name}").read_text("utf-8")
        assert colors.text_1 in text


def test_of_a_pinned_iteration_are_the_weights_but_the_curves_are_whole(
    qtbot, button: RunExportButton, session: Session
) -> None:
    train(qtbot, session, iterations=40)
    seek(qtbot, session, 25)
    assert entry(button, "runExportWeights").text() == "Weights of iteration 25 as .npz …"
    path = save(qtbot, button, "runExportWeights")
    assert path.stem.endswith("-iteration-25")
    with np.load(path, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["W1"], session.snapshot.params["W1"])
        assert json.loads(arrays["about"].item())["iteration"] == 25
    rows = save(qtbot, button, "runExportCsv").read_text("ascii").splitlines()
    losses = [float(row.split(",")[1]) for row in rows[1:] if row.split(",")[1]]
    np.testing.assert_array_equal(np.float32(losses), session.live.losses)
    assert "iteration 25" in texts_of(save(qtbot, button, "runExportSvgDark"))


def test_what_is_saved_is_what_was_shown_at_the_click(
    qtbot, button: RunExportButton, session: Session, asked: Asked
) -> None:
    session.step(20)
    wait_for_iteration(qtbot, session, 20)

    def go_on() -> None:
        session.step(5)
        wait_for_iteration(qtbot, session, 25)

    asked.meanwhile = go_on
    path = save(qtbot, button, "runExportCsv")
    assert path.read_text("ascii").splitlines()[-1].startswith("20,")


def test_the_run_itself_can_be_opened_again(
    qtbot, button: RunExportButton, session: Session
) -> None:
    train(qtbot, session, iterations=30)
    recording = load_run(save(qtbot, button, "runExportFile"))
    np.testing.assert_array_equal(recording.losses, session.live.losses)


def test_what_others_do_with_runs_is_not_told_here(
    qtbot, button: RunExportButton, session: Session, tmp_path: Path
) -> None:
    train(qtbot, session, iterations=10)
    key = next(entry.key for entry in session.runs.entries if entry.is_shown)
    with qtbot.assertNotEmitted(button.said), qtbot.waitSignal(session.runs.said):
        session.runs.save(key, tmp_path / "other.chainlight")


def test_runs_that_are_compared_are_in_the_picture(
    qtbot, button: RunExportButton, session: Session
) -> None:
    train(qtbot, session, iterations=20, activation="sigmoid")
    train(qtbot, session, iterations=30, activation="relu")
    other = next(entry for entry in session.runs.entries if "Sigmoid" in entry.name)
    session.runs.compare([other.key])
    qtbot.waitUntil(lambda: session.runs.curves(other.key) is not None, timeout=20_000)
    texts = texts_of(save(qtbot, button, "runExportSvgLight"))
    assert [text for text in texts if text.endswith("SGD 0.1 · batch 20")] == [
        "Relu 8 · SGD 0.1 · batch 20",
        "Relu 8 · SGD 0.1 · batch 20",
        "Sigmoid 8 · SGD 0.1 · batch 20",
    ]


@pytest.mark.parametrize(
    ("scale", "text"), [("log", "per iteration, logarithmic"), ("linear", "per iteration")]
)
def test_the_loss_is_drawn_on_the_scale_of_the_window(
    qtbot, button: RunExportButton, session: Session, scale: str, text: str
) -> None:
    train(qtbot, session, iterations=10)
    button.window().findChild(Segments, "lossScale").set_value(scale)
    assert text in texts_of(save(qtbot, button, "runExportSvgDark"))


def test_who_cancels_saves_nothing(
    qtbot, button: RunExportButton, session: Session, asked: Asked, tmp_path: Path
) -> None:
    train(qtbot, session, iterations=10)
    asked.folder = None
    for name, _ in ENTRIES:
        entry(button, name).trigger()
    assert len(asked.proposed) == len(ENTRIES)
    assert not button._is_busy
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_remembered(
    qtbot, button: RunExportButton, session: Session, asked: Asked, tmp_path: Path
) -> None:
    train(qtbot, session, iterations=10)
    save(qtbot, button, "runExportCsv")
    save(qtbot, button, "runExportFile")
    assert asked.proposed[0].parent != tmp_path
    assert asked.proposed[1].parent == tmp_path


@pytest.mark.parametrize(("name", "suffix"), ENTRIES)
def test_a_folder_that_is_read_only_is_told_in_a_sentence(
    qtbot, button: RunExportButton, session: Session, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, name: str, suffix: str,
) -> None:  # fmt: skip
    train(qtbot, session, iterations=10)
    usual = Path.open

    def refused(path: Path, *arguments: object, **options: object) -> object:
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        return usual(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refused)
    with qtbot.waitSignal(button.failed) as failed:
        entry(button, name).trigger()
    (sentence,) = failed.args
    assert suffix in sentence
    assert "\n" not in sentence
    assert "written" in sentence or "saved" in sentence or "ermi" in sentence
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_diverged_is_exported_as_far_as_it_came(
    qtbot, button: RunExportButton, session: Session
) -> None:
    session.start(SMALL.replace(learning_rate=1.0, weight_decay=10.0))
    wait_for(qtbot, session, State.FAILED)
    assert session.live.iteration
    text = save(qtbot, button, "runExportReport").read_text("utf-8")
    assert "stopped being finite at iteration" in text
    save(qtbot, button, "runExportCsv")


def test_on_the_page_it_stands_in_the_header_of_the_loss(
    qtbot, session: Session, asked: Asked
) -> None:
    page = open_page(qtbot, session)
    train(qtbot, session, iterations=20)
    card, button = page.loss_card, page.export
    assert card.rect().contains(place_in(card, button))
    assert place_in(card, button).bottom() < place_in(card, card.holder).top()
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    save(qtbot, button, "runExportCsv")
    notice = page.findChild(QLabel, "runExportNotice")
    assert notice.isVisible()
    assert notice.text() == "Saved as relu-8-sgd-0.1-batch-20.csv."
    assert card.rect().contains(place_in(card, notice))


def test_the_window_s_end_completes_what_is_being_saved(
    qtbot, window, asked: Asked, tmp_path: Path
) -> None:
    session = window.session
    train(qtbot, session, iterations=20, hidden_sizes=(8,))
    entry(window.train_page.export, "runExportReport").trigger()
    window.close()
    (path,) = tmp_path.iterdir()
    assert path.read_text("utf-8").endswith("</html>")
