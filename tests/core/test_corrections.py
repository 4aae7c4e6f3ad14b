import numpy as np
import pytest
from corrections import SETS, as_rows, correction, drawing
from hypothesis import given
from hypothesis import strategies as st

from bpcore.handwriting import MAX_CORRECTIONS, Correction, CorrectionSet, HandwritingError


@pytest.mark.parametrize(
    ("image", "label", "moment"),
    [
        (np.zeros(784, np.uint8), 3, 0.0),
        (np.ones((28, 28), np.uint8), 3, 0.0),
        (np.ones(784, np.float32), 3, 0.0),
        (np.ones(784, np.uint8), 10, 0.0),
        (np.ones(784, np.uint8), -1, 0.0),
        (np.ones(784, np.uint8), 3, -1.0),
        (np.ones(784, np.uint8), 3, float("nan")),
        (np.ones(784, np.uint8), 3, 253_402_300_800.0),
    ],
    ids=["no ink", "a square", "floats", "ten", "minus one", "before 1970", "no number", "late"],
)
def test_what_is_no_correction_is_refused(image: np.ndarray, label: int, moment: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        Correction(image, label, moment)


def test_a_correction_keeps_its_drawing_whatever_becomes_of_the_array() -> None:
    image = drawing(1)
    kept = Correction(image, 3, 0.0)
    image[:] = 9
    np.testing.assert_array_equal(kept.image, drawing(1))
    with pytest.raises(ValueError, match="read-only"):
        kept.image[0] = 1


def test_adding_and_removing_leave_the_set_as_it_was() -> None:
    before = CorrectionSet([correction(1)])
    after = before.added(correction(2))
    assert [known.label for known in before] == [1]
    assert [known.label for known in after] == [1, 2]
    assert [known.label for known in after.removed([0])] == [2]
    assert len(after) == 2


def test_of_two_answers_for_one_drawing_the_later_counts() -> None:
    known = CorrectionSet([correction(1, 3, moment=5.0)])
    assert [c.label for c in known.added(correction(1, 8, moment=6.0))] == [8]
    assert [c.label for c in known.added(correction(1, 8, moment=1.0))] == [8]
    assert [c.label for c in known.merged([correction(1, 8, moment=1.0)])] == [3]
    assert [c.label for c in known.merged([correction(1, 8, moment=9.0)])] == [8]


def test_a_set_counts_the_corrections_of_each_digit() -> None:
    corrections = CorrectionSet([correction(1, 3), correction(2, 3), correction(3, 9)])
    assert corrections.counts == (0, 0, 0, 2, 0, 0, 0, 0, 0, 1)
    assert CorrectionSet().counts == (0,) * 10
    assert CorrectionSet().images.shape == (0, 784)
    assert corrections.labels.tolist() == [3, 3, 9]


def test_more_corrections_than_can_be_kept_are_refused() -> None:
    full = CorrectionSet(correction(n) for n in range(MAX_CORRECTIONS))
    with pytest.raises(HandwritingError, match="At most 5,000 corrections can be kept, and these"):
        full.added(correction(MAX_CORRECTIONS))
    assert len(full.added(correction(7, 1))) == MAX_CORRECTIONS


@given(SETS, SETS)
def test_merging_keeps_every_drawing_once_in_the_order_of_time(
    one: CorrectionSet, other: CorrectionSet
) -> None:
    merged = one.merged(other)
    assert {c.key for c in merged} == {c.key for c in (*one, *other)}
    assert len({c.key for c in merged}) == len(merged)
    assert [c.moment for c in merged] == sorted(c.moment for c in merged)
    assert as_rows(merged) == as_rows(other.merged(one))
    assert as_rows(merged.merged(one)) == as_rows(merged)


@given(SETS, st.data())
def test_what_is_removed_can_be_merged_back(
    corrections: CorrectionSet, data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(corrections))))) if corrections else set()
    left = corrections.removed(gone)
    assert len(left) == len(corrections) - len(gone)
    assert as_rows(left.merged(corrections[n] for n in gone)) == as_rows(corrections)
