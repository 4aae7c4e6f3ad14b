"""What stands in the header above the theatre: where you are, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.graph_view.scenes import place_title
from app.places import LANDING
from app.widgets.basics import IconButton, ThemedButton
from app.widgets.breadcrumb import Breadcrumb
from app.widgets.export_menu import ExportButton

if TYPE_CHECKING:
    from app.theatre import Theatre
    from app.widgets.export_menu import Exports


class TheatreTools(QWidget):
    """The breadcrumb, the way to where the gradients land, fit, export and the projector."""

    def __init__(self, exports: Exports) -> None:
        super().__init__()
        self.setObjectName("theatreTools")
        self.breadcrumb = Breadcrumb()
        self.landing = ThemedButton(self.tr("Where it lands"), "landingButton", height=28)
        self.landing.setCheckable(True)
        self.landing.setToolTip(self.tr("The gradients of W1 and of the image, and the update"))
        self.fit = IconButton("fit", self.tr("Fit the picture (0)"), "fitButton", size=28)
        self.export = ExportButton(exports)
        self.projector = IconButton(
            "projector", self.tr("Projector: larger, full screen (F11)"), "projectorButton", size=28
        )
        for button in (self.landing, self.fit, self.projector):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.breadcrumb)
        row.addSpacing(8)
        for widget in (self.landing, self.fit, self.export, self.projector):
            row.addWidget(widget)

    def show_place(self, theatre: Theatre) -> None:
        """Show where ``theatre`` is."""
        place = theatre.place
        landed = place == LANDING  # its button beside the trail says so already
        places = place.trail[:-1] if landed else place.trail
        self.breadcrumb.show_trail([(p, place_title(theatre, p)) for p in places], here=not landed)
        self.landing.setEnabled(theatre.network_trace is not None)
        self.landing.setChecked(landed)
