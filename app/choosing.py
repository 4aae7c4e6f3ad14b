"""What is to be checked: the choice of the reader, in the network that the session shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.checked_digits import Missing, digits_of, ground_of
from app.checks import Wanted, shapes_of
from app.known import Switched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.checks import Ground
    from app.session import Session
    from app.staging import Batch


class Choosing(QObject):
    """Knows which weights and digits are chosen, and which bug is switched on."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = Wanted()
        self._label: int | None = None
        self._on = Switched()

    @property
    def wanted(self) -> Wanted:
        """What the next check is of."""
        return self._wanted

    @property
    def missing(self) -> Missing | None:
        """What must be there before the next check; None if nothing is missing."""
        digits = digits_of(self._session, self._wanted, self._label)
        return digits if isinstance(digits, Missing) else None

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the parameters that a check would be of now; of none without a network."""
        secret, snapshot = self._on.secret, self._session.snapshot
        if secret is not None:
            return secret.shapes
        return {} if snapshot is None else shapes_of(snapshot.config)

    @property
    def present(self) -> Ground | None:
        """What a check would be of now; None while there is no network or no digits.

        A secret bug stays in a network of the shape in which it was hidden: in another one there
        may be no place for it, or another.
        """
        batch = digits_of(self._session, self._wanted, self._label)
        return None if isinstance(batch, Missing) else self._ground_of(batch)

    def _ground_of(self, batch: Batch) -> Ground | None:
        return ground_of(self._session, batch, self._on.secret, fresh=self._wanted.fresh)
