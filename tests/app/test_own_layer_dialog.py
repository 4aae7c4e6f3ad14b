"""The dialogs before a layer is checked: an example to start from, a file, and a warning."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pictures import check
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QTextEdit,
    QWidget,
)

from app import theme
from app.widgets import own_layer_dialog
from app.widgets.own_layer_dialog import OwnLayerDialog, OwnLayerWarning, ask, choose

LAYERS = Path(__file__).parents[2] / "resources" / "layers"
BUTTONS = ("saveLayerExample", "cancelOwnLayer", "chooseLayerFile")
FOLDER = "/books/deep-learning/chapter-5"


@pytest.fixture
def dialog(qtbot, tmp_path: Path) -> OwnLayerDialog:
    dialog = OwnLayerDialog(None, tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def warning(qtbot) -> OwnLayerWarning:
    warning = OwnLayerWarning(None, Path(FOLDER) / "relu.py")
    qtbot.addWidget(warning)
    warning.show()
    return warning


def click(widget: QWidget, name: str) -> None:
    QTest.mouseClick(widget.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def text(widget: QWidget, name: str) -> str:
    return widget.findChild(QLabel, name).text()


def code(dialog: OwnLayerDialog) -> str:
    return dialog.findChild(QTextEdit, "layerExampleCode").toPlainText()


def file_of(name: str) -> str:
    return (LAYERS / f"{name}.py").read_text("utf-8")


# An example.


def test_an_example_is_shown_as_it_will_be_saved(dialog: OwnLayerDialog) -> None:
    assert code(dialog) == file_of("relu").rstrip()
    for name in ("affine", "softmax_with_loss", "relu"):
        click(dialog, f"layerExample_{name}")
        assert code(dialog) == file_of(name).rstrip()


def test_no_line_of_an_example_is_cut(dialog: OwnLayerDialog) -> None:
    view = dialog.findChild(QTextEdit, "layerExampleCode")
    for name in ("relu", "affine", "softmax_with_loss"):
        click(dialog, f"layerExample_{name}")
        assert view.horizontalScrollBar().maximum() == 0


def test_the_example_is_saved_where_one_wants(
    qtbot, dialog: OwnLayerDialog, tmp_path: Path, monkeypatch
) -> None:
    asked: list[str] = []

    def answer(parent: QWidget, title: str, proposed: str, kind: str) -> str:
        asked.append(proposed)
        return str(tmp_path / "mine")

    monkeypatch.setattr(own_layer_dialog, "ask_path", answer)
    click(dialog, "layerExample_affine")
    click(dialog, "saveLayerExample")
    sentence = "Saved as mine.py. Change it in an editor, then open it here."
    qtbot.waitUntil(lambda: text(dialog, "ownLayerNotice") == sentence)
    assert asked == [str(tmp_path / "affine.py")]
    assert (tmp_path / "mine.py").read_text("utf-8") == file_of("affine")


def test_no_file_is_replaced_unasked(dialog: OwnLayerDialog, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "mine.py").write_text("precious")
    monkeypatch.setattr(own_layer_dialog, "ask_path", lambda *_: str(tmp_path / "mine"))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    click(dialog, "saveLayerExample")
    dialog.reject()  # waits for what is being written
    assert (tmp_path / "mine.py").read_text() == "precious"


def test_an_example_that_can_not_be_saved_is_told(
    qtbot, dialog: OwnLayerDialog, tmp_path: Path, monkeypatch
) -> None:
    path = str(tmp_path / "nowhere" / "mine.py")
    monkeypatch.setattr(own_layer_dialog, "ask_path", lambda *_: path)
    click(dialog, "saveLayerExample")
    qtbot.waitUntil(lambda: text(dialog, "ownLayerNotice").startswith("✗"))
    assert "mine.py" in text(dialog, "ownLayerNotice")


def test_closing_at_once_leaves_the_whole_example(
    dialog: OwnLayerDialog, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(own_layer_dialog, "ask_path", lambda *_: str(tmp_path / "mine.py"))
    click(dialog, "saveLayerExample")
    click(dialog, "cancelOwnLayer")
    assert not dialog.isVisible()
    assert (tmp_path / "mine.py").read_text("utf-8") == file_of("relu")


# A file.


def chosen_files(monkeypatch, *paths: Path) -> None:
    monkeypatch.setattr(QFileDialog, "exec", lambda _: len(paths))
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _: [str(path) for path in paths])


def test_a_file_that_is_opened_ends_the_dialog(
    dialog: OwnLayerDialog, tmp_path: Path, monkeypatch
) -> None:
    chosen_files(monkeypatch, tmp_path / "mine.py")
    click(dialog, "chooseLayerFile")
    assert dialog.path == tmp_path / "mine.py"
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_no_file_leaves_the_dialog_open(dialog: OwnLayerDialog, monkeypatch) -> None:
    chosen_files(monkeypatch)
    click(dialog, "chooseLayerFile")
    assert dialog.isVisible()
    assert dialog.path is None


def shown_dialog(name: str) -> QDialog:
    return next(w for w in QApplication.topLevelWidgets() if w.objectName() == name)


def meanwhile(name: str, act: Callable[[QDialog], None]) -> None:
    """Do something with the dialog called ``name`` when it runs."""
    QTimer.singleShot(0, lambda: act(shown_dialog(name)))


def test_choosing_returns_the_file_or_none(qtbot, tmp_path: Path, monkeypatch) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen_files(monkeypatch, tmp_path / "mine.py")
    meanwhile("ownLayerDialog", lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return))
    assert choose(parent, tmp_path) == tmp_path / "mine.py"
    meanwhile("ownLayerDialog", lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    assert choose(parent) is None


# A warning.


def test_the_warning_says_what_is_run_and_what_it_may_do(warning: OwnLayerWarning) -> None:
    assert text(warning, "ownLayerWarningTitle") == "This runs the code in the file relu.py."
    assert text(warning, "ownLayerFolder") == FOLDER.replace("/", str(Path("/")))
    fence = text(warning, "ownLayerFence")
    assert "stopped after 10 seconds" in fence
    assert "1 GB of memory" in fence
    assert "read, change and delete your files" in text(warning, "ownLayerRisk")


def test_only_a_decision_lets_it_run(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for act, allowed in (
        (lambda warning: click(warning, "allowOwnLayer"), True),
        (lambda warning: click(warning, "refuseOwnLayer"), False),
        (lambda warning: QTest.keyClick(warning, Qt.Key.Key_Return), False),
        (lambda warning: QTest.keyClick(warning, Qt.Key.Key_Escape), False),
    ):
        meanwhile("ownLayerWarning", act)
        assert ask(parent, Path(FOLDER) / "relu.py") is allowed


def test_a_long_name_has_room(qtbot) -> None:
    warning = OwnLayerWarning(None, Path("/") / ("long" * 60) / ("W" * 200 + ".py"))
    qtbot.addWidget(warning)
    warning.show()
    for child in warning.findChildren(QLabel):
        assert warning.rect().contains(child.geometry())
        if child.objectName() != "ownLayerFolder":
            assert child.fontMetrics().horizontalAdvance("W" * 40) < 2 * child.width()


@pytest.mark.parametrize("name", ["ownLayerDialog", "ownLayerWarning"])
def test_everything_has_a_name_and_is_reached_by_tab(name: str, dialog, warning) -> None:
    shown = dialog if name == "ownLayerDialog" else warning
    for button in shown.findChildren(QPushButton):
        assert button.objectName()
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_the_dialogs_look_as_approved(qapp, dialog, warning, colors: theme.Theme) -> None:
    theme.apply(qapp, colors)
    check(dialog.grab().toImage(), f"own_layer_dialog_{colors.name}")
    check(warning.grab().toImage(), f"own_layer_warning_{colors.name}")
