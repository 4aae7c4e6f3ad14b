"""The report of a run: what it tells, that it stands alone, that nothing in it is code."""

import re
from dataclasses import replace
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from exported_runs import HOSTILE, a_run, with_losses, without
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from app import formatting
from app.export import ExportError
from app.report import MOST_MISTAKES, report
from app.report_saving import findings_of, save_report
from app.run_export import ExportedRun, network_of
from app.run_export_svg import palette
from app.theme import LIGHT
from bpcore.evaluation import Evaluation, evaluate

WRITTEN = datetime(2026, 11, 26, 13, 40)
VOID = {"meta", "img", "source", "br", "link"}
LARGEST = 2_000_000


class Page(HTMLParser):
    """Reads a page strictly: each element ends where it must."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """All that can be read."""
        return "\n".join(data for tag, data in self.texts if tag != "style")


def finished(run: ExportedRun) -> str:
    steps = findings_of(run, WRITTEN)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return report(run, end.value)


def evaluated(run: ExportedRun) -> Evaluation:
    steps = evaluate(network_of(run.shown), *run.digits.split("test"))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def run() -> ExportedRun:
    return a_run(name="Mine", iterations=200, shown=150, changes={100: [("learning_rate", 0.05)]})


@pytest.fixture(scope="module")
def page(run: ExportedRun) -> Page:
    return Page(finished(run))


def test_it_has_the_figures_of_the_shown_network(run: ExportedRun, page: Page) -> None:
    result, shown = evaluated(run), run.shown
    low, high = (formatting.share(end) for end in result.interval)
    last = shown.accuracies[-1]
    for text in (
        formatting.share(result.accuracy),
        f"{result.right} of 200 digits; 95 % interval {low} to {high}",
        formatting.share(last.train),
        f"measured at iteration {last.iteration}",
        formatting.loss(float(shown.losses[-100:].mean(dtype=float))),
        "mean of the last 100 batches",
        formatting.loss(result.loss),
    ):
        assert text in page.text
    assert "that of iteration 150; the curves are those of all 200 iterations" in page.text


def test_the_confusion_matrix_is_a_table_with_heads(run: ExportedRun) -> None:
    text = finished(run)
    (table,) = re.findall(r'<table class="matrix">.*?</table>', text)
    rows = re.findall(r"<tr>(.*?)</tr>", table)[1:]
    counts = [[int(cell) for cell in re.findall(r"<td[^>]*>(\d+)</td>", row)] for row in rows]
    np.testing.assert_array_equal(counts, evaluated(run).confusion)
    assert [re.findall(r'<th scope="row">(\d)</th>', row) for row in rows] == [
        [str(n)] for n in range(10)
    ]
    assert table.count('<th scope="col">') == 11
    assert "<caption>" in table


def test_the_worst_mistakes_are_shown_with_what_was_read(run: ExportedRun, page: Page) -> None:
    result = evaluated(run)
    worst = result.mistakes()[:MOST_MISTAKES]
    alts = [image["alt"] for image in page.all("img")]
    for index in worst:
        assert f"A {result.labels[index]}, read as {result.readings[index]}" in alts
    assert len(alts) == 1 + min(len(worst), MOST_MISTAKES)


def test_it_stands_alone(page: Page) -> None:
    assert not page.all("script")
    assert not page.all("link")
    for _, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "srcset", "href"):
                assert (value or "").startswith("data:image/png;base64,")
    style = "".join(text for tag, text in page.texts if tag == "style")
    assert "url(" not in style
    assert "@import" not in style
    policy = next(m for m in page.all("meta") if m.get("http-equiv"))
    assert "default-src 'none'" in (policy["content"] or "")


def test_it_can_be_read_aloud(page: Page) -> None:
    heads = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert heads[0] == 1
    assert heads.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(heads))
    assert all(image["alt"] for image in page.all("img"))
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in page.all("svg"))
    assert page.all("html")[0]["lang"] == "en"
    assert all(head.get("scope") for head in page.all("th"))
    assert len(page.all("main")) == len(page.all("title")) - len(page.all("svg")) == 1


def test_every_colour_has_one_for_the_dark(page: Page) -> None:
    style = "".join(text for tag, text in page.texts if tag == "style")
    root, dark = (set(re.findall(r"(--[\w-]+):#", part)) for part in halves(style))
    assert root == dark
    used = set(re.findall(r"var\((--[\w-]+)\)", style))
    assert used - {"--ui", "--mono"} <= root
    classes = {c for _, a in page.elements for c in (a.get("class") or "").split()}
    for name in classes:
        assert f".{name}" in style or name in ("none", "right", "numbers"), name
    assert {f"f-{role}" for role in ("ground", "band", "middle", "accent")} <= classes


def halves(style: str) -> tuple[str, str]:
    dark = re.search(r"@media screen and \(prefers-color-scheme:dark\)\{:root\{(.*?)\}\}", style)
    assert dark is not None
    return style[: dark.start()], dark[1]


def test_its_pictures_are_drawn_by_whoever_draws_svg(run: ExportedRun) -> None:
    pictures = re.findall(r"<svg .*?</svg>", finished(run))
    assert len(pictures) == 2
    for picture in pictures:
        assert QSvgRenderer(QByteArray(picture.encode())).isValid()
        assert palette(LIGHT)["text_1"] in picture  # without a style sheet it is light


def test_it_tells_how_to_repeat_the_run(run: ExportedRun, page: Page) -> None:
    code = unescape("".join(data for _, data in page.texts))
    assert "python -m bpcore train --data bundled --layers 784,8,10" in code
    assert "--iterations 100 --save run.chainlight" in code
    resumed = "--resume run.chainlight --learning-rate 0.05 --iterations 200"
    assert f"python -m bpcore train {resumed}" in code
    assert run.digits.fingerprint in code


def test_parameters_and_changes_are_listed(run: ExportedRun, page: Page) -> None:
    for text in ("Learning rate", "0.1", "Hidden units", "MNIST 10k"):
        assert text in page.text.split("\n")
    row = "<tr><td>100</td><td>learning rate</td><td>0.05</td></tr>"
    assert row in finished(run)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text(name: str) -> None:
    made = a_run(name=name, iterations=3)
    text = finished(made)
    page = Page(text)
    assert not page.all("script")
    assert "onerror" not in {key for _, attributes in page.elements for key in attributes}
    heading = next(data for tag, data in page.texts if tag == "h1")
    assert heading == made.name
    assert len([1 for tag, data in page.texts if tag == "title" and made.name in data]) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"hidden_sizes": (1,)},
        {"hidden_sizes": ()},
        {"hidden_sizes": (1000,), "initializer": "he"},
        {"hidden_sizes": (12, 8, 6), "activation": "sigmoid", "dtype": "float64"},
        {"weight_init_std": 0.0},
    ],
)
def test_the_report_of_any_network_is_small(options: dict[str, object]) -> None:
    text = finished(a_run(iterations=8, **options))
    Page(text)
    assert len(text.encode()) < LARGEST
    assert "nan" not in re.sub(r"base64,[\w+/=]*", "", text).lower()


def test_a_long_run_has_a_small_report() -> None:
    rng = np.random.default_rng(0)
    losses = np.exp(rng.normal(-3, 1, 1_000_000)).astype(np.float32)
    text = finished(with_losses(a_run(iterations=5), losses))
    assert len(text.encode()) < 300_000


def test_a_run_that_was_hardly_measured_says_so() -> None:
    made = a_run(iterations=3)
    bare = without(made, accuracies=(), vitals=made.whole.vitals.until(0))
    page = Page(finished(bare))
    assert "None was measured." in page.text
    assert "None were recorded in this run." in page.text
    assert "Train accuracy" not in page.text


def test_a_network_that_left_the_finite_numbers_is_not_evaluated() -> None:
    made = a_run(iterations=3)
    params = {name: np.full_like(array, np.nan) for name, array in made.whole.params.items()}
    page = Page(finished(without(made, params=params)))
    assert "no longer computes finite numbers" in page.text
    assert "Test accuracy" not in page.text
    assert "nan" not in page.text.lower()


def test_why_a_run_failed_stands_at_the_top(run: ExportedRun) -> None:
    why = "The loss stopped being finite at iteration 201 <b>."
    text = finished(replace(run, trouble=why))
    assert Page(text).text.index(why) < Page(text).text.index("Curves")


def test_many_changes_are_not_all_commands() -> None:
    changes = {n: [("learning_rate", 0.1 + n / 1000)] for n in range(1, 30)}
    page = Page(finished(a_run(iterations=40, changes=changes)))
    assert "changed too often" in page.text
    assert not page.all("pre")


def test_it_is_written_step_by_step_whole_or_not_at_all(run: ExportedRun, tmp_path: Path) -> None:
    path = tmp_path / "run.html"
    shares = list(save_report(path, run))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    Page(path.read_text("utf-8"))
    with pytest.raises(ExportError, match="its folder is not there"):
        list(save_report(tmp_path / "gone" / "run.html", run))
    assert list(tmp_path.iterdir()) == [path]
