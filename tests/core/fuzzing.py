"""How many examples of anything at all are tried on what reads files, and of random graphs."""

import os

from hypothesis import settings

_ASKED_FOR = os.environ.get("CHAINLIGHT_EXAMPLES")

FUZZ = settings(max_examples=int(_ASKED_FOR or 100))
"""For what reads files and texts. CHAINLIGHT_EXAMPLES tries thousands when a reader changes."""

CASES = settings(max_examples=int(_ASKED_FOR or 20))
"""For random graphs and networks, each of which is many checks; more when the engine changes."""
