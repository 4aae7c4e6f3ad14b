import numpy as np
import pytest
from evaluated import (
    LEFT,
    EvaluatedSession,
    child,
    click,
    digits,
    evaluation_of,
    matrix_of,
    show,
    shown_of,
    text,
    trained,
    untrained,
    wait_for,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app import formatting, theme
from app.formatting import EM_DASH, THIN_SPACE
from app.pages import evaluate_layout, evaluate_watch
from app.session import State
from app.widgets.mistake_grid import MistakeGrid
from bpcore.network import Network


@pytest.fixture
def session(qapp):
    made = EvaluatedSession(trained())
    yield made
    assert made.laboratory.close()


def grid_of(page) -> MistakeGrid:
    return child(page, MistakeGrid, "mistakesGallery")


def assert_all_of(page, network: Network, iteration: int) -> None:
    """Every view shows what the engine finds out about this network."""
    expected = evaluation_of(network)
    wrong = expected.count - expected.right
    low, high = expected.interval
    assert shown_of(page) == f"Iteration {formatting.count(iteration)}"
    assert text(page, "evaluateDigits") == f"on {formatting.count(expected.count)} test digits"
    assert text(page, "evaluateAccuracyValue") == formatting.share(expected.accuracy)
    whose = f"on all {formatting.count(expected.count)} test digits, by the network of iteration "
    tip = child(page, QLabel, "evaluateAccuracyValue").parent().toolTip()
    assert tip == whose + formatting.count(iteration)
    bare = formatting.percent(low).removesuffix(f"{THIN_SPACE}%")
    interval = f"95 % interval {bare} – {formatting.percent(high)}"
    assert text(page, "evaluateAccuracyRemark") == interval
    assert text(page, "evaluateWrongValue") == formatting.count(wrong)
    assert text(page, "evaluateWrongRemark") == f"of {formatting.count(expected.count)}"
    assert np.array_equal(matrix_of(page).evaluation.confusion, expected.confusion)
    assert grid_of(page).indices.tolist() == expected.mistakes().tolist()
    assert text(page, "galleryCount").startswith(f"{formatting.count(wrong)} of ")


# Truth


def test_the_page_shows_what_the_engine_finds_out(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    assert_all_of(page, trained(), 600)


def test_another_network_changes_all_views_together(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    session.pinned = 12
    session.publish(untrained(), 12)
    assert_all_of(page, trained(), 600)  # until the whole evaluation is there
    wait_for(qtbot, page, 12)
    assert_all_of(page, untrained(), 12)


def test_while_scrubbing_the_newest_wins(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    seen = []
    page._watch.found.connect(lambda found: seen.append(found.subject.iteration))
    for iteration in range(20, 40):
        session.pinned = iteration
        session.publish(untrained(iteration), iteration)
    wait_for(qtbot, page, 39)
    assert_all_of(page, untrained(39), 39)
    assert seen[-1] == 39
    assert len(seen) <= 3


def test_while_training_goes_on_it_is_evaluated_twice_a_second_at_most(
    qtbot, session, monkeypatch
) -> None:
    monkeypatch.setattr(evaluate_watch, "LIVE_INTERVAL_MS", 10_000_000)
    session.state = State.RUNNING
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    session.publish(untrained(), 601)
    assert not page._watch._question.busy
    assert page._watch._pause.isActive()
    assert page._watch._pause.interval() > 9_000_000
    page._watch._pause.start(0)  # as if the time had passed
    wait_for(qtbot, page, 601)
    assert_all_of(page, untrained(), 601)


def test_another_run_is_evaluated_at_once(qtbot, session, monkeypatch) -> None:
    monkeypatch.setattr(evaluate_watch, "LIVE_INTERVAL_MS", 10_000_000)
    session.state = State.RUNNING
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    session.publish(untrained(), 0, run=2)
    wait_for(qtbot, page, 0)


def test_nothing_is_evaluated_while_the_page_is_hidden(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    page.hide()
    session.pinned = 3
    session.publish(untrained(), 3)
    assert not page._watch._question.busy
    page.show()
    wait_for(qtbot, page, 3)


def test_the_same_network_is_evaluated_once(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    session.snapshot_changed.emit(session.snapshot)
    page.hide()
    page.show()
    assert not page._watch._question.busy


# What there is nothing to show for


def test_before_there_is_a_network_everything_is_an_em_dash(qtbot) -> None:
    session = EvaluatedSession()
    page = show(qtbot, session)
    assert shown_of(page) == f"Iteration {EM_DASH}"
    for name in ("evaluateAccuracyValue", "evaluateWrongValue", "galleryCount"):
        assert text(page, name) == EM_DASH
    assert matrix_of(page).evaluation is None
    for name in ("galleryNothing", "surgeryNothing"):
        assert text(page, name) == "No network is evaluated yet."
    session.publish(trained(), 600)
    wait_for(qtbot, page, 600)
    assert session.laboratory.close()


def test_a_network_that_reads_nothing_says_so_and_leaves_no_old_numbers(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    broken = untrained()
    broken.params["W1"][...] = np.nan
    session.publish(broken, 601)
    wait_for(qtbot, page, 601)
    message = text(page, "galleryNothing")
    assert message.startswith("This network no longer computes finite numbers")
    assert text(page, "surgeryNothing") == message
    assert text(page, "evaluateAccuracyValue") == EM_DASH
    assert matrix_of(page).evaluation is None
    session.publish(untrained(), 602)
    wait_for(qtbot, page, 602)
    assert_all_of(page, untrained(), 602)


def test_a_failure_is_one_sentence_and_the_page_lives_on(qtbot, session, monkeypatch) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    session.test_digits(np.zeros((3, 783), np.uint8), np.zeros(3, np.uint8))
    session.publish(untrained(), 601)
    qtbot.waitUntil(lambda: "did not work" in text(page, "galleryNothing"), timeout=20_000)
    session.test_digits(*digits()["test"])
    session.publish(untrained(), 602)
    wait_for(qtbot, page, 602)
    assert_all_of(page, untrained(), 602)


# What is chosen


def test_a_cell_of_the_matrix_leads_to_its_digits(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    expected = evaluation_of(trained())
    cells = expected.confusion * (1 - np.eye(10, dtype=int))
    label, reading = (int(i) for i in np.unravel_index(cells.argmax(), cells.shape))
    matrix = matrix_of(page)
    QTest.mouseClick(matrix, LEFT, pos=matrix.plan.cell(label, reading).center().toPoint())
    assert grid_of(page).indices.tolist() == expected.cell(label, reading).tolist()
    assert text(page, "galleryTitle") == f"{label} read as {reading}"
    session.pinned = 7
    session.publish(untrained(), 7)
    wait_for(qtbot, page, 7)
    other = evaluation_of(untrained())
    assert grid_of(page).indices.tolist() == other.cell(label, reading).tolist()
    click(page, "allMistakes")
    assert grid_of(page).indices.tolist() == other.mistakes().tolist()
    assert matrix.selection is None


def test_a_mistake_can_be_followed_backwards(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    worst = int(evaluation_of(trained()).mistakes()[0])
    with qtbot.waitSignal(page.follow_requested) as blocker:
        click(page, "followMistake")
    assert blocker.args == ["test", worst]


def test_the_sentence_under_the_matrix_is_about_the_cell(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    expected, matrix = evaluation_of(trained()), matrix_of(page)
    matrix.clearFocus()
    assert text(page, "confusionSentence") == "Click a cell to see its digits."
    QTest.mouseMove(matrix, matrix.plan.cell(6, 6).center().toPoint())
    count, total = int(expected.confusion[6, 6]), int(expected.confusion[6].sum())
    sentence = f"The digit 6 was read right in {count} of {total} cases."
    assert text(page, "confusionSentence") == sentence


def test_everything_can_be_reached_with_tab(qtbot, session) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    qtbot.waitUntil(page.isActiveWindow)
    reached = set()
    matrix_of(page).setFocus()
    for _ in range(12):
        focus = page.window().focusWidget()
        reached.add(focus.objectName())
        assert focus.accessibleName()
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert {"confusionMatrix", "mistakesGallery", "followMistake"} <= reached


# Room


@pytest.mark.parametrize(
    "size", [(1048, 520), (1208, 600), (1208, 680), (1528, 880), (1928, 1000), (1160, 900)], ids=str
)
def test_the_parts_share_the_page_without_overlap(size) -> None:
    plan = evaluate_layout.plan_for(*size)
    parts = list(vars(plan).values())
    page = plan.heading.united(plan.view)
    assert page.right() < size[0] - 8
    assert page.bottom() < size[1] - 8
    for i, part in enumerate(parts):
        assert part.width() > 100
        assert part.height() >= 28
        assert page.contains(part)
        for other in parts[:i]:
            assert not part.intersects(other)
    assert plan.matrix.bottom() == plan.view.bottom()
    assert plan.view.width() >= plan.matrix.width()


@pytest.mark.parametrize(("height", "margin"), [(520, 12), (639, 12), (640, 16), (880, 16)])
@pytest.mark.parametrize("width", [1048, 1208, 1528])
def test_margins_are_those_of_the_other_pages(width: int, height: int, margin: int) -> None:
    plan = evaluate_layout.plan_for(width, height)
    assert plan.heading.topLeft() == QPoint(margin, margin)
    assert plan.view.bottomRight() == QPoint(width - margin - 1, height - margin - 1)
    assert plan.view.left() - plan.matrix.right() - 1 == margin


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
@pytest.mark.parametrize("size", [(1048, 520), (1208, 600), (1528, 880)], ids=str)
def test_no_text_is_cut(qtbot, qapp, session, size, colors) -> None:
    theme.apply(qapp, colors)
    page = show(qtbot, session, size)
    wait_for(qtbot, page, 600)
    QApplication.processEvents()  # the layout of the new texts
    for name in (
        "evaluateIteration",
        "evaluateDigits",
        "evaluateAccuracyValue",
        "evaluateAccuracyRemark",
        "evaluateWrongValue",
        "evaluateWrongRemark",
        "confusionSentence",
        "galleryTitle",
        "galleryCount",
        "mistakeVerdict",
        "mistakeFacts",
    ):
        shown = child(page, QLabel, name)
        needs = shown.fontMetrics().horizontalAdvance(shown.text())
        assert shown.width() >= needs, name
