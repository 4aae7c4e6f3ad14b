from dataclasses import replace

import numpy as np
import pytest
from explained import digit, explained
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from why_cards import WIDE, child, click, explain, label_button, make, texts, the_map, units

from app import formatting, theme
from app.settings import Settings
from app.widgets.saliency_painter import SIDE
from app.widgets.unit_voices import HEADING, UnitVoices
from app.widgets.unit_voices import plan_for as voices_plan_for
from app.widgets.why_card import WhyCard
from app.widgets.why_layout import LEAST_CELL, plan_for
from bpcore.network import TwoLayerNet
from bpcore.saliency import saliency


@pytest.fixture
def card(qtbot) -> WhyCard:
    card = make(qtbot)
    explain(card)
    return card


# The units


def test_the_units_are_those_of_the_engine(card) -> None:
    found, (speak, against) = explained(), units(card).sides
    for side, voices in ((speak, found.speaking_for), (against, found.against)):
        assert side.voices == voices
        assert side.rest == ""
        assert side.rows == tuple(
            (
                f"unit {voice.unit}",
                formatting.signed(voice.share, 2),
                f"output {formatting.unsigned(voice.output, 2)}",
            )
            for voice in voices
        )
    assert units(card).limit == max(
        float(np.abs(voice.weights).max()) for voice in (*found.speaking_for, *found.against)
    )


def test_fewer_than_three_units_are_said_to_be_all(card) -> None:
    found = replace(explained(), speaking_for=explained().speaking_for[:2], against=())
    card.show_saliency(found, digit())
    speak, against = units(card).sides
    assert len(speak.rows) == 2
    assert speak.rest == "No other unit speaks for it."
    assert (against.rows, against.rest) == ((), "No unit speaks against 3.")
    said = units(card).accessibleDescription()
    assert "No other unit speaks for it." in said
    assert formatting.signed(found.speaking_for[0].share, 2) in said


def test_a_units_picture_is_its_weights(qtbot) -> None:
    view = UnitVoices()
    qtbot.addWidget(view)
    view.resize(342, 360)
    view.show_saliency(explained())
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    tile = rows[:, : 3 * image.width()].reshape(image.height(), -1, 3)[25 : 25 + 84, 1 : 1 + 84]
    weights = explained().speaking_for[0].weights.reshape(SIDE, SIDE)
    colors = theme.diverging_pixels(weights, view.limit, theme.DARK)
    assert np.array_equal(tile, colors.repeat(3, axis=0).repeat(3, axis=1))


def test_a_network_whose_units_are_all_silent_still_has_a_picture(qtbot, card) -> None:
    silent = TwoLayerNet(784, 4, 10, seed=1)
    silent.params["b1"] = [-9] * 4
    card.show_saliency(saliency(silent, digit(), 3), digit())
    click(card, "whyView_units")
    assert units(card).limit is None
    assert "No unit speaks for 3." in units(card).accessibleDescription()
    assert not card.grab().isNull()
    assert texts(card)[0] == "No pixel changes L"


# Room


def test_a_narrow_card_shows_pixels_or_units(card) -> None:
    assert the_map(card).isVisible()
    assert not units(card).isVisible()
    click(card, "whyView_units")
    assert not the_map(card).isVisible()
    assert units(card).isVisible()
    assert card.title.text() == "Which units speak for it?"
    assert label_button(card, 3).isVisible()


def test_what_a_narrow_card_shows_is_remembered(qtbot, card) -> None:
    click(card, "whyView_units")
    again = make(qtbot)
    assert again.view == "units"
    assert units(again).isVisible()


def test_a_setting_that_makes_no_sense_counts_as_absent() -> None:
    settings = Settings()
    settings.why_view = "nonsense"
    assert settings.why_view == "pixels"


def test_a_wide_card_shows_both(qtbot, card) -> None:
    click(card, "whyView_units")
    card.resize(*WIDE)
    qtbot.waitUntil(lambda: the_map(card).isVisible())
    assert units(card).isVisible()
    assert not child(card, QWidget, "whyView").isVisible()
    assert card.title.text() == "Which pixels raise the loss?"


@given(width=st.integers(284, 1600), height=st.integers(400, 1400), in_units=st.booleans())
def test_nothing_overlaps_or_leaves_the_card(width: int, height: int, in_units: bool) -> None:
    plan = plan_for(width, height, in_units)
    parts = [plan.labels, plan.rule, plan.readout, plan.button]
    parts += [plan.map, plan.legend] if plan.both or not in_units else []
    parts += [plan.voices] if plan.both or in_units else []
    room = QRect(0, 0, width, height)
    for number, part in enumerate(parts):
        assert room.contains(part)
        assert not any(part.intersects(other) for other in parts[:number])
    assert plan.map.width() == plan.map.height()
    assert (plan.map.width() - 2) % SIDE == 0
    if plan.both or in_units:
        list_plan = voices_plan_for(plan.voices.width(), plan.voices.height())
        assert list_plan.width <= plan.voices.width()
        assert list_plan.height <= plan.voices.height()
    if plan.both and height > 480:
        assert plan.map.width() >= LEAST_CELL * SIDE


TALL = (562, 848)


def test_a_tall_card_has_the_units_under_a_map_that_is_larger_so(qtbot, card) -> None:
    card.resize(*TALL)
    qtbot.waitUntil(lambda: the_map(card).isVisible() and units(card).isVisible())
    assert units(card).y() > the_map(card).geometry().bottom()
    assert the_map(card).square().width() >= 14 * SIDE
    body = units(card).parentWidget()
    assert units(card).width() == body.width()
    follow = child(card, QWidget, "followButton")
    assert 0 < follow.y() - units(card).geometry().bottom() < 16


@pytest.mark.parametrize("fewer", [0, 1, 2, 3])
def test_units_in_rows_stand_under_their_headings_with_their_words(qtbot, card, fewer) -> None:
    card.resize(*TALL)
    found = explained(3)
    kept = slice(0, 3 - fewer)
    found = replace(found, speaking_for=found.speaking_for[kept], against=found.against[kept])
    card.show_saliency(found, digit())
    voices = units(card)
    qtbot.waitUntil(voices.isVisible)
    plan = voices_plan_for(voices.width(), voices.height())
    assert plan.flat
    image = voices.grab().toImage()
    background = image.pixelColor(voices.width() - 1, 0)

    def is_empty(rect: QRect) -> bool:
        rows, columns = range(rect.top(), rect.bottom(), 2), range(rect.left(), rect.right(), 2)
        return all(image.pixelColor(x, y) == background for x in columns for y in rows)

    for number in (0, 1):
        area = plan.list_rect(number, voices.width(), 0).toRect()
        column = area.width() // 3
        for i in range(3):
            words = QRect(area.left() + i * column, HEADING + plan.tile + 6, column - 4, 50)
            assert is_empty(words) == (i >= 3 - fewer)


@pytest.mark.parametrize(
    ("size", "cell"), [((376, 568), 11), ((376, 648), 12), ((376, 496), 8), ((700, 850), 17)]
)
def test_the_map_is_as_large_as_the_card_allows(qtbot, size, cell: int) -> None:
    assert the_map(make(qtbot, size)).square().width() == cell * SIDE
