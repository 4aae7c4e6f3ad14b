"""Cases with a secret of one's choice, on a small network; and all that a panel shows or holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox, QWidget

from app.detective import Detective
from bpcore.bug_effects import bug_effects
from bpcore.bugs import DiffLine, bug_of, difference
from bpcore.network import Network

if TYPE_CHECKING:
    from collections.abc import Generator

    from app.detective_case import Suspect

NETWORK = Network((6, 4, 3, 3), weight_init_std=0.8, seed=3)
_RNG = np.random.default_rng(5)
X, T = _RNG.normal(size=(4, 6)), _RNG.integers(0, 3, 4)
PARAMETERS = tuple(NETWORK.params)


def run(steps: Generator[float, None, tuple]) -> tuple:
    while True:
        try:
            assert 0 <= next(steps) <= 1
        except StopIteration as end:
            return end.value


SUSPECTS: tuple[Suspect, ...] = run(bug_effects(NETWORK, X, T))


def lines_of(key: str) -> tuple[DiffLine, ...]:
    return difference(bug_of(key))


def suspect(layer: str, key: str) -> Suspect:
    return next(each for each in SUSPECTS if (each.layer, each.key) == (layer, key))


def _seeds() -> dict[Suspect, int]:
    """Find for each suspect a seed that draws it."""
    seeds: dict[Suspect, int] = {}
    for seed in range(1000):
        detective = Detective(lines_of)
        detective.begin(SUSPECTS, PARAMETERS, np.random.default_rng(seed))
        assert detective.secret is not None
        seeds.setdefault(detective.secret, seed)
        if len(seeds) == len(SUSPECTS):
            break
    return seeds


SEEDS = _seeds()


def hide(secret: Suspect, detective: Detective | None = None) -> Detective:
    """Begin a case with this ``secret``, by a seed that draws it."""
    detective = detective or Detective(lines_of)
    detective.drawn = ()  # what the seed draws does not depend on the cases before
    detective.begin(SUSPECTS, PARAMETERS, np.random.default_rng(SEEDS[secret]))
    assert detective.secret == secret
    return detective


def hidden(layer: str, key: str) -> Detective:
    return hide(suspect(layer, key))


_OF_QT = ("_q_", "_PySide")
_READABLE = ("QString", "QStringList", "bool", "int", "double")


def everything_in(widget: QWidget) -> list[str]:
    """Return each property, text, tooltip, name, list entry and attribute in ``widget``."""
    found = []
    for each in (widget, *widget.findChildren(QObject)):
        meta = each.metaObject()
        known = [meta.property(n) for n in range(meta.propertyCount())]
        names = [each.name() for each in known if each.typeName() in _READABLE]
        dynamic = (bytes(name).decode() for name in each.dynamicPropertyNames())
        names += [name for name in dynamic if not name.startswith(_OF_QT)]
        found += [f"{name}: {each.property(name)}" for name in names]
        if isinstance(each, QComboBox):
            found += _entries(each)
        attributes = {k: v for k, v in vars(each).items() if not isinstance(v, QObject)}
        found += [f"{name} = {v!r}" for name, v in attributes.items() if " at 0x" not in repr(v)]
    return found


def _entries(box: QComboBox) -> list[str]:
    model, roles = box.model(), range(Qt.ItemDataRole.UserRole + 2)
    rows = [model.index(row, 0) for row in range(box.count())]
    return [f"{row.data(role)} {row.flags()}" for row in rows for role in roles]
