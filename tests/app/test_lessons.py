import pytest
from parameter_fields import BOOK, box, choose, scrolled, shown, text_of, type_into
from pictures import check
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton

from app import theme
from app.presets import PRESETS
from app.widgets.folded_text import FoldedText
from app.widgets.parameters import ParameterFields


@pytest.fixture
def fields(qtbot) -> ParameterFields:
    return shown(qtbot, BOOK)


@pytest.mark.parametrize("key", [preset.key for preset in PRESETS])
def test_a_lesson_stages_its_runs_and_says_what_to_look_at(qtbot, fields, key: str) -> None:
    preset = next(each for each in PRESETS if each.key == key)
    with qtbot.waitSignals([fields.changed, fields.pace_changed, fields.plans_changed]):
        choose(fields, "presetChoice", key)
    assert fields.config == preset.plans[0].config
    assert fields.plans == preset.plans
    assert text_of(fields, "presetText") == preset.text
    assert fields.findChild(QLabel, "presetText").toolTip().replace("\n", " ") == preset.text
    assert all(plan.name in text_of(fields, "presetRuns") for plan in preset.plans[1:])


def test_a_lesson_keeps_the_data(qtbot) -> None:
    fields = shown(qtbot, BOOK.replace(data="/my/digits"))
    choose(fields, "presetChoice", "activations")
    assert {plan.config.data for plan in fields.plans} == {"/my/digits"}


def test_an_edit_in_a_lesson_is_told_and_choosing_it_again_puts_it_back(qtbot, fields) -> None:
    choose(fields, "presetChoice", "rate")
    type_into(qtbot, box(fields, "learningRate"), "1")
    assert fields.plans == ()
    assert "Edited" in text_of(fields, "presetRuns")
    choose(fields, "presetChoice", "rate")
    assert fields.config.learning_rate == 5
    assert len(fields.plans) == 1
    assert "Edited" not in text_of(fields, "presetRuns")


def test_an_edit_moves_no_field_from_under_the_pointer(qtbot, fields) -> None:
    fields.follow_run(BOOK, under_way=True)
    choose(fields, "presetChoice", "rate")
    field = box(fields, "hiddenUnits")
    before = field.mapTo(fields, QPoint())
    type_into(qtbot, field, "20")
    assert fields.waiting
    assert field.mapTo(fields, QPoint()) == before


LOW, HIGH = 445, 525
"""Heights that the column has in windows of 1280×720 and 1280×800."""


@pytest.mark.parametrize("height", [LOW, HIGH])
def test_rate_and_batch_size_stay_in_sight_below_every_lesson(qtbot, height: int) -> None:
    fields = ParameterFields(BOOK, 1000.0)
    column = scrolled(qtbot, fields, height)
    text = fields.findChild(FoldedText, "presetText")
    for preset in PRESETS:
        choose(fields, "presetChoice", preset.key)
        for _ in range(2):  # the text asks for its height, then the column for its own
            QApplication.processEvents()
        for name in ("learningRate", "batchSize"):
            field = box(fields, name)
            assert field.mapTo(column, QPoint(0, field.height())).y() <= height
        lines = text.shown_lines()
        assert text.height() >= len(lines) * text.fontMetrics().lineSpacing()
        assert (" ".join(lines) == preset.text) is (height == HIGH)


def test_a_folded_text_can_be_read_whole(qtbot) -> None:
    fields = ParameterFields(BOOK, 1000.0)
    column = scrolled(qtbot, fields, LOW)
    assert column.widget() is fields
    choose(fields, "presetChoice", "he")
    text = fields.findChild(FoldedText, "presetText")
    assert text.shown_lines()[1].endswith("…")
    more = fields.findChild(QPushButton, "presetMore")
    assert (more.isVisible(), more.text()) == (True, "more")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert (" ".join(text.shown_lines()), more.text()) == (text.text(), "less")
    choose(fields, "presetChoice", "zero")  # who wants more of one wants more of the next
    assert " ".join(text.shown_lines()) == text.text()
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert len(text.shown_lines()) == 2


def test_leaving_a_lesson_leaves_the_fields(fields) -> None:
    choose(fields, "presetChoice", "he")
    config = fields.config
    choose(fields, "presetChoice", "")
    assert (fields.config, fields.plans) == (config, ())
    assert fields.findChild(QLabel, "presetText").isHidden()


def test_a_run_from_elsewhere_ends_the_lesson_unless_it_is_one_of_its_runs(fields) -> None:
    choose(fields, "presetChoice", "optimizers")
    fields.show_config(fields.plans[3].config)
    assert len(fields.plans) == 4
    fields.show_config(BOOK.replace(hidden_sizes=(10,)))
    assert fields.plans == ()
    assert fields.findChild(QComboBox, "presetChoice").currentData() == ""


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_lesson_looks_as_approved(qtbot, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, theme.THEMES[name])
    fields = ParameterFields(BOOK, 1000.0)
    fields.show_sizes(9000, 1000)
    column = scrolled(qtbot, fields, 820)
    choose(fields, "presetChoice", "optimizers")
    QApplication.processEvents()
    check(column.grab().toImage(), f"parameters_lesson_{name}")


@pytest.mark.parametrize("name", ["dark", "light"])
def test_fields_that_wait_look_as_approved(qtbot, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, theme.THEMES[name])
    fields = ParameterFields(BOOK, 60.0)
    fields.show_sizes(9000, 1000)
    fields.follow_run(BOOK, under_way=True)
    fields.show_config(
        BOOK.replace(
            hidden_sizes=(50, 50),
            initializer="he",
            optimizer="adam",
            learning_rate=0.001,
            iterations=10_000_000,
            seed=2**32 - 1,
        )
    )
    column = scrolled(qtbot, fields, 800)
    check(column.grab().toImage(), f"parameters_waiting_{name}")
