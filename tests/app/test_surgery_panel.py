import numpy as np
import pytest
from evaluated import (
    LEFT,
    EvaluatedSession,
    child,
    click,
    evaluation_of,
    matrix_of,
    show,
    shown_of,
    text,
    trained,
    untrained,
)
from hypothesis import given
from hypothesis import strategies as st
from painting import TIMES, references_lost
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QSlider

from app import formatting, theme
from app.widgets import surgery_words as words
from app.widgets.mistake_grid import MistakeGrid
from app.widgets.surgery_grid import SurgeryGrid
from app.widgets.surgery_scales import Scales
from bpcore.network import Network
from bpcore.surgery import effect, operated


@pytest.fixture
def session(qapp):
    made = EvaluatedSession(trained())
    yield made
    assert made.laboratory.close()


@pytest.fixture
def page(qtbot, session):
    page = show(qtbot, session)
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 600", timeout=20_000)
    click(page, "evaluateView_surgery")
    return page


def grid_of(page) -> SurgeryGrid:
    return child(page, SurgeryGrid, "surgeryUnits")


def slider_of(page) -> QSlider:
    return child(page, QSlider, "surgerySlider")


def enabled(page, name: str) -> bool:
    return child(page, QAbstractButton, name).isEnabled()


def click_unit(page, unit: int, *, twice: bool = False) -> None:
    grid = grid_of(page)
    at = grid.tile_rect(unit).center()
    QTest.mouseClick(grid.viewport(), LEFT, pos=at)
    if twice:
        QTest.mouseDClick(grid.viewport(), LEFT, pos=at)


def wait_for_copy(qtbot, page, scales: dict[int, float]) -> None:
    def there() -> bool:
        known = page._watch.known
        return known is not None and known.wishes.scales == scales

    qtbot.waitUntil(there, timeout=20_000)


def assert_shows_copy(page, network: Network, scales: dict[int, float]) -> None:
    """Everything on the page is what the engine finds out about the changed copy."""
    before, after = evaluation_of(network), evaluation_of(operated(network, scales))
    change = effect(before, after)
    assert text(page, "evaluateAccuracyValue") == formatting.share(after.accuracy)
    was = f"before {formatting.share(before.accuracy)}"
    remark = f"{was}, {words.points_text(change.accuracy)} points"
    assert text(page, "evaluateAccuracyRemark") == remark
    assert text(page, "evaluateWrongValue") == formatting.count(after.count - after.right)
    wrong_before = formatting.count(before.count - before.right)
    assert text(page, "evaluateWrongRemark") == f"before {wrong_before}"
    matrix = matrix_of(page)
    assert np.array_equal(matrix.evaluation.confusion, after.confusion)
    assert np.array_equal(matrix._changes, after.confusion - before.confusion)
    assert text(page, "surgeryAccuracy") == words.accuracy_text(before, after, change)
    assert text(page, "surgeryCounts") == words.digits_text(change)
    lost = child(page, MistakeGrid, "surgeryDigits").indices.tolist()
    assert sorted(lost) == change.lost.tolist()
    assert text(page, "evaluateDigits") == "a changed copy, on 1,000 test digits"
    tip = child(page, QLabel, "evaluateAccuracyValue").parent().toolTip()
    assert tip.startswith("on all 1,000 test digits, by a changed copy of the network of iteration")


# On the page


def test_switching_units_off_shows_what_the_engine_finds_on_the_copy(qtbot, page) -> None:
    click_unit(page, 7, twice=True)
    wait_for_copy(qtbot, page, {7: 0.0})
    assert_shows_copy(page, trained(), {7: 0.0})
    click_unit(page, 12)
    click(page, "surgeryOff")
    wait_for_copy(qtbot, page, {7: 0.0, 12: 0.0})
    assert_shows_copy(page, trained(), {7: 0.0, 12: 0.0})
    assert text(page, "surgeryChanges").replace("\N{NO-BREAK SPACE}", " ") == (
        "Unit 7 off, unit 12 off."
    )


def test_scaling_a_unit_shows_what_the_engine_finds_on_the_copy(qtbot, page) -> None:
    click_unit(page, 3)
    slider_of(page).setValue(175)
    wait_for_copy(qtbot, page, {3: 1.75})
    assert_shows_copy(page, trained(), {3: 1.75})
    assert text(page, "surgeryFactor") == "× 1.75"


def test_the_network_of_the_run_stays_as_it_is(qtbot, page) -> None:
    before = {name: array.copy() for name, array in trained().params.items()}
    click_unit(page, 7, twice=True)
    wait_for_copy(qtbot, page, {7: 0.0})
    assert all(np.array_equal(trained().params[name], before[name]) for name in before)


def test_the_other_views_show_the_network_itself(qtbot, page) -> None:
    click_unit(page, 7, twice=True)
    wait_for_copy(qtbot, page, {7: 0.0})
    click(page, "evaluateView_mistakes")
    expected = evaluation_of(trained())
    assert text(page, "evaluateAccuracyValue") == formatting.share(expected.accuracy)
    assert np.array_equal(matrix_of(page).evaluation.confusion, expected.confusion)
    assert matrix_of(page)._changes is None
    gallery = child(page, MistakeGrid, "mistakesGallery")
    assert gallery.indices.tolist() == expected.mistakes().tolist()
    wait_for_copy(qtbot, page, {})
    click(page, "evaluateView_surgery")
    wait_for_copy(qtbot, page, {7: 0.0})
    assert_shows_copy(page, trained(), {7: 0.0})


def test_another_network_is_operated_on_in_the_same_way(qtbot, session, page) -> None:
    click_unit(page, 7, twice=True)
    wait_for_copy(qtbot, page, {7: 0.0})
    session.publish(untrained(), 12)
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 12", timeout=20_000)
    assert_shows_copy(page, untrained(), {7: 0.0})


def test_a_network_with_other_units_begins_unchanged(qtbot, session, page) -> None:
    click_unit(page, 49, twice=True)
    wait_for_copy(qtbot, page, {49: 0.0})
    session.publish(Network((784, 8, 10), seed=1, dtype=np.float32), 1, run=2)
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 1", timeout=20_000)
    assert page._surgery.factors == {}
    assert not enabled(page, "surgeryUndo")
    assert page._watch.known.operated is None
    assert text(page, "evaluateDigits") == "on 1,000 test digits"
    session.publish(Network((784, 10), seed=1), 2, run=3)
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 2", timeout=20_000)
    assert text(page, "surgeryUnit") == "No hidden units"
    assert text(page, "surgeryNothing").startswith("This network has no hidden units")
    assert not enabled(page, "surgeryOff")
    QTest.keyClick(grid_of(page), Qt.Key.Key_Space)
    assert page._surgery.factors == {}


def test_undo_and_put_all_back(qtbot, page) -> None:
    expected = evaluation_of(trained())
    click_unit(page, 7, twice=True)
    click_unit(page, 8, twice=True)
    click(page, "surgeryPutBack")
    assert page._surgery.factors == {}
    wait_for_copy(qtbot, page, {})
    assert text(page, "evaluateAccuracyValue") == formatting.share(expected.accuracy)
    qtbot.waitUntil(page.isActiveWindow)
    slider_of(page).setFocus()
    window = page.window().windowHandle()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page._surgery.factors == {7: 0.0, 8: 0.0}
    click(page, "surgeryUndo")
    assert page._surgery.factors == {7: 0.0}
    click(page, "surgeryUndo")
    assert page._surgery.factors == {}
    assert not enabled(page, "surgeryUndo")
    assert not enabled(page, "surgeryPutBack")


def test_dragging_the_slider_is_one_step(page) -> None:
    click_unit(page, 4)
    slider = slider_of(page)
    slider.setSliderDown(True)
    for value in (110, 130, 160):
        slider.setSliderPosition(value)
        assert page._surgery.factors == {4: value / 100}
    slider.setSliderDown(False)
    slider.setSliderDown(True)
    slider.setSliderPosition(40)
    slider.setSliderDown(False)
    click(page, "surgeryUndo")
    assert page._surgery.factors == {4: 1.6}
    assert slider.value() == 160
    click(page, "surgeryUndo")
    assert page._surgery.factors == {}
    assert slider.value() == 100


def test_the_keyboard_does_all_of_it(qtbot, session, page) -> None:
    grid = grid_of(page)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert session.unit == 1
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert page._surgery.factors == {1: 0.0}
    assert child(page, QAbstractButton, "surgeryOff").text() == "Switch on"
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert page._surgery.factors == {}
    QTest.keyClick(slider_of(page), Qt.Key.Key_Right)
    assert page._surgery.factors == {1: 1.05}


def test_the_unit_is_the_one_that_is_selected_on_every_page(session, page) -> None:
    session.select_unit(23)
    assert text(page, "surgeryUnit") == "Unit 23"
    click_unit(page, 5)
    assert session.unit == 5
    assert text(page, "surgeryUnit") == "Unit 5"
    assert text(page, "surgeryFactor") == "× 1.00"
    assert page._surgery.factors == {}


def test_a_cell_of_the_copy_is_explained_with_its_change(qtbot, page) -> None:
    click_unit(page, 7, twice=True)
    wait_for_copy(qtbot, page, {7: 0.0})
    matrix = matrix_of(page)
    assert text(page, "confusionSentence").startswith("Blue and +: more than before.")
    label, reading = (int(i) for i in np.argwhere(matrix._changes)[0])
    QTest.mouseMove(matrix, matrix.plan.cell(label, reading).center().toPoint())
    change = int(matrix._changes[label, reading])
    sign = "+" if change > 0 else "−"
    assert text(page, "confusionSentence").endswith(f"Changed by {sign}{abs(change)}.")
    QTest.mouseClick(matrix, LEFT, pos=matrix.plan.cell(label, reading).center().toPoint())
    assert page._choice.value == "surgery"  # its digits are not in the gallery of the run's network


def test_as_long_as_nothing_is_changed_a_cell_leads_to_its_digits(page) -> None:
    matrix = matrix_of(page)
    assert text(page, "confusionSentence") == "Click a cell to see its digits."
    QTest.mouseClick(matrix, LEFT, pos=matrix.plan.cell(7, 7).center().toPoint())
    assert page._choice.value == "mistakes"
    assert text(page, "galleryTitle") == "7, read right"


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_units_that_are_off_are_covered(qapp, page, colors) -> None:
    theme.apply(qapp, colors)
    click_unit(page, 7, twice=True)
    click_unit(page, 20)
    grid = grid_of(page)
    shot = grid.viewport().grab().toImage()
    rect = grid.tile_rect(7)
    covered = shot.pixelColor(rect.x() + 6, rect.y() + 4)
    assert covered == QColor(colors.surface_2)


def test_that_no_digit_is_lost_is_said(qtbot, session, page) -> None:
    assert text(page, "surgeryNothing").startswith("Switch a unit off")
    network = Network.from_params(trained().params)
    network.params["W2"][0] = 0
    session.publish(network, 601)
    qtbot.waitUntil(lambda: shown_of(page) == "Iteration 601", timeout=20_000)
    click_unit(page, 0, twice=True)
    wait_for_copy(qtbot, page, {0: 0.0})
    assert_shows_copy(page, network, {0: 0.0})
    assert child(page, QLabel, "surgeryNothing").isVisible()
    assert text(page, "surgeryNothing").startswith("Every digit that was read right")
    assert text(page, "surgeryAccuracy").endswith("(0 points)")


def test_paints_lose_no_reference_to_none(page) -> None:
    click_unit(page, 7, twice=True)
    slider_of(page).setValue(150)
    assert abs(references_lost(grid_of(page))) < TIMES / 3


# In words and numbers


def test_factors_and_points_are_written_with_their_signs() -> None:
    assert [words.factor_text(x) for x in (0.0, 0.5, 2.0)] == ["off", "× 0.50", "× 2.00"]
    assert words.points_text(0.0) == "0"
    assert words.points_text(-0.0125) == f"−{formatting.points(0.0125)}"
    assert words.points_text(0.5) == "+50.0"
    assert words.changes_text({}) == "Nothing is changed yet."
    assert words.changes_text(dict.fromkeys(range(9), 0.0)) == "9 units are changed."


units = st.integers(0, 3)
factors = st.sampled_from([0.0, 0.5, 1.0, 2.0])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("set"), units, factors, st.booleans()),
        st.tuples(st.sampled_from(["undo", "back", "release"])),
    ),
    max_size=30,
)


@given(steps)
def test_every_step_can_be_taken_back_to_the_beginning(steps) -> None:
    scales = Scales()
    for step in steps:
        before = dict(scales.factors)
        if step[0] == "set":
            _, unit, factor, sliding = step
            scales.set(unit, factor, sliding=sliding)
            assert scales.of(unit) == factor
            others = {u: f for u, f in before.items() if u != unit}
            assert {u: f for u, f in scales.factors.items() if u != unit} == others
            if dict(scales.factors) != before and not sliding:
                scales.undo()
                assert dict(scales.factors) == before
                scales.set(unit, factor)
        elif step[0] == "undo":
            scales.undo()
        elif step[0] == "back":
            scales.put_back()
            assert not scales.factors
        else:
            scales.release()
        assert 1.0 not in scales.factors.values()
        assert list(scales.factors) == sorted(scales.factors)
    for _ in range(100):
        scales.undo()
    assert not scales.factors
    assert not scales.can_undo
