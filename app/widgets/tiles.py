"""A number in large type with what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from app import theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD, SteadyLabel, label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

HEIGHT = 64
SIZES = ((21, 12), (19, 12), (18, 11), (16, 11), (14, 10))
"""Of value and remark, the largest first."""

_MARGIN, _GAP, _SPARE = 15, 6, 2


class Tile(QFrame):
    """A card of 64 px with a title, a value, and a remark at the right.

    It asks for no width: tiles in a row are as wide as each other whatever they say, and share the
    size in which all of them have room.
    """

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 9, _MARGIN, 8)
        column.setSpacing(0)
        self.value = label(EM_DASH, size=21, weight=SEMIBOLD, name=f"{name}Value", steady=True)
        self.value.setAccessibleName(title)
        self.remark = _Remark(f"{name}Remark")
        self.remark.setContentsMargins(0, 0, 0, 3)
        self.note = _Remark(f"{name}Note")
        head = QHBoxLayout()
        head.setSpacing(_GAP)
        head.addWidget(label(title, tone="2"))
        head.addWidget(self.note, 1)
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        row.addWidget(self.value)
        row.addWidget(self.remark, 1, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        column.addLayout(row, 1)
        self._widest = ("", "")
        self._step = 0

    def show_texts(self, value: str, remark: str = "", note: str = "") -> None:
        """Show ``value`` and ``remark``, and ``note`` over it, beside the title."""
        self.value.setText(value)
        self.remark.setText(remark)
        self.note.setText(note)
        # As long as texts are no longer than some before, and not far shorter, sizes stay.
        before, now = map(len, self._widest), (len(value), len(remark))
        if any(b < n or n < b / 2 for b, n in zip(before, now, strict=True)):
            self._widest = value, remark

    @property
    def fitting(self) -> int:
        """The first of ``SIZES`` in which value and remark have room."""
        room = self.width() - 2 * (_MARGIN + 1)
        fits = (step for step, size in enumerate(SIZES) if self._needed(*size) <= room)
        return next(fits, len(SIZES) - 1)

    def set_step(self, step: int) -> None:
        """Take one of ``SIZES``."""
        if step != self._step:
            self._step = step
            large, small = SIZES[step]
            self.value.setFont(theme.ui_font(large, SEMIBOLD))
            self.remark.setFont(theme.ui_font(small))

    def _needed(self, large: int, small: int) -> int:
        value, remark = self._widest
        fonts = theme.ui_font(large, SEMIBOLD), theme.ui_font(small)
        widths = (
            QFontMetrics(font).horizontalAdvance(text)
            for font, text in zip(fonts, (value, remark), strict=True)
        )
        return sum(widths) + (_GAP + _SPARE if remark else 0)


class _Remark(SteadyLabel):
    """A text at the right that leaves its room to what stands left of it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFont(theme.ui_font(12))
        self.setProperty("tone", "3")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        room, painter = self.contentsRect(), QPainter(self)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, self.alignment(), shown)
        painter.end()
