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


def last_changes(events: Sequence[Event], most: int = 2) -> list[str]:
    """Return what holds at the end of a run in place of what it began with, in few words.

    ``rate 0.05 from 4,313 on`` of each parameter that was changed, or how many if more than
    ``most``.
    """
    last = {event.name: event for event in events}
    if len(last) > most:
        return [QCoreApplication.translate("RunEvents", "{0} parameters changed").format(len(last))]
    text = QCoreApplication.translate("RunEvents", "{0} from {1} on")
    return [
        text.format(short_text(event), formatting.count(event.iteration + 1))
        for event in last.values()
    ]


def texts_of(events: Iterable[Event]) -> str:
    """Return a line per event; of a parameter that changes often only its last change."""
    last = {event.name: event for event in events}
    return "\n".join(long_text(event) for event in last.values())


def _name(name: str, length: int) -> str:
    known = _NAMES.get(name)
    return QCoreApplication.translate("RunEvents", known[length]) if known else name
