"""The box that names the guilty layer."""

import itertools

import numpy as np
import pictures
import pytest
from bug_findings import all_right, hearing, mask_forgotten, on_card, verdict
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from app import theme
from app.formatting import scientific
from app.widgets.bug_verdict import BugVerdict
from app.widgets.verdict_words import Link
from bpcore.bugs import broken, bug_of
from bpcore.network import Network
from bpcore.steps import result_of
from bpcore.suspects import find_guilty

THEMES = [theme.DARK, theme.LIGHT]
FORGOTTEN, HARMLESS = bug_of("mask_forgotten"), bug_of("open_at_zero")


@pytest.fixture
def box(qtbot) -> BugVerdict:
    made = BugVerdict()
    on_card(qtbot, made, 320, 182)
    return made


def overwritten():
    right = (("da1", 2.5e-9, False), ("dz1", 1e-9, False))
    return verdict(
        hearing("SoftmaxWithLoss", None, ("dz2", 1.4e-10, False)),
        hearing("Affine2", ("dz2", 1.4e-10, False), right[0]),
        hearing("Relu1", *right, overwrote=True),
        hearing("Affine1", right[1], ("dW1", 4e-10, False)),
    )


def wrong_loss():
    return verdict(
        hearing("SoftmaxWithLoss", None, ("dz2", 0.14, True)),
        hearing("Affine2", ("dz2", 0.14, True), ("da1", 0.25, True)),
        hearing("Relu1", ("da1", 0.25, True), ("dz1", 0.1, True)),
        hearing("Affine1", ("dz1", 0.1, True), ("dW1", 0.4, True)),
    )


# What is said


def test_the_guilty_layer_gets_right_and_gives_wrong(box) -> None:
    box.show_verdict(mask_forgotten(), bug=FORGOTTEN)
    assert box.words.mood == "guilty"
    assert box.accessibleDescription().splitlines() == [
        "Guilty layer",
        "Relu1.backward",
        "da1 agrees going in, 2.5e-09 ✓",
        "dz1 differs coming out, 1.2e-03 ✗",
        "So the fault is inside Relu1.",
        "Affine1 ← Relu1 ← Affine2 ← Loss",
    ]


def test_what_the_guilty_layer_has_spoilt_is_told_from_what_is_still_right(box) -> None:
    box.show_verdict(mask_forgotten(), bug=FORGOTTEN)
    assert box.words.chain == (
        Link("Affine1", gets_wrong=True),
        Link("Relu1", is_guilty=True),
        Link("Affine2"),
        Link("Loss"),
    )


def test_nothing_goes_into_the_loss(box) -> None:
    box.show_verdict(wrong_loss(), bug=bug_of("softmax_over_batch"))
    spoken = box.accessibleDescription().splitlines()
    assert spoken[1:4] == [
        "SoftmaxWithLoss",
        "It is the loss: nothing goes in.",
        "dz2 differs coming out, 1.4e-01 ✗",
    ]
    assert spoken[4] == "Its backward is not the gradient of its loss."


def test_what_is_found_is_the_same_whichever_bug_is_on(box) -> None:
    for make, keys in (
        (wrong_loss, ("softmax_over_batch", "sign_swapped", "count_forgotten")),
        (mask_forgotten, ("mask_forgotten", "softmax_over_batch")),
    ):
        said = set()
        for key in keys:
            box.show_verdict(make(), bug=bug_of(key))
            said.add(box.accessibleDescription())
        assert len(said) == 1


def test_only_what_differs_of_a_layer_that_gives_three_gradients_is_shown(box) -> None:
    outs = (("da1", 1e-9, False), ("dW2", 2e-9, False), ("db2", 0.02, True))
    found = verdict(hearing("Affine2", ("dz2", 1e-10, False), *outs))
    box.show_verdict(found, bug=bug_of("mean_for_db"))
    assert [line.spoken for line in box.words.lines] == [
        "dz2 agrees going in, 1.0e-10 ✓",
        "db2 differs coming out, 2.0e-02 ✗",
    ]


def test_a_layer_that_overwrote_what_it_got_is_told_so(box) -> None:
    box.show_verdict(overwritten(), bug=bug_of("dout_overwritten"))
    assert [line.spoken for line in box.words.lines] == [
        "da1 agrees going in, 2.5e-09 ✓",
        "dz1 agrees coming out, 1.0e-09 ✓",
        "da1 was overwritten by the layer. ✗",
    ]


def test_without_a_guilty_layer_it_says_why(box) -> None:
    said = []
    for bug in (None, FORGOTTEN, HARMLESS):
        box.show_verdict(all_right(), bug=bug)
        assert box.words.mood == "clean"
        assert box.words.headline == "All layers agree"
        said.append(box.words.sentence)
    assert "harmless" in said[2]
    assert "batch" in said[1]
    assert len(set(said)) == 3


def test_before_anything_is_known_it_says_what_to_do(box) -> None:
    said = []
    for bug, busy in ((None, False), (FORGOTTEN, False), (FORGOTTEN, True)):
        box.show_verdict(None, bug=bug, busy=busy)
        assert box.words.mood == "blank"
        said.append(box.accessibleDescription())
    assert len(set(said)) == 3
    box.show_verdict(mask_forgotten(), bug=FORGOTTEN, busy=True)
    assert box.words.mood == "blank", "while it looks, what it found before is not shown"


@pytest.mark.parametrize("key", ["mask_inverted", "sign_swapped", "first_row_for_db"])
def test_names_and_numbers_are_those_of_the_engine(box, key: str) -> None:
    rng = np.random.default_rng(5)
    network = Network([8, 6, 4], weight_init_std=0.5, seed=2)
    x, t, bug = rng.normal(size=(5, 8)), np.array([0, 1, 2, 3, 1]), bug_of(key)
    found = result_of(find_guilty(broken(network, bug), x, t))
    box.show_verdict(found, bug=bug)
    guilty = found.guilty
    is_loss = guilty.layer == "SoftmaxWithLoss"
    assert box.words.headline == guilty.layer + ("" if is_loss else ".backward")
    wrong = [each for each in guilty.coming_out if each.differs]
    shown = [line for line in box.words.lines if line.agrees is False]
    assert [line.name for line in shown] == [each.name for each in wrong]
    numbers = [scientific(each.mean_absolute_difference) for each in wrong]
    assert [line.number for line in shown] == numbers
    if guilty.going_in is not None:
        number = scientific(guilty.going_in.mean_absolute_difference)
        assert (box.words.lines[0].number, box.words.lines[0].agrees) == (number, True)
    layers = [*network.layers, "Loss"]
    assert [link.name for link in box.words.chain] == layers


def test_whoever_points_at_a_line_is_told_of_how_many_elements_it_is(box) -> None:
    box.show_verdict(mask_forgotten(), bug=FORGOTTEN)
    at = box.line_rect(1).center().toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, at, box.mapToGlobal(at))
    QApplication.sendEvent(box, event)
    assert QToolTip.text() == box.words.lines[1].tip
    assert "150 elements, 2 at a kink" in box.words.lines[1].tip
    away = QPoint(2, 2)
    QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, away, box.mapToGlobal(away)))


def test_a_gradient_that_is_all_kinks_has_a_dash_for_its_number(box) -> None:
    found = verdict(hearing("Relu1", ("da1", float("nan"), False), ("dz1", 0.1, True)))
    box.show_verdict(found, bug=FORGOTTEN)
    assert box.words.lines[0].number == "—"


# Where things are


@pytest.mark.parametrize("make", [mask_forgotten, overwritten, wrong_loss, all_right])
def test_nothing_overlaps_in_the_room_it_asks_for(box, make) -> None:
    box.show_verdict(make(), bug=HARMLESS)
    box.setFixedHeight(box.sizeHint().height())
    assert box.height() <= 196
    rects = [box.line_rect(n) for n in range(len(box.words.lines))]
    rects += [box.sentence_rect, box.chain_rect]
    assert all(a.bottom() <= b.top() for a, b in itertools.pairwise(rects))
    wide = int(rects[-2].width())
    text = box.fontMetrics().boundingRect(
        0, 0, wide, 0, Qt.TextFlag.TextWordWrap, box.words.sentence
    )
    assert text.height() <= box.sentence_rect.height() + 2
    assert box.chain_rect.bottom() < box.height() - 8


@pytest.mark.parametrize("make", [mask_forgotten, overwritten, wrong_loss, all_right])
@pytest.mark.parametrize("height", [118, 140, 160, 170])
def test_in_a_low_box_nothing_is_cut_the_sentence_goes_first_and_then_the_chain(
    box, make, height
) -> None:
    box.show_verdict(make(), bug=HARMLESS)
    if height < box.minimumSizeHint().height():
        return
    box.setFixedHeight(height)
    rects = [box.line_rect(n) for n in range(len(box.words.lines))]
    rects += [box.sentence_rect] * box.has_sentence + [box.chain_rect] * box.has_chain
    assert all(a.bottom() <= b.top() for a, b in itertools.pairwise(rects))
    assert all(rect.bottom() <= height - 4 for rect in rects)
    assert box.has_chain or not box.has_sentence or not box.words.lines
    if height == 160:
        assert box.has_chain
        assert box.has_sentence is (box.words.mood == "clean")
    if height == 118:
        assert not box.has_chain


def test_a_layer_with_all_gradients_wrong_has_room_in_a_low_box(box) -> None:
    outs = [(name, 0.1, True) for name in ("da1", "dW2", "db2")]
    into = ("dz2", 1e-10, False)
    found = verdict(hearing("Affine2", into, *outs, overwrote=True))
    box.show_verdict(found, bug=FORGOTTEN)
    assert len(box.words.lines) == 5
    assert box.minimumSizeHint().height() <= 156
    box.setFixedHeight(156)
    assert box.line_rect(4).bottom() <= 156 - 4


def test_whoever_points_at_the_chain_is_told_all_of_it(box) -> None:
    box.show_verdict(mask_forgotten(), bug=FORGOTTEN)
    at = box.chain_rect.center().toPoint()
    QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, at, box.mapToGlobal(at)))
    assert QToolTip.text() == "Affine1 ← Relu1 ← Affine2 ← Loss"


# Pictures


@pytest.mark.parametrize("colors", THEMES, ids=lambda colors: colors.name)
@pytest.mark.parametrize(
    ("name", "make", "key"),
    [
        ("guilty", mask_forgotten, "mask_forgotten"),
        ("overwrote", overwritten, "dout_overwritten"),
        ("loss", wrong_loss, "softmax_over_batch"),
        ("harmless", all_right, "open_at_zero"),
        ("blank", lambda: None, "mask_forgotten"),
    ],
)
def test_the_box_looks_as_approved(qapp, box, name, make, key, colors) -> None:
    theme.apply(qapp, colors)
    box.show_verdict(make(), bug=bug_of(key))
    box.setFixedHeight(box.sizeHint().height())
    box.window().adjustSize()
    pictures.check(box.window().grab().toImage(), f"bug_verdict_{name}_{colors.name}")
