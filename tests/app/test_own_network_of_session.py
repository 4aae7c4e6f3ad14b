"""A network that learned one's handwriting reads in the session that finds it."""

import numpy as np
import pytest
from small_runs import SMALL

from app.session import Session
from bpcore import folders
from bpcore.network import Network
from bpcore.own_network import SUFFIX, OwnNetwork, save_own_network
from bpcore.reader import Reader

READER = Reader(Network((784, 5, 10), dtype=np.float32, seed=1))


@pytest.fixture
def session(monkeypatch, tmp_path):
    monkeypatch.setenv(folders.DATA_VARIABLE, str(tmp_path))
    path = tmp_path / "handwriting" / f"own{SUFFIX}"
    save_own_network(path, OwnNetwork(READER, 12, 1.0, 0.9))
    session = Session(SMALL, keep_runs=False)
    yield session
    assert session.close()


def test_a_saved_network_is_offered_from_the_start(session: Session) -> None:
    assert session.readers.offers == ("run", "shipped", "own")
    session.readers.choose("own")
    image = np.full(784, 99, np.uint8)
    p = READER.read(image).probabilities
    np.testing.assert_allclose(session.readers.read(image).probabilities, p, rtol=1e-6)


def test_once_it_is_deleted_it_is_offered_no_more(qtbot, session: Session) -> None:
    session.readers.choose("own")
    session.handwriting.discard_own()
    qtbot.waitUntil(lambda: "own" not in session.readers.offers, timeout=5000)
    assert session.readers.choice == "shipped"
