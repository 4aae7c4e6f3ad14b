"""Which of the buttons under the parameters is the one that is most often wanted."""

from PySide6.QtWidgets import QPushButton
from small_runs import SMALL

from app.pages.train_controls import RunControls
from app.session import Session, State


def primary(controls: RunControls) -> list[str]:
    buttons = controls.findChildren(QPushButton)
    return [each.text() for each in buttons if each.property("kind") == "primary"]


def test_a_paused_run_is_gone_on_with_by_the_button_that_stands_out(
    qtbot, session: Session
) -> None:
    controls = RunControls(session)
    qtbot.addWidget(controls)
    assert primary(controls) == ["Start"]
    session.start(SMALL.replace(iterations=100_000))
    assert primary(controls) == ["Restart"]
    session.pause()
    assert primary(controls) == ["Resume"]
    session.stop()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    assert primary(controls) == ["Restart"]


def test_the_pace_of_a_run_that_is_gone_on_with_is_shown(qtbot, session: Session) -> None:
    controls = RunControls(session)
    qtbot.addWidget(controls)
    session.set_pace(60.0)
    controls.follow_run()
    assert controls.findChild(QPushButton, "paceChoice_60").isChecked()
