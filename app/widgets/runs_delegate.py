"""Paints the rows of the list of runs, and lets the name of one be edited in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app import theme
from app.run_names import LONGEST_NAME
from app.widgets.run_row import HEIGHT, Row, draw_row, name_place
from app.widgets.runs_model import ROW, Index

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QPainter


class RunRows(QStyledItemDelegate):
    """The rows of runs; a name that is being typed stays while its row is brought up to date.

    ``name_refused`` says so when a letter too many was typed, or pasted.
    """

    name_refused = Signal(str)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        flag = QStyle.StateFlag
        draw_row(
            painter,
            option.rect,
            index.data(ROW),
            theme.current(),
            selected=bool(option.state & flag.State_Selected),
            hovered=bool(option.state & flag.State_MouseOver),
            focused=bool(option.state & flag.State_HasFocus),
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row; its width is that of the list."""
        return QSize(0, HEIGHT)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line with the name, all of it selected."""
        line = QLineEdit(parent)
        line.setObjectName("runName")
        line.setAccessibleName(self.tr("Name of the run"))
        line.setFont(theme.ui_font(12))
        line.setMaxLength(LONGEST_NAME)
        line.inputRejected.connect(self._refuse)
        line.setPlaceholderText(self.tr("Its own name"))
        line.setStyleSheet("padding: 0 5px;")
        row: Row = index.data(ROW)
        line.setText(row.name)
        line.selectAll()
        return line

    def _refuse(self) -> None:
        text = self.tr("A name has at most {0} letters: the rest is left out.")
        self.name_refused.emit(text.format(LONGEST_NAME))

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Leave what is typed: Qt calls this whenever the row changes."""

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Ask for the name that was typed, if it is another."""
        assert isinstance(editor, QLineEdit)
        row: Row = index.data(ROW)
        if editor.text().strip() != row.name:
            model.setData(index, editor.text().strip())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Put the line over the name."""
        editor.setGeometry(name_place(option.rect).adjusted(-6, 0, 0, 2))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Leave clicks and keys to the list: the box is not where Qt would have it."""
        return False
