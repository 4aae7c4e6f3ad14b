import numpy as np
import pytest
from evaluated import LEFT, an_evaluation, child, click, pictures, text
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app import formatting, theme
from app.formatting import EM_DASH, THIN_SPACE
from app.widgets.digit_image import DigitImage
from app.widgets.mistake_grid import SIDE, MistakeGrid
from app.widgets.mistakes_gallery import MistakesGallery
from app.widgets.probability_bars import ProbabilityBars

PAIRS = [(4, 9), (1, 1), (7, 1), (4, 9), (9, 4), (2, 2), (4, 4)]
MISTAKES = [0, 2, 3, 4]
"""Their indices, as they are worst first."""


def gallery_of(qtbot, evaluation, images, chosen=None, size=(716, 544)) -> MistakesGallery:
    gallery = MistakesGallery()
    qtbot.addWidget(gallery)
    gallery.resize(*size)
    gallery.show_evaluation(evaluation, images, chosen)
    gallery.show()
    return gallery


@pytest.fixture
def gallery(qtbot) -> MistakesGallery:
    return gallery_of(qtbot, an_evaluation(PAIRS), pictures(len(PAIRS)))


def grid_of(gallery: MistakesGallery) -> MistakeGrid:
    return child(gallery, MistakeGrid, "mistakesGallery")


def click_tile(gallery: MistakesGallery, place: int) -> None:
    grid = grid_of(gallery)
    QTest.mouseClick(grid.viewport(), LEFT, pos=grid.tile_rect(place).center())


def digit_shown(gallery: MistakesGallery) -> np.ndarray:
    image = child(gallery, DigitImage, "mistakeDigit").image
    assert image is not None
    return image.reshape(-1)


def assert_shows(gallery: MistakesGallery, index: int) -> None:
    evaluation, images = an_evaluation(PAIRS), pictures(len(PAIRS))
    assert np.array_equal(digit_shown(gallery), images[index])
    loss = formatting.loss(float(evaluation.losses[index]))
    assert text(gallery, "mistakeFacts") == f"test digit {index} · loss {loss}"
    bars = child(gallery, ProbabilityBars, "mistakeProbabilities")
    shares = [formatting.percent(float(p), 2) for p in evaluation.probabilities[index]]
    assert list(bars.texts) == shares


def test_the_mistakes_stand_worst_first_with_what_they_are_and_are_read_as(gallery) -> None:
    grid = grid_of(gallery)
    assert grid.indices.tolist() == MISTAKES
    surely = formatting.share(0.9)
    whats = [grid.texts(i) for i in MISTAKES]
    assert whats[0] == (f"4{THIN_SPACE}→{THIN_SPACE}9", surely)
    assert whats[1] == (f"7{THIN_SPACE}→{THIN_SPACE}1", surely)
    assert text(gallery, "galleryTitle") == "Mistakes"
    assert text(gallery, "galleryCount") == "4 of 7, largest loss first"


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_each_digit_is_painted_pixel_by_pixel(qapp, gallery, colors) -> None:
    theme.apply(qapp, colors)
    grid, images = grid_of(gallery), pictures(len(PAIRS))
    shot = grid.viewport().grab().toImage()
    for place, index in enumerate(MISTAKES):
        rect = grid.tile_rect(place)
        left, top = rect.x() + (rect.width() - SIDE) // 2, rect.y() + 6
        pixels = theme.digit_pixels(images[index].reshape(28, 28), colors)
        for row, column in ((0, 0), (3, 17), (14, 14), (27, 27), (9, 26)):
            for down, right in ((0, 0), (1, 1)):
                painted = shot.pixelColor(left + 2 * column + right, top + 2 * row + down)
                assert list(painted.toTuple()[:3]) == pixels[row, column].tolist()


def test_the_first_is_shown_large_and_a_click_shows_another(gallery) -> None:
    assert_shows(gallery, 0)
    assert text(gallery, "mistakeVerdict") == "✗ 4, read as 9"
    click_tile(gallery, 1)
    assert_shows(gallery, 2)
    assert text(gallery, "mistakeVerdict") == "✗ 7, read as 1"


def test_the_keys_go_from_digit_to_digit(gallery) -> None:
    grid = grid_of(gallery)
    for key, index in (
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_End, 4),
        (Qt.Key.Key_Right, 4),
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Down, 0),
        (Qt.Key.Key_PageDown, 4),
    ):
        QTest.keyClick(grid, key)
        assert_shows(gallery, index)
    assert f"4 {formatting.EM_DASH}" not in grid.accessibleDescription()
    assert grid.accessibleDescription().endswith("4 of 4")


def test_following_names_the_digit_that_is_shown(qtbot, gallery) -> None:
    click_tile(gallery, 2)
    with qtbot.waitSignal(gallery.follow_requested) as blocker:
        click(gallery, "followMistake")
    assert blocker.args == [3]
    QTest.keyClick(grid_of(gallery), Qt.Key.Key_Right)
    with qtbot.waitSignal(gallery.follow_requested) as blocker:
        QTest.keyClick(grid_of(gallery), Qt.Key.Key_Return)
    assert blocker.args == [4]
    grid = grid_of(gallery)
    with qtbot.waitSignal(gallery.follow_requested) as blocker:
        QTest.mouseDClick(grid.viewport(), LEFT, pos=grid.tile_rect(0).center())
    assert blocker.args == [0]


@pytest.mark.parametrize(
    ("chosen", "indices", "title", "count"),
    [
        ((4, 9), [0, 3], "4 read as 9", "2 of 7, largest loss first"),
        ((4, None), [0, 3], "4, read wrongly", "2 of 7, largest loss first"),
        ((None, 1), [2], "Wrongly read as 1", "1 of 7, largest loss first"),
        ((1, 1), [1], "1, read right", "1 of 7, the least sure first"),
    ],
    ids=str,
)
def test_a_cell_shows_its_digits(qtbot, chosen, indices, title, count) -> None:
    gallery = gallery_of(qtbot, an_evaluation(PAIRS), pictures(len(PAIRS)), chosen)
    assert grid_of(gallery).indices.tolist() == indices
    assert text(gallery, "galleryTitle") == title
    assert text(gallery, "galleryCount") == count
    with qtbot.waitSignal(gallery.all_wanted):
        click(gallery, "allMistakes")


@pytest.mark.parametrize("chosen", [None, (4, 9), (1, 1)], ids=str)
def test_the_order_of_the_digits_is_that_of_their_loss_and_said_to_be(qtbot, chosen) -> None:
    evaluation = an_evaluation(PAIRS)
    gallery = gallery_of(qtbot, evaluation, pictures(len(PAIRS)), chosen)
    losses = [float(evaluation.losses[n]) for n in grid_of(gallery).indices.tolist()]
    assert losses == sorted(losses, reverse=True)
    assert "the largest first:\n−ln of the prob" in child(gallery, QLabel, "galleryCount").toolTip()


def test_a_digit_that_is_read_right_has_a_tick(qtbot) -> None:
    gallery = gallery_of(qtbot, an_evaluation(PAIRS), pictures(len(PAIRS)), (1, 1))
    assert text(gallery, "mistakeVerdict") == "✓ 1, read right"


@pytest.mark.parametrize(
    ("pairs", "chosen", "sentence"),
    [
        ([(1, 1), (2, 2)], None, "No mistakes: all 2 test digits are read right."),
        ([(1, 1)], None, "No mistakes: the 1 test digit is read right."),
        (PAIRS, (3, 8), "No digit 3 is read as 8."),
        (PAIRS, (1, None), "No digit 1 is read wrongly."),
        (PAIRS, (None, 0), "No other digit is read as 0."),
        (PAIRS, (7, 7), "No digit 7 is read right."),
        (None, None, "No network is evaluated yet."),
    ],
    ids=str,
)
def test_where_there_is_none_a_sentence_says_so(qtbot, pairs, chosen, sentence) -> None:
    evaluation = None if pairs is None else an_evaluation(pairs)
    gallery = gallery_of(qtbot, evaluation, pictures(len(pairs or ())), chosen)
    assert gallery.nothing == sentence
    assert text(gallery, "mistakeVerdict") == EM_DASH
    follow = child(gallery, QWidget, "followMistake")
    assert not follow.isEnabled()
    QTest.keyClick(grid_of(gallery), Qt.Key.Key_Return)
    QTest.keyClick(grid_of(gallery), Qt.Key.Key_Right)


def test_an_error_stands_in_place_of_the_digits(qtbot, gallery) -> None:
    gallery.show_evaluation(None, None, None, "This did not work.")
    assert gallery.nothing == "This did not work."
    assert text(gallery, "galleryCount") == EM_DASH


def test_the_digit_looked_at_stays_when_the_numbers_change(gallery) -> None:
    click_tile(gallery, 2)
    changed = an_evaluation([(0, 0), (1, 0), (7, 7), (4, 9), (9, 9), (2, 3), (4, 4)])
    gallery.show_evaluation(changed, pictures(len(PAIRS)), None)
    assert grid_of(gallery).indices.tolist() == [1, 3, 5]
    assert grid_of(gallery).current == 3
    gallery.show_evaluation(changed, pictures(len(PAIRS)), (1, 0))
    assert grid_of(gallery).current == 1


def test_thousands_scroll_and_only_those_in_sight_are_painted(qtbot, monkeypatch) -> None:
    count = 5000
    images = pictures(50)[np.arange(count) % 50]
    gallery = gallery_of(qtbot, an_evaluation([(4, 9)] * count), images)
    grid, painted = grid_of(gallery), []
    texts = grid.texts
    monkeypatch.setattr(grid, "texts", lambda index: (painted.append(index), texts(index))[1])
    grid.viewport().grab()
    assert painted[0] == 0
    assert len(painted) <= 60
    QTest.keyClick(grid, Qt.Key.Key_End)
    painted.clear()
    grid.viewport().grab()
    assert painted[-1] == count - 1
    assert len(painted) <= 60
    assert grid.viewport().rect().contains(grid.tile_rect(count - 1))
    QTest.keyClick(grid, Qt.Key.Key_PageUp)
    assert grid.viewport().rect().contains(grid.tile_rect(int(grid.current)))
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert grid.verticalScrollBar().value() == 0


def test_a_click_beside_the_tiles_does_nothing(gallery) -> None:
    grid = grid_of(gallery)
    click_tile(gallery, 1)
    corner = QPoint(grid.viewport().width() - 2, grid.viewport().height() - 2)
    QTest.mouseClick(grid.viewport(), LEFT, pos=corner)
    assert grid.current == 2


def test_the_digit_looked_at_has_the_accent_around_it(gallery) -> None:
    click_tile(gallery, 1)
    grid = grid_of(gallery)
    rect = grid.tile_rect(1)
    shot = grid.viewport().grab().toImage()
    edge = shot.pixelColor(rect.x(), rect.center().y())
    assert edge == QColor(theme.DARK.accent)


@pytest.mark.parametrize("width", [556, 716, 880, 1000])
def test_the_tiles_fit_beside_the_large_digit(qtbot, width) -> None:
    gallery = gallery_of(qtbot, an_evaluation([(4, 9)] * 40), pictures(40), size=(width, 470))
    QApplication.processEvents()  # the layout around the digit's new size
    grid = grid_of(gallery)
    assert grid.plan.columns >= 2
    assert grid.tile_rect(grid.plan.columns - 1).right() < grid.viewport().width()
    assert grid.tile_rect(1).left() > grid.tile_rect(0).right()
    detail = gallery.detail
    for part in ("mistakeDigit", "mistakeProbabilities", "followMistake"):
        widget = child(gallery, QWidget, part)
        assert detail.rect().contains(widget.geometry()), part
