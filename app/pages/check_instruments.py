"""Table, scatter, map and sweep of the Check page: four views of the same reports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from app.pages.check_words import no_map_of_layer, no_sweep_of_layer, rule
from app.widgets.basics import Card
from app.widgets.check_scatter import CheckScatter
from app.widgets.check_table import CheckTable
from app.widgets.difference_map import DifferenceMap
from app.widgets.step_sweep import StepSweep
from app.widgets.veil import Veil
from bpcore.central_differences import STEP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from bpcore.gradient_check import Sweep
    from bpcore.gradient_report import GradientReport


class Instruments(QObject):
    """Shows reports in all views, one after the other: between two of them the window answers.

    Attributes
    ----------
    table, scatter, map, sweep
        The views. The table belongs into a card of the page's.
    scatter_card, map_card, sweep_card
        The cards of the others.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.table, self.scatter = CheckTable(), CheckScatter()
        self.map, self.sweep = DifferenceMap(), StepSweep()
        self.scatter_card = _card(_tr("Backprop vs numerical"), self.scatter)
        self.map_card = _card(_tr("W1 difference"), self.map, " ")
        self.sweep_card = _card(_tr("Choosing h"), self.sweep, " ")
        views = (self.table, self.scatter, self.map, self.sweep)
        self._veils = tuple(Veil(view) for view in views)
        self._is_old = False
        self._shown: object = None
        self._parts: list[Callable[[], None]] = []
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._show_next)

    @property
    def is_drawing(self) -> bool:
        """Whether a view is about to show what the others show."""
        return bool(self._parts)

    def show_old(self, is_old: bool) -> None:
        """Dim all views, since what they show is old, or no longer."""
        self._is_old = is_old
        self._show_veils()

    def _show_veils(self) -> None:
        """Dim them also while some show another check than the others: they end together."""
        for veil in self._veils:
            veil.show_over(self._is_old or self.is_drawing)

    def show_reports(
        self,
        right: Sequence[GradientReport],
        wrong: Sequence[GradientReport] = (),
        *,
        doubtful: bool = False,
    ) -> None:
        """Show a check, and what differs with a bug switched on.

        ``doubtful`` is whether even right code differs, so that no difference says anything.
        """
        shown = (tuple(right), tuple(wrong), doubtful)
        if shown != self._shown:
            self._shown = shown
            self.table.show_reports(right, wrong, rule=rule(right[0].h), doubtful=doubtful)
            self._show_later(
                partial(self.scatter.show_reports, right, wrong, doubtful=doubtful),
                partial(
                    self._show_map, (wrong or right)[0], is_broken=bool(wrong), doubtful=doubtful
                ),
            )

    def show_own(self, reports: Sequence[GradientReport]) -> None:
        """Show the check of a layer that belongs to no network."""
        shown = ("own", tuple(reports))
        if shown != self._shown:
            self._shown = shown
            self.table.show_reports(reports, rule=rule(reports[0].h) if reports else "")
            self._show_now(reports, no_map_of_layer())
        self.show_sweeps(None, STEP, remark=no_sweep_of_layer(STEP))

    def show_blank(self, shapes: Mapping[str, tuple[int, ...]], remark: str = "") -> None:
        """Show that parameters of these shapes are not checked yet; ``remark`` says why not."""
        shown = (tuple(shapes.items()), remark)
        if shown != self._shown:
            self._shown = shown
            self.table.show_blank(shapes)
            self._show_now((), remark)

    def show_sweeps(
        self,
        sweeps: tuple[Sweep, Sweep] | None,
        h: float,
        sizes: str = "",
        *,
        remark: str = "",
    ) -> None:
        """Show differences over h, or a ``remark``; ``sizes`` are those of another network."""
        float64, float32 = sweeps or (None, None)
        self.sweep.show_sweeps(float64, float32, h, remark=remark)
        self.sweep_card.subtitle.setText(_tr("of {0}").format(sizes) if sizes else " ")

    def _show_later(self, *parts: Callable[[], None]) -> None:
        self._parts = list(parts)
        self._turn.start(0)
        self._show_veils()

    def _show_now(self, reports: Sequence[GradientReport], remark: str) -> None:
        """Show few points, and no map: that takes no time."""
        self._parts.clear()
        self.scatter.show_reports(reports)
        self._show_map(None, remark=remark)

    def _show_next(self) -> None:
        if self._parts:
            self._parts.pop(0)()
        if self._parts:
            self._turn.start(0)
        else:
            self._show_veils()

    def _show_map(
        self,
        report: GradientReport | None,
        *,
        is_broken: bool = False,
        doubtful: bool = False,
        remark: str = "",
    ) -> None:
        self.map.show_report(report, is_broken=is_broken, doubtful=doubtful, remark=remark)
        self.map_card.subtitle.setText(self.map.subtitle)


def _card(title: str, content: QWidget, subtitle: str = "") -> Card:
    card = Card(title, subtitle)
    card.body.addWidget(content, 1)
    return card


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckPage", text)
