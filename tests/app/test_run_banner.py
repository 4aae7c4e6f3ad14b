from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fake_runs import FakeRuns, an_entry
from pictures import check
from PySide6.QtCore import QDateTime, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLabel, QPushButton
from small_runs import SMALL

from app import theme
from app.banner_texts import offer_text, when
from app.session import Session, State
from app.snapshot import Divergence
from app.widgets.run_banner import RunBanner
from bpcore.config import TrainingConfig
from bpcore.recording import Event, Notes

TOO_HIGH = Divergence(213, "the loss", 10.0)
FALLING = np.concatenate([np.linspace(2.3, 0.4, 192), np.full(20, 9.0)])
RISING = np.array([2.3, 9.0, 400.0])
RATE_CHANGED = (Event(160, "learning_rate", 10.0),)
NOON = QDateTime.fromString("2024-05-17 12:00", "yyyy-MM-dd HH:mm")


class FakeSession(QObject):
    """Says what a test wants it to, and remembers what it was asked for."""

    state_changed = Signal(object)
    snapshot_changed = Signal(object)
    notice_changed = Signal(str)
    offer_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state = State.IDLE
        self.message = self.notice = ""
        self.diverged = self.branched = None
        self.offer: tuple = ()
        self.config = self.first_config = TrainingConfig(learning_rate=10.0)
        self.shown_run = 1
        self.runs = FakeRuns(an_entry("a", "Mine", is_shown=True))
        self.runs.unsaved = ()
        self.losses, self.changes = FALLING, ()
        self.asked: list[tuple] = []

    @property
    def lanes(self) -> tuple[SimpleNamespace, ...]:
        run, config = self.shown_run, self.first_config
        lane = SimpleNamespace(run=run, config=config, events=self.changes, losses=self.losses)
        return (lane,)

    def say(self, state: State = State.IDLE, **news: object) -> None:
        for name, value in news.items():
            setattr(self, name, value)
        self.state = state
        self.state_changed.emit(state)

    def seek(self, iteration: int) -> None:
        self.asked.append(("seek", iteration))

    def start(self, config: TrainingConfig) -> None:
        self.asked.append(("start", config.learning_rate, config.weight_decay))
        self._begin()

    def branch(self, iteration: int) -> None:
        self.asked.append(("branch", iteration))
        self._begin()

    def _begin(self) -> None:
        self.shown_run += 1
        self.say(State.RUNNING, diverged=None)

    def change(self, name: str, value: float) -> None:
        self.asked.append((name, value))

    def resume(self) -> None:
        self.asked.append(("resume",))

    def accept_offer(self) -> None:
        self.asked.append(("accept",))

    def decline_offer(self) -> None:
        self.asked.append(("decline",))


@pytest.fixture
def fake() -> FakeSession:
    return FakeSession()


@pytest.fixture
def banner(qtbot, fake: FakeSession) -> RunBanner:
    return shown(qtbot, fake)


def shown(qtbot, session: FakeSession | Session) -> RunBanner:
    banner = RunBanner(session)
    qtbot.addWidget(banner)
    banner.resize(952, banner.height())
    banner.ensurePolished()
    return banner


def text_of(banner: RunBanner) -> str:
    assert banner.isVisibleTo(banner.parentWidget())
    return banner.findChild(QLabel, "runBannerText").text()


def buttons(banner: RunBanner) -> set[str]:
    return {b.objectName() for b in banner.findChildren(QPushButton) if not b.isHidden()}


def click(qtbot, banner: RunBanner, name: str) -> None:
    banner.show()
    qtbot.mouseClick(banner.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def an_offer(modified: QDateTime, name: str = "") -> SimpleNamespace:
    return SimpleNamespace(
        notes=Notes(name),
        config=TrainingConfig(),
        iteration=6480,
        modified=float(modified.toSecsSinceEpoch()),
    )


def test_there_is_no_banner_while_there_is_nothing_to_say(banner, fake: FakeSession) -> None:
    assert banner.isHidden()
    fake.say(State.RUNNING)
    assert banner.isHidden()


def test_a_divergence_is_told_with_iteration_reason_and_rate(banner, fake: FakeSession) -> None:
    fake.say(State.FAILED, diverged=TOO_HIGH, message="unused")
    assert text_of(banner) == (
        "✗ Diverged at iteration 213: the loss stopped being finite, learning rate 10. "
        "The run is kept as it was before."
    )
    assert buttons(banner) == {"continueLowerButton", "goBackButton"}


def test_a_lower_rate_is_suggested_and_can_be_changed(qtbot, banner, fake) -> None:
    fake.say(State.FAILED, diverged=TOO_HIGH)
    button = banner.findChild(QPushButton, "continueLowerButton")
    assert button.text() == "Go on from iteration 128 with 0.1"
    rate = banner.findChild(QDoubleSpinBox, "lowerRate")
    rate.stepDown()
    assert button.text() == button.accessibleName() == "Go on from iteration 128 with 0.05"
    click(qtbot, banner, "continueLowerButton")
    assert fake.asked == [("branch", 128), ("learning_rate", 0.05), ("resume",)]


def test_return_in_the_rate_continues_with_what_was_typed(qtbot, banner, fake) -> None:
    fake.say(State.FAILED, diverged=TOO_HIGH)
    banner.show()
    rate = banner.findChild(QDoubleSpinBox, "lowerRate")
    rate.selectAll()
    qtbot.keyClicks(rate, "0.02")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    assert fake.asked == [("branch", 128), ("learning_rate", 0.02), ("resume",)]


@pytest.mark.parametrize(
    ("run", "named", "asked", "said"),
    [
        (
            {},
            "Go on from iteration 128 with 0.1",
            [("branch", 128), ("learning_rate", 0.1), ("resume",)],
            "Branched from Mine at 128, with learning rate 0.1 from there on.",
        ),
        (
            {"first_config": TrainingConfig(learning_rate=0.2), "changes": RATE_CHANGED},
            "Go on from iteration 160 with 0.2",
            [("branch", 160), ("learning_rate", 0.2), ("resume",)],
            "Branched from Mine at 160, with learning rate 0.2 from there on. What was changed "
            "later is left out.",
        ),
        (
            {"losses": RISING},
            "Start again with 0.1",
            [("start", 0.1, 0.0)],
            "Started again with learning rate 0.1. Mine is kept in the list of runs.",
        ),
        (
            {"losses": RISING, "first_config": TrainingConfig(weight_decay=3.0)},
            "Start again with 0.1 and decay 0",
            [("start", 0.1, 0.0)],
            "Started again with learning rate 0.1 and weight decay 0: with 3 little is learned. "
            "Mine is kept in the list of runs.",
        ),
    ],
    ids=["branch", "before a change", "start", "held"],
)
def test_a_run_goes_on_from_where_it_can_learn_which_is_said_before_and_after(
    qtbot, banner, fake, run, named, asked, said
) -> None:
    fake.say(State.FAILED, diverged=TOO_HIGH, **run)
    button = banner.findChild(QPushButton, "continueLowerButton")
    assert button.text() == named
    tip = button.toolTip().replace("\n", " ")
    assert ("left out" in tip) == ("left out" in said)
    assert ("Weight decay becomes 0: with 3 little" in tip) == ("weight decay 0" in said)
    click(qtbot, banner, "continueLowerButton")
    assert fake.asked == asked
    assert text_of(banner) == said
    assert not buttons(banner)
    fake.say(State.FINISHED)
    assert banner.isHidden()


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({}, "Times weight decay 3 that is 30: above 2, each update makes weights larger."),
        ({"optimizer": "momentum"}, "that is 30: above 3.8, each"),
        ({"optimizer": "adam"}, "The run is kept as it was before."),
        ({"weight_decay": 0.1}, "The run is kept as it was before."),
    ],
)
def test_weight_decay_is_named_where_it_drives_a_run_away(
    banner, fake: FakeSession, changes, cause: str
) -> None:
    fake.config = fake.config.replace(**({"weight_decay": 3.0} | changes))
    fake.say(State.FAILED, diverged=TOO_HIGH)
    assert cause in text_of(banner)


def test_while_others_of_a_race_run_it_can_only_be_looked_at(banner, fake: FakeSession) -> None:
    fake.say(State.RUNNING, diverged=TOO_HIGH)
    assert not banner.findChild(QPushButton, "continueLowerButton").isEnabled()
    assert banner.findChild(QPushButton, "goBackButton").isEnabled()


@pytest.mark.parametrize(
    ("failed", "back", "text"), [(213, 112, "Go back 100"), (37, 0, "Go to the start")]
)
def test_going_back_shows_the_run_before_it_went_wrong(
    qtbot, banner, fake, failed: int, back: int, text: str
) -> None:
    fake.say(State.FAILED, diverged=Divergence(failed, "W1", 10.0))
    assert banner.findChild(QPushButton, "goBackButton").text() == text
    click(qtbot, banner, "goBackButton")
    assert fake.asked == [("seek", back)]


def test_another_failure_is_told_in_its_own_words(banner, fake: FakeSession) -> None:
    fake.say(State.FAILED, message="/no/where: no such folder.")
    assert text_of(banner) == "✗ /no/where: no such folder."
    assert not buttons(banner)


def test_what_is_not_saved_is_told_until_it_is(banner, fake: FakeSession) -> None:
    fake.say(State.RUNNING, notice="The disk is full.")
    assert text_of(banner) == "✗ The run is not saved. The disk is full."
    fake.notice = ""
    fake.notice_changed.emit("")
    assert banner.isHidden()


def test_what_is_not_saved_can_be_saved_elsewhere(qtbot, banner, fake, monkeypatch) -> None:
    monkeypatch.setattr(banner._dialogs, "ask_save", lambda _parent, name: Path(f"/else/{name}"))
    fake.say(State.FINISHED, notice="The disk is full.")
    assert buttons(banner) == {"saveUnsavedButton"}
    click(qtbot, banner, "saveUnsavedButton")
    assert fake.runs.asked == [("save", "a", Path("/else/Mine"))]
    fake.runs.failed.emit("Mine: no space left.")
    assert text_of(banner) == "✗ The run is not saved. Mine: no space left."
    click(qtbot, banner, "saveUnsavedButton")
    fake.runs.said.emit("Saved as Mine.")
    assert banner.isHidden()
    fake.runs.change("a", iteration=10_001)
    assert text_of(banner) == "✗ The run is not saved. The disk is full."


def test_after_a_reset_only_what_is_really_unsaved_is_told(
    qtbot, banner, fake, monkeypatch
) -> None:
    monkeypatch.setattr(banner._dialogs, "ask_save", lambda *_: Path("/else/old"))
    fake.say(State.RUNNING, notice="The disk is full.")
    fake.runs.put()
    fake.say(State.IDLE)
    assert banner.isHidden()
    fake.runs.unsaved = (an_entry("b", "Old"),)
    fake.runs.changed.emit()
    assert text_of(banner) == "✗ ‘Old’ is not saved. The disk is full."
    click(qtbot, banner, "saveUnsavedButton")
    assert fake.runs.asked == [("save", "b", Path("/else/old"))]
    fake.runs.said.emit("Saved as old.")
    assert banner.isHidden()


def test_a_branch_says_where_it_comes_from_until_it_goes_on(banner, fake: FakeSession) -> None:
    fake.say(State.PAUSED, branched=("Relu 50 · SGD 0.1", 4312))
    assert text_of(banner) == (
        "Branched from Relu 50 · SGD 0.1 at 4,312. Change rate, batch or decay, then press Resume."
    )
    fake.say(State.RUNNING, branched=None)
    assert banner.isHidden()


def test_an_unfinished_run_is_offered_until_something_else_is_begun(qtbot, banner, fake) -> None:
    fake.offer = (an_offer(NOON),)
    fake.offer_changed.emit()
    assert "stopped at 6,480 of 10,000" in text_of(banner)
    assert buttons(banner) == {"acceptOfferButton", "declineOfferButton"}
    click(qtbot, banner, "acceptOfferButton")
    click(qtbot, banner, "declineOfferButton")
    assert fake.asked == [("accept",), ("decline",)]
    fake.say(State.RUNNING)
    assert banner.isHidden()


def test_the_offer_names_the_run_and_its_day() -> None:
    offer = an_offer(NOON.addDays(-1).addSecs(7380), "My first")
    assert offer_text((offer,), NOON) == (
        "The run of yesterday 14:03, My first, Relu 50 · SGD 0.1, stopped at 6,480 of 10,000."
    )
    assert "12:00, Relu 50 · SGD 0.1, stopped" in offer_text((an_offer(NOON, "Relu"),), NOON)
    assert "The run of yesterday 14:03, Relu 50" in offer_text(
        (an_offer(NOON.addDays(-1).addSecs(7380)),), NOON
    )


def test_the_offer_of_a_race_names_all_its_runs_and_where_each_was() -> None:
    race = (an_offer(NOON, "SGD"), an_offer(NOON.addSecs(60), "Adam"), an_offer(NOON))
    assert offer_text(race, NOON) == (
        "The race of 3 runs, today 12:01, stopped: SGD at 6,480, Adam at 6,480, "
        "Relu 50 · SGD 0.1 at 6,480."
    )


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today 12:00"), (-1, "yesterday 12:00"), (-2, "2024-05-15 12:00")]
)
def test_days_are_named_as_people_do(days: int, said: str) -> None:
    assert when(NOON.addDays(days).toSecsSinceEpoch(), NOON) == said


def test_a_sentence_that_is_too_long_ends_in_dots_and_its_tooltip_has_all(banner, fake) -> None:
    message = f"/a{'/folder' * 60}: no such folder."
    fake.say(State.FAILED, message=message)
    banner.show()
    label = banner.findChild(QLabel, "runBannerText")
    assert len(label.lines()) == 2
    assert label.lines()[1].endswith("…")
    assert label.toolTip() == f"✗ {message}"
    fake.say(State.FAILED, message="Short.")
    assert label.toolTip() == ""
    assert label.lines() == ["✗ Short."]


def test_every_part_can_be_reached_by_tab_and_says_what_it_is(banner, fake: FakeSession) -> None:
    fake.say(State.FAILED, diverged=TOO_HIGH)
    for part in (*banner.findChildren(QPushButton), *banner.findChildren(QDoubleSpinBox)):
        assert part.objectName()
        assert part.accessibleName()
        assert part.toolTip()
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_run_that_really_diverged_trains_on_from_where_it_was_sound(
    qtbot, session: Session
) -> None:
    banner = shown(qtbot, session)
    session.start(SMALL.replace(iterations=240))
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    session.branch(160)
    qtbot.waitUntil(lambda: session.live.iteration == 160, timeout=20_000)
    assert "Branched from" in text_of(banner)
    session.change("learning_rate", 1.0)
    session.change("weight_decay", 3.0)
    session.resume()
    qtbot.waitUntil(lambda: session.state is State.FAILED, timeout=20_000)
    assert "Diverged at iteration" in text_of(banner)
    diverged = session.diverged
    banner.findChild(QDoubleSpinBox, "lowerRate").setValue(0.05)
    click(qtbot, banner, "continueLowerButton")
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
    assert session.live.iteration == 240 > diverged.iteration
    # Nothing that was changed later comes along: it may be what drove the run away.
    assert session.live.events == (Event(160, "learning_rate", 0.05),)
    assert (session.config.learning_rate, session.config.weight_decay) == (0.05, 0.0)
    assert banner.isHidden()


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_banner_looks_as_approved(qtbot, qapp: QApplication, fake, name: str) -> None:
    theme.apply(qapp, theme.THEMES[name])
    fake.say(State.FAILED, diverged=TOO_HIGH)
    banner = shown(qtbot, fake)
    check(banner.grab().toImage(), f"run_banner_{name}")
