"""The keys of the window, page by page: what the help shows.

Texts are translated in the context "Shortcuts".
"""

from __future__ import annotations

SHORTCUTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Everywhere",
        (
            ("Ctrl+1 … Ctrl+3", "Train, Backward, Draw"),
            ("F5", "Start a new run"),
            ("F6", "Pause the run, or go on"),
            ("F10", "One iteration"),
            ("Shift+F5", "End the run, keep its network"),
            ("Ctrl+R", "Back to iteration 0"),
            ("F1", "This list"),
            ("Ctrl+Q", "Quit"),
        ),
    ),
    (
        "Backward",
        (
            ("Space", "Play or pause the pass"),
            ("← →", "One step back, one step on"),
            ("[ ]", "Previous layer, next layer"),
            ("Home End", "Before the first step, after the last"),
            ("↑ ↓", "Another unit, in the picture"),
            ("Shift+↑ ↓", "Another class"),
        ),
    ),
    (
        "Draw",
        (
            ("Ctrl+Z", "Undo"),
            ("Ctrl+Shift+Z, Ctrl+Y", "Redo"),
            ("Delete, Ctrl+Backspace", "Clear the canvas"),
            ("P E", "Pen, eraser"),
            ("[ ]", "Thinner, thicker"),
            ("← → ↑ ↓", "Move the pen (Shift: finer)"),
            ("Space", "Put the pen down, lift it"),
        ),
    ),
)
