"""What a person may choose about fine-tuning; needs no torch."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from quantengine.errors import PlanError

Method = Literal["ste", "lsq", "ewgs"]
RangeUpdate = Literal["moving", "running", "fixed"]
Loss = Literal["auto", "labels", "distill"]

METHODS: tuple[Method, ...] = get_args(Method)

_SEEDS = 2**31
"""Larger seeds would not leave room for the steps beside them."""

METHOD_NOTES = {
    "ste": "straight-through gradients, ranges follow the smallest and largest values",
    "lsq": "straight-through gradients, scale and zero point learned",
    "ewgs": "gradients scaled by the rounding error, both ends and the output scale learned",
}


@dataclass(frozen=True)
class Settings:
    """How to fine-tune; the defaults suit small data and any width.

    `method` is used by every layer, except those whose name or tensor matches a pattern of
    `methods` (later ones win). `range_update` is how `ste` follows its ranges, `range_momentum` the
    share that a moving one keeps at each step. Nothing is rounded up to the share `delay` of the
    steps; watched ranges follow meanwhile. `delta` of `ewgs`
    is fixed, or None: from the Hessian trace, measured again every `hessian_every` steps.

    `weight_rate` counts in steps of a weight's grid and `range_rate` in shares of a range; both
    are divided by the number of layers, and that of weights by the root of how many make an
    output, so that one value suits every network, layer and width. They mean the same to `sgd`,
    whose gradients are divided by their root mean square. `layer_loss`
    adds the error of the layers' outputs to the loss; `blocks` > 0 first trains that many groups
    of layers, one after the other, on their own outputs. `batch_norm` keeps batch norms in
    training up to the share `freeze_at` of the steps.

    `augment` None: where the input is an image; without labels images are mixed too. `held_out` is
    the share of the samples that only judge. `device` is `auto`, `cpu` or `cuda`. `memory_bytes`
    bounds what is kept for gradients: a batch that needs more is run in parts; as much again may be
    samples kept from reading.
    """

    method: Method = "ewgs"
    methods: tuple[tuple[str, Method], ...] = ()
    epochs: int = 30
    batch: int = 32
    optimizer: Literal["adam", "sgd"] = "adam"
    weight_rate: float = 0.06
    range_rate: float = 0.008
    loss: Loss = "auto"
    layer_loss: float = 0.0
    blocks: int = 0
    augment: bool | None = None
    held_out: float = 0.2
    seed: int = 0
    device: str = "auto"
    range_update: RangeUpdate = "moving"
    range_momentum: float = 0.99
    delay: float = 0.0
    delta: float | None = None
    hessian_every: int = 100
    batch_norm: bool = False
    freeze_at: float = 0.5
    memory_bytes: int = 10**9

    def __post_init__(self) -> None:
        known = {
            "method": (self.method, METHODS),
            "optimizer": (self.optimizer, ("adam", "sgd")),
            "loss": (self.loss, get_args(Loss)),
            "range_update": (self.range_update, get_args(RangeUpdate)),
            "device": (self.device, ("auto", "cpu", "cuda")),
        }
        for name, (value, words) in known.items():
            if value not in words:
                raise PlanError(
                    "{0} '{1}' is unknown: choose one of {2}.", name, value, ", ".join(words)
                )
        for pattern, method in self.methods:
            if method not in METHODS:
                choices = ", ".join(METHODS)
                raise PlanError(
                    "'{0}' asks for method '{1}': choose one of {2}.", pattern, method, choices
                )
        for name in ("epochs", "batch", "hessian_every", "memory_bytes"):
            if getattr(self, name) < 1:
                raise PlanError("{0} must be at least 1, not {1}.", name, getattr(self, name))
        for name in ("weight_rate", "range_rate", "layer_loss", "blocks", "delta"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise PlanError("{0} must be a finite number, not {1}.", name, value)
            if value is not None and value < 0:
                raise PlanError("{0} must not be below 0, it is {1}.", name, value)
        if not 0 <= self.seed < _SEEDS:
            raise PlanError("seed must lie in 0..{0}, it is {1}.", _SEEDS - 1, self.seed)
        if not 0 < self.held_out < 1 or not 0 <= self.freeze_at <= 1:
            raise PlanError("held_out and freeze_at are shares: choose a value between 0 and 1.")
        if not 0 <= self.delay < 1 or not 0 <= self.range_momentum < 1:
            raise PlanError(
                "delay and range_momentum are shares: choose a value from 0 to less than 1."
            )

    def to_text(self) -> str:
        """JSON text; equal settings give equal text."""
        return json.dumps(asdict(self), sort_keys=True)
