"""The course of the gradients as a picture of a report: a row for each parameter, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.run_export_svg import Drawing
from app.widgets import vitals_words
from app.widgets.vitals_curves import course_of, decade_ticks, decades, value_at
from app.widgets.vitals_painter import Bed

if TYPE_CHECKING:
    from app.run_export_svg import Floats, Ink, Picture
    from app.widgets.vitals_curves import Course
    from bpcore.vitals import Vitals

WIDTH, NAMES, TICKS = 960, 132, 60
ROW, GAP, FEET = 44, 6, 28
BINS = 320
_TICK_APART = 16


def gradients(vitals: Vitals, last: int, shown: int, ink: Ink, *, relu: bool) -> Picture:
    """Draw the root mean squares of the gradients up to iteration ``last``, and the idle units.

    The numbers are of iteration ``shown``, which is marked unless it is the last.
    """
    columns = list(vitals.gradient.T)
    courses = [course_of(vitals.iterations, column, 0, last, BINS) for column in columns]
    scale = decades(courses)
    idle = course_of(vitals.iterations, vitals.idle, 0, last, BINS)
    drawing, top = Drawing(ink), 0.0
    height = (len(courses) + 1) * (ROW + GAP) + FEET
    drawing.rect(0, 0, WIDTH, height, "ground")
    size = float(WIDTH - NAMES - TICKS), float(ROW)
    rows = [
        (f"∂L/∂{name}", values, course, Bed(*size, (0, last), scale))
        for name, values, course in zip(vitals.parameters, columns, courses, strict=True)
    ]
    rows.append(
        (vitals_words.idle(relu), vitals.idle, idle, Bed(*size, (0, last), (0.0, 1.0), True))
    )
    for title, values, course, bed in rows:
        value = value_at(vitals, values, shown)
        text = formatting.share(value, 0) if bed.percent else formatting.scientific(value)
        drawing.text(0, top + 19, title, color="text_1", mono=not bed.percent)
        drawing.text(0, top + 36, text, mono=True)
        _draw_course(drawing, course, bed, top)
        if shown < last:
            x = NAMES + float(bed.xs(np.array([shown]))[0])
            drawing.line((x, top), (x, top + ROW), "accent", width=1.5)
        top += ROW + GAP
    write = {"size": 11, "color": "text_3"}
    drawing.text(NAMES, top + 14, formatting.count(0), **write)  # type: ignore[arg-type]
    end = formatting.count(last)
    drawing.text(WIDTH - TICKS, top + 14, end, anchor="end", **write)  # type: ignore[arg-type]
    return drawing.picture(WIDTH, height, vitals_words.title("gradient"), _describe(vitals, shown))


def _draw_course(drawing: Drawing, course: Course, bed: Bed, top: float) -> None:
    drawing.rect(NAMES, top, bed.width, bed.height, "bed")
    low, high = bed.y
    if bed.percent:
        ticks = [(value, formatting.percent(value, 0)) for value in (0.0, 1.0)]
    else:
        powers = decade_ticks(low, high, bed.height, _TICK_APART)
        ticks = [(float(power), f"1e{power}") for power in powers]
    for value, text in ticks:
        y = top + bed.height * (high - value) / (high - low)
        if not bed.percent:
            drawing.line((NAMES, y), (NAMES + bed.width, y), "rule")
        at = min(max(y, top + 6), top + bed.height - 4) + 4
        drawing.text(WIDTH - TICKS + 8, at, text, size=11, color="text_3", mono=True)
    x = NAMES + bed.xs(course.x)
    drawing.area(x, _inside(bed, course.low, top), _inside(bed, course.high, top), "band_on_bed")
    drawing.curve(x, _inside(bed, course.middle, top), 0)


def _inside(bed: Bed, values: Floats, top: float) -> Floats:
    heights: Floats = top + bed.ys(values).clip(0, bed.height)
    return heights


def _describe(vitals: Vitals, shown: int) -> str:
    """Say the numbers that stand in the picture."""
    text = QCoreApplication.translate("Report", "At iteration {0}: {1}.")
    values = [
        f"{name} {formatting.scientific(value_at(vitals, column, shown))}"
        for name, column in zip(vitals.parameters, vitals.gradient.T, strict=True)
    ]
    return text.format(formatting.count(shown), ", ".join(values))
