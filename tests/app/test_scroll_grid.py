import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.widgets.scroll_grid import ScrollGrid, TilePlan

COUNT, COLUMNS = 23, 5


class Grid(ScrollGrid):
    """Goes where its keys lead; tells what was pointed at."""

    def __init__(self) -> None:
        super().__init__()
        self.pointed: list[int] = []

    @property
    def plan(self) -> TilePlan:
        return TilePlan(COLUMNS, 22, 32, QSize(20, 30), QPoint(3, 4))

    @property
    def count(self) -> int:
        return COUNT

    def paintEvent(self, event) -> None:
        """Nothing to see."""

    def resizeEvent(self, event) -> None:
        self._scroll_through(32 * self.rows + 2 * 4, 32)

    def keyPressEvent(self, event) -> None:
        target = self._key_target(event)
        if target is None:
            event.ignore()
        else:
            self._here = target
            self._bring_into_sight(target)

    def _tell_pointed(self) -> None:
        self.pointed.append(self._pointed)


@pytest.fixture
def grid(qtbot) -> Grid:
    grid = Grid()
    qtbot.addWidget(grid)
    grid.resize(130, 76)
    grid.show()
    return grid


def test_each_tile_is_found_where_it_is_wherever_it_is_scrolled_to(grid) -> None:
    for scrolled in (0, 17, grid.verticalScrollBar().maximum()):
        grid.verticalScrollBar().setValue(scrolled)
        for place in range(COUNT):
            assert grid.place_at(grid.tile_rect(place).center()) == place


@pytest.mark.parametrize("point", [(1, 10), (120, 10), (10, 2)], ids=str)
def test_beside_the_tiles_there_is_none(grid, point) -> None:
    assert grid.place_at(QPoint(*point)) == -1


def test_behind_the_last_tile_there_is_none(grid) -> None:
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    last = grid.tile_rect(COUNT - 1).center()
    assert grid.place_at(last + QPoint(22, 0)) == -1


def test_the_rows_in_sight_are_those_with_a_tile_in_the_viewport(grid) -> None:
    for scrolled in range(grid.verticalScrollBar().maximum() + 1):
        grid.verticalScrollBar().setValue(scrolled)
        seen = grid.viewport().rect()
        rows = {p // COLUMNS for p in range(COUNT) if grid.tile_rect(p).intersects(seen)}
        assert rows <= set(grid.rows_in_sight) <= rows | {min(rows) - 1, max(rows) + 1}


@pytest.mark.parametrize(
    ("here", "key", "target"),
    [
        (7, Qt.Key.Key_Left, 6),
        (0, Qt.Key.Key_Left, 0),
        (22, Qt.Key.Key_Right, 22),
        (7, Qt.Key.Key_Up, 2),
        (2, Qt.Key.Key_Up, 2),
        (17, Qt.Key.Key_Down, 22),
        (18, Qt.Key.Key_Down, 18),
        (17, Qt.Key.Key_PageUp, 7),
        (7, Qt.Key.Key_PageUp, 2),
        (17, Qt.Key.Key_PageDown, 22),
        (7, Qt.Key.Key_Home, 0),
        (7, Qt.Key.Key_End, 22),
    ],
    ids=str,
)
def test_a_key_leads_to_a_tile_and_it_comes_into_sight(grid, here, key, target) -> None:
    grid._here = here
    QTest.keyClick(grid, key)
    assert grid._here == target
    assert grid.viewport().rect().contains(grid.tile_rect(target))


def test_other_keys_are_the_window_s(grid) -> None:
    for key, modifier in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(grid, key, modifier)
        assert grid._here == 0


def test_the_tile_under_the_pointer_is_told_until_it_is_gone(grid) -> None:
    QTest.mouseMove(grid.viewport(), grid.tile_rect(1).center())
    QTest.mouseMove(grid.viewport(), grid.tile_rect(1).center() + QPoint(2, 2))
    QTest.mouseMove(grid.viewport(), grid.tile_rect(6).center())
    QApplication.sendEvent(grid.viewport(), QEvent(QEvent.Type.Leave))
    assert grid.pointed == [1, 6, -1]
