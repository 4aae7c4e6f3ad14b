"""Which layer of one's own to check, what one looks like, and whether its code may run."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import export
from app.widgets.basics import SEMIBOLD, Card, Segments, ThemedButton, label
from app.widgets.code_panel import CodeView
from app.widgets.export_saving import Saving
from app.widgets.notice_line import NoticeLine
from app.widgets.saving_button import ask_path, folder_or_home, may_replace
from bpcore.atomic import replacing
from bpcore.graph.code import Code
from bpcore.layer_calls import plain
from bpcore.layer_limits import size_text
from bpcore.layer_process import Limits

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

SIZE = (640, 600)
CHOICE_WIDTH = 330
WARNING_WIDTH = 480
SUFFIX = ".py"
EXAMPLES = {"relu": "Relu", "affine": "Affine", "softmax_with_loss": "SoftmaxWithLoss"}
"""Files of ``resources/layers``, and the class in each."""

LAST_MS = 5000


def choose(parent: QWidget, folder: Path | None = None) -> Path | None:
    """Show what a layer looks like, and return which file to check; None for none.

    ``folder`` is where files are looked for at first. Nobody is warned yet: see ``ask``.
    """
    dialog = OwnLayerDialog(parent, folder)
    accepted = dialog.exec()
    dialog.deleteLater()
    return dialog.path if accepted else None


def ask(parent: QWidget, path: Path) -> bool:
    """Warn that a check runs the code in the file ``path``; return whether it may."""
    warning = OwnLayerWarning(parent, path)
    accepted = warning.exec()
    warning.deleteLater()
    return bool(accepted)


class OwnLayerDialog(QDialog):
    """Shows examples, saves them, and asks for a file.

    Attributes
    ----------
    path
        The file that was chosen; None before.
    """

    def __init__(self, parent: QWidget | None = None, folder: Path | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ownLayerDialog")
        self.setWindowTitle(self.tr("Check a layer of your own"))
        self.path: Path | None = None
        place = QStandardPaths.StandardLocation.DocumentsLocation
        self._folder = folder or Path(QStandardPaths.writableLocation(place))
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_example(self._choice.value)
        self.resize(*SIZE)
        self._open.setFocus()

    def _make_widgets(self) -> None:
        examples = (
            ("relu", self.tr("A layer")),
            ("affine", self.tr("With parameters")),
            ("softmax_with_loss", self.tr("A loss")),
        )
        self._choice = Segments("layerExample", examples, "relu", title=self.tr("Example"))
        self._choice.setMinimumWidth(CHOICE_WIDTH)
        self._code = CodeView()
        self._code.setObjectName("layerExampleCode")
        self._code.setAccessibleName(self.tr("Code of the example"))
        self._save = ThemedButton(self.tr("Save this example…"), "saveLayerExample")
        self._cancel = ThemedButton(self.tr("Cancel"), "cancelOwnLayer")
        self._open = ThemedButton(
            self.tr("Open a file…"), "chooseLayerFile", icon_name="folder", primary=True
        )
        tips = {
            self._save: self.tr("Save the example as a file that you can change"),
            self._cancel: self.tr("Close without checking anything (Esc)"),
            self._open: self.tr("Choose the Python file with your layer"),
        }
        for button, tip in tips.items():
            button.setToolTip(tip)
            button.setAutoDefault(button is self._open)
        hint = self.tr("All classes of a file are checked, one after the other.")
        self._notice = NoticeLine("ownLayerNotice", self.tr("What happened"), hint)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(
            _wrapped(
                self.tr(
                    "Write a class with forward(x) and backward(dout) in a Python file. Chainlight "
                    "compares what backward returns with the slopes of forward; for a parameter "
                    "such as gamma, what it keeps as dgamma. NumPy is there; all else that the "
                    "class needs has to be in the same file. What it prints is shown."
                ),
                "ownLayerExplanation",
            )
        )
        card = Card(self.tr("Example"))
        card.header.addWidget(self._choice)
        card.body.addWidget(self._code)
        column.addWidget(card, 1)
        column.addWidget(self._notice)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._save)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._open)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._choice.chosen.connect(self._show_example)
        self._save.clicked.connect(self._save_example)
        self._cancel.clicked.connect(self.reject)
        self._open.clicked.connect(self._ask_file)

    def done(self, result: int) -> None:
        """Close when what is being written is there."""
        for saving in self.findChildren(Saving):
            saving.wait(LAST_MS)
        super().done(result)

    def _show_example(self, name: str) -> None:
        lines = tuple(_example(name).splitlines())
        self._code.show_code(Code(name + SUFFIX, EXAMPLES[name], 1, lines, 0), running=False)

    def _save_example(self) -> None:
        name = self._choice.value
        proposed = str(folder_or_home(self._folder) / (name + SUFFIX))
        kind = self.tr("Python files (*{0})").format(SUFFIX)
        chosen = ask_path(self, self.tr("Save the example"), proposed, kind)
        if not chosen:
            return
        path = Path(export.with_suffix(chosen, SUFFIX))
        if path != Path(chosen) and path.exists() and not may_replace(self, path.name):
            return
        self._folder = path.parent
        text = _example(name).encode()

        def write() -> None:
            with replacing(path) as file:
                file.write(text)

        saving = Saving(path, write, self)
        saving.saved.connect(self._say_saved)
        saving.failed.connect(self._notice.complain)
        saving.finished.connect(saving.deleteLater)
        saving.start()

    def _say_saved(self, path: str) -> None:
        text = self.tr("Saved as {0}. Change it in an editor, then open it here.")
        self._notice.say(text.format(Path(path).name))

    def _ask_file(self) -> None:
        kinds = [self.tr("Python files (*{0})").format(SUFFIX), self.tr("All files (*)")]
        folder = str(folder_or_home(self._folder))
        dialog = QFileDialog(self, self.tr("Open a layer"), folder, ";;".join(kinds))
        dialog.setObjectName("openLayerDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        chosen = dialog.selectedFiles() if dialog.exec() else []
        dialog.deleteLater()
        if chosen:
            self.path = Path(chosen[0])
            self.accept()


class OwnLayerWarning(QDialog):
    """Says what running somebody's code means; Enter and Esc leave it."""

    def __init__(self, parent: QWidget | None, path: Path) -> None:
        super().__init__(parent)
        self.setObjectName("ownLayerWarning")
        self.setWindowTitle(self.tr("Run this code?"))
        self.setFixedWidth(WARNING_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        title = self.tr("This runs the code in the file {0}.").format(plain(path.name, 40))
        heading = label(title, size=14, weight=SEMIBOLD, name="ownLayerWarningTitle")
        heading.setWordWrap(True)
        column.addWidget(heading)
        column.addWidget(label(str(path.parent), tone="3", name="ownLayerFolder", elided=True))
        column.addSpacing(4)
        column.addWidget(_wrapped(self._fence(), "ownLayerFence"))
        column.addWidget(
            _wrapped(
                self.tr(
                    "Even so, it may do whatever you may do: read, change and delete your files. "
                    "Run only code that you wrote, or have read and trust."
                ),
                "ownLayerRisk",
                tone="1",
            )
        )
        column.addSpacing(8)
        column.addLayout(self._make_buttons())
        self.setFixedHeight(column.heightForWidth(WARNING_WIDTH))

    def _fence(self) -> str:
        limits = Limits()
        text = self.tr(
            "It runs in a process of its own, apart from this window, and is stopped after "
            "{0} seconds, or when it asks for more than {1} of memory."
        )
        return text.format(f"{limits.seconds:g}", size_text(limits.memory))

    def _make_buttons(self) -> QHBoxLayout:
        cancel = ThemedButton(self.tr("Cancel"), "refuseOwnLayer")
        run = ThemedButton(self.tr("Run and check it"), "allowOwnLayer")
        cancel.setToolTip(self.tr("Run nothing (Esc)"))
        run.setToolTip(self.tr("Run the code in the file and check its layers"))
        run.setAutoDefault(False)
        cancel.setDefault(True)
        cancel.clicked.connect(self.reject)
        run.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(run)
        row.addWidget(cancel)
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        return row


def _wrapped(text: str, name: str, *, tone: str = "2") -> QLabel:
    widget = label(text, tone=tone, name=name)
    widget.setWordWrap(True)
    return widget


def _example(name: str) -> str:
    return resources.files("resources").joinpath("layers", name + SUFFIX).read_text("utf-8")
