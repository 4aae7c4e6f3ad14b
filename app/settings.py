"""What is remembered from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings

THEME_CHOICES = ("system", "dark", "light")
WHY_VIEWS = ("pixels", "units")
NETWORK_CHOICES = ("shipped", "run", "own")


class Settings:
    """Theme, window geometry and the like, in the place where the platform keeps settings.

    A value that can't be read as what it should be counts as absent.
    """

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Chainlight", "Chainlight"
        )

    @property
    def theme(self) -> str:
        """``"system"``, ``"dark"`` or ``"light"``."""
        value = self._store.value("theme", "system")
        return value if isinstance(value, str) and value in THEME_CHOICES else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("theme", value)

    @property
    def why_view(self) -> str:
        """What the narrow card about the why of a reading shows: ``"pixels"`` or ``"units"``."""
        value = self._store.value("why_view", WHY_VIEWS[0])
        return value if isinstance(value, str) and value in WHY_VIEWS else WHY_VIEWS[0]

    @why_view.setter
    def why_view(self, value: str) -> None:
        self._store.setValue("why_view", value)

    @property
    def network_choice(self) -> str:
        """Which network reads the drawing: ``"shipped"``, ``"run"`` or ``"own"``."""
        value = self._store.value("network_choice", NETWORK_CHOICES[0])
        return value if isinstance(value, str) and value in NETWORK_CHOICES else NETWORK_CHOICES[0]

    @network_choice.setter
    def network_choice(self, value: str) -> None:
        self._store.setValue("network_choice", value)

    @property
    def geometry(self) -> QByteArray:
        """The window's place and size, as QWidget saves it; empty if there is none."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)
