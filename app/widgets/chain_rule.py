"""The chain rule as a row of factors: the gradient from above, every local derivative, the result.

All numbers are values of the trace; what the factors come to so far is the gradient that the last
step handed back.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD, Card, label
from app.widgets.fitting_label import fit_subtitle
from app.widgets.formulas import Row, Span
from app.widgets.graph_formulas import factor_span
from app.widgets.row_label import RowLabel

if TYPE_CHECKING:
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Step, Trace

_translate = QCoreApplication.translate

BOX, OPERATOR = 68.0, 20.0
"""The least widths of a box and of what stands between two of them."""


@dataclass(frozen=True)
class Factor:
    """A box of the row: ``value`` is None while it is not computed.

    ``value_name`` is that of a gradient in the trace, "" for a local derivative.
    """

    title: str
    value: float | None
    newest: bool = False
    value_name: str = ""


@dataclass(frozen=True)
class ChainRule:
    """A product of factors: the first is the gradient from above, ``result`` what it comes to."""

    factors: tuple[Factor, ...]
    result: Factor
    so_far: float
    done: int

    @property
    def left(self) -> tuple[Factor, ...]:
        """The factors that are not multiplied yet."""
        return self.factors[1 + self.done :]


def chain_of(trace: Trace | None, position: int, graph: Graph | None = None) -> ChainRule | None:
    """Return the chain rule of ``trace`` after ``position`` steps; None if it is no chain.

    It is one if each step hands one number on, to the step that follows. With the ``graph``, the
    factors are called as its nodes are drawn.
    """
    steps = [] if trace is None else [s for s in trace.steps if s.phase == "backward"]
    if trace is None or not steps or not all(_is_link(trace, step) for step in steps):
        return None
    if any(a.downstream[0].gradient != b.upstream for a, b in pairwise(steps)):
        return None
    known = trace.known(position)
    newest = trace.steps[position - 1] if position else None
    titles = _titles(steps, trace, graph)
    factors = [
        Factor(steps[0].upstream, _number(trace, steps[0].upstream), False, steps[0].upstream)
    ]
    done = 0
    for step, title in zip(steps, titles, strict=True):
        share = step.downstream[0]
        there = share.gradient in known
        done += there
        value = float(share.local_derivative.item()) if there else None
        factors.append(Factor(title, value, step is newest))
    last = steps[-1].downstream[0].gradient
    result = Factor(last, _number(trace, last) if last in known else None, False, last)
    reached = steps[done - 1].downstream[0].gradient if done else steps[0].upstream
    return ChainRule(tuple(factors), result, _number(trace, reached), done)


def _is_link(trace: Trace, step: Step) -> bool:
    shares = step.downstream
    return (
        len(shares) == 1
        and shares[0].local_derivative.size == 1
        and trace.values[step.upstream].size == trace.values[shares[0].gradient].size == 1
    )


def _number(trace: Trace, name: str) -> float:
    return float(trace.values[name].item())


def _titles(steps: list[Step], trace: Trace, graph: Graph | None) -> list[str]:
    if graph is None:
        return [_translate("Trace", step.rule).partition(":")[0] for step in steps]
    from app.graph_view.node_symbols import drawn

    symbols = drawn(graph, trace.values).symbols
    return [symbols[step.node] for step in steps]


def shown(factors: tuple[Factor, ...], most: int) -> tuple[Factor | None, ...]:
    """Return at most ``most`` factors, the newest among them; None stands for those left out."""
    if len(factors) <= most:
        return factors
    newest = next((n for n, f in enumerate(factors) if f.newest), None)
    if newest is None:
        newest = sum(f.value is not None for f in factors) - 1
    room = max(most - 3, 1)
    start = min(max(newest - room // 2, 1), len(factors) - room)
    kept = factors[start : start + room]
    before: tuple[Factor | None, ...] = (None,) if start > 1 else ()
    after: tuple[Factor | None, ...] = (None,) if start + room < len(factors) else ()
    return (factors[0], *before, *kept, *after)


class FactorRow(QWidget):
    """The boxes with × between them, and = before the last."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("factorRow")
        self.setFixedHeight(44)
        self._chain: ChainRule | None = None

    @property
    def boxes(self) -> tuple[tuple[str, str], ...]:
        """Title and number of each box that is shown."""
        return tuple(
            ("…", "") if f is None else (f.title, factor_span(f.value).text) for f in self._shown()
        )

    def set_chain(self, chain: ChainRule) -> None:
        """Show ``chain``."""
        self._chain = chain
        factors = (*chain.factors, chain.result)
        said = [f"{f.title} {factor_span(f.value).text}" for f in factors]
        self.setAccessibleDescription(f"{' × '.join(said[:-1])} = {said[-1]}")
        lines = [f"{f.title} = {EM_DASH if f.value is None else repr(f.value)}" for f in factors]
        self.setToolTip("\n".join(lines).replace("-", "−"))
        self.update()

    def _shown(self) -> tuple[Factor | None, ...]:
        if self._chain is None:
            return ()
        most = int((self.width() + OPERATOR) // (BOX + OPERATOR)) - 1
        return (*shown(self._chain.factors, most), self._chain.result)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box after box."""
        factors = self._shown()
        if not factors:
            return
        painter, colors = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        operator = min(34.0, max(OPERATOR, (self.width() / len(factors) - BOX) / 2))
        wide = (self.width() - operator * (len(factors) - 1)) / len(factors)
        wide = min(wide, 136.0)
        for number, factor in enumerate(factors):
            box = QRectF(round(number * (wide + operator)), 0, round(wide), self.height())
            if number:
                sign = "=" if number == len(factors) - 1 else "×"
                painter.setFont(theme.ui_font(13))
                painter.setPen(QColor(colors.text_2))
                place = QRectF(box.left() - operator, 0, operator, self.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sign)
            if factor is None:
                painter.setPen(QColor(colors.text_2))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "…")
            else:
                _paint_box(painter, box, factor)
        painter.end()


def _paint_box(painter: QPainter, box: QRectF, factor: Factor) -> None:
    """Paint a factor: dashed while it is pending, with the accent's border if it is the newest."""
    colors, value = theme.current(), factor.value
    pen = QPen(QColor(colors.border))
    if value is None:
        pen = QPen(QColor(colors.border_strong))
        pen.setDashPattern([3, 3])
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        fill = colors.surface_2 if value == 1 else colors.sign_background(value)
        painter.setBrush(QColor(fill))
        if factor.newest:
            pen = QPen(QColor(colors.accent), 2)
    painter.setPen(pen)
    inset = pen.widthF() / 2
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 6, 6)
    font = theme.mono_font(11)
    painter.setFont(font)
    painter.setPen(QColor(colors.text_3 if value is None else colors.text_2))
    metrics = QFontMetricsF(font)
    title = metrics.elidedText(factor.title, Qt.TextElideMode.ElideRight, box.width() - 8)
    painter.drawText(box.adjusted(0, 5, 0, -24), Qt.AlignmentFlag.AlignCenter, title)
    span = factor_span(value)
    ink = {"+": colors.positive, "−": colors.negative, "3": colors.text_3, "0": colors.text_2}
    painter.setFont(theme.mono_font(13 if box.width() >= 76 else 12, SEMIBOLD))
    painter.setPen(QColor(ink.get(span.tone, colors.text_1)))
    painter.drawText(box.adjusted(0, 19, 0, -4), Qt.AlignmentFlag.AlignCenter, span.text)


class ChainRuleCard(Card):
    """The row of factors, what they come to so far, and how many are left."""

    def __init__(self) -> None:
        super().__init__(self.tr("Chain rule"), " ")
        fit_subtitle(self)
        self.factors = FactorRow()
        self.factors.setAccessibleName(self.tr("Factors of the chain rule"))
        self.so_far = RowLabel("soFar")
        self.left = label(mono=True, tone="2", name="factorsLeft")
        self.left.setFont(theme.ui_font(12))
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.so_far, 1)
        line.addWidget(self.left)
        self.outer.setContentsMargins(16, 0, 16, 12)
        self.body.addWidget(self.factors)
        self.body.addLayout(line)
        self.setFixedHeight(128)
        self._chain: ChainRule | None = None

    def show_step(self, trace: Trace | None, position: int, graph: Graph | None = None) -> None:
        """Show the chain rule of a graph's pass after ``position`` steps; hide if it has none."""
        chain = chain_of(trace, position, graph)
        self.setVisible(chain is not None)
        self._chain = chain
        if chain is None:
            return
        text = self.tr("{0} is {1} times every local derivative on the way back")
        self.subtitle.setText(text.format(chain.result.title, chain.factors[0].title))
        self.factors.set_chain(chain)
        self.left.setText(self._left(chain))
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as many factors as there is room for."""
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        """Write the product so far; where it is too long, without some factors in its middle."""
        chain = self._chain
        if chain is None:
            return
        metrics = QFontMetricsF(theme.mono_font(12, SEMIBOLD))
        room = self.width() - 32 - 12 - self.left.sizeHint().width()
        count = chain.done + 1
        for ends in range((count + 1) // 2, 0, -1):
            row = self._so_far(chain, ends)
            if metrics.horizontalAdvance(row.text) <= room:
                break
        self.so_far.set_row(row)

    def _so_far(self, chain: ChainRule, ends: int) -> Row:
        """Return the product so far, with ``ends`` factors at both ends of a long one."""
        factors: tuple[Factor | None, ...] = chain.factors[: 1 + chain.done]
        said = Span((self.tr("So far") if chain.left else self.tr("In all")) + "  ", "2")
        if not chain.done:
            return Row((said, factor_span(chain.so_far, chain.factors[0].value_name)))
        if len(factors) > 2 * ends:
            factors = (*factors[:ends], None, *factors[-ends:])
        used: list[Span] = []
        for factor in factors:
            used += [Span(" × ", "2")] if used else []
            used.append(Span("…", "2") if factor is None else factor_span(factor.value))
        return Row((said, *used, Span(" = ", "2"), factor_span(chain.so_far)))

    def _left(self, chain: ChainRule) -> str:
        count = len(chain.left)
        if count == 0:
            return self.tr("no factor left")
        if count == 1:
            return self.tr("one factor left: {0}").format(chain.left[0].title)
        return self.tr("{0} factors left").format(count)
