"""Batch norm while fine-tuning: folded into the weight before it is rounded (001)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.finetune.operators import Attributes, Trainable
from quantengine.finetune.parameter import Parameter, in_units
from quantengine.finetune.pytorch import Tensor, torch
from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import bias_input, operator_of
from quantengine.graph.weighted import weight_axes
from quantengine.opening.open import open_model

MOMENTUM = 0.1
_SHARE = 1 / 32
"""A step of a weight's grid as a share of a channel, which gamma and beta move as a whole."""
_SAME = 1e-3

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NormConstants:
    """A convolution and the batch norm behind it, as the model file has them; all but `w` [C]."""

    w: Floats
    bias: Floats
    gamma: Floats
    beta: Floats
    mean: Floats
    variance: Floats
    epsilon: float

    def factor(self) -> Floats:
        """What the fold multiplies the weight by, shaped to do so."""
        scale = self.gamma / np.sqrt(self.variance + self.epsilon)
        return np.asarray(scale.reshape(-1, *[1] * (self.w.ndim - 1)), np.float32)

    def folded(self) -> tuple[Floats, Floats]:
        """Weight and bias of the convolution alone (methods.md, section 4)."""
        factor = self.factor()
        return self.w * factor, self.beta + factor.reshape(-1) * (self.bias - self.mean)


def norms_of(model: FloatModel) -> dict[str, NormConstants]:
    """By node of the folded `model`: the batch norms of its file that can be trained.

    Those whose folded weight is no longer the model's (other changes came after) are left out.
    """
    source = open_model(model.path, fold=False, compare=False)
    nodes = {node.name: node for node in model.graph.node}
    found = {}
    for norm in source.graph.node:
        if norm.op_type != "BatchNormalization":
            continue
        conv = source.producers.get(norm.input[0])
        if conv is None or not _convolves(conv) or len(source.consumers[norm.input[0]]) > 1:
            continue
        constants = _constants(source, conv, norm)
        node = nodes.get(conv.name)
        if constants is not None and node is not None and _same(model, node, constants):
            found[conv.name] = constants
    return found


def _convolves(node: onnx.NodeProto) -> bool:
    """Whether a node is a convolution whose weight has the output channels first."""
    return operator_of(node).slides and weight_axes(node, 0).output == 0


def _constants(
    source: FloatModel, conv: onnx.NodeProto, norm: onnx.NodeProto
) -> NormConstants | None:
    w = source.constant(conv.input[1])
    values = [source.constant(name) for name in norm.input[1:5]]
    if w is None or any(value is None for value in values):
        return None
    name = bias_input(conv)
    bias = np.zeros(len(w), np.float32) if name is None else source.constant(name)
    epsilon = attribute(norm, "epsilon", 1e-5)
    if bias is None:
        return None
    gamma, beta, mean, variance = (np.asarray(value, np.float32) for value in values)
    return NormConstants(w, bias, gamma, beta, mean, variance, float(epsilon))


def _same(model: FloatModel, node: onnx.NodeProto, constants: NormConstants) -> bool:
    ours = model.constant(node.input[1])
    folded, _ = constants.folded()
    if ours is None or ours.shape != folded.shape:
        return False
    return bool(np.abs(ours - folded).max() <= _SAME * np.abs(ours).max(initial=0.0))


@dataclass(eq=False)
class FoldedNorm:
    """The batch norm of one convolution in training.

    Until it is frozen the weight is folded with the running variance, so that its codes do not
    jitter, and the output is corrected by sqrt(var_running / var_batch) to what plain batch norm
    gives: y = gamma (conv - mean_batch) / sqrt(var_batch) + beta. Frozen, the running statistics
    take their place in both.
    """

    constants: NormConstants
    convolve: Trainable
    device: str
    training: bool = False
    frozen: bool = False
    learned: dict[str, Parameter] = field(default_factory=dict)
    watched: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        c = self.constants
        for name, values in (("gamma", c.gamma), ("beta", c.beta)):
            self.learned[name] = in_units(values, _SHARE * np.abs(c.gamma), self.device)
        self.watched = {"mean": self._tensor(c.mean), "variance": self._tensor(c.variance)}
        self.bias = self._tensor(c.bias)
        self.forget()

    def _tensor(self, values: Floats) -> Any:
        return torch.tensor(values).to(self.device)

    @property
    def by_batch(self) -> bool:
        return self.training and not self.frozen

    def _deviation(self) -> Any:
        return torch.sqrt(self.watched["variance"] + self.constants.epsilon)

    def folded_weight(self, weight: Tensor) -> Any:
        """`weight` [C, ...] times gamma / sqrt(var_running)."""
        scale = self.learned["gamma"].value / self._deviation()
        return weight * scale.reshape(-1, *[1] * (weight.ndim - 1))

    def folded_bias(self) -> Any:
        """[C]: what the convolution adds once the norm is frozen."""
        shift = (self.bias - self.watched["mean"]) / self._deviation()
        return self.learned["beta"].value + self.learned["gamma"].value * shift

    def run(
        self, attributes: Attributes, x: Tensor, rounded: Tensor, bias: Tensor, weight: Tensor
    ) -> Any:
        """The layer's output; `rounded` is the quantized folded weight, `weight` the plain one."""
        if not self.by_batch:
            return self.convolve(attributes, x, rounded, bias)
        plain = self.convolve(attributes, x, weight, self.bias)
        axes = (0, *range(2, plain.ndim))
        mean, variance = plain.mean(axes), plain.var(axes, unbiased=False)
        batch_deviation = torch.sqrt(variance + self.constants.epsilon)
        correction = self._deviation() / batch_deviation
        self._seen.append((mean.detach(), variance.detach(), plain.numel() // plain.shape[1]))
        shift = self.learned["gamma"].value * (self.bias - mean) / batch_deviation
        shift = self.learned["beta"].value + shift
        shape = (-1, *[1] * (plain.ndim - 2))
        y = self.convolve(attributes, x, rounded, None)
        return y * correction.reshape(shape) + shift.reshape(shape)

    def settle(self) -> None:
        """The running statistics follow the batch, whose parts were seen since the last time."""
        if not self._seen:
            return
        means, variances, counts = zip(*self._seen, strict=True)
        self.forget()
        total = sum(counts)
        shares = [count / total for count in counts]
        mean = sum(m * share for m, share in zip(means, shares, strict=True))
        parts = zip(means, variances, shares, strict=True)
        variance = sum((v + (m - mean).square()) * share for m, v, share in parts)
        unbiased = variance * (total / max(total - 1, 1))
        for name, seen in (("mean", mean), ("variance", unbiased)):
            self.watched[name] = (1 - MOMENTUM) * self.watched[name] + MOMENTUM * seen

    def forget(self) -> None:
        """Leaves out what was seen since then."""
        self._seen: list[tuple[Any, Any, int]] = []


def freeze(norms: Mapping[str, FoldedNorm], *, frozen: bool) -> None:
    """Makes every norm use its running statistics, or those of the batch again."""
    for norm in norms.values():
        norm.frozen = frozen
