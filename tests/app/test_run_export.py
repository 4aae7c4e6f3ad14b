"""What is written of a run is read back: the same numbers, of the right iteration."""

import csv
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from exported_runs import HOSTILE, a_run, few_digits, with_losses, without
from PySide6.QtGui import QImage

from app import run_export
from app.export import ExportError
from app.run_export import ExportedRun, network_of
from app.theme import DARK, LIGHT

STAND_IN = Path(__file__).parents[1] / "core" / "torch_stand_in.py"
WRITERS: dict[str, Callable[[Path, ExportedRun], object]] = {
    "run.csv": run_export.save_csv,
    "run.npz": run_export.save_weights,
    "run.py": run_export.save_script,
    "run.svg": lambda path, run: run_export.save_svg(path, run, DARK),
    "run.png": lambda path, run: run_export.save_png(path, run, LIGHT),
}


def write(path: Path, run: ExportedRun) -> Path:
    steps = WRITERS[path.name](path, run)
    if steps is not None:
        assert list(steps)[-1] == 1.0  # type: ignore[call-overload]
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_curves_are_those_of_the_whole_run_bit_for_bit(tmp_path: Path) -> None:
    run = a_run(shown=20, changes={30: [("learning_rate", 0.05)]})
    rows = rows_of(write(tmp_path / "run.csv", run))
    read = np.array([float(row["loss"]) for row in rows if row["loss"]], run.whole.losses.dtype)
    assert read.tobytes() == run.whole.losses.tobytes()
    assert len(read) == 60
    rates = [float(row["learning_rate"]) for row in rows if row["loss"]]
    assert rates == [0.1] * 30 + [0.05] * 30
    tests = {int(r["iteration"]): float(r["test_accuracy"]) for r in rows if r["test_accuracy"]}
    assert tests == {a.iteration: a.test for a in run.whole.accuracies}


def test_a_run_without_accuracies_has_an_empty_column(tmp_path: Path) -> None:
    run = without(a_run(), accuracies=())
    assert {row["test_accuracy"] for row in rows_of(write(tmp_path / "run.csv", run))} == {""}


def test_a_million_losses_are_written_in_pieces(tmp_path: Path) -> None:
    losses = np.broadcast_to(np.float32(0.25), 1_000_000)
    run = with_losses(a_run(iterations=1), losses)
    steps = run_export.save_csv(tmp_path / "run.csv", run)
    assert next(steps) < 0.01
    steps.close()
    assert list(tmp_path.iterdir()) == []


def test_weights_are_those_of_the_shown_iteration(tmp_path: Path) -> None:
    changes = {10: [("learning_rate", 0.05)], 30: [("batch_size", 9)]}
    run = a_run(name="Größe 1", shown=20, optimizer="adam", changes=changes)
    assert not np.array_equal(run.shown.params["W1"], run.whole.params["W1"])
    with np.load(write(tmp_path / "run.npz", run), allow_pickle=False) as arrays:
        for name, array in run.shown.params.items():
            assert arrays[name].dtype == array.dtype
            assert arrays[name].tobytes() == array.tobytes()
        about = json.loads(arrays["about"].item())
    assert (about["run"], about["iteration"]) == ("Größe 1", 20)
    assert (about["config"]["learning_rate"], about["changes"]) == (
        0.1,
        [[10, "learning_rate", 0.05]],
    )
    assert (about["config"]["optimizer"], about["sizes"]) == ("adam", [784, 8, 10])


def test_where_the_digits_lie_is_not_told(tmp_path: Path) -> None:
    config = a_run().config.replace(data="/home/evelyn/digits")
    run = without(replace(a_run(), config=config), config=config)
    for name in WRITERS:
        assert b"evelyn" not in write(tmp_path / name, run).read_bytes(), name
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert json.loads(arrays["about"].item())["config"]["data"] == "a folder"


@pytest.mark.parametrize("torch", ["stand-in", "torch"])
def test_the_script_reads_digits_as_the_shown_network_does(tmp_path: Path, torch: str) -> None:
    if torch == "torch" and importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    if torch == "stand-in":
        shutil.copy(STAND_IN, tmp_path / "torch.py")
    run = a_run(shown=40, hidden_sizes=(12,), changes={20: [("learning_rate", 0.5)]})
    images, _ = few_digits().split("test")
    np.savez(tmp_path / "images.npz", images=images)
    write(tmp_path / "run.py", run)
    read = subprocess.run(
        [sys.executable, "run.py", "images.npz"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = network_of(run.shown).predict(images / np.float32(255)).argmax(axis=1)
    assert [int(line) for line in read.stdout.split()] == expected.tolist()
    script = (tmp_path / "run.py").read_text(encoding="ascii")
    for fact in ('"iteration": 40,', '"learning_rate": 0.1,', '(20, "learning_rate", 0.5),'):
        assert fact in script


def test_pictures_say_what_they_show(tmp_path: Path) -> None:
    run = a_run(name="Mine", shown=20)
    root = ElementTree.fromstring(write(tmp_path / "run.svg", run).read_text("utf-8"))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Mine" in texts
    assert "Relu 8 · SGD 0.1 · batch 20 · 784-8-10 · seed 42 · 60 of 60 iterations" in texts
    assert "iteration 20" in texts
    image = QImage(str(write(tmp_path / "run.png", run)))
    assert (image.width(), image.height()) == (1920, 2 * int(root.get("height") or 0))
    assert image.text("Description").startswith("Mine: 60 iterations, loss ")
    assert image.dotsPerMeterX() == round(2 * 96 / 0.0254)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({20: [("learning_rate", 0.05)]}, "rate 0.05 from 21 on"),
        (
            {20: [("learning_rate", 0.5), ("learning_rate", 0.05)], 30: [("batch_size", 10)]},
            "rate 0.05 from 21 on · batch 10 from 31 on",
        ),
        (
            {20: [("learning_rate", 0.5)], 30: [("learning_rate", 2.0)], 40: [("batch_size", 9)]},
            "rate 0.5 from 21 on, 2 from 31 on · batch 9 from 41 on",
        ),
        (
            {n: [("learning_rate", n / 100)] for n in (20, 30, 40, 50)},
            "rate 0.5 from 51 on (the last of 4 changes)",
        ),
        (
            {20: [("learning_rate", 0.5), ("batch_size", 10), ("weight_decay", 0.1)]}
            | {30: [("learning_rate", 0.2)]},
            "3 parameters changed",
        ),
    ],
)
def test_a_picture_of_a_branch_says_what_was_changed_in_it(tmp_path: Path, changes, said) -> None:
    run = a_run(name="Branch of Mine at 20", changes=changes)
    svg = write(tmp_path / "run.svg", run).read_text("utf-8")
    assert f"Relu 8 · SGD 0.1 · batch 20 · {said} · 784-8-10" in svg
    image = QImage(str(write(tmp_path / "run.png", run)))
    assert not image.isNull()


def test_what_no_iteration_was_done_with_is_not_told(tmp_path: Path) -> None:
    run = a_run(changes={20: [("weight_decay", 0.5)], 60: [("momentum", 0.7)]})
    assert [event.iteration for event in run.whole.events] == [20, 60]
    with np.load(write(tmp_path / "run.npz", run), allow_pickle=False) as arrays:
        assert json.loads(arrays["about"].item())["changes"] == [[20, "weight_decay", 0.5]]
    assert "momentum" not in rows_of(write(tmp_path / "run.csv", run))[0]
    assert '(60, "momentum"' not in write(tmp_path / "run.py", run).read_text("ascii")
    svg = write(tmp_path / "run.svg", run).read_text("utf-8")
    assert "decay 0.5" in svg
    assert "momentum" not in svg


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("file", list(WRITERS))
def test_hostile_names_do_no_harm(tmp_path: Path, name: str, file: str) -> None:
    run = a_run(name=name, iterations=3)
    path = write(tmp_path / file, run)
    assert path.stat().st_size
    if file == "run.svg":
        root = ElementTree.fromstring(path.read_text("utf-8"))
        assert not [e for e in root.iter() if e.tag.endswith(("script", "img", "style"))]
    if file == "run.py":
        compile(path.read_bytes(), "run.py", "exec")


@pytest.mark.parametrize("file", list(WRITERS))
def test_a_file_that_can_not_be_written_leaves_nothing(tmp_path: Path, file: str) -> None:
    with pytest.raises((OSError, ExportError)):
        write(tmp_path / "gone" / file, a_run(iterations=3))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options",
    [{"hidden_sizes": (1,)}, {"hidden_sizes": ()}, {"dtype": "float64", "hidden_sizes": (3, 2)}],
)
@pytest.mark.parametrize("file", list(WRITERS))
def test_any_network_can_be_exported(tmp_path: Path, file: str, options: dict[str, object]) -> None:
    assert write(tmp_path / file, a_run(iterations=5, **options)).stat().st_size


def test_a_run_that_has_not_begun_still_has_weights(tmp_path: Path) -> None:
    run = with_losses(without(a_run(iterations=1), accuracies=()), np.empty(0, np.float32))
    for name in WRITERS:
        write(tmp_path / name, run)
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert json.loads(arrays["about"].item())["iteration"] == 0
