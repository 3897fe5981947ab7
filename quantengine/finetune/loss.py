"""What fine-tuning makes small: the distance from the float model, and from labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from quantengine.errors import ModelError
from quantengine.finetune.operators import attributes_of, functional
from quantengine.finetune.pytorch import torch
from quantengine.graph.model import FloatModel

Values = Mapping[str, Any]

USUAL_SPREAD = 3.0
"""Standard deviation of the class scores of an ordinary classifier."""

_SENTINEL = 1e30
"""Larger values, and infinite ones, are sentinels of masks."""


@dataclass(frozen=True)
class Goal:
    """The outputs that count, and which of them is a row of class scores before its softmax.

    Scores are divided by `temperature` first: a network with scores in the thousands is as sure
    of its errors as of the rest, and could teach nothing.
    """

    outputs: tuple[str, ...]
    scores: str | None
    temperature: float = 1.0

    def softened(self, expected: Any) -> Goal:
        """The goal at a temperature that suits scores like `expected` [N, C]."""
        if self.scores is None:
            return self
        known = usual(expected)
        counts = known.sum(-1, keepdim=True).clamp(min=1)
        mean = torch.where(known, expected, 0.0).sum(-1, keepdim=True) / counts
        centred = torch.where(known, expected - mean, 0.0)
        spread = float((centred.square().sum() / counts.sum()).sqrt())
        return replace(self, temperature=max(1.0, spread / USUAL_SPREAD))

    def distance(self, expected: Values, found: Values) -> Any:
        """Squared error as a share of the signal, plus, for class scores, the KL divergence."""
        total = sum(relative_error(expected[name], found[name]) for name in self.outputs)
        if self.scores is not None:
            soft = (values[self.scores] / self.temperature for values in (expected, found))
            total = total + divergence(*soft)
        return total

    def label_error(self, found: Values, labels: Any) -> Any:
        """Cross-entropy of the class scores with int64 labels [N]."""
        assert self.scores is not None
        return functional.cross_entropy(found[self.scores] / self.temperature, labels)


def goal_of(model: FloatModel) -> Goal:
    """Every float output; the scores are the only output where that is a matrix.

    A softmax at the end is left out: its input says more. Raises ModelError where no output is
    float.
    """
    outputs = []
    for name, kind in model.outputs.items():
        if not kind.is_float:
            continue
        producer = model.producers.get(name)
        last = -1 if producer is None else attributes_of(producer).get("axis", -1)
        softmax = producer is not None and producer.op_type == "Softmax"
        if producer is not None and softmax and last in (-1, len(kind.shape or ()) - 1):
            outputs.append(str(producer.input[0]))
        else:
            outputs.append(name)
    if not outputs:
        raise ModelError(
            "This model cannot be fine-tuned: it has no float output, and whole numbers such as "
            "those of ArgMax have no gradient; end the model before them."
        )
    shape = model.types[outputs[0]].shape if len(outputs) == 1 else None
    return Goal(tuple(outputs), outputs[0] if shape is not None and len(shape) == 2 else None)


def usual(values: Any) -> Any:
    """Where values are no sentinels."""
    return values.abs() < _SENTINEL


def relative_error(expected: Any, found: Any) -> Any:
    """sum (expected - found)^2 / sum expected^2; sentinels of masks are left out."""
    known = usual(expected)
    expected = torch.where(known, expected, torch.zeros_like(expected))
    found = torch.where(known, found, torch.zeros_like(found))
    signal = expected.square().sum().clamp(min=1e-30)
    return (found - expected).square().sum() / signal


def divergence(expected: Any, found: Any) -> Any:
    """KL divergence from softmax(expected) to softmax(found), mean over rows (Hinton 2015).

    Sentinels of masks are left out: a class that cannot be has no say.
    """
    masked = expected <= -_SENTINEL
    expected, found = (values.masked_fill(masked, -_SENTINEL) for values in (expected, found))
    target = torch.log_softmax(expected, -1)
    return functional.kl_div(
        torch.log_softmax(found, -1), target, reduction="batchmean", log_target=True
    )
