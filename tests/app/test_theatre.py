"""What the theatre shows, without any widget."""

import numpy as np
import pytest
from digit_session import DigitSession, a_network

from app.graph_view.scene import Weight
from app.places import LANDING, Place
from app.staging import Expression, Shop
from app.theatre import Theatre


@pytest.fixture
def digits():
    return DigitSession(a_network())


@pytest.fixture
def theatre(digits):
    theatre = Theatre(digits)
    theatre.stage(digits.example("test", 6))
    return theatre


def phases(theatre):
    return [step.phase for step in theatre.trace.steps]


def test_an_example_goes_through_the_network(theatre):
    assert theatre.place == Place()
    assert theatre.trace.layers == ("Affine1", "Relu1", "Affine2", "SoftmaxWithLoss")
    assert theatre.graph is None
    assert len(theatre.playback.steps) == 14


def test_at_first_it_looks_at_the_right_class_and_the_strongest_unit(theatre):
    values = theatre.trace.values
    assert theatre.label == values["t"][0].argmax()
    assert theatre.unit == np.abs(values["dz1"][0]).argmax()


def test_the_strongest_unit_is_that_of_all_pages_until_one_is_chosen(theatre, digits):
    told = []
    digits.unit_changed.connect(told.append)
    for index in range(3):
        theatre.stage(digits.example("test", index))
        strength = np.abs(theatre.trace.values["dz1"]).max(axis=0)
        assert told[-1] == theatre.unit == strength.argmax()
    theatre.select_unit(4)
    theatre.stage(digits.example("test", 0))
    assert told[-1] == theatre.unit == 4


def test_layers_share_the_pass_and_the_step_of_the_network(theatre):
    theatre.playback.jump(9)
    theatre.open(Place("Relu1"))
    assert theatre.playback.position == 9
    theatre.open(LANDING)
    assert theatre.playback.position == 9
    assert theatre.graph is None


@pytest.mark.parametrize(("outer", "done"), [(0, ""), (1, "forward"), (9, "forward"), (14, "all")])
def test_a_unit_is_entered_as_far_as_its_layer_has_run(theatre, outer, done):
    theatre.playback.jump(outer)
    theatre.open(Place("Affine1", 17))
    forward = phases(theatre).count("forward")
    expected = {"": 0, "forward": forward, "all": len(theatre.trace.steps)}[done]
    assert theatre.playback.position == expected
    theatre.up()
    theatre.up()
    assert theatre.place == Place()
    assert theatre.playback.position == outer


def test_opening_pauses_the_pass(theatre):
    theatre.playback.play()
    theatre.open(Place("Relu1", 3))
    assert not theatre.playback.playing


def test_the_graph_of_a_unit_ends_where_the_networks_pass_does(theatre):
    theatre.open(Place("Affine1", 17))
    inner, outer = theatre.trace.values, theatre.network_trace.values
    assert inner["a1[17]"] == pytest.approx(outer["a1"][0, 17], rel=1e-5)
    assert inner["dz1[17]"] == pytest.approx(outer["dz1"][0, 17], rel=1e-5, abs=1e-9)


def test_opening_a_unit_chooses_it_for_the_network_too(theatre):
    theatre.open(Place("Relu1", 31))
    assert theatre.unit == 31
    theatre.select_unit(4)
    assert theatre.place == Place("Relu1", 4)
    assert "a1[4]" in theatre.graph.nodes


def test_inside_the_activation_is_known(theatre):
    assert not theatre.inside_activation
    theatre.open(Place("Relu1", 31))
    assert theatre.inside_activation
    theatre.open(Place("Affine1", 31))
    assert not theatre.inside_activation


def test_a_batch_has_layers_but_no_units(theatre, digits):
    theatre.open(Place("Relu1", 5))
    theatre.stage(digits.batch("train", 0, 20))
    assert theatre.place == Place()
    assert theatre.trace.values["x"].shape == (20, 784)
    theatre.open(Place("Relu1", 5))
    assert theatre.place == Place("Relu1")


def test_a_graph_without_a_network_is_seen_whole_at_first(theatre):
    theatre.playback.jump(3)
    theatre.stage(Shop())
    assert theatre.network_trace is None
    assert float(theatre.trace.values["total"]) == pytest.approx(715)
    assert theatre.playback.position == len(theatre.trace.steps)
    theatre.open(Place(node="total"))
    assert theatre.place.level == "operation"


def test_the_shop_takes_other_prices(theatre):
    theatre.stage(Shop({"apple price": 50.0, "oranges": 1.0, "tax": 1.0}))
    assert float(theatre.trace.values["total"]) == pytest.approx(50 * 2 + 150)


def test_typing_on_stays_at_the_end_of_the_pass(theatre):
    theatre.stage(Expression("x * y", {"x": 2.0, "y": 3.0}))
    assert theatre.playback.position == 2
    theatre.stage(Expression("x * y + x", {"x": 2.0, "y": 3.0}))
    assert theatre.playback.position == 4
    theatre.playback.jump(1)
    theatre.stage(Expression("x * y + y", {"x": 2.0, "y": 3.0}))
    assert theatre.playback.position == 1


def test_an_expression_that_fails_says_why(theatre):
    theatre.stage(Expression("log(x)", {"x": -1.0}))
    assert theatre.trace is None
    assert "log" in theatre.running.message


def test_an_operation_that_is_typed_away_leads_up(theatre):
    theatre.stage(Expression("exp(x)", {"x": 1.0}))
    theatre.open(Place(node="exp(x)"))
    theatre.stage(Expression("x + 1", {"x": 1.0}))
    assert theatre.place == Place()


def test_back_from_a_graph_the_networks_pass_begins_where_it_was_left(theatre, digits):
    theatre.playback.jump(9)
    theatre.stage(Shop())
    theatre.stage(digits.example("test", 7))
    assert theatre.playback.position == 9


def test_another_activation_takes_the_place_of_the_one_that_was_looked_at(theatre, digits):
    theatre.open(Place("Relu1", 3))
    digits.publish(a_network("sigmoid"), 0, run=2)
    theatre.refresh()
    assert theatre.place == Place("Sigmoid1", 3)
    assert theatre.trace is not None


def test_a_smaller_network_keeps_the_place_within_its_units(theatre, digits):
    theatre.follow(Weight("W1", (300, 49)))
    theatre.open(Place("Affine1", 49))
    digits.publish(a_network(units=4), 0, run=2)
    theatre.refresh()
    assert theatre.place == Place("Affine1", 3)
    assert theatre.unit == 3
    assert theatre.following.weight is None


def test_a_diverged_network_has_no_pass(theatre, digits):
    network = a_network()
    network.params["W1"][:] = 1e38
    network.params["W2"][:] = 1e38
    digits.publish(network, 5)
    theatre.open(Place("Affine1", 3))
    theatre.refresh()
    assert theatre.trace is None
    assert theatre.playback.steps == ()


def test_a_followed_weight_is_explained_by_its_gradient(theatre):
    weight = Weight("W2", (theatre.unit, theatre.label))
    theatre.playback.jump(3)
    theatre.follow(weight)
    assert "dW2" in theatre.trace.known(theatre.playback.position)
    gradient = theatre.trace.values["dW2"][weight.index]
    assert theatre.following.explanation().gradient == pytest.approx(gradient, rel=1e-5)
    theatre.playback.back()
    assert theatre.following.explanation() is None
    theatre.playback.forward()
    assert theatre.following.explanation() is not None
    theatre.follow(None)
    assert theatre.following.explanation() is None


def test_letting_go_of_a_weight_goes_back_to_where_the_pass_was(theatre):
    weight = Weight("W2", (11, 5))
    theatre.playback.jump(3)
    theatre.follow(weight)
    assert theatre.following.moved == (3, 7)
    theatre.follow(Weight("W1", (300, 8)))
    assert theatre.following.moved == (3, 11)
    theatre.follow(None)
    assert theatre.playback.position == 3
    assert theatre.following.moved is None


def test_where_the_pass_went_on_since_or_never_moved_it_stays(theatre):
    weight = Weight("W2", (11, 5))
    theatre.playback.jump(3)
    theatre.follow(weight)
    theatre.playback.forward()
    assert theatre.following.moved is None
    theatre.follow(None)
    assert theatre.playback.position == 8
    theatre.follow(weight)
    assert theatre.following.moved is None
    theatre.follow(None)
    assert theatre.playback.position == 8


@pytest.mark.parametrize("place", [Place("Affine2"), Place("Affine1", 8), LANDING])
def test_another_level_lets_go_of_the_weight_and_goes_back(theatre, place):
    theatre.playback.jump(3)
    theatre.follow(Weight("W1", (300, 8)))
    theatre.open(place)
    assert theatre.following.weight is None
    theatre.open(Place())
    assert theatre.playback.position == 3


def test_something_without_a_network_lets_go_too(theatre, digits):
    theatre.playback.jump(3)
    theatre.follow(Weight("W1", (300, 8)))
    theatre.stage(Shop())
    assert theatre.following.weight is None
    theatre.stage(digits.example("test", 7))
    assert theatre.playback.position == 3


def test_another_digit_keeps_the_weight(theatre, digits):
    theatre.playback.jump(3)
    theatre.follow(Weight("W1", (300, 8)))
    theatre.stage(digits.example("test", 7))
    assert theatre.following.weight is not None
    assert theatre.following.moved == (3, 11)


def test_following_a_weight_of_the_first_layer_chooses_its_unit(theatre):
    theatre.follow(Weight("W1", (406, 8)))
    assert theatre.unit == 8


def test_a_step_is_taken_on_a_copy_and_can_be_repeated_and_thrown_away(theatre, digits):
    before = {name: array.copy() for name, array in digits.network.params.items()}
    first = theatre.trace.values
    theatre.take_step()
    assert theatre.running.losses == (first["loss"], first["loss_after"])
    assert np.array_equal(theatre.trace.values["W1"], first["W1_new"])
    theatre.take_step()
    assert len(theatre.running.losses) == 3
    assert theatre.running.losses[2] < theatre.running.losses[1] < theatre.running.losses[0]
    assert all(np.array_equal(digits.network.params[name], before[name]) for name in before)
    theatre.discard_copy()
    assert theatre.running.losses == ()
    assert np.array_equal(theatre.trace.values["W1"], before["W1"])


def test_training_does_not_take_the_copy_away_but_another_run_does(theatre, digits):
    theatre.take_step()
    digits.publish(a_network(seed=3), 10)
    theatre.refresh()
    assert len(theatre.running.losses) == 2
    digits.publish(a_network(seed=4), 0, run=2)
    theatre.refresh()
    assert theatre.running.losses == ()


def test_nothing_staged_is_no_pass(digits):
    theatre = Theatre(digits)
    theatre.stage(None)
    assert theatre.trace is None
    theatre.take_step()
    theatre.up()
    theatre.follow(Weight("W1", (0, 0)))
    assert theatre.following.explanation() is None


def test_a_unit_shows_as_many_terms_as_there_is_room_for(theatre):
    theatre.open(Place("Affine1", 17))
    terms = []
    for height in (300, 420, 680):
        theatre.make_room(height)
        terms.append(sum(name.startswith("x[") and "×" in name for name in theatre.graph.nodes))
        values = theatre.trace.values
        assert values["z1[17]"] == pytest.approx(
            theatre.network_trace.values["z1"][0, 17], rel=1e-5
        )
    assert terms == [2, 4, 8]
