"""What the Check page says of the state it is in: of what the figures are, and whether still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.pages.check_words import about, lacking, unfit

if TYPE_CHECKING:
    from app.checking import Checking
    from app.known import Known, Standing


@dataclass(frozen=True)
class StateWords:
    """``about`` says what the figures are of, ``word`` how old; ``message`` what is to be done."""

    about: str = ""
    word: str = ""
    message: str = ""


def state_words(checking: Checking) -> StateWords:
    """Put into words what is shown, and what is not."""
    standing = checking.standing
    known, why_not = standing.shown, lacking(checking.missing)
    if known is None:
        message, base = _nothing(checking, standing, why_not), standing.base
        if base is None:
            return StateWords(message=message)
        return StateWords(about(base.ground, base.h), message)
    said = about(known.accused.ground, known.accused.h)
    return StateWords(said, _word(checking, standing, why_not), why_not or _unfit(checking, known))


def remark(checking: Checking) -> str:
    """Say why there are no figures, where some would be; "" for what is always said there."""
    if checking.standing.on.is_awaited:
        return _tr("A mistake is being hidden …")
    return _tr("Being checked …") if checking.busy else ""


def sweep_remark(checking: Checking) -> str:
    """Say the same of the differences over h."""
    if checking.is_sweeping:
        return _tr("One h after the other is being tried …")
    return remark(checking)


def _nothing(checking: Checking, standing: Standing, why_not: str) -> str:
    has_bug = bool(checking.key) or checking.has_secret
    if checking.busy:
        if has_bug:
            return _tr("The bug that is on is being checked …")
        return _tr("The check is under way …")
    if standing.on.is_awaited:
        return _tr("A mistake is being hidden …")
    if why_not:
        return why_not
    if checking.was_cancelled:
        return _tr("The check was cancelled: run it again.")
    if standing.is_elsewhere and standing.here is not None:
        text, here = _tr("{0}, {1}, is not checked yet: run the check."), standing.here
        return text.format(here.sizes, here.config.activation)
    return _tr("The bug that is on is not checked yet: run the check.") if has_bug else ""


def _word(checking: Checking, standing: Standing, why_not: str) -> str:
    if standing.is_replaced:
        return _tr("Old: a check is under way …")
    if why_not:
        return _tr("Old")
    if checking.was_cancelled:
        if standing.is_old:
            return _tr("Old: the check was cancelled")
        return _tr("The check was cancelled")
    if standing.is_behind:
        return _tr("Training has gone on since")
    return _tr("Old: run the check again") if standing.is_old else ""


def _unfit(checking: Checking, known: Known) -> str:
    if not known.accused.is_doubtful:
        return ""
    best = None if checking.sweeps is None else checking.sweeps[0].best
    return unfit(known.accused.h, None if best is None else best.h)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Check", text)
