import numpy as np
import pictures
import pytest
from explained import digit, explained, network, with_gradient
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from why_cards import (
    LEFT,
    NARROW,
    WIDE,
    child,
    click,
    explain,
    label_button,
    make,
    remark,
    texts,
    the_map,
    units,
)

from app import formatting, theme
from app.formatting import EM_DASH
from app.settings import Settings
from app.widgets.label_row import LabelButton
from app.widgets.saliency_painter import SIDE
from app.widgets.why_card import WhyCard


@pytest.fixture
def card(qtbot) -> WhyCard:
    card = make(qtbot)
    explain(card)
    return card


# The label


def test_until_one_is_picked_the_label_is_what_the_network_reads(qtbot, card) -> None:
    with qtbot.assertNotEmitted(card.label_chosen):
        card.follow_reading(5)
    assert card.label == 5
    assert [b.isChecked() for b in card.findChildren(LabelButton)] == [d == 5 for d in range(10)]
    assert remark(card) == "as the network reads it"
    card.follow_reading(None)
    assert card.label is None
    assert remark(card) == ""


def test_a_picked_label_stays_whatever_the_network_reads(qtbot, card) -> None:
    with qtbot.waitSignal(card.label_chosen) as blocker:
        click(card, "labelButton7")
    assert blocker.args == [7]
    assert card.picked
    for reading in (5, None):
        card.follow_reading(reading)
        assert card.label == 7
    assert label_button(card, 7).isChecked()
    assert remark(card) == "press again to release"


def by_a_click(card) -> None:
    click(card, "labelButton7")


def by_the_key_of_the_page(card) -> None:
    card.choose_label(7)


def by_escape(card) -> None:
    QTest.keyClick(label_button(card, 7), Qt.Key.Key_Escape)


@pytest.mark.parametrize("release", [by_a_click, by_the_key_of_the_page, by_escape])
@pytest.mark.parametrize("reading", [5, 7, None])
def test_a_picked_label_can_be_released(qtbot, card, release, reading) -> None:
    card.follow_reading(reading)
    click(card, "labelButton7")
    assert card.label == 7
    assert card.picked
    with qtbot.waitSignal(card.label_chosen) as blocker:
        release(card)
    assert blocker.args == [reading]
    assert card.label == reading
    assert not card.picked
    assert remark(card) == ("" if reading is None else "as the network reads it")


def test_without_a_picked_label_escape_is_left_to_others(qtbot, card) -> None:
    with qtbot.assertNotEmitted(card.label_chosen):
        by_escape(card)
    assert card.label == 3


def test_what_the_network_reads_can_be_picked_too(qtbot, card) -> None:
    with qtbot.waitSignal(card.label_chosen):
        click(card, "labelButton3")
    card.follow_reading(5)
    assert card.label == 3


def test_a_forgotten_label_leaves_the_choice_to_the_network(qtbot, card) -> None:
    click(card, "labelButton7")
    with qtbot.assertNotEmitted(card.label_chosen):
        card.recall_label(None)
    assert card.label is None
    assert not any(button.isChecked() for button in card.findChildren(LabelButton))
    card.follow_reading(5)
    assert card.label == 5


def test_a_key_of_the_page_picks_a_label_as_a_click_does(qtbot, card) -> None:
    with qtbot.waitSignal(card.label_chosen) as blocker:
        card.choose_label(0)
    assert blocker.args == [0]
    assert card.picked


def test_left_and_right_pick_the_next_label(qtbot, card) -> None:
    qtbot.waitUntil(card.isActiveWindow)
    label_button(card, 3).setFocus()
    with qtbot.waitSignal(card.label_chosen) as blocker:
        QTest.keyClick(label_button(card, 3), Qt.Key.Key_Right)
    assert blocker.args == [4]
    assert label_button(card, 4).hasFocus()


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_the_chosen_button_alone_has_the_accent(qapp, card, colors) -> None:
    theme.apply(qapp, colors)
    for number in range(10):
        image = label_button(card, number).grab().toImage()
        inside = image.pixelColor(6, image.height() // 2).name().upper()
        assert inside == (colors.accent_bg if number == 3 else colors.surface_2)


# The numbers


def test_the_numbers_are_those_of_the_engine(card) -> None:
    found = explained()
    row, column = divmod(int(np.abs(found.gradient).argmax()), SIDE)
    pixel = row * SIDE + column
    assert texts(card) == (
        f"Pixel ({row}, {column})",
        "the strongest",
        formatting.signed(float(found.gradient[pixel])),
        formatting.unsigned(digit()[pixel] / 255, 2),
        formatting.loss(found.loss),
    )


def test_the_numbers_follow_the_pointer(card) -> None:
    view = the_map(card)
    QTest.mouseMove(view, view.position(14, 13).toPoint())
    value = float(explained().gradient[14 * SIDE + 13])
    assert texts(card)[:3] == ("Pixel (14, 13)", "", formatting.signed(value))
    QTest.mouseClick(view, LEFT, pos=view.position(14, 13).toPoint())
    QTest.mouseMove(view, QPoint(0, 1))  # on the border
    assert texts(card)[:2] == ("Pixel (14, 13)", "pinned")


def test_another_label_brings_its_own_loss(card) -> None:
    click(card, "labelButton8")
    explain(card)
    assert texts(card)[4] == formatting.loss(explained(8).loss)
    assert units(card).sides[0].heading == "Speak for 8"


def test_nothing_to_explain_is_em_dashes_and_a_sentence(card) -> None:
    card.show_saliency(None, digit(), "Once it is being trained, it explains what it reads.")
    assert texts(card) == (f"Pixel {EM_DASH}", "", EM_DASH, EM_DASH, EM_DASH)
    assert the_map(card).message == "Once it is being trained, it explains what it reads."
    assert units(card).sides == ()
    card.show_saliency(None, None)
    assert the_map(card).message == "Draw a digit to see what its pixels do."


def test_numbers_out_of_range_are_not_shown(card) -> None:
    gradient = explained().gradient.copy()
    gradient[5] = np.nan
    card.show_saliency(with_gradient(gradient), digit())
    assert the_map(card).message == "This network no longer computes finite numbers."
    assert texts(card)[4] == EM_DASH


def test_where_no_pixel_counts_the_gradient_is_an_exact_zero(card) -> None:
    card.show_saliency(with_gradient(np.zeros(784, np.float32)), digit())
    assert texts(card)[:3] == ("No pixel changes L", "", "0")
    assert texts(card)[4] == formatting.loss(explained().loss)


# For everybody


def test_the_drawing_can_be_followed_once_there_is_one(qtbot, card) -> None:
    assert not child(card, QAbstractButton, "followButton").isEnabled()
    card.set_can_follow(True)
    with qtbot.waitSignal(card.follow_requested):
        click(card, "followButton")


def test_every_button_says_what_it_does(card) -> None:
    for number in range(10):
        name = f"If the right answer were {number}"
        assert label_button(card, number).accessibleName() == name
        assert label_button(card, number).toolTip() == name
    for button in card.findChildren(QAbstractButton):
        assert button.objectName()
        assert button.accessibleName()


def test_tab_goes_from_the_label_to_the_map_and_on(qtbot, card) -> None:
    card.set_can_follow(True)
    qtbot.waitUntil(card.isActiveWindow)
    label_button(card, 3).setFocus()
    stops = []
    for _ in range(2):
        QTest.keyClick(card.focusWidget(), Qt.Key.Key_Tab)
        stops.append(card.focusWidget().objectName())
    assert stops == ["saliencyView", "followButton"]


@pytest.mark.parametrize(
    ("name", "size", "view", "colors"),
    [
        ("why_dark", NARROW, "pixels", theme.DARK),
        ("why_light", (376, 568), "pixels", theme.LIGHT),
        ("why_units_dark", (376, 568), "units", theme.DARK),
        ("why_units_light", NARROW, "units", theme.LIGHT),
        ("why_wide_dark", WIDE, "pixels", theme.DARK),
        ("why_nothing_light", NARROW, "pixels", theme.LIGHT),
    ],
)
def test_the_picture_is_the_approved_one(qapp, qtbot, name, size, view, colors) -> None:
    Settings().why_view = view
    theme.apply(qapp, colors)
    card = make(qtbot, size)
    if name != "why_nothing_light":
        explain(card)
        card.set_can_follow(True)
    qtbot.waitUntil(card.isActiveWindow)
    focused = card.focusWidget()
    if focused is not None:
        focused.clearFocus()
    pictures.check(card.grab().toImage(), name)


def test_the_example_is_read_as_what_it_is() -> None:
    assert int(network().predict(digit() / 255).argmax()) == 3
