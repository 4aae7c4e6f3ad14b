"""Compare a picture with its approved one.

``CHAINLIGHT_APPROVE=1`` writes the pictures of this run as the approved ones: look at them after.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import qVersion
from PySide6.QtGui import QImage

GOLDEN = Path(__file__).parent / "golden"

APPROVED_WITH = "6.11."

TOLERANCE = 24
"""Levels of 255 by which a channel may differ: other builds of a font renderer smooth otherwise."""

MOST_PIXELS = 0.01
"""Share of the pixels that may differ by more."""


def pixels(image: QImage) -> npt.NDArray[np.int16]:
    """Return an image as (height, width, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    rgb = rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
    return rgb.astype(np.int16)


def differing(a: QImage, b: QImage) -> int:
    """Return how many pixels differ by more than the tolerance in any channel."""
    assert a.size() == b.size(), f"{a.size().toTuple()} is not {b.size().toTuple()}"
    return int((np.abs(pixels(a) - pixels(b)).max(axis=2) > TOLERANCE).sum())


def check(image: QImage, name: str) -> None:
    """Fail if ``image`` is not the approved picture called ``name``; leave what it is beside it."""
    approved = GOLDEN / f"{name}.png"
    if os.environ.get("CHAINLIGHT_APPROVE") == "1":
        approved.parent.mkdir(exist_ok=True)
        assert image.save(str(approved))
        return
    if not sys.platform.startswith("linux"):
        pytest.skip("the approved pictures are of Linux: other platforms draw text otherwise")
    golden = QImage(str(approved))
    assert not golden.isNull(), f"{approved} is missing: approve it with CHAINLIGHT_APPROVE=1"
    count = differing(image, golden)
    limit = MOST_PIXELS * image.width() * image.height()
    if not qVersion().startswith(APPROVED_WITH):
        limit *= 2  # another Qt draws text and thin lines a little otherwise
    if count > limit:
        got = approved.with_suffix(".got.png")
        image.save(str(got))
        raise AssertionError(f"{count} pixels of {name} differ, at most {limit:.0f} may: see {got}")
