import ast
import base64
import dataclasses
import gzip
import importlib.util
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from steps import reading_network

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset, scale
from bpcore.network import Network
from bpcore.pytorch_export import pytorch_script
from bpcore.recording import Event

STAND_IN = Path(__file__).with_name("torch_stand_in.py")
NETWORKS = [
    ((50,), "relu", "float32"),
    ((20, 9), "sigmoid", "float32"),
    ((12, 8, 6), "tanh", "float64"),
    ((), "relu", "float64"),
]


def network_of(hidden: tuple[int, ...], activation: str, dtype: str) -> Network:
    options = {"initializer": "xavier", "dtype": dtype, "seed": 3}
    network = Network((784, *hidden, 10), activation=activation, **options)  # type: ignore[arg-type]
    rng = np.random.default_rng(1)
    for name, array in network.params.items():
        if name.startswith("b"):
            array[...] = rng.standard_normal(array.shape)
    return network


def written(folder: Path, network: Network, **config: object) -> Path:
    path = folder / "digits.py"
    options = {"activation": network.activation, "hidden_sizes": network.sizes[1:-1]} | config
    pytorch_script(network, TrainingConfig(dtype=network.dtype.name, **options), path)
    return path


def constants(path: Path) -> dict[str, object]:
    """Return what the script's names in capitals are, without running it."""
    tree = ast.parse(path.read_text(encoding="ascii"))
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict | ast.List)
    }


@pytest.fixture(params=["stand-in", "torch"])
def torch_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder that scripts find torch from: the real one, where it is, or our stand-in."""
    folder = tmp_path / "torch_is_here"
    folder.mkdir()
    if request.param == "stand-in":
        shutil.copy(STAND_IN, folder / "torch.py")
    elif importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    return folder


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder.parent,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def scored(folder: Path, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores and the readings that the script gives ``images`` in a program."""
    np.save(folder.parent / "images.npy", images)
    program = (
        "import numpy, digits; images = numpy.load('images.npy'); "
        "numpy.save('scores.npy', digits.scores(images).numpy()); "
        "numpy.save('readings.npy', digits.predict(images).numpy())"
    )
    found = run(folder, "-W", "error", "-c", program)
    assert found.stderr == ""
    return np.load(folder.parent / "scores.npy"), np.load(folder.parent / "readings.npy")


@pytest.mark.parametrize(("hidden", "activation", "dtype"), NETWORKS)
def test_the_script_holds_the_weights_bit_for_bit(
    tmp_path: Path, hidden: tuple[int, ...], activation: str, dtype: str
) -> None:
    network = network_of(hidden, activation, dtype)
    weights = constants(written(tmp_path, network))["WEIGHTS"]
    assert list(weights) == list(network.params)
    for name, array in network.params.items():
        held = base64.b64decode(weights[name])
        assert held == array.astype(array.dtype.newbyteorder("<")).tobytes()


@pytest.mark.parametrize(("hidden", "activation", "dtype"), NETWORKS)
def test_the_script_is_python_in_lines_that_fit(
    tmp_path: Path, hidden: tuple[int, ...], activation: str, dtype: str
) -> None:
    text = written(tmp_path, network_of(hidden, activation, dtype)).read_text(encoding="ascii")
    compile(text, "digits.py", "exec")
    assert max(map(len, text.splitlines())) <= 100
    assert "$" not in text


@pytest.mark.parametrize(("hidden", "activation", "dtype"), NETWORKS)
def test_the_script_scores_as_the_network_does(
    torch_folder: Path, bundled: Dataset, hidden: tuple[int, ...], activation: str, dtype: str
) -> None:
    network = network_of(hidden, activation, dtype)
    written(torch_folder.parent, network)
    images = bundled.test_images
    scores, readings = scored(torch_folder, images)
    expected = network.predict(scale(images, dtype))
    assert scores.dtype == dtype
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    np.testing.assert_array_equal(readings, expected.argmax(axis=1))


def test_the_script_of_a_trained_network_reads_as_it_does(
    torch_folder: Path, bundled: Dataset
) -> None:
    network = reading_network()
    written(torch_folder.parent, network)
    scores, readings = scored(torch_folder, bundled.test_images.reshape(-1, 28, 28))
    expected = network.predict(scale(bundled.test_images, np.float32))
    np.testing.assert_allclose(scores, expected, atol=1e-5, rtol=1e-5)
    np.testing.assert_array_equal(readings, expected.argmax(axis=1))


@pytest.mark.parametrize("kind", ["scaled", "a single one", "whole numbers"])
def test_images_may_come_as_others_keep_them(
    torch_folder: Path, bundled: Dataset, kind: str
) -> None:
    network = network_of((50,), "relu", "float32")
    written(torch_folder.parent, network)
    images = {
        "scaled": scale(bundled.test_images[:5], np.float64),
        "a single one": bundled.test_images[7].reshape(28, 28),
        "whole numbers": bundled.test_images[:5].astype(np.int64),
    }[kind]
    digits = bundled.test_images[7:8] if kind == "a single one" else bundled.test_images[:5]
    expected = network.predict(scale(digits, np.float32))
    np.testing.assert_allclose(scored(torch_folder, images)[0], expected, atol=1e-5)


@pytest.mark.parametrize("kind", ["idx", "idx.gz", "npz"])
def test_run_with_a_file_it_prints_what_it_reads(
    torch_folder: Path, bundled: Dataset, kind: str
) -> None:
    network, images = reading_network(), bundled.test_images[:40]
    script, path = written(torch_folder.parent, network), torch_folder.parent / f"some.{kind}"
    idx = struct.pack(">4I", 0x803, 40, 28, 28) + images.tobytes()
    if kind == "npz":
        labels = bundled.test_labels[:40]
        np.savez_compressed(path, labels=labels, images=images.reshape(-1, 28, 28))
    else:
        path.write_bytes(gzip.compress(idx) if kind == "idx.gz" else idx)
    found = run(torch_folder, script, path)
    assert found.stderr == ""
    readings = network.predict(scale(images, np.float32)).argmax(axis=1)
    assert found.stdout.split() == [str(digit) for digit in readings]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"", "is neither an .npz file nor an IDX file of images of 28 x 28 pixels"),
        (b"\x1f\x8bdamaged", "Compressed file ended"),
        (struct.pack(">4I", 0x803, 3, 28, 28) + bytes(784), "not hold as many images as it says"),
        (b"PK\x05\x06" + bytes(18), "holds no array of images of 28 x 28 pixels"),
    ],
    ids=["absent", "empty", "damaged", "cut short", "no images"],
)
def test_a_file_that_is_none_is_answered_in_a_sentence(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    shutil.copy(STAND_IN, tmp_path / "torch.py")
    script, path = written(tmp_path, network_of((3,), "relu", "float32")), tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    found = run(tmp_path, script, path)
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    assert found.stderr.startswith(f"{path}: ")
    assert message in found.stderr


def test_without_a_file_it_says_what_it_wants(tmp_path: Path) -> None:
    shutil.copy(STAND_IN, tmp_path / "torch.py")
    found = run(tmp_path, written(tmp_path, network_of((3,), "relu", "float32")))
    assert found.stderr == "Give one file of images: IDX, gzipped or not, or .npz.\n"


def test_it_says_how_it_was_trained(tmp_path: Path) -> None:
    config = {"optimizer": "adam", "learning_rate": 0.00123, "seed": 7, "iterations": 500}
    path = written(tmp_path, network_of((20, 9), "tanh", "float64"), **config)
    expected = TrainingConfig(activation="tanh", hidden_sizes=(20, 9), dtype="float64", **config)
    assert constants(path)["TRAINED_WITH"] == dataclasses.asdict(expected)


def test_where_its_digits_lay_is_not_told(tmp_path: Path) -> None:
    secret = 'home of "Evelyn"""\n'
    path = written(tmp_path, network_of((3,), "relu", "float32"), data=secret)
    assert "Evelyn" not in path.read_text(encoding="ascii")
    assert constants(path)["TRAINED_WITH"]["data"] == "a folder"


def test_the_script_tells_how_the_run_began_and_what_was_changed_when(tmp_path: Path) -> None:
    network, path = network_of((8,), "relu", "float32"), tmp_path / "digits.py"
    config = TrainingConfig(hidden_sizes=(8,), learning_rate=5.0)
    events = (Event(100, "learning_rate", 0.05), Event(130, "batch_size", 50))
    pytorch_script(network, config, path, {"iteration": 612}, events)
    told = constants(path)
    assert told["TRAINED_WITH"] == {"iteration": 612} | dataclasses.asdict(config)
    assert told["CHANGES"] == [(100, "learning_rate", 0.05), (130, "batch_size", 50)]
    pytorch_script(network, config, path, {"iteration": 100})
    assert "CHANGES" not in constants(path)


def test_the_old_file_stays_if_the_new_one_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, network_of((3,), "relu", "float32"))
    old = path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path, network_of((4,), "relu", "float32"))
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "name", ["Größe 1 😀", "'; import os; '", '"""\nimport os', "\\", "$pixels", "<script>"]
)
def test_what_is_said_about_a_network_is_text_and_never_code(tmp_path: Path, name: str) -> None:
    network = network_of((8,), "relu", "float32")
    path, config = tmp_path / "digits.py", TrainingConfig(hidden_sizes=(8,))
    pytorch_script(network, config, path, {"run": name, "iteration": 4312})
    told = constants(path)["TRAINED_WITH"]
    assert told == {"run": name, "iteration": 4312} | dataclasses.asdict(config)
    with_name = ast.parse(path.read_text(encoding="ascii")).body
    without = ast.parse(written(tmp_path, network).read_text(encoding="ascii")).body
    assert [type(node) for node in with_name] == [type(node) for node in without]
