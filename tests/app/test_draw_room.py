"""How the Draw page looks and is reached: sizes, pictures, names, the order of Tab."""

import pictures
import pytest
from draw_pages import button, canvas_of, child, click, show, trained
from fake_session import FakeSession
from handwriting import DIGITS, draw
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from app import theme
from app.pages.draw import DrawPage
from app.widgets.basics import ElidedLabel

NAMED = """digitCanvas penButton eraserButton penWidth undoButton redoButton clearButton
    openImageButton labelButton0 labelButton9 followButton networkChoice trainNowButton learnRate
    learnButton learnUndoButton correctButton handwritingButton""".split()
BOXES = """penWidth clearButton digitCanvas openImageButton croppedImage scaledImage preparedImage
    labelButton0 labelButton9 saliencyView followButton networkChoice predictedDigit
    predictionSentence barLegend predictionDetail predictionSource probabilityBars learnRate
    lessonBars lessonLoss lessonMoved learnButton learnUndoButton correctButton
    handwritingButton""".split()


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(trained(), iteration=6480)


@pytest.fixture
def page(qtbot, session: FakeSession) -> DrawPage:
    return show(qtbot, session)


def learn_from_a_drawing(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    click(page, "labelButton8")
    click(page, "learnButton")


def box(page: DrawPage, name: str) -> QRect:
    widget = child(page, QWidget, name)
    assert widget.isVisible(), name
    return widget.rect().translated(widget.mapTo(page, widget.rect().topLeft()))


SIZES = [(1048, 520), (1048, 680), (1208, 600), (1208, 680), (1528, 880), (1208, 880), (1848, 680)]


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_nothing_is_cut_off_or_overlaps(qapp, page: DrawPage, colors) -> None:
    theme.apply(qapp, colors)
    learn_from_a_drawing(page)
    for size in SIZES:
        page.resize(1528, 880)  # from a large page to this one, as well as up to it
        qapp.processEvents()
        page.resize(*size)
        qapp.processEvents()
        assert page.size().toTuple() == size
        assert_nothing_is_cut_off_or_overlaps(page)


def assert_nothing_is_cut_off_or_overlaps(page: DrawPage) -> None:
    boxes = {name: box(page, name) for name in BOXES}
    outside = [name for name, place in boxes.items() if not page.rect().contains(place)]
    assert not outside
    named = list(boxes.items())
    overlapping = [
        (a, b) for i, (a, p) in enumerate(named) for b, q in named[:i] if p.intersects(q)
    ]
    assert not overlapping
    for label in page.findChildren(QLabel):
        may_be_cut = isinstance(label, ElidedLabel) or label.wordWrap()
        if label.isVisible() and not may_be_cut:
            assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())


@pytest.mark.parametrize(
    ("size", "least"),
    [((1048, 520), 245), ((1208, 600), 300), ((1208, 680), 368), ((1528, 880), 510)],
)
def test_the_canvas_is_a_square_as_large_as_there_is_room_for(qapp, page, size, least) -> None:
    page.resize(*size)
    qapp.processEvents()
    square = canvas_of(page).size()
    assert square.width() == square.height() >= least


@pytest.mark.parametrize("size", [(1048, 520), (1208, 600), (1208, 680), (1528, 880)])
def test_a_long_reason_why_a_run_failed_can_be_read(qapp, qtbot, size) -> None:
    from app.session import State

    session = FakeSession(trained())
    page = show(qtbot, session)
    session.set_state(
        State.FAILED, "There is no folder ‘digits/of/somebody/mnist’. Choose another one."
    )
    page.resize(*size)
    qapp.processEvents()
    for name in ("predictionSentence", "predictionDetail"):
        label = child(page, QLabel, name)
        assert label.height() >= label.heightForWidth(label.width())
        assert not box(page, name).intersects(box(page, "probabilityBars"))
    assert not box(page, "predictionDetail").intersects(box(page, "trainNowButton"))


@pytest.mark.parametrize("name", NAMED)
def test_what_can_be_used_has_a_name_for_everyone(page: DrawPage, name: str) -> None:
    widget = child(page, QWidget, name)
    assert widget.accessibleName()
    assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    if name not in ("digitCanvas",):
        assert widget.toolTip()


def test_tab_goes_through_the_columns_from_left_to_right(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    visited = []
    button(page, "penButton").setFocus()
    while page.focusWidget().objectName() not in visited:
        visited.append(page.focusWidget().objectName())
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    expected = """penButton penWidth undoButton clearButton digitCanvas openImageButton
        labelButton0 followButton networkChoice learnRate learnButton""".split()
    assert [name for name in visited if name in expected] == expected


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_the_page_looks_as_approved(qapp, qtbot, session, colors) -> None:
    theme.apply(qapp, colors)
    pages = QStackedWidget()
    pages.setObjectName("pages")
    qtbot.addWidget(pages)
    page = DrawPage(session)
    pages.addWidget(page)
    pages.resize(1208, 680)
    pages.show()
    learn_from_a_drawing(page)
    qapp.processEvents()
    pictures.check(pages.grab().toImage(), f"draw_{colors.name}")
