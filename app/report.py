"""A run as one page that stands alone: figures, curves, pictures, and how to repeat it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting, report_charts, report_tables
from app.markup import Markup, joined, tag
from app.report_commands import FILE, FOLDER, commands
from app.report_pictures import EMPTY, address, png, tile_palette, tiles
from app.report_style import style_sheet
from app.run_entries import LAST_LOSSES
from app.run_export import own_lines, version
from app.run_export_chart import ChartFacts, chart
from app.run_export_svg import Ink, palette
from app.run_names import run_title
from app.theme import DARK, LIGHT
from app.widgets.run_events import all_changes, parameter_name
from app.widgets.tile_pixels import end_texts, robust_limit
from bpcore.config import BUNDLED, FULL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.report_tables import Bytes
    from app.run_export import ExportedRun
    from bpcore.evaluation import Evaluation

MOST_UNITS = 400
"""Hidden units that are shown; with more, the page would be too large to be sent around."""

MOST_MISTAKES = 24
MOST_COMMANDS = 12
INK = Ink(palette(LIGHT), classes=True)


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found out about the network that is shown, for its report.

    Attributes
    ----------
    evaluation
        What it reads in the test set; None if it can't be evaluated, ``trouble`` says why.
    images
        The test set (N, 784).
    fingerprint
        SHA-256 of the digits.
    written
        When.
    """

    evaluation: Evaluation | None
    trouble: str
    images: Bytes
    fingerprint: str
    written: datetime


def report(run: ExportedRun, found: Findings) -> str:
    """Return the page: HTML without a script, that needs nothing from anywhere."""
    sections = (
        _result(run, found),
        _curves(run),
        _units(run),
        *_readings(found),
        _gradients(run),
        _parameters(run),
        _repeat(run, found),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; img-src data:; style-src 'unsafe-inline'",
        ),
        tag("title", _tr("{0} · Chainlight").format(run.name)),
        tag("style", Markup(style_sheet())),
    )
    body = tag("body", tag("main", _header(run), *sections, _footer(found)))
    return joined(Markup("<!DOCTYPE html>\n"), tag("html", head, body, lang="en"))


def _header(run: ExportedRun) -> Markup:
    title = run_title(run.config)
    parts = [title] if title != run.name else []
    parts += all_changes(run.changes)
    parts.append("-".join(map(str, run.config.sizes)))
    parts.append(_tr("seed {0}").format(run.config.seed))
    if run.began:
        began = datetime.fromtimestamp(run.began).strftime("%Y-%m-%d %H:%M")
        parts.append(_tr("trained {0}").format(began))
    lines = [tag("p", " · ".join(parts))]
    if run.pinned is not None:
        text = _tr(
            "The network of this page is that of iteration {0}; the curves are those of all {1} "
            "iterations that are done."
        )
        done = formatting.count(run.whole.iteration)
        lines.append(tag("p", text.format(formatting.count(run.pinned), done)))
    return tag("header", tag("h1", run.name), *lines)


def _result(run: ExportedRun, found: Findings) -> Markup:
    shown, evaluation = run.shown, found.evaluation
    recent = shown.losses[-LAST_LOSSES:]
    loss = float(recent.mean(dtype=np.float64)) if len(recent) else None
    rows = [(_tr("Iteration"), formatting.count(shown.iteration), _of_total(run))]
    if evaluation is not None:
        low, high = map(formatting.share, evaluation.interval)
        right, count = formatting.count(evaluation.right), formatting.count(evaluation.count)
        more = _tr("{0} of {1} digits; 95 % interval {2} to {3}").format(right, count, low, high)
        rows.append((_tr("Test accuracy"), formatting.share(evaluation.accuracy), more))
    if shown.accuracies:
        last = shown.accuracies[-1]
        more = _tr("measured at iteration {0}").format(formatting.count(last.iteration))
        rows.append((_tr("Train accuracy"), formatting.share(last.train), more))
    more = _tr("mean of the last {0} batches").format(formatting.count(len(recent)))
    rows.append((_tr("Loss"), formatting.loss(loss), more))
    if evaluation is not None:
        rows.append((_tr("Test loss"), formatting.loss(evaluation.loss), _tr("mean of all digits")))
    troubles = [text for text in (run.trouble, found.trouble) if text]
    notes = [tag("p", text, class_="trouble") for text in troubles]
    return _section(_tr("Result"), report_tables.figures(rows), *notes)


def _of_total(run: ExportedRun) -> str:
    return _tr("of {0}").format(formatting.count(run.total))


def _curves(run: ExportedRun) -> Markup:
    last = max(run.whole.iteration, 1)
    facts = ChartFacts("", "", (own_lines(run, last),), run.changes, last, run.pinned)
    caption = _tr(
        "Loss of each iteration's batch, on a logarithmic scale: all values lie in the pale range, "
        "the middle half of them in the darker one. Below, the share of digits that are read right."
    )
    return _section(_tr("Curves"), tag("figure", chart(facts, INK).svg, tag("figcaption", caption)))


def _units(run: ExportedRun) -> Markup:
    weights = run.shown.params["W1"]
    hidden, count = bool(run.config.hidden_sizes), weights.shape[1]
    limit = robust_limit(weights)
    pixels = tiles(weights[:, :MOST_UNITS], limit)
    sources = [address(png(pixels, tile_palette(c), EMPTY)) for c in (LIGHT, DARK)]
    what = _tr("hidden units") if hidden else _tr("outputs, one for each digit")
    size = {"width": 2 * pixels.shape[1], "height": 2 * pixels.shape[0]}
    alt = _tr("The weights W1 of {0} {1}, ten in a row.").format(formatting.count(count), what)
    picture = tag(
        "picture",
        tag("source", srcset=sources[1], media="screen and (prefers-color-scheme: dark)"),
        tag("img", src=sources[0], alt=alt, class_="units", **size),
    )
    shown = "" if count <= MOST_UNITS else _tr("The first {0}.").format(MOST_UNITS)
    low, high = end_texts(limit)
    scale = tag("span", "", class_="scale", role="presentation")
    words = _tr("A picture of the 28 × 28 weights of each of {0} {1}, ten in a row.")
    texts = (words.format(formatting.count(count), what), shown)
    caption = tag("figcaption", " ".join(filter(None, texts)), " ", low, scale, high)
    title = _tr("Hidden units") if hidden else _tr("Weights")
    return _section(title, tag("figure", picture, caption))


def _readings(found: Findings) -> list[Markup]:
    evaluation = found.evaluation
    if evaluation is None:
        return []
    readings = _section(
        _tr("What is read as what"),
        report_tables.confusion_table(evaluation),
        tag("h3", _tr("By digit")),
        report_tables.digit_table(evaluation),
    )
    count = len(evaluation.mistakes())
    if not count:
        none = _tr("None of the {0} test digits is read wrongly.")
        text = none.format(formatting.count(evaluation.count))
        return [readings, _section(_tr("Worst mistakes"), tag("p", text))]
    text = formatting.counted(
        count,
        _tr("{0} test digit is read wrongly:"),
        _tr("{0} test digits are read wrongly. Those with the largest loss:"),
    )
    mistakes = report_tables.mistake_list(evaluation, found.images, MOST_MISTAKES)
    note = tag("p", text)
    return [readings, _section(_tr("Worst mistakes"), note, mistakes)]


def _gradients(run: ExportedRun) -> Markup:
    vitals, title = run.whole.vitals, _tr("Gradients")
    if not len(vitals):
        return _section(title, tag("p", _tr("None were recorded in this run.")))
    relu = run.config.activation == "relu"
    shown = run.shown.iteration
    picture = report_charts.gradients(vitals, run.whole.iteration, shown, INK, relu=relu)
    caption = _tr(
        "Root mean square of the gradient of each parameter, all on one logarithmic scale, with "
        "the value at iteration {0}. Where that of the first layer is far below that of the last, "
        "the gradient vanishes on its way back. Last, the share of hidden units that took no part."
    )
    text = caption.format(formatting.count(shown))
    return _section(title, tag("figure", picture.svg, tag("figcaption", text)))


def _parameters(run: ExportedRun) -> Markup:
    parts = [report_tables.parameter_table(run.config)]
    if run.changes:
        titles = {event.name: parameter_name(event.name) for event in run.changes}
        parts.append(tag("h3", _tr("Changes during the run")))
        parts.append(report_tables.change_table(run.changes, titles))
    return _section(_tr("Parameters"), *parts)


def _repeat(run: ExportedRun, found: Findings) -> Markup:
    lines = commands(run.config, run.whole.events, max(run.whole.iteration, 1))
    parts = []
    if len(lines) > MOST_COMMANDS:
        text = _tr(
            "The parameters were changed too often for a few commands. Save the run as a file in "
            "Chainlight, and repeat it from there."
        )
        parts.append(tag("p", text))
    else:
        text = _tr(
            "With Chainlight installed, this does the same run again, number by number, and saves "
            "it as {0}, which the window opens:"
        )
        parts.append(tag("p", text.format(FILE)))
        parts.append(tag("pre", tag("code", Markup("\n".join(map(_command, lines))))))
    if run.pinned is not None and not run.changes:
        text = _tr("With --iterations {0} it ends with the network of this page.")
        parts.append(tag("p", text.format(run.pinned)))
    parts.append(_digits_note(run, found))
    text = _tr("On another kind of processor, sums may be rounded otherwise in their last digit.")
    parts.append(tag("p", text, class_="note"))
    return _section(_tr("To repeat it"), *parts)


def _command(parts: Sequence[str]) -> Markup:
    return Markup(" ".join(tag("span", part) for part in parts))


def _digits_note(run: ExportedRun, found: Findings) -> Markup:
    data = run.config.data
    if data == BUNDLED:
        text = _tr("The digits are the 10,000 that come with Chainlight.")
    elif data == FULL:
        text = _tr("The digits are all of MNIST: python -m bpcore download fetches them.")
    else:
        text = _tr("{0} stands for the folder of the digits.").format(FOLDER)
    known = _tr("Their SHA-256, as Chainlight counts it, is") if found.fingerprint else ""
    return tag("p", text, " ", known, " ", tag("code", found.fingerprint), class_="note")


def _footer(found: Findings) -> Markup:
    made = _tr("Made {0} with Chainlight {1}, NumPy {2}, Python {3}.")
    when = found.written.strftime("%Y-%m-%d %H:%M")
    versions = (version(), np.__version__, platform.python_version())
    return tag("footer", made.format(when, *versions))


def _section(title: str, *content: str) -> Markup:
    return tag("section", tag("h2", title), *content)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Report", text)
