"""Commands with files: train --save and --resume, evaluate, download; and what programs read."""

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mirror import Mirror
from test_download import FILES, PACKED
from test_mnist import valid_set

from bpcore import autosave
from bpcore.autosave import run_folder
from bpcore.cli import main
from bpcore.commands import download as download_command
from bpcore.config import TrainingConfig
from bpcore.datasets.download import DownloadCancelledError, download_mnist
from bpcore.datasets.mnist import Dataset
from bpcore.evaluation import accuracy, evaluate
from bpcore.network import Network
from bpcore.recording import Notes
from bpcore.run_file import load_run, save_run
from bpcore.steps import result_of
from bpcore.training import Trainer

DEFAULTS = autosave.Autosave.__init__.__defaults__ or ()
ROOT = Path(__file__).parents[2]

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINLIGHT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CHAINLIGHT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.chainlight"


def train(*arguments: object) -> int:
    return main(["train", "--layers", "784,6,10", *map(str, arguments)])


def objects(capsys: Capture) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# Saving and resuming


def test_a_run_is_saved_where_it_is_asked_for(file: Path, capsys: Capture) -> None:
    assert train("--iterations", 20, "--save", file) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"Saved as {file}"
    assert load_run(file).iteration == 20
    assert load_run(file).config == TrainingConfig(iterations=20, hidden_sizes=(6,))
    assert load_run(file).notes == Notes()


def test_otherwise_a_run_is_saved_in_the_users_folder() -> None:
    assert train("--iterations", 20) == 0
    (saved,) = run_folder().iterdir()
    assert load_run(saved).iteration == 20


def test_a_run_is_saved_nowhere_if_nothing_shall_be_saved() -> None:
    assert train("--iterations", 20, "--no-save") == 0
    assert not run_folder().exists()


def test_a_file_that_is_there_is_not_overwritten_unasked(file: Path, capsys: Capture) -> None:
    file.write_bytes(b"precious")
    with pytest.raises(SystemExit) as ended:
        train("--iterations", 20, "--save", file)
    assert ended.value.code == 2
    assert "exists; give another name, --resume it, or add --overwrite" in capsys.readouterr().err
    assert file.read_bytes() == b"precious"
    assert train("--iterations", 20, "--save", file, "--overwrite") == 0
    assert load_run(file).iteration == 20


def test_a_folder_is_not_a_file_to_save_to(tmp_path: Path, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        train("--iterations", 20, "--save", tmp_path, "--overwrite")
    assert f"{tmp_path} is a folder; name a file in it" in capsys.readouterr().err


def test_a_huge_loss_is_written_short(capsys: Capture) -> None:
    assert train("--iterations", 20, "--learning-rate", 100, "--weight-decay", 10, "--no-save") == 1
    assert re.search(r"loss of the last batch \d\.\d{3}e\+\d\d, ", capsys.readouterr().err)


def test_a_run_that_is_resumed_is_the_run_in_one_go(file: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.chainlight"
    train("--iterations", 20, "--save", file, "--optimizer", "adam")
    main(["train", "--resume", str(file), "--iterations", "50"])
    train("--iterations", 50, "--save", whole, "--optimizer", "adam")
    one, other = load_run(file), load_run(whole)
    assert one.losses.tobytes() == other.losses.tobytes()
    for name, array in one.keyframes[-1].params.items():
        assert array.tobytes() == other.keyframes[-1].params[name].tobytes()


def test_a_resumed_run_can_be_saved_elsewhere(file: Path, tmp_path: Path) -> None:
    train("--iterations", 20, "--save", file)
    other = tmp_path / "other.chainlight"
    main(["train", "--resume", str(file), "--iterations", "30", "--save", str(other)])
    assert (load_run(file).iteration, load_run(other).iteration) == (20, 30)


def test_what_can_change_may_be_given_for_the_rest_of_a_run(file: Path) -> None:
    train("--iterations", 20, "--save", file)
    options = ["--iterations", "30", "--learning-rate", "0.05", "--batch-size", "100"]
    assert main(["train", "--resume", str(file), *options]) == 0
    assert [(e.iteration, e.name, e.value) for e in load_run(file).events] == [
        (20, "learning_rate", 0.05)
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--layers", "784,5,10", "--seed", "1"], "--layers, --seed can't be given with --resume"),
        ([], "run.chainlight has done 20 iterations; give more with --iterations to go on"),
        (["--iterations", "19"], "has done 20 iterations; give more"),
    ],
)
def test_what_makes_no_sense_for_a_resumed_run_is_told(
    file: Path, capsys: Capture, options: list[str], message: str
) -> None:
    train("--iterations", 20, "--save", file)
    with pytest.raises(SystemExit) as ended:
        main(["train", "--resume", str(file), *options])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_a_run_of_other_digits_is_not_resumed(file: Path, capsys: Capture, small: Dataset) -> None:
    trainer = Trainer(TrainingConfig(iterations=20), small)
    next(trainer)
    save_run(file, trainer.recording())
    assert main(["train", "--resume", str(file)]) == 2
    assert "these are not the digits that this run was trained on" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["train", "--resume"], ["evaluate"]])
def test_a_file_that_is_no_run_is_told_in_one_line(
    file: Path, capsys: Capture, command: list[str]
) -> None:
    file.write_bytes(b"hello")
    assert main([*command, str(file)]) == 2
    assert capsys.readouterr().err == (
        "run.chainlight is cut short, or not a Chainlight run; try another copy of it\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_run_that_can_not_be_saved_goes_on_and_says_so_at_the_end(
    tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "data").write_text("in the way")
    assert train("--iterations", 20) == 1
    printed = capsys.readouterr()
    assert "Done after 20 iterations" in printed.out
    assert re.search(r"^The run is not saved\. .*runs can't be made", printed.err)


def test_a_run_that_can_not_be_saved_says_so_while_it_goes_on(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("in the way")
    monkeypatch.setattr(autosave.Autosave.__init__, "__defaults__", (0.0, *DEFAULTS[1:]))
    learn = Trainer.learn

    def mended(trainer: Trainer) -> float:
        if trainer.iteration == 500:
            (tmp_path / "data").unlink()
        return learn(trainer)

    monkeypatch.setattr(Trainer, "learn", mended)
    assert train("--iterations", 1000) == 0
    printed = capsys.readouterr()
    assert printed.err.count("The run can't be saved now, and goes on. ") == 1
    assert "Saved as" in printed.out


PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from bpcore.__main__ import main
sys.exit(main())
"""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path, capsys: Capture) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SystemExit):
        train("--iterations", 3, "--save", tmp_path / "pipe", "--overwrite")
    assert "pipe is not a file" in capsys.readouterr().err
    assert (tmp_path / "pipe").is_fifo()


def test_a_folder_that_can_not_be_written_to_is_told_before_training(
    file: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(SystemExit):
        train("--iterations", 3, "--save", file)
    printed = capsys.readouterr()
    assert f"nothing can be written in {file.parent}" in printed.err
    assert printed.out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_second_ctrl_c_ends_a_run_at_once_but_saves_it(file: Path) -> None:
    layers = ["--layers", "784,500,10", "--batch-size", "3000"]
    command = [sys.executable, "-c", PROGRAM, "train", *layers, "--save", str(file)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()  # an epoch, of three iterations
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.splitlines()[-1] == f"Saved as {file}"
    assert err.startswith("Stopped")
    assert load_run(file).iteration >= 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_saves_the_run_so_that_it_can_be_resumed(file: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, "train", "--iterations", "1000000", "--save", file]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.splitlines()[-1] == f"Saved as {file}"
    stopped = re.match(r"Stopped after ([\d,]+) of 1,000,000 iterations", err)
    assert stopped is not None
    assert load_run(file).iteration == int(stopped[1].replace(",", ""))
    assert load_run(file).notes == Notes(ended="stopped")


def test_a_run_that_diverges_is_saved_at_its_last_finite_state(
    file: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = Trainer.learn

    def doomed(trainer: Trainer) -> float:
        if trainer.iteration == 10:
            trainer.network.params["b2"][0] = np.nan
        return learn(trainer)

    monkeypatch.setattr(Trainer, "learn", doomed)
    assert train("--iterations", 20, "--save", file) == 1
    assert "The loss stopped being finite at iteration 11" in capsys.readouterr().err
    saved = load_run(file)
    assert saved.notes == Notes(ended="diverged")
    assert saved.iteration == 10
    monkeypatch.undo()
    assert main(["train", "--resume", str(file), "--learning-rate", "0.01"]) == 0


# evaluate


def test_an_evaluation_prints_accuracy_and_confusion_matrix(
    file: Path, capsys: Capture, bundled: Dataset
) -> None:
    train("--iterations", 60, "--save", file, "--activation", "sigmoid", "--learning-rate", 1)
    capsys.readouterr()
    assert main(["evaluate", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    network = Network.from_params(load_run(file).keyframes[-1].params, "sigmoid")
    share = accuracy(network, *bundled.split("test"))
    assert lines[0] == (
        "run.chainlight, 784-6-10, sigmoid, iteration 60: bundled, test accuracy "
        f"{share:.4f} ({round(share * 1000)} of 1,000)"
    )
    counts = result_of(evaluate(network, *bundled.split("test"))).confusion
    cells = [line.replace("·", "0").replace(",", "").split()[1:] for line in lines[3:]]
    np.testing.assert_array_equal(np.array(cells, int), counts)


def test_the_matrix_has_labels_as_rows_and_readings_as_columns(bundled: Dataset) -> None:
    network = Network((784, 10), weight_init_std=0.0)
    network.params["b1"][3] = 1
    counts = result_of(evaluate(network, *bundled.split("test"))).confusion
    np.testing.assert_array_equal(counts[:, 3], np.bincount(bundled.test_labels))
    assert counts.sum() == 1000


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_evaluation_for_programs_is_one_object(file: Path, capsys: Capture, split: str) -> None:
    train("--iterations", 5, "--save", file)
    capsys.readouterr()
    main(["evaluate", str(file), "--json", "--split", split])
    (found,) = objects(capsys)
    matrix = np.array(found["confusion"])
    assert found["total"] == matrix.sum() == {"train": 9000, "test": 1000}[split]
    assert found["right"] == matrix.trace()
    assert found["accuracy"] == matrix.trace() / matrix.sum()


def test_a_network_that_diverged_has_no_figures_but_a_sentence(file: Path, capsys: Capture) -> None:
    train("--iterations", 5, "--save", file)
    capsys.readouterr()
    recording = load_run(file)
    last = recording.keyframes[-1]
    huge = {name: np.full_like(array, 3e38) for name, array in last.params.items()}
    keyframes = (*recording.keyframes[:-1], dataclasses.replace(last, params=huge))
    save_run(file, dataclasses.replace(recording, keyframes=keyframes))
    assert main(["evaluate", str(file), "--json"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        "This network no longer computes finite numbers, so it reads no digits: choose an "
        "earlier iteration. Give it with --at; this is iteration 5.\n",
    )
    assert main(["evaluate", str(file), "--at", "0"]) == 0


def test_a_network_can_be_evaluated_as_it_was(file: Path, tmp_path: Path, capsys: Capture) -> None:
    early = tmp_path / "early.chainlight"
    train("--iterations", 60, "--save", file)
    train("--iterations", 37, "--save", early)
    capsys.readouterr()
    main(["evaluate", str(file), "--at", "37", "--json"])
    main(["evaluate", str(early), "--json"])
    then, alike = objects(capsys)
    assert (then["iteration"], then["confusion"]) == (37, alike["confusion"])


def test_a_moment_that_was_not_can_not_be_evaluated(file: Path, capsys: Capture) -> None:
    train("--iterations", 5, "--save", file)
    with pytest.raises(SystemExit):
        main(["evaluate", str(file), "--at", "6"])
    assert "--at: iteration 6 is not in this run; it has 0 to 5" in capsys.readouterr().err


def test_a_run_whose_folder_was_renamed_is_looked_at_with_its_new_name(
    file: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "digits"
    folder.mkdir()
    for name, content in valid_set(train=40, test=10).items():
        (folder / name).write_bytes(content)
    train("--iterations", 20, "--data", folder, "--save", file)
    renamed = folder.rename(tmp_path / "renamed")
    capsys.readouterr()
    assert main(["evaluate", str(file), "--at", "10", "--data", str(renamed), "--json"]) == 0
    (found,) = objects(capsys)
    assert (found["total"], found["iteration"]) == (10, 10)


def test_a_run_can_be_evaluated_on_other_digits(
    file: Path, capsys: Capture, full_set_folder: Path
) -> None:
    train("--iterations", 20, "--save", file)
    capsys.readouterr()
    main(["evaluate", str(file), "--data", str(full_set_folder), "--at", "10", "--json"])
    (found,) = objects(capsys)
    assert (found["total"], found["iteration"]) == (10_000, 10)


# download


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    server = Mirror(PACKED)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def local(*arguments: object) -> Path:
        return download_mnist(*arguments, mirrors=[server.address], files=FILES, pause=0.0)  # type: ignore[arg-type]

    monkeypatch.setattr(download_command, "download_mnist", local)
    yield server
    server.close()


def test_what_was_downloaded_can_be_trained_on(
    mirror: Mirror, capsys: Capture, tmp_path: Path
) -> None:
    assert main(["download"]) == 0
    folder = tmp_path / "cache" / "mnist"
    assert capsys.readouterr().out == f"All of MNIST is in {folder}\n"
    assert train("--data", "full", "--iterations", 3) == 0
    assert "50 digits to train on" in capsys.readouterr().out


def test_before_it_is_downloaded_the_full_set_is_told_how_to_get(capsys: Capture) -> None:
    assert train("--data", "full") == 2
    assert "is not downloaded yet: run python -m bpcore download" in capsys.readouterr().err


def test_a_download_that_is_cancelled_exits_as_ctrl_c_does(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*_: object) -> Path:
        raise DownloadCancelledError("The download was cancelled.")

    monkeypatch.setattr(download_command, "download_mnist", cancelled)
    assert main(["download"]) == 130
    assert capsys.readouterr().err == "The download was cancelled.\n"


# For programs


def test_a_run_for_programs_is_an_object_per_line(file: Path, capsys: Capture) -> None:
    assert train("--iterations", 200, "--save", file, "--json") == 0
    start, *epochs, done, saved = objects(capsys)
    assert (start["event"], start["layers"], start["train_size"]) == ("start", [784, 6, 10], 9000)
    recording = load_run(file)
    assert [(e["event"], e["epoch"], e["iteration"]) for e in epochs] == [
        ("epoch", 1, 90),
        ("epoch", 2, 180),
    ]
    for epoch, measured in zip(epochs, recording.accuracies, strict=False):
        assert (epoch["train_accuracy"], epoch["test_accuracy"]) == (measured.train, measured.test)
    assert (done["event"], done["iteration"]) == ("done", 200)
    assert done["loss"] == float(recording.losses[-1])
    assert saved == {"event": "saved", "file": str(file)}


def test_epochs_go_on_counting_in_a_resumed_run(file: Path, capsys: Capture) -> None:
    train("--iterations", 100, "--save", file)
    capsys.readouterr()
    options = ["--iterations", "200", "--batch-size", "300", "--json"]
    main(["train", "--resume", str(file), *options])
    epochs = [found for found in objects(capsys) if found["event"] == "epoch"]
    assert [(e["epoch"], e["iteration"]) for e in epochs] == [(2, 130), (3, 160), (4, 190)]


def test_a_check_for_programs_is_an_object_per_line(capsys: Capture) -> None:
    assert main(["check", "--layers", "784,2,10", "--json"]) == 0
    *parameters, verdict = objects(capsys)
    assert [(p["name"], p["shape"], p["passed"]) for p in parameters] == [
        ("W1", [784, 2], True),
        ("b1", [2], True),
        ("W2", [2, 10], True),
        ("b2", [10], True),
    ]
    assert len(parameters[0]["worst"]) == 2  # type: ignore[arg-type]
    assert verdict["passed"] is True
    assert verdict["compared"] == 1600 - sum(p["kinks"] for p in parameters)  # type: ignore[misc]


def test_a_number_that_is_none_is_null_for_programs(capsys: Capture) -> None:
    options = ["--layers", "784,2,10", "--init-std", "0", "--parameters", "b1", "--json"]
    assert main(["check", *options]) == 0  # nothing differs where there is nothing to compare
    assert objects(capsys)[0]["mean_absolute_difference"] is None


def test_a_sweep_names_the_errors_and_the_best_step(capsys: Capture) -> None:
    options = ["--activation", "sigmoid", "--init", "xavier", "--sample", "200"]
    assert main(["check", "--sweep", *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "460 gradients at each step h" in lines[0]
    mostly = [line.split()[-1] for line in lines[2:12]]
    assert mostly[0] == "truncation"
    assert mostly[-1] == "rounding"
    assert mostly.count("best") == 1


def test_a_sweep_for_programs_is_an_object_per_step(capsys: Capture) -> None:
    main(["check", "--sweep", "--sample", "50", "--dtype", "float32", "--json"])
    *steps, best = objects(capsys)
    assert len(steps) == 12
    least = min(steps, key=lambda step: step["mean_absolute_difference"])  # type: ignore[arg-type, return-value]
    assert (best["event"], best["h"]) == ("best", least["h"])


def test_a_step_at_which_nothing_can_be_compared_is_not_the_best(capsys: Capture) -> None:
    options = ["--layers", "784,2,10", "--init-std", "0", "--parameters", "b1", "--sweep"]
    main(["check", *options])
    assert {line.split()[-1] for line in capsys.readouterr().out.splitlines()[2:12]} == {"—"}


def test_signs_that_a_terminal_does_not_know_end_nothing() -> None:
    command = [sys.executable, "-m", "bpcore", "train", "--help"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_sample_of_some_parameters_can_be_checked(capsys: Capture) -> None:
    main(["check", "--parameters", "W2,b2", "--sample", "7", "--json"])
    assert [(p["name"], p["count"]) for p in objects(capsys)[:-1]] == [("W2", 7), ("b2", 7)]
