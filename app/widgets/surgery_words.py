"""What surgery on a network's copy has done, in words: pure functions of the engine's values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.evaluation import Evaluation
    from bpcore.surgery import Effect

NO_BREAK = "\N{NO-BREAK SPACE}"
MOST_NAMED = 4
"""Units that are named one by one; of more only their number is said."""


def factor_text(factor: float) -> str:
    """Format a factor of outgoing weights: ``× 1.50``, ``off`` for 0."""
    return f"× {formatting.unsigned(factor, 2)}" if factor else _tr("off")


def changes_text(factors: Mapping[int, float]) -> str:
    """Say what is changed."""
    if not factors:
        return _tr("Nothing is changed yet.")
    if len(factors) > MOST_NAMED:
        return _tr("{0} units are changed.").format(formatting.count(len(factors)))
    parts = (
        _tr("unit {0} {1}").format(unit, factor_text(factor)).replace(" ", NO_BREAK)
        for unit, factor in factors.items()
    )
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def points_text(change: float) -> str:
    """Format a difference of two accuracies in percentage points: ``+1.3``, ``−1.3``, ``0``."""
    if not change:
        return "0"
    return ("+" if change > 0 else formatting.MINUS) + formatting.points(abs(change))


def accuracy_text(before: Evaluation, after: Evaluation, effect: Effect) -> str:
    """Say how the accuracy has changed."""
    return _tr("Accuracy {0} → {1} ({2} points)").format(
        formatting.share(before.accuracy),
        formatting.share(after.accuracy),
        points_text(effect.accuracy),
    )


def digits_text(effect: Effect) -> str:
    """Say how many digits are read otherwise."""
    one, many = _tr("{0} digit is read wrongly now"), _tr("{0} digits are read wrongly now")
    lost = formatting.counted(len(effect.lost), one, many)
    won, moved = (formatting.count(len(each)) for each in (effect.won, effect.moved))
    return _tr("{0}, {1} rightly, {2} as another wrong digit").format(lost, won, moved)


def _tr(text: str) -> str:
    return QCoreApplication.translate("SurgeryWords", text)
