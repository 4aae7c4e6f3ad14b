"""The card in which a handwriting is learned, worked as a person would."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from handwriting_session import (
    FakeSession,
    a_session,
    button,
    click,
    keep,
    show,
    text,
)
from PySide6.QtWidgets import QProgressBar

from app import formatting
from app.widgets.handwriting_dialog import HandwritingDialog
from bpcore import adaptation


@pytest.fixture
def session(qtbot, tmp_path: Path) -> Iterator[FakeSession]:
    session = a_session(tmp_path / "handwriting")
    yield session
    assert session.handwriting.close()


@pytest.fixture
def dialog(qtbot, session: FakeSession) -> HandwritingDialog:
    return show(qtbot, session)


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptation, "MANY_STEPS", 3)
    monkeypatch.setattr(adaptation, "RATE", 1e-3)


def learn(qtbot, session: FakeSession, dialog: HandwritingDialog):
    with qtbot.waitSignal(session.handwriting.learned) as learned:
        click(dialog, "learnHandwriting")
    return learned.args[0]


def test_what_was_learned_is_shown_as_it_was_measured(
    qtbot, session: FakeSession, dialog: HandwritingDialog, few_steps: None
) -> None:
    keep(session, 1, 2, 3)
    assert text(dialog, "handwritingHint") == "It starts from the shipped network."
    result = learn(qtbot, session, dialog)
    assert text(dialog, "ownTitle") == "What learning changed"
    assert text(dialog, "knownBefore") == formatting.percent(result.accuracy_before)
    assert text(dialog, "knownAfter") == formatting.percent(result.accuracy_after)
    assert text(dialog, "ownBefore") == formatting.percent(result.own_before / 3)
    assert text(dialog, "ownAfter") == formatting.percent(result.own_after / 3)
    assert text(dialog, "ownVerdict").startswith("✓ Learned")


def test_the_learned_network_is_used_saved_and_thrown_away(
    qtbot, session: FakeSession, dialog: HandwritingDialog, few_steps: None
) -> None:
    keep(session, 1)
    result = learn(qtbot, session, dialog)
    assert session.readers.choice == "shipped"
    click(dialog, "useOwn")
    assert session.readers.choice == "own"
    assert session.readers.present is result.reader
    assert button(dialog, "useOwn").text() == "In use"
    assert text(dialog, "handwritingHint") == "It starts from your own network."
    with qtbot.waitSignal(session.handwriting.own_changed):
        click(dialog, "saveOwn")
    assert button(dialog, "saveOwn").text() == "Saved"
    assert not button(dialog, "saveOwn").isEnabled()
    with qtbot.waitSignal(session.handwriting.own_changed):
        click(dialog, "discardOwn")
    assert session.handwriting.load_own() is None
    assert text(dialog, "ownTitle") == "None yet"
    assert not button(dialog, "discardOwn").isEnabled()


def test_a_result_that_is_thrown_away_gives_way_to_the_saved_network(
    qtbot, session: FakeSession, dialog: HandwritingDialog, few_steps: None
) -> None:
    keep(session, 1)
    first = learn(qtbot, session, dialog)
    with qtbot.waitSignal(session.handwriting.own_changed):
        click(dialog, "saveOwn")
    second = learn(qtbot, session, dialog)
    assert second.reader is not first.reader
    click(dialog, "useOwn")
    assert session.readers.present is second.reader
    click(dialog, "discardOwn")
    assert session.readers.present is first.reader
    assert text(dialog, "ownTitle").startswith("Saved 2023-11-1")
    assert button(dialog, "useOwn").text() == "In use"


def test_a_refused_network_can_not_be_used_and_says_why(
    qtbot, session: FakeSession, dialog: HandwritingDialog
) -> None:
    keep(session, 1)
    saved = adaptation.Adaptation(session.readers.present, 1, 1000, 900, 900, 0, 1)
    with qtbot.waitSignal(session.handwriting.own_changed):
        session.handwriting.save_own(saved)
    refused = adaptation.Adaptation(session.readers.present, 1, 1000, 900, 892, 0, 1)
    session.handwriting._learning = True
    session.handwriting._take_result(0, refused)
    verdict = text(dialog, "ownVerdict")
    assert verdict == "✗ It would forget 0.8 points of MNIST, more than 0.5: the old network stays."
    assert text(dialog, "ownNote") == "Look for wrong labels among your corrections."
    assert not button(dialog, "useOwn").isEnabled()
    assert not button(dialog, "saveOwn").isEnabled()
    click(dialog, "discardOwn")  # only what was refused
    assert text(dialog, "ownTitle").startswith("Saved ")
    assert session.handwriting.own is not None


def test_learning_shows_its_progress_and_can_be_cancelled(
    qtbot, session: FakeSession, dialog: HandwritingDialog, monkeypatch
) -> None:
    monkeypatch.setattr(adaptation, "MANY_STEPS", 1_000)
    keep(session, 1)
    button(dialog, "learnHandwriting").setFocus()
    bar = dialog.findChild(QProgressBar, "learningProgress")
    assert not bar.isVisible()
    click(dialog, "learnHandwriting")
    qtbot.waitUntil(lambda: bar.value() > 0)
    assert bar.isVisible()
    assert text(dialog, "handwritingHint").startswith("Learning: ")
    assert not button(dialog, "learnHandwriting").isVisible()
    click(dialog, "cancelLearning")
    assert not bar.isVisible()
    assert text(dialog, "handwritingHint") == "It starts from the shipped network."
    assert text(dialog, "ownTitle") == "None yet"


def test_it_says_why_nothing_can_be_learned(
    session: FakeSession, dialog: HandwritingDialog
) -> None:
    keep(session, 1)
    digits, session.digits = session.digits, None
    session.data_changed.emit()
    assert text(dialog, "handwritingHint") == "The MNIST digits are still being loaded."
    assert not button(dialog, "learnHandwriting").isEnabled()
    session.digits = digits
    session.data_changed.emit()
    assert button(dialog, "learnHandwriting").isEnabled()
    session.readers.choose("run")
    assert "is not trained yet" in text(dialog, "handwritingHint")
    assert not button(dialog, "learnHandwriting").isEnabled()
