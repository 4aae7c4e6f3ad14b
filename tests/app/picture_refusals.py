"""Pictures that are opened or refused, and what is said then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.images import ImageError, Offer, load

if TYPE_CHECKING:
    import numpy as np


def ink_or_sentence(offer: Offer) -> np.ndarray | None:
    """Return the ink, which is some; None if there was one sentence instead."""
    try:
        ink = load(offer).levels
    except ImageError as error:
        return sentence(error)
    assert ink.any()
    return ink


def sentence(error: ImageError) -> None:
    text = str(error)
    assert text.endswith(".")
    assert text.count(". ") == 0
    assert "\n" not in text


def refusal(offer: Offer) -> str:
    with pytest.raises(ImageError) as raised:
        load(offer)
    sentence(raised.value)
    return str(raised.value)
