import pytest
from passes import a_pass

from app.playback import STEP_SECONDS, Playback


@pytest.fixture
def playback() -> Playback:
    playback = Playback()
    playback.set_steps(a_pass().steps)
    return playback


def test_it_begins_before_the_first_step(playback):
    assert playback.position == 0
    assert playback.step is None
    assert not playback.playing


def test_forward_and_back_move_by_one_step_and_stop_at_the_ends(playback):
    playback.back()
    assert playback.position == 0
    playback.forward()
    playback.forward()
    assert playback.position == 2
    assert playback.step is playback.steps[1]
    playback.back()
    assert playback.position == 1
    playback.last()
    playback.forward()
    assert playback.position == 14
    playback.first()
    assert playback.position == 0


def test_layers_are_chapters_with_their_steps(playback):
    assert [(c.phase, c.node, c.count) for c in playback.chapters] == [
        ("forward", "Affine1", 1),
        ("forward", "Relu1", 1),
        ("forward", "Affine2", 1),
        ("forward", "SoftmaxWithLoss", 1),
        ("backward", "SoftmaxWithLoss", 1),
        ("backward", "Affine2", 3),
        ("backward", "Relu1", 1),
        ("backward", "Affine1", 3),
        ("update", "SGD", 2),
    ]


def test_next_layer_visits_the_first_step_of_each(playback):
    visited = []
    for _ in range(10):
        playback.next_layer()
        visited.append(playback.position)
    assert visited == [1, 2, 3, 4, 5, 6, 9, 10, 13, 14]


def test_previous_layer_visits_them_back_and_first_the_beginning_of_its_own(playback):
    playback.last()
    visited = []
    for _ in range(10):
        playback.previous_layer()
        visited.append(playback.position)
    assert visited == [13, 10, 9, 6, 5, 4, 3, 2, 1, 0]


def test_a_jump_stays_within_the_pass(playback):
    playback.jump(9)
    assert playback.position == 9
    playback.jump(99)
    assert playback.position == 14
    playback.jump(-3)
    assert playback.position == 0


def test_playing_takes_a_step_in_its_time_and_ends_at_the_end(playback):
    playback.play()
    playback.tick(0.01)
    assert playback.position == 1
    playback.tick(STEP_SECONDS)
    assert playback.position == 2
    playback.tick(STEP_SECONDS * 5)
    assert playback.position == 7
    playback.tick(STEP_SECONDS * 7)
    assert playback.position == 14
    assert playback.playing  # the last step has its time too
    playback.tick(STEP_SECONDS)
    assert playback.position == 14
    assert not playback.playing
    assert not playback.moving


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0, 4.0])
def test_speed_divides_the_time_of_a_step(playback, speed):
    playback.speed = speed
    playback.play()
    playback.tick(0.001)
    playback.tick(STEP_SECONDS / speed * 0.99)
    assert playback.position == 1
    playback.tick(STEP_SECONDS / speed * 0.02)
    assert playback.position == 2


def test_a_pause_keeps_the_place(playback):
    playback.play()
    playback.tick(0.01)
    playback.tick(STEP_SECONDS * 3)
    playback.pause()
    at = playback.position
    playback.tick(100)
    assert playback.position == at == 4


def test_playing_from_the_end_starts_from_the_beginning(playback):
    playback.last()
    playback.play()
    assert playback.position == 0
    playback.settle()
    playback.tick(0.01)
    assert playback.position == 1


def test_moving_by_hand_pauses(playback):
    playback.play()
    playback.forward()
    assert not playback.playing


def test_without_steps_nothing_plays():
    playback = Playback()
    playback.play()
    playback.next_layer()
    playback.forward()
    assert not playback.playing
    assert playback.position == 0
    assert playback.chapter == -1


def test_another_pass_keeps_the_position(playback):
    playback.jump(9)
    playback.set_steps(a_pass("sigmoid").steps)
    assert playback.position == 9
    playback.set_steps(a_pass().steps[:4])
    assert playback.position == 4


def test_a_step_is_acted_out_forward_but_not_back(playback):
    playback.forward()
    assert playback.phase == 0
    assert playback.moving
    playback.tick(STEP_SECONDS / 2)
    assert playback.phase == pytest.approx(0.5)
    playback.tick(STEP_SECONDS)
    assert playback.phase == 1
    assert not playback.moving
    playback.back()
    assert playback.phase == 1


def test_changes_are_told_once(playback, qtbot):
    positions, states = [], []
    playback.position_changed.connect(positions.append)
    playback.playing_changed.connect(states.append)
    playback.jump(3)
    playback.jump(3)
    playback.play()
    playback.play()
    playback.toggle()
    assert positions == [3]
    assert states == [True, False]
