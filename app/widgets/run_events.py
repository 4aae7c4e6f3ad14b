"""What a change during a run is called, in short and at length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bpcore.recording import Event

_NAMES = {
    "learning_rate": ("rate", "learning rate"),
    "batch_size": ("batch", "batch size"),
    "weight_decay": ("decay", "weight decay"),
    "momentum": ("momentum", "momentum"),
    "beta1": ("β1", "β1"),
    "beta2": ("β2", "β2"),
}
_SHORT, _LONG = 0, 1


def value_text(name: str, value: float) -> str:
    """Return the value of parameter ``name`` as it is written: ``0.05``, ``1,000``."""
    return formatting.count(int(value)) if name == "batch_size" else f"{value:g}"


def parameter_name(name: str) -> str:
    """Return what parameter ``name`` is called: ``learning rate``."""
    return _name(name, _LONG)


def short_text(event: Event) -> str:
    """Return what an event changed, for beside its mark: ``rate 0.05``."""
    return f"{_name(event.name, _SHORT)} {value_text(event.name, event.value)}"


def long_text(event: Event) -> str:
    """Return what an event changed, and from when on: ``learning rate 0.05 from 2,001 on``."""
    text = QCoreApplication.translate("RunEvents", "{0} {1} from {2} on")
    first = formatting.count(event.iteration + 1)
    return text.format(_name(event.name, _LONG), value_text(event.name, event.value), first)


def all_changes(events: Sequence[Event], most: int = 3) -> list[str]:
    """Return what was changed during a run, in few words for each parameter.

    Each of at most ``most`` changes: ``rate 0.5 from 613 on, 0.1 from 1,926 on``. Of more only the
    last one of a parameter and how many there were, or how many parameters if more than two.
    """
    by_name: dict[str, list[Event]] = {}
    for event in events:
        by_name.setdefault(event.name, []).append(event)
    if len(events) > most and len(by_name) > 2:
        text = QCoreApplication.translate("RunEvents", "{0} parameters changed")
        return [text.format(len(by_name))]
    return [
        f"{_name(name, _SHORT)} {_told(changes, in_full=len(events) <= most)}"
        for name, changes in by_name.items()
    ]


def _told(changes: Sequence[Event], *, in_full: bool) -> str:
    """Return the values that one parameter was changed to."""
    text = QCoreApplication.translate("RunEvents", "{0} from {1} on")
    told = [
        text.format(value_text(each.name, each.value), formatting.count(each.iteration + 1))
        for each in changes
    ]
    if in_full or len(told) == 1:
        return ", ".join(told)
    last = QCoreApplication.translate("RunEvents", "{0} (the last of {1} changes)")
    return last.format(told[-1], formatting.count(len(told)))


def texts_of(events: Iterable[Event]) -> str:
    """Return a line per event; of a parameter that changes often only its last change."""
    last = {event.name: event for event in events}
    return "\n".join(long_text(event) for event in last.values())


def _name(name: str, length: int) -> str:
    known = _NAMES.get(name)
    return QCoreApplication.translate("RunEvents", known[length]) if known else name
