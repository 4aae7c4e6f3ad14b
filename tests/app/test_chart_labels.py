from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from app import theme
from app.widgets.chart_labels import Label, Line, event_texts
from app.widgets.chart_legend import Legend
from app.widgets.label_places import place

ROOM = QRectF(44, 4, 500, 260)
FONT = theme.ui_font(12)


def label_at(x: float, y: float, text: str = "0.037", **more) -> Label:
    return Label(QPointF(x, y), (Line(text, FONT, "#ffffff"),), **more)


def overlapping(rects: list[QRectF]) -> list[tuple[QRectF, QRectF]]:
    return [pair for pair in combinations(rects, 2) if pair[0].intersects(pair[1])]


def test_a_label_stands_right_of_the_end_of_its_curve() -> None:
    (placed,) = place([label_at(300, 100)], ROOM)
    assert placed.rect.left() > 300
    assert placed.rect.center().y() == pytest.approx(100)
    assert not placed.bedded


def test_near_the_right_edge_it_flips_to_the_left_onto_a_bed() -> None:
    (placed,) = place([label_at(540, 100)], ROOM)
    assert placed.rect.right() < 540
    assert placed.bedded


def test_on_a_curve_that_goes_on_it_stands_above_where_that_is_wanted() -> None:
    (above,) = place([label_at(300, 100, at_end=False, above=True)], ROOM)
    (below,) = place([label_at(300, 100, at_end=False)], ROOM)
    assert above.rect.bottom() < 100 < below.rect.top()
    assert above.bedded


def test_a_label_without_room_is_left_out_unless_it_is_needed() -> None:
    taken = [QRectF(44, 4, 500, 200)]
    assert place([label_at(300, 100, needed=False)], ROOM, taken) == []
    assert len(place([label_at(300, 100)], ROOM, taken)) == 1


@given(
    points=st.lists(
        st.tuples(st.floats(44, 544), st.floats(4, 264), st.booleans()), min_size=1, max_size=7
    ),
)
def test_labels_never_overlap_and_never_leave_the_chart(qapp, points) -> None:
    labels = [
        label_at(x, y, f"{k} 94.1 %", at_end=at_end, needed=k == 0)
        for k, (x, y, at_end) in enumerate(points)
    ]
    placed = place(labels, ROOM)
    assert placed[0].label is labels[0]
    assert all(ROOM.contains(each.rect) for each in placed)
    assert overlapping([each.rect for each in placed]) == []


@given(xs=st.lists(st.floats(44, 544), max_size=30))
def test_texts_of_events_never_overlap_nor_lie_over_the_mark_of_another(qapp, xs) -> None:
    marks = [(x, f"rate 0.{k:02}") for k, x in enumerate(sorted(xs))]
    found = event_texts(marks, ROOM, FONT)
    rects = [rect for rect, _ in found]
    assert overlapping(rects) == []
    assert all(ROOM.contains(rect) for rect in rects)
    for rect, _ in found:
        assert not any(rect.left() < x < rect.right() for x, _ in marks)


def test_an_event_with_room_has_its_text_beside_its_mark() -> None:
    found = event_texts(
        [(100.0, "rate 0.05"), (300.0, "batch 200"), (540.0, "rate 0.01")], ROOM, FONT
    )
    assert [text for _, text in found] == ["rate 0.05", "batch 200", "rate 0.01"]
    assert [rect.left() > x for (rect, _), x in zip(found, (100, 300, 540), strict=True)] == [
        True,
        True,
        False,
    ]


def test_the_legend_stands_where_it_covers_less_of_the_curves() -> None:
    legend = Legend(((1, "Sigmoid"), (2, "Momentum")))
    x = np.linspace(44, 544, 250)
    falling, rising = 20 + 0.4 * (x - 44), 250 - 0.4 * (x - 44)
    assert ROOM.right() - 10 < legend.rect(ROOM, [(x, falling)]).right() < ROOM.right()
    at_the_top = legend.rect(ROOM, [(x, np.full(250, 30.0)), (x, rising)])
    assert at_the_top.bottom() > 200
    assert ROOM.contains(at_the_top)


def test_a_label_stands_where_it_hides_no_curve(qapp) -> None:
    flat = np.array([44.0, 544.0]), np.array([115.0, 115.0])
    (placed,) = place([label_at(540, 100)], ROOM, (), [flat])
    assert placed.rect.top() > 116 or placed.rect.bottom() < 114


def test_a_label_that_stands_far_from_its_point_is_tied_to_it(qapp) -> None:
    taken = [QRectF(300, 60, 244, 75)]
    (placed,) = place([label_at(540, 100, curve=0)], ROOM, taken)
    assert placed.tie.p1() == QPointF(540, 100)
    assert placed.rect.contains(placed.tie.p2())
    (near,) = place([label_at(540, 100, curve=0)], ROOM)
    assert near.tie is None


def test_a_label_rather_lies_on_its_own_curve_than_on_another(qapp) -> None:
    x = np.array([44.0, 544.0])
    own, above, below = (x, np.full(2, 100.0)), (x, np.full(2, 85.0)), (x, np.full(2, 116.0))
    slanted = x, np.array([180.0, 97.0])
    (placed,) = place([label_at(540, 100, curve=0)], ROOM, (), [slanted, above])
    assert placed.rect.top() > 100
    (placed,) = place([label_at(540, 100, curve=0)], ROOM, (), [own, above, below])
    assert not any(placed.rect.top() < y[0] < placed.rect.bottom() for _, y in (above, below))


def test_a_label_leaves_the_place_of_the_next_one_and_both_stand_in_the_order_of_their_points(
    qapp,
) -> None:
    for low in (230, 250, 256):
        points = [label_at(540, 200, curve=0), label_at(540, low, needed=False, curve=1)]
        first, second = place(points, ROOM)
        assert first.rect.bottom() <= second.rect.top()
        assert second.tie is None or second.tie.p2().y() > 200


def test_a_text_that_is_not_needed_is_rather_left_out_than_put_on_other_curves(qapp) -> None:
    x = np.array([44.0, 544.0])
    crowd = [(x, np.full(2, y)) for y in np.arange(10.0, 264.0, 12)]
    labels = [label_at(540, 100, needed=False, curve=0), label_at(540, 150, curve=1)]
    assert [each.label for each in place(labels, ROOM, (), crowd)] == [labels[1]]


def test_the_legend_leaves_the_ends_of_curves_to_their_labels(qapp) -> None:
    flat = np.array([44.0, 544.0]), np.array([245.0, 245.0])
    rect = Legend(((1, "Sigmoid"),), flat=True).rect(ROOM, [flat])
    assert rect.right() < 454 or rect.bottom() < 221
