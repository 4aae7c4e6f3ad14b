"""The window in which corrections are looked through, worked as a person would."""

from collections.abc import Iterator
from pathlib import Path

import pictures
import pytest
from handwriting_session import (
    MORNING,
    FakeSession,
    a_session,
    button,
    click,
    corrections_of,
    keep,
    point_at,
    show,
    shown_labels,
    text,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from app import theme
from app.widgets import handwriting_dialog
from app.widgets.handwriting_dialog import HandwritingDialog
from bpcore import adaptation
from bpcore.handwriting import load_corrections


@pytest.fixture
def session(qtbot, tmp_path: Path) -> Iterator[FakeSession]:
    session = a_session(tmp_path / "handwriting")
    yield session
    assert session.handwriting.close()


@pytest.fixture
def dialog(qtbot, session: FakeSession) -> HandwritingDialog:
    return show(qtbot, session)


def test_without_corrections_it_says_how_they_come_about(dialog: HandwritingDialog) -> None:
    empty = dialog.findChild(QLabel, "noCorrections")
    assert empty.isVisible()
    assert "press “Keep as a 3”" in empty.text()
    assert not corrections_of(dialog).isVisible()
    assert text(dialog, "handwritingHint") == "There is nothing to learn from yet."
    for name in ("deleteCorrections", "undoDelete", "exportCorrections", "learnHandwriting"):
        assert not button(dialog, name).isEnabled()
    assert button(dialog, "importCorrections").isEnabled()


def test_what_is_kept_meanwhile_appears_by_digit_the_newest_first(
    session: FakeSession, dialog: HandwritingDialog
) -> None:
    keep(session, 8, 3, 8, 3, 3)
    assert shown_labels(dialog) == [3, 3, 3, 8, 8]
    model = corrections_of(dialog).model()
    moments = [model.data(model.index(row)).moment for row in range(5)]
    assert moments == [MORNING + 60 * n for n in (4, 3, 1, 2, 0)]
    assert corrections_of(dialog).isVisible()
    counts = dialog.findChild(QWidget, "correctionCounts")
    assert "3: 3" in counts.accessibleName()
    assert "8: 2" in counts.accessibleName()
    assert text(dialog, "tooFew") == "Fewer than five: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    keep(session, 3, 3)
    assert text(dialog, "tooFew") == "Fewer than five: 0, 1, 2, 4, 5, 6, 7, 8, 9"


def test_five_of_each_digit_are_enough(session: FakeSession, dialog: HandwritingDialog) -> None:
    keep(session, *list(range(10)) * 5)
    assert text(dialog, "tooFew") == "Five or more of each digit."


def test_chosen_corrections_are_deleted_and_brought_back(
    session: FakeSession, dialog: HandwritingDialog
) -> None:
    keep(session, 1, 2, 3, 4)
    assert not button(dialog, "deleteCorrections").isEnabled()
    point_at(dialog, 1)
    point_at(dialog, 3, Qt.KeyboardModifier.ControlModifier)
    click(dialog, "deleteCorrections")
    assert shown_labels(dialog) == [1, 3]
    assert [known.label for known in session.handwriting.corrections] == [1, 3]
    assert not button(dialog, "deleteCorrections").isEnabled()
    click(dialog, "undoDelete")
    assert shown_labels(dialog) == [1, 2, 3, 4]
    assert not button(dialog, "undoDelete").isEnabled()


def test_the_keys_choose_delete_and_bring_back(
    session: FakeSession, dialog: HandwritingDialog
) -> None:
    keep(session, 1, 2, 3, 4)
    shown = corrections_of(dialog)
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_Right)
    QTest.keyClick(shown, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(shown, Qt.Key.Key_Delete)
    assert shown_labels(dialog) == [1, 4]
    QTest.keyClick(shown, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown_labels(dialog) == [1, 2, 3, 4]
    QTest.keyClick(shown, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(shown, Qt.Key.Key_Delete)
    assert shown_labels(dialog) == []


def test_corrections_are_exported_and_imported(
    qtbot, session: FakeSession, dialog: HandwritingDialog, tmp_path: Path, monkeypatch
) -> None:
    keep(session, 1, 2)
    asked: list[str] = []

    def answer(parent: QWidget, title: str, proposed: str, kind: str) -> str:
        asked.append(Path(proposed).name)
        return str(tmp_path / "mine")

    monkeypatch.setattr(handwriting_dialog, "ask_path", answer)
    notice = dialog.findChild(QLabel, "handwritingNotice")
    click(dialog, "exportCorrections")
    qtbot.waitUntil(lambda: notice.text() == "Saved as mine.handwriting.")
    assert asked == ["chainlight-my-handwriting.handwriting"]
    assert len(load_corrections(tmp_path / "mine.handwriting")) == 2

    session.handwriting.remove([0])
    path = str(tmp_path / "mine.handwriting")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    click(dialog, "importCorrections")
    qtbot.waitUntil(lambda: shown_labels(dialog) == [1, 2])
    assert notice.text() == "mine.handwriting: 1 added, 1 were there already."


def test_nothing_happens_if_no_file_is_chosen(
    session: FakeSession, dialog: HandwritingDialog, monkeypatch
) -> None:
    keep(session, 1)
    monkeypatch.setattr(handwriting_dialog, "ask_path", lambda *_: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    click(dialog, "exportCorrections")
    click(dialog, "importCorrections")
    assert shown_labels(dialog) == [1]


def test_a_bad_file_is_told_in_the_dialog(
    qtbot, session: FakeSession, dialog: HandwritingDialog, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "bad.handwriting").write_bytes(b"nothing")
    path = str(tmp_path / "bad.handwriting")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    notice = dialog.findChild(QLabel, "handwritingNotice")
    with qtbot.waitSignal(session.handwriting.failed):
        click(dialog, "importCorrections")
    assert notice.text() == "✗ bad.handwriting is cut short, or not Chainlight handwriting"


# The window


def test_it_leaves_the_window_usable_and_escape_closes_it(dialog: HandwritingDialog) -> None:
    assert not dialog.isModal()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_trouble_with_the_folder_is_told_when_it_opens(qtbot, session: FakeSession) -> None:
    session.handwriting._note_trouble("corrections.handwriting: is damaged")
    dialog = HandwritingDialog(session)
    qtbot.addWidget(dialog)
    assert text(dialog, "handwritingNotice") == "✗ corrections.handwriting: is damaged"


def test_everything_that_can_be_used_has_a_name(dialog: HandwritingDialog) -> None:
    for widget in dialog.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.parent() is not None:
            if widget.objectName().startswith("qt_"):
                continue
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_dialog_looks_as_approved(
    qapp, session: FakeSession, dialog: HandwritingDialog, name: str
) -> None:
    digits = session.digits
    for n in range(40):
        session.handwriting.add(digits.train_images[n], int(digits.train_labels[n]))
    session.handwriting._result = adaptation.Adaptation(
        session.readers.present, 40, 1000, 988, 990 if name == "dark" else 980, 29, 40
    )
    dialog._show_network()
    theme.apply(qapp, theme.THEMES[name])
    point_at(dialog, 2)
    QTest.mouseMove(dialog, QPoint(2, 2))
    corrections_of(dialog).clearFocus()
    pictures.check(dialog.grab().toImage(), f"handwriting_{name}")
