"""What the detective is told, in words: pure functions of what may be shown of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication

from app import bug_words, formatting
from app.detective_case import FULL_SCORE, WRONG, Answer, Clue, Ending, Group, Hint

if TYPE_CHECKING:
    from app.detective_case import Case, Record


def intro_text() -> str:
    """Return what there is to do, before the first accusation."""
    return _tr(
        "One layer has a mistake in its code. What you see here was measured with it: find out "
        "which parameters differ, then think which layer their gradients come from. That is free."
    )


def costs_text() -> str:
    """Return what an accusation costs."""
    text = _tr(
        "You have {0} points. A wrong accusation costs {1}, even if half of it is right. A hint "
        "tells what the table leaves open."
    )
    return text.format(FULL_SCORE, WRONG)


def silent_text(case: Case) -> str:
    """Return why there are few suspects, and that the case does not count; "" if it does."""
    if case.counts:
        return ""
    every = len({suspect.key for suspect in case.suspects}) + case.silent
    text = _tr(
        "Here {0} of {1} mistakes change no gradient, as with a single digit, so they are no "
        "suspects. That makes it easy: this case does not count. Choose more digits (N 2 or more), "
        "or other weights."
    )
    return text.format(formatting.count(case.silent), formatting.count(every))


def give_up_text() -> str:
    """Return what giving up means, before it is done."""
    return _tr("Give up? You see the mistake, and get no points. Press again for yes.")


def points_text(case: Case | None) -> str:
    """Return what stands behind the points."""
    return _tr("points") if case is None or case.counts else _tr("points, not counted")


def clue_text(clue: Clue | None) -> str:
    """Return what the next hint would tell, not what it says."""
    if clue is None:
        return _tr("There is nothing left that a hint could tell.")
    asked = {
        Clue.GROUP: _tr("is it an Affine, an activation or the loss?"),
        Clue.LAYER: _tr("which layer is it?"),
        Clue.METHOD: _tr("which method, and what comes out wrong?"),
        Clue.CODE: _tr("the lines of code that differ."),
    }[clue]
    return _tr("Next hint: {0}").format(asked)


def sentence_of(event: Answer | Hint) -> str:
    """Return what an accusation found out, or what a hint told."""
    return _answer(event) if isinstance(event, Answer) else _hint(event)


def _answer(answer: Answer) -> str:
    if answer.is_right:
        return _tr("Right: the layer and the mistake.")
    if answer.right_layer:
        text = _tr("Half right: it is {0}, but the mistake in it is another one.")
    elif answer.right_bug:
        text = _tr("Half right: that is the mistake, but not in {0}. Look in another layer.")
    else:
        text = _tr("No: {0} is innocent, and the mistake is another one.")
    return text.format(answer.layer)


def _hint(hint: Hint) -> str:
    match hint.clue:
        case Clue.GROUP:
            return {
                Group.AFFINE: _tr("The mistake is in an Affine layer."),
                Group.ACTIVATION: _tr("The mistake is in an activation."),
                Group.LOSS: _tr("The mistake is in the loss."),
            }[cast("Group", hint.told)]
        case Clue.LAYER:
            return _tr("The mistake is in {0}.").format(hint.told)
        case Clue.METHOD:
            method, outputs = cast("tuple[str, tuple[str, ...]]", hint.told)
            if not outputs:
                return _tr("{0} is wrong, so that the loss itself is another one.").format(method)
            return _tr("{0} is wrong: look at {1}.").format(method, ", ".join(outputs))
        case Clue.CODE:
            return _tr("These are the lines that differ from the right code.")


def left_text(case: Case) -> str:
    """Return how many suspects there are still."""
    text = _tr("{0} of {1} suspects left")
    return text.format(formatting.count(len(case.possible)), formatting.count(len(case.suspects)))


def ending_text(case: Case) -> str:
    """Return how the case ended, and with how many points."""
    if case.ending is Ending.GIVEN_UP:
        return _tr("Given up: no points")
    one, many = _tr("Solved with {0} point"), _tr("Solved with {0} points")
    if not case.counts:
        one, many = _tr("Solved; {0} point, not counted"), _tr("Solved; {0} points, not counted")
    return formatting.counted(case.score, one, many)


def trace_text(case: Case) -> str:
    """Return what the free evidence told: which parameters differ, and with how many suspects.

    Only for a case that has ended.
    """
    assert case.secret is not None
    differing = case.secret.differing
    agreeing = [name for name in case.parameters if name not in differing]
    if agreeing:
        wrong = _tr("{0} differs") if len(differing) == 1 else _tr("{0} differ")
        right = _tr("{0} agrees") if len(agreeing) == 1 else _tr("{0} agree")
        seen = f"{wrong.format(_listed(differing))}, {right.format(_listed(agreeing))}."
    else:
        seen = _tr("All parameters differ.")
    alike = [suspect for suspect in case.suspects if suspect.differing == differing]
    layers = _listed(tuple(dict.fromkeys(suspect.layer for suspect in alike)), _tr("or"))
    if len(alike) == 1:
        return _tr("{0} Only this mistake leaves that trace.").format(seen)
    text = _tr("{0} {1} of {2} suspects leave that trace, and all of them are in {3}.")
    return text.format(seen, len(alike), len(case.suspects), layers)


def record_text(record: Record) -> str:
    """Return what was reached in all cases together."""
    solved = _tr("Solved {0} of {1}").format(
        formatting.count(record.solved), formatting.count(record.cases)
    )
    if record.best is None:
        return solved
    text = _tr("{0} · best {1} · together {2}")
    return text.format(solved, formatting.count(record.best), formatting.count(record.total))


def so_far_text(record: Record) -> str:
    """Return how the cases before ended; "" before the first one has."""
    counts = record.solved, record.cases, record.cases - record.solved
    text = _tr("So far {0} of {1} solved, {2} given up.")
    return text.format(*map(formatting.count, counts)) if record.cases else ""


def accused(case: Case) -> tuple[str, str, str]:
    """Return the secret of a case that has ended: ``Relu1.backward``, its name, its story."""
    assert case.secret is not None
    layer, key = case.secret.layer, case.secret.key
    name = bug_words.name_of(key, layer)
    return f"{layer}.{case.secret.method}", name, bug_words.story_of(key)


def _listed(names: tuple[str, ...] | list[str], word: str = "") -> str:
    *first, last = names
    return f"{', '.join(first)} {word or _tr('and')} {last}" if first else last


def _tr(text: str) -> str:
    return QCoreApplication.translate("Detective", text)
