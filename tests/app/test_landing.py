import numpy as np
import pytest
from passes import a_frame, a_pass
from pictures import check
from PySide6.QtCore import QPointF
from test_layer_scenes import SIZES, a_batch, assert_tidy, drawn, paint, texts

from app import theme
from app.formatting import EM_DASH, count, loss, signed
from app.graph_view.landing import LandingScene
from app.graph_view.layer_tiles import outline_of
from app.graph_view.scene import Weight
from app.places import Place

LOSSES = (2.3927, 0.3456, 0.1822, 0.1204)


def landing(position: int = 14, losses: tuple[float, ...] = (), **changes: object) -> LandingScene:
    trace = changes.pop("trace", None) or a_pass()
    return LandingScene(a_frame(trace, position, **changes), losses)


def test_the_picture_is_the_approved_one():
    check(paint(landing(14, LOSSES)), "landing_14_dark")
    check(paint(landing(12), theme.LIGHT), "landing_12_light")


@pytest.mark.parametrize("position", [0, 4, 9, 10, 11, 12, 13, 14])
def test_losses_and_counts_are_the_traces_or_dashes(position):
    trace = a_pass()
    said, known, values = texts(landing(position)), trace.known(position), trace.values
    at = said.index("→")
    before, after = (
        loss(float(values[name])) if name in known else EM_DASH for name in ("loss", "loss_after")
    )
    assert (said[at - 1], said[at + 1]) == (before, after)
    at = said.index("Gradients that are exactly 0")
    for name in ("dW1", "db1", "dW2", "db2"):
        at = said.index(name, at)
        zeros = int((values[name] == 0).sum())
        expected = f"{count(zeros) if zeros else 'none'} of {count(values[name].size)}"
        assert said[at + 1] == (expected if name in known else EM_DASH)


def test_each_picture_says_where_its_colours_end():
    trace = a_pass()
    said, j = texts(landing(14, unit=17)), 17
    for name in ("dW1", "dx"):
        end = float(np.abs(trace.values[name]).max())
        assert {signed(-end, 3), signed(end, 3)} <= set(said)
    step = float(np.abs(trace.values["dW1"][:, j]).max())
    assert f"η = 0.1, ±{step:.3f}" in said or "η = 0.1, ±0" in said
    assert said[said.index("W1[:,17]") + 1] == f"±{np.abs(trace.values['W1'][:, j]).max():.3f}"


def test_the_step_goes_against_the_gradient():
    trace = a_pass()
    scene = landing(14)
    j = scene.frame.unit
    image, rect = paint(scene), scene.layout.tiles[1]
    pixel = int(np.abs(trace.values["dW1"][:, j]).argmax())
    row, column = divmod(pixel, 28)
    side = rect.width() / 28
    color = image.pixelColor(
        int(rect.left() + (column + 0.5) * side), int(rect.top() + (row + 0.5) * side)
    )
    positive = trace.values["dW1"][pixel, j] > 0
    expected = theme.DARK.negative if positive else theme.DARK.positive
    assert color.name().upper() == expected


def test_steps_on_a_copy_are_numbers_on_a_falling_line():
    said = texts(landing(14, LOSSES))
    written = [loss(value) for value in LOSSES]
    assert written == ["2.3927", "0.3456", "0.1822", "0.1204"]
    assert written == [text for text in said[said.index("→") + 2 :] if text in written]
    assert "steps on a copy: 3" in said
    name = landing(14, LOSSES).spots[-1].name
    assert all(loss(value) in name for value in LOSSES)
    paint(landing(14, tuple(2.0 / (k + 1) for k in range(60))))


@pytest.mark.parametrize("size", [*SIZES, (692, 281), (804, 361)])
@pytest.mark.parametrize("units", [1, 8, 50, 300])
def test_no_text_is_cut_off_or_lies_on_another(size, units):
    for position, losses in ((0, ()), (14, ()), (14, LOSSES)):
        scene = landing(position, losses, trace=a_pass(units=units), size=size, unit=units - 1)
        assert_tidy(scene, drawn(scene))


@pytest.mark.parametrize("size", SIZES)
def test_a_batch_lands_too(size):
    paint(landing(14, trace=a_batch(), size=size))


def test_pixels_and_weights_can_be_pointed_at():
    trace = a_pass()
    scene = landing(14)
    place, j = scene.layout, scene.frame.unit
    side = place.dx.width() / 28
    spot = scene.spot_at(place.dx.topLeft() + QPointF(3.5 * side, 2.5 * side))
    assert np.float32(spot.number.replace("−", "-")) == trace.values["dx"][0, 59]
    assert "x[59]" in spot.name
    side = place.tiles[1].width() / 28
    spot = scene.spot_at(place.tiles[1].topLeft() + QPointF(3.5 * side, 2.5 * side))
    assert spot.weight == Weight("W1", (59, j))
    assert f"W1_new[59,{j}] = " in spot.tip
    whole = scene.spots[0]
    tile = scene.cell_from(whole, 0, 0)
    assert (whole.key, tile.unit, tile.opens) == ("dW1", j, Place("Affine1", j))
    pixel = scene.spot_at(place.field.rect(5).topLeft() + QPointF(0.5, 0.5))
    assert pixel.weight == Weight("W1", (0, 5))
    dx = next(spot for spot in scene.spots if spot.key == "dx")
    assert scene.cell_from(scene.cell_from(dx, 0, 0), 1, 1).name.startswith("x[29]")


def test_the_outline_goes_around_the_ink():
    shape = np.zeros((4, 4), bool)
    shape[1, 1:3] = True
    lines = outline_of(shape)
    assert len(lines) == 6
    assert all(start != end for start, end in lines)


def test_the_last_step_is_swept_over_unless_motion_is_reduced():
    for position in (10, 11, 13):
        rest = paint(landing(position))
        assert paint(landing(position), pulse=0.3) != rest
        assert paint(landing(position, reduced_motion=True), pulse=0.3) == rest
