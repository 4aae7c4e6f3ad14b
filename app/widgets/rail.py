"""The navigation rail at the left of the window."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QEnterEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QVBoxLayout, QWidget

from app import theme
from app.icons import draw_icon
from app.widgets.basics import SEMIBOLD, IconButton

WIDTH = 72


class NavigationButton(QAbstractButton):
    """An entry of the rail: an icon over a word."""

    def __init__(self, icon_name: str, text: str, name: str, shortcut: str) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.setText(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({shortcut})")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(WIDTH, 56)

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return QSize(WIDTH, 56)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the item, and the accent bar of the active one."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        if active or self.underMouse():
            painter.setBrush(QColor(colors.surface_2 if active else colors.surface_1))
            painter.drawRoundedRect(QRectF(6, 0, 60, 56), 8, 8)
        if active:
            painter.setBrush(QColor(colors.accent))
            painter.drawRoundedRect(QRectF(0, 12, 3, 32), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(6.5, 0.5, 59, 55), 8, 8)
        color = colors.text_1 if active else colors.text_3
        draw_icon(painter, self._icon_name, color, QRectF(28, 11, 16, 16))
        painter.setPen(QColor(color))
        painter.setFont(theme.ui_font(11, SEMIBOLD) if active else theme.ui_font(11))
        painter.drawText(QRectF(0, 32, WIDTH, 18), Qt.AlignmentFlag.AlignCenter, self.text())


class Rail(QWidget):
    """The pages, one below the other, and the theme switch at the bottom."""

    page_chosen = Signal(int)
    theme_chosen = Signal(str)

    def __init__(self, theme_choice: str) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 64, 0, 16)
        self._layout.setSpacing(8)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.page_chosen)
        self._layout.addStretch(1)
        self.theme_button = IconButton("sun", self.tr("Theme"), "themeButton", kind="flat")
        self.theme_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.theme_button.setMenu(self._theme_menu(theme_choice))
        self._layout.addWidget(self.theme_button, 0, Qt.AlignmentFlag.AlignHCenter)

    def add(self, icon_name: str, text: str, name: str, shortcut: str) -> None:
        """Add an entry below the others."""
        button = NavigationButton(icon_name, text, name, shortcut)
        self._group.addButton(button, len(self._group.buttons()))
        self._layout.insertWidget(self._layout.count() - 2, button)

    def set_active(self, index: int) -> None:
        """Mark entry ``index`` as the page that is shown."""
        self._group.button(index).setChecked(True)

    def set_theme_icon(self, dark: bool) -> None:
        """Show a sun in the dark theme and a moon in the light one."""
        self.theme_button.set_action("sun" if dark else "moon", self.tr("Theme"))

    def _theme_menu(self, choice: str) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("themeMenu")
        group = QActionGroup(menu)
        for value, text in (
            ("system", self.tr("As the system")),
            ("dark", self.tr("Dark")),
            ("light", self.tr("Light")),
        ):
            action = QAction(text, menu, checkable=True, checked=value == choice)
            action.setObjectName(f"theme_{value}")
            action.setData(value)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._theme_triggered)
        return menu

    def _theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(action.data())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rail's surface and the mark of Chainlight."""
        colors = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.rail))
        painter.fillRect(WIDTH - 1, 0, 1, self.height(), QColor(colors.border))
        draw_mark(painter, colors)


def draw_mark(painter: QPainter, colors: theme.Theme) -> None:
    """Paint the mark: a small network with one hidden layer of two units."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.blend(colors.accent, colors.rail, 0.22))
    diamond = [QPointF(28, 24), QPointF(36, 15), QPointF(44, 24), QPointF(36, 33)]
    painter.drawPolygon(QPolygonF(diamond))
    painter.setPen(QPen(QColor(colors.text_2), 1.4))
    for x1, y1, x2, y2 in (
        (27, 22, 33.5, 17.5),
        (27, 26, 33.5, 30.5),
        (38.5, 17.5, 45, 22),
        (38.5, 30.5, 45, 26),
    ):
        painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y, radius, color in (
        (24, 24, 4, colors.accent),
        (36, 16, 3, colors.text_1),
        (36, 32, 3, colors.text_1),
        (48, 24, 4, colors.accent),
    ):
        painter.setBrush(QColor(color))
        painter.drawEllipse(QPointF(x, y), radius, radius)
