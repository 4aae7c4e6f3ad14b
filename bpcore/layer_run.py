"""The process in which somebody's code runs: it checks the classes of one text, and ends.

Only ``bpcore.layer_process`` starts it, and watches it. The answer goes to where stdout led at the
start, marked with a number that only the two know. Before the text is run, stdin, stdout and stderr
are led to nowhere: what it prints is never taken for the answer, and can't fill anything. How it
begins is part of the answer.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from dataclasses import replace
from types import ModuleType
from typing import Any

from bpcore import layer_limits
from bpcore.layer_answer import MAX_CLASSES, encoded, encoded_failure
from bpcore.layer_calls import LayerError, line_of, plain, told
from bpcore.layer_check import LayerCheck, check_layer

MODULE = "own_layer"
FILE = "<own layer>"

MAX_PRINTED = 300
"""Characters of what the text prints that are told."""


def run(watcher: int, seconds: float, memory: int) -> None:
    """Read a mark and a text from stdin, check the text's classes, answer, and end the process."""
    layer_limits.bind_to(watcher)
    mark, _, text = sys.stdin.buffer.read().partition(b"\n")
    channel = os.dup(1)
    _lead_to_nowhere()
    warnings.simplefilter("ignore")
    layer_limits.limit(seconds, memory)
    _write(channel, mark + b" ready\n")
    answer = _answer(text.decode(), memory)
    # A line of its own, whatever was written before.
    _write(channel, b"\n" + mark + b" answer " + answer.encode("ascii") + b"\n")
    os._exit(0)  # waits for no thread, and asks nobody


class _Printed(io.TextIOBase):
    """Takes what is printed, and keeps how it begins."""

    beginning = ""

    def write(self, text: str) -> int:
        if len(self.beginning) < MAX_PRINTED:
            self.beginning += str(text)[:MAX_PRINTED]
        return len(text)

    @property
    def told(self) -> str:
        words = plain(self.beginning, MAX_PRINTED)
        return f"it printed: {words}" if words else ""


def _answer(text: str, memory: int) -> str:
    reserve = bytearray(1 << 22)
    sys.stdout = sys.stderr = printed = _Printed()
    try:
        *others, last = checks_of(text)
        if printed.told:
            remark = f"{printed.told[0].upper()}{printed.told[1:]}"
            last = replace(last, remarks=(*last.remarks, remark))
        return encoded((*others, last))
    except MemoryError:
        del reserve  # there is room again to say so
        return encoded_failure(layer_limits.told_memory(memory))
    except LayerError as error:
        return encoded_failure("; ".join(filter(None, (str(error), printed.told))))
    except BaseException as error:
        return encoded_failure(told(error, "it could not be checked"))


def checks_of(text: str) -> tuple[LayerCheck, ...]:
    """Run ``text`` and check each class in it that has ``forward`` and ``backward``.

    Raises
    ------
    LayerError
        If it can't be run, or none of its classes can be checked.
    """
    checks, first = [], None
    for cls in _classes(_module(text)):
        try:
            checks.append(check_layer(cls))
        except LayerError as error:
            first = first or error
            checks.append(LayerCheck(plain(cls.__name__, 60), (), False, (f"{error}.",)))
    if first is not None and not any(check.reports for check in checks):
        raise first
    return tuple(checks)


def _module(text: str) -> ModuleType:
    module = ModuleType(MODULE)
    sys.modules[MODULE] = module  # a dataclass looks itself up there
    try:
        code = compile(text, FILE, "exec", dont_inherit=True)
    except SyntaxError as error:
        line = f" in line {error.lineno}" if error.lineno else ""
        raise LayerError(f"it is not valid Python{line}: {plain(error.msg, 200)}") from None
    except (RecursionError, MemoryError):
        raise LayerError("it is nested too deeply for Python") from None
    except (ValueError, OverflowError) as error:
        raise LayerError(told(error, "it is not valid Python")) from None
    try:
        exec(code, module.__dict__)
    except MemoryError:
        raise
    except BaseException as error:
        number = line_of(error, FILE)
        raise LayerError(told(error, f"line {number}" if number else "it can't be run")) from None
    return module


def _classes(module: ModuleType) -> list[type]:
    """Return the classes that the text itself makes, in its order."""
    found: list[type] = []
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == MODULE and value not in found:
            if all(callable(getattr(value, name, None)) for name in ("forward", "backward")):
                found.append(value)
    if not found:
        raise LayerError("there is no class with forward and backward in it")
    if len(found) > MAX_CLASSES:
        raise LayerError(
            f"it has {len(found)} classes with forward and backward; give at most {MAX_CLASSES}"
        )
    return found


def _lead_to_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _write(channel: int, content: bytes) -> None:
    view: Any = memoryview(content)
    while view:
        view = view[os.write(channel, view) :]
