"""What the process that checks somebody's layer answers: JSON, of which nothing is believed."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np

from bpcore.gradient_check import GradientReport
from bpcore.layer_calls import GIVEN, LARGEST, LayerError, plain
from bpcore.layer_check import MAX_ELEMENTS, MAX_OWN, LayerCheck

MAX_CLASSES = 20
"""Classes of one file that are checked."""

_NAME = re.compile(r"d[A-Za-z_]\w{0,39}", re.ASCII)

MAX_REPORTS = 1 + len(GIVEN) + MAX_OWN
MAX_REMARKS, MAX_REMARK = 20, 400
MAX_SIDE = 1 << 40
UNREADABLE = "its check gave an answer that can't be read"


def encoded(checks: tuple[LayerCheck, ...]) -> str:
    """Return ``checks`` as one line of JSON."""
    layers = [
        {
            "name": check.name,
            "overwrote": check.overwrote,
            "remarks": check.remarks,
            "reports": [_encoded_report(report) for report in check.reports],
        }
        for check in checks
    ]
    return json.dumps({"layers": layers}, allow_nan=False)


def encoded_failure(sentence: str) -> str:
    """Return what is wrong, which follows the name of a file and a colon, as one line of JSON."""
    return json.dumps({"failed": sentence})


def decoded(answer: bytes) -> tuple[LayerCheck, ...]:
    """Return the checks of an answer from anybody.

    Raises
    ------
    LayerError
        With what the answer says went wrong, or if it is none.
    """
    try:
        found = json.loads(answer)
        if "failed" in found:
            raise LayerError(plain(_a(str, found["failed"]), MAX_REMARK) or UNREADABLE)
        layers = _list(found["layers"], MAX_CLASSES)
        _require(layers)
        return tuple(_decoded_layer(layer) for layer in layers)
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise LayerError(UNREADABLE) from error


def _encoded_report(report: GradientReport) -> dict[str, Any]:
    arrays = ("elements", "backprop", "numerical", "kink")
    lists = {name: getattr(report, name).tolist() for name in arrays}
    return {"name": report.name, "shape": report.shape, "h": report.h, **lists}


def _decoded_layer(layer: Any) -> LayerCheck:
    remarks = [plain(_a(str, r), MAX_REMARK) for r in _list(layer["remarks"], MAX_REMARKS)]
    reports = tuple(_decoded_report(report) for report in _list(layer["reports"], MAX_REPORTS))
    _require(reports or remarks)
    name = plain(_a(str, layer["name"]), 60)
    return LayerCheck(name, reports, _a(bool, layer["overwrote"]), tuple(remarks))


def _decoded_report(report: Any) -> GradientReport:
    _require(_NAME.fullmatch(_a(str, report["name"])))
    shape = tuple(_a(int, side) for side in _list(report["shape"], 4))
    _require(all(0 < side <= MAX_SIDE for side in shape))
    elements = [_a(int, element) for element in _list(report["elements"], MAX_ELEMENTS)]
    _require(elements and all(0 <= element < math.prod(shape) for element in elements))
    _require(math.prod(shape) <= MAX_SIDE)
    gradients = []
    for name in ("backprop", "numerical"):
        values = [_a(float, value) for value in _list(report[name], MAX_ELEMENTS)]
        _require(all(abs(value) <= LARGEST for value in values))
        gradients.append(np.array(values, np.float64))
    kink = np.array([_a(bool, value) for value in _list(report["kink"], MAX_ELEMENTS)], bool)
    arrays = (np.array(elements, np.intp), *gradients, kink)
    for array in arrays:
        _require(array.shape == (len(elements),))
        array.flags.writeable = False
    h = _a(float, report["h"])
    _require(0 < h < 1)
    return GradientReport(report["name"], shape, h, *arrays)


def _a(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} was expected")
    return value


def _list(value: Any, most: int) -> list[Any]:
    _require(len(_a(list, value)) <= most)
    return list(value)


def _require(right: object) -> None:
    if not right:
        raise ValueError(UNREADABLE)
