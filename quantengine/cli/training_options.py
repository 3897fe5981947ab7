"""The flags that say how to train."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quantengine.finetune.settings import Settings

_FLAGS = (
    "epochs",
    "batch",
    "optimizer",
    "weight_rate",
    "range_rate",
    "loss",
    "layer_loss",
    "blocks",
    "held_out",
    "seed",
    "device",
    "range_update",
    "range_momentum",
    "delay",
    "delta",
    "hessian_every",
    "batch_norm",
    "freeze_at",
)


def add_training_flags(parser: argparse.ArgumentParser, *, method_flag: bool = True) -> None:
    """How to train; what is left out keeps its default. The method may be chosen elsewhere."""
    from quantengine.finetune.settings import METHODS, Settings

    usual = Settings()
    group = parser.add_argument_group("training")
    add = group.add_argument
    if method_flag:
        add(
            "--method",
            dest="gradient",
            choices=METHODS,
            help=f"how gradients pass the rounding (default {usual.method})",
        )
    add(
        "--layer-method",
        type=_pair,
        action="append",
        default=[],
        metavar="PATTERN=METHOD",
        help="another method for some layers or tensors",
    )
    _add_steps(add, usual)
    _add_losses(add)
    add("--held-out", type=float, metavar="SHARE", help="share of the samples that only judge")
    add("--seed", type=int, metavar="N", help=f"of order and changes (default {usual.seed})")
    add("--device", choices=("auto", "cpu", "cuda"), help="default: CUDA where present")
    add("--range-update", choices=("moving", "running", "fixed"), help="ranges of ste")
    add(
        "--range-momentum",
        type=float,
        metavar="C",
        help=f"what a moving range keeps at each step (default {usual.range_momentum})",
    )
    add("--delay", type=float, metavar="SHARE", help="share of steps before anything is rounded")
    add("--delta", type=float, metavar="D", help="of ewgs; default: from the Hessian trace")
    add("--hessian-every", type=int, metavar="N", help="steps between Hessian traces")
    add("--batch-norm", action="store_true", default=None, help="train batch norms, then fold")
    add("--freeze-at", type=float, metavar="SHARE", help="share of steps after which norms freeze")


def _add_steps(add: Callable[..., Any], usual: Settings) -> None:
    """How far and in what manner weights and ranges move."""
    add("--epochs", type=int, metavar="N", help=f"passes over the data (default {usual.epochs})")
    add("--batch", type=int, metavar="N", help=f"samples a step (default {usual.batch})")
    add("--optimizer", choices=("adam", "sgd"), help=f"default {usual.optimizer}")
    add(
        "--weight-rate",
        type=float,
        metavar="R",
        help=f"learning rate of weights, in steps of their grid (default {usual.weight_rate})",
    )
    add(
        "--range-rate",
        type=float,
        metavar="R",
        help=f"learning rate of ranges, as a share of them (default {usual.range_rate})",
    )


def _add_losses(add: Callable[..., Any]) -> None:
    """What training learns from."""
    add(
        "--loss",
        choices=("auto", "labels", "distill"),
        help="labels, the float model's outputs, or (auto, default) both where there are labels",
    )
    add("--layer-loss", type=float, metavar="W", help="weight of the layers' own outputs")
    add("--blocks", type=int, metavar="N", help="train N groups of layers one by one first")
    add(
        "--augment",
        choices=("yes", "no"),
        help="change images a little, and mix them where no label teaches (default: for images)",
    )


def training_settings(
    args: argparse.Namespace, method: str | None = None, start: Settings | None = None
) -> Settings:
    """`start`, or the usual, with what the flags say, and `method` in place of theirs.

    Raises PlanError for impossible ones.
    """
    from quantengine.finetune.settings import Settings

    given: dict[str, Any] = {name: getattr(args, name) for name in _FLAGS}
    given["method"] = method or args.gradient
    given["memory_bytes"] = args.memory
    given["methods"] = tuple(args.layer_method) or None
    given["augment"] = None if args.augment is None else args.augment == "yes"
    changes = {name: value for name, value in given.items() if value is not None}
    return replace(start or Settings(), **changes)


def first_training_flag(args: argparse.Namespace) -> str | None:
    """A flag about training that was given, None where there is none."""
    for name in (*_FLAGS, "augment"):
        if getattr(args, name) is not None:
            return f"--{name.replace('_', '-')}"
    return "--layer-method" if args.layer_method else None


def _pair(text: str) -> tuple[str, str]:
    pattern, separator, method = text.rpartition("=")
    if not separator or not pattern:
        raise argparse.ArgumentTypeError(f"'{text}' is not PATTERN=METHOD")
    return pattern, method
