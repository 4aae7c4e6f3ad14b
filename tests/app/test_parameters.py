import pytest
from parameter_fields import BOOK, box, choose, scrolled, shown, text_of, type_into
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.widgets.parameters import ParameterFields
from bpcore.config import LEARNING_RATES, RANGES

NUMBERS = {
    "hiddenUnits": "hidden_size",
    "weightInitStd": "weight_init_std",
    "learningRate": "learning_rate",
    "batchSize": "batch_size",
    "iterations": "iterations",
    "seed": "seed",
    "weightDecay": "weight_decay",
    "momentum": "momentum",
    "beta1": "beta1",
    "beta2": "beta2",
}


@pytest.fixture
def fields(qtbot) -> ParameterFields:
    return shown(qtbot, BOOK)


@pytest.mark.parametrize(("name", "parameter"), NUMBERS.items())
def test_every_number_has_the_engines_range_and_says_it(fields, name: str, parameter: str) -> None:
    field, allowed = box(fields, name), RANGES[parameter]
    offset = getattr(field, "OFFSET", 0)
    assert field.minimum() + offset == pytest.approx(allowed.minimum)
    assert field.maximum() + offset == pytest.approx(allowed.maximum)
    assert str(allowed) in field.toolTip().replace("\n", " ")


def test_every_field_has_a_name_and_a_sentence_of_help(fields: ParameterFields) -> None:
    for kind in (QAbstractSpinBox, QComboBox):
        for field in fields.findChildren(kind):
            assert field.objectName()
            assert field.accessibleName(), field.objectName()
            assert field.toolTip(), field.objectName()
    for button in fields.findChildren(QPushButton):
        assert button.accessibleName(), button.objectName()


@pytest.mark.parametrize(
    ("name", "typed", "parameter", "value"),
    [
        ("hiddenUnits", "12", "hidden_sizes", (12,)),
        ("weightInitStd", "1", "weight_init_std", 1.0),
        ("learningRate", "0.25", "learning_rate", 0.25),
        ("batchSize", "30", "batch_size", 30),
        ("iterations", "40", "iterations", 40),
        ("seed", "4294967295", "seed", 2**32 - 1),
        ("weightDecay", "0.0001", "weight_decay", 0.0001),
    ],
)
def test_what_is_typed_is_the_configuration(
    qtbot, fields, name: str, typed: str, parameter: str, value: object
) -> None:
    with qtbot.waitSignal(fields.changed) as caught:
        type_into(qtbot, box(fields, name), typed)
    assert caught.args == [BOOK.replace(**{parameter: value})]
    assert fields.config == caught.args[0]


@pytest.mark.parametrize("seed", [0, 42, 2**31 - 1, 2**31, 2**32 - 1])
def test_every_seed_shows_as_it_is(qtbot, seed: int) -> None:
    fields = shown(qtbot, BOOK.replace(seed=seed))
    field = box(fields, "seed")
    assert (field.text(), field.value()) == (str(seed), seed)
    needed = field.fontMetrics().horizontalAdvance(field.text())
    assert needed <= field.lineEdit().width() - 7


def test_an_edit_leaves_what_other_fields_can_not_show(qtbot) -> None:
    config = BOOK.replace(
        learning_rate=0.123456789,
        hidden_sizes=(50, 30),
        activation="tanh",
        momentum=0.12345678,
        dtype="float64",
        data="/nowhere/full",
    )
    fields = shown(qtbot, config)
    type_into(qtbot, box(fields, "batchSize"), "7")
    assert fields.config == config.replace(batch_size=7)


def test_layers_of_an_opened_run_show_and_become_one_by_an_edit(qtbot) -> None:
    fields = shown(qtbot, BOOK.replace(hidden_sizes=(50, 50)))
    field = box(fields, "hiddenUnits")
    assert field.text() == "50, 50"
    assert text_of(fields, "networkShape").startswith("784-50-50-10")
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert fields.config.hidden_sizes == (50, 50)
    type_into(qtbot, field, "50")
    assert (fields.config.hidden_sizes, field.text()) == ((50,), "50")


def test_stepping_from_several_layers_makes_one(qtbot) -> None:
    fields = shown(qtbot, BOOK.replace(hidden_sizes=(50, 50)))
    box(fields, "hiddenUnits").stepUp()
    assert (fields.config.hidden_sizes, box(fields, "hiddenUnits").text()) == ((60,), "60")


def test_a_batch_of_more_digits_than_there_are_is_told(qtbot, fields) -> None:
    fields.show_sizes(9000, 1000)
    assert text_of(fields, "dataSizes") == "9,000 train · 1,000 test"
    type_into(qtbot, box(fields, "batchSize"), "9001")
    note = box(fields, "batchSize").note
    assert (note.message, note.isVisible()) == ("More than the 9,000 digits.", True)
    hint = "A batch of 9,001 is more than the 9,000 digits: many come twice in it."
    assert text_of(fields, "dataSizes").splitlines()[1] == hint
    assert hint in box(fields, "batchSize").toolTip().replace("\n", " ")
    type_into(qtbot, box(fields, "batchSize"), "9000")
    assert text_of(fields, "dataSizes") == "9,000 train · 1,000 test"
    assert "twice" not in box(fields, "batchSize").toolTip()


def test_the_largest_numbers_are_whole_with_their_arrows(qtbot, qapp) -> None:
    fields = shown(qtbot, BOOK.replace(hidden_sizes=(1000,), iterations=1_000_000))
    qapp.processEvents()
    assert box(fields, "iterations").styleSheet() == ""
    shape = fields.findChild(QLabel, "networkShape")
    assert shape.height() >= shape.heightForWidth(shape.width())
    needed = [shape.fontMetrics().horizontalAdvance(line) for line in shape.text().split(" ")]
    assert max(needed) <= shape.width()
    assert shape.text().endswith("795,010\u00a0parameters")


def test_a_network_without_hidden_layer_says_so(qtbot) -> None:
    fields = shown(qtbot, BOOK.replace(hidden_sizes=()))
    assert box(fields, "hiddenUnits").text() == "none"
    type_into(qtbot, box(fields, "batchSize"), "7")
    assert fields.config.hidden_sizes == ()


def test_tanh_is_there_only_for_a_run_that_has_it(qtbot, fields) -> None:
    tanh = fields.findChild(QPushButton, "activation_tanh")
    assert tanh.isHidden()
    fields.show_config(BOOK.replace(activation="tanh"))
    assert not tanh.isHidden()
    assert tanh.isChecked()
    fields.show_config(BOOK)
    assert tanh.isHidden()


@pytest.mark.parametrize(("initializer", "said"), [("xavier", "0.036 · 0.141"), ("he", "0.051 · ")])
def test_the_deviation_of_a_rule_is_shown_where_one_could_be_typed(
    fields, initializer: str, said: str
) -> None:
    choose(fields, "initializer", initializer)
    assert fields.config.initializer == initializer
    assert box(fields, "weightInitStd").parentWidget().isHidden()
    assert text_of(fields, "weightDeviations").startswith(said)
    choose(fields, "initializer", "std")
    assert not box(fields, "weightInitStd").parentWidget().isHidden()


@pytest.mark.parametrize(
    ("name", "start", "after"),
    [("momentum", 0.9, 0.95), ("weightDecay", 0.0, 1e-6), ("learningRate", 0.1, 0.2)],
)
def test_arrows_walk_along_usual_values(fields, name: str, start: float, after: float) -> None:
    field = box(fields, name)
    field.setValue(start)
    field.stepUp()
    assert field.value() == after
    field.stepDown()
    assert field.value() == start


@pytest.mark.parametrize(
    ("optimizer", "shown_ones"),
    [("sgd", set()), ("momentum", {"momentum"}), ("adagrad", set()), ("adam", {"beta1", "beta2"})],
)
def test_coefficients_show_where_they_belong(fields, optimizer: str, shown_ones: set[str]) -> None:
    choose(fields, "optimizer", optimizer)
    names = ("momentum", "beta1", "beta2")
    assert {n for n in names if not box(fields, n).parentWidget().isHidden()} == shown_ones


def test_another_optimizer_brings_its_usual_rate_unless_one_was_chosen(qtbot, fields) -> None:
    for optimizer, usual in LEARNING_RATES.items():
        choose(fields, "optimizer", optimizer)
        assert (fields.config.optimizer, fields.config.learning_rate) == (optimizer, usual)
    type_into(qtbot, box(fields, "learningRate"), "0.03")
    choose(fields, "optimizer", "sgd")
    assert fields.config.learning_rate == 0.03


def wheel_over(widget: QWidget) -> QWheelEvent:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event


def test_the_wheel_scrolls_the_column_and_turns_only_the_field_with_the_focus(qtbot) -> None:
    fields = ParameterFields(BOOK, 1000.0)
    scroll = scrolled(qtbot, fields, 300)
    for kind in (QSpinBox, QDoubleSpinBox, QComboBox):
        for field in fields.findChildren(kind):
            wheel_over(field)
            if isinstance(field, QAbstractSpinBox):
                wheel_over(field.lineEdit())
    assert fields.config == BOOK
    assert fields.plans == ()
    rate = box(fields, "learningRate")
    scroll.activateWindow()
    rate.setFocus()
    qtbot.waitUntil(rate.hasFocus)
    wheel_over(rate)
    assert fields.config.learning_rate == 0.05


def test_tab_leads_through_all_fields_from_top_to_bottom(qtbot, fields) -> None:
    choose(fields, "optimizer", "adam")
    first = fields.findChild(QComboBox, "presetChoice")
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    while fields.focusWidget().objectName() not in seen:
        seen.append(fields.focusWidget().objectName())
        fields.focusNextChild()
    assert seen == [
        "presetChoice",
        "activation_relu",
        "hiddenUnits",
        "initializer",
        "weightInitStd",
        "learningRate",
        "batchSize",
        "optimizer",
        "weightDecay",
        "iterations",
        "seed",
        "beta1",
        "beta2",
        "dataChoice",
    ]


@pytest.mark.parametrize(("pace", "choice"), [(60.0, "60"), (70.0, "60"), (None, "0")])
def test_a_pace_from_elsewhere_shows_as_the_nearest(qtbot, fields, pace, choice: str) -> None:
    with qtbot.assertNotEmitted(fields.pace_changed):
        fields.show_pace(pace)
    assert fields.pace_row.findChild(QPushButton, f"paceChoice_{choice}").isChecked()


def test_a_folder_shows_by_its_name_and_all_of_its_path_on_hover(fields) -> None:
    fields.show_config(BOOK.replace(data="/home/me/digits"))
    data = fields.findChild(QComboBox, "dataChoice")
    assert (data.currentText(), data.currentData()) == ("digits", "/home/me/digits")
    assert data.itemData(data.currentIndex(), Qt.ItemDataRole.ToolTipRole) == "/home/me/digits"
