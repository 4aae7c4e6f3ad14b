import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fuzzing import FUZZ
from hypothesis import given
from hypothesis import strategies as st
from zips import array_of, damaged, members_of, npy, packed

from bpcore.handwriting import HandwritingError
from bpcore.network import Network
from bpcore.own_network import OwnNetwork, load_own_network, save_own_network
from bpcore.reader import Reader

Edit = Callable[[dict[str, bytes]], None]


def own(*hidden: int, activation: str = "relu", dtype: type = np.float32) -> OwnNetwork:
    network = Network((784, *hidden, 10), activation=activation, dtype=dtype, seed=1)
    return OwnNetwork(Reader(network), 50, 1e9, 0.9876)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("network") / "a.network"
    save_own_network(path, own(3))
    return path.read_bytes()


@pytest.mark.parametrize("hidden", [(), (5,), (7, 6), (2,) * 8], ids=str)
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_a_network_comes_back_from_its_file(
    hidden: tuple[int, ...], activation: str, tmp_path: Path
) -> None:
    kept = own(*hidden, activation=activation)
    save_own_network(tmp_path / "new" / "a.network", kept)
    opened = load_own_network(tmp_path / "new" / "a.network")
    assert (opened.corrections, opened.moment, opened.accuracy) == (50, 1e9, 0.9876)
    network = opened.reader.network
    assert (network.sizes, network.activation) == ((784, *hidden, 10), activation)
    for name, array in kept.reader.network.params.items():
        np.testing.assert_array_equal(network.params[name], array)


def test_a_network_of_higher_precision_is_kept_in_float32(tmp_path: Path) -> None:
    kept = own(5, dtype=np.float64)
    save_own_network(tmp_path / "a.network", kept)
    network = load_own_network(tmp_path / "a.network").reader.network
    assert network.dtype == np.float32
    np.testing.assert_allclose(network.params["W1"], kept.reader.network.params["W1"], rtol=1e-6)


def test_a_network_that_can_not_be_saved_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises(HandwritingError, match=r"a.network: can't be saved in .*folder"):
        save_own_network(tmp_path / "folder" / "a.network", own(3))


def fault_of(content: bytes, folder: Path) -> str:
    path = folder / "bad.network"
    path.write_bytes(content)
    start = time.perf_counter()
    with pytest.raises(HandwritingError) as caught:
        load_own_network(path)
    assert time.perf_counter() - start < 1
    assert str(caught.value).startswith("bad.network ")
    return str(caught.value)


def test_a_truncated_file_is_told_wherever_it_is_cut(file: bytes, tmp_path: Path) -> None:
    for length in np.linspace(0, len(file) - 1, 20).astype(int):
        assert "is cut short, or not a Chainlight network" in fault_of(file[:length], tmp_path)


def head(**changes: object) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        found = json.loads(members["network.json"])
        members["network.json"] = json.dumps(found | changes).encode()

    return edit


def array(name: str, change: Callable[[Any], Any]) -> Edit:
    def edit(members: dict[str, bytes]) -> None:
        members[name] = npy(change(array_of(members[name])))

    return edit


EDITS: list[tuple[Edit, str]] = [
    (head(version=2), "saved by a newer Chainlight .format 2, this one reads 1.; update it"),
    (head(format="chainlight handwriting"), "is not a Chainlight network"),
    (head(sizes=7), "has no units per layer"),
    (head(sizes=[784]), "has no units per layer"),
    (head(sizes=[784, *[5] * 9, 10]), "has no units per layer"),
    (head(sizes=[784, 10**9, 10]), "has layers that no network of Chainlight has"),
    (head(sizes=[784, 0, 10]), "has layers that no network of Chainlight has"),
    (head(sizes=[784, "5", 10]), "has layers that no network of Chainlight has"),
    (head(sizes=[784.0, 3, 10]), "has layers that no network of Chainlight has"),
    (head(sizes=[785, 3, 10]), "has layers that no network of Chainlight has"),
    (head(sizes=[784, 4, 10]), "does not fit"),
    (head(sizes=[784, 3, 3, 10]), "holds something that is no part of a network"),
    (head(activation=["relu"]), "has no known activation"),
    (head(activation="step"), "has no known activation"),
    (head(accuracy=float("nan")), "has an impossible accuracy"),
    (head(accuracy="1"), "has an impossible accuracy"),
    (head(corrections=0), "has an impossible corrections"),
    (head(moment=1e300), "has an impossible moment"),
    (head(accuracy=1.5), "has an impossible accuracy"),
    (lambda members: members.update({"network.json": b"[]"}), "is not a Chainlight network"),
    (lambda members: members.update({"evil": b""}), "no part of a network"),
    (lambda members: members.pop("b1.npy"), "no part of a network"),
    (lambda members: members.update({"c1.npy": members.pop("b1.npy")}), "b1.npy is missing"),
    (array("W1.npy", lambda a: a * np.inf), "has numbers in W1.npy that are none"),
    (array("W1.npy", lambda a: a.astype(np.float64)), "has float64 in W1.npy|which is too much"),
    (array("b2.npy", lambda a: a.astype(object)), "has object in b2.npy"),
]


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(("edit", "message"), EDITS)
def test_an_edited_file_is_told_with_what_is_wrong(
    file: bytes, tmp_path: Path, edit: Edit, message: str
) -> None:
    members = members_of(file)
    edit(members)
    assert re.search(message, fault_of(packed(members), tmp_path))


def opened_or_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    try:
        network = load_own_network(path).reader.network
    except HandwritingError as error:
        str(error).encode()
    else:
        assert all(np.isfinite(array).all() for array in network.params.values())


@FUZZ
@given(data=st.data())
def test_bytes_changed_anywhere_end_in_a_network_or_a_refusal(
    data: st.DataObject, file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened_or_refused(damaged(data, file), tmp_path_factory.getbasetemp() / "fuzzed.network")


@FUZZ
@given(data=st.data())
def test_any_description_ends_in_a_network_or_a_refusal(
    data: st.DataObject, file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    members = members_of(file)
    found = json.loads(members["network.json"])
    anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    value = anything | st.lists(anything, max_size=4)
    found[data.draw(st.sampled_from(sorted(found)))] = data.draw(value)
    members["network.json"] = json.dumps(found).encode()
    opened_or_refused(packed(members), tmp_path_factory.getbasetemp() / "fuzzed.network")
