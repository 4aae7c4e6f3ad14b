"""Every position of the pointer where strokes are drawn, however busy the program is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

COMPRESSION = (
    Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents,
    Qt.ApplicationAttribute.AA_CompressTabletEvents,
)


class EveryMove:
    """Keeps Qt from leaving out moves that wait, between ``begin`` and ``end``.

    On X11 Qt hands over only the last of the moves that came while the program was busy: a quick
    stroke would lose its curves. Elsewhere that is welcome, for a pointer that only passes over and
    for windows that are resized, so it is turned off only where someone draws, or may in a moment.
    """

    def __init__(self) -> None:
        self._stopped: tuple[Qt.ApplicationAttribute, ...] = ()

    def begin(self) -> None:
        """Have every move from now on."""
        if not self._stopped:
            self._stopped = tuple(filter(QCoreApplication.testAttribute, COMPRESSION))
            for attribute in self._stopped:
                QCoreApplication.setAttribute(attribute, False)

    def end(self) -> None:
        """Leave it to Qt again, as it was before."""
        for attribute in self._stopped:
            QCoreApplication.setAttribute(attribute, True)
        self._stopped = ()
