"""ONNX operators as differentiable functions: element by element, sums and products."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import onnx

from quantengine.finetune.pytorch import Tensor, torch

Attributes = Mapping[str, Any]
Trainable = Callable[..., Any]
"""(attributes, *inputs) -> a tensor, or a tuple of them; an absent input is None."""

functional = torch.nn.functional


def attributes_of(node: onnx.NodeProto) -> dict[str, Any]:
    """The attributes of a node by name, text as str."""
    found = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in found.items()}


def _clip(a: Attributes, x: Tensor, low: Tensor | None = None, high: Tensor | None = None) -> Any:
    least = a.get("min") if low is None else low.item()
    most = a.get("max") if high is None else high.item()
    if not x.is_floating_point():
        return torch.clamp(x, least, most)
    # the gradient of clamp takes eight times as long
    return functional.hardtanh(
        x, -math.inf if least is None else least, math.inf if most is None else most
    )


def _gemm(a: Attributes, x: Tensor, w: Tensor, c: Tensor | None = None) -> Any:
    x = x.T if a.get("transA") else x
    w = w.T if a.get("transB") else w
    y = a.get("alpha", 1.0) * (x @ w) if a.get("alpha", 1.0) != 1 else x @ w
    return y if c is None else y + a.get("beta", 1.0) * c


def _softmax(a: Attributes, x: Tensor) -> Any:
    return torch.softmax(x, a.get("axis", -1))


def _log_softmax(a: Attributes, x: Tensor) -> Any:
    return torch.log_softmax(x, a.get("axis", -1))


def _layer_norm(a: Attributes, x: Tensor, scale: Tensor, bias: Tensor | None = None) -> Any:
    axes = tuple(range(a.get("axis", -1) % x.ndim, x.ndim))
    centred = x - x.mean(axes, keepdim=True)
    variance = (centred * centred).mean(axes, keepdim=True)
    y = centred / torch.sqrt(variance + a.get("epsilon", 1e-5)) * scale
    return y if bias is None else y + bias


def _batch_norm(
    a: Attributes, x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor
) -> Any:
    return functional.batch_norm(x, mean, variance, scale, shift, eps=a.get("epsilon", 1e-5))


def _instance_norm(a: Attributes, x: Tensor, scale: Tensor, shift: Tensor) -> Any:
    return functional.instance_norm(x, weight=scale, bias=shift, eps=a.get("epsilon", 1e-5))


def _division(_: Attributes, x: Tensor, y: Tensor) -> Any:
    whole = not (x.is_floating_point() or y.is_floating_point())
    return torch.div(x, y, rounding_mode="trunc") if whole else x / y


def _pow(_: Attributes, x: Tensor, y: Tensor) -> Any:
    return torch.pow(x, y.to(x.device)).to(x.dtype)


def _prelu(_: Attributes, x: Tensor, slope: Tensor) -> Any:
    return torch.where(x < 0, x * slope, x)


def _gelu(a: Attributes, x: Tensor) -> Any:
    return functional.gelu(x, approximate=a.get("approximate", "none"))


def _dropout(_: Attributes, x: Tensor, *__: Tensor) -> Any:
    return x


def _hard_sigmoid(a: Attributes, x: Tensor) -> Any:
    return torch.clamp(x * a.get("alpha", 0.2) + a.get("beta", 0.5), 0.0, 1.0)


def _plain(function: Callable[..., Any]) -> Trainable:
    return lambda _, *inputs: function(*inputs)


def _folded(function: Callable[[Tensor, Tensor], Any]) -> Trainable:
    def fold(_: Attributes, first: Tensor, *others: Tensor) -> Any:
        for other in others:
            first = function(first, other)
        return first

    return fold


def _comparison(function: Callable[..., Any]) -> Trainable:
    return lambda _, x, y: function(x, y.to(x.device))


def _mean(_: Attributes, *inputs: Tensor) -> Any:
    return sum(inputs[1:], inputs[0]) / len(inputs)


ELEMENTWISE: Mapping[str, Trainable] = {
    "Abs": _plain(torch.abs),
    "Add": _plain(torch.add),
    "And": _comparison(torch.logical_and),
    "BatchNormalization": _batch_norm,
    "Ceil": _plain(torch.ceil),
    "Clip": _clip,
    "Cos": _plain(torch.cos),
    "Div": _division,
    "Dropout": _dropout,
    "Elu": lambda a, x: functional.elu(x, a.get("alpha", 1.0)),
    "Equal": _comparison(torch.eq),
    "Erf": _plain(torch.erf),
    "Exp": _plain(torch.exp),
    "Floor": _plain(torch.floor),
    "Gelu": _gelu,
    "Gemm": _gemm,
    "Greater": _comparison(torch.gt),
    "GreaterOrEqual": _comparison(torch.ge),
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": lambda _, x: x * torch.clamp(x / 6 + 0.5, 0.0, 1.0),
    "Identity": lambda _, x: x,
    "InstanceNormalization": _instance_norm,
    "LayerNormalization": _layer_norm,
    "LeakyRelu": lambda a, x: functional.leaky_relu(x, a.get("alpha", 0.01)),
    "Less": _comparison(torch.lt),
    "LessOrEqual": _comparison(torch.le),
    "Log": _plain(torch.log),
    "LogSoftmax": _log_softmax,
    "MatMul": _plain(torch.matmul),
    "Max": _folded(torch.maximum),
    "Mean": _mean,
    "Min": _folded(torch.minimum),
    "Mish": _plain(functional.mish),
    "Mul": _plain(torch.mul),
    "Neg": _plain(torch.neg),
    "Not": _plain(torch.logical_not),
    "Or": _comparison(torch.logical_or),
    "PRelu": _prelu,
    "Pow": _pow,
    "Reciprocal": _plain(torch.reciprocal),
    "Relu": _plain(torch.relu),
    "Round": _plain(torch.round),
    "Selu": _plain(functional.selu),
    "Sigmoid": _plain(torch.sigmoid),
    "Sign": _plain(torch.sign),
    "Sin": _plain(torch.sin),
    "Softmax": _softmax,
    "Softplus": _plain(functional.softplus),
    "Softsign": _plain(functional.softsign),
    "Sqrt": _plain(torch.sqrt),
    "Sub": _plain(torch.sub),
    "Sum": _folded(torch.add),
    "Tanh": _plain(torch.tanh),
    "Where": lambda _, c, x, y: torch.where(c.to(x.device), x, y.to(x.device)),
}
