"""The controls of a pass: seven buttons, what the step is, the speed, and the chips."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel

from app import theme
from app.formatting import EM_DASH
from app.playback import SPEEDS, Playback
from app.widgets.basics import SEMIBOLD, Card, IconButton, Segments, label
from app.widgets.choice_box import leave_focus
from app.widgets.step_chips import StepChips

NARROW = 780
"""The width below which buttons and speeds are closer together."""


class Caption(QLabel):
    """Up to two lines of a text, or of a shorter one that says the same where that fits.

    What doesn't fit even so is elided; the tooltip has it all.
    """

    LINES = 2

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFont(theme.ui_font(12))
        self.setProperty("tone", "2")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFixedHeight(32)
        self._texts: tuple[str, ...] = ()

    def set_texts(self, *texts: str) -> None:
        """Show the first of ``texts`` that fits, from the longest to the shortest."""
        self._texts = texts
        self.setText(texts[0])
        self.setToolTip(texts[0])

    def minimumSizeHint(self) -> QSize:
        """Leave the width to the others in the row."""
        return QSize(80, 32)

    def sizeHint(self) -> QSize:
        """Ask for no more than there is."""
        return QSize(80, 32)

    def shown_lines(self) -> list[str]:
        """Return the lines as they are painted."""
        text, font = self._chosen()
        lines = self._lines(text, font)
        kept, rest = lines[: self.LINES - 1], " ".join(lines[self.LINES - 1 :])
        metrics, right = QFontMetrics(font), Qt.TextElideMode.ElideRight
        return [metrics.elidedText(line, right, self.width()) for line in (*kept, rest) if line]

    def painted_font(self) -> QFont:
        """Return the font of the lines: a smaller one where the text takes too many."""
        return self._chosen()[1]

    def _chosen(self) -> tuple[str, QFont]:
        """Return the text that fits, and its font; the shortest in the smaller one if none does."""
        small = theme.ui_font(11)
        for text in self._texts:
            for font in (self.font(), small):
                if self._fits(text, font):
                    return text, font
        return (self._texts[-1] if self._texts else ""), small

    def _fits(self, text: str, font: QFont) -> bool:
        lines, metrics = self._lines(text, font), QFontMetrics(font)
        widest = max((metrics.horizontalAdvance(line) for line in lines), default=0)
        return len(lines) <= self.LINES and widest <= self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, centred in the height."""
        painter = QPainter(self)
        painter.setPen(QColor(theme.current().text_2))
        painter.setFont(self.painted_font())
        metrics, lines = painter.fontMetrics(), self.shown_lines()
        y = (self.height() - len(lines) * metrics.height()) / 2 + metrics.ascent()
        for line in lines:
            painter.drawText(QPointF(0, y), line)
            y += metrics.height()
        painter.end()

    def _lines(self, text: str, font: QFont) -> list[str]:
        layout = QTextLayout(text, font)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        starts: list[int] = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.width())
            starts.append(line.textStart())
        layout.endLayout()
        return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _sentence(rule: str) -> str:
    return f"{rule[:1].upper()}{rule[1:]}"


class Transport(Card):
    """Drives a Playback, and shows where it stands.

    A click leaves the focus where it was, so that Space plays after any of them.
    """

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self._playback = playback
        self._resting = False
        self._buttons: dict[str, IconButton] = {}
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(15, 11, 15, 7)
        self.body.setSpacing(8)
        self.body.addLayout(self._build_row())
        self.chips = StepChips(playback)
        self.chips.jumped.connect(playback.jump)
        self.body.addWidget(self.chips)
        self.body.addStretch(1)
        self.setFixedHeight(112)
        playback.position_changed.connect(self.refresh)
        playback.playing_changed.connect(self.refresh)
        self._set_narrow(False)
        self.refresh()

    def _build_row(self) -> QHBoxLayout:
        self._row = row = QHBoxLayout()
        playback = self._playback
        for name, icon, text, act in (
            ("passFirst", "first", self.tr("Before the first step (Home)"), playback.first),
            (
                "passPreviousLayer",
                "previous-layer",
                self.tr("Previous layer ([)"),
                playback.previous_layer,
            ),
            ("passBack", "step-back", self.tr("One step back (Left)"), playback.back),
            ("passPlay", "play", self.tr("Play (Space)"), playback.toggle),
            ("passForward", "step-forward", self.tr("One step on (Right)"), playback.forward),
            ("passNextLayer", "next-layer", self.tr("Next layer (])"), playback.next_layer),
            ("passLast", "last", self.tr("After the last step (End)"), playback.last),
        ):
            button = IconButton(icon, text, name, kind="primary" if name == "passPlay" else "")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
            self._buttons[name] = button
            row.addWidget(button)
        self._step = label(size=13, weight=SEMIBOLD, name="passStepLabel")
        self._caption = Caption("passCaption")
        self._speed = Segments(
            "passSpeed",
            [(f"{speed:g}", f"{speed:g}×") for speed in SPEEDS],
            f"{playback.speed:g}",
            title=self.tr("Speed of the pass"),
            height=28,
        )
        self._speed.setToolTip(self.tr("Speed of the pass"))
        leave_focus(self._speed)
        self._speed.chosen.connect(self._set_speed)
        row.addSpacing(16)
        row.addWidget(self._step)
        row.addSpacing(4)
        row.addWidget(self._caption, 1)
        row.addSpacing(8)
        row.addWidget(self._speed)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave more room to the sentence in a small window."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._set_narrow(narrow)

    def _set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        side = 28 if narrow else 32
        self._row.setSpacing(2 if narrow else 4)
        for button in self._buttons.values():
            button.setFixedSize(side, side)
        self._speed.setFixedWidth(198 if narrow else 228)
        self._speed.setStyleSheet("QPushButton { padding: 0; }" if narrow else "")

    def set_resting(self, resting: bool) -> None:
        """Let nothing be steered while the pass is not the one that was asked for."""
        if resting != self._resting:
            self._resting = resting
            self.chips.setEnabled(not resting)
            self.refresh()

    def refresh(self) -> None:
        """Show where the playback stands now."""
        playback = self._playback
        steps = 0 if self._resting else len(playback.steps)
        position = min(playback.position, steps)
        self._step.setText(self._position_text())
        self._caption.set_texts(*("",) if self._resting else self._said())
        for name in ("passFirst", "passPreviousLayer", "passBack"):
            self._buttons[name].setEnabled(position > 0)
        for name in ("passForward", "passNextLayer", "passLast"):
            self._buttons[name].setEnabled(position < steps)
        play = self._buttons["passPlay"]
        play.setEnabled(steps > 0)
        if playback.playing:
            play.set_action("pause", self.tr("Pause (Space)"))
        else:
            play.set_action("play", self.tr("Play (Space)"))
        self.chips.refresh()

    def _position_text(self) -> str:
        position, steps = self._playback.position, len(self._playback.steps)
        if self._resting:
            return self.tr("Step {0}").format(EM_DASH)
        if not steps:
            return self.tr("No steps")
        return self.tr("Step {0} of {1}").format(position, steps)

    def _said(self) -> tuple[str, ...]:
        """Return what the step does: with what runs, without, and without what kind it is."""
        step = self._playback.step
        if step is None:
            return (self.tr("Nothing is computed yet") if self._playback.steps else "",)
        rule = QCoreApplication.translate("Trace", step.rule)
        method = step.code.name.rpartition(".")[2]
        # A layer's name reads like code; a node's is a formula, which a dot would spoil.
        said = f"{step.node}.{method}" if step.node.isidentifier() else f"{step.node}, {method}"
        kind, colon, result = rule.partition(": ")
        return f"{said}: {rule}", _sentence(rule), _sentence(result if colon else kind)

    def _set_speed(self, value: str) -> None:
        self._playback.speed = float(value)
