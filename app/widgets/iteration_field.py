"""Which iteration is shown, as a text; a click on it lets another one be typed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app import formatting, theme
from app.widgets.basics import SEMIBOLD, SteadyLabel, label
from app.widgets.field_note import FieldNote
from app.widgets.typed_number import Limits, Typed, read_number

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

HEIGHT = 24
WIDTH = 200
"""Room for the text; a long one is set smaller."""

SIZES = (13, 12, 11)
SPACING, PADDING = 4, 20

ANY = Limits(0, math.inf, formatting.count)

_STILL_HERE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class IterationField(QWidget):
    """``Iteration 4,312 of 10,000``; ``wanted`` carries an iteration that was typed.

    Return takes it, one beyond the end as the end; what is no iteration is refused with a sentence.
    Escape and a click elsewhere leave it.
    """

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self._text = _Text()
        self._word = label(self.tr("Iteration"), weight=SEMIBOLD)
        self._word.hide()
        self._total = label(size=13, tone="2", name="timelineTotal")
        self._total.hide()
        self._field = _Field()
        self._field.setAccessibleName(self.tr("Iteration to show"))
        self._field.hide()
        self._iteration: int | None = None
        self._most = 1
        self._focus_before: QWidget | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        for widget in (self._text, self._word, self._field, self._total):
            row.addWidget(widget)
        row.addStretch(1)
        self._text.clicked.connect(self.edit)
        self._field.entered.connect(self._take)
        self._field.left.connect(self._leave)

    @property
    def editing(self) -> bool:
        """Whether an iteration is being typed."""
        return not self._field.isHidden()

    def show_iteration(self, iteration: int | None, total: int) -> None:
        """Show an iteration, and how many the run shall have."""
        self._iteration = iteration
        if total != self._most or not self._total.text():
            self._most = total
            self._total.setText(self.tr("of {0}").format(formatting.count(total)))
            self._text.show_total(self._total.text())
            self._field.make_room_for(total)
            self._choose_size(self._text_of(total))
        if not self.editing:
            self._show_text()

    def edit(self) -> None:
        """Let an iteration be typed, from the shown one on."""
        if self.editing or self._iteration is None:
            return
        self._focus_before = self.window().focusWidget()
        self._text.hide()
        self._word.show()
        self._total.setVisible(self._total_fits())
        self._field.show_number(self._iteration)
        self._field.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _choose_size(self, longest: str) -> None:
        for size in SIZES:
            self._total.setFont(theme.ui_font(size))
            for text in (self._text, self._word):
                text.setFont(theme.ui_font(size, SEMIBOLD))
            width = self._text.fontMetrics().horizontalAdvance(longest)
            if width + SPACING + self._total.sizeHint().width() <= WIDTH:
                return

    def _total_fits(self) -> bool:
        """Whether it has room beside the field."""
        widths = self._word.sizeHint().width() + self._total.sizeHint().width()
        widths += self._field.width()
        return widths + 2 * SPACING <= WIDTH

    def _text_of(self, iteration: int | None) -> str:
        return self.tr("Iteration {0}").format(formatting.count(iteration))

    def _show_text(self) -> None:
        text = self._text_of(self._iteration)
        if text != self._text.text():
            self._text.setText(text)

    def _take(self) -> None:
        typed = self._field.typed
        if self._field.text() and typed.number is None:
            self._field.show_number(self._iteration or 0)
            self._field.note.say(typed.complaint)
            return
        self._leave()
        if typed.number is not None:
            self.wanted.emit(int(min(typed.number, self._most)))

    def _leave(self) -> None:
        if self.editing:
            had_focus = self._field.hasFocus()
            self._field.hide()
            self._word.hide()
            self._total.hide()
            self._text.show()
            self._show_text()
            if had_focus and self._focus_before is not None:
                self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)


class _Text(SteadyLabel):
    """The whole text, which is a button without looking like one; the total stands behind.

    In one piece: with two labels the total would jump, or stand apart, as the number grows.
    """

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._total = ""
        self.setObjectName("timelineIteration")
        self.setFixedWidth(WIDTH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Type an iteration to show (Ctrl+I)"))

    @property
    def total(self) -> str:
        """What stands behind the iteration."""
        return self._total

    def show_total(self, total: str) -> None:
        """Show another total, even where the iteration stays."""
        self._total = total
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the iteration, and the total behind it."""
        painter = QPainter(self)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.current().text_1))
        painter.drawText(self.rect(), middle, self.text())
        left = self.fontMetrics().horizontalAdvance(self.text()) + SPACING
        painter.setFont(theme.ui_font(self.font().pixelSize()))
        painter.setPen(QColor(theme.current().text_2))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, self.total)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit()


class _Field(QLineEdit):
    """Tells that a number was ``entered``, or that it was ``left`` as it is."""

    entered = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("timelineGoTo")
        self.note = FieldNote(self)
        self.textEdited.connect(self.note.clear)
        self.setFont(theme.mono_font(12))
        self.setStyleSheet("padding: 0 6px;")
        self.setFixedHeight(HEIGHT)

    @property
    def typed(self) -> Typed:
        """The number that was typed, however large, or why there is none."""
        return read_number(self.text(), ANY)

    def show_number(self, number: int) -> None:
        """Let ``number`` be edited, or another be typed in its place."""
        self.setText(str(number))  # without commas, among which one would have to type
        self.selectAll()

    def make_room_for(self, most: int) -> None:
        """Be as wide as a number up to ``most`` needs."""
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(formatting.count(most)) + PADDING)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the number by Return, leave it by Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave the number when something else gets the focus."""
        super().focusOutEvent(event)
        if event.reason() not in _STILL_HERE:
            self.left.emit()
