"""The controls of a pass: seven buttons, what the step is, the speed, and the chips."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
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


class Caption(QLabel):
    """Up to two lines of text; what doesn't fit is elided, and the tooltip has it all."""

    LINES = 2

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFont(theme.ui_font(12))
        self.setProperty("tone", "2")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFixedHeight(32)

    def minimumSizeHint(self) -> QSize:
        """Leave the width to the others in the row."""
        return QSize(80, 32)

    def sizeHint(self) -> QSize:
        """Ask for no more than there is."""
        return QSize(80, 32)

    def shown_lines(self) -> list[str]:
        """Return the lines as they are painted."""
        font = self._painted_font()
        lines = self._lines(font)
        if len(lines) > self.LINES:
            rest = " ".join(lines[self.LINES - 1 :])
            elided = QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
            lines = [*lines[: self.LINES - 1], elided]
        return lines

    def _painted_font(self) -> QFont:
        """Return a smaller font for a text that would take too many lines."""
        return self.font() if len(self._lines(self.font())) <= self.LINES else theme.ui_font(11)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, centred in the height."""
        painter = QPainter(self)
        painter.setPen(QColor(theme.current().text_2))
        painter.setFont(self._painted_font())
        metrics, lines = painter.fontMetrics(), self.shown_lines()
        y = (self.height() - len(lines) * metrics.height()) / 2 + metrics.ascent()
        for line in lines:
            painter.drawText(QPointF(0, y), line)
            y += metrics.height()
        painter.end()

    def _lines(self, font: QFont) -> list[str]:
        text = self.text()
        layout = QTextLayout(text, font)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        starts: list[int] = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.width())
            starts.append(line.textStart())
        layout.endLayout()
        return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]


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
        self.refresh()

    def _build_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
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
        self._speed.setFixedWidth(228)
        leave_focus(self._speed)
        self._speed.chosen.connect(self._set_speed)
        row.addSpacing(16)
        row.addWidget(self._step)
        row.addSpacing(4)
        row.addWidget(self._caption, 1)
        row.addSpacing(8)
        row.addWidget(self._speed)
        return row

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
        self._caption.setText("" if self._resting else self._said())
        self._caption.setToolTip(self._caption.text())
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

    def _said(self) -> str:
        step = self._playback.step
        if step is None:
            return self.tr("Nothing is computed yet") if self._playback.steps else ""
        rule = QCoreApplication.translate("Trace", step.rule)
        method = step.code.name.rpartition(".")[2]
        # A layer's name reads like code; a node's is a formula, which a dot would spoil.
        said = f"{step.node}.{method}" if step.node.isidentifier() else f"{step.node}, {method}"
        return f"{said}: {rule}"

    def _set_speed(self, value: str) -> None:
        self._playback.speed = float(value)
