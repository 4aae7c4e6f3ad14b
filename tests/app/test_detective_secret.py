"""Whoever looks into the panel of an open case, however deep, sees nothing of the secret."""

import pytest
from detectives import SUSPECTS, everything_in, hide
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.detective import Detective
from app.widgets.detective_panel import DetectivePanel


def panel_of(detective: Detective) -> DetectivePanel:
    panel = DetectivePanel()
    panel.resize(320, 400)
    panel.show_case(detective.case, detective.record)
    return panel


def test_at_the_start_the_panel_is_the_same_whatever_leaves_the_trace_that_all_see(qtbot) -> None:
    seen = {}
    for secret in SUSPECTS:
        panel = panel_of(hide(secret))
        qtbot.addWidget(panel)
        seen.setdefault(secret.differing, set()).add("\n".join(everything_in(panel)))
    assert len(seen) == 6
    assert all(len(panels) == 1 for panels in seen.values())


def test_what_is_compared_would_see_a_secret_in_a_panel(qtbot) -> None:
    """The comparison itself, on panels that may show it."""
    seen = set()
    for secret in SUSPECTS:
        detective = hide(secret)
        detective.give_up()
        panel = panel_of(detective)
        qtbot.addWidget(panel)
        seen.add("\n".join(everything_in(panel)))
    assert len(seen) == len(SUSPECTS)


@pytest.mark.parametrize("name", ["toolTip", "accessibleDescription", "_case", "hidden"])
def test_a_secret_in_any_property_would_be_seen(qtbot, name) -> None:
    panel = panel_of(hide(SUSPECTS[0]))
    qtbot.addWidget(panel)
    before = everything_in(panel)
    if name.startswith("_"):
        setattr(panel, name, SUSPECTS[0])
    else:
        panel.setProperty(name, SUSPECTS[0].layer)
    assert everything_in(panel) != before


class TwoPanels(RuleBasedStateMachine):
    """The same moves for two secrets: as long as they are answered alike, the panels are alike."""

    @initialize(secrets=st.lists(st.sampled_from(SUSPECTS), min_size=2, max_size=2, unique=True))
    def begin(self, secrets):
        self.detectives = [hide(secret) for secret in secrets]
        self.panels = [panel_of(detective) for detective in self.detectives]

    @rule(accused=st.sampled_from(SUSPECTS))
    def accuse(self, accused):
        for detective in self.detectives:
            detective.guess(accused.layer, accused.key)

    @rule()
    def take_a_hint(self):
        for detective in self.detectives:
            detective.hint()

    @invariant()
    def panels_differ_only_where_the_answers_did(self):
        for panel, detective in zip(self.panels, self.detectives, strict=True):
            panel.show_case(detective.case, detective.record)
        first, second = self.detectives
        if first.case == second.case:
            assert first.case.ending is None
            one, other = (everything_in(panel) for panel in self.panels)
            assert one == other

    def teardown(self):
        for panel in getattr(self, "panels", ()):
            panel.deleteLater()


TestTwoPanels = TwoPanels.TestCase
TestTwoPanels.settings = settings(max_examples=15, stateful_step_count=6)
