"""Which digits are checked: of the data, of the run, or the drawing; and what is missing for it."""

from dataclasses import replace

import numpy as np
import pytest
from checkings import known_of, run
from small_runs import SMALL

from app.checked_digits import Missing
from app.checking import Checking
from app.checks import Ground, accuse, examine
from app.pages.check_words import about, lacking
from app.staging import Batch
from app.widgets.verdict_words import verdict_words
from bpcore.bugs import BUGS
from bpcore.central_differences import STEP
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.steps import result_of

DRAWN, OTHER = load_dataset().train_images[5], load_dataset().train_images[6]
HIDDEN = {"count_forgotten", "softmax_over_batch", "mean_for_db", "first_row_for_db"}
"""What a batch of one hides: mistakes in how images are added up."""


@pytest.fixture
def checking(session) -> Checking:
    return Checking(session)


@pytest.fixture
def runs(checking, monkeypatch: pytest.MonkeyPatch) -> list[Ground]:
    """The grounds that a check is begun on, of a drawing that was checked and is looked at."""
    checking.want(source="drawing")
    draw(checking, DRAWN, 3)
    monkeypatch.setattr(checking, "_known", known_of(checking.present))
    checking.wake(True)
    begun: list[Ground] = []
    monkeypatch.setattr(checking, "run", lambda: begun.append(checking.present))
    return begun


def draw(checking: Checking, image: np.ndarray | None, label: int | None) -> None:
    checking._session.set_drawing(image)
    checking.name_drawing(label)


def test_test_digits_are_those_of_the_test_set(session, checking) -> None:
    checking.want(source="test", first=40, count=5)
    ground = checking.present
    images, labels = session.digits.split("test")
    assert np.array_equal(ground.batch.images, images[40:45])
    assert np.array_equal(ground.batch.labels, labels[40:45])
    assert " · test digits 40 to 44 · " in about(ground, STEP)
    checking.want(count=1)
    assert " · test digit 40 · " in about(checking.present, STEP)


def test_the_drawing_is_checked_as_the_digit_that_was_meant(qtbot, checking) -> None:
    draw(checking, DRAWN, 7)
    run(qtbot, checking, source="drawing", count=9)
    ground = checking.checked.ground
    assert ground.batch.images.tolist() == [DRAWN.tolist()]
    assert ground.batch.labels.tolist() == [7]
    assert all(report.passed for report in checking.checked.reports)
    assert " · your drawing, meant as 7 · " in about(ground, STEP)


@pytest.mark.parametrize(
    ("image", "label", "missing"),
    [(None, 3, Missing.DRAWING), (DRAWN, None, Missing.LABEL), (DRAWN, 0, None)],
    ids=["nothing", "no label", "a zero"],
)
def test_a_drawing_is_an_image_and_an_answer(checking, image, label, missing) -> None:
    checking.want(source="drawing")
    draw(checking, image, label)
    assert checking.missing is missing
    assert (checking.present is None) == bool(lacking(missing)) == (missing is not None)


def test_without_test_digits_others_can_be_checked(session, checking, monkeypatch) -> None:
    every = session.digits
    few = Dataset(
        "few",
        every.train_images,
        every.train_labels,
        every.test_images[:0],
        every.test_labels[:0],
    )
    monkeypatch.setattr(session, "_dataset", few)
    checking.want(source="test")
    assert (checking.present, checking.missing) == (None, Missing.TEST_DIGITS)
    checking.want(source="train")
    assert checking.missing is None
    monkeypatch.setattr(session, "_dataset", None)
    for source in ("train", "test", "run"):
        checking.want(source=source)
        assert checking.missing is Missing.DATA


@pytest.mark.parametrize("fresh", [False, True])
def test_another_drawing_or_answer_is_checked_anew(checking, runs, fresh: bool) -> None:
    checking.want(fresh=fresh)
    checking._known = known_of(checking.present)
    checking.name_drawing(3)
    assert runs == []
    for image, label in ((OTHER, 3), (OTHER, 4)):
        draw(checking, image, label)
        assert checking.is_stale
        ground = runs.pop()
        assert runs == []
        assert ground.batch.images[0] is not DRAWN
        assert (ground.batch.images[0] == image).all()
        assert ground.batch.labels == [label]
        checking._known = known_of(ground)


def test_a_drawing_that_nobody_checks_or_looks_at_is_not_followed(checking, runs) -> None:
    checking.wake(False)
    draw(checking, OTHER, 3)
    assert checking.is_stale
    assert runs == []
    checking.wake(True)
    assert len(runs) == 1
    checking.want(source="train")
    draw(checking, DRAWN, 3)
    assert len(runs) == 1


def test_what_was_found_in_a_drawing_stays_when_it_is_wiped(qtbot, checking, runs) -> None:
    with qtbot.waitSignal(checking.changed, timeout=0):
        draw(checking, None, None)
    assert (checking.is_stale, checking.missing) == (True, Missing.DRAWING)
    assert checking.checked is not None
    with qtbot.waitSignal(checking.changed, timeout=0):
        draw(checking, DRAWN, 3)
    assert not checking.is_stale


def test_a_drawing_that_comes_is_told_though_nothing_was_checked(qtbot, checking) -> None:
    checking.want(source="drawing")
    with qtbot.waitSignal(checking.changed, timeout=0):
        draw(checking, DRAWN, 3)


def test_a_drawing_equal_to_a_digit_of_the_data_is_another_thing() -> None:
    digit = Batch("train", 5, DRAWN[None], np.array([2]))
    ground = Ground(SMALL, None, 1, 0, digit)
    assert ground.is_same(replace(ground, batch=replace(digit)))
    for batch in (replace(digit, source="drawing", first=0), replace(digit, source="test")):
        assert not ground.is_same(replace(ground, batch=batch))


def test_on_a_drawing_four_bugs_make_no_difference_and_that_is_said() -> None:
    batch = Batch("drawing", 0, DRAWN[None], np.array([2]))
    checked = result_of(examine(Ground(SMALL, None, 1, 0, batch), STEP))
    unseen = {key for key, agrees in checked.prints.items() if all(agrees)}
    harmless = {bug.key for bug in BUGS if bug.harmless or bug.key == "dout_overwritten"}
    assert unseen - harmless == HIDDEN
    bug = next(bug for bug in BUGS if bug.key == "count_forgotten")
    words = verdict_words(result_of(accuse(checked, bug)).verdict, bug, busy=False)
    assert "The bug is on, but on this batch it makes no difference" in words.sentence
    assert "A batch of one hides" in words.sentence
