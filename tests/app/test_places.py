import pytest

from app.places import LEVELS, Place

DEEPEST = Place("Sigmoid1", 17, "exp(−z1[17])")


def test_a_trail_leads_from_the_network_to_the_place():
    assert DEEPEST.trail == (Place(), Place("Sigmoid1"), Place("Sigmoid1", 17), DEEPEST)
    assert tuple(place.level for place in DEEPEST.trail) == LEVELS


def test_going_up_ends_at_the_top():
    assert DEEPEST.up == Place("Sigmoid1", 17)
    assert Place().up == Place()
    assert Place(node="exp(-x)").trail == (Place(), Place(node="exp(-x)"))


@pytest.mark.parametrize("place", DEEPEST.trail)
def test_an_operation_runs_in_the_pass_of_its_graph(place):
    assert place.graph.node == ""
    assert place.graph.unit == place.unit
