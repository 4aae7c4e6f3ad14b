import numpy as np
import pictures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from unit_session import UnitSession, inspected, snapshot_of, weights_of

from app import formatting, theme
from app.widgets import tile_grid
from app.widgets.basics import Card
from app.widgets.tile_loupe import ZOOM
from app.widgets.tile_pixels import end_texts, robust_limit, scaled
from app.widgets.unit_tiles import UnitTiles


def make(qtbot, units: int = 50, size=(331, 203), selected: int = 0) -> UnitTiles:
    tiles = UnitTiles(UnitSession(selected))
    qtbot.addWidget(tiles)
    tiles.resize(*size)
    with qtbot.waitExposed(tiles):
        tiles.show()
    tiles.show_snapshot(snapshot_of(weights_of(units)))
    QApplication.processEvents()
    return tiles


@pytest.fixture
def tiles(qtbot) -> UnitTiles:
    return make(qtbot)


def text_of(tiles: UnitTiles, name: str) -> str:
    return tiles.findChild(QLabel, name).text()


def tile_pixels(tiles: UnitTiles, unit: int) -> np.ndarray:
    image = pictures.pixels(tiles.grid.viewport().grab().toImage())
    rect = tiles.grid.tile_rect(unit)
    return image[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]


def selected(tiles: UnitTiles) -> int:
    return tiles._session.unit


def point_at(tiles: UnitTiles, unit: int) -> None:
    viewport = tiles.grid.viewport()
    at = QPointF(tiles.grid.tile_rect(unit).center())
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        at,
        viewport.mapToGlobal(at),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, move)


def loupe_of(tiles: UnitTiles) -> QWidget:
    return tiles.window().findChild(QWidget, "tileLoupe")


# Pictures


@pytest.mark.parametrize("unit", [1, 37, 49])
def test_a_tile_is_the_units_weights_pixel_by_pixel(tiles: UnitTiles, unit: int) -> None:
    weights = weights_of(50)[:, unit].reshape(28, 28)
    expected = theme.diverging_pixels(weights, tiles.limit, theme.DARK)
    assert np.array_equal(tile_pixels(tiles, unit), expected)


def test_all_tiles_share_one_scale_whose_ends_are_written(tiles: UnitTiles) -> None:
    assert tiles.limit == robust_limit(weights_of(50))
    assert tiles._legend.texts == end_texts(tiles.limit) == ("−0.094", "+0.094")


def test_a_new_theme_gives_the_tiles_its_colours(qapp, tiles: UnitTiles) -> None:
    theme.apply(qapp, theme.LIGHT)
    weights = weights_of(50)[:, 3].reshape(28, 28)
    expected = theme.diverging_pixels(weights, tiles.limit, theme.LIGHT)
    assert np.array_equal(tile_pixels(tiles, 3), expected)


def test_where_there_is_less_room_pixels_are_left_out_and_none_is_mixed(qtbot) -> None:
    tiles = make(qtbot, size=(291, 203), selected=9)
    assert tiles.grid.side == 24
    weights = weights_of(50)[:, 12].reshape(28, 28)[scaled(24)][:, scaled(24)]
    expected = theme.diverging_pixels(weights, tiles.limit, theme.DARK)
    assert np.array_equal(tile_pixels(tiles, 12), expected)


def test_weights_that_are_no_numbers_are_blank_and_nothing_breaks(qtbot, tiles: UnitTiles) -> None:
    weights = weights_of(50)
    weights[:, 4] = np.nan
    weights[0, 5] = np.inf
    tiles.show_snapshot(snapshot_of(weights), at_once=True)
    blank = theme.diverging_pixels(np.zeros((28, 28)), 1.0, theme.DARK)
    assert np.array_equal(tile_pixels(tiles, 4), blank)
    point_at(tiles, 5)
    assert not loupe_of(tiles).grab().isNull()


def test_weights_that_are_all_zero_have_a_scale_of_zero(tiles: UnitTiles) -> None:
    tiles.show_snapshot(snapshot_of(np.zeros((784, 50), np.float32)), at_once=True)
    assert tiles._legend.texts == ("0", "0")
    assert text_of(tiles, "unitFacts") == "|W| max 0"


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1e-6, 0.003, 0.1, 40.0]),
    st.sampled_from([1, 3, 50, 400]),
)
def test_the_scale_covers_nearly_all_weights_and_not_more(seed, size, units) -> None:
    weights = np.random.default_rng(seed).normal(0, size, (784, units))
    limit = robust_limit(weights)
    assert limit == float(f"{limit:.1e}")
    beyond = (np.abs(weights) > limit * 1.06).mean()
    assert beyond <= 0.008
    assert (np.abs(weights) > limit * 0.9).mean() >= 0.002


def test_a_single_weight_that_is_not_zero_is_seen() -> None:
    weights = np.zeros((784, 2))
    weights[5, 0] = 0.25
    assert robust_limit(weights) == 0.25
    assert robust_limit(np.zeros((784, 2))) == 0


def test_units_all_over_a_large_layer_count_for_the_scale() -> None:
    weights = np.full((784, 520), 0.25)
    weights[:, ::10] = 0
    assert robust_limit(weights) == 0.25
    assert robust_limit(1 - 4 * weights) == 1.0


# Any number of units


@pytest.mark.parametrize("units", [1, 7, 10, 11, 50, 1000])
def test_the_last_of_any_number_of_units_can_be_reached_and_seen(qtbot, units: int) -> None:
    tiles = make(qtbot, units)
    tiles.grid.setFocus()
    qtbot.keyClick(tiles.grid, Qt.Key.Key_End)
    assert selected(tiles) == units - 1
    assert tiles.grid.viewport().rect().contains(tiles.grid.tile_rect(units - 1))
    assert text_of(tiles, "unitName") == f"Unit {units - 1}"


def test_only_the_rows_in_sight_are_coloured(qtbot, monkeypatch) -> None:
    asked = []
    paint = tile_grid.rows_of_tiles

    def rows_of_tiles(weights, rows, *rest):
        asked.append(rows)
        return paint(weights, rows, *rest)

    monkeypatch.setattr(tile_grid, "rows_of_tiles", rows_of_tiles)
    tiles = make(qtbot, 1000)
    bar = tiles.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    tiles.grid.viewport().grab()
    assert all(len(rows) <= 7 for rows in asked)
    assert asked[-1].stop == 100


def test_rows_that_scroll_show_the_units_that_are_there(qtbot) -> None:
    tiles = make(qtbot, 1000)
    bar = tiles.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    unit = tiles.grid.place_at(QPoint(100, 80))
    assert unit > 300
    weights = weights_of(1000)[:, unit].reshape(28, 28)
    expected = theme.diverging_pixels(weights, tiles.limit, theme.DARK)
    assert np.array_equal(tile_pixels(tiles, unit), expected)


def test_where_there_is_no_unit_there_is_nothing_to_choose(qtbot) -> None:
    tiles = make(qtbot, 7)
    assert tiles.grid.place_at(tiles.grid.tile_rect(6).center()) == 6
    for point in (tiles.grid.tile_rect(7).center(), QPoint(3, 10), QPoint(100, 190)):
        assert tiles.grid.place_at(point) == -1
        qtbot.mouseClick(tiles.grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert selected(tiles) == 0


# Selecting


def test_a_click_selects_the_unit_for_every_page(qtbot, tiles: UnitTiles) -> None:
    at = tiles.grid.tile_rect(17).center()
    with qtbot.waitSignal(tiles._session.unit_changed) as told:
        qtbot.mouseClick(tiles.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == [17]
    size = formatting.magnitude(float(np.abs(weights_of(50)[:, 17]).max()), 2)
    assert text_of(tiles, "unitName") == "Unit 17"
    assert text_of(tiles, "unitFacts") == f"|W| max {size}"


def test_the_selected_tile_has_a_frame_in_the_accent(tiles: UnitTiles) -> None:
    tiles._session.select_unit(23)
    image = pictures.pixels(tiles.grid.viewport().grab().toImage())
    rect = tiles.grid.tile_rect(23)
    accent = np.array([0x35, 0xC9, 0xA5])
    for x, y in ((rect.left() - 1, rect.center().y()), (rect.center().x(), rect.bottom() + 2)):
        assert np.abs(image[y, x] - accent).max() < 30


def test_another_page_can_select_the_unit(tiles: UnitTiles) -> None:
    tiles._session.select_unit(42)
    assert text_of(tiles, "unitName") == "Unit 42"
    assert "Unit 42 of 50" in tiles.grid.accessibleDescription()


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (17, Qt.Key.Key_Right, 18),
        (17, Qt.Key.Key_Left, 16),
        (17, Qt.Key.Key_Up, 7),
        (17, Qt.Key.Key_Down, 27),
        (17, Qt.Key.Key_Home, 0),
        (17, Qt.Key.Key_End, 49),
        (0, Qt.Key.Key_Left, 0),
        (7, Qt.Key.Key_Up, 7),
        (42, Qt.Key.Key_Down, 42),
        (49, Qt.Key.Key_Right, 49),
        (17, Qt.Key.Key_PageUp, 7),
        (17, Qt.Key.Key_PageDown, 49),
    ],
)
def test_keys_move_the_selection(qtbot, tiles: UnitTiles, start, key, end) -> None:
    tiles._session.select_unit(start)
    tiles.setFocus()
    qtbot.keyClick(tiles.grid, key)
    assert selected(tiles) == end


def test_keys_of_the_window_pass_through(qtbot, tiles: UnitTiles) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    for key, modifiers in ((Qt.Key.Key_Right, control), (Qt.Key.Key_F5, control & ~control)):
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers)
        QApplication.sendEvent(tiles.grid, event)
        assert not event.isAccepted()
    assert selected(tiles) == 0


def test_a_screen_reader_hears_which_unit_is_selected(tiles: UnitTiles) -> None:
    tiles.show_inspection(inspected(units=50, dead=(4,)))
    tiles._session.select_unit(4)
    said = tiles.grid.accessibleDescription()
    assert said.startswith("Unit 4 of 50; |W| max 0.05; dead: it never fires; ")
    assert text_of(tiles, "unitState") in said


# The enlarged tile


@pytest.mark.parametrize("unit", [0, 9, 25, 40, 49])
def test_pointing_at_a_tile_enlarges_it_inside_the_window(qtbot, unit: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(560, 420)
    tiles = UnitTiles(UnitSession())
    tiles.setParent(window)
    tiles.setGeometry(560 - 331, 100, 331, 203)
    with qtbot.waitExposed(window):
        window.show()
    tiles.show_snapshot(snapshot_of(weights_of(50)))
    point_at(tiles, unit)
    loupe = loupe_of(tiles)
    assert loupe.isVisible()
    assert loupe.parentWidget() is window
    assert window.rect().contains(loupe.geometry())
    assert loupe.lines[0] == f"Unit {unit}"
    at = tiles.grid.tile_rect(unit)
    at = at.translated(tiles.grid.viewport().mapTo(window, QPoint(0, 0)))
    assert not loupe.geometry().intersects(at)
    weights = weights_of(50)[:, unit].reshape(28, 28)
    expected = theme.diverging_pixels(weights, tiles.limit, theme.DARK)
    picture = pictures.pixels(loupe.grab(loupe.picture).toImage())
    assert np.array_equal(picture, expected.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1))


def test_the_enlarged_tile_takes_no_clicks_and_goes_with_the_pointer(qtbot, tiles) -> None:
    point_at(tiles, 12)
    loupe = loupe_of(tiles)
    assert loupe.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    QApplication.sendEvent(tiles.grid.viewport(), QEvent(QEvent.Type.Leave))
    assert not loupe.isVisible()


def test_the_enlarged_tile_goes_when_the_page_does(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    tiles = UnitTiles(UnitSession())
    tiles.setParent(window)
    tiles.resize(331, 203)
    with qtbot.waitExposed(window):
        window.show()
    tiles.show_snapshot(snapshot_of(weights_of(50)))
    point_at(tiles, 12)
    loupe = loupe_of(tiles)
    assert loupe.isVisible()
    tiles.hide()
    assert not loupe.isVisible()


def test_the_enlarged_tile_follows_the_run(tiles: UnitTiles) -> None:
    point_at(tiles, 12)
    tiles.show_snapshot(snapshot_of(weights_of(50, 0.3)), at_once=True)
    size = formatting.magnitude(float(np.abs(weights_of(50, 0.3)[:, 12]).max()), 2)
    assert loupe_of(tiles).lines[1] == f"|W| max {size}"


def test_the_enlarged_tile_says_that_its_unit_is_dead(tiles: UnitTiles) -> None:
    tiles.show_inspection(inspected(units=50, dead=(12,)))
    point_at(tiles, 12)
    assert loupe_of(tiles).lines[-1] == "dead: it never fires"


# Dead units


@pytest.mark.parametrize(
    ("dead", "text"),
    [
        ((), "No dead units: all 50 fire on the test digits"),
        ((7,), "1 dead unit: 7"),
        ((31, 4, 7), "3 dead units: 4, 7, 31"),
    ],
)
def test_dead_units_are_named(tiles: UnitTiles, dead, text: str) -> None:
    tiles.show_inspection(inspected(units=50, dead=dead))
    assert text_of(tiles, "unitState") == text
    assert tiles.dead == frozenset(dead)


def test_dead_units_are_marked_on_their_tiles(tiles: UnitTiles) -> None:
    before = tile_pixels(tiles, 31), tile_pixels(tiles, 32)
    tiles.show_inspection(inspected(units=50, dead=(31,)))
    corner = tile_pixels(tiles, 31)[:9, -9:]
    assert not np.array_equal(corner, before[0][:9, -9:])
    assert np.array_equal(tile_pixels(tiles, 31)[12:], before[0][12:])
    assert np.array_equal(tile_pixels(tiles, 32), before[1])


def test_of_more_digits_than_were_looked_at_it_is_said(tiles: UnitTiles) -> None:
    tiles.show_inspection(inspected(units=50, size=10_000))
    assert text_of(tiles, "unitState") == "No dead units: all 50 fire on 200 test digits"


def test_units_of_a_sigmoid_are_never_dead_but_saturated(tiles: UnitTiles) -> None:
    found = inspected("sigmoid", units=50)
    tiles.show_inspection(found)
    share = formatting.share(float(found.now.saturated.mean()))
    assert text_of(tiles, "unitState") == f"Saturated on {share} of the test digits (mean)"


def test_what_is_not_known_is_an_em_dash(qtbot) -> None:
    tiles = UnitTiles(UnitSession())
    qtbot.addWidget(tiles)
    tiles.show()
    assert text_of(tiles, "unitState") == "Dead units —"
    assert text_of(tiles, "unitFacts") == "—"
    assert tiles._legend.texts == ("—", "—")
    tiles.show_inspection(inspected(dead=(2,)))
    tiles.show_inspection(None)
    assert text_of(tiles, "unitState") == "Dead units —"
    assert tiles.dead == frozenset()


# Time


def test_a_run_repaints_the_tiles_a_few_times_a_second_and_the_last_state_too(qtbot, tiles) -> None:
    first, second = (snapshot_of(weights_of(50, size)) for size in (0.2, 0.3))
    tiles.show_snapshot(first, at_once=True)
    tiles.show_snapshot(second)
    assert tiles.grid.weights is first.params["W1"]
    qtbot.waitUntil(lambda: tiles.grid.weights is second.params["W1"])


def test_a_past_iteration_is_shown_at_once(tiles: UnitTiles) -> None:
    for size in (0.2, 0.3, 0.4):
        snapshot = snapshot_of(weights_of(50, size))
        tiles.show_snapshot(snapshot, at_once=True)
        assert tiles.grid.weights is snapshot.params["W1"]


def test_nothing_is_computed_for_nobody(tiles: UnitTiles) -> None:
    before = tiles.grid.weights
    tiles.hide()
    tiles.show_snapshot(snapshot_of(weights_of(50, 0.2)), at_once=True)
    assert tiles.grid.weights is before
    assert not tiles._timer.isActive()


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_the_tiles_look_as_approved(qapp, qtbot, colors: theme.Theme) -> None:
    theme.apply(qapp, colors)
    card = Card("Hidden neurons")
    qtbot.addWidget(card)
    tiles = UnitTiles(UnitSession(17))
    card.body.addWidget(tiles)
    card.outer.setContentsMargins(16, 0, 4, 12)
    card.resize(352, 248)
    with qtbot.waitExposed(card):
        card.show()
    tiles.show_snapshot(snapshot_of(weights_of(50)))
    tiles.show_inspection(inspected(units=50, dead=(4, 7, 31)))
    QApplication.processEvents()
    pictures.check(card.grab().toImage(), f"unit_tiles_{colors.name}")
