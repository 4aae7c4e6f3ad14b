"""The layers of a network as chips, in however little room."""

import itertools

import pytest
from PySide6.QtCore import QRectF

from app.widgets.bug_chain import HEIGHT, plan_chain
from app.widgets.verdict_words import Link


def chain_of(*names: str, guilty: int | None = None) -> list[Link]:
    return [Link(name, is_guilty=n == guilty) for n, name in enumerate(names)]


def of_depth(affines: int, kind: str) -> tuple[str, ...]:
    """Names of the layers of a network with so many Affine layers."""
    names = [f"{each}{n}" for n in range(1, affines + 1) for each in ("Affine", kind)]
    return (*names[:-1], "Loss")


@pytest.mark.parametrize("kind", ["Relu", "Sigmoid", "Tanh"])
@pytest.mark.parametrize("guilty", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("width", [256, 288])
def test_two_layers_fit_with_their_whole_names(qapp, kind, guilty, width) -> None:
    chain = chain_of(*of_depth(2, kind), guilty=guilty)
    plan = plan_chain(chain, QRectF(16, 0, width, HEIGHT))
    assert [plan.style.name(chain[n]) for n in plan.places] == [*of_depth(2, kind)]


@pytest.mark.parametrize("width", [256, 288, 600])
@pytest.mark.parametrize("kind", ["Relu", "Sigmoid"])
@pytest.mark.parametrize("guilty", [None, 0, 3, 4, 7, 8, 9])
def test_of_a_deep_network_the_ends_and_the_neighbours_of_the_guilty_one_are_kept(
    qapp, width, kind, guilty
) -> None:
    chain = chain_of(*of_depth(5, kind), guilty=guilty)
    room = QRectF(16, 0, width, HEIGHT)
    plan = plan_chain(chain, room)
    at = guilty or 0
    kept = {0, len(chain) - 1, *(n for n in (at - 1, at, at + 1) if 0 <= n < len(chain))}
    assert kept <= set(plan.places)
    assert list(plan.places) == sorted(plan.places)
    assert all(a.right() + 12 <= b.left() for a, b in itertools.pairwise(plan.boxes))
    assert plan.boxes[0].left() == room.left()
    assert plan.boxes[-1].right() <= room.right() + 1e-6
    if width == 600:
        assert len(plan.places) == len(chain)


@pytest.mark.parametrize("width", [40, 90, 150])
def test_where_hardly_anything_fits_the_guilty_one_is_kept(qapp, width) -> None:
    chain = chain_of(*of_depth(5, "Sigmoid"), guilty=3)
    plan = plan_chain(chain, QRectF(0, 0, width, HEIGHT))
    assert 3 in plan.places
    assert plan.boxes[-1].right() <= width
