"""A field for an expression: it is read while it is typed, and what is wrong is pointed at."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app import formatting, theme
from app.staging import Expression
from app.widgets.error_line import ErrorLine
from app.widgets.variables import VariableFields, plain_number
from bpcore.graph.operation import GraphError

if TYPE_CHECKING:
    from PySide6.QtGui import QTextLine

    from app.widgets.expression_examples import ExpressionExample
    from bpcore.graph.graph import Graph

FIRST_TEXT = "1 / (1 + exp(-x))"
HEIGHT = 28
MOST_CHARACTERS = 2_000
MOST_NODES = 200
"""More than that could be computed, but not be read in a picture."""

LARGE = 24
PAUSE_MS = 120
"""With more nodes, a pass takes longer than the time between two keys: it waits for a pause."""


class ExpressionLine(QLineEdit):
    """A line of text, one character of which can be marked as wrong.

    ``painted`` tells that it was painted, and so that it may have scrolled.
    """

    entered = Signal()
    painted = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("expressionText")
        self.setAccessibleName(self.tr("Expression"))
        self.setFont(theme.mono_font(13))
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(120)
        self.setMaxLength(MOST_CHARACTERS)
        self._column: int | None = None

    def mark(self, column: int | None) -> None:
        """Underline the character at ``column``, counted from 1; None marks nothing."""
        self._column = column
        self.update()

    def marked(self) -> QRectF | None:
        """Return the place of the marked character, which may be scrolled out of sight."""
        if self._column is None:
            return None
        text = self.text()
        start = _units(text[: self._column - 1])
        width = _units(text[self._column - 1 : self._column])
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        # Where the text is scrolled to is told by its cursor alone.
        at_cursor = _x(line, self.cursorPosition())
        cursor = self.cursorRect()
        scrolled = cursor.x() + cursor.width() // 2 - at_cursor
        left, right = _x(line, start), _x(line, start + width)
        least = self.fontMetrics().averageCharWidth()
        return QRectF(left + scrolled, cursor.y(), max(right - left, least), cursor.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the focus back at Return and at Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Underline what is wrong."""
        super().paintEvent(event)
        place = self.marked()
        if place is not None:
            painter = QPainter(self)
            painter.setClipRect(self.rect().adjusted(4, 0, -4, 0))
            line = QRectF(place.left(), self.height() - 5, place.width(), 2)
            painter.fillRect(line, QColor(theme.current().fail))
            painter.end()
        self.painted.emit()


class ExpressionField(QWidget):
    """An expression with its variables, of which the last that could be computed is staged.

    A large one is staged once nothing more has been typed for a moment, or with Return; what is
    typed on until then replaces it, also if that is wrong.

    ``changed`` tells that another is, ``wrong_changed`` that what is typed became wrong or good
    again; ``entered`` that whoever typed is done.
    """

    changed = Signal()
    wrong_changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("expressionField")
        self._staged: Expression | None = None
        self._waiting: Expression | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._stage_waiting)
        self._cut = self._was_wrong = False
        self.text = ExpressionLine(FIRST_TEXT)
        self.error = ErrorLine("expressionError", self._understood())
        self.variables = VariableFields("expressionVariables")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.text)
        column.addWidget(self.error)
        column.addSpacing(5)
        column.addWidget(self.variables)
        self.text.textChanged.connect(self._read)
        self.text.inputRejected.connect(self._take_cut)
        self.text.painted.connect(self._point)
        self.text.entered.connect(self._enter)
        self.variables.changed.connect(self._read)
        self.variables.entered.connect(self._enter)
        self._read()

    def staged(self) -> Expression | None:
        """Return the last expression that could be computed."""
        return self._staged

    @property
    def wrong(self) -> bool:
        """Whether what is typed is another thing than what is staged, as it can't be computed."""
        return bool(self.error.message)

    @property
    def still(self) -> str:
        """What is staged; with its numbers, if only one of those is wrong."""
        if self._staged is None or self._staged.text != self.text.text().rstrip():
            return "" if self._staged is None else self._staged.text
        values = ", ".join(f"{n} = {plain_number(v)}" for n, v in self._staged.values.items())
        return f"{self._staged.text}  ({values})".replace("= -", f"= {formatting.MINUS}")

    def show_example(self, example: ExpressionExample) -> None:
        """Put an example in, so that undo brings back what was there."""
        self.variables.set_values(example.values)
        self.text.selectAll()
        self.text.insert(example.text)
        # The same text with other values is another expression as well.
        self._read()
        self._stage_waiting()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_tab_order(self, before: QWidget) -> None:
        """Come after ``before`` in the tab order."""
        QWidget.setTabOrder(before, self.text)
        self.variables.set_tab_order(self.text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the caret under its character."""
        super().resizeEvent(event)
        self._point()

    def showEvent(self, event: QShowEvent) -> None:
        """Stage what was typed just before the field was hidden."""
        super().showEvent(event)
        self._stage_waiting()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let nothing happen behind the scenes."""
        super().hideEvent(event)
        self._pause.stop()

    def _enter(self) -> None:
        self._stage_waiting()
        self.entered.emit()

    def _read(self) -> None:
        """Stage what is typed, or say why it can't be."""
        self._take_text()
        if self.wrong != self._was_wrong:
            self._was_wrong = self.wrong
            self.wrong_changed.emit()

    def _take_text(self) -> None:
        self._pause.stop()
        self._waiting = None
        text = self.text.text()
        self._cut = self._cut and len(text) >= MOST_CHARACTERS
        try:
            if self._cut:
                message = self.tr("only {0} characters fit: the rest was left out")
                raise GraphError(message.format(formatting.count(MOST_CHARACTERS)))
            expression, nodes = self._computed(text.rstrip())
        except GraphError as error:
            self._show_error(str(error), error.column)
            return
        self._show_error("", None)
        if expression == self._staged:
            return
        self._waiting = expression
        if nodes > LARGE and self.isVisible():
            self._pause.start()
        else:
            self._stage_waiting()

    def _stage_waiting(self) -> None:
        """Stage what waits for a pause, if anything does."""
        self._pause.stop()
        if self._waiting is not None:
            self._staged, self._waiting = self._waiting, None
            self.changed.emit()

    def _computed(self, text: str) -> tuple[Expression, int]:
        """Return what is typed, if its passes can be computed, and its number of nodes."""
        # Imported here: the window shows a network first, without all operations.
        from bpcore.graph.expression import parse_expression
        from bpcore.graph.names import expression_names

        names = expression_names(text)
        values = self.variables.values_for(names)
        graph = parse_expression(text, values)
        self._check_size(graph)
        self._show_names(names)
        if self.variables.error:
            raise GraphError(self.variables.error)
        graph.backward(graph.forward())
        return Expression(text, MappingProxyType(values)), len(graph.nodes)

    def _check_size(self, graph: Graph) -> None:
        if len(graph.nodes) > MOST_NODES:
            message = self.tr("{0} nodes: more than {1} can't be read in a picture")
            counts = formatting.count(len(graph.nodes)), formatting.count(MOST_NODES)
            raise GraphError(message.format(*counts))

    def _show_names(self, names: tuple[str, ...]) -> None:
        if names != self.variables.names:
            self.variables.show_names(names)
            self.variables.set_tab_order(self.text)

    def _show_error(self, message: str, column: int | None) -> None:
        self.text.setAccessibleDescription(message)
        self.text.mark(column if message else None)
        self.error.show_message(message)
        self._point()

    def _point(self) -> None:
        """Put the caret under the marked character, wherever it is scrolled to."""
        place = self.text.marked()
        offset = self.text.mapTo(self, QPoint(0, 0)).x() - self.error.x()
        x = None if place is None else place.center().x() + offset
        self.error.point_at(x, offset + 8, offset + self.text.width() - 8)

    def _take_cut(self) -> None:
        if len(self.text.text()) >= MOST_CHARACTERS:
            self._cut = True
            self._read()

    def _understood(self) -> str:
        from bpcore.graph.expression import CONSTANTS, FUNCTIONS

        functions = " ".join(FUNCTIONS)
        constants = " ".join(name for name in CONSTANTS if name.isascii())
        return self.tr("Understood: + − * / ** @ ( ) and {0}").format(f"{functions} {constants}")


def _x(line: QTextLine, position: int) -> float:
    x, _ = cast("tuple[float, int]", line.cursorToX(position))
    return x


def _units(text: str) -> int:
    """Return how many positions Qt counts in ``text``: two for a rare character."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
