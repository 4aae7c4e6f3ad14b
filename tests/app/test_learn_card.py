"""The card about one step of learning, without a page around it."""

import numpy as np
import pytest
from fake_session import CountingReaders, a_snapshot
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from app import formatting
from app.formatting import EM_DASH
from app.readers import MOST_LESSONS, Readers
from app.widgets.learn_card import LearnCard
from app.widgets.learn_rate import LearnRate
from bpcore.network import Network
from bpcore.reader import Reader

NETWORK = Network((784, 12, 10), weight_init_std=0.1, dtype=np.float32, seed=1)
IMAGE = np.random.default_rng(0).integers(0, 256, 784).astype(np.uint8)
BEST, SECOND = (int(d) for d in Reader(NETWORK).read(IMAGE).probabilities.argsort()[:-3:-1])


@pytest.fixture
def readers() -> Readers:
    return CountingReaders(shipped=Reader(NETWORK))


@pytest.fixture
def card(qtbot) -> LearnCard:
    card = LearnCard()
    qtbot.addWidget(card)
    card.resize(352, 288)
    card.show()
    return card


def button(card: LearnCard, name: str) -> QAbstractButton:
    found = card.findChild(QAbstractButton, name)
    assert found is not None
    return found


def text(card: LearnCard, name: str) -> str:
    found = card.findChild(QLabel, name)
    assert found is not None
    return found.text()


def rate(card: LearnCard) -> LearnRate:
    found = card.findChild(LearnRate, "learnRate")
    assert found is not None
    return found


# What a step did.


def test_the_digit_that_was_ahead_stands_below_the_label(card, readers) -> None:
    lesson = readers.learn(IMAGE, SECOND, 0.002)
    card.show_readers(readers, IMAGE, SECOND)
    first, other = card.bars.rows
    assert (first.digit, other.digit) == (SECOND, BEST)
    assert first.before == float(lesson.before.probabilities[SECOND])
    assert other.after == float(lesson.after.probabilities[BEST])


def test_where_the_label_was_ahead_the_next_one_stands_below(card, readers) -> None:
    readers.learn(IMAGE, BEST, 0.002)
    card.show_readers(readers, IMAGE, BEST)
    assert [row.digit for row in card.bars.rows] == [BEST, SECOND]


def test_a_lesson_says_at_which_rate_it_was_whatever_the_rate_is_now(card, readers) -> None:
    card.show_readers(readers, IMAGE, 4)
    assert card.subtitle.text() == "one step, label 4"
    readers.learn(IMAGE, 4, card.rate)
    card.show_readers(readers, IMAGE, 4)
    assert card.subtitle.text() == "label 4, rate 0.002"
    rate(card).setValue(0.05)
    assert card.subtitle.text() == "label 4, rate 0.002"


def test_a_step_that_is_refused_leaves_no_numbers_of_the_last_one(card, readers) -> None:
    readers.learn(IMAGE, 4, 0.002)
    card.show_readers(readers, IMAGE, 4)
    assert EM_DASH not in (text(card, "lessonLoss"), text(card, "lessonMoved"))
    card.show_refused()
    assert text(card, "lessonLoss") == text(card, "lessonMoved") == EM_DASH
    assert card.subtitle.text() == "one step, label 4"
    assert [(row.digit, row.after) for row in card.bars.rows] == [(4, None)]
    assert "smaller rate" in card.bars.note


def test_a_screen_reader_hears_what_the_step_did(card, readers) -> None:
    lesson = readers.learn(IMAGE, 4, 0.002)
    card.show_readers(readers, IMAGE, 4)
    before = formatting.share(float(lesson.before.probabilities[4]))
    after = formatting.share(float(lesson.after.probabilities[4]))
    assert f"4: before {before}, after {after}" in card.bars.accessibleDescription()


# Where there is nothing to show.


def enabled(card: LearnCard) -> tuple[bool, bool]:
    return button(card, "learnButton").isEnabled(), button(card, "learnUndoButton").isEnabled()


def test_without_a_drawing_there_is_nothing_to_learn_from(card, readers) -> None:
    card.show_readers(readers, None, None)
    assert enabled(card) == (False, False)
    assert card.bars.rows[0].digit is None
    assert card.bars.note == "Draw a digit, and let the network learn from it."
    assert text(card, "lessonLoss") == text(card, "lessonMoved") == EM_DASH


def test_what_was_learned_can_be_taken_back_without_a_drawing(card, readers) -> None:
    readers.learn(IMAGE, 4, 0.002)
    card.show_readers(readers, None, None)
    assert enabled(card) == (False, True)


def test_an_untrained_network_is_trained_first(card, readers) -> None:
    readers.take_snapshot(a_snapshot(NETWORK, 0))
    readers.choose("run")
    card.show_readers(readers, IMAGE, 4)
    assert enabled(card) == (False, False)
    assert "train it first" in card.bars.note


def test_a_full_copy_says_so(card, readers) -> None:
    for _ in range(MOST_LESSONS):
        readers.learn(IMAGE, 4, 1e-4)
    card.show_readers(readers, IMAGE, 5)
    assert enabled(card) == (False, True)
    assert f"{MOST_LESSONS} steps" in card.bars.note


@pytest.mark.parametrize(
    ("digit", "said"), [(3, "a\N{NO-BREAK SPACE}3"), (8, "an\N{NO-BREAK SPACE}8")]
)
def test_a_sentence_says_what_a_step_will_do(card, readers, digit, said) -> None:
    card.show_readers(readers, IMAGE, digit)
    assert f"so that {said} becomes likelier" in card.bars.note
    assert enabled(card) == (True, False)


# The rate.


def test_the_rate_starts_small_and_stays_in_its_range(card) -> None:
    assert card.rate == 0.002
    assert "overshoots" in rate(card).toolTip()
    for value, held in ((0.9, 0.5), (0.0, 0.0001)):
        rate(card).setValue(value)
        assert card.rate == held


def test_arrows_step_the_rate_by_factors_of_about_two(card) -> None:
    seen = []
    for _ in range(5):
        seen.append(rate(card).text())
        QTest.keyClick(rate(card), Qt.Key.Key_Up)
    assert seen == ["rate 0.002", "rate 0.005", "rate 0.01", "rate 0.02", "rate 0.05"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_whoever_typed_a_rate_is_done_with_return_or_escape(qtbot, card, key) -> None:
    rate(card).setFocus()
    with qtbot.waitSignal(card.rate_done, timeout=1000):
        QTest.keyClick(rate(card), key)


# Corrections.


def corrections(card: LearnCard) -> tuple[tuple[str, bool], ...]:
    buttons = (button(card, "correctButton"), button(card, "handwritingButton"))
    return tuple((each.text(), each.isEnabled()) for each in buttons)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ((None,), (("Keep it", False), ("My handwriting (0)…", False))),
        ((0,), (("Keep it", False), ("My handwriting (0)…", True))),
        ((12, 3), (("Keep as a\N{NO-BREAK SPACE}3", True), ("My handwriting (12)…", True))),
        ((1234, 8), (("Keep as an\N{NO-BREAK SPACE}8", True), ("My handwriting (1,234)…", True))),
        ((13, 3, True), (("Kept as a\N{NO-BREAK SPACE}3", False), ("My handwriting (13)…", True))),
    ],
)
def test_a_correction_is_offered_where_there_is_one(card, arguments, shown) -> None:
    card.show_handwriting(*arguments)
    assert corrections(card) == shown


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("learnButton", "learn_requested"),
        ("learnUndoButton", "undo_requested"),
        ("correctButton", "correct_requested"),
        ("handwritingButton", "handwriting_requested"),
    ],
)
def test_buttons_ask_for_what_they_say(qtbot, card, readers, name, signal) -> None:
    readers.learn(IMAGE, 4, 0.002)
    card.show_readers(readers, IMAGE, 4)
    card.show_handwriting(1, 4)
    with qtbot.waitSignal(getattr(card, signal), timeout=1000):
        QTest.mouseClick(button(card, name), Qt.MouseButton.LeftButton)


def test_every_text_fits_its_button(qapp, card) -> None:
    card.show_handwriting(4999, 8, True)
    qapp.processEvents()
    for name in ("learnButton", "learnUndoButton", "correctButton", "handwritingButton"):
        each = button(card, name)
        assert each.width() >= each.fontMetrics().horizontalAdvance(each.text()) + 20
