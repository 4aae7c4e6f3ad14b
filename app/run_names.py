"""What runs are called, and in which parameters they differ. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting
from bpcore.config import BUNDLED, FULL, TrainingConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bpcore.recording import Event

LONGEST_NAME = 120
"""Letters of a name; a file from anywhere may bring a longer one."""

LONGEST_FILE_NAME = 60
MOST_CHANGES = 6
"""Rows for changes during the runs; how many more there are is said in one."""

OPTIMIZERS = {"sgd": "SGD", "momentum": "Momentum", "adagrad": "AdaGrad", "adam": "Adam"}
NOT_USED = formatting.EM_DASH
_WORD = re.compile(r"[^\W_]+(?:[.,-]\d+)*")
USUAL = TrainingConfig()


@dataclass(frozen=True)
class Difference:
    """One parameter and its value in each run; ``—`` where a run doesn't have it."""

    title: str
    values: tuple[str, ...]


@lru_cache(maxsize=512)
def run_title(config: TrainingConfig) -> str:
    """Return the name that a run gets by itself: ``Relu 50 · SGD 0.1``.

    Beside network, optimizer and learning rate it has only what is not as usual.
    """
    optimizer = f"{OPTIMIZERS[config.optimizer]} {number(config.learning_rate)}"
    return " · ".join((_network(config), optimizer, *_unusual(config)))


def shown_name(name: str, config: TrainingConfig) -> str:
    """Return ``name`` fit for a line, or the name that the run gets by itself if it has none."""
    return plain(name) or run_title(config)


def name_and_title(name: str, config: TrainingConfig) -> tuple[str, ...]:
    """Return what a run is called and, unless that says it, what is special: no word twice."""
    title, line = run_title(config), plain(name)
    own = re.sub(r" \(\d+\)$", "", line)
    said = set(_WORD.findall(own))
    if not own or (said and said.issubset(_WORD.findall(title))):
        return (title + line[len(own) :],)
    letters = {word.casefold() for word in said if not word[0].isdecimal()}
    parts = title.split(" · ")
    left = [part for part in parts if not any(w.casefold() in letters for w in _WORD.findall(part))]
    if parts[0] not in left and not said.issuperset(_WORD.findall(parts[0])):
        left.insert(0, _translate("{0} units").format(_sizes(config)))
    return (line, " · ".join(left)) if left else (line,)


def plain(name: str) -> str:
    """Return ``name`` as one line of at most 120 letters, without what can't be seen."""
    if not name.isprintable():
        name = "".join(c if c.isprintable() else " " for c in name)
    line = " ".join(name.split())
    return _cut(line, LONGEST_NAME)


def _cut(line: str, letters: int) -> str:
    return line if len(line) <= letters else f"{line[: letters - 1].rstrip()}…"


def branch_name(parent: str, iteration: int) -> str:
    """Return the name of a run that leaves ``parent`` after ``iteration`` iterations.

    That of a branch of a branch tells the way from where they began; where it leaves the past that
    the parent has in common with its own parent, it is a branch of that.
    """
    text = _translate("Branch of {0} at {1}")
    before, _, after = text.partition("{0}")
    pattern = re.escape(after).replace(re.escape("{1}"), r"([\d,]+(?: → [\d,]+)*)")
    found = re.fullmatch(re.escape(before) + "(.+)" + pattern, parent)
    way: list[str] = []
    if found is not None:
        parent = found[1]
        places = found[2].split(" → ")
        way = [place for place in places if int(place.replace(",", "")) < iteration]
    at = " → ".join((*way, formatting.count(iteration)))
    room = LONGEST_NAME - len(text.format("", at))
    return text.format(_cut(parent, room), at)


def numbered(name: str, taken: Collection[str]) -> str:
    """Return ``name``, with a number if it is taken: ``Relu 50 · SGD 0.1 (2)``."""
    if name not in taken:
        return name
    ends = (f" ({n})" for n in range(2, len(taken) + 2))
    names = (_cut(name, LONGEST_NAME - len(end)) + end for end in ends)
    return next(new for new in names if new not in taken)


def file_name(name: str, suffix: str) -> str:
    """Return a name of a file for the run ``name``: ``relu-50-sgd-0.1.chainlight``.

    Letters of any script stay; all that a file system could stumble over becomes a dash.
    """
    words = re.findall(r"[^\W_]+(?:\.\d+)*", formatting.without_commas(name.lower()))
    return ("-".join(words)[:LONGEST_FILE_NAME].strip("-.") or "run") + suffix


def differences(
    configs: Sequence[TrainingConfig], changes: Sequence[Sequence[Event]] = ()
) -> tuple[Difference, ...]:
    """Return the parameters in which runs of ``configs`` differ, in the order of the fields.

    ``changes`` are those that were made during each of the runs; they follow as rows of their own,
    with the iteration after which they worked, as the charts mark it.
    """
    rows = []
    for title, text, is_used in _parameters():
        exact, short = (
            tuple(text(config, write) if is_used(config) else NOT_USED for config in configs)
            for write in (_exact, number)
        )
        if len(set(exact)) > 1:
            rows.append(Difference(title, _shortest(short, exact)))
    return (*rows, *_changes(changes))


def parameters(config: TrainingConfig) -> tuple[tuple[str, str], ...]:
    """Return title and value of each parameter that a run of ``config`` depends on.

    Numbers are exact; of a folder there is only its name: where it is, is its owner's business.
    """

    def exact(value: float) -> str:  # not `_exact` itself, with which folders are told in full
        short = number(value)
        return short if isinstance(value, int) or float(short) == value else _exact(value)

    return tuple(
        (title, text(config, exact)) for title, text, is_used in _parameters() if is_used(config)
    )


def number(value: float) -> str:
    """Write a parameter as short as it is: ``0.1``, ``1e-06``, ``10,000``."""
    return formatting.count(value) if isinstance(value, int) else f"{value:g}"


def _exact(value: float) -> str:
    return formatting.count(value) if isinstance(value, int) else str(value)


# The parts of a name.


def _network(config: TrainingConfig) -> str:
    if not config.hidden_sizes:
        return _translate("No hidden layer")
    return f"{config.activation.capitalize()} {_sizes(config)}"


def _unusual(config: TrainingConfig) -> list[str]:
    usual, parts = USUAL, []
    if config.optimizer == "momentum" and config.momentum != usual.momentum:
        parts.append(_translate("momentum {0}").format(number(config.momentum)))
    if config.optimizer == "adam" and config.beta1 != usual.beta1:
        parts.append(f"beta1 {number(config.beta1)}")
    if config.optimizer == "adam" and config.beta2 != usual.beta2:
        parts.append(f"beta2 {number(config.beta2)}")
    weights = _weights(config, number)
    if weights != _weights(usual, number):
        parts.append(weights)
    if config.weight_decay:
        parts.append(_translate("decay {0}").format(number(config.weight_decay)))
    if config.batch_size != usual.batch_size:
        parts.append(_translate("batch {0}").format(number(config.batch_size)))
    if config.seed != usual.seed:
        parts.append(_translate("seed {0}").format(config.seed))
    if config.data != usual.data:
        parts.append(_data(config))
    if config.dtype != usual.dtype:
        parts.append(config.dtype)
    return parts


def _sizes(config: TrainingConfig) -> str:
    return "-".join(str(size) for size in config.hidden_sizes) or formatting.count(0)


def _weights(config: TrainingConfig, write: Callable[[float], str]) -> str:
    """Return how the initial weights are drawn."""
    if config.initializer != "std":
        return config.initializer.capitalize()
    if config.weight_init_std == 0:
        return _translate("all zero")
    return _translate("std {0}").format(write(config.weight_init_std))


def _data(config: TrainingConfig) -> str:
    names = {BUNDLED: _translate("MNIST 10k"), FULL: _translate("full MNIST")}
    return names.get(config.data) or plain(PurePath(config.data).name) or plain(config.data)


# The rows of a table.

if TYPE_CHECKING:
    Write = Callable[[float], str]
    Parameter = tuple[str, Callable[[TrainingConfig, Write], str], Callable[[TrainingConfig], bool]]


def _parameters() -> tuple[Parameter, ...]:
    """Return of each parameter its title, how it is written, and whether it is of any matter."""

    def always(_: TrainingConfig) -> bool:
        return True

    def momentum(config: TrainingConfig) -> bool:
        return config.optimizer == "momentum"

    def adam(config: TrainingConfig) -> bool:
        return config.optimizer == "adam"

    def hidden(config: TrainingConfig) -> bool:
        return bool(config.hidden_sizes)

    def data(config: TrainingConfig, write: Write) -> str:
        return config.data if write is _exact else _data(config)

    return (
        (_translate("Activation"), lambda c, _: c.activation.capitalize(), hidden),
        (_translate("Hidden units"), lambda c, _: _sizes(c), always),
        (_translate("Initial weights"), _weights, always),
        (_translate("Optimizer"), lambda c, _: OPTIMIZERS[c.optimizer], always),
        (_translate("Learning rate"), lambda c, write: write(c.learning_rate), always),
        (_translate("Momentum"), lambda c, write: write(c.momentum), momentum),
        ("Beta1", lambda c, write: write(c.beta1), adam),
        ("Beta2", lambda c, write: write(c.beta2), adam),
        (_translate("Weight decay"), lambda c, write: write(c.weight_decay), always),
        (_translate("Batch size"), lambda c, write: write(c.batch_size), always),
        (_translate("Iterations"), lambda c, write: write(c.iterations), always),
        (_translate("Seed"), lambda c, _: str(c.seed), always),
        (_translate("Data"), data, always),
        (_translate("Precision"), lambda c, _: c.dtype, always),
    )


def _shortest(short: tuple[str, ...], exact: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``short`` unless unequal values look the same in it."""
    return exact if len(set(short)) < len(set(exact)) else short


def _changes(changes: Sequence[Sequence[Event]]) -> list[Difference]:
    titles: Mapping[str, str] = {
        "learning_rate": _translate("Learning rate"),
        "batch_size": _translate("Batch size"),
        "weight_decay": _translate("Weight decay"),
        "momentum": _translate("Momentum"),
        "beta1": "Beta1",
        "beta2": "Beta2",
    }
    # Of several changes of one thing in the same place only the last one had an effect.
    runs = [{(event.iteration, event.name): event.value for event in run} for run in changes]
    places = sorted({place for run in runs for place in run})
    differing = [p for p in places if any(run.get(p) != runs[0].get(p) for run in runs)]
    rows = []
    for iteration, name in differing[:MOST_CHANGES]:
        title = _translate("{0}, after {1}").format(titles[name], formatting.count(iteration))
        values = [run.get((iteration, name)) for run in runs]
        exact, short = (
            tuple(NOT_USED if value is None else write(value) for value in values)
            for write in (_exact, number)
        )
        rows.append(Difference(title, _shortest(short, exact)))
    left = set(differing[MOST_CHANGES:])
    if left:
        counts = (sum(place in left for place in run) for run in runs)
        rows.append(Difference(_translate("More changes"), tuple(map(formatting.count, counts))))
    return rows


def _translate(text: str) -> str:
    return QCoreApplication.translate("RunNames", text)
