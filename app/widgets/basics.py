"""The small pieces that every page is made of: cards, labels, buttons, a choice of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.icons import icon

if TYPE_CHECKING:
    from collections.abc import Sequence

SEMIBOLD = QFont.Weight.DemiBold
_ZEROS = str.maketrans("123456789", "000000000")


def label(
    text: str = "",
    *,
    size: int = 12,
    tone: str = "1",
    weight: QFont.Weight = QFont.Weight.Normal,
    mono: bool = False,
    name: str = "",
    elided: bool = False,
    steady: bool = False,
) -> QLabel:
    """Return a label; ``tone`` is 1, 2 or 3 from strong to faint, ``accent`` or ``fail``."""
    kind = ElidedLabel if elided else SteadyLabel if steady else QLabel
    widget = kind(text)
    widget.setFont((theme.mono_font if mono else theme.ui_font)(size, weight))
    widget.setProperty("tone", tone)
    widget.setTextFormat(Qt.TextFormat.PlainText)
    if name:
        widget.setObjectName(name)
    return widget


class ElidedLabel(QLabel):
    """A line that is cut with an ellipsis where there is too little room; its tooltip has all."""

    def minimumSizeHint(self) -> QSize:
        """Leave the width to the others in the row."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment(), shown)
        painter.end()


class SteadyLabel(QLabel):
    """A line whose text may change in each frame: it keeps the room of the widest text by then.

    Any other label would have the whole window laid out anew, whatever its next text is.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._shown = text
        self._width = 0

    def text(self) -> str:
        """Return what is shown."""
        return self._shown

    def setText(self, text: str) -> None:
        """Show another text; ask for other room only if it needs more, or far less."""
        if text == self._shown:
            return
        before, self._shown = self._shown, text
        self.setAccessibleDescription(text)
        if text.translate(_ZEROS) == before.translate(_ZEROS):  # figures line up: as wide
            self.update()
            return
        width = self.fontMetrics().horizontalAdvance(text)
        if width > self._width or 2 * width < self._width:
            self._width = width
            super().setText(text)
        else:
            self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Ask for the room of what is shown, in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._width = self.fontMetrics().horizontalAdvance(self._shown)
            super().setText(self._shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, which may be another than that which has the room."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment(), self._shown)
        painter.end()


class Card(QFrame):
    """A bordered surface with a title row, 40 px high, and a body below it.

    ``header`` is the row's layout: title and subtitle stand at its left, add the rest to it.
    ``body`` is a vertical layout with the card's padding of 16 px; ``outer`` holds both.
    """

    def __init__(self, title: str = "", subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 0, 16, 16)
        outer.setSpacing(0)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self.title = label(title, size=13, weight=SEMIBOLD)
        self.subtitle = label(subtitle, tone="3", elided=True)
        self.outer = outer
        if title:
            row = QWidget()
            row.setFixedHeight(40)
            row.setLayout(self.header)
            self.header.setContentsMargins(0, 0, 0, 0)
            self.header.addWidget(self.title)
            self.header.addWidget(self.subtitle)
            self.header.addStretch(1)
            outer.addWidget(row)
        else:
            outer.setContentsMargins(16, 16, 16, 16)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)


class ThemedButton(QPushButton):
    """A button whose icon takes the colour of its text in either theme."""

    def __init__(
        self, text: str, name: str, *, icon_name: str = "", primary: bool = False, height: int = 32
    ) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setFixedHeight(height)
        self.setFont(theme.ui_font(12, QFont.Weight.Medium))
        self.setIconSize(QSize(16, 16))
        self.setProperty("kind", "primary" if primary else "")
        self._icon_name, self._primary = icon_name, primary
        self._refresh()

    def set_action(self, icon_name: str, text: str) -> None:
        """Show another icon and text: a pause button that became resume."""
        self._icon_name = icon_name
        self.setText(text)
        self.setAccessibleName(text)
        self._refresh()

    def set_primary(self, primary: bool) -> None:
        """Be the one action of a place, or no longer."""
        if primary != self._primary:
            self._primary = primary
            self.setProperty("kind", "primary" if primary else "")
            self.style().polish(self)
            self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._refresh()

    def _refresh(self) -> None:
        if self._icon_name:
            colors = theme.current()
            color = colors.on_accent if self._primary else colors.text_1
            self.setIcon(icon(self._icon_name, color, colors.text_3))


class IconButton(QToolButton):
    """A square button with an icon; its tooltip and accessible name say what it does."""

    def __init__(
        self, icon_name: str, text: str, name: str, *, size: int = 32, kind: str = ""
    ) -> None:
        """Take ``kind`` "primary" for the one action of a place, "flat" for one without a frame."""
        super().__init__()
        self.setObjectName(name)
        self.setFixedSize(size, size)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._primary = kind == "primary"
        self.setProperty("kind", kind)
        self.set_action(icon_name, text)

    def set_action(self, icon_name: str, text: str) -> None:
        """Show another icon and say another thing: a play button that became pause."""
        self._icon_name = icon_name
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._refresh()

    def _refresh(self) -> None:
        colors = theme.current()
        color = colors.on_accent if self._primary else colors.text_2
        self.setIcon(icon(self._icon_name, color, colors.border_strong))


class Segments(QFrame):
    """A choice of a few, side by side; left and right move it, as in a group of radio buttons."""

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[str, str]],
        value: str,
        *,
        title: str,
        height: int = 30,
    ) -> None:
        """Take pairs of value and text; ``title`` says to a screen reader what is chosen."""
        super().__init__()
        self.setFixedHeight(height)
        self.setObjectName(name)
        self.setAccessibleName(title)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        inner = QFrame()
        inner.setObjectName("segments")
        outer.addWidget(inner)
        row = QHBoxLayout(inner)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for choice, text in choices:
            button = QPushButton(text)
            button.setObjectName(f"{name}_{choice}")
            button.setAccessibleName(f"{title}: {text}")
            button.setCheckable(True)
            button.setFixedHeight(height - 6)
            button.setMinimumWidth(24)
            button.setFont(theme.ui_font(12))
            self._group.addButton(button)
            self._buttons[choice] = button
            row.addWidget(button, 1)
        self._buttons[value].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    @property
    def value(self) -> str:
        """The value chosen."""
        return next(value for value, button in self._buttons.items() if button.isChecked())

    def set_value(self, value: str) -> None:
        """Choose ``value``; ``chosen`` is emitted if it was another."""
        self._buttons[value].setChecked(True)

    def _toggled(self, _button: QPushButton, checked: bool) -> None:
        if checked:
            self.chosen.emit(self.value)
