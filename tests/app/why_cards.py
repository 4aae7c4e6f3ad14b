"""A card that explains, as a test makes and reads it."""

from explained import digit, explained
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from app.widgets.label_row import LabelButton
from app.widgets.saliency_readout import PixelReadout
from app.widgets.saliency_view import SaliencyView
from app.widgets.unit_voices import UnitVoices
from app.widgets.why_card import WhyCard

LEFT = Qt.MouseButton.LeftButton
NARROW, WIDE = (376, 648), (700, 850)


def make(qtbot, size: tuple[int, int] = NARROW) -> WhyCard:
    card = WhyCard()
    qtbot.addWidget(card)
    card.resize(*size)
    card.show()
    return card


def explain(card: WhyCard, label: int = 3) -> None:
    card.follow_reading(label)
    card.show_saliency(explained(card.label), digit())


def child(card: WhyCard, kind: type, name: str):
    found = card.findChild(kind, name)
    assert found is not None, name
    return found


def label_button(card: WhyCard, digit: int) -> LabelButton:
    return child(card, LabelButton, f"labelButton{digit}")


def click(card: WhyCard, name: str) -> None:
    QTest.mouseClick(child(card, QAbstractButton, name), LEFT)


def texts(card: WhyCard) -> tuple[str, ...]:
    return child(card, PixelReadout, "pixelReadout").texts


def the_map(card: WhyCard) -> SaliencyView:
    return child(card, SaliencyView, "saliencyView")


def units(card: WhyCard) -> UnitVoices:
    return child(card, UnitVoices, "unitVoices")


def remark(card: WhyCard) -> str:
    return child(card, QLabel, "labelRemark").text()
