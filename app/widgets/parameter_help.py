"""What the parameters are called, and one sentence about each, with its range."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from bpcore.config import CHANGEABLE, RANGES

# Every text stands in a call, so that it is found by whoever collects them for translation.


def parameter_titles() -> dict[str, str]:
    """Return the captions by the name of the parameter in TrainingConfig."""
    return {
        "activation": _translate("Activation"),
        "hidden_sizes": _translate("Hidden units"),
        "initializer": _translate("First weights"),
        "weight_init_std": _translate("Deviation"),
        "optimizer": _translate("Optimizer"),
        "learning_rate": _translate("Learning rate"),
        "batch_size": _translate("Batch size"),
        "iterations": _translate("Iterations"),
        "seed": _translate("Seed"),
        "weight_decay": _translate("Weight decay"),
        "momentum": _translate("Momentum"),
        "beta1": _translate("Beta 1"),
        "beta2": _translate("Beta 2"),
        "data": _translate("Data"),
    }


def parameter_help() -> dict[str, str]:
    """Return what each parameter does, its range and unit, and whether it works at once."""
    texts = {
        "activation": _translate(
            "What a hidden unit makes of its sum: Relu lets pass what is above 0, Sigmoid squeezes "
            "it between 0 and 1."
        ),
        "hidden_sizes": _translate("How many units the hidden layer has, {0}."),
        "initializer": _translate(
            "How far the first weights are spread: by a fixed deviation, √(1 / inputs) of Xavier, "
            "or √(2 / inputs) of He."
        ),
        "weight_init_std": _translate(
            "Standard deviation of the first weights, {0}; 0 makes them all zero."
        ),
        "optimizer": _translate(
            "How the gradient changes the weights; another optimizer brings its usual learning "
            "rate, unless you have chosen one."
        ),
        "learning_rate": _translate("Factor of the gradient in each update, {0}."),
        "batch_size": _translate("How many digits each iteration learns from, {0}."),
        "iterations": _translate("Length of the run, {0}."),
        "seed": _translate(
            "Which random numbers make the first weights and the batches, {0}; the same seed gives "
            "the same run again."
        ),
        "weight_decay": _translate(
            "Factor of half the sum of squared weights in the loss, {0}; it pulls weights to 0."
        ),
        "momentum": _translate("Share of the last step that the next one keeps, {0}."),
        "beta1": _translate("Share of the mean gradient so far that Adam keeps, {0}."),
        "beta2": _translate("Share of the mean squared gradient so far that Adam keeps, {0}."),
        "data": _translate(
            "The digits that come with Chainlight, or a folder with the four MNIST files."
        ),
    }
    at_once = _translate("Works at once.")
    return {
        name: f"{text.format(_range(name))} {at_once if name in CHANGEABLE else ''}".strip()
        for name, text in texts.items()
    }


def _range(name: str) -> str:
    allowed = RANGES.get("hidden_size" if name == "hidden_sizes" else name)
    return "" if allowed is None else f"{allowed} {_translate(allowed.unit)}".strip()


def _translate(text: str) -> str:
    return QCoreApplication.translate("Parameters", text) if text else ""
