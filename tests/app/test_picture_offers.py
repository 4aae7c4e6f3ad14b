"""Pictures that other programs hand over, by the clipboard or by dragging."""

import numpy as np
import pytest
from digit_pictures import encoded, likeness, scan
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from app.images import (
    ImageError,
    Offer,
    WebAddress,
    load,
    load_picture,
    may_hold_picture,
    offered,
)


def test_a_file_comes_before_the_picture_of_it(qapp, tmp_path) -> None:
    mime = QMimeData()
    mime.setImageData(scan(3))
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / n)) for n in ("one.png", "two.png")])
    assert offered(mime) == Offer(tmp_path / "one.png", "one.png")


def test_content_comes_before_a_decoded_picture_and_that_before_an_address(qapp) -> None:
    mime = QMimeData()
    assert offered(mime) is None
    mime.setUrls([QUrl("https://example.org/3.png")])
    offer = offered(mime)
    assert offer is not None
    assert offer.source == WebAddress("https://example.org/3.png")
    with pytest.raises(ImageError, match="save it first"):
        load(offer)
    mime.setImageData(scan(3))
    offer = offered(mime)
    assert offer is not None
    assert isinstance(offer.source, QImage)
    mime.setData("image/png", encoded(scan(3), "PNG"))
    offer = offered(mime)
    assert offer is not None
    assert isinstance(offer.source, bytes)
    assert likeness(load(offer).levels, 3) > 0.97


def test_text_holds_no_picture(qapp) -> None:
    mime = QMimeData()
    mime.setText("3")
    assert not may_hold_picture(mime)
    assert offered(mime) is None


@pytest.mark.parametrize("paper", ["opaque", "clear"])
@pytest.mark.parametrize("way", ["file", "clipboard"])
def test_a_picture_for_a_sharp_screen_has_the_ink_of_any_other(qapp, tmp_path, way, paper) -> None:
    image = scan(4)
    if paper == "clear":
        clear = QImage(image.size(), QImage.Format.Format_ARGB32)
        clear.fill(QColor("black"))
        image.invertPixels()
        clear.setAlphaChannel(image)
        image = clear
    expected = load(Offer(image, "The picture")).levels
    assert likeness(expected, 4) > 0.97
    if way == "file":
        path = tmp_path / "four@2x.png"  # Qt takes the ratio from the name
        path.write_bytes(encoded(image, "PNG"))
        assert QImage(str(path)).devicePixelRatio() == 2
        assert np.array_equal(load_picture(path).levels, expected)
    else:
        image.setDevicePixelRatio(2)
        assert np.array_equal(load(Offer(image, "The picture")).levels, expected)
        assert image.devicePixelRatio() == 2
