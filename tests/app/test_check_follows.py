"""From a point of the scatter to Backward, with the digits of the check; in the window."""

import numpy as np
from checked import reports
from checkings import known_of
from draw_pages import canvas_of, press
from handwriting import DIGITS, draw
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from small_runs import SMALL

from app.graph_view.scenes import caption_of
from app.main_window import MainWindow
from app.session import State
from app.widgets.check_scatter import CheckScatter

WAIT = 30_000


def known(window: MainWindow, **wanted: object) -> dict[str, np.ndarray]:
    """Let the digits that are wanted be checked, and return what backprop says on them."""
    checking = window.check_page.checking
    checking.want(**wanted)
    ground = checking.present
    checking._known = known_of(ground, reports())
    return ground.network().gradient(ground.digits(), ground.batch.labels)


def largest(gradients: np.ndarray) -> tuple[int, ...]:
    return tuple(map(int, np.unravel_index(np.abs(gradients).argmax(), gradients.shape)))


def follow(window: MainWindow, parameter: str, *index: int) -> None:
    window.check_page.findChild(CheckScatter, "checkScatter").chosen.emit(parameter, index)


def assert_followed(window: MainWindow, gradient: float, parameter: str, *index: int) -> None:
    backward = window.backward_page
    assert backward.isVisible()
    weight = backward.theatre.following.weight
    assert (weight.parameter, weight.index) == (parameter, index)
    shown = backward.theatre.trace.values[f"d{parameter}"][index]
    np.testing.assert_allclose(shown, gradient, rtol=1e-4, atol=1e-8)
    assert gradient != 0


def test_a_weight_of_the_check_is_followed_on_backward(qtbot, window) -> None:
    page, checking = window.check_page, window.check_page.checking
    window.show_page(3)
    checking.want(first=12, count=4)
    page.findChild(QPushButton, "runCheckButton").click()
    qtbot.waitUntil(lambda: not checking.busy and checking.accused is not None, timeout=WAIT)
    reports = {report.name: report for report in checking.checked.reports}
    follow(window, "W2", 7, 3)
    assert_followed(window, reports["W2"].backprop[73], "W2", 7, 3)
    staged = window.backward_page.theatre.staged
    assert (staged.source, staged.first, len(staged.labels)) == ("train", 12, 4)


def test_any_digits_are_followed_on_backward(qtbot, window) -> None:
    backward, checking = window.backward_page, window.check_page.checking
    window.show_page(2)
    draw(canvas_of(window.draw_page), DIGITS[3][0])
    press(window.draw_page, "8")
    for wanted, said in (
        ({"source": "test", "first": 31, "count": 6}, "test 31 to 36"),
        ({"source": "test", "first": 9, "count": 1}, "test image 9"),
        ({"source": "drawing"}, "your drawing"),
        ({"source": "run"}, "batch of iteration 1, 100 images"),
        ({"source": "train", "first": 20, "count": 6}, "images 20 to 25"),
    ):
        window.show_page(3)
        gradients = known(window, **wanted)["W2"]
        place = largest(gradients)
        follow(window, "W2", *place)
        assert_followed(window, gradients[place], "W2", *place)
        assert caption_of(backward.theatre) == said
        backward.theatre.take_step()  # a copy has other gradients, and is left
        assert not np.isclose(backward.theatre.trace.values["dW2"][place], gradients[place])
        follow(window, "W2", *place)
        assert_followed(window, gradients[place], "W2", *place)
    assert window.draw_page.label == 8
    known(window, source="drawing")
    assert checking.checked.ground.batch.labels == [8]
    window.show_page(2)
    press(window.draw_page, "5")
    assert checking.is_stale
    window.show_page(3)
    draw(canvas_of(window.draw_page), DIGITS[7][0])
    follow(window, "W2", 7, 3)
    assert window.check_page.isVisible()
    text = window.check_page.findChild(QLabel, "checkMessage").text()
    assert "Your drawing is another one by now" in text


def test_fresh_weights_are_followed_where_the_timeline_begins(qtbot, window) -> None:
    session = window.session
    session.start(SMALL)
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=WAIT)
    window.show_page(3)
    known(window, fresh=True, source="run")
    follow(window, "W1", 400, 2)
    assert window.check_page.isVisible()
    text = window.check_page.findChild(QLabel, "checkMessage").text()
    assert "the digits of iteration 301 with the weights of that time only" in text
    gradients = known(window, source="test", count=2, first=5)["W1"]
    place = largest(gradients)
    follow(window, "W1", *place)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 0, timeout=WAIT)
    QApplication.processEvents()
    assert session.unit == place[1]
    backward = window.backward_page
    qtbot.waitUntil(
        lambda: np.isclose(backward.theatre.trace.values["dW1"][place], gradients[place]),
        timeout=WAIT,
    )
    assert_followed(window, gradients[place], "W1", *place)
