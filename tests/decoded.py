"""What a file in QDQ form holds, read with onnx and numpy alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

_BITS = {"INT4": 4, "UINT4": 4, "INT8": 8, "UINT8": 8, "INT16": 16, "UINT16": 16, "INT32": 32}


@dataclass(frozen=True, eq=False)
class Constant:
    """Codes of a constant and what they stand for; `bytes` with scales and zero points."""

    dtype: str
    axis: int | None
    block: int
    scale: NDArray[np.float32]
    zero: NDArray[np.int64]
    values: NDArray[np.float64]
    bytes: int

    @property
    def granularity(self) -> str:
        if self.block:
            return f"block:{self.block}"
        return "tensor" if self.scale.size == 1 and self.scale.ndim == 0 else "channel"

    def sqnr_db(self, reference: NDArray[Any]) -> float:
        return ratio_db(reference, self.values)

    def channel_db(self, reference: NDArray[Any], axis: int) -> list[float]:
        pairs = zip(np.moveaxis(reference, axis, 0), np.moveaxis(self.values, axis, 0), strict=True)
        return [ratio_db(one, other) for one, other in pairs]


@dataclass(frozen=True)
class Activation:
    """The grid of a tensor that becomes codes; `low` and `high` are its ends."""

    dtype: str
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Decoded:
    """By the names of the float model: constants without biases, biases, activations."""

    constants: dict[str, Constant]
    biases: dict[str, Constant]
    activations: dict[str, Activation]


def ratio_db(reference: NDArray[Any], values: NDArray[Any]) -> float:
    expected = reference.astype(np.float64)
    signal, noise = float(np.sum(expected**2)), float(np.sum((expected - values) ** 2))
    if not signal:
        return math.nan
    return 10 * math.log10(signal / noise) if noise else math.inf


def decoded(path: Path) -> Decoded:
    graph = onnx.load(path).graph
    known = {tensor.name: tensor for tensor in graph.initializer}
    makers = {name: node for node in graph.node for name in node.output}
    found = Decoded({}, {}, {})
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            source = node.input[0]
            maker = makers.get(source)
            if maker is not None and maker.op_type == "Gather" and maker.input[0] in known:
                source = maker.input[0]
            if source in known:
                constant = _constant(node, known, source)
                into = found.biases if constant.dtype == "int32" else found.constants
                into[source.removesuffix("_quantized")] = constant
        elif node.op_type == "QuantizeLinear" and node.input[1] in known:
            name = node.input[1].removesuffix("_scale")
            found.activations[name] = _activation(node, known, makers)
    return found


def _constant(node: onnx.NodeProto, known: dict[str, TensorProto], source: str) -> Constant:
    attributes = {a.name: a.i for a in node.attribute}
    codes, scale, zero = (numpy_helper.to_array(known[name]) for name in (source, *node.input[1:3]))
    axis = attributes.get("axis", 1) if scale.ndim else None
    block = attributes.get("block_size", 0)
    gap = codes.astype(np.int64) - _spread(zero.astype(np.int64), axis, block, codes.shape)
    values = (gap.astype(np.float32) * _spread(scale, axis, block, codes.shape)).astype(np.float64)
    size = sum(_bytes(known[name]) for name in (source, *node.input[1:3]))
    dtype = TensorProto.DataType.Name(known[source].data_type).lower()
    return Constant(dtype, axis, block, scale, zero.astype(np.int64), values, size)


def _spread(
    values: NDArray[Any], axis: int | None, block: int, shape: tuple[int, ...]
) -> NDArray[Any]:
    if axis is None:
        return values
    if block:
        return np.take(np.repeat(values, block, axis), np.arange(shape[axis]), axis)
    return values.reshape([-1 if place == axis % len(shape) else 1 for place in range(len(shape))])


def _bytes(tensor: TensorProto) -> int:
    name = TensorProto.DataType.Name(tensor.data_type)
    bits = _BITS.get(name, 32)
    return (math.prod(tensor.dims) * bits + 7) // 8


def _activation(
    node: onnx.NodeProto, known: dict[str, TensorProto], makers: dict[str, onnx.NodeProto]
) -> Activation:
    scale = float(numpy_helper.to_array(known[node.input[1]]))
    zero = int(numpy_helper.to_array(known[node.input[2]]))
    dtype = TensorProto.DataType.Name(known[node.input[2]].data_type).lower()
    bits, signed = _BITS[dtype.upper()], dtype.startswith("int")
    lowest = -(1 << bits - 1) if signed else 0
    ends = [(code - zero) * scale for code in (lowest, lowest + (1 << bits) - 1)]
    return Activation(dtype, *ends)
