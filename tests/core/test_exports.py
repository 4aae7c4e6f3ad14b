import csv
import io
import json
import os
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st
from runs import CHANGES, eventful
from steps import finished

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.exports import ROWS, curves_csv, save_curves, weights_npz
from bpcore.network import Network
from bpcore.recording import Accuracies, Event
from bpcore.vitals import vitals_of

CONFIG = TrainingConfig()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def curves(config: TrainingConfig = CONFIG, losses: object = (), *more: object) -> list[dict]:
    return table("".join(curves_csv(config, np.asarray(losses), *more)))  # type: ignore[arg-type]


def vitals_at(*iterations: int):
    rows = np.random.default_rng(3).random((len(iterations), 13))
    return vitals_of(("W1", "b1", "W2", "b2"), np.array(iterations), rows)


def filled(rows: list[dict[str, str]], name: str) -> dict[int, float]:
    return {int(row["iteration"]): float(row[name]) for row in rows if row[name]}


# Curves.


def test_there_is_a_row_for_each_iteration_with_what_was_measured(small: Dataset) -> None:
    config = TrainingConfig(hidden_sizes=(8,), iterations=150, batch_size=50, optimizer="adam")
    trainer, _ = eventful(config, small)
    timeline, vitals = trainer.timeline, trainer.vitals
    rows = curves(config, trainer.losses, timeline.accuracies, timeline.events, vitals)
    assert [int(row["iteration"]) for row in rows] == list(range(1, 151))
    assert [float(row["loss"]) for row in rows] == trainer.losses.tolist()
    for split in ("train", "test"):
        expected = {a.iteration: getattr(a, split) for a in timeline.accuracies}
        assert filled(rows, f"{split}_accuracy") == expected
    names = vitals.parameters
    for kind in ("weight", "gradient", "update"):
        for n, name in enumerate(names):
            found = filled(rows, f"{kind}_rms_{name}")
            assert list(found) == vitals.iterations.tolist()
            assert list(found.values()) == getattr(vitals, kind)[:, n].tolist()
    assert list(filled(rows, "dead_units").values()) == vitals.idle.tolist()


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_units_that_are_never_dead_are_told_as_saturated(activation: str) -> None:
    rows = curves(CONFIG.replace(activation=activation), [2.0], (), (), vitals_at(0, 1))
    assert list(filled(rows, "saturated_units")) == [0, 1]
    assert "dead_units" not in rows[0]


def test_a_row_tells_the_parameters_with_which_its_iteration_was_done(small: Dataset) -> None:
    config = TrainingConfig(hidden_sizes=(8,), iterations=150, batch_size=50, optimizer="adam")
    trainer, _ = eventful(config, small)
    rows = curves(config, trainer.losses, (), trainer.timeline.events)
    for row in rows:
        past = trainer.timeline.config_at(int(row["iteration"]) - 1)
        for name, _ in CHANGES.values():
            assert float(row[name]) == getattr(past, name)
    assert rows[44]["batch_size"] == "50"
    assert rows[45]["batch_size"] == "7"


def test_parameters_that_never_changed_have_no_column_but_for_rate_and_batch() -> None:
    rows = curves(CONFIG, [2.0, 1.0], (), [Event(1, "momentum", 0.5)])
    names = ["iteration", "loss", "learning_rate", "batch_size", "momentum"]
    assert list(rows[0]) == [*names, "train_accuracy", "test_accuracy"]
    assert [row["momentum"] for row in rows] == ["0.9", "0.5"]


def test_of_two_changes_at_the_same_iteration_the_later_counts() -> None:
    events = [Event(1, "learning_rate", 0.5), Event(1, "learning_rate", 0.25)]
    rows = curves(CONFIG, [2.0, 1.0], (), events)
    assert [row["learning_rate"] for row in rows] == ["0.1", "0.25"]


def test_what_was_measured_before_the_run_has_a_row_of_its_own() -> None:
    rows = curves(CONFIG, [2.0], [Accuracies(0, 0.1, 0.2)], (), vitals_at(0, 1))
    assert [(row["iteration"], row["loss"]) for row in rows] == [("0", ""), ("1", "2.0")]
    assert rows[0]["test_accuracy"] == "0.2"
    assert list(filled(rows, "dead_units")) == [0, 1]


def test_a_run_that_has_not_begun_is_a_line_of_names() -> None:
    text = "".join(curves_csv(CONFIG, np.empty(0)))
    names = "iteration,loss,learning_rate,batch_size,train_accuracy,test_accuracy"
    assert text == f"{names}\r\n"


def test_lines_end_as_the_standard_wants_and_have_as_many_cells_as_names() -> None:
    text = "".join(curves_csv(CONFIG, np.arange(1, 9.0), [Accuracies(4, 0.5, 1)], (), vitals_at(3)))
    *lines, rest = text.split("\r\n")
    assert (len(lines), rest) == (9, "")
    assert "\n" not in "".join(lines)
    assert {line.count(",") for line in lines} == {lines[0].count(",")} == {5 + 13}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_numbers_read_back_as_the_same(dtype: type, data: st.DataObject) -> None:
    width = np.dtype(dtype).itemsize * 8
    finite = st.floats(width=width, allow_nan=False, allow_infinity=False)
    losses = data.draw(np_st.arrays(dtype, 5, elements=finite))
    read = np.array([float(row["loss"]) for row in curves(CONFIG, losses)])
    np.testing.assert_array_equal(read, losses)
    np.testing.assert_array_equal(np.signbit(read), np.signbit(losses))


def test_a_long_run_comes_in_pieces() -> None:
    losses = np.broadcast_to(np.float32(0.5), 10**9)  # a table of it would fill no memory we have
    pieces = list(islice(curves_csv(CONFIG, losses), 4))
    assert [piece.count("\r\n") for piece in pieces] == [1, ROWS, ROWS, ROWS]
    assert pieces[3].startswith(f"{2 * ROWS + 1},0.5,")


def test_curves_are_saved_in_steps(tmp_path: Path) -> None:
    losses = np.random.default_rng(0).random(3 * ROWS + 5)
    finished(save_curves(tmp_path / "run.csv", CONFIG, losses))
    with (tmp_path / "run.csv").open(encoding="ascii", newline="") as file:
        assert file.read() == "".join(curves_csv(CONFIG, losses))


@pytest.mark.parametrize("count", [0, 1, ROWS])
def test_curves_of_any_length_are_saved(tmp_path: Path, count: int) -> None:
    finished(save_curves(tmp_path / "run.csv", CONFIG, np.ones(count)))
    assert (tmp_path / "run.csv").read_bytes().count(b"\r\n") == 1 + count


def test_saving_that_is_given_up_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("old")
    saving = save_curves(path, CONFIG, np.ones(5 * ROWS))
    next(saving)
    next(saving)
    saving.close()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        finished(save_curves(tmp_path / "none" / "run.csv", CONFIG, np.ones(3)))


# Weights.


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_are_read_without_pickle_bit_for_bit(tmp_path: Path, dtype: str) -> None:
    network = Network((784, 6, 5, 10), activation="tanh", dtype=dtype, seed=1)
    network.params["b1"] = [-0.0, 1e-40, 1, 2, 3, 4]
    weights_npz(tmp_path / "run.npz", network, {"run": "Größe 1", "iteration": 4312})
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert sorted(arrays.files) == sorted([*network.params, "about"])
        for name, array in network.params.items():
            assert arrays[name].dtype == dtype
            assert arrays[name].shape == array.shape
            assert arrays[name].tobytes() == array.tobytes()
        about = json.loads(arrays["about"].item())
    assert about == {
        "sizes": [784, 6, 5, 10],
        "activation": "tanh",
        "run": "Größe 1",
        "iteration": 4312,
    }


def test_weights_that_were_saved_build_the_network_again(tmp_path: Path) -> None:
    network = Network((784, 6, 10), activation="sigmoid", seed=1)
    weights_npz(tmp_path / "run.npz", network)
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].item())
        params = {name: arrays[name] for name in arrays.files if name != "about"}
    again = Network.from_params(params, about["activation"])
    x = np.random.default_rng(0).random((4, 784))
    np.testing.assert_array_equal(again.predict(x), network.predict(x))


def test_the_same_weights_are_the_same_file(tmp_path: Path) -> None:
    network = Network((784, 6, 10), seed=1)
    for name in ("one", "other"):
        weights_npz(tmp_path / name, network)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_disk_that_is_full_leaves_the_old_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.npz"
    weights_npz(path, Network((784, 6, 10), seed=1))
    old = path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        weights_npz(path, Network((784, 7, 10), seed=1))
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]
