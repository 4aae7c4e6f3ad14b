"""A card with something that is found out when it is asked for, and belongs to one network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from app import formatting
from app.widgets.basics import Card

if TYPE_CHECKING:
    from app.widgets.measure_bar import MeasureBar

Moment = tuple[int, int]
"""A run and one of its iterations."""


class Measured(Protocol):
    """What was found out, and of which network."""

    @property
    def run(self) -> int:
        """The number of its run."""

    @property
    def iteration(self) -> int:
        """Of that run."""


class MeasuredCard(Card):
    """Says of which iteration its content is; it is stale while another network is shown."""

    def __init__(self, title: str, subtitle: str, bar: MeasureBar) -> None:
        super().__init__(title, subtitle)
        self.header.setStretch(self.header.indexOf(self.subtitle) + 1, 0)
        self.header.addWidget(bar, 1)
        self.bar = bar
        self._present: Moment | None = None
        self._measured: Measured | None = None
        self._failure = ""
        self._refresh_bar()

    @property
    def stale(self) -> bool:
        """Whether what is shown was found out about another network than the present one."""
        measured = self._measured
        return measured is not None and (measured.run, measured.iteration) != self._present

    def show_present(self, present: Moment | None) -> None:
        """Take the network that the page shows; None while it has none."""
        if present != self._present:
            self._present, self._failure = present, ""
            self.refresh()

    def show_busy(self, iteration: int) -> None:
        """Show that work on the network of ``iteration`` is under way."""
        self._failure = ""
        text = self.tr("Measuring iteration {0}")
        self.bar.show_busy(text.format(formatting.count(iteration)))

    def show_measured(self, measured: Measured) -> None:
        """Show what was found out."""
        self._measured = measured
        self.show_idle()

    def show_idle(self, failure: str = "") -> None:
        """Show that nothing is under way any more; what failed is a sentence."""
        self._failure = failure
        self.bar.stop()
        self.refresh()

    def refresh(self) -> None:
        """Show what is known about the present network."""
        self._refresh_bar()

    def _refresh_bar(self) -> None:
        if not self.bar.busy:
            can_start = self._present is not None
            failed = bool(self._failure)
            status = self._failure or self._status()
            self.bar.show_idle(status, can_start=can_start, failed=failed)

    def _status(self) -> str:
        measured = self._measured
        if measured is None:
            return ""
        iteration = formatting.count(measured.iteration)
        if not self.stale:
            return self.tr("of iteration {0}").format(iteration)
        if self._present is not None and measured.run != self._present[0]:
            return self.tr("of another run, iteration {0}; measure again").format(iteration)
        return self.tr("of iteration {0}; measure again").format(iteration)
