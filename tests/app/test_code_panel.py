from pathlib import Path

import numpy as np
import pytest
from passes import a_pass
from pictures import pixels
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import bpcore.layers
from app import theme
from app.widgets.code_panel import LINE, CodeCard, _Gutter, marks


@pytest.fixture
def card(qtbot):
    card = CodeCard()
    qtbot.addWidget(card)
    card.resize(336, 250)
    card.show()
    return card


def code_at(position):
    return a_pass().steps[position - 1].code


def test_it_shows_the_source_of_the_method_that_ran(card):
    card.show_code(code_at(9))
    text = card.view.toPlainText()
    assert text.startswith("def backward(self, dout: Array) -> Array:")
    assert text == "\n".join(code_at(9).lines)
    assert card.subtitle.text() == "layers.py · Relu"


def test_the_running_line_is_the_one_in_the_file(card):
    card.show_code(code_at(9))
    source = Path(bpcore.layers.__file__).read_text("utf-8").splitlines()
    assert source[card.view.running_line - 1].strip() == "dx = dout * ~self.mask"


def test_the_running_line_is_banded_from_border_to_border(card):
    card.show_code(code_at(9))
    image = card.view.grab().toImage()
    y = card.view.line_rect(code_at(9).running).center().y()
    band = QColor(theme.DARK.accent_bg)
    assert image.pixelColor(1, y) == QColor(theme.DARK.accent)
    assert image.pixelColor(8, y) == band
    assert image.pixelColor(image.width() - 2, y) == band
    assert image.pixelColor(image.width() - 2, y + 2 * LINE) != band


def test_the_running_line_is_bold_and_the_others_are_not(card):
    card.show_code(code_at(9))
    document = card.view.document()
    weights = []
    for n in range(document.blockCount()):
        piece = document.findBlockByNumber(n).begin()
        weights.append(piece.fragment().charFormat().fontWeight())
    running = code_at(9).running
    assert weights[running] == QFont.Weight.DemiBold.value
    assert weights[running + 1] < QFont.Weight.DemiBold.value


def test_no_line_is_marked_before_the_first_step(card):
    card.show_code(code_at(1), running=False)
    shown = pixels(card.view.grab().toImage())
    band = QColor(theme.DARK.accent_bg).getRgb()[:3]
    assert not (shown == np.array(band)).all(axis=2).any()


def test_the_running_line_scrolls_into_view(card):
    card.resize(336, 140)
    card.show_code(code_at(12))
    rect = card.view.line_rect(code_at(12).running)
    assert rect.top() >= 0
    assert rect.bottom() <= card.view.viewport().height()
    assert card.view.verticalScrollBar().value() % LINE == 0


def test_the_code_can_be_copied_and_not_changed(card):
    card.show_code(code_at(9))
    view = card.view
    view.setFocus()
    QTest.keyClicks(view, "x")
    assert view.toPlainText() == "\n".join(code_at(9).lines)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "\n".join(code_at(9).lines)


def test_operators_are_not_joined_into_one_sign(card):
    font = card.view.font()
    assert font.featureValue(QFont.Tag("calt")) == 0
    assert font.featureValue(QFont.Tag("liga")) == 0


def test_it_takes_the_colours_of_another_theme(card, qapp):
    card.show_code(code_at(9))
    theme.apply(qapp, theme.LIGHT)
    image = card.view.grab().toImage()
    y = card.view.line_rect(code_at(9).running).center().y()
    assert image.pixelColor(8, y) == QColor(theme.LIGHT.accent_bg)


def test_nothing_is_shown_of_nothing(card):
    card.show_code(code_at(9))
    card.show_code(None)
    assert card.view.toPlainText() == ""
    assert card.view.running_line is None


def test_keywords_self_and_docstrings_are_told_apart():
    lines = ("def f(self):", '    """Say', '    it."""', "    return None  # done")
    found = {(m.line, lines[m.line][m.start : m.end], m.kind) for m in marks(lines)}
    assert (0, "def", "keyword") in found
    assert (0, "self", "faded") in found
    assert (1, '"""Say', "remark") in found
    assert (2, '    it."""', "remark") in found
    assert (3, "return", "keyword") in found
    assert (3, "# done", "remark") in found


def test_code_that_is_not_whole_is_no_error():
    assert marks(("def f(", "    x = '''"))


class PaintWatch(QObject):
    """Tells of every paint of a widget."""

    painted = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted.emit()
        return False


def test_other_code_brings_its_own_line_numbers_onto_the_screen(qtbot, card):
    # A picture taken anew would hide it: what counts is that the numbers are painted again.
    card.show_code(code_at(9))
    qtbot.waitExposed(card)
    QApplication.processEvents()
    watch = PaintWatch(card.view.findChild(_Gutter))
    with qtbot.waitSignal(watch.painted):
        card.show_code(code_at(3))
