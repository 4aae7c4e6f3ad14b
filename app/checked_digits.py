"""The digits that a check is of: some of the data, the run's next batch, or the drawing."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np

from app.checks import Ground
from app.staging import Batch

if TYPE_CHECKING:
    from app.checks import Wanted
    from app.session import Session


class Missing(Enum):
    """What there must be before the digits that are wanted can be checked."""

    DATA = auto()
    TEST_DIGITS = auto()
    DRAWING = auto()
    LABEL = auto()


def digits_of(session: Session, wanted: Wanted, label: int | None) -> Batch | Missing:
    """Return the digits that are ``wanted``, or what is missing for them.

    ``label`` is the digit that the drawing is meant as; None while nobody says.
    """
    if session.snapshot is None:
        return Missing.DATA
    if wanted.source == "drawing":
        return _drawing(session, label)
    if wanted.source == "run":
        return session.next_batch() or Missing.DATA
    if wanted.source == "test" and session.digits is not None and not session.size("test"):
        return Missing.TEST_DIGITS
    return session.batch(wanted.source, wanted.first, wanted.count) or Missing.DATA


def ground_of(
    session: Session, batch: Batch, secret: Ground | None, *, fresh: bool
) -> Ground | None:
    """Return the network that is shown, or a ``fresh`` one like it, with ``batch``.

    In place of one of another shape than that of ``secret``, that one. None without a network.
    """
    snapshot = session.snapshot
    if snapshot is None:
        return None
    moment = (None, 0) if fresh else (snapshot.params, snapshot.iteration)
    ground = Ground(snapshot.config, moment[0], snapshot.run, moment[1], batch)
    if secret is not None and not secret.has_shape_of(ground):
        return replace(secret, batch=batch)
    return ground


def is_of_session(session: Session, ground: Ground) -> bool:
    """Tell whether the run that is shown had, or has, the network of ``ground``."""
    snapshot = session.snapshot
    if snapshot is None or snapshot.run != ground.run:
        return False
    return not ground.is_fresh or snapshot.config == ground.config


def can_be_staged(session: Session, ground: Ground) -> bool:
    """Tell whether the digits of ``ground`` can go through a pass of its network still.

    A drawing can as long as it is the same, what a run learns from only at its own iteration.
    """
    batch, drawing = ground.batch, session.drawing
    if batch.source == "drawing":
        return drawing is not None and np.array_equal(batch.images[0], drawing)
    return batch.source != "run" or batch.first == ground.iteration + 1


def _drawing(session: Session, label: int | None) -> Batch | Missing:
    image = session.drawing
    if image is None:
        return Missing.DRAWING
    return Missing.LABEL if label is None else Batch("drawing", 0, image[None], np.array([label]))
