import numpy as np
import pytest

from bpcore.config import TrainingConfig
from bpcore.recording import Event
from bpcore.recovery import GUESSING, Recovery, lower_rate, recovery

CONFIG = TrainingConfig()
LEARNING = np.linspace(GUESSING, 0.05, 3000)
DEAD = np.full(400, GUESSING)
GONE = np.geomspace(3.0, 1e38, 40)


def decay(at: int) -> Event:
    return Event(at, "weight_decay", 3.0)


def rate(at: int, value: float = 5.0) -> Event:
    return Event(at, "learning_rate", value)


def of(losses, *changes: Event, config: TrainingConfig = CONFIG) -> Recovery:
    last = [config.learning_rate, *(c.value for c in changes if c.name == "learning_rate")][-1]
    return recovery(config, changes, np.concatenate(losses), last)


def test_a_network_whose_weights_decayed_to_nothing_is_not_gone_on_with() -> None:
    to_do = of((LEARNING, DEAD, GONE), decay(3000), rate(3400))
    assert to_do == Recovery(3000, CONFIG, is_changed=True)


@pytest.mark.parametrize(
    ("first", "spoilt"),
    [([], DEAD), ([], np.full(400, 1.5)), ([300.0], DEAD)],
    ids=["dead", "half lost", "dead, but below what it began with"],
)
def test_nor_is_one_that_a_high_rate_spoilt(first: list[float], spoilt: np.ndarray) -> None:
    start = len(first) + len(LEARNING)
    changes = rate(start), decay(start + len(spoilt))
    assert of((first, LEARNING, spoilt, GONE), *changes).start == start


def test_a_slider_that_was_dragged_through_values_is_gone_back_behind() -> None:
    drag = [rate(3000 + 5 * n, 0.2 + n) for n in range(20)]
    to_do = of((LEARNING, np.full(100, 0.05), GONE), *drag)
    assert (to_do.start, to_do.config.learning_rate) == (3000, 0.1)


def test_what_a_change_left_sound_is_kept_with_its_decay() -> None:
    slight, later = Event(1000, "weight_decay", 0.01), rate(3000)
    assert of((LEARNING, GONE), slight, later).config == CONFIG.replace(weight_decay=0.01)


@pytest.mark.parametrize("done", [32, 3000])
def test_a_change_that_fails_at_once_is_taken_back(done: int) -> None:
    assert of((LEARNING[-done:],), rate(done, 100.0)) == Recovery(done, CONFIG, is_changed=True)


def test_a_run_that_went_wrong_by_itself_goes_back_a_little_and_takes_a_lower_rate() -> None:
    to_do = of((LEARNING, GONE), config=CONFIG.replace(learning_rate=3.0))
    assert 2900 < to_do.start <= 3000
    assert to_do == Recovery(to_do.start, CONFIG.replace(learning_rate=0.3))


@pytest.mark.parametrize(
    "losses",
    [(GONE,), (DEAD, GONE), (np.linspace(300, 10, 400), GONE)],
    ids=["at once", "dead", "its decay's share fell"],
)
def test_where_nothing_was_learned_one_starts_again_without_a_decay_that_holds(losses) -> None:
    to_do = of(losses, config=CONFIG.replace(learning_rate=1.0, weight_decay=3.0))
    assert to_do == Recovery(0, CONFIG, held_by=3.0)


def test_a_run_that_was_always_near_guessing_starts_again() -> None:
    assert of((DEAD, np.full(64, 2.2), GONE), rate(464)).start == 0


def test_a_change_before_anything_was_learned_has_its_own_rate_lowered() -> None:
    assert of((DEAD[:10], GONE), rate(10)) == Recovery(
        0, CONFIG.replace(learning_rate=0.5), is_changed=True
    )


def test_what_began_with_too_large_weights_may_have_learned_above_guessing() -> None:
    losses = (np.linspace(300, 10, 200), np.full(100, 1e4))
    assert of(losses, rate(200)).start == 200


def test_without_hidden_layers_a_strong_decay_stays() -> None:
    flat = CONFIG.replace(hidden_sizes=(), weight_decay=3.0, learning_rate=1.0)
    assert of((GONE,), config=flat).config == flat.replace(learning_rate=0.1)


def test_a_run_of_no_iteration_starts_again() -> None:
    assert of((np.empty(0),)).start == 0


@pytest.mark.parametrize(
    ("failed", "changes", "lower"),
    [
        (5.0, {}, 0.5),
        (10.0, {}, 0.1),  # with 1 deeper networks die
        (1.0, {"weight_decay": 10.0, "hidden_sizes": ()}, 0.1),
        (10.0, {"optimizer": "adam"}, 0.001),
        (0.3, {"optimizer": "momentum"}, 0.03),
        (1e-6, {}, 1e-6),
    ],
)
def test_a_lower_rate_is_a_tenth_and_near_what_the_optimizer_takes(failed, changes, lower) -> None:
    assert lower_rate(failed, CONFIG.replace(**changes)) == lower
