"""The iteration and its total, as they are painted."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.widgets.iteration_field import IterationField


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_another_total_is_painted_though_the_iteration_stays(qtbot) -> None:
    field = IterationField()
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
    field.show_iteration(0, 10_000)
    QApplication.processEvents()
    paints = Paints(field._text)
    field.show_iteration(0, 2_000)
    QApplication.processEvents()
    assert paints.count == 1
    assert (field._text.text(), field._text.total) == ("Iteration 0", "of 2,000")
    field.show_iteration(0, 2_000)
    QApplication.processEvents()
    assert paints.count == 1
