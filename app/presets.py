"""Lessons: runs worth watching, and what to look at. Texts are translated in context "Presets"."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.parameter_changes import differing
from app.plans import Plan
from bpcore.config import LEARNING_RATES, TrainingConfig

KEPT = ("data", "iterations", "seed")
"""Parameters that can be edited and leave a lesson what it is."""


@dataclass(frozen=True)
class Preset:
    """A lesson that is staged in one click.

    Attributes
    ----------
    key
        Names it in the program.
    title, text
        What it is called, and in a sentence or two what to look at and where; not yet translated.
    plans
        Its runs, the shown one first: they differ in what the lesson is about.
    pace
        Iterations per second at which it can be watched; None is as many as possible.
    """

    key: str
    title: str
    text: str
    plans: tuple[Plan, ...]
    pace: float | None


def translated(text: str) -> str:
    """Return a title, text or name of a run in the user's language."""
    return QCoreApplication.translate("Presets", text)


def staged(preset: Preset, config: TrainingConfig) -> tuple[Plan, ...]:
    """Return the runs of a lesson when the fields say ``config``; none if it is no longer that.

    ``config`` is that of one of the runs, apart from edits. What is edited is so for all of them,
    but not in what they differ in: then the lesson is gone, as a single run's is by any edit that
    does not just choose the data, the length or the seed.
    """
    for plan in preset.plans:
        edited = differing(plan.config, config)
        if not _is_about(preset).intersection(edited) and (
            len(preset.plans) > 1 or set(edited) <= set(KEPT)
        ):
            edits = {name: getattr(config, name) for name in edited}
            return tuple(
                Plan(translated(each.name), each.config.replace(**edits)) for each in preset.plans
            )
    return ()


def is_as_staged(preset: Preset, config: TrainingConfig) -> bool:
    """Return whether ``config`` is that of a run of the lesson, apart from what may be edited."""
    return any(set(differing(plan.config, config)) <= set(KEPT) for plan in preset.plans)


def _is_about(preset: Preset) -> set[str]:
    """Return the parameters in which the runs of a lesson differ."""
    first = preset.plans[0].config
    return {name for plan in preset.plans for name in differing(first, plan.config)}


def _plan(name: str, **changes: object) -> Plan:
    return Plan(name, TrainingConfig().replace(**changes))


PRESETS: tuple[Preset, ...] = (
    Preset(
        "book",
        "The book's run",
        "The network of the book and its parameters. Follow Loss down from 2.3, that of guessing, "
        "and see strokes appear in Hidden neurons.",
        (_plan("The book's run"),),
        1000.0,
    ),
    Preset(
        "activations",
        "Relu against Sigmoid",
        "Sigmoid stays at 2.3 for more than 100 iterations: in Gradient RMS, W1 gets about a tenth "
        "of what it gets with Relu. For a reason see Backward, Sigmoid1: local is at most 0.25.",
        (
            _plan("Sigmoid", activation="sigmoid", iterations=2000),
            _plan("Relu", activation="relu", iterations=2000),
        ),
        250.0,
    ),
    Preset(
        "rate",
        "A rate that is too high",
        "The loss leaps up, then settles near 2.3, that of guessing. At the end all 50 Hidden "
        "neurons are dead, and Gradient RMS of W1 is exactly 0.",
        (_plan("A rate that is too high", learning_rate=5.0, iterations=600),),
        60.0,
    ),
    Preset(
        "diverging",
        "A run that diverges",
        "Decay 3 times rate 1 takes three times a weight from it, so it changes its sign and "
        "doubles, again and again. Loss grows until it is no number, and the run stops.",
        (_plan("A run that diverges", learning_rate=1.0, weight_decay=3.0, iterations=600),),
        60.0,
    ),
    Preset(
        "zero",
        "Weights all zero",
        "With Sigmoid all 50 Hidden neurons stay equal and learn as one. With Relu every gate is "
        "closed: W1 and W2 stay zero, and only b2 learns.",
        (
            _plan("Sigmoid from zero", activation="sigmoid", weight_init_std=0.0, iterations=2000),
            _plan("Relu from zero", activation="relu", weight_init_std=0.0, iterations=2000),
        ),
        250.0,
    ),
    Preset(
        "deviation",
        "Sigmoid, deviation 1",
        "Histograms: with deviation 1 more than half of the activations are close to 0 or 1, where "
        "the slope is nearly 0; with Xavier none are at first. See which Loss falls faster.",
        (
            _plan("Deviation 1", activation="sigmoid", weight_init_std=1.0, iterations=2000),
            _plan("Xavier", activation="sigmoid", initializer="xavier", iterations=2000),
        ),
        250.0,
    ),
    Preset(
        "xavier",
        "Xavier for Sigmoid",
        "Deviation √(1 / inputs) in place of 0.01: at first Gradient RMS of W1 is more than ten "
        "times as large, and Loss leaves 2.3 sooner.",
        (
            _plan("Xavier", activation="sigmoid", initializer="xavier", iterations=2000),
            _plan("Deviation 0.01", activation="sigmoid", weight_init_std=0.01, iterations=2000),
        ),
        250.0,
    ),
    Preset(
        "he",
        "He for Relu",
        "Deviation √(2 / inputs) in place of 0.01: at first Gradient RMS of W1 is more than ten "
        "times as large, and Loss is below 1 in half as many iterations.",
        (
            _plan("He", activation="relu", initializer="he", iterations=2000),
            _plan("Deviation 0.01", activation="relu", weight_init_std=0.01, iterations=2000),
        ),
        250.0,
    ),
    Preset(
        "optimizers",
        "Four optimizers",
        "Same first weights, same batches, each with its usual rate. In Loss AdaGrad is the first "
        "to fall, but at the end Adam is the lowest.",
        tuple(
            _plan(name, optimizer=key, learning_rate=LEARNING_RATES[key], iterations=1000)
            for key, name in (
                ("sgd", "SGD"),
                ("momentum", "Momentum"),
                ("adagrad", "AdaGrad"),
                ("adam", "Adam"),
            )
        ),
        250.0,
    ),
)
