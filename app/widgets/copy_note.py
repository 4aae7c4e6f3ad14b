"""Says that a copy of the network is shown, and leads back to the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.widgets.basics import ThemedButton
from app.widgets.choice_box import leave_focus

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 24


def copy_text(losses: Sequence[float]) -> str:
    """Say how many steps a copy took, of which the ``losses`` are those before and after each."""
    steps = len(losses) - 1
    translate = QCoreApplication.translate
    one, many = translate("Copy", "a copy, 1 step on"), translate("Copy", "a copy, {0} steps on")
    return (one if steps == 1 else many).format(steps)


class CopyNote(ThemedButton):
    """A small button in the header of a picture, there only while a copy is shown."""

    def __init__(self) -> None:
        super().__init__(" ", "copyNote", icon_name="restart", height=HEIGHT)
        leave_focus(self)
        self.setToolTip(self.tr("Back to the network: throw the copy away"))
        self.hide()

    def show_losses(self, losses: Sequence[float], *, short: bool) -> None:
        """Say how many steps the copy took; ``short`` where there is little room."""
        self.setVisible(bool(losses))
        if losses:
            text = copy_text(losses)
            self.setText(self.tr("copy +{0}").format(len(losses) - 1) if short else text)
            self.setAccessibleName(f"{text}: {self.tr('back to the network')}")
