"""Pictures that were cut off or changed on their way."""

import os
import random

import pytest
from digit_pictures import encoded, photo, scan
from picture_refusals import ink_or_sentence, refusal

from app.images import Offer

MUTATIONS = int(os.environ.get("CHAINLIGHT_EXAMPLES") or 200)
DAMAGED = "broken.img is damaged: a part is missing or wrong, so choose another picture."


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_picture_that_was_cut_off_is_not_opened_half(qapp, qtlog, capfd, kind, share) -> None:
    content = encoded(photo(5, lambda x, y: 0.9 - 0.1 * x, share=0.5), kind)
    assert refusal(Offer(content[: int(share * len(content))], "broken.img")) == DAMAGED
    assert not qtlog.records
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_what_comes_after_a_picture_does_not_matter(qapp, kind: str) -> None:
    content = encoded(scan(3), kind)
    assert ink_or_sentence(Offer(content + bytes(1000), "more.img")) is not None


def test_a_small_picture_in_a_jpeg_is_not_taken_for_its_end(qapp) -> None:
    content, small = encoded(scan(3), "JPEG"), encoded(scan(3, 60, 72), "JPEG")
    part = b"\xff\xe1" + (2 + 6 + len(small)).to_bytes(2) + b"Exif\0\0" + small
    assert ink_or_sentence(Offer(content[:2] + part + content[2:], "whole.jpg")) is not None
    cut = content[:2] + part + content[2:-400]
    assert refusal(Offer(cut, "broken.img")) == DAMAGED


def test_pixels_of_a_png_that_were_changed_on_the_way_are_found(qapp, capfd) -> None:
    content = bytearray(encoded(scan(3), "PNG"))
    content[len(content) // 2] ^= 4
    assert refusal(Offer(bytes(content), "broken.img")) == DAMAGED
    assert capfd.readouterr().err == ""


def mutated(content: bytes, random: random.Random) -> bytes:
    data = bytearray(content)
    change = random.randrange(4)
    if change == 0:  # cut off
        del data[random.randrange(len(data)) :]
    elif change == 1:  # bits
        for _ in range(random.randrange(1, 20)):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    elif change == 2:  # the sizes in the header, or near them
        at = random.randrange(8, min(40, len(data) - 4))
        data[at : at + 4] = random.choice([0, 1, 2**31 - 1, 2**32 - 1, 30_000]).to_bytes(4)
    else:  # a piece that is there twice, or not at all
        start, stop = sorted(random.randrange(len(data)) for _ in range(2))
        data[start:stop] = data[start:stop] * random.choice([0, 2])
    return bytes(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_mutated_files_open_or_give_one_sentence(qapp, kind: str) -> None:
    chance = random.Random(f"mutated {kind}")
    sources = [
        encoded(scan(3), kind),
        encoded(photo(5, lambda x, y: 0.9 - 0.1 * x, share=0.5), kind),
    ]
    opened = 0
    for i in range(MUTATIONS // 2):
        content = mutated(sources[i % 2], chance)
        opened += ink_or_sentence(Offer(content, "The picture")) is not None
    assert 0 < opened < MUTATIONS // 2
