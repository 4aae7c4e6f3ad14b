"""The window: rail, header, pages, and the timeline below them all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.pages.backward import BackwardPage
from app.pages.check import CheckPage
from app.pages.draw import DrawPage
from app.pages.evaluate import EvaluatePage
from app.pages.train import TrainPage
from app.session import Session, State
from app.widgets.farewell import Farewell
from app.widgets.header import Header
from app.widgets.help import HelpDialog
from app.widgets.rail import Rail
from app.widgets.run_drop import RunDrop
from app.widgets.timeline_bar import TimelineBar

if TYPE_CHECKING:
    from app.checks import Ground
    from app.settings import Settings

CLOSE_SECONDS = 10.0


class MainWindow(QMainWindow):
    """The window of Chainlight; ``keep_runs`` is whether its runs are saved by themselves.

    Attributes
    ----------
    session
        The run and its data.
    farewell
        Asks at the end if something can't be saved.
    """

    def __init__(
        self, settings: Settings, *, theme_choice: str = "", keep_runs: bool = True
    ) -> None:
        super().__init__()
        self._settings = settings
        self._theme_choice = theme_choice or settings.theme
        self._apply_theme()
        self.setWindowTitle("Chainlight")
        self.setMinimumSize(QSize(1120, 640))
        self.session = Session(parent=self, keep_runs=keep_runs)
        self.session.readers.choose(settings.network_choice)
        self._rail = Rail(self._theme_choice)
        self._header = Header(self.session)
        self._timeline = TimelineBar(self.session)
        self._pages = QStackedWidget()
        self._pages.setObjectName("pages")
        self._titles: list[str] = []
        self._build()
        self._drop = RunDrop(self, self.session)
        self.farewell = Farewell(self, self.session)
        self._connect()
        self.show_page(0)
        self.train_page.setFocus()
        self._restore_geometry()
        self._painted = False
        self._was_maximized = False

    def show_page(self, index: int) -> None:
        """Show page ``index`` in the rail's order: Train, Backward, Draw, Check, Evaluate."""
        if index != 1:
            self.backward_page.end_projector()  # its keys act on its own page only
        self._pages.setCurrentIndex(index)
        self._rail.set_active(index)
        self._header.set_title(
            self._titles[index],
            self.backward_page.tools if index == 1 else None,
            layers=index in (0, 3, 4),  # on Draw another network may read
        )

    def follow_drawing(self) -> None:
        """Show the backward pass of what is drawn."""
        self.backward_page.stage_drawing(self.draw_page.label)
        self.show_page(1)

    def follow_example(self, split: str, index: int) -> None:
        """Show the backward pass of an example, from its beginning."""
        self.backward_page.show_example(split, index)
        self.show_page(1)

    def follow_weight(self, parameter: str, index: tuple[int, ...], ground: Ground) -> None:
        """Show the way to the gradient of one number of ``parameter``, as it was checked."""
        session, snapshot = self.session, self.session.snapshot
        runs_on = session.state is State.RUNNING and session.pinned is None
        if snapshot is not None and (runs_on or snapshot.iteration != ground.iteration):
            session.seek(ground.iteration)
        self.show_page(1)
        self.backward_page.follow_weight(ground.batch, parameter, index)

    def set_theme(self, choice: str) -> None:
        """Show the theme ``"dark"``, ``"light"``, or that of the ``"system"``, and remember it."""
        self._theme_choice = choice
        self._settings.theme = choice
        self._apply_theme()
        self._rail.set_theme_icon(theme.current() is theme.DARK)

    def _build(self) -> None:
        """Put all in its place from the outside in: with each parent it gets a page is styled anew.

        In this order Tab goes through the window.
        """
        central = QWidget()
        self.setCentralWidget(central)
        grid = QGridLayout(central)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        right = QVBoxLayout()
        right.setSpacing(0)
        grid.addWidget(self._rail, 0, 0)
        grid.addLayout(right, 0, 1)
        for number, (icon_name, text, name) in enumerate(self._parts(), start=1):
            self._titles.append(text)
            keys = f"Ctrl+{number}"
            self._rail.add(icon_name, text, name, keys)
            # Not the button's own shortcut: that clicks a tenth of a second later, for the look.
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(partial(self.show_page, number - 1))
        right.addWidget(self._header)
        right.addWidget(self._pages, 1)
        self._build_pages()
        grid.addWidget(self._timeline, 1, 0, 1, 2)
        self._rail.set_theme_icon(theme.current() is theme.DARK)

    def _build_pages(self) -> None:
        session, pages = self.session, self._pages
        self.train_page = TrainPage(session, parent=pages)
        self.backward_page = BackwardPage(session, parent=pages)
        self.draw_page = DrawPage(session, self._settings, parent=pages)
        self.check_page = CheckPage(session, parent=pages)
        self.evaluate_page = EvaluatePage(session, parent=pages)
        for page in (
            self.train_page,
            self.backward_page,
            self.draw_page,
            self.check_page,
            self.evaluate_page,
        ):
            pages.addWidget(page)

    def _parts(self) -> tuple[tuple[str, str, str], ...]:
        """Return of each page its icon, its title and the name of its button, in order."""
        return (
            ("train", self.tr("Train"), "navTrain"),
            ("backward", self.tr("Backward"), "navBackward"),
            ("draw", self.tr("Draw"), "navDraw"),
            ("shield", self.tr("Check"), "navCheck"),
            ("evaluate", self.tr("Evaluate"), "navEvaluate"),
        )

    def _connect(self) -> None:
        self._rail.page_chosen.connect(self.show_page)
        self._rail.theme_chosen.connect(self.set_theme)
        self._header.help_requested.connect(self._show_help)
        self.draw_page.follow_requested.connect(self.follow_drawing)
        self.draw_page.meant.connect(self.check_page.checking.name_drawing)
        self.check_page.follow_requested.connect(self.follow_weight)
        self.evaluate_page.follow_requested.connect(self.follow_example)
        self._drop.taken.connect(self._show_runs)
        self.session.readers.changed.connect(self._remember_network)
        self.backward_page.projector_wanted.connect(self._project)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)
        for keys, slot in (
            ("F1", self._show_help),
            ("?", self._show_help),
            ("F5", self.train_page.start),
            ("F6", self._pause_or_resume),
            ("F10", self._timeline.step_once),
            ("Shift+F5", self.session.stop),
            ("Ctrl+R", self.train_page.reset),
            ("Ctrl+Q", self.close),
            *self._timeline.shortcuts,
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _project(self, wanted: bool) -> None:
        """Let the theatre have the whole screen, or give the window back."""
        for widget in (self._rail, self._header, self._timeline):
            widget.setVisible(not wanted)
        if wanted:
            self._was_maximized = self.isMaximized()
            self.showFullScreen()
        elif self._was_maximized:
            self.showMaximized()
        else:
            self.showNormal()

    def _pause_or_resume(self) -> None:
        if self.session.state is State.RUNNING:
            self.session.pause()
        else:
            self.session.resume()

    def _show_runs(self) -> None:
        self.show_page(0)
        self.train_page.show_runs()

    def _show_help(self) -> None:
        HelpDialog(self).open()

    def _remember_network(self) -> None:
        self._settings.network_choice = self.session.readers.wanted

    def _system_theme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._theme_choice == "system":
            self._apply_theme()
            self._rail.set_theme_icon(theme.current() is theme.DARK)

    def _apply_theme(self) -> None:
        choice = self._theme_choice
        if choice == "system":
            light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
            choice = "light" if light else "dark"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, theme.THEMES[choice])

    def _restore_geometry(self) -> None:
        if self._settings.geometry.isEmpty() or not self.restoreGeometry(self._settings.geometry):
            available = self.screen().availableGeometry().size()
            self.resize(QSize(1280, 800).boundedTo(available))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Load what takes long to load once the window can be seen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.train_page, self.train_page.load_charts)

    def close_at_once(self) -> None:
        """Close, whatever is open, and ask nothing: nobody may be there to answer."""
        self.farewell.hurry()
        QApplication.closeAllWindows()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the run: the window goes at once, the thread after the iteration it is in.

        Where a run can't be saved it comes back, or stays, and asks what is to be done.
        """
        self._settings.geometry = self.saveGeometry()
        if not self.session.notice:
            self.hide()
        if not self.farewell.may_go(CLOSE_SECONDS):
            event.ignore()
            self.show()
            self.farewell.ask()
            return
        self.hide()
        self.train_page.export.stop()
        self.backward_page.tools.export.stop()
        self.check_page.end()
        self.session.close(CLOSE_SECONDS)
        super().closeEvent(event)
