"""Which digit goes through the network: a test or training example by its index, or the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from app import theme
from app.session import Example, Session
from app.widgets.basics import IconButton, Segments

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

HEIGHT = 28


class IndexBox(QSpinBox):
    """A number that gives the focus back once it is entered."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Enter after the number has been taken."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()


class ExampleChooser(QWidget):
    """Chooses an Example of the session.

    ``changed`` tells of another example; ``nothing_found`` of a search without a mistake.
    """

    changed = Signal()
    nothing_found = Signal()
    entered = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._searched = ""
        self._label_chosen = False
        self._index = {"test": 0, "train": 0}
        self._source = Segments(
            "exampleSource",
            [
                ("test", self.tr("Test")),
                ("train", self.tr("Training")),
                ("drawing", self.tr("Drawing")),
            ],
            "test",
            title=self.tr("Where the digit is from"),
            height=HEIGHT,
        )
        self._source.setToolTip(self.tr("Where the digit is from"))
        self._source.setMinimumWidth(184)
        self._source.setMaximumWidth(204)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_index())
        self._stack.addWidget(self._build_label())
        self._stack.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._source)
        row.addWidget(self._stack)
        self._connect()
        self._take_data()
        self._take_drawing()

    def _build_index(self) -> QWidget:
        self._number = IndexBox()
        self._number.setObjectName("exampleIndex")
        self._number.setAccessibleName(self.tr("Index of the example"))
        self._number.setToolTip(self.tr("Index of the example"))
        self._number.setFont(theme.mono_font(12))
        self._number.setFixedSize(84, HEIGHT)
        self._number.setWrapping(True)
        self._number.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
        self._number.lineEdit().setTextMargins(7, 0, 0, 0)
        self._previous = IconButton(
            "step-back", self.tr("Previous example"), "examplePrevious", size=HEIGHT
        )
        self._next = IconButton("step-forward", self.tr("Next example"), "exampleNext", size=HEIGHT)
        self._mistake = IconButton(
            "mistake",
            self.tr("Next example that the network reads wrongly"),
            "exampleNextMistake",
            size=HEIGHT,
        )
        for button in (self._previous, self._next, self._mistake):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return _row(self._number, self._previous, self._next, self._mistake)

    def _build_label(self) -> QWidget:
        self._label = QComboBox()
        self._label.setObjectName("drawingLabel")
        text = self.tr("The digit that was meant")
        self._label.setAccessibleName(text)
        self._label.setToolTip(text)
        self._label.addItems([self.tr("meant as {0}").format(digit) for digit in range(10)])
        self._label.setFixedHeight(HEIGHT)
        return _row(self._label)

    def _connect(self) -> None:
        self._source.chosen.connect(self._source_chosen)
        self._number.valueChanged.connect(self._index_chosen)
        self._number.entered.connect(self.entered)
        self._previous.clicked.connect(self._number.stepDown)
        self._next.clicked.connect(self._number.stepUp)
        self._mistake.clicked.connect(self._search)
        self._label.activated.connect(self._label_activated)
        self._session.data_changed.connect(self._take_data)
        self._session.drawing_changed.connect(self._take_drawing)
        self._session.mistake_found.connect(self._mistake_found)

    @property
    def source(self) -> str:
        """``"test"``, ``"train"`` or ``"drawing"``."""
        return self._source.value

    def example(self) -> Example | None:
        """Return the example chosen; None while there is none."""
        if self.source != "drawing":
            return self._session.example(self.source, self._number.value())
        image = self._session.drawing
        if image is None:
            return None
        prediction = None if self._label_chosen else self._session.predict(image)
        if prediction is not None:
            self._label.setCurrentIndex(prediction.digit)
        return Example("drawing", None, image, self._label.currentIndex())

    def choose(self, source: str, index: int | None = None) -> None:
        """Choose another example; ``changed`` follows if it is another."""
        if source == "drawing" and self._session.drawing is None:
            return
        if index is not None:
            self._index[source] = index
        if source != self.source:
            self._source.set_value(source)
        elif index is not None:
            self._number.setValue(index)

    def _source_chosen(self, source: str) -> None:
        self._show_source(source)
        self.changed.emit()

    def _show_source(self, source: str) -> None:
        self._stack.setCurrentIndex(source == "drawing")
        if source == "drawing":
            return
        size = self._session.size(source)
        self._number.blockSignals(True)
        self._number.setRange(0, max(size - 1, 0))
        self._number.setValue(self._index[source])
        self._number.blockSignals(False)
        for widget in (self._number, self._previous, self._next, self._mistake):
            widget.setEnabled(size > 0)

    def _index_chosen(self, index: int) -> None:
        self._index[self.source] = index
        self.changed.emit()

    def _label_activated(self, _index: int) -> None:
        self._label_chosen = True
        self.changed.emit()

    def _take_data(self) -> None:
        there = self._session.size("test") > 0
        for source in ("test", "train"):
            self._button(source).setEnabled(there)
        self._show_source(self.source)
        self.changed.emit()

    def _take_drawing(self) -> None:
        self._label_chosen = False
        there = self._session.drawing is not None
        button = self._button("drawing")
        button.setEnabled(there)
        button.setToolTip("" if there else self.tr("Nothing is drawn yet"))
        if self.source == "drawing":
            if there:
                self.changed.emit()
            else:
                self._source.set_value("test")

    def _button(self, source: str) -> QPushButton:
        button = self._source.findChild(QPushButton, f"exampleSource_{source}")
        assert isinstance(button, QPushButton)
        return button

    def _search(self) -> None:
        self._searched = self.source
        self._mistake.setEnabled(False)
        self._session.find_mistake(self.source, self._number.value())

    def _mistake_found(self, example: Example | None) -> None:
        searched, self._searched = self._searched, ""
        if not searched:
            return
        self._mistake.setEnabled(True)
        if searched != self.source:
            return
        if example is None:
            self.nothing_found.emit()
        elif example.index is not None:
            self.choose(example.source, example.index)


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
