"""In every window that is allowed, all of the Train page can be seen and used."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from train_pages import click, open_page, place_in, train

from app.pages.train_layout import measures_for
from app.session import Session, State
from app.widgets.histograms import Histograms
from app.widgets.run_banner import RunBanner
from app.widgets.tile_grid import TileGrid
from app.widgets.vitals_rows import VitalsRows
from bpcore.config import TrainingConfig

SIZES = [(1048, 520), (1208, 520), (1208, 600), (1208, 680), (1528, 880)]
"""Of the page in windows of 1120 × 640, 1280 × 640, 720 and 800, and 1600 × 1000."""


@pytest.fixture(scope="module")
def book(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session whose run has the fifty units of the book; pages only look at it."""
    session = Session(TrainingConfig(iterations=100), keep_runs=False)
    qtbot = QtBot(request)
    qtbot.waitUntil(lambda: session.snapshot is not None, timeout=20_000)
    train(qtbot, session)
    yield session
    assert session.close()


def at_sizes(page: QWidget, sizes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the page each size; it is not painted, as only places are looked at."""
    page.setUpdatesEnabled(False)
    for size in sizes:
        page.resize(*size)
        come_to_rest(page)
        assert page.size().toTuple() == size
        yield size


def come_to_rest(page: QWidget) -> None:
    """Let all have its place: what gets another size may ask for another one still."""
    before: list[object] = []
    for _ in range(20):
        QApplication.processEvents()
        now: list[object] = [part.geometry() for part in page.findChildren(QWidget)]
        if now == before:
            return
        before = now
    raise AssertionError("the page does not come to rest")


def cards_of(page: QWidget) -> list[QWidget]:
    return [card for card in page.findChildren(QWidget, "card") if card.isVisible()]


@pytest.mark.parametrize("view", ["network", "runs"])
def test_cards_are_whole_and_apart(qtbot, book: Session, view: str) -> None:
    page = open_page(qtbot, book, SIZES[0])
    click(page, f"sideView_{view}")
    for _ in at_sizes(page, SIZES):
        rects = [place_in(page, card) for card in cards_of(page)]
        assert len(rects) == 5 + 2 + (2 if view == "network" else 1)
        for n, rect in enumerate(rects):
            assert page.rect().adjusted(8, 8, -8, -8).contains(rect)
            assert not any(rect.intersects(other) for other in rects[n + 1 :])


def test_all_tiles_and_all_rows_are_seen_without_scrolling(qtbot, book: Session) -> None:
    page = open_page(qtbot, book, SIZES[0])
    grid, rows = page.findChild(TileGrid), page.findChild(VitalsRows)
    for _ in at_sizes(page, SIZES):
        assert grid.verticalScrollBar().maximum() == 0
        assert grid.viewport().rect().contains(grid.tile_rect(49))
        assert grid.viewport().rect().contains(grid.tile_rect(9))
        assert rows.verticalScrollBar().maximum() == 0
        assert len(rows.texts) == 5
        card = place_in(page, rows.parentWidget().parentWidget())
        assert card.contains(place_in(page, rows))


def test_at_the_size_of_the_design_the_tiles_are_28_pixels_and_the_loss_584(qtbot, book) -> None:
    page = open_page(qtbot, book)
    assert page.findChild(TileGrid).side == 28
    assert page.loss_card.width() == 584
    assert page._side.width() == 352


def test_in_a_narrow_window_the_loss_keeps_width_and_the_tiles_give_some(qtbot, book) -> None:
    page = open_page(qtbot, book, (1048, 520))
    assert page._side.width() == 312
    assert page.findChild(TileGrid).side == 24
    assert page.loss_card.width() == 480


def test_extra_width_goes_to_the_loss_and_extra_height_to_the_plots(qtbot, book: Session) -> None:
    page = open_page(qtbot, book)
    grid, rows = page.findChild(TileGrid), page.findChild(VitalsRows)
    before = (page.loss_card.width(), page._side.width(), rows.height(), grid.height())
    page.resize(1528, 880)
    QApplication.processEvents()
    now = (page.loss_card.width(), page._side.width(), rows.height(), grid.height())
    assert now == (before[0] + 320, before[1], before[2] + 200, before[3])


def test_the_choices_over_the_rows_are_whole(qtbot, book: Session) -> None:
    page = open_page(qtbot, book, SIZES[0])
    names = ("vitalsView", "sideView", "lossScale")
    buttons = [b for name in names for b in page.findChild(QWidget, name).findChildren(QWidget)]
    for _ in at_sizes(page, SIZES[::2]):
        for button in buttons:
            text = getattr(button, "text", str)()
            assert button.fontMetrics().horizontalAdvance(text) <= button.width() - 10, text


def test_the_histograms_are_seen_without_scrolling(qtbot, book: Session) -> None:
    page = open_page(qtbot, book, SIZES[2])
    click(page, "vitalsView_histograms")
    view = page.findChild(Histograms)
    qtbot.waitUntil(lambda: len(view.frames) == 3, timeout=20_000)
    for _ in at_sizes(page, SIZES[2:]):
        assert view.verticalScrollBar().maximum() == 0


def test_with_a_line_about_the_run_cards_are_whole_and_apart(
    qtbot, session: Session, tmp_path
) -> None:
    page = open_page(qtbot, session, SIZES[0])
    session.start(session.config.replace(data=str(tmp_path / "nowhere")))
    qtbot.waitUntil(lambda: session.state is State.FAILED, timeout=20_000)
    QApplication.processEvents()
    banner = page.findChild(RunBanner)
    assert banner.isVisible()
    for size in at_sizes(page, SIZES):
        assert page._measures == measures_for(*size)
        low = size[1] < 640  # there the gradients keep their rows
        beside, line = page._side.geometry(), banner.geometry()
        assert beside.bottom() == (line if low else beside).bottom()
        assert low == (line.right() < beside.x())
        rects = [place_in(page, part) for part in (banner, *cards_of(page))]
        for n, rect in enumerate(rects):
            assert page.rect().contains(rect)
            assert not any(rect.intersects(other) for other in rects[n + 1 :])
    session.reset(session.config.replace(data="bundled"))
    qtbot.waitUntil(lambda: not banner.isVisible(), timeout=20_000)


def test_with_a_thousand_units_the_tiles_scroll_and_the_page_does_not(qtbot, session) -> None:
    session.reset(session.config.replace(hidden_sizes=(1000,)))
    qtbot.waitUntil(lambda: session.snapshot.params["W1"].shape[1] == 1000, timeout=20_000)
    page = open_page(qtbot, session, (1208, 600))
    assert page.size().toTuple() == (1208, 600)
    assert page.findChild(TileGrid).verticalScrollBar().maximum() > 2000


def test_the_legend_gives_way_to_what_is_read_off_the_loss(qtbot, book: Session) -> None:
    page = open_page(qtbot, book, (1048, 520))
    assert not page.loss_card.legend.isVisible()
    page.resize(1208, 600)
    assert page.loss_card.legend.isVisible()
    page._loss_chart.hovered.emit(50.0)
    readout = page.findChild(QLabel, "chartReadout")
    assert readout.isVisible()
    assert not page.loss_card.legend.isVisible()
    longest = readout.text().replace("at 50 ", "at 1,000,000 ")
    assert longest != readout.text()
    page.loss_card.read(longest)
    QApplication.processEvents()
    assert readout.fontMetrics().horizontalAdvance(longest) <= readout.width()
    page._loss_chart.hovered.emit(None)
    assert page.loss_card.legend.isVisible()


def test_a_line_about_the_run_moves_nothing_that_may_be_under_the_pointer(
    qtbot, book: Session
) -> None:
    sizes = [size for size in SIZES if size[1] >= 600]
    page = open_page(qtbot, book, sizes[0])
    banner, grid = page.findChild(RunBanner), page.findChild(TileGrid)
    strip = page.findChild(QWidget, "sideView")

    def places() -> list:
        accuracy = place_in(page, page._accuracy_card)
        return [
            accuracy.topLeft(),
            place_in(page, page._side._vitals_card).topLeft(),
            *(place_in(page, w) for w in (page.loss_card, page._figures, strip, grid)),
        ]

    for _ in at_sizes(page, sizes):
        before = places()
        banner.show()
        QApplication.processEvents()
        assert places() == before
        assert place_in(page, banner).top() > place_in(page, page._accuracy_card).bottom()
        banner.hide()
        QApplication.processEvents()
        assert places() == before


def test_figures_are_equally_wide_and_whole_whatever_they_say(qtbot, book) -> None:
    page = open_page(qtbot, book, SIZES[0])
    tiles = page._figures.tiles
    texts = ("3.4e+37", "avg 3.4e+37"), ("1,000,000", "of 1,000,000"), ("—", "")
    for size in at_sizes(page, SIZES):
        lines = 2 if size[0] > 1100 else 1
        for value, remark in texts:
            for tile in tiles:
                tile.show_texts(value, remark, "at 999,990")
            page._figures.share_size()
            QApplication.processEvents()
            widths = {tile.width() for tile in tiles}
            assert max(widths) - min(widths) <= 1
            for label in (each for tile in tiles for each in (tile.value, tile.remark)[:lines]):
                needed = label.fontMetrics().horizontalAdvance(label.text())
                assert needed <= label.width(), (label.text(), label.width())
