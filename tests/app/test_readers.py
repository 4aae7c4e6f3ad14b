"""Who reads the drawing, and what a copy learns: no session, no window, no thread."""

import dataclasses

import numpy as np
import pytest
from fake_session import CountingReaders, a_snapshot

from app.readers import LEAST_LESSONS, MOST_BYTES, MOST_LESSONS, Readers
from bpcore.network import Network
from bpcore.reader import Reader
from bpcore.saliency import saliency


def a_network(seed: int) -> Network:
    return Network((784, 12, 10), weight_init_std=0.1, dtype=np.float32, seed=seed)


def an_image(seed: int = 0) -> np.ndarray:
    image = np.random.default_rng(seed).integers(0, 256, 784).astype(np.uint8)
    image.flags.writeable = False
    return image


IMAGE = an_image()
SHIPPED = Reader(a_network(1))


def bits(reader: Reader) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in reader.network.params.items()}


@pytest.fixture
def readers() -> Readers:
    """With a network that comes along, and a run at iteration 40."""
    readers = CountingReaders(shipped=SHIPPED)
    readers.take_snapshot(a_snapshot(a_network(2), 40))
    return readers


@pytest.fixture
def news(readers: Readers) -> list[str]:
    """What was chosen each time that the readers told of a change."""
    told: list[str] = []
    readers.changed.connect(lambda: told.append(readers.choice))
    return told


# Which there are.


def test_at_first_the_network_reads_that_comes_along(readers) -> None:
    assert readers.choice == "shipped"
    assert readers.offers == ("run", "shipped")
    expected = SHIPPED.read(IMAGE)
    prediction = readers.read(IMAGE)
    np.testing.assert_array_equal(prediction.probabilities, expected.probabilities)
    assert (prediction.digit, prediction.margin) == (expected.digit, expected.margin)
    assert prediction.unsure is expected.unsure
    assert prediction.iteration is None


def test_where_none_comes_along_the_run_reads() -> None:
    readers = CountingReaders()
    assert readers.offers == ("run",)
    assert readers.choice == "run"
    assert readers.wanted == "shipped"


def test_the_run_reads_once_it_is_chosen(readers, news) -> None:
    readers.choose("run")
    assert news == ["run"]
    prediction = readers.read(IMAGE)
    expected = Reader(a_network(2)).read(IMAGE)
    np.testing.assert_array_equal(prediction.probabilities, expected.probabilities)
    assert prediction.iteration == readers.iteration == 40


def test_the_run_reads_with_its_newest_network_and_nothing_is_told(readers, news) -> None:
    readers.choose("run")
    news.clear()
    readers.take_snapshot(a_snapshot(a_network(3), 41))
    expected = Reader(a_network(3)).read(IMAGE)
    np.testing.assert_array_equal(readers.read(IMAGE).probabilities, expected.probabilities)
    assert readers.iteration == 41
    assert news == []


@pytest.mark.parametrize("loaded", [False, True])
def test_a_run_that_is_not_trained_yet_reads_nothing(loaded: bool) -> None:
    readers = CountingReaders(shipped=SHIPPED)
    readers.choose("run")
    if loaded:
        readers.take_snapshot(a_snapshot(a_network(2), 0))
    assert readers.present is None
    assert readers.read(IMAGE) is readers.explain(IMAGE, 3) is None
    assert readers.learn(IMAGE, 3, 0.002) is None
    assert readers.lessons == ()
    assert (readers.read_by_run(IMAGE) is not None) == loaded


def test_choosing_what_is_chosen_tells_nothing(readers, news) -> None:
    readers.choose("shipped")
    readers.choose("something else")
    assert news == []
    assert readers.choice == "shipped"


def test_the_users_own_network_is_offered_and_taken_away(readers, news) -> None:
    own = Reader(a_network(4))
    readers.set_own(own)
    assert readers.offers == ("run", "shipped", "own")
    readers.choose("own")
    assert bits(readers.present) == bits(own)
    readers.set_own(None)
    assert readers.choice == "shipped"
    assert news == ["shipped", "own", "shipped"]


def test_what_is_wanted_is_chosen_as_soon_as_there_is_one(readers, news) -> None:
    readers.choose("own")
    assert (readers.choice, readers.wanted, news) == ("shipped", "own", [])
    readers.set_own(Reader(a_network(4)))
    assert (readers.choice, news) == ("own", ["own"])


def test_each_network_offered_has_its_sizes(readers) -> None:
    assert readers.sizes("run") == readers.sizes("shipped") == (784, 12, 10)
    assert readers.sizes("own") == ()


# Why.


def test_the_explanation_is_that_of_the_network_that_reads(readers) -> None:
    for choice, network in (("shipped", SHIPPED.network), ("run", a_network(2))):
        readers.choose(choice)
        expected = saliency(network, IMAGE, 3)
        said = readers.explain(IMAGE, 3)
        assert said.loss == expected.loss
        np.testing.assert_array_equal(said.gradient, expected.gradient)


def test_numbers_that_are_not_finite_are_no_reading_and_no_explanation(readers) -> None:
    snapshot = a_snapshot(a_network(2), 40)
    huge = {name: np.full_like(array, 3e38) for name, array in snapshot.params.items()}
    readers.choose("run")
    readers.take_snapshot(dataclasses.replace(snapshot, params=huge))
    assert readers.read(IMAGE) is readers.explain(IMAGE, 3) is None
    assert readers.learn(IMAGE, 3, 0.002) is None


# Lessons.


def test_a_lesson_changes_what_is_read_and_undo_brings_the_bits_back(readers, news) -> None:
    before, reading = bits(readers.present), readers.read(IMAGE)
    lesson = readers.learn(IMAGE, 7, 0.002)
    assert readers.lessons == (lesson,)
    assert readers.read(IMAGE).probabilities[7] == lesson.after.probabilities[7]
    assert readers.read_before(IMAGE).probabilities[7] == reading.probabilities[7]
    assert lesson.after.probabilities[7] > reading.probabilities[7]
    readers.unlearn()
    assert bits(readers.present) == before
    assert readers.present is SHIPPED
    assert readers.lessons == ()
    assert readers.read_before(IMAGE) is None
    assert news == ["shipped", "shipped"]


def test_lessons_stack_and_are_taken_back_one_by_one(readers) -> None:
    kept = []
    for label in (1, 2, 3):
        kept.append(bits(readers.present))
        readers.learn(IMAGE, label, 0.01)
    while kept:
        assert [lesson.label for lesson in readers.lessons] == [1, 2, 3][: len(kept)]
        readers.unlearn()
        assert bits(readers.present) == kept.pop()
    readers.unlearn()
    assert readers.present is SHIPPED


def test_the_network_that_comes_along_and_the_run_never_change(readers) -> None:
    shipped, run = bits(SHIPPED), {k: v.tobytes() for k, v in readers.run_network.params.items()}
    for choice in ("shipped", "run"):
        readers.choose(choice)
        readers.learn(IMAGE, 7, 0.5)
    assert bits(SHIPPED) == shipped
    assert {k: v.tobytes() for k, v in readers.run_network.params.items()} == run


def test_a_copy_of_the_run_stays_at_its_iteration_while_training_goes_on(readers) -> None:
    readers.choose("run")
    assert readers.follows_run
    readers.learn(IMAGE, 7, 0.002)
    copy = bits(readers.present)
    readers.take_snapshot(a_snapshot(a_network(3), 41))
    assert not readers.follows_run
    assert readers.iteration == readers.read(IMAGE).iteration == 40
    assert bits(readers.present) == copy
    assert readers.read_by_run(IMAGE).iteration == 41
    readers.unlearn()
    assert readers.iteration == 41
    assert readers.follows_run


def test_the_way_back_leads_to_the_run_as_it_is_once_it_went_on(readers) -> None:
    readers.choose("run")
    assert readers.way_back is None
    readers.learn(IMAGE, 7, 0.002)
    readers.learn(IMAGE, 7, 0.002)
    assert readers.way_back is None
    readers.take_snapshot(a_snapshot(a_network(3), 41))
    assert readers.way_back is None
    readers.unlearn()
    assert readers.way_back == 41
    readers.choose("shipped")
    assert readers.way_back is None
    readers.choose("run")
    readers.unlearn()
    assert (readers.way_back, readers.iteration) == (None, 41)
    assert bits(readers.present) == bits(Reader(a_network(3)))


def test_a_copy_of_the_run_goes_with_the_run(readers, news) -> None:
    readers.choose("run")
    readers.learn(IMAGE, 7, 0.002)
    news.clear()
    readers.take_snapshot(a_snapshot(a_network(3), 0, run=2))
    assert readers.lessons == ()
    assert readers.present is None
    assert news == ["run"]


def test_each_network_keeps_its_own_lessons(readers) -> None:
    readers.learn(IMAGE, 7, 0.002)
    readers.choose("run")
    assert readers.lessons == ()
    readers.learn(IMAGE, 3, 0.002)
    readers.learn(IMAGE, 3, 0.002)
    readers.take_snapshot(a_snapshot(a_network(3), 0, run=2))
    readers.choose("shipped")
    assert [lesson.label for lesson in readers.lessons] == [7]


def test_another_network_of_ones_own_has_learned_nothing_here(readers) -> None:
    readers.set_own(Reader(a_network(4)))
    readers.choose("own")
    readers.learn(IMAGE, 7, 0.002)
    readers.set_own(Reader(a_network(5)))
    assert readers.lessons == ()
    assert bits(readers.present) == bits(Reader(a_network(5)))


def test_the_same_network_of_ones_own_keeps_what_it_learned(readers, news) -> None:
    own = Reader(a_network(4))
    readers.set_own(own)
    readers.choose("own")
    readers.learn(IMAGE, 7, 0.002)
    news.clear()
    readers.set_own(own)
    assert len(readers.lessons) == 1
    assert news == []


def test_a_lesson_belongs_to_its_drawing_and_its_label(readers) -> None:
    readers.learn(an_image(1), 3, 0.002)
    lesson = readers.learn(IMAGE, 7, 0.002)
    assert readers.lesson_on(IMAGE.copy(), 7) is lesson
    assert readers.lesson_on(IMAGE, 3) is None
    assert readers.lesson_on(an_image(1), 3) is None
    readers.unlearn()
    assert readers.lesson_on(an_image(1), 3) is readers.lessons[0]


def test_a_full_copy_learns_no_more_until_something_is_taken_back(readers) -> None:
    for _ in range(MOST_LESSONS):
        assert readers.learn(IMAGE, 7, 1e-4) is not None
    assert readers.is_full
    assert readers.learn(IMAGE, 7, 1e-4) is None
    assert len(readers.lessons) == MOST_LESSONS
    readers.unlearn()
    assert not readers.is_full


@pytest.mark.parametrize(("hidden", "most"), [((500,), 20), ((1000, 1000), LEAST_LESSONS)])
def test_a_large_network_takes_fewer_steps(hidden: tuple[int, ...], most: int) -> None:
    large = Network((784, *hidden, 10), weight_init_std=0.01, seed=1)
    size = sum(array.nbytes for array in large.params.values())
    assert (size * most <= MOST_BYTES < size * (most + 1)) == (most > LEAST_LESSONS)
    readers = CountingReaders(shipped=Reader(large))
    for _ in range(MOST_LESSONS):
        readers.learn(IMAGE, 7, 1e-4)
    assert readers.is_full
    assert len(readers.lessons) == most
