"""The keys of the window, page by page, and what the mouse does: what the help shows.

Texts are translated in the context "Shortcuts".
"""

from __future__ import annotations

SHORTCUTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Everywhere",
        (
            ("Ctrl+1 … Ctrl+5", "Train, Backward, Draw, Check, Evaluate"),
            ("F5", "Start a new run"),
            ("F6", "Pause the run, or go on"),
            ("F10", "One iteration"),
            ("Shift+F5", "End the run, keep its network"),
            ("Ctrl+R", "Back to iteration 0"),
            ("F1 ?", "This list"),
            ("Ctrl+Q", "Quit"),
        ),
    ),
    (
        "The timeline, on every page",
        (
            ("Ctrl+← →", "One iteration back, on (Shift: 100)"),
            ("Ctrl+Home End", "Beginning of the run, newest state"),
            ("Ctrl+I", "Type the iteration to show"),
            ("Ctrl+B", "Branch off the past that is shown"),
        ),
    ),
    (
        "Train",
        (
            ("← → ↑ ↓ Home End", "Another hidden unit, on the tiles"),
            ("+ − 0 ← →", "Chart: closer, further, all, move"),
        ),
    ),
    (
        "Train, in the list of runs",
        (
            ("Enter", "Show the run"),
            ("Space", "Compare it, or no longer"),
            ("R F2 Delete", "Repeat exactly, rename, delete"),
            ("Shift+R", "Race the shown and the ticked ones"),
            ("Ctrl+Z", "Bring back the deleted one"),
            ("Ctrl+Shift+O", "Open a run from a file"),
            ("Ctrl+Shift+S", "Save the run as a file"),
        ),
    ),
    (
        "Check",
        (
            ("Ctrl+Enter", "Run the check"),
            ("← → ↑ ↓ Enter", "To a point, follow its weight"),
            ("Space", "A bug on or off, in the list"),
        ),
    ),
    (
        "Evaluate",
        (
            ("← → ↑ ↓", "From cell to cell, digit to digit"),
            ("Enter", "Choose the cell, follow the digit"),
            ("Esc", "Let go of the cell"),
            ("+ − 0", "Map: closer, further, all"),
            ("Alt+← → ↑ ↓", "Map: move it"),
            ("Space Ctrl+Z", "Surgery: unit off or on, undo"),
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
            ("Tab Enter", "To the next part, open it"),
            ("← → ↑ ↓", "From cell to cell, where it has any"),
            ("Backspace Esc", "Up: operation, unit, layer, network"),
            ("+ − 0", "Closer, further, fit"),
            ("Alt+← → ↑ ↓", "Move the picture"),
            ("Ctrl+C", "Copy the number pointed at"),
            ("Ctrl+Shift+C", "Copy the picture"),
            ("F11", "Projector: larger, full screen"),
        ),
    ),
    (
        "Draw",
        (
            ("Ctrl+Z", "Undo"),
            ("Ctrl+Shift+Z Ctrl+Y", "Redo"),
            ("Delete Ctrl+Backspace", "Clear the canvas"),
            ("P E", "Pen, eraser (E again: strokes)"),
            ("[ ]", "Thinner, thicker"),
            ("← → ↑ ↓", "Move the pen (Shift: finer)"),
            ("Space", "Put the pen down, lift it"),
            ("0 … 9", "The right answer (again: as read)"),
            ("L Shift+L", "Learn from it, take the step back"),
            ("K", "Keep the drawing with its label"),
            ("Ctrl+O Ctrl+V", "Open a picture of a digit, paste one"),
            ("Ctrl+C Ctrl+S", "Copy the drawing, save it"),
            ("Ctrl+G", "The drawings of this session"),
        ),
    ),
    (
        "Backward, with the mouse",
        (
            ("Click", "Choose a unit or class, follow a weight"),
            ("Double click", "Open a layer, a unit, an operation"),
            ("Wheel, pinch", "Closer, then inside; back, then up"),
            ("Drag", "Move the picture"),
            ("Right click", "Open, follow, copy the number"),
            ("Pointer at rest", "The number with all of its digits"),
            ("Click, drag on chips", "Go to a step, through the steps"),
        ),
    ),
)
