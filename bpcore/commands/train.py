"""``train``: a run from its beginning, or from where a file has it."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bpcore import folders
from bpcore.autosave import KEPT, Autosave, make_room, new_run_path, run_folder
from bpcore.commands.options import (
    CONFIG_FLAGS,
    FAILED,
    INTERRUPTED,
    Output,
    add_command,
    add_config,
    config_of,
    given_config,
)
from bpcore.config import CHANGEABLE
from bpcore.datasets.mnist import load_dataset
from bpcore.recording import Notes
from bpcore.run_file import SUFFIX, load_run
from bpcore.terminal import ProgressBar
from bpcore.training import Diverged, Trainer

if TYPE_CHECKING:
    from bpcore.commands.options import Commands
    from bpcore.recording import Ending
    from bpcore.terminal import Interruption


def add_to(commands: Commands) -> None:
    """Add the command."""
    train = add_command(
        commands,
        "train",
        run,
        "train on MNIST and print the accuracies of every epoch",
        "Train on batches drawn with replacement. Equal options give equal numbers. The run is "
        "saved every 20 seconds, when it is stopped with Ctrl-C, and at its end.",
    )
    add_config(train, *CONFIG_FLAGS)
    train.add_argument(
        "--save",
        type=Path,
        metavar="FILE",
        help=f"the file of the run, *{SUFFIX} (default: one in the user's folder, of which the "
        f"{KEPT} newest are kept)",
    )
    train.add_argument("--overwrite", action="store_true", help="even if --save FILE exists")
    train.add_argument("--no-save", action="store_true", help="save nothing")
    train.add_argument(
        "--resume",
        type=Path,
        metavar="FILE",
        help="go on with a saved run, with other values of what can change during a run if given, "
        "and save it there again unless --save names another file",
    )


def run(options: argparse.Namespace, interruption: Interruption) -> int:
    """Train, printing a line per epoch; return an exit status."""
    output = Output(options.json)
    _check_files(options)
    trainer = _resumed(options) if options.resume else Trainer(config_of(options))
    _say_start(output, trainer)
    saver = _saver(options)
    first, start = trainer.iteration, time.perf_counter()
    diverged: Diverged | None = None
    try:
        _train(trainer, output, interruption, saver)
    except Diverged as error:
        diverged = error
    except KeyboardInterrupt:  # a second Ctrl-C: no more figures, but nothing lost
        interruption.shield()
        _save(saver, trainer, options)
        _say_saved(output, saver)
        raise
    _save(saver, trainer, options, diverged)
    status = _say_end(output, trainer, trainer.iteration - first, time.perf_counter() - start)
    if diverged is not None:
        print(diverged, file=sys.stderr)
        status = FAILED
    return _say_saved(output, saver) or status


def _save(
    saver: Autosave | None,
    trainer: Trainer,
    options: argparse.Namespace,
    diverged: Diverged | None = None,
) -> None:
    if saver is None:
        return
    ended: Ending = "stopped" if trainer.iteration < trainer.config.iterations else ""
    saver.notes = Notes(trainer.timeline.notes.name, "diverged" if diverged else ended)
    named = options.save or options.resume  # what somebody named is kept whole
    saver.save(trainer, final=named is None)
    saver.close()


def _check_files(options: argparse.Namespace) -> None:
    if options.save and options.no_save:
        raise argparse.ArgumentTypeError("--save and --no-save exclude each other")
    if options.save is None:
        return
    try:
        _check_target(options)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"--save: {error.strerror or error}") from error


def _check_target(options: argparse.Namespace) -> None:
    if not options.save.parent.is_dir():
        raise argparse.ArgumentTypeError(f"--save: there is no folder {options.save.parent}")
    if options.save.is_dir():
        raise argparse.ArgumentTypeError(f"--save: {options.save} is a folder; name a file in it")
    if options.save.exists() and not options.save.is_file():
        raise argparse.ArgumentTypeError(f"--save: {options.save} is not a file")
    if not os.access(options.save.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"--save: nothing can be written in {options.save.parent}")
    if options.save.exists() and not options.overwrite and options.save != options.resume:
        raise argparse.ArgumentTypeError(
            f"--save: {options.save} exists; give another name, --resume it, or add --overwrite"
        )


def _resumed(options: argparse.Namespace) -> Trainer:
    """Return the trainer of a saved run, with what was given for the rest of it."""
    given = given_config(options)
    free = (*CHANGEABLE, "iterations", "data")
    fixed = [CONFIG_FLAGS[name] for name in given if name not in free]
    if fixed:
        raise argparse.ArgumentTypeError(
            f"{', '.join(fixed)} can't be given with --resume: the run has its own"
        )
    recording = load_run(options.resume)
    iterations = given.get("iterations", recording.config.iterations)
    if recording.iteration >= iterations:
        raise argparse.ArgumentTypeError(
            f"--resume: {options.resume.name} has done {recording.iteration:,} iterations; give "
            "more with --iterations to go on"
        )
    if "data" in given:
        config = recording.config.replace(data=given["data"])
        recording = dataclasses.replace(recording, config=config)
    trainer = Trainer.resume(recording, load_dataset(recording.config.data), iterations=iterations)
    for name in CHANGEABLE:
        if name in given and given[name] != getattr(trainer.config, name):
            trainer.change(name, given[name])
    return trainer


def _saver(options: argparse.Namespace) -> Autosave | None:
    if options.no_save:
        return None
    path = options.save or options.resume
    if path is None:
        try:
            folder = run_folder()
        except folders.FolderError as error:
            print(f"{error}. This run is not saved.", file=sys.stderr)
            return None
        make_room(folder)
        path = new_run_path(folder)
    return Autosave(path)


def _train(
    trainer: Trainer, output: Output, interruption: Interruption, saver: Autosave | None
) -> None:
    bar = ProgressBar(trainer.config.iterations, "iterations")
    epochs, told = trainer.epochs, ""
    try:
        for progress in trainer:
            bar.show(progress.iteration, f"loss {_loss(progress.loss)}")
            if progress.accuracies is not None and trainer.epochs > epochs:
                epochs = trainer.epochs
                bar.clear()
                _say_epoch(output, trainer)
            if interruption.wanted:
                return
            if saver is not None:
                saver.save_if_due(trainer)
                if saver.error != told:
                    told = saver.error
                    _say_unsaved(bar, told)
    finally:
        bar.clear()


def _say_unsaved(bar: ProgressBar, why: str) -> None:
    bar.clear()
    if why:
        print(f"The run can't be saved now, and goes on. {why}", file=sys.stderr)


def _say_start(output: Output, trainer: Trainer) -> None:
    config = trainer.config
    sizes = "-".join(str(size) for size in config.sizes)
    where = f", from iteration {trainer.iteration:,} on" if trainer.iteration else ""
    output.say(
        f"{sizes}, {config.activation}, {config.dtype}: "
        f"{len(trainer.dataset.train_labels):,} digits to train on, batches of "
        f"{config.batch_size:,}, {config.optimizer}, learning rate {config.learning_rate:g}, "
        f"seed {config.seed}{where}",
        "start",
        **dataclasses.asdict(config) | {"layers": config.sizes},
        train_size=len(trainer.dataset.train_labels),
        test_size=len(trainer.dataset.test_labels),
        iteration=trainer.iteration,
    )


def _say_epoch(output: Output, trainer: Trainer) -> None:
    accuracies = trainer.accuracies[-1]
    output.say(
        f"epoch {trainer.epochs:3}, iteration {trainer.iteration:6,}: train acc, test acc | "
        f"{accuracies.train:.4f}, {accuracies.test:.4f}",
        "epoch",
        epoch=trainer.epochs,
        iteration=trainer.iteration,
        loss=float(trainer.losses[-1]),
        train_accuracy=accuracies.train,
        test_accuracy=accuracies.test,
    )


def _say_end(output: Output, trainer: Trainer, done: int, seconds: float) -> int:
    """Print where the training has come to; return an exit status."""
    iteration, length = trainer.iteration, trainer.config.iterations
    stopped = iteration < length
    accuracies = trainer.measure()
    loss = float(trainer.losses[-1]) if iteration else float("nan")
    figures = (
        f"train accuracy {accuracies.train:.4f}, test accuracy {accuracies.test:.4f}, "
        f"loss of the last batch {_loss(loss)}, {seconds:.1f} s, {done / seconds:,.0f} iterations/s"
    )
    if stopped and not output.as_json:
        print(f"Stopped after {iteration:,} of {length:,} iterations: {figures}", file=sys.stderr)
    output.say(
        "" if stopped else f"Done after {iteration:,} iterations: {figures}",
        "stopped" if stopped else "done",
        iteration=iteration,
        iterations=length,
        loss=loss,
        train_accuracy=accuracies.train,
        test_accuracy=accuracies.test,
        seconds=seconds,
        iterations_per_second=done / seconds,
    )
    return INTERRUPTED if stopped else 0


def _loss(loss: float) -> str:
    return f"{loss:.4f}" if loss < 1e4 else f"{loss:.3e}"


def _say_saved(output: Output, saver: Autosave | None) -> int:
    """Print where the run is saved, or why it is not; return an exit status."""
    if saver is None:
        return 0
    if saver.error:
        print(f"The run is not saved. {saver.error}", file=sys.stderr)
        return FAILED
    if saver.path.exists():
        output.say(f"Saved as {saver.path}", "saved", file=str(saver.path))
    return 0
