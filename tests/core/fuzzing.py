"""How many examples of anything at all are tried on what reads files."""

import os

from hypothesis import settings

FUZZ = settings(max_examples=int(os.environ.get("CHAINLIGHT_EXAMPLES", "100")))
"""Set CHAINLIGHT_EXAMPLES to thousands when a reader changes."""
