"""The Backward page on a session whose network a test hands out, as a reader meets it."""

from digit_session import DigitSession, a_network

from app.pages.backward import BackwardPage


def show(qtbot) -> BackwardPage:
    """Return the page, shown and active, in still pictures."""
    page = BackwardPage(DigitSession(a_network()))
    page.reduced_motion = True
    qtbot.addWidget(page)
    qtbot.addWidget(page.tools)
    page.resize(1208, 600)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page
