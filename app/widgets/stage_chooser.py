"""What goes through the pass: digits, the drawing, the book's shopping, or a typed expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.widgets.basics import ThemedButton
from app.widgets.choice_box import ChoiceBox, leave_focus
from app.widgets.digit_fields import BATCHES, DigitFields, MeantAs, Source
from app.widgets.expression_examples import ExpressionExample, ExpressionExamples

if TYPE_CHECKING:
    from app.session import Session
    from app.staging import Staged
    from app.widgets.expression_field import ExpressionField
    from app.widgets.shop_fields import ShopFields

HEIGHT = 28
WIDTH = 408

Kind: TypeAlias = Literal["example", "batch", "run", "drawing", "shop", "expression"]
Choice: TypeAlias = Source | Literal["run", "drawing", "shop", "expression"]
_DIGITS: tuple[Choice, ...] = get_args(Source)


class StageChooser(QWidget):
    """One row that says what is staged; ``details`` below it where that takes more room.

    ``changed`` tells that something else is staged, ``doubt_changed`` that what is typed became
    another thing than that, or no longer is; ``nothing_found`` of a search without a mistake;
    ``entered`` that whoever chose or typed is done, and the focus can go elsewhere.

    Attributes
    ----------
    details
        The numbers of the shopping, or the expression with its variables; else hidden. It belongs
        under the row, wherever that is.
    """

    changed = Signal()
    doubt_changed = Signal()
    nothing_found = Signal()
    entered = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("stageChooser")
        self._session = session
        self._shop: ShopFields | None = None
        self._expression: ExpressionField | None = None
        self._lasting: dict[Kind, Choice] = {"example": "test", "batch": "batch"}
        self._build()
        self._connect()
        self._allow()
        self._show_choice()

    def _build(self) -> None:
        self._make_choices()
        self._digits = DigitFields(self._session)
        self._label = MeantAs(self._session)
        self._book = ThemedButton(
            self.tr("The book's numbers"), "shopReset", icon_name="restart", height=HEIGHT
        )
        leave_focus(self._book)
        self._examples = ExpressionExamples()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._choices, 1)
        for widget in (self._digits, self._label, self._book, self._examples):
            row.addWidget(widget)
        self.setFixedHeight(HEIGHT)
        self.setMaximumWidth(WIDTH)
        self.details = QWidget()
        self.details.setObjectName("stageDetails")
        column = QVBoxLayout(self.details)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        self.details.hide()

    def _make_choices(self) -> None:
        self._choices = ChoiceBox()
        self._choices.setObjectName("stageKind")
        self._choices.setAccessibleName(self.tr("What goes through"))
        self._choices.setToolTip(self.tr("What goes through"))
        self._choices.setFont(theme.ui_font(12))
        self._choices.setFixedHeight(HEIGHT)
        self._choices.setMinimumWidth(104)
        # The combo takes what the rest of the row leaves, so that its left edge stays in place.
        self._choices.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for choice, text in (
            ("test", self.tr("Test digit")),
            ("train", self.tr("Training digit")),
            ("batch", self.tr("Batch of training digits")),
            ("test_batch", self.tr("Batch of test digits")),
            ("run", self.tr("Next batch of the run")),
            ("drawing", self.tr("Your drawing")),
            ("", ""),
            ("shop", self.tr("Apples and oranges")),
            ("expression", self.tr("Your expression")),
        ):
            if choice:
                self._choices.addItem(text, choice)
            else:
                self._choices.insertSeparator(self._choices.count())
        self._choices.setMaxVisibleItems(self._choices.count())

    def _connect(self) -> None:
        self._choices.currentIndexChanged.connect(self._chosen)
        self._choices.entered.connect(self.entered)
        self._digits.changed.connect(self.changed)
        self._digits.nothing_found.connect(self.nothing_found)
        self._digits.entered.connect(self.entered)
        self._label.activated.connect(self._label_chosen)
        self._label.entered.connect(self.entered)
        self._book.clicked.connect(self._reset_shop)
        self._examples.chosen.connect(self._show_example)
        self._session.data_changed.connect(self._take_data)
        self._session.drawing_changed.connect(self._take_drawing)

    def sizeHint(self) -> QSize:
        """Return the same size for everything that can be chosen."""
        return QSize(WIDTH, HEIGHT)

    @property
    def kind(self) -> Kind:
        """What is staged: "example", "batch", "run", "drawing", "shop" or "expression".

        "run" is what the iteration after the shown one learns from.
        """
        choice = self._choice
        if choice in _DIGITS:
            return "batch" if choice in BATCHES else "example"
        return cast("Kind", choice)

    @property
    def source(self) -> str:
        """Where the digits are from: ``"test"``, ``"train"`` or ``"drawing"``; ``""`` of none."""
        choice = self._choice
        if choice in BATCHES or choice == "run":
            return BATCHES.get(cast("Source", choice), "train")
        return choice if choice in ("test", "train", "drawing") else ""

    def staged(self) -> Staged | None:
        """Return what is chosen; None while there is none, as before the data is loaded."""
        choice = self._choice
        if choice in _DIGITS:
            return self._digits.staged()
        if choice == "run":
            return self._session.next_batch()
        if choice == "drawing":
            return self._label.staged()
        fields = self._shop if choice == "shop" else self._expression
        return None if fields is None else fields.staged()

    @property
    def doubt(self) -> str:
        """What is staged still, while what is typed is wrong; "" as long as they are the same."""
        if self._choice == "expression" and self._expression is not None and self._expression.wrong:
            return self.tr("Not what is typed: this is still {0}").format(self._expression.still)
        if self._choice == "shop" and self._shop is not None and self._shop.wrong:
            return self.tr("Not what is typed: these are still the last numbers")
        return ""

    def choose(self, source: str, index: int | None = None) -> None:
        """Stage an example of ``"test"`` or ``"train"``, or the ``"drawing"`` if there is one."""
        if source in ("test", "train"):
            if index is not None:
                self._digits.set_index(cast("Source", source), index)
            self._choose(cast("Choice", source))
        else:
            self.choose_kind("drawing")

    def choose_batch(self, split: str, first: int, count: int) -> None:
        """Stage ``count`` digits of ``split`` from ``first`` on; of a single one, that digit."""
        if count == 1:
            self.choose(split, first)
        else:
            source: Source = "test_batch" if split == "test" else "batch"
            self._digits.set_batch(source, first, count)
            self._choose(source)

    def choose_drawing(self, label: int | None = None) -> None:
        """Stage the drawing if there is one, meant as ``label`` or as the network reads it."""
        if label is not None and self._session.drawing is not None:
            self._label.mean(label)
            if self._choice == "drawing":
                self.changed.emit()
        self.choose_kind("drawing")

    def choose_kind(self, kind: Kind) -> None:
        """Stage something of ``kind``: what was last chosen of it. ``changed`` follows."""
        if kind == "drawing" and self._session.drawing is None:
            return
        self._choose(self._lasting.get(kind, cast("Choice", kind)))

    @property
    def _choice(self) -> Choice:
        return cast("Choice", self._choices.currentData())

    def _choose(self, choice: Choice) -> None:
        self._choices.setCurrentIndex(self._choices.findData(choice))

    def _chosen(self) -> None:
        self._show_choice()
        self.changed.emit()

    def _show_choice(self) -> None:
        """Show the fields of what is chosen, and no others."""
        choice = self._choice
        if choice in _DIGITS:
            self._lasting[self.kind] = choice
            self._digits.show_source(cast("Source", choice))
        elif choice == "shop":
            self._make_shop()
        elif choice == "expression":
            self._make_expression()
        self._digits.setVisible(choice in _DIGITS)
        self._label.setVisible(choice == "drawing")
        self._book.setVisible(choice == "shop")
        self._examples.setVisible(choice == "expression")
        for fields, its in ((self._shop, "shop"), (self._expression, "expression")):
            if fields is not None:
                fields.setVisible(choice == its)
        self.details.setVisible(choice in ("shop", "expression"))

    def _make_shop(self) -> None:
        if self._shop is None:
            from app.widgets.shop_fields import ShopFields

            self._shop = ShopFields()
            self._shop.changed.connect(self.changed)
            self._shop.wrong_changed.connect(self.doubt_changed)
            self._shop.entered.connect(self.entered)
            self._add_details(self._shop)
        if self._shop.window() is self.window():
            self._shop.set_tab_order(self._book)

    def _make_expression(self) -> None:
        if self._expression is None:
            from app.widgets.expression_field import ExpressionField

            self._expression = ExpressionField()
            self._expression.changed.connect(self.changed)
            self._expression.wrong_changed.connect(self.doubt_changed)
            self._expression.entered.connect(self.entered)
            self._add_details(self._expression)
        if self._expression.window() is self.window():
            self._expression.set_tab_order(self._examples)

    def _add_details(self, fields: QWidget) -> None:
        layout = self.details.layout()
        assert layout is not None
        layout.addWidget(fields)

    def _label_chosen(self) -> None:
        self.changed.emit()

    def _reset_shop(self) -> None:
        if self._shop is not None:
            self._shop.reset()

    def _show_example(self, example: ExpressionExample) -> None:
        if self._expression is not None:
            self._expression.show_example(example)

    def _take_data(self) -> None:
        self._allow()
        if self._choice in _DIGITS:
            self._digits.take_data()
        if self._choice in (*_DIGITS, "run"):
            self.changed.emit()

    def _take_drawing(self) -> None:
        self._label.forget()
        self._allow()
        if self._choice == "drawing":
            if self._session.drawing is None:
                self._choose("test")
            else:
                self.changed.emit()

    def _allow(self) -> None:
        """Let be chosen what there is."""
        loaded, drawn = self._session.size("test") > 0, self._session.drawing is not None
        waiting, nothing = self.tr("The digits are being loaded"), self.tr("Nothing is drawn yet")
        model = self._choices.model()
        assert isinstance(model, QStandardItemModel)
        for choice, there, why in (
            *((choice, loaded, waiting) for choice in (*_DIGITS, "run")),
            ("drawing", drawn, nothing),
        ):
            place = self._choices.findData(choice)
            model.item(place).setEnabled(there)
            self._choices.setItemData(place, "" if there else why, Qt.ItemDataRole.ToolTipRole)
