import numpy as np
import pytest
from checked import FEW, report, reports, with_bug
from PySide6.QtGui import QColor, QImage, QPainter

from app import theme
from app.widgets import scatter_painter as paint
from app.widgets.scatter_points import (
    BAND,
    MINUS,
    OPPOSITE,
    PLUS,
    WRONG,
    ZERO,
    Layout,
    Points,
    ScatterPlan,
)


def test_each_element_is_what_its_gradients_make_it() -> None:
    points = Points.of([FEW], [])
    kinds = [PLUS, MINUS, WRONG, WRONG, OPPOSITE, WRONG, ZERO, ZERO]
    assert points.kind.tolist() == kinds
    right = report([0.1, -0.01, 0.0], [0.1, -0.01, 0.0])
    assert Points.of([right], []).kind.tolist() == [PLUS, MINUS, ZERO]


def test_of_what_a_bug_changes_only_what_is_wrong_is_added() -> None:
    clean, wrong = reports(), with_bug("mask_forgotten")
    points = Points.of(clean, wrong)
    assert len(Points.of(clean, [])) == 39_760
    added = points.kind[39_760:]
    assert (added >= WRONG).all()
    assert (points.kind[:39_760] < WRONG).all()
    expected = sum(
        int(np.count_nonzero(~each.kink & (each.absolute_difference > 1e-6)))
        for each in wrong
        if not each.passed
    )
    assert expected <= len(added) < 1.05 * expected
    assert expected > 1000
    assert {points.element(p).name for p in range(39_760, len(points), 50)} == {"W1", "b1"}


def test_equal_gradients_lie_on_the_diagonal_and_small_ones_on_the_bands() -> None:
    points, plan = Points.of([FEW], []), ScatterPlan(232, 328)
    layout, bed = Layout.of(points, plan), plan.bed
    along = (layout.xs - bed.left() - BAND) / (bed.width() - BAND)
    up = (bed.bottom() - BAND - layout.ys) / (bed.height() - BAND)
    assert along[:2] == pytest.approx(up[:2])
    assert along[0] == pytest.approx(7 / 8)
    assert along[1] == pytest.approx(6 / 8)
    assert layout.xs[5] == pytest.approx(plan.x(-4))
    assert bed.bottom() - BAND < layout.ys[2] < bed.bottom()
    assert bed.left() < layout.xs[3] < bed.left() + BAND
    assert bed.left() < layout.xs[6] < bed.left() + BAND
    assert bed.bottom() - BAND < layout.ys[6] < bed.bottom()


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1e-3, 0.2], (-8, 0)),
        ([1e-3, 300.0], (-8, 3)),
        ([1e-12, 1e-11, 1e-3], (-12, 0)),
        ([1e-300, 1e-3], (-16, 0)),
        ([0.0], (-8, 0)),
    ],
)
def test_the_axes_are_wider_only_where_it_is_needed(values, scale) -> None:
    assert Points.of([report(values, values)], []).scale == scale


@pytest.mark.parametrize("size", [(200, 220), (230, 250), (232, 328), (500, 340)], ids=str)
@pytest.mark.parametrize("scale", [(-8, 0), (-16, 0), (-8, 3), (-13, 16)], ids=str)
def test_texts_of_the_axes_stand_apart(size, scale) -> None:
    plan = ScatterPlan(*size, *scale)
    xs = [plan.x(power) for power in plan.ticks(plan.bed.width(), 40)]
    assert (-np.diff(xs) >= 36).all()
    assert xs[-1] - plan.bed.left() - BAND / 2 >= 36
    ys = [plan.y(power) for power in plan.ticks(plan.bed.height(), 20)]
    assert (np.diff(ys) >= 14).all()
    assert plan.note.bottom() <= size[1] + 1


@pytest.mark.parametrize(
    ("height", "parts"),
    [
        (328, (3, True)),
        (204, (3, True)),
        (203, (1, True)),
        (170, (1, True)),
        (169, (1, False)),
        (152, (1, False)),
        (151, (0, False)),
        (132, (0, False)),
    ],
)
def test_what_is_below_a_low_plot_goes_before_the_plot_is_too_low(height, parts) -> None:
    plan = ScatterPlan(184, height)
    assert plan.parts == parts
    assert plan.bed.height() >= 90
    assert plan.note.isEmpty() is (parts[0] == 0)
    assert plan.note.bottom() <= height


@pytest.mark.parametrize("width", [160, 184, 232, 300])
def test_the_words_of_the_legend_go_before_they_meet_the_name_of_the_axis(qapp, width) -> None:
    plan, name = ScatterPlan(width, 300), "|numerical|"
    entries = (((PLUS, MINUS), "correct"), ((WRONG,), "with the bug"))
    room, words = (
        QImage(width, 300, QImage.Format.Format_RGB32),
        paint.has_words(plan, entries, name),
    )
    assert words is (width >= 232)
    room.fill(QColor("black"))
    painter = QPainter(room)
    paint.draw_legend(painter, plan, entries, name, theme.DARK)
    reach = painter.fontMetrics().horizontalAdvance(name)
    painter.end()
    inked = [x for x in range(width) if any(room.pixelColor(x, y).value() for y in range(24))]
    assert inked
    assert inked[0] > reach + 2


@pytest.mark.parametrize("scale", [1, 2])
def test_a_few_points_are_seen_among_thousands(scale) -> None:
    crowd = np.full(30_000, 0.01)
    few = [-0.01, 0.01]
    points = Points.of([report([*crowd, *few], [*crowd, *few])], [])
    layout = Layout.of(points, ScatterPlan(232, 328))
    image = paint.rasterise(points, layout, theme.DARK, scale)
    bed = layout.plan.bed
    x = round((layout.xs[-2] - bed.left() + paint.MARGIN) * scale)
    y = round((layout.ys[-2] - bed.top() + paint.MARGIN) * scale)
    assert image.pixelColor(x, y) == QColor(theme.DARK.negative)


def test_of_points_on_each_other_the_rarest_is_read_off() -> None:
    crowd = [0.01] * 300
    layout = Layout.of(
        Points.of([report([*crowd, -0.01], [*crowd, -0.01])], []), ScatterPlan(232, 328)
    )
    assert layout.nearest(layout.xs[0] + 2, layout.ys[0], 8) == 300
    assert layout.nearest(layout.xs[0] + 9, layout.ys[0], 8) is None
