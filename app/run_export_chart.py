"""Loss and accuracy of a run as a picture of its own: pure functions of what is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.curves import SMALLEST_LOSS, joined
from app.loss_range import loss_range, pieces_below
from app.run_export_panel import Panel, draw_legend, spread
from app.run_export_svg import Drawing, Ink, elided, width_of
from app.ticks import linear_step, log_ticks, power_text
from app.widgets.line_styles import ASIDE, BAND
from app.widgets.run_events import short_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.curves import RunCurves
    from app.run_export_svg import Floats, Picture
    from bpcore.recording import Event
    from bpcore.series import Envelope

WIDTH = 960
EDGE, LEFT, RIGHT = 24, 64, 140
"""From the border: of titles, and of the plots, which have scales left and texts right of them."""

LOSS_HEIGHT, ACCURACY_HEIGHT, HEADER = 280, 150, 40
BINS = 400
ROW = 18
STEEP = 0.04
"""Share of the iterations in which an accuracy may rise from below its scale."""


@dataclass(frozen=True, eq=False)
class RunLines:
    """What is drawn of one run: plain numbers, which never change.

    ``style`` is one of ``line_styles``: 0 is the run that the picture is of. ``losses``, ``train``
    and ``test`` are in bins over all that is drawn. ``ends`` are the last smoothed loss, the last
    train and test accuracies; None of none.
    """

    name: str
    style: int
    done: int
    losses: Envelope
    train: Envelope
    test: Envelope
    ends: tuple[float | None, float | None, float | None]
    shares_bins: bool = False


@dataclass(frozen=True, eq=False)
class ChartFacts:
    """All that a picture shows.

    ``last`` is the iteration at its right, ``shown`` the one that is marked, if any; the first of
    ``runs`` is the one that the picture is of. Without a ``title`` it has no head.
    """

    title: str
    subtitle: str
    runs: tuple[RunLines, ...]
    events: tuple[Event, ...]
    last: int
    shown: int | None = None
    log: bool = True


def lines_of(curves: RunCurves, name: str, style: int, last: int) -> RunLines:
    """Return what is drawn of a run in a picture of iterations up to ``last``."""
    done = curves.iteration
    train_end, test_end = (series.until(done) for series in (curves.train, curves.test))
    train, test = (series.envelope(0, last, BINS) for series in (curves.train, curves.test))
    return RunLines(
        name,
        style,
        done,
        curves.smoothed(0, last, BINS),
        train,
        test,
        (
            curves.smoothed_at(done),
            None if train_end is None else train_end[1],
            None if test_end is None else test_end[1],
        ),
        shares_bins=len(test.x) < len(curves.test),
    )


def chart(facts: ChartFacts, ink: Ink) -> Picture:
    """Draw the loss and under it the accuracy, on one axis."""
    drawing = Drawing(ink)
    runs, several = facts.runs, len(facts.runs) > 1
    top = 90.0 if facts.title else 8.0
    loss_top = top + (ROW * len(runs) + 4 if several else 0) + HEADER
    accuracy_top = loss_top + LOSS_HEIGHT + HEADER + 12
    height = accuracy_top + ACCURACY_HEIGHT + (52 if facts.shown is not None else 36)
    drawing.rect(0, 0, WIDTH, height, "ground")
    _draw_head(drawing, facts, top)
    right = WIDTH - RIGHT
    loss = Panel(drawing, LEFT, right, loss_top, LOSS_HEIGHT, facts.last, _loss_range(facts))
    accuracy = Panel(
        drawing, LEFT, right, accuracy_top, ACCURACY_HEIGHT, facts.last, _accuracy_range(runs)
    )
    _draw_loss(drawing, loss, facts)
    _draw_accuracy(drawing, accuracy, facts)
    for panel in (loss, accuracy):
        panel.mark([e.iteration for e in facts.events], facts.shown)
    _draw_event_texts(drawing, loss, facts.events)
    _draw_ends(drawing, loss, accuracy, facts)
    shown = _tr("iteration {0}").format(formatting.count(facts.shown))
    accuracy.draw_iterations(_tr("iterations"), facts.shown, shown)
    return drawing.picture(WIDTH, height, facts.title or _tr("Loss and accuracy"), describe(facts))


def describe(facts: ChartFacts) -> str:
    """Say what the picture shows, for who does not see it."""
    parts = []
    for run in facts.runs:
        loss, _, test = run.ends
        text = _tr("{0}: {1} iterations, loss {2} at the end, smoothed; test accuracy {3}.")
        numbers = (formatting.count(run.done), formatting.loss(loss), formatting.share(test))
        parts.append(text.format(run.name, *numbers))
    return " ".join(parts)


def _draw_head(drawing: Drawing, facts: ChartFacts, top: float) -> None:
    room = WIDTH - 2 * EDGE
    if facts.title:
        title = elided(facts.title, 18, room)
        drawing.text(EDGE, 44, title, size=18, color="text_1", weight=600)
        drawing.text(EDGE, 66, elided(facts.subtitle, 12, room), color="text_3")
    if len(facts.runs) > 1:
        for n, run in enumerate(facts.runs):
            y = top + n * ROW + 4
            drawing.sample(EDGE, y - 4, run.style)
            color = "text_2" if n else "text_1"
            drawing.text(EDGE + 34, y, elided(run.name, 12, room - 34), color=color)


# The loss.


def _loss_range(facts: ChartFacts) -> tuple[float, float]:
    own, drawn = facts.runs[0], [run for run in facts.runs if len(run.losses.x)]
    ends = []
    for run in drawn:
        low, high = run.losses.smooth.min(), run.losses.smooth.max()
        if run is own:
            low, high = run.losses.low.min(), run.losses.high.max()
        ends.append((max(float(low), SMALLEST_LOSS), max(float(high), SMALLEST_LOSS)))
    firsts = [float(run.losses.low[0]) for run in drawn]
    shown = float(own.losses.smooth[-1]) if len(own.losses.x) else 0.0
    found = loss_range(ends, firsts, log=facts.log, shown=shown)
    return found or ((-2.0, 0.5) if facts.log else (0.0, 2.5))


def _draw_loss(drawing: Drawing, panel: Panel, facts: ChartFacts) -> None:
    low, high = panel.y_range
    if facts.log:
        ticks = [(value, power_text(value)) for value in log_ticks(low, high)]
    else:
        step = linear_step(high - low, 5)
        ticks = [(n * step, f"{n * step:g}") for n in range(math.floor(high / step) + 1)]
    panel.draw_axes(ticks)
    title, about = _tr("Loss"), _tr("per iteration, logarithmic") if facts.log else ""
    draw_legend(
        drawing,
        panel.top - 16,
        (EDGE, WIDTH - RIGHT),
        (title, about or _tr("per iteration")),
        ((0, _tr("smoothed")), (BAND, _tr("raw range"))),
    )
    own = facts.runs[0].losses
    x = panel.xs(own.x)
    edges = (*joined(own.low, own.high), own.lower_quartile, own.upper_quartile)
    lines = [panel.ys(_scaled(edge, facts.log)) for edge in edges]
    drawing.area(x, lines[0], lines[1], "band")
    drawing.area(x, lines[2], lines[3], "middle")
    for run in reversed(facts.runs):
        x, smooth = panel.xs(run.losses.x), _scaled(run.losses.smooth, facts.log)
        for piece in pieces_below(smooth, high):
            drawing.curve(x[piece], panel.ys(smooth[piece]), run.style)


def _scaled(values: Floats, log: bool) -> Floats:
    return np.log10(np.maximum(values, SMALLEST_LOSS)) if log else values


def _draw_event_texts(drawing: Drawing, panel: Panel, events: Sequence[Event]) -> None:
    """Say along the top what was changed, where there is room for it."""
    places = [(panel.x(event.iteration), short_text(event)) for event in events]
    free = panel.left
    for n, (x, text) in enumerate(places):
        needed = width_of(text, 11) + 8
        later = [other for other, _ in places[n + 1 :] if other > x + 1]
        if x >= free and x + needed <= min(later, default=panel.right):
            drawing.text(x + 4, panel.top + 12, text, size=11)
            free = x + needed
        elif x - needed >= free:
            drawing.text(x - 4, panel.top + 12, text, size=11, anchor="end")
            free = x


# The accuracy.


def _accuracy_range(runs: Sequence[RunLines]) -> tuple[float, float]:
    drawn = [runs[0].train, *(run.test for run in runs)]
    end = max((float(each.x[-1]) for each in drawn if len(each.x)), default=0.0)
    lows = [each.low[each.x >= end * STEEP] for each in drawn]
    lowest = min((float(part.min()) for part in lows if len(part)), default=0.9)
    # At a round tenth, as in the window.
    return max(min(math.floor(lowest * 10 - 0.1) / 10, 0.9), 0.0), 1.0


def _draw_accuracy(drawing: Drawing, panel: Panel, facts: ChartFacts) -> None:
    low, high = panel.y_range
    step = linear_step(high - low, 4)
    first = math.ceil(low / step - 1e-9)
    count = round((high - low) / step) + 1
    decimals = 0 if step >= 0.01 else 1
    values = [(first + n) * step for n in range(count) if (first + n) * step <= high + 1e-9]
    panel.draw_axes([(value, formatting.percent(value, decimals)) for value in values])
    own = facts.runs[0]
    about = (_tr("Accuracy"), _tr("on all examples"))
    kinds = ((0, _tr("test")), (ASIDE, _tr("train")))
    draw_legend(drawing, panel.top - 16, (EDGE, WIDTH - RIGHT), about, kinds)
    if not any(len(run.test.x) for run in facts.runs):
        middle = (panel.left + panel.right) / 2, panel.top + ACCURACY_HEIGHT / 2
        drawing.text(*middle, _tr("None was measured."), color="text_3", anchor="middle")
    if own.shares_bins:
        lows, highs = panel.ys(own.test.low), panel.ys(own.test.high)
        drawing.area(panel.xs(own.test.x), lows, highs, "band")
    for envelope, style in [(own.train, ASIDE), *((r.test, r.style) for r in facts.runs[::-1])]:
        x, shares = _from_below(envelope.x, envelope.smooth, low)
        drawing.curve(panel.xs(x), panel.ys(shares), style)


def _from_below(x: Floats, y: Floats, low: float) -> tuple[Floats, Floats]:
    """Return points x, y (n,) from where they rise above ``low`` for the first time."""
    first = int(np.argmax(y >= low)) if len(y) else 0
    if not first:
        return x, y
    share = (low - y[first - 1]) / (y[first] - y[first - 1])
    start = x[first - 1] + share * (x[first] - x[first - 1])
    return np.append(start, x[first:]), np.append(low, y[first:])


# What stands right of the curves.


def _draw_ends(drawing: Drawing, loss: Panel, accuracy: Panel, facts: ChartFacts) -> None:
    several = len(facts.runs) > 1
    losses, accuracies = [], []
    for run in facts.runs:
        value, train, test = run.ends
        if value is not None:
            y = float(loss.ys(_scaled(np.array([value]), facts.log))[0])
            note = "" if several else _tr("smoothed")
            losses.append((y, run.style, formatting.loss(value, 3), note))
        if test is not None:
            name = "" if several else _tr("test")
            text = f"{name} {formatting.share(test)}".strip()
            accuracies.append((float(accuracy.ys(np.array([test]))[0]), run.style, text, ""))
        if train is not None and run is facts.runs[0]:
            text = f"{_tr('train')} {formatting.share(train)}"
            accuracies.append((float(accuracy.ys(np.array([train]))[0]), ASIDE, text, ""))
    now = "accent" if facts.shown is None else "text_3"
    for panel, ends in ((loss, losses), (accuracy, accuracies)):
        heights = spread([end[0] for end in ends], ROW, panel.top + 6, panel.bottom - 2)
        for (y, style, text, note), height in zip(ends, heights, strict=True):
            if style in (0, ASIDE):
                drawing.dot(panel.x(facts.runs[0].done), y, now if style == 0 else "text_3")
            _draw_end(drawing, panel.right + 12, height, style, text, note, sampled=several)


def _draw_end(
    drawing: Drawing, x: float, y: float, style: int, text: str, note: str, *, sampled: bool
) -> None:
    if sampled:
        drawing.sample(x, y, style)
        x += 32
    main = style == 0
    color, weight = ("text_1", 600) if main else ("text_2", 400)
    drawing.text(x, y + 4, text, color=color, weight=weight, mono=bool(note))
    if note:
        drawing.text(x, y + 19, note, size=11, color="text_3")


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunExport", text)
