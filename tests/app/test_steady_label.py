import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from app.widgets.basics import label


class Layouts(QObject):
    """Counts how often a widget is laid out anew."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def row(qtbot):
    """Return a shown row that holds a steady label and an empty place."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.number = label("10,000", steady=True)
    layout = QHBoxLayout(widget)
    layout.addWidget(widget.number)
    layout.addStretch(1)
    widget.resize(300, 40)
    widget.show()
    qtbot.waitExposed(widget)
    QApplication.processEvents()
    return widget


def picture_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_a_text_that_has_room_moves_nothing(row) -> None:
    row.number.setText("12,345")
    QApplication.processEvents()
    layouts, place = Layouts(row), row.number.geometry()
    for text in ("12,346", "9,999", "12,347"):
        row.number.setText(text)
        QApplication.processEvents()
        assert row.number.text() == text
    assert (layouts.count, row.number.geometry()) == (0, place)


@pytest.mark.parametrize("text", ["1,234,567,890", "1"])
def test_a_text_that_needs_more_room_or_far_less_gets_it(row, text: str) -> None:
    row.number.setText("10,001")
    QApplication.processEvents()
    width = row.number.width()
    row.number.setText(text)
    QApplication.processEvents()
    assert (row.number.width() > width) == (len(text) > 6)
    assert row.number.width() != width


def test_what_is_painted_is_the_text_of_the_moment(row, qtbot) -> None:
    seen = []
    for text in ("888,888", "1,111", "888,888"):
        row.number.setText(text)
        QApplication.processEvents()
        seen.append(picture_of(row.number).copy(0, 0, 24, 16))
    assert seen[0] == seen[2] != seen[1]


def test_a_screen_reader_is_told_the_text_of_the_moment(row) -> None:
    row.number.setText("12,345")
    row.number.setText("12,346")
    assert row.number.accessibleDescription() == "12,346"
