"""The window in which corrections are looked through, and a network learns them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QWidget,
)

from app import export, formatting
from app.widgets.basics import Card, ThemedButton, label
from app.widgets.correction_list import CorrectionList, CountRow
from app.widgets.notice_line import NoticeLine
from app.widgets.own_network_card import OwnNetworkCard
from app.widgets.saving_button import ask_path, folder_or_home, may_replace
from bpcore.handwriting import ENOUGH, SUFFIX

if TYPE_CHECKING:
    from app.session import Session
    from bpcore.reader import Reader

SIZE = (720, 560)
CARD_WIDTH = 280


class HandwritingDialog(QDialog):
    """Stands beside the window, which stays usable: what is drawn meanwhile is added here."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("handwritingDialog")
        self.setWindowTitle(self.tr("My handwriting"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._session, self._handwriting = session, session.handwriting
        place = QStandardPaths.StandardLocation.DocumentsLocation
        self._folder = Path(QStandardPaths.writableLocation(place))
        self._list, self._counts = CorrectionList(), CountRow()
        self._card = OwnNetworkCard()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show_corrections()
        self._show_learning()
        if self._handwriting.trouble:
            self._notice.complain(self._handwriting.trouble)
        self.resize(*SIZE)
        self._list.setFocus()

    def _make_buttons(self) -> None:
        self._delete = ThemedButton(self.tr("Delete"), "deleteCorrections")
        self._undo = ThemedButton(self.tr("Undo"), "undoDelete", icon_name="undo")
        self._import = ThemedButton(self.tr("Import…"), "importCorrections")
        self._export = ThemedButton(self.tr("Export…"), "exportCorrections")
        tips = {
            self._delete: self.tr("Delete what is chosen (Delete)"),
            self._undo: self.tr("Bring back what was deleted last (Ctrl+Z)"),
            self._import: self.tr("Add the corrections of a file"),
            self._export: self.tr("Write all corrections to a file"),
        }
        for button, tip in tips.items():
            button.setToolTip(tip)
            button.setAutoDefault(False)
        hint = self.tr("Click, Ctrl and Shift choose drawings.")
        self._notice = NoticeLine("handwritingNotice", self.tr("What happened"), hint)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(self._make_list_card(), 1)
        row.addWidget(self._card)
        self._card.setFixedWidth(CARD_WIDTH)

    def _make_list_card(self) -> Card:
        self._list_card = Card(self.tr("Your corrections"), " ")
        self._few = label(tone="3", name="tooFew", elided=True)
        empty = label(
            self.tr(
                "Nothing is kept yet. Draw a digit, pick the right label, and press "
                "“Keep as a 3”: then it is here."
            ),
            tone="3",
            name="noCorrections",
        )
        empty.setWordWrap(True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._list)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._delete, self._undo):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self._import, self._export):
            buttons.addWidget(button)
        body = self._list_card.body
        body.addWidget(self._counts)
        body.addWidget(self._few)
        body.addWidget(self._stack, 1)
        body.addWidget(self._notice)
        body.addLayout(buttons)
        return self._list_card

    def _connect(self) -> None:
        handwriting, card = self._handwriting, self._card
        handwriting.changed.connect(self._show_corrections)
        handwriting.said.connect(self._notice.say)
        handwriting.failed.connect(self._notice.complain)
        handwriting.progressed.connect(card.show_progress)
        handwriting.learning_changed.connect(self._show_learning)
        handwriting.learned.connect(self._show_network)
        handwriting.own_changed.connect(self._show_network)
        self._session.readers.changed.connect(self._show_network)
        self._session.snapshot_changed.connect(self._show_offer)
        self._session.data_changed.connect(self._show_offer)
        self._list.chosen_changed.connect(self._enable_buttons)
        self._list.removed.connect(handwriting.remove)
        self._delete.clicked.connect(self._list.remove_chosen)
        self._undo.clicked.connect(handwriting.undo_remove)
        self._import.clicked.connect(self._ask_import)
        self._export.clicked.connect(self._ask_export)
        card.learn_requested.connect(self._learn)
        card.cancel_requested.connect(handwriting.cancel)
        card.use_requested.connect(self._use)
        card.save_requested.connect(self._save)
        card.discard_requested.connect(self._discard)
        QShortcut(QKeySequence.StandardKey.Undo, self).activated.connect(handwriting.undo_remove)

    # Corrections.

    def _show_corrections(self) -> None:
        corrections = self._handwriting.corrections
        self._list.show_corrections(corrections)
        self._stack.setCurrentIndex(1 if corrections else 0)
        self._counts.show_counts(corrections.counts)
        kept = self.tr("{0} kept").format(formatting.count(len(corrections)))
        self._list_card.subtitle.setText(kept if corrections else "")
        few = [str(digit) for digit, count in enumerate(corrections.counts) if count < ENOUGH]
        text = self.tr("Fewer than five: {0}").format(", ".join(few))
        self._few.setText(text if few else self.tr("Five or more of each digit."))
        self._enable_buttons()
        self._show_offer()

    def _enable_buttons(self) -> None:
        self._delete.setEnabled(bool(self._list.chosen))
        self._undo.setEnabled(self._handwriting.can_undo_remove)
        self._export.setEnabled(self._handwriting.count > 0)

    def _ask_import(self) -> None:
        kind = self.tr("Handwriting (*{0})").format(SUFFIX)
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import corrections"), str(folder_or_home(self._folder)), kind
        )
        if chosen:
            self._folder = Path(chosen).parent
            self._handwriting.import_from(chosen)

    def _ask_export(self) -> None:
        name = export.file_name(self.tr("My handwriting"), SUFFIX)
        kind = self.tr("Handwriting (*{0})").format(SUFFIX)
        proposed = str(folder_or_home(self._folder) / name)
        chosen = ask_path(self, self.tr("Export corrections"), proposed, kind)
        if not chosen:
            return
        path = Path(export.with_suffix(chosen, SUFFIX))
        if str(path) != str(Path(chosen)) and path.exists() and not may_replace(self, path.name):
            return
        self._folder = path.parent
        self._handwriting.export(path)

    # Learning.

    def _learn(self) -> None:
        reader, digits = self._session.readers.present, self._session.digits
        if reader is not None and digits is not None:
            self._notice.forget()
            self._handwriting.learn(reader, digits)

    def _show_learning(self) -> None:
        self._card.show_progress(0.0 if self._handwriting.is_learning else None)
        self._show_network()

    def _show_offer(self) -> None:
        """Say from what can be learned, or why nothing can."""
        if self._handwriting.is_learning:
            return
        readers = self._session.readers
        if not self._handwriting.count:
            self._card.show_reason(self.tr("There is nothing to learn from yet."))
        elif readers.present is None:
            self._card.show_reason(
                self.tr("The run that is chosen is not trained yet. Choose another network.")
            )
        elif self._session.digits is None:
            self._card.show_reason(self.tr("The MNIST digits are still being loaded."))
        else:
            source = {
                "run": self.tr("the network of this run"),
                "shipped": self.tr("the shipped network"),
                "own": self.tr("your own network"),
            }[readers.choice]
            self._card.show_ready(source)

    def _show_network(self) -> None:
        """Show what came of learning, or the network that is saved."""
        result, own = self._handwriting.result, self._handwriting.own
        if result is not None:
            saved = own is not None and own.reader is result.reader
            self._card.show_result(result, saved=saved, used=self._is_used(result.reader))
        elif own is not None:
            self._card.show_saved(own, used=self._is_used(own.reader))
        else:
            self._card.show_nothing()
        self._show_offer()

    def _is_used(self, reader: Reader) -> bool:
        readers = self._session.readers
        return readers.choice == "own" and readers.present is reader

    @property
    def _shown(self) -> Reader | None:
        result, own = self._handwriting.result, self._handwriting.own
        if result is not None:
            return None if result.refused else result.reader
        return None if own is None else own.reader

    def _use(self) -> None:
        if self._shown is not None:
            self._session.readers.set_own(self._shown)
            self._session.readers.choose("own")

    def _save(self) -> None:
        if self._handwriting.result is not None:
            self._handwriting.save_own(self._handwriting.result)

    def _discard(self) -> None:
        """Forget what is shown: a result that isn't saved, or the network that is."""
        result, own = self._handwriting.result, self._handwriting.own
        self._handwriting.forget_result()
        if result is None or (own is not None and result.reader is own.reader):
            if result is None or not result.refused:
                self._handwriting.discard_own()
        elif not result.refused:
            self._session.readers.set_own(None if own is None else own.reader)
        self._show_network()
