from functools import cache

import numpy as np
import pytest
from apart import cover_only, touching
from passes import a_frame, a_pass
from pictures import check
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app import theme
from app.formatting import EM_DASH, difference, loss, probability, signed, unsigned
from app.graph_view.canvas import Canvas, DrawnText
from app.graph_view.landing import LandingScene
from app.graph_view.layer_affine import TilesScene
from app.graph_view.layer_matrix import MatrixScene
from app.graph_view.layer_output import OutputsScene
from app.graph_view.layer_scenes import layer_scene
from app.graph_view.layer_tiles import WHOLE, tile_field, tile_pixels
from app.graph_view.scene import Scene, Weight
from app.places import Place
from app.theme import diverging_pixels
from bpcore import TwoLayerNet, load_mnist
from bpcore.graph.trace import Trace, trace_pass

SIZES = ((560, 320), (692, 325), (770, 394), (792, 474), (1112, 674))
LAYERS = ("Affine1", "Relu1", "Affine2", "SoftmaxWithLoss")


@cache
def a_batch(
    activation: str = "relu", units: int = 50, examples: int = 30, std: float = 0.1
) -> Trace:
    (x, t), _ = load_mnist(normalize=True, flatten=True)
    network = TwoLayerNet(
        784, units, 10, weight_init_std=std, activation=activation, dtype=np.float32, seed=1
    )
    return trace_pass(network, x[:examples], t[:examples], learning_rate=0.1)


def scene_of(layer: str, position: int, trace: Trace | None = None, **changes: object) -> Scene:
    return layer_scene(a_frame(trace or a_pass(), position, **changes), layer)


def paint(
    scene: Scene,
    colors: theme.Theme = theme.DARK,
    pulse: float | None = None,
    detail: float = 1.0,
    log: list[DrawnText] | None = None,
    origin: tuple[float, float] = (0, 0),
) -> QImage:
    size = int(scene.size[0]), int(scene.size[1])
    image = QImage(*(size if log is None else (1, 1)), QImage.Format.Format_RGB32)
    image.fill(QColor(colors.surface_1))
    painter = QPainter(image)
    cover_only(painter, *size)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(detail, detail)
    painter.translate(-origin[0], -origin[1])
    canvas = Canvas(painter, colors, log, detail)
    scene.paint_still(canvas)
    scene.paint_moving(canvas, pulse)
    painter.end()
    return image


def drawn(scene: Scene, **how: object) -> list[DrawnText]:
    log: list[DrawnText] = []
    paint(scene, log=log, **how)  # type: ignore[arg-type]
    return log


def texts(scene: Scene, **how: object) -> list[str]:
    return [text.text for text in drawn(scene, **how)]


def in_row(log: list[DrawnText], rect: QRectF) -> list[str]:
    found = [t for t in log if rect.contains(t.rect.center())]
    return [t.text for t in sorted(found, key=lambda t: t.rect.left())]


@pytest.mark.parametrize(
    ("name", "layer", "activation", "position", "colors"),
    [
        ("layer_affine1_12_dark", "Affine1", "relu", 12, theme.DARK),
        ("layer_relu1_09_light", "Relu1", "relu", 9, theme.LIGHT),
        ("layer_sigmoid1_09_dark", "Sigmoid1", "sigmoid", 9, theme.DARK),
        ("layer_affine2_08_light", "Affine2", "relu", 8, theme.LIGHT),
        ("layer_output_05_dark", "SoftmaxWithLoss", "relu", 5, theme.DARK),
    ],
)
def test_the_picture_of_a_layer_is_the_approved_one(name, layer, activation, position, colors):
    check(paint(scene_of(layer, position, a_pass(activation)), colors), name)


def test_every_layer_of_the_trace_has_its_picture_and_no_other_name_has():
    for activation in ("relu", "sigmoid", "tanh"):
        trace = a_pass(activation)
        for layer in trace.layers:
            scene = scene_of(layer, 9, trace)
            assert scene.size == (792, 474)
            assert "Step 9 of 14" in scene.description
            paint(scene)
    with pytest.raises(ValueError, match="Affine3"):
        scene_of("Affine3", 0)


# What is written.


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("position", range(15))
def test_a_units_row_says_the_traces_numbers_or_dashes(activation, position):
    trace = a_pass(activation)
    scene = scene_of(trace.layers[1], position, trace)
    known, log = trace.known(position), drawn(scene)
    slopes = scene.frame.local_derivative
    for unit in range(0, 50, 7):
        row = in_row(log, scene.rows.row(unit))
        expected = [
            signed(float(trace.values[name][0, unit]), 3) if name in known else EM_DASH
            for name in ("z1", "a1", "da1", "dz1")
        ]
        factor = float(slopes[unit])
        local = str(int(factor)) if activation == "relu" else unsigned(factor, 3)
        expected.insert(3, local if "a1" in known else EM_DASH)
        gate = [] if "a1" in known else [EM_DASH]
        assert row == [str(unit), expected[0], *gate, *expected[1:]]


@pytest.mark.parametrize("position", [0, 1, 3, 4, 5, 8, 14])
def test_a_class_row_says_the_traces_numbers_or_dashes(position):
    trace = a_pass("sigmoid")
    scene = scene_of("SoftmaxWithLoss", position, trace)
    assert isinstance(scene, OutputsScene)
    known, log, values = trace.known(position), drawn(scene), trace.values

    def said(name, text):
        return text(float(values[name][0, k])) if name in known else EM_DASH

    for k in range(10):
        z2 = said("z2", lambda value: signed(value, 3))
        expected = [str(k), z2, said("y", probability), str(int(values["t"][0, k]))]
        assert in_row(log, scene.row(k)) == [*expected, said("dz2", difference)]
    losses = [
        text for text in in_row(log, scene.columns.loss) if text[0].isdigit() or text == EM_DASH
    ]
    after = [loss(float(values["loss_after"]))] if "loss_after" in known else []
    assert losses == [loss(float(values["loss"])) if "loss" in known else EM_DASH, *after]


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("position", [0, 1, 9, 11, 12, 14])
def test_the_large_unit_says_its_numbers_and_where_the_colours_end(activation, position):
    trace = a_pass(activation)
    said, known = texts(scene_of("Affine1", position, trace, unit=17)), trace.known(position)
    for name in ("z1", "dz1", "db1"):
        value = float(np.ravel(trace.values[name])[17])
        expected = signed(value) if name in known else EM_DASH
        assert said[said.index(f"{name}[17]") + 1] == expected
    new = "W1_new" in known
    end = float(np.abs(trace.values["W1_new" if new else "W1"]).max())
    at = said.index("W1 new" if new else "W1")
    assert said[at + 2 : at + 4] == [signed(-end, 3), signed(end, 3)]
    at = said.index("dW1")
    assert (said[at + 2] == EM_DASH) is ("dW1" not in known)
    assert ("b1[17] new" in said) is ("b1_new" in known)


def test_the_scores_and_biases_stand_under_their_columns():
    trace = a_pass()
    scene = scene_of("Affine2", 12, trace, size=(1112, 674))
    log = drawn(scene)
    for half, names in zip(scene.halves, (("b2", "z2"), ("db2", "dz2")), strict=True):
        for name, cells in zip(names, (half.bias_cells, half.score_cells), strict=True):
            numbers = in_row(log, cells.rect)
            values = np.ravel(trace.values[name]).tolist()
            for number, value in zip(numbers, values, strict=True):
                assert number in (signed(value, 3), signed(value, 2), difference(value))


@pytest.mark.parametrize("layer", LAYERS)
def test_before_the_first_step_nothing_computed_is_written(layer):
    trace = a_pass()
    said = texts(scene_of(layer, 0, trace))
    assert EM_DASH in said
    for name in ("z1", "a1", "z2", "dz1", "da1", "dz2"):
        for value in np.ravel(trace.values[name]).tolist():
            if value:
                assert not {signed(value, 3), signed(value, 4)} & set(said)


def test_numbers_appear_in_the_cells_when_they_have_room():
    trace = a_pass()
    scene = scene_of("Affine2", 8, trace)
    number = signed(float(trace.values["W2"][3, 1]), 3)
    assert number not in texts(scene)
    assert number in texts(scene, detail=3.0)
    far = (0.0, scene.size[1] - 160)
    assert number not in texts(scene, detail=3.0, origin=far)  # it isn't in view there
    cell = scene.spot_at(scene.halves[0].cells.rect.topLeft() + QPointF(1, 1))
    where = next(t.rect for t in drawn(scene, detail=3.0) if cell.rect.contains(t.rect.center()))
    assert cell.rect.contains(where)


def test_a_batch_shows_means_as_numbers_and_each_example_as_a_cell():
    trace = a_batch()
    frame = a_frame(trace, 9, size=(1112, 674))
    scene = layer_scene(frame, "Relu1")
    log = drawn(scene)
    for unit in (0, 21, 49):
        row = in_row(log, scene.rows.row(unit))
        for name in ("z1", "a1", "da1", "dz1"):
            assert signed(frame.number(name, unit), 3) in row
        assert unsigned(float(frame.local_derivative[unit]), 3) in row
    image, area = paint(scene), scene.rows.cell(0, "z_bar")
    y = int(area.center().y())
    colors = {image.pixel(x, y) for x in range(int(area.left()), int(area.right()))}
    assert len(colors) > 10


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("size", SIZES)
def test_a_batch_is_painted_at_every_size(layer, size):
    for position in (0, 9, 14):
        paint(scene_of(layer, position, a_batch(), size=size))


# Where it is written.


def assert_tidy(scene: Scene, log: list[DrawnText]) -> None:
    area = QRectF(0, 0, *scene.size)
    for text in log:
        assert area.contains(text.rect), f"{text.text} leaves the picture: {text.rect}"
    assert touching(log) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("units", [1, 8, 50, 300])
def test_no_text_is_cut_off_or_lies_on_another(size, units):
    for activation, position in (("relu", 0), ("relu", 14), ("sigmoid", 9), ("sigmoid", 14)):
        trace = a_pass(activation, units)
        for layer in trace.layers:
            scene = scene_of(layer, position, trace, size=size, unit=units - 1)
            assert_tidy(scene, drawn(scene))


@pytest.mark.parametrize("size", SIZES)
def test_numbers_of_any_length_keep_their_room(size):
    for std, examples in ((1e-3, 1), (1e-3, 7), (1.0, 1), (1.0, 7)):
        trace = a_batch("relu", 20, examples, std)
        for layer in trace.layers:
            scene = scene_of(layer, 14, trace, size=size)
            assert_tidy(scene, drawn(scene))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("units", [1, 8, 50, 300, 1000])
def test_no_stop_leaves_the_picture(size, units):
    trace = a_pass(units=units)
    area = QRectF(0, 0, *size)
    for scene in (
        *(scene_of(layer, 14, trace, size=size) for layer in LAYERS),
        LandingScene(a_frame(trace, 14, size=size)),
    ):
        assert 1 <= len(scene.spots) <= 2 * 128 + 8
        assert len({spot.key for spot in scene.spots}) == len(scene.spots)
        for spot in scene.spots:
            assert area.contains(spot.rect), spot
            assert spot.name


def test_tiles_have_whole_pixels_and_are_as_large_as_they_get():
    for count, side in ((1, 364), (8, 112), (50, 28)):
        field = tile_field(QRectF(0, 44, 380, 384), count, 9)
        assert field.side == side
        assert field.side in WHOLE
        assert QRectF(0, 44, 380, 384).contains(field.area)
    assert tile_field(QRectF(0, 0, 380, 384), 300).side == 14


def test_tiles_have_the_colours_of_the_scale():
    values = np.linspace(-1.2, 1.2, 500, dtype=np.float32).reshape(20, 25)
    quick = tile_pixels(values, 0.7, theme.DARK).astype(int)
    exact = diverging_pixels(values, 0.7, theme.DARK).astype(int)
    assert np.abs(quick - exact).max() <= 1


# What can be pointed at.


def test_a_pixel_of_a_tile_is_a_weight():
    trace = a_pass()
    for position, name in ((3, "W1"), (12, "dW1")):
        scene = scene_of("Affine1", position, trace)
        assert isinstance(scene, TilesScene)
        for half in scene.layout.halves:
            tile = half.field.rect(8)
            pixel = tile.width() / 28
            spot = scene.spot_at(tile.topLeft() + QPointF(12.5 * pixel, 14.5 * pixel))
            assert spot.weight == Weight("W1", (14 * 28 + 12, 8))
            assert spot.unit == 8
            assert spot.opens == Place("Affine1", 8)
            assert np.float32(spot.number.replace("−", "-")) == trace.values[name][404, 8]
            assert "W1[404,8]" in spot.name
            assert f"x[404] = {trace.values['x'][0, 404]}" in spot.tip


def test_the_tiles_of_an_array_are_one_stop_and_the_arrow_keys_go_from_unit_to_unit():
    scene = scene_of("Affine1", 12, unit=9)
    assert isinstance(scene, TilesScene)
    assert [spot.key for spot in scene.spots][:4] == ["W1", "b1", "dW1", "db1"]
    assert len(scene.spots) <= 6
    for half in scene.layout.halves:
        whole = next(spot for spot in scene.spots if spot.key == half.name)
        assert "50 units" in whole.name
        tile = scene.cell_from(whole, 1, 0)
        assert (tile.unit, tile.opens) == (9, Place("Affine1", 9))
        assert tile.rect == half.field.rect(9)
        assert scene.cell_from(tile, 1, 0).unit == 10
        assert scene.cell_from(tile, 0, 1).unit == 9 + half.field.columns
        assert scene.cell_from(tile, 0, 0) == tile
        beside = half.field.rect(9).bottomLeft() + QPointF(1, 5)
        assert scene.spot_at(beside).unit == 9  # the bar below the tile
    pixel = scene.spot_at(scene.layout.halves[0].field.rect(8).center())
    below = scene.cell_from(pixel, 0, 2)
    assert below.weight.index[0] == pixel.weight.index[0] + 2 * 28
    assert scene.spot_at(below.rect.center()) == below


def test_a_unit_that_is_opened_grows_out_of_its_tile_or_its_row():
    scene = scene_of("Affine1", 12)
    assert scene.opening_to(Place("Affine1", 8).trail) == scene.layout.halves[0].field.rect(8)
    scene = scene_of("Relu1", 12)
    assert scene.opening_to(Place("Relu1", 30).trail) == scene.rows.row(30)
    assert scene.opening_to(Place("Affine1", 8).trail) is None


def test_tiles_that_are_too_many_are_cells_of_one_stop():
    scene = scene_of("Affine1", 12, a_pass(units=300))
    whole = next(spot for spot in scene.spots if spot.key == "dW1")
    tile = scene.cell_from(whole, 0, 0)
    assert tile.unit == scene.frame.unit
    while (before := scene.cell_from(tile, -1, 0)) is not None:
        tile = before
    while (before := scene.cell_from(tile, 0, -1)) is not None:
        tile = before
    assert (tile.unit, tile.opens) == (0, Place("Affine1", 0))
    assert scene.cell_from(tile, 1, 0).unit == 1
    field = scene.layout.halves[1].field
    last = scene.spot_at(field.rect(299).center())
    assert last.unit == 299
    assert scene.opening_at(field.rect(299).center()) == last
    down = last
    while scene.cell_from(down, 1, 0) is not None:
        down = scene.cell_from(down, 1, 0)
    assert down.unit == 299


def test_a_cell_of_the_second_layer_is_a_weight_and_its_column_opens_the_class():
    trace = a_pass()
    scene = scene_of("Affine2", 8, trace)
    assert isinstance(scene, MatrixScene)
    for half in scene.halves:
        column = next(spot for spot in scene.spots if spot.key == f"{half.name}:4")
        assert (column.opens, column.label, column.unit) == (Place("Affine2", 4), 4, None)
        cell = scene.cell_from(column, 0, 0)
        assert cell.weight == Weight("W2", (0, 4))
        cell = scene.cell_from(cell, 1, 3)
        assert cell.weight == Weight("W2", (3, 5))
        assert (cell.unit, cell.label) == (3, 5)
        assert scene.spot_at(cell.rect.center()) == cell
        assert np.float32(cell.number.replace("−", "-")) == trace.values["dW2"][3, 5]
        bias = scene.spot_at(half.bias_cells.rect.topLeft() + QPointF(1, 1))
        assert bias.weight == Weight("b2", (0,))
        score = scene.spot_at(half.score_cells.rect.topLeft() + QPointF(1, 1))
        assert score.key == f"{half.name}:0"


def test_a_row_opens_its_unit_and_says_value_and_gradient():
    trace = a_pass("sigmoid")
    scene = scene_of("Sigmoid1", 9, trace)
    spot = scene.spot_at(scene.rows.row(30).center())
    assert (spot.unit, spot.opens) == (30, Place("Sigmoid1", 30))
    z, dz = (float(trace.values[name][0, 30]) for name in ("z1", "dz1"))
    assert f"z1: value {signed(z)}, gradient {signed(dz)}" in spot.name
    assert [spot.key for spot in scene.spots] == ["units0", "units1"]
    earlier = scene_of("Sigmoid1", 1, trace)
    pending = earlier.spot_at(earlier.rows.row(30).center())
    assert "gradient not computed yet" in pending.name
    assert "da1/dz1 = —" in pending.tip.splitlines()


def test_rows_that_are_too_many_are_cells_of_their_group():
    scene = scene_of("Relu1", 9, a_pass(units=300))
    first = scene.cell_from(scene.spots[0], 0, 0)
    while (before := scene.cell_from(first, 0, -1)) is not None:
        first = before
    assert first.opens == Place("Relu1", 0)
    assert scene.cell_from(first, 0, 1).unit == 1
    assert scene.cell_from(first, 1, 0) is None
    assert scene.spot_at(scene.rows.row(299).center()).unit == 299
    assert not any(text.startswith(("+", "−")) for text in texts(scene))


def test_a_class_opens_the_whole_loss():
    scene = scene_of("SoftmaxWithLoss", 5)
    assert len(scene.spots) == 11
    assert {spot.opens for spot in scene.spots} == {Place("SoftmaxWithLoss", 0)}
    assert [spot.label for spot in scene.spots] == [*range(10), None]
    assert "loss: " in scene.spots[-1].name


def test_places_stay_where_they_are_from_step_to_step():
    for layer in LAYERS:
        scenes = [scene_of(layer, position) for position in (0, 9, 14)]
        kept = [[(spot.key, spot.rect) for spot in scene.spots] for scene in scenes]
        assert kept[0] == kept[1] == kept[2]


# What moves.


@pytest.mark.parametrize(
    ("layer", "position"), [("Affine1", 11), ("Relu1", 9), ("Affine2", 7), ("SoftmaxWithLoss", 5)]
)
def test_what_was_just_computed_is_swept_over_unless_motion_is_reduced(layer, position):
    rest = paint(scene_of(layer, position))
    assert paint(scene_of(layer, position), pulse=0.3) != rest
    assert paint(scene_of(layer, position), pulse=0.9) == rest
    assert paint(scene_of(layer, position, reduced_motion=True), pulse=0.3) == rest
    elsewhere = scene_of(layer, 4 if position != 5 else 9)
    if layer != "SoftmaxWithLoss":
        assert paint(elsewhere, pulse=0.3) == paint(elsewhere)
