"""Random layers: what multiplies, what computes on codes, what clamps, what stays float."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.engine.fuzz_network import Array, Draft

Made = list[str]


def divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def windows(draft: Draft, sides: tuple[int, ...], *, dilated: bool) -> dict[str, Any]:
    """Kernel, strides, dilations and pads or auto_pad that fit sides, each told or left out."""
    draw = draft.random
    kernel = [draw.randint(1, min(3, side)) for side in sides]
    found: dict[str, Any] = {"kernel_shape": kernel}
    if draft.chance(0.6):
        found["strides"] = [draw.randint(1, 3) for _ in sides]
    if dilated and draft.chance(0.3):
        fit = [2 * k - 1 <= side for k, side in zip(kernel, sides, strict=True)]
        found["dilations"] = [draw.randint(1, 2) if wide else 1 for wide in fit]
    if draft.chance(0.3):
        found["auto_pad"] = draw.choice(["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"])
    if found.get("auto_pad", "NOTSET") == "NOTSET" and draft.chance(0.7):
        found["pads"] = [draw.randint(0, max(0, k - 1)) for k in kernel * 2]
    return found


def conv(draft: Draft) -> Made:
    x = draft.pick(3, 5)
    if x is None:
        return []
    channels, sides = draft.values[x].shape[1], draft.values[x].shape[2:]
    attributes = windows(draft, sides, dilated=True)
    group = draft.random.choice([1, 1, *divisors(channels)])
    outputs, inputs = group * draft.random.randint(1, 4), channels // group
    kernel = attributes["kernel_shape"]
    weight = draft.weight(outputs, inputs, *kernel, fan_in=inputs * int(np.prod(kernel)))
    if draft.chance(0.3):
        del attributes["kernel_shape"]
    if group > 1 or draft.chance(0.2):
        attributes["group"] = group
    return draft.add("Conv", [x, weight, *_bias(draft, outputs)], attributes)


def conv_transpose(draft: Draft) -> Made:
    x = draft.pick(3, 5)
    if x is None:
        return []
    channels, sides = draft.values[x].shape[1], draft.values[x].shape[2:]
    attributes = windows(draft, sides, dilated=True)
    group = draft.random.choice([1, 1, *divisors(channels)])
    each, kernel = draft.random.randint(1, 3), attributes["kernel_shape"]
    weight = draft.weight(channels, each, *kernel, fan_in=channels * int(np.prod(kernel)) // group)
    strides = attributes.get("strides")
    if strides and draft.chance(0.3):
        attributes["output_padding"] = [draft.random.randint(0, s - 1) for s in strides]
    attributes["group"] = group
    return draft.add("ConvTranspose", [x, weight, *_bias(draft, each * group)], attributes)


def _bias(draft: Draft, channels: int) -> list[str | Array]:
    return [draft.weight(channels, fan_in=4)] if draft.chance(0.6) else []


def gemm(draft: Draft) -> Made:
    x = draft.pick(2, 2)
    if x is None:
        return []
    attributes = {name: 1 for name in ("transA", "transB") if draft.chance(0.4)}
    rows, inner = draft.values[x].shape[:: -1 if "transA" in attributes else 1]
    columns = draft.random.randint(1, 6)
    shape = (columns, inner) if "transB" in attributes else (inner, columns)
    weight = draft.weight(*shape, fan_in=inner)
    for name in ("alpha", "beta"):
        if draft.chance(0.15):
            attributes[name] = draft.random.choice([0.5, 2.0, 1.0])
    biases = [(columns,), (columns,), (1, columns), (), (1,), (rows, 1), (rows, columns)]
    bias = [draft.weight(*draft.random.choice(biases), fan_in=4)] if draft.chance(0.7) else []
    if not bias and draft.chance(0.9) and draft.opset < 11:
        bias = [draft.weight(columns, fan_in=4)]
    return draft.add("Gemm", [x, weight, *bias], attributes)


def matmul(draft: Draft) -> Made:
    x = draft.pick(1, 4)
    if x is None:
        return []
    shape, many = draft.values[x].shape, draft.random.randint(1, 6)
    inner = shape[-1]
    way = draft.random.choice(["right", "right", "right", "vector", "batched", "left", "both"])
    if way == "vector":
        return draft.add("MatMul", [x, draft.weight(inner, fan_in=inner)])
    if way == "batched" and len(shape) > 2:
        lead = [d if draft.chance(0.7) else 1 for d in shape[:-2]]
        return draft.add("MatMul", [x, draft.weight(*lead, inner, many, fan_in=inner)])
    if way == "left" and len(shape) > 1:
        return draft.add("MatMul", [draft.weight(many, shape[-2], fan_in=shape[-2]), x])
    if way == "both" and len(shape) > 1:
        order = [*range(len(shape) - 2), len(shape) - 1, len(shape) - 2]
        turned = draft.add("Transpose", [x], {"perm": order})
        return draft.add("MatMul", [x, *turned]) if turned else []
    return draft.add("MatMul", [x, draft.weight(inner, many, fan_in=inner)])


def binary(draft: Draft) -> Made:
    x = draft.pick()
    if x is None:
        return []
    shape = draft.values[x].shape
    op_type = draft.random.choice(["Add", "Sub", "Mul"])
    if draft.chance(0.5):
        fit = [n for n, v in draft.values.items() if _broadcasts(v.shape, shape)]
        other: Any = draft.random.choice(fit)
    else:
        kept = shape[draft.random.randint(0, len(shape)) :]
        other = draft.weight(*(side if draft.chance(0.6) else 1 for side in kept))
    pair = [x, other] if draft.chance(0.6) else [other, x]
    return draft.add(op_type, pair)


def _broadcasts(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    pairs = zip(left[::-1], right[::-1], strict=False)
    return all(a == b or 1 in (a, b) for a, b in pairs)


def concat(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    shape = draft.values[x].shape
    axis = draft.random.randrange(len(shape))

    def fits(other: tuple[int, ...]) -> bool:
        pairs = enumerate(zip(other, shape, strict=False))
        return len(other) == len(shape) and all(a == b or i == axis for i, (a, b) in pairs)

    fit = [name for name, v in draft.values.items() if fits(v.shape)]
    parts: list[Any] = [x, *(draft.random.choice(fit) for _ in range(draft.random.randint(0, 2)))]
    if draft.chance(0.2):
        parts.append(draft.weight(*shape))
    draft.random.shuffle(parts)
    told = axis - len(shape) if draft.opset >= 11 and draft.chance(0.3) else axis
    return draft.add("Concat", parts, {"axis": told})


def average_pool(draft: Draft) -> Made:
    x = draft.pick(3, 5)
    if x is None:
        return []
    attributes = windows(draft, draft.values[x].shape[2:], dilated=draft.opset >= 19)
    if draft.chance(0.4):
        attributes["count_include_pad"] = 1
    if draft.opset >= 10 and draft.chance(0.4):
        attributes["ceil_mode"] = 1
    return draft.add("AveragePool", [x], attributes)


def activation(draft: Draft) -> Made:
    x = draft.pick()
    if x is None:
        return []
    since = {"HardSwish": 14, "Mish": 18}
    names = ["LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Elu", "Tanh", "Mish", "PRelu"]
    op_type = draft.random.choice([n for n in names if since.get(n, 0) <= draft.opset])
    attributes: dict[str, Any] = {}
    if op_type in ("LeakyRelu", "HardSigmoid", "Elu") and draft.chance(0.5):
        attributes["alpha"] = draft.random.choice([0.1, 0.3, 0.6])
    if op_type == "PRelu":
        shape = draft.values[x].shape
        kept = shape[draft.random.randint(0, len(shape)) :]
        slope = draft.weight(*(s if draft.chance(0.7) else 1 for s in kept))
        return draft.add("PRelu", [x, slope])
    return draft.add(op_type, [x], attributes)


def mean(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    rank = draft.values[x].ndim
    if rank > 2 and draft.chance(0.3):
        return draft.add("GlobalAveragePool", [x])
    axes = sorted(draft.random.sample(range(rank), draft.random.randint(1, rank)))
    if draft.opset >= 11 and draft.chance(0.4):
        axes = [axis - rank for axis in axes]
    attributes: dict[str, Any] = {"keepdims": int(draft.chance(0.6))}
    if draft.chance(0.15):
        return draft.add("ReduceMean", [x], attributes)
    if draft.opset >= 18:
        return draft.add("ReduceMean", [x, np.array(axes, np.int64)], attributes)
    return draft.add("ReduceMean", [x], {**attributes, "axes": axes})


def clamp(draft: Draft) -> Made:
    x = draft.pick()
    if x is None:
        return []
    if draft.chance(0.5):
        return draft.add("Relu", [x])
    low = draft.random.choice([None, 0.0, -0.5, -1.0, 0.1])
    high = draft.random.choice([None, 6.0, 0.7, 1.0])
    if draft.opset < 11:
        told = {n: v for n, v in (("min", low), ("max", high)) if v is not None}
        return draft.add("Clip", [x], told)
    bounds: list[Any] = ["" if v is None else np.float32(v) for v in (low, high)]
    while bounds and isinstance(bounds[-1], str):
        bounds.pop()
    return draft.add("Clip", [x, *bounds])


def plain_float(draft: Draft) -> Made:
    x = draft.pick()
    if x is None:
        return []
    value = draft.values[x]
    choices = ["Neg", "Abs", "Softplus", "Selu", "Sin", "Erf", "Div", "Max", "ReduceMax"]
    choices += ["Softmax", "LogSoftmax"] if value.ndim else []
    choices += ["BatchNormalization"] * 2 if value.ndim > 1 else []
    choices += ["InstanceNormalization"] if value.ndim > 2 else []
    choices += ["LayerNormalization"] if value.ndim and draft.opset >= 17 else []
    choices += ["Gelu"] if draft.opset >= 20 else []
    op_type = draft.random.choice(choices)
    if op_type == "BatchNormalization":
        channels = value.shape[1]
        parts = [draft.normal(channels, mean=m) for m in (1, 0, 0)]
        spread = np.abs(draft.normal(channels)) + np.float32(0.3)
        return draft.add(op_type, [x, *parts, spread])
    if op_type == "InstanceNormalization":
        return draft.add(op_type, [x, *(draft.normal(value.shape[1], mean=m) for m in (1, 0))])
    if op_type == "LayerNormalization":
        return draft.add(op_type, [x, draft.normal(value.shape[-1], mean=1)], {"epsilon": 0.1})
    if op_type in ("Softmax", "LogSoftmax"):
        lowest = 0 if draft.opset < 11 else -value.ndim
        axis = draft.random.randint(lowest, value.ndim - 1)
        return draft.add(op_type, [x], {"axis": axis} if draft.chance(0.7) else {})
    if op_type == "Div":
        return draft.add(op_type, [x, np.float32(1.7)])
    if op_type == "Max":
        return draft.add(op_type, [x, draft.pick() or x])
    return draft.add(op_type, [x])


CORES = (conv, conv, conv, conv_transpose, gemm, matmul, matmul)
FLOWS = (binary, binary, concat, average_pool, activation, activation, mean)
