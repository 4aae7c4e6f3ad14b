import pytest
from passes import a_frame, a_pass, scene_picture
from PySide6.QtCore import QPointF

from app.formatting import signed
from app.graph_view.network_scene import NetworkScene, way_of
from app.graph_view.scene import Weight
from app.places import Place


@pytest.fixture(scope="module")
def trace():
    return a_pass()


def scene_at(trace, position, **changes) -> NetworkScene:
    return NetworkScene(a_frame(trace, position, **changes))


def spot(scene, key):
    (found,) = (spot for spot in scene.spots if spot.key == key)
    return found


def test_every_layer_can_be_opened(trace):
    scene = scene_at(trace, 0)
    opens = [spot.opens for spot in scene.spots if spot.opens is not None]
    assert opens == [Place(layer) for layer in trace.layers]


def test_spots_have_keys_of_their_own_names_and_places(trace):
    scene = scene_at(trace, 14)
    keys = [spot.key for spot in scene.spots]
    assert len(set(keys)) == len(keys)
    for each in scene.spots:
        assert each.name
        assert 0 <= each.rect.left() <= each.rect.right() <= scene.size[0]
        assert 0 <= each.rect.top() <= each.rect.bottom() <= scene.size[1]


def test_an_edge_says_its_value_and_its_gradient(trace):
    scene = scene_at(trace, 3)
    unit = scene.frame.unit
    z = signed(float(trace.values["z1"][0, unit]))
    expected = f"z1[{unit}]: value {z}, gradient not computed yet"
    assert spot(scene, "edge1").name == expected
    dz = signed(float(trace.values["dz1"][0, unit]))
    assert spot(scene_at(trace, 9), "edge1").name == f"z1[{unit}]: value {z}, gradient {dz}"


@pytest.mark.parametrize("position", [0, 2, 9, 14])
def test_what_lies_under_the_pointer_goes_down_to_a_cell(trace, position):
    scene = scene_at(trace, position)
    place = scene.frame.layout
    row = scene.spot_at(place.rows.rect(31).center())
    assert (row.unit, row.opens) == (31, Place("Relu1", 31))
    cell = scene.spot_at(place.w2.rect.topLeft() + QPointF(1, 1))
    assert cell.weight == Weight("W2", (0, 0))
    pixel = scene.spot_at(place.dw1.center())
    assert pixel.weight == Weight("W1", (14 * 28 + 14, scene.frame.unit))
    assert (
        scene.spot_at(QPointF(place.affine1.left() + 3, place.affine1.top() + 3)).key == "Affine1"
    )


def test_a_number_is_copied_in_full_the_gradient_once_it_is_known(trace):
    place = scene_at(trace, 0).frame.layout
    corner = place.w2.rect.topLeft() + QPointF(1, 1)
    before = scene_at(trace, 2).spot_at(corner).number
    after = scene_at(trace, 14).spot_at(corner).number
    assert before == str(trace.values["W2"][0, 0]).replace("-", "−")
    assert after == str(trace.values["dW2"][0, 0]).replace("-", "−")


@pytest.mark.parametrize("area", ["x", "W1", "dW1", "dx", "W2", "dW2", "b2", "db2"])
def test_arrow_keys_walk_through_cells_and_stop_at_the_border(trace, area):
    scene = scene_at(trace, 14)
    first = scene.cell_from(spot(scene, area), 0, 0)
    assert scene.cell_from(first, -1, 0) is None
    assert scene.cell_from(first, 0, -1) is None
    right = scene.cell_from(first, 1, 0)
    assert right.rect.left() > first.rect.left()
    assert scene.cell_from(right, -1, 0).key == first.key
    if "b" not in area:
        assert scene.cell_from(first, 0, 1).rect.top() > first.rect.top()


def test_arrow_keys_walk_through_units_and_classes(trace):
    scene = scene_at(trace, 14)
    unit = scene.cell_from(spot(scene, "Relu1"), 0, 0)
    assert unit.unit == scene.frame.unit
    assert scene.cell_from(unit, 0, 1).unit == unit.unit + 1
    label = scene.cell_from(spot(scene, "SoftmaxWithLoss"), 0, 0)
    assert label.label == scene.frame.label


def test_an_edge_has_no_cells(trace):
    scene = scene_at(trace, 14)
    assert scene.cell_from(spot(scene, "edge1"), 1, 0) is None


@pytest.mark.parametrize(
    "weight",
    [Weight("W1", (406, 17)), Weight("b1", (17,)), Weight("W2", (17, 3)), Weight("b2", (3,))],
)
def test_the_way_of_a_weight_lies_in_the_picture(trace, weight):
    frame = a_frame(trace, 14)
    rects = way_of(frame, weight)
    assert len(rects) >= 3
    width, height = frame.size
    for rect in rects:
        assert 0 <= rect.left() <= rect.right() <= width
        assert 0 <= rect.top() <= rect.bottom() <= height


def test_a_followed_weight_is_lit(trace):
    plain = scene_picture(scene_at(trace, 14))
    lit = scene_picture(NetworkScene(a_frame(trace, 14), Weight("W1", (406, 17))))
    assert plain != lit


def test_it_describes_the_step(trace):
    assert scene_at(trace, 9).description.startswith("Step 9 of 14, Relu1 backward")
