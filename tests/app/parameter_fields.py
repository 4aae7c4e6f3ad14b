"""The column of parameters, as a person sees and uses it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QScrollArea,
    QWidget,
)

from app.widgets.parameters import ParameterFields
from bpcore.config import TrainingConfig

BOOK = TrainingConfig()


def shown(qtbot, config: TrainingConfig) -> ParameterFields:
    fields = ParameterFields(config, 1000.0)
    qtbot.addWidget(fields)
    fields.resize(224, 900)
    fields.show()
    return fields


def scrolled(qtbot, fields: ParameterFields, height: int) -> QScrollArea:
    """Put the column where it stands in the window."""
    scroll = QScrollArea()
    scroll.setObjectName("pages")
    scroll.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidgetResizable(True)
    scroll.setWidget(fields)
    qtbot.addWidget(scroll)
    scroll.resize(223, height)
    scroll.show()
    QApplication.processEvents()  # what needs its height asked for by width has it only now
    if fields.focusWidget() is not None:
        fields.focusWidget().clearFocus()
    return scroll


def box(fields: QWidget, name: str) -> QAbstractSpinBox:
    return fields.findChild(QAbstractSpinBox, name)


def text_of(fields: QWidget, name: str) -> str:
    return fields.findChild(QLabel, name).text()


def choose(fields: QWidget, name: str, value: str) -> None:
    combo = fields.findChild(QComboBox, name)
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def type_into(qtbot, field: QAbstractSpinBox, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
