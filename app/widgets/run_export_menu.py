"""The button under which the shown run is exported: curves, weights, network, report, file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from app import formatting, report_saving, run_export, theme
from app.run_export import ExportedRun, exported
from app.run_names import file_name
from app.widgets.saving_button import SavingButton
from bpcore.run_file import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from PySide6.QtGui import QAction

    from app.session import Session
    from app.widgets.basics import Segments

    Write = Callable[[Path, ExportedRun], Generator[float, None, None] | None]


class RunExportButton(SavingButton):
    """A button with a menu; what is exported is what the session shows at the click.

    Weights are those of the shown iteration, curves those of the whole run.
    """

    def __init__(self, session: Session, scale: Segments) -> None:
        """Take the choice of ``scale`` in which the loss is drawn: that of the picture too."""
        super().__init__("exportButton")
        self._session, self._scale = session, scale
        self._saves_run = False
        self._build()
        for news in (session.live_changed, session.snapshot_changed, session.data_changed):
            news.connect(self._allow)
        session.runs.said.connect(self._take_said)
        session.runs.failed.connect(self._take_failure)
        self._allow()

    def _build(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("runExportMenu")
        menu.setToolTipsVisible(True)
        csv = self._action(menu, "runExportCsv", self.tr("Curves as CSV …"), self.save_csv)
        png = self._pictures(menu, "runExportPng", self.tr("Curves as PNG"), self.save_png)
        svg = self._pictures(menu, "runExportSvg", self.tr("Curves as SVG"), self.save_svg)
        menu.addSeparator()
        self._weights = self._action(menu, "runExportWeights", "", self.save_weights)
        self._script = self._action(menu, "runExportScript", "", self.save_script)
        menu.addSeparator()
        report = self._action(
            menu, "runExportReport", self.tr("Report as HTML …"), self.save_report
        )
        file = self._action(menu, "runExportFile", self.tr("Run as file …"), self.save_run)
        self._of_begun: Sequence[QAction] = (csv, png, svg, report, file)
        self._long: Sequence[QAction] = (csv, report)
        menu.aboutToShow.connect(self._refresh_menu)
        self.setMenu(menu)

    def _pictures(
        self, menu: QMenu, name: str, text: str, act: Callable[[theme.Theme], None]
    ) -> QAction:
        """Add a menu of the two themes: a document is light more often than a screen is."""
        pictures = menu.addMenu(text)
        pictures.setObjectName(name)
        for title, colors in ((self.tr("Light …"), theme.LIGHT), (self.tr("Dark …"), theme.DARK)):
            entry = f"{name}{colors.name.capitalize()}"
            self._action(pictures, entry, title, partial(act, colors))
        return pictures.menuAction()

    # What there is.

    def _allow(self) -> None:
        there = self._session.snapshot is not None
        if there != self.isEnabled() or not self.toolTip():
            self.setEnabled(there)
            why = self.tr("Nothing can be exported yet: the digits are being loaded.")
            self.setToolTip(self.tr("Export the run") if there else why)
            self.setAccessibleDescription("" if there else why)

    def _refresh_menu(self) -> None:
        """Offer what there is, and say of which iteration it would be."""
        live, shown = self._session.live, self._session.snapshot
        iteration = formatting.count(None if shown is None else shown.iteration)
        self._weights.setText(self.tr("Weights of iteration {0} as .npz …").format(iteration))
        self._script.setText(
            self.tr("Network of iteration {0} as PyTorch script …").format(iteration)
        )
        begun = live is not None and live.iteration > 0
        not_begun = self.tr("There is nothing of it yet: start a run first (F5).")
        for action in self._of_begun:
            action.setEnabled(begun)
            action.setToolTip("" if begun else not_begun)
        busy = self.tr("A file is being written: wait for it, or cancel it.")
        for action in self._long:
            if begun and self._is_busy:
                action.setEnabled(False)
                action.setToolTip(busy)

    # What the menu does.

    def save_csv(self) -> None:
        """Save the curves as a table."""
        kind = self.tr("Table (*.csv)")
        self._export(self.tr("Save the curves"), ".csv", kind, run_export.save_csv)

    def save_png(self, colors: theme.Theme) -> None:
        """Save a picture of the curves, in pixels."""
        write = partial(run_export.save_png, colors=colors, log=self._is_log)
        self._export(self.tr("Save the curves"), ".png", self.tr("PNG picture (*.png)"), write)

    def save_svg(self, colors: theme.Theme) -> None:
        """Save a picture of the curves, in lines."""
        write = partial(run_export.save_svg, colors=colors, log=self._is_log)
        self._export(self.tr("Save the curves"), ".svg", self.tr("SVG picture (*.svg)"), write)

    def save_weights(self) -> None:
        """Save the parameters of the shown iteration."""
        kind, write = self.tr("NumPy arrays (*.npz)"), run_export.save_weights
        self._export(self.tr("Save the weights"), ".npz", kind, write, of_iteration=True)

    def save_script(self) -> None:
        """Save the network of the shown iteration as a script."""
        kind, write = self.tr("Python script (*.py)"), run_export.save_script
        self._export(self.tr("Save the network"), ".py", kind, write, of_iteration=True)

    def save_report(self) -> None:
        """Save a page about the run."""
        kind = self.tr("Web page (*.html)")
        self._export(self.tr("Save the report"), ".html", kind, report_saving.save_report)

    def save_run(self) -> None:
        """Save the run itself, which can be opened again."""
        runs = self._session.runs
        entry = next((entry for entry in runs.entries if entry.is_shown), None)
        if entry is None:
            return
        kind = self.tr("Runs (*{0})").format(SUFFIX)
        path = self._ask(self.tr("Save the run"), file_name(entry.name, SUFFIX), kind)
        if path is not None:
            self._saves_run = True
            runs.save(entry.key, path)

    @property
    def _is_log(self) -> bool:
        return self._scale.value == "log"

    def _export(
        self, title: str, suffix: str, kind: str, write: Write, *, of_iteration: bool = False
    ) -> None:
        run = exported(self._session)
        if run is None:
            self.failed.emit(self.tr("The run is still being loaded: try again in a moment."))
            return
        ending = f"-iteration-{run.shown.iteration}{suffix}" if of_iteration else suffix
        path = self._ask(title, file_name(run.name, ending), kind)
        if path is not None:
            self._save(path, partial(write, path, run))

    # The file of a run is written by those who keep the runs.

    def _take_said(self, sentence: str) -> None:
        if self._saves_run:
            self._saves_run = False
            self.said.emit(sentence)

    def _take_failure(self, sentence: str) -> None:
        if self._saves_run:
            self._saves_run = False
            self.failed.emit(sentence)
