"""The confusion matrix: what digits are, and what they are read as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from app import theme
from app.formatting import EM_DASH
from app.widgets import confusion_painter as paint
from app.widgets.confusion_words import Chosen, change_text, sentence
from app.widgets.digit_scores import draw_precisions, draw_recalls
from app.widgets.pointed_canvas import ARROWS, FocusCanvas

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from bpcore.evaluation import Evaluation

DIGITS = paint.DIGITS
_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ConfusionView(FocusCanvas):
    """Ten rows of labels, ten columns of readings; precision and recall at the edges.

    ``chosen`` carries the label and reading of a cell that was clicked or taken with Enter, a label
    or a reading alone for a whole row or column, and None if nothing is chosen any more. ``said``
    carries the sentence about the cell under the pointer, or "".
    """

    chosen = Signal(object)
    said = Signal(str)

    def __init__(self) -> None:
        super().__init__("confusionMatrix")
        self.setAccessibleName(self.tr("Confusion matrix: what digits are and are read as"))
        self._evaluation: Evaluation | None = None
        self._changes: npt.NDArray[np.int64] | None = None
        self._chosen: Chosen | None = None
        self._pointed: Chosen | None = None
        self._cursor: Chosen = (0, 0)
        self._describe()

    @property
    def evaluation(self) -> Evaluation | None:
        """What is shown; None while nothing is."""
        return self._evaluation

    @property
    def plan(self) -> paint.MatrixPlan:
        """Where the cells are."""
        return paint.MatrixPlan(self.width(), self.height())

    @property
    def selection(self) -> Chosen | None:
        """What is chosen."""
        return self._chosen

    def show_evaluation(
        self, evaluation: Evaluation | None, changes: npt.NDArray[np.int64] | None = None
    ) -> None:
        """Show counts, and by how much each has changed (10, 10) if that is what matters."""
        self._evaluation, self._changes = evaluation, changes
        self._describe()
        self.said.emit(self._sentence(self._pointed or self._kept))
        self.update()

    def choose(self, chosen: Chosen | None) -> None:
        """Choose a cell, row or column; ``chosen`` tells of it if it was another."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.chosen.emit(chosen)
            self._speak()
            self.update()

    @property
    def _kept(self) -> Chosen | None:
        return self._cursor if self.hasFocus() else self._chosen

    def _sentence(self, chosen: Chosen | None) -> str:
        if self._evaluation is None or chosen is None:
            return ""
        text = sentence(self._evaluation, chosen)
        label, reading = chosen
        if self._changes is None or label is None or reading is None:
            return text
        change = int(self._changes[label, reading])
        return self.tr("{0} Changed by {1}.").format(text, change_text(change)) if change else text

    def _describe(self) -> None:
        shown = self._sentence(self._pointed or self._kept or self._cursor)
        self.setAccessibleDescription(shown or EM_DASH)

    def _speak(self) -> None:
        self._describe()
        self.said.emit(self._sentence(self._pointed or self._kept))

    def sizeHint(self) -> QSize:
        """Return the size that it has in a window of the design."""
        return QSize(422, 380)

    def minimumSizeHint(self) -> QSize:
        """Return what ten rows of small figures need."""
        return QSize(380, 280)

    # Pointer and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is counted under the pointer."""
        self._point(self.plan.at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing more."""
        super().leaveEvent(event)
        self._point(None)

    def _point(self, pointed: Chosen | None) -> None:
        if pointed != self._pointed:
            self._pointed = pointed
            self._speak()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is clicked; what is chosen already is let go."""
        clicked = self.plan.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and clicked and self._evaluation:
            self._cursor = clicked
            self.choose(None if clicked == self._chosen else clicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move from cell to cell, choose with Enter, let go with Escape."""
        key = event.key()
        step = ARROWS.get(key)
        if step is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._move(*step)
        elif key in _TAKE and self._evaluation is not None:
            self.choose(None if self._cursor == self._chosen else self._cursor)
        elif key == Qt.Key.Key_Escape and self._chosen is not None:
            self.choose(None)
        else:
            super().keyPressEvent(event)

    def _move(self, right: int, down: int) -> None:
        """Go on from where the keys are; left of the first cell is the whole row."""
        label, reading = (-1 if digit is None else digit for digit in self._cursor)
        row = min(max(label + down, -1), DIGITS - 1)
        column = min(max(reading + right, -1), DIGITS - 1)
        if row < 0 and column < 0:
            return
        self._cursor = (None if row < 0 else row, None if column < 0 else column)
        self._pointed = None
        self._speak()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys are."""
        super().focusInEvent(event)
        self._speak()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are elsewhere."""
        super().focusOutEvent(event)
        self._speak()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint heads, cells, scores and frames."""
        colors, plan = theme.current(), self.plan
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._evaluation
        self._draw_heads(painter, plan, colors)
        if shown is None:
            paint.draw_empty(painter, plan, colors)
        elif self._changes is None:
            paint.draw_counts(painter, plan, shown.confusion, colors)
        else:
            paint.draw_changes(painter, plan, shown.confusion, self._changes, colors)
        recalls = None if shown is None else shown.recall.tolist()
        precisions = None if shown is None else shown.precision.tolist()
        draw_recalls(painter, plan, recalls, self.tr("recall %"), colors)
        draw_precisions(painter, plan, precisions, self.tr("precision %"), colors)
        if shown is not None:
            self._draw_frames(painter, plan, colors)
        painter.end()

    def _draw_heads(self, painter: QPainter, plan: paint.MatrixPlan, colors: theme.Theme) -> None:
        center = Qt.AlignmentFlag.AlignCenter
        painter.setFont(theme.ui_font(11))
        painter.setPen(QColor(colors.text_3))
        cells = plan.cells
        across = QRectF(cells.x(), 0, cells.width(), paint.AXIS)
        painter.drawText(across, center, self.tr("read as"))
        painter.save()
        painter.translate(0, cells.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, cells.height(), paint.AXIS), center, self.tr("is a"))
        painter.restore()
        marked = self._pointed or self._kept or (None, None)
        for digit in range(DIGITS):
            for rect, here in (
                (plan.row_head(digit), marked[0] == digit),
                (plan.column_head(digit), marked[1] == digit),
            ):
                painter.setFont(theme.mono_font(12))
                painter.setPen(QColor(colors.text_1 if here else colors.text_3))
                painter.drawText(rect, center, str(digit))

    def _draw_frames(self, painter: QPainter, plan: paint.MatrixPlan, colors: theme.Theme) -> None:
        if self._pointed is not None:
            paint.draw_frame(painter, self._rect(plan, self._pointed), colors.text_2, 1)
        if self._chosen is not None:
            paint.draw_frame(painter, self._rect(plan, self._chosen), colors.accent, 2)
        if self.hasFocus() and self._cursor != self._chosen:
            paint.draw_frame(painter, self._rect(plan, self._cursor), colors.text_1, 2)

    @staticmethod
    def _rect(plan: paint.MatrixPlan, chosen: Chosen) -> QRectF:
        label, reading = chosen
        first = plan.cell(label or 0, reading or 0)
        last = plan.cell(
            DIGITS - 1 if label is None else label, DIGITS - 1 if reading is None else reading
        )
        return first.united(last)
