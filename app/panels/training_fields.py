"""The settings of training that a person may fill in: a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quantengine.finetune.settings import METHOD_NOTES, METHODS

from ..panels.layer_methods import LayerMethods
from ..translation import tr
from ..widgets.setting_field import Choice, Number, Option, SettingField, choice_of

Values = Mapping[str, Any]

_PERCENT = 100.0
_MEGABYTES = 1e-6


def first_fields() -> dict[str, SettingField]:
    """Those a person changes most, by their name in Settings."""
    return {
        "method": Choice(
            tr("Method"),
            tr("How gradients pass the rounding"),
            choice_of(METHODS, METHOD_NOTES.__getitem__),
        ),
        "epochs": Number(tr("Epochs"), tr("Passes over the data"), whole=True),
        "weight_rate": Number(
            tr("Weight rate"),
            tr("Learning rate of weights, in steps of their grid: one value suits all widths"),
        ),
        "range_rate": Number(tr("Range rate"), tr("Learning rate of ranges, as a share of them")),
    }


def more_fields() -> dict[str, SettingField]:
    """All others; see `is_used`."""
    return {**_teaching(), **_running(), **_converging(), "methods": LayerMethods()}


def _teaching() -> dict[str, SettingField]:
    return {
        "loss": Choice(tr("Teacher"), tr("What the outputs are compared with"), _teachers()),
        "layer_loss": Number(
            tr("Layer loss"),
            tr("Weight of the error of the layers' own outputs in the loss; 0: of none"),
        ),
        "blocks": Number(
            tr("Blocks"),
            tr(
                "So many groups of layers are trained first, one after the other, each on its\n"
                "own outputs; 0: all layers at once from the beginning"
            ),
            whole=True,
        ),
        "augment": Choice(
            tr("Augment"),
            tr(
                "Turns, shifts, scales and brightens images a little, and mixes them\n"
                "where no label teaches: few samples teach more"
            ),
            [
                (None, tr("images"), tr("Where the data are images")),
                (True, tr("yes"), ""),
                (False, tr("no"), ""),
            ],
        ),
    }


def _running() -> dict[str, SettingField]:
    return {
        "optimizer": Choice(
            tr("Optimizer"),
            tr("Adam suits most; SGD, with momentum, keeps half as much beside the weights"),
            choice_of(("adam", "sgd")),
        ),
        "batch": Number(tr("Batch"), tr("Samples a step"), whole=True),
        "seed": Number(
            tr("Seed"), tr("Of the order of samples, their changes, and who judges"), whole=True
        ),
        "held_out": Number(
            tr("Held out, %"),
            tr("Share of the samples that judges and teaches nothing"),
            factor=_PERCENT,
        ),
        "device": Choice(
            tr("Device"), tr("auto: CUDA where present"), choice_of(("auto", "cpu", "cuda"))
        ),
        "memory_bytes": Number(
            tr("Memory, MB"),
            tr("What may be kept for gradients: a batch that needs more is run in parts"),
            whole=True,
            factor=_MEGABYTES,
        ),
    }


def _converging() -> dict[str, SettingField]:
    return {
        "batch_norm": Choice(tr("Batch norms"), tr("When they become part of layers"), _norms()),
        "freeze_at": Number(
            tr("Freeze at, %"),
            tr("Share of the steps after which batch norms keep their statistics"),
            factor=_PERCENT,
        ),
        "delta": Number(
            tr("Delta"),
            tr("How much ewgs scales gradients; empty: found from the Hessian trace"),
            empty=tr("auto"),
        ),
        "hessian_every": Number(
            tr("Hessian every"), tr("Steps between two Hessian traces, for delta"), whole=True
        ),
        "range_update": Choice(
            tr("Range update"), tr("How ste follows the smallest and largest values"), _updates()
        ),
        "range_momentum": Number(
            tr("Range momentum"), tr("What a moving range keeps of itself at each step")
        ),
        "delay": Number(
            tr("Delay, %"),
            tr("Share of the steps before anything is rounded; ranges of ste follow meanwhile"),
            factor=_PERCENT,
        ),
    }


def is_used(name: str, values: Values) -> bool:
    """Whether a setting means anything beside the others."""
    methods = {values["method"], *(method for _, method in values["methods"])}
    if name == "delta":
        return "ewgs" in methods
    if name == "hessian_every":
        return "ewgs" in methods and values["delta"] is None
    if name == "range_update":
        return "ste" in methods
    if name == "range_momentum":
        return "ste" in methods and values["range_update"] == "moving"
    return name != "freeze_at" or bool(values["batch_norm"])


def teachers_text(loss: str) -> str:
    """Who teaches, in a sentence."""
    return next(about for word, _, about in _teachers() if word == loss)


def _teachers() -> list[Option]:
    return [
        (
            "auto",
            "auto",
            tr("The float model's outputs teach, and labels too where there are any."),
        ),
        ("labels", tr("labels"), tr("Labels alone teach.")),
        ("distill", tr("float model"), tr("The float model's outputs teach; labels do not.")),
    ]


def _norms() -> list[Option]:
    return [
        (False, tr("folded"), tr("Before training")),
        (True, tr("trained"), tr("Trained, then frozen, and folded at the end")),
    ]


def _updates() -> list[Option]:
    return [
        ("moving", tr("moving"), tr("A moving mean of each batch's smallest and largest value")),
        ("running", tr("running"), tr("The smallest and largest value of all batches so far")),
        ("fixed", tr("fixed"), tr("Ranges stay as the plan has them")),
    ]
