"""A run in one file, ``.chainlight``: a zip of JSON and .npy arrays, none of them compressed.

Members, with K keyframes and n iterations done:

- ``run.json``: format, version, configuration, hash of the data, iterations done, events, name,
  how it ended; since later, so that it may be missing: the pace, changes that are still to be made,
  the race that it is in;
- ``losses.npy`` (n,) in the type of the network;
- ``accuracies.npy`` (…, 3) float64: iteration, train, test;
- ``vitals.npy`` (…, 2 + 3 p) float64 of p parameters: iteration, share of idle units, root mean
  squares of each one's weights, of their gradients, of their updates;
- ``keyframes.npy`` (K,) int64: their iterations, 0 first and n last;
- ``generators.npy`` (K, 4) uint64: both halves of the state of PCG64, and its spare 32 bits;
- ``params/W1.npy`` (K, 784, 50) … and, by what the optimizer remembers, ``memory/v/W1.npy`` ….

Version 1 has no vitals, name or end; it is still read.

Whoever opens a file may have got it from anybody. Nothing in it is believed before it is checked
against what the configuration implies: the members' names, their number, their sizes before they
are read, shapes, types, ranges. Nothing is unpacked or unpickled, so that no file can make us
reserve more than its own size.
"""

from __future__ import annotations

import itertools
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcore.atomic import replacing
from bpcore.learner import batch_generator
from bpcore.optimizers import OPTIMIZERS
from bpcore.recording import Accuracies, Recording, State
from bpcore.run_description import (
    MAX_EVENTS,
    Description,
    Fault,
    read_description,
    require,
    written,
)
from bpcore.vitals import MOST_ROWS, Vitals, no_vitals, vitals_of
from bpcore.zip_file import ZipFileError, open_stored, read_array, read_member, write_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from bpcore.config import TrainingConfig

    Shape = tuple[int, ...]
    AnyArray = npt.NDArray[Any]

SUFFIX = ".chainlight"
MAX_JSON_BYTES = 2 << 20
MAX_MEMBERS = 6 + 2 * 9 * 3
"""Six of every run; weights and biases of at most nine layers, each with what Adam remembers."""

_LOW_HALF = (1 << 64) - 1


class RunFileError(Exception):
    """A run that can't be saved or opened; the text names the file, what is wrong, what to do."""


def save_run(path: str | Path, recording: Recording) -> None:
    """Write ``recording`` to ``path``, which is the old file until the new one is complete.

    Raises
    ------
    RunFileError
        If it can't be written.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise RunFileError(f"{path.name}: is not a file; choose another name")
    head = written(recording)
    changes = len(recording.events) + len(recording.notes.ahead)
    if changes > MAX_EVENTS or len(head) > MAX_JSON_BYTES:
        raise RunFileError(f"{path.name}: {changes:,} changes are too many to save")
    try:
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo("run.json"), head)
            for name, shape, arrays in _members_of(recording):
                write_array(archive, name, shape, arrays)
    except OSError as error:
        raise RunFileError(
            f"{path.name}: can't be saved in {path.parent} ({error.strerror or error}); "
            "free some space there, or choose another folder"
        ) from error


def load_run(path: str | Path) -> Recording:
    """Read what ``save_run`` wrote.

    Raises
    ------
    RunFileError
        If the file can't be read, or is not a complete, undamaged run of a known version.
    """
    path = Path(path)
    with reported(path), open_stored(path, MAX_MEMBERS) as archive:
        about = read_description(read_member(archive, "run.json", MAX_JSON_BYTES))
        config, done = about.config, about.iteration
        kind = np.dtype(config.dtype)
        keyframes = read_array(archive, "keyframes.npy", (None,), np.int64, done + 1)
        count = len(keyframes)
        ascending = count > 0 and (keyframes[1:] > keyframes[:-1]).all()
        require(
            ascending and (keyframes[0], keyframes[-1]) == (0, done), "has keyframes out of order"
        )
        stacks = {
            name: read_array(archive, name, (count, *shape), kind)
            for name, shape in _parameter_members(config)
        }
        losses = read_array(archive, "losses.npy", (done,), kind)
        generators = read_array(archive, "generators.npy", (count, 4), np.uint64)
        require(
            (generators[:, 2] <= 1).all() and (generators[:, 3] < 1 << 32).all(),
            "has a generator in an impossible state",
        )
        accuracies = read_array(archive, "accuracies.npy", (None, 3), np.float64, done + 1)
        vitals = no_vitals(parameters_of(config))
        if about.version > 1:
            columns = 2 + 3 * len(vitals.parameters)
            rows = read_array(archive, "vitals.npy", (None, columns), np.float64, 2 * MOST_ROWS)
            vitals = _read_vitals(rows, vitals.parameters, done)
        require(
            set(archive.namelist()) == members_of(about), "holds something that is no part of a run"
        )
        return Recording(
            config,
            about.data_hash,
            about.events,
            losses,
            read_accuracies(accuracies, done),
            tuple(
                _state(config, n, int(iteration), generators[n], stacks)
                for n, iteration in enumerate(keyframes)
            ),
            vitals,
            about.notes,
        )


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what can be wrong with a file into RunFileError."""
    try:
        yield
    except Fault as fault:
        raise RunFileError(f"{path.name} {fault}") from fault
    except ZipFileError as fault:
        raise RunFileError(f"{path.name} {fault}; try another copy of it") from fault
    except OSError as error:
        raise RunFileError(f"{path.name} can't be read ({error.strerror or error})") from error
    except MemoryError as error:
        raise RunFileError(f"{path.name} is too large for the memory of this computer") from error


# What a run consists of.


def members_of(about: Description) -> set[str]:
    """Return the names of all members of a file with this description."""
    names = {f"{name}.npy" for name in ("losses", "accuracies", "keyframes", "generators")}
    if about.version > 1:
        names.add("vitals.npy")
    return {"run.json", *names, *(name for name, _ in _parameter_members(about.config))}


def parameters_of(config: TrainingConfig) -> tuple[str, ...]:
    """Return the names of the parameters, in the order in which a network has them."""
    return tuple(_shapes_of(config))


def _shapes_of(config: TrainingConfig) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    for n, (inputs, units) in enumerate(itertools.pairwise(config.sizes), start=1):
        shapes |= {f"W{n}": (inputs, units), f"b{n}": (units,)}
    return shapes


def _parameter_members(config: TrainingConfig) -> list[tuple[str, Shape]]:
    """Return names and shapes of the members that hold parameters, or what goes with them."""
    shapes = _shapes_of(config)
    folders = ["params", *(f"memory/{name}" for name in OPTIMIZERS[config.optimizer].remembers)]
    return [(f"{folder}/{name}.npy", shapes[name]) for folder in folders for name in shapes]


def _members_of(recording: Recording) -> Iterator[tuple[str, Shape, Iterable[AnyArray]]]:
    """Give names and shapes of the arrays, each in parts that follow one another in memory."""
    states = recording.keyframes
    iterations = np.array([state.iteration for state in states], np.int64)
    generators = np.array([_packed(state) for state in states], np.uint64)
    rows = [(a.iteration, a.train, a.test) for a in recording.accuracies]
    accuracies = np.array(rows, np.float64).reshape(-1, 3)
    for name, array in (
        ("vitals.npy", _vitals_rows(recording)),
        ("keyframes.npy", iterations),
        ("generators.npy", generators),
        ("losses.npy", recording.losses),
        ("accuracies.npy", accuracies),
    ):
        yield name, array.shape, [array]
    for name, shape in _parameter_members(recording.config):
        yield name, (len(states), *shape), [_array_of(state, name) for state in states]


def _array_of(state: State, member: str) -> AnyArray:
    """Return the array of ``params/W1.npy`` or ``memory/v/W1.npy``."""
    *folders, name = member.removesuffix(".npy").split("/")
    return state.params[name] if len(folders) == 1 else state.memory[folders[1]][name]


def _packed(state: State) -> list[int]:
    generator = state.generator
    number = generator["state"]["state"]
    return [number >> 64, number & _LOW_HALF, generator["has_uint32"], generator["uinteger"]]


def _state(
    config: TrainingConfig, n: int, iteration: int, packed: AnyArray, stacks: dict[str, AnyArray]
) -> State:
    """Return the state of keyframe ``n``."""
    high, low, has_spare, spare = (int(number) for number in packed)
    generator = dict(batch_generator(config.seed).bit_generator.state)
    generator["state"] = {**generator["state"], "state": high << 64 | low}
    generator |= {"has_uint32": has_spare, "uinteger": spare}
    params: dict[str, AnyArray] = {}
    memory: dict[str, dict[str, AnyArray]] = {
        name: {} for name in OPTIMIZERS[config.optimizer].remembers
    }
    for member, stack in stacks.items():
        *folders, name = member.removesuffix(".npy").split("/")
        array = stack[n].copy()  # so that it can be dropped without the others
        array.flags.writeable = False
        (params if len(folders) == 1 else memory[folders[1]])[name] = array
    return State(iteration, params, memory, generator)


def _vitals_rows(recording: Recording) -> npt.NDArray[np.float64]:
    vitals = recording.vitals
    if not vitals.parameters:
        vitals = no_vitals(parameters_of(recording.config))
    return np.column_stack((vitals.iterations, vitals.table()))


def _read_vitals(rows: AnyArray, parameters: tuple[str, ...], done: int) -> Vitals:
    iterations, table = rows[:, 0], rows[:, 1:]
    within = (iterations >= 1) & (iterations <= done) & (iterations == np.floor(iterations))
    require(
        within.all()
        and (np.diff(iterations) > 0).all()
        and (table >= 0).all()
        and (table[:, 0] <= 1).all(),
        "has vitals that can't be",
    )
    return vitals_of(parameters, iterations.astype(np.int64), table)


def read_accuracies(rows: AnyArray, done: int) -> tuple[Accuracies, ...]:
    """Return the accuracies in ``rows`` (n, 3) of a run of ``done`` iterations, checked."""
    iterations, shares = rows[:, 0], rows[:, 1:]
    within = (iterations >= 0) & (iterations <= done) & (iterations == np.floor(iterations))
    require(
        within.all() and (np.diff(iterations) > 0).all() and ((shares >= 0) & (shares <= 1)).all(),
        "has accuracies that can't be",
    )
    return tuple(Accuracies(int(k), train, test) for k, train, test in rows.tolist())
