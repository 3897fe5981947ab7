"""QDQ form to onnxruntime's product of floats with packed weights, `MatMulNBits` (com.microsoft).

B uint8 `[N, blocks, size * bits / 8]`, the first code in the lowest bits; scales `[N, blocks]`;
zero points packed alike, left out where they are the middle (onnxruntime, contrib operators), or
one below it: counted from the other end, with a negative scale, such codes have it in the middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.errors import ExportError
from quantengine.formats.granularity import PerBlock
from quantengine.graph.attributes import attribute
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.names import unique_name
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.walk import names_in, protected_names, reads, without_dead
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.microsoft import MICROSOFT, import_domain

OPERATOR = "MatMulNBits"
SIZES = (16, 32, 64, 128, 256)
"""Values that may share a scale."""
_SIGNED = (TensorProto.INT4, TensorProto.INT8)
_BYTE = 8
_BIAS = 5
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Packed:
    """A weight W `[N, K]` as the operator stores it: the names of B, scales and zero points."""

    names: tuple[str, ...]
    attributes: Mapping[str, Any]


def nbits_model(
    qdq: onnx.ModelProto, accuracy_level: int, *, two_bits: bool = False
) -> onnx.ModelProto:
    """A copy in which products with weights in blocks are `MatMulNBits`; the rest stays as it is.

    `accuracy_level` 4 lets kernels round activations to 8 bits, 0 keeps them as they are.
    `two_bits`: whether codes that need no more may be packed so. Raises ExportError where no
    product has such a weight.
    """
    model = onnx.ModelProto()
    model.CopyFrom(qdq)
    writer = _Writer(model.graph, accuracy_level, two_bits)
    nodes = [writer.packed(node) or node for node in model.graph.node]
    if not writer.count:
        raise ExportError(
            "No layer can be written with packed weights: {0}. Give products weights of 8 bits at "
            "most in blocks, as --weights int4 --granularity block:32.",
            "; ".join(writer.reasons) or "no product has a weight as codes",
        )
    outputs = protected_names(model.graph)
    nodes = without_dead(nodes, outputs)
    used = {name for node in nodes for name in reads(node)} | outputs
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(kept)
    import_domain(model)
    return model


def packable(encodings: Encodings) -> bool:
    """Whether some product has a weight that the operator can store."""
    products = (n for n in encodings.flow.nodes.values() if operator_of(n.node).is_product)
    names = {weight.tensor for node in products for weight in node.weights}
    found = (encodings.weights[name] for name in names if name in encodings.weights)
    return any(
        isinstance(each.granularity, PerBlock)
        and each.granularity.size in SIZES
        and each.scale.ndim == 2
        and each.dtype.bits <= _BYTE
        for each in found
    )


class _Writer:
    def __init__(self, graph: onnx.GraphProto, accuracy_level: int, two_bits: bool) -> None:
        self.graph, self.level, self.two_bits = graph, accuracy_level, two_bits
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.readers = {
            node.output[0]: node
            for node in graph.node
            if node.op_type == "DequantizeLinear" and node.input[0] in self.constants
        }
        self.signed = {name for name, each in self.constants.items() if each.data_type in _SIGNED}
        self.taken = names_in(graph)
        self.weights: dict[str, Packed] = {}
        self.reasons: dict[str, None] = {}
        self.count = 0

    def packed(self, node: onnx.NodeProto) -> onnx.NodeProto | None:
        """The operator in the place of a product; None of anything else, with the reason kept."""
        stored = self.readers.get(node.input[1]) if len(node.input) > 1 else None
        if stored is None or not operator_of(node).is_product:
            return None
        reason = self._obstacle(stored)
        if reason is not None:
            self.reasons[reason] = None
            return None
        turned = node.op_type == "Gemm" and bool(attribute(node, "transB", 0))
        weight = self._weight(stored, turned=turned)
        inputs = [node.input[0], *weight.names]
        if len(node.input) > 2 and node.input[2]:
            inputs += [""] * (_BIAS - len(inputs))
            inputs.append(node.input[2])
        new = helper.make_node(
            OPERATOR, inputs, list(node.output), node.name, domain=MICROSOFT, **weight.attributes
        )
        put_in_branch(new, branch_of(node))
        self.count += 1
        return new

    def _obstacle(self, stored: onnx.NodeProto) -> str | None:
        size, codes = attribute(stored, "block_size", 0), self.constants[stored.input[0]]
        if not size:
            return "its weights have no scale for each block"
        if size not in SIZES:
            return f"blocks of {size} are none of {', '.join(map(str, SIZES))}"
        if len(codes.dims) != 2:
            return "its weight is a stack of matrices"
        wide = numpy_helper.to_array(codes).dtype.itemsize > 1
        return "its weights have more than 8 bits" if wide else None

    def _weight(self, stored: onnx.NodeProto, *, turned: bool) -> Packed:
        name = f"{stored.output[0]}{turned}"
        if name not in self.weights:
            size = attribute(stored, "block_size", 0)
            codes, scale, zero = (self._array(place) for place in stored.input)
            if not turned:
                codes, scale, zero = codes.T, scale.T, zero.T
            self.weights[name] = self._stored(stored.input[0], codes, scale, zero, size)
        return self.weights[name]

    def _array(self, name: str) -> NDArray[Any]:
        values = numpy_helper.to_array(self.constants[name])
        return values if values.dtype == np.float32 else values.astype(np.int64)

    def _stored(
        self, label: str, codes: Codes, scale: NDArray[Any], zero: Codes, size: int
    ) -> Packed:
        rows, depth = codes.shape
        bits, shift = self._width(codes, zero, signed=label in self.signed)
        codes, scale, zero = _turned(codes + shift, scale, zero + shift, size, (1 << bits) - 1)
        whole = np.repeat(zero, size, axis=1)
        whole[:, :depth] = codes
        packed = _pack(whole, bits).reshape(rows, zero.shape[1], -1)
        names = [
            self._constant(f"{label}_packed", packed),
            self._constant(f"{label}_scales", scale),
        ]
        if np.any(zero != 1 << (bits - 1)):
            names.append(self._constant(f"{label}_zero_points", _pack(zero, bits)))
        attributes = {"K": depth, "N": rows, "bits": bits, "block_size": size}
        return Packed(tuple(names), {**attributes, "accuracy_level": self.level})

    def _width(self, codes: Codes, zero: Codes, *, signed: bool) -> tuple[int, int]:
        """The fewest bits that hold all codes, and what makes them unsigned."""
        low, high = (
            int(end) for end in (min(codes.min(), zero.min()), max(codes.max(), zero.max()))
        )
        for bits in (2, 4) if self.two_bits else (4,):
            shift = 1 << (bits - 1) if signed else 0
            if low + shift >= 0 and high + shift < 1 << bits:
                return bits, shift
        return _BYTE, 1 << (_BYTE - 1) if signed else 0

    def _constant(self, wanted: str, values: NDArray[Any]) -> str:
        name = unique_name(wanted, self.taken)
        self.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def _turned(
    codes: Codes, scale: NDArray[Any], zero: Codes, size: int, last: int
) -> tuple[Codes, NDArray[Any], Codes]:
    """Blocks with zero just below the middle counted from `last` down, if all others have it there.

    (q - z) s = ((last - q) - (last - z)) (-s).
    """
    below = zero == last // 2
    if not np.any(below) or not np.all(below | (zero == last // 2 + 1)):
        return codes, scale, zero
    wide = np.repeat(below, size, axis=1)[:, : codes.shape[1]]
    turned = np.where(wide, last - codes, codes)
    return turned, np.where(below, -scale, scale), np.where(below, last - zero, zero)


def _pack(codes: Codes, bits: int) -> NDArray[np.uint8]:
    """`[rows, n]` to `[rows, ceil(n bits / 8)]`, filled up with zeros."""
    each = _BYTE // bits
    filled = np.pad(codes, ((0, 0), (0, -codes.shape[1] % each)))
    parts = filled.reshape(len(codes), -1, each) << (np.arange(each) * bits)
    return np.asarray(parts.sum(axis=2), np.uint8)


def unpack(packed: NDArray[np.uint8], bits: int, count: int) -> NDArray[np.uint8]:
    """The first `count` codes of each row, as `_pack` packed them."""
    each = _BYTE // bits
    parts = (packed[:, :, None] >> (np.arange(each, dtype=np.uint8) * bits)) & ((1 << bits) - 1)
    return np.asarray(parts.reshape(len(packed), -1)[:, :count], np.uint8)
