"""Ten buttons: which answer counts as right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.widgets.basics import SEMIBOLD, label

LABELS = 10
ROW_HEIGHT = 54
_BUTTON = (32, 30)


class LabelButton(QAbstractButton):
    """A digit in a box; the chosen one has the accent."""

    def __init__(self, digit: int) -> None:
        super().__init__()
        self.setObjectName(f"labelButton{digit}")
        self.setText(str(digit))
        name = self.tr("If the right answer were {digit}").format(digit=digit)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(20)
        self.setFixedHeight(_BUTTON[1])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size that it has in the design."""
        return QSize(*_BUTTON)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show that the pointer is elsewhere."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box and digit; with the focus, a second line inside the box."""
        colors, chosen = theme.current(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = 1.5 if chosen else 1.0
        box = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.setPen(QPen(QColor(colors.accent if chosen else colors.border), wide))
        lit = colors.surface_3 if self.underMouse() else colors.surface_2
        fill = colors.accent_bg if chosen else lit
        painter.setBrush(QColor(colors.border_strong if self.isDown() else fill))
        painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), 3, 3)
        painter.setFont(theme.ui_font(13, SEMIBOLD if chosen else SEMIBOLD.Normal))
        painter.setPen(QColor(colors.accent_text if chosen else colors.text_2))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class LabelRow(QWidget):
    """Ten label buttons under their question; left and right move the choice.

    ``chosen`` tells of a choice that the user makes, also of the one that is made already, but not
    of one that is set. ``released`` tells of Escape, where the choice can be released.
    """

    chosen = Signal(int)
    released = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(ROW_HEIGHT)
        self._releasable = False
        self._group = QButtonGroup(self)
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for digit in range(LABELS):
            button = LabelButton(digit)
            self._group.addButton(button, digit)
            buttons.addWidget(button, 1)
        self._group.idClicked.connect(self.chosen)
        self._remark = label(tone="3", name="labelRemark", elided=True)
        self._remark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        caption = QHBoxLayout()
        caption.setSpacing(8)
        caption.addWidget(label(self.tr("If the right answer were"), tone="2"))
        caption.addWidget(self._remark, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(caption, 1)
        column.addSpacing(4)
        column.addLayout(buttons)

    @property
    def label(self) -> int | None:
        """The label that is chosen; None if none is."""
        digit = self._group.checkedId()
        return None if digit < 0 else digit

    def set_label(self, digit: int | None, remark: str = "", *, releasable: bool = False) -> None:
        """Show that ``digit`` is chosen, or none, and how it came to be."""
        self._releasable = releasable
        chosen = self._group.checkedButton()
        if digit is not None:
            self._group.button(digit).setChecked(True)
        elif chosen is not None:
            self._group.setExclusive(False)  # a group that is would keep one
            chosen.setChecked(False)
            self._group.setExclusive(True)
        if remark != self._remark.text():
            self._remark.setText(remark)

    def choose(self, digit: int) -> None:
        """Choose ``digit`` as a click on its button does."""
        self._group.button(digit).click()

    def event(self, event: QEvent) -> bool:
        """Keep Escape from being a shortcut while it releases the choice."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._releasable and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Release the choice at Escape."""
        if self._releasable and event.key() == Qt.Key.Key_Escape:
            self.released.emit()
        else:
            super().keyPressEvent(event)
