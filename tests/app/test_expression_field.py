import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.passes import staged_graph
from app.staging import Expression
from app.widgets.error_line import ErrorLine
from app.widgets.expression_examples import ExpressionExamples, examples
from app.widgets.expression_field import FIRST_TEXT, MOST_NODES, ExpressionField
from bpcore.graph.expression import parse_expression
from bpcore.graph.names import expression_names
from bpcore.graph.operation import GraphError


@pytest.fixture
def field(qtbot):
    field = ExpressionField()
    qtbot.addWidget(field)
    field.resize(660, field.sizeHint().height())
    with qtbot.waitExposed(field):
        field.show()
    field.activateWindow()
    qtbot.waitUntil(field.isActiveWindow)
    field.text.setFocus()
    return field


def typed(field, text):
    """Type ``text`` in place of what is there, as a person does."""
    field.text.setFocus()
    field.text.selectAll()
    QTest.keyClick(field.text, Qt.Key.Key_Delete)
    QTest.keyClicks(field.text, text)


def pasted(field, text):
    field.text.selectAll()
    QApplication.clipboard().setText(text)
    field.text.paste()


def number(field, name, text=None):
    found = field.findChild(QLineEdit, f"variable_{name}")
    assert found is not None, name
    if text is not None:
        found.setFocus()
        found.selectAll()
        found.insert(text)  # keyClicks knows Latin letters only
    return found


def caret(field):
    """Where the caret is, in the coordinates of the text."""
    QApplication.processEvents()
    line = field.findChild(ErrorLine)
    return line.mapTo(field, QPoint(0, 0)).x() + line.caret - field.text.x()


def error_of(text, values=None):
    with pytest.raises(GraphError) as caught:
        parse_expression(text, values or {}).forward()
    return caught.value


def test_it_begins_with_the_books_sigmoid(field):
    assert field.staged() == Expression(FIRST_TEXT, {"x": 1.0})
    assert field.variables.names == ("x",)
    assert field.error.message == ""
    assert field.error.caret is None


def test_what_is_typed_is_staged_at_once(field, qtbot):
    with qtbot.waitSignal(field.changed):
        typed(field, "x * y + z")
    assert field.staged() == Expression("x * y + z", {"x": 1.0, "y": 2.0, "z": 3.0})
    assert field.variables.names == ("x", "y", "z")
    assert staged_graph(field.staged()).forward()["x * y + z"] == 5


def test_new_variables_differ_from_each_other_and_from_what_is_there(field):
    pasted(field, "1 / (x - y)")
    assert field.error.message == ""
    assert field.staged().values == {"x": 1, "y": 2}
    pasted(field, "width + height + x")
    assert field.staged().values == {"width": 2, "height": 3, "x": 1}
    number(field, "x", "2")
    pasted(field, "b - x + a")
    assert field.staged().values == {"b": 1, "x": 2, "a": 3}
    typed(field, "c / (b - a)")
    assert field.staged().values == {"c": 1, "b": 2, "a": 3}


def test_it_tells_when_its_text_becomes_wrong_and_good_again(field, qtbot):
    told = []
    field.wrong_changed.connect(lambda: told.append(field.wrong))
    typed(field, "x * y")
    told.clear()
    QTest.keyClicks(field.text, " + (")
    assert told == [True]
    assert field.still == "x * y"
    QTest.keyClicks(field.text, "2)")
    assert told == [True, False]
    number(field, "y", "many")
    assert told == [True, False, True]
    assert field.still == "x * y + (2)  (x = 1, y = 2)"
    number(field, "y", "4")
    assert not field.wrong


@pytest.mark.parametrize(
    "text", ["2x + 1", "x + foo(x)", "exp(x", "x ^ 2", "x + 3 3", "1 +", "x . y", "(x + 1) (x)"]
)
def test_the_caret_stands_under_the_wrong_character(field, text):
    typed(field, text)
    column = error_of(text, {"x": 1.0}).column
    start = field.text.cursorPositionAt(QPoint(0, 14))
    assert start == 0
    # Left edge of the first character: what a click would still count as before it.
    advance = QFontMetricsF(field.text.font()).horizontalAdvance("0")
    first = field.text.cursorRect()
    left = first.x() + first.width() / 2 - field.text.cursorPosition() * advance
    assert caret(field) == pytest.approx(left + (column - 0.5) * advance, abs=1.5)
    assert f"column {column}" in field.error.message
    assert field.text.accessibleDescription() == field.error.message


def test_wide_and_rare_characters_do_not_move_the_caret(field):
    pasted(field, "π * 𝑥 * x + 🙂")
    QApplication.processEvents()
    at = field.text.cursorPositionAt(QPoint(round(caret(field)) - 2, 14))
    assert field.text.text()[:11] == "π * 𝑥 * x +"
    assert at == len("π * xx * x + ")  # Qt counts two for a rare character


def test_the_caret_follows_the_text_that_scrolls(field):
    typed(field, "2x + " + " + ".join(["exp(-x)"] * 16))
    QApplication.processEvents()
    assert field.error.caret < 0
    QTest.keyClick(field.text, Qt.Key.Key_Home)
    assert 0 < caret(field) < 40
    typed(field, " + ".join(["exp(-x)"] * 16) + " + 2x")
    assert 0 < caret(field) < field.text.width()
    QTest.keyClick(field.text, Qt.Key.Key_Home)
    assert caret(field) > field.text.width()


def test_the_wrong_character_is_underlined_and_the_message_has_a_cross(field):
    from app import theme

    typed(field, "x + 2y")
    QApplication.processEvents()
    image = field.grab().toImage()
    colors = {
        image.pixelColor(x, field.text.height() - 4).name().upper()
        for x in range(round(caret(field)) - 3, round(caret(field)) + 3)
    }
    assert colors == {theme.DARK.fail}
    assert field.error._text().startswith("✗ ")


def test_while_the_text_is_wrong_the_last_good_one_stays(field, qtbot):
    typed(field, "x * x")
    with qtbot.assertNotEmitted(field.changed):
        QTest.keyClicks(field.text, " * (")
    assert field.staged() == Expression("x * x", {"x": 1.0})
    assert field.variables.names == ("x",)
    QTest.keyClicks(field.text, "x)")
    assert field.staged().text == "x * x * (x)"
    assert field.error.message == ""


def test_numbers_are_what_was_typed(field):
    number(field, "x", "0.1")
    assert field.staged() == Expression(FIRST_TEXT, {"x": 0.1})
    for text, value in (("-2", -2), ("1e-5", 1e-5), ("−3.5", -3.5), (".5", 0.5), ("-0", 0.0)):
        number(field, "x", text)
        assert field.staged().values["x"] == value
    assert str(field.staged().values["x"]) == "0.0"


def test_arrows_step_exactly(field):
    box = number(field, "x")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "1.2"
    for _ in range(12):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.text() == "0"
    QTest.keyClick(box, Qt.Key.Key_PageDown)
    assert field.staged().values["x"] == -1
    number(field, "x", "1000000")
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "1000000"


@pytest.mark.parametrize(
    "text", ["", "abc", "1,5", "1e7", "2000000", "nan", "1_0", "1e-999", "1e999", "٣"]
)
def test_a_bad_number_is_told_at_its_field_and_changes_nothing(field, text):
    typed(field, "x * y")
    number(field, "y", "3")
    box = number(field, "y")
    box.clear()
    box.insert(text)
    assert box.error
    assert box.accessibleDescription() == box.error
    assert field.error.message.startswith("y: ")
    assert field.error.caret is None
    assert field.staged().text == "x * y"
    number(field, "y", "7")
    assert field.error.message == ""
    assert field.staged().values["y"] == 7


def test_a_value_outlives_its_field(field):
    typed(field, "x * width")
    number(field, "width", "0.25")
    typed(field, "x + 1")
    assert field.variables.names == ("x",)
    assert (
        field.findChild(QLineEdit, "variable_width") is None
        or not number(field, "width").isVisible()
    )
    typed(field, "width * 2")
    assert field.staged() == Expression("width * 2", {"width": 0.25})


@pytest.mark.parametrize(
    ("text", "value", "column"),
    [
        ("2 * log(x)", "-1", 5),
        ("3 / x", "0", 1),
        ("1 + exp(x)", "1000", 5),
        ("1 + sqrt(x)", "0", 5),
    ],
)
def test_what_cannot_be_computed_is_told_at_its_column(field, text, value, column):
    typed(field, text)
    good = field.staged()
    number(field, "x", value)
    assert f"column {column}" in field.error.message
    assert field.text.marked() is not None
    assert field.staged() == good
    assert number(field, "x").isVisible()
    number(field, "x", "2")
    assert field.staged() == Expression(text, {"x": 2.0})


def test_a_new_variable_that_makes_no_number_can_be_given_another(field):
    typed(field, "log(x - 1)")
    assert "logarithm of zero" in field.error.message
    number(field, "x", "3")
    assert field.staged() == Expression("log(x - 1)", {"x": 3.0})


def test_names_are_listed_without_values():
    assert expression_names("z + x * y + x ** 2 * exp(-π)") == ("z", "x", "y")
    assert expression_names("2 * 3") == ()
    assert expression_names("ｘ + max(e, pi)") == ("x",)
    assert expression_names("x1 + 1e5 + sigma_2") == ("x1", "sigma_2")
    with pytest.raises(GraphError, match="unknown function 'foo'"):
        expression_names("foo(x)")
    with pytest.raises(GraphError, match="'x' is no function"):
        expression_names("x (2) + x")


def test_a_picture_that_nobody_could_read_is_refused(field):
    good = field.staged()
    pasted(field, "+".join(f"x{n}" for n in range(MOST_NODES // 2 + 1)))
    assert "201 nodes" in field.error.message
    assert field.staged() == good
    assert field.variables.names == ("x",)
    pasted(field, "+".join(f"x{n}" for n in range(MOST_NODES // 2)))
    assert field.error.message == ""
    assert len(field.variables.names) == MOST_NODES // 2


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "(" * 10_000,
        "-" * 10_000 + "x",
        "x+" * 5_000 + "x",
        "x**" * 3_000 + "2",
        "𝑥" * 10_000,
        ")(",
        "",
        " ",
        "\0",
        "x\u202e+ 1",
        "x\ud800y",
        "🙂" * 2_000,
        "007",
        "0x1F",
        "__import__('os')",
        "x.__class__",
        "lambda: 0",
        "1e999 * x",
        "ﬁ + 𝐞𝐱𝐩 + ª",
        "exp(exp(exp(exp(9))))",
        "x @ x",
        "\n\t x \r\n+\u20281",
        "a\u0301 + 1",
    ],
)
def test_no_text_is_too_wild(field, text):
    field.text.selectAll()
    field.text.insert(text)
    assert len(field.text.text()) <= 2_000
    QApplication.processEvents()
    field.grab()
    staged = field.staged()
    assert staged_graph(staged).forward()
    assert field.error.message or staged.text == field.text.text().rstrip()


def test_what_does_not_fit_is_told(field):
    pasted(field, "x + " * 2_000 + "1")
    assert field.error.message == "only 2,000 characters fit: the rest was left out"
    assert field.staged().text == FIRST_TEXT
    typed(field, "x + 1")
    assert field.error.message == ""


def test_an_example_brings_its_numbers_and_can_be_undone(field, qtbot):
    button = ExpressionExamples()
    qtbot.addWidget(button)
    button.chosen.connect(field.show_example)
    typed(field, "x * x")
    for action, example in zip(button.menu().actions(), examples(), strict=True):
        action.trigger()
        assert field.error.message == ""
        assert field.staged() == Expression(example.text, example.values)
        assert field.text.hasFocus()
    field.text.undo()
    assert field.text.text() == examples()[-2].text
    assert button.accessibleName()


def test_an_example_that_changes_only_numbers_is_taken_too(field):
    number(field, "x", "4")
    sigmoid = next(example for example in examples() if example.text == FIRST_TEXT)
    field.show_example(sigmoid)
    assert field.staged() == Expression(FIRST_TEXT, {"x": 1.0})
    assert number(field, "x").text() == "1"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
def test_return_and_escape_give_the_focus_back(field, qtbot, key):
    for widget in (field.text, number(field, "x")):
        with qtbot.waitSignal(field.entered, timeout=0):
            QTest.keyClick(widget, key)
    assert field.text.text() == FIRST_TEXT


def test_tab_goes_from_the_text_through_its_variables(field):
    typed(field, "b + a")
    typed(field, "c * b + a")
    for name in ("c", "b", "a"):
        QTest.keyClick(field.focusWidget(), Qt.Key.Key_Tab)
        assert field.focusWidget() is number(field, name)


def test_more_variables_than_fit_can_be_scrolled_to(field):
    pasted(field, "+".join(f"x{n}" for n in range(20)))
    QApplication.processEvents()
    last = number(field, "x19")
    assert last.visibleRegion().isEmpty()
    for _ in range(20):
        QTest.keyClick(field.focusWidget(), Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert last.visibleRegion().boundingRect() == last.rect()


def test_nothing_moves_while_someone_types(field):
    place = field.variables.geometry()
    for text in ("2x", "x + 1", "log(x - 5)"):
        typed(field, text)
        QApplication.processEvents()
        assert field.variables.geometry() == place
