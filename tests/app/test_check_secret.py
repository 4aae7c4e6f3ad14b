"""An open case on the Check page: what stands in the lab is the same, whatever is hidden."""

from pathlib import Path

import numpy as np
import pytest
from detectives import everything_in
from PySide6.QtWidgets import QApplication, QStackedWidget

from app import theme
from app.detective_case import Record
from app.pages.check import CheckPage
from app.pages.check_lab import BugLab

WAIT = 30_000


@pytest.fixture
def page(qtbot, session) -> CheckPage:
    page = CheckPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    return page


def said_in(lab: BugLab) -> list[str]:
    """All texts, tooltips, names, entries and attributes."""
    named = ("text:", "toolTip:", "accessible", "objectName:", "windowTitle:", "current")
    every = everything_in(lab)
    return sorted(line for line in every if line.startswith(named) or ": " not in line)


def wait_hidden(qtbot, page: CheckPage) -> None:
    checking = page.checking
    qtbot.waitUntil(
        lambda: checking.has_secret and checking.accused is not None and not checking.busy,
        timeout=WAIT,
    )
    QApplication.processEvents()


def begin(qtbot, page: CheckPage, seed: int) -> object:
    page.lab.game.begin(np.random.default_rng(seed))
    wait_hidden(qtbot, page)
    return page.lab.game.secret


def test_the_lab_is_the_same_whatever_leaves_the_trace_that_all_see(qtbot, page) -> None:
    seen, secrets = {}, set()
    page.checking.run()
    for seed in range(5):
        qtbot.waitUntil(lambda: page.checking.accused is not None, timeout=WAIT)
        page.lab.game._detective.record = Record()  # it tells how many cases there were
        secret = begin(qtbot, page, seed)
        secrets.add(secret)
        seen.setdefault(secret.differing, set()).add("\n".join(said_in(page.lab)))
        page.lab.game.end()
    assert len(secrets) > 2
    assert len(secrets) > len(seen)
    assert all(len(labs) == 1 for labs in seen.values())


def test_neither_views_nor_themes_nor_another_check_show_what_is_hidden(qtbot, page) -> None:
    page.checking.run()
    begin(qtbot, page, 1)
    lab, checking = page.lab, page.checking
    before = said_in(lab)
    theme.apply(QApplication.instance(), theme.LIGHT)
    page.hide()
    page.show()
    checking.want(first=9)
    checking.run()
    wait_hidden(qtbot, page)
    checking.training.begin()
    assert said_in(lab) == before
    assert not any(stack.currentIndex() == 0 for stack in lab.findChildren(QStackedWidget)[:1])
    assert checking.key == ""
    assert checking.training.rehearsal is None
    assert not checking.training.busy


def test_a_layer_of_ones_own_leaves_the_case_as_it_is(qtbot, page, tmp_path: Path) -> None:
    page.checking.run()
    secret = begin(qtbot, page, 1)
    path = tmp_path / "mine.py"
    path.write_text("import os\nos._exit(0)\n", "utf-8")
    page.errand.check(path)
    qtbot.waitUntil(lambda: page.errand.trouble != "", timeout=WAIT)
    assert page.checking.has_secret
    page.errand.leave()
    wait_hidden(qtbot, page)
    assert page.checking.accused.place == secret.layer
