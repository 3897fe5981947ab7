"""Layers that onnxruntime fused with what stands beside them, written out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.constants import replace_nodes
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.names import unique_name
from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import names_in

_DOMAIN = "com.microsoft"
_PLAIN = ("Relu", "Sigmoid", "Tanh")
_WITH_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "LeakyRelu": ("alpha",),
    "HardSigmoid": ("alpha", "beta"),
}
_OF_FUSED_CONV = ("activation", "activation_params")
_OF_FUSED_GEMM = ("activation", "activation_alpha", "activation_beta", "activation_gamma")
_OF_ATTENTION = ("num_heads", "unidirectional", "mask_filter_value", "scale")


def unfuse(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: FusedConv, FusedGemm, FusedMatMul and Attention become layers that rules know.

    Those with weights that are computed, or inputs that have no plain form, stay.
    """
    writer = _Writer(proto.graph)
    nodes: list[onnx.NodeProto] = []
    rewrites: list[Rewrite] = []
    for node in proto.graph.node:
        write = _FORMS.get(node.op_type) if node.domain == _DOMAIN else None
        written = None if write is None else write(writer, node)
        nodes += [node] if written is None else written
        if written is not None:
            for new in written:
                put_in_branch(new, branch_of(node))
            rewrites.append(rewritten(f"{node.op_type} written out", node))
    if rewrites:
        replace_nodes(proto.graph, nodes)
    return rewrites


class _Writer:
    """Names and constants for the nodes that are written."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.graph, self.taken = graph, names_in(graph)
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.ranks = {
            value.name: len(value.type.tensor_type.shape.dim)
            for value in (*graph.input, *graph.value_info)
            if value.type.tensor_type.HasField("shape")
        }

    def free(self, wanted: str) -> str:
        return unique_name(wanted, self.taken)

    def constant(self, wanted: str, values: NDArray[Any]) -> str:
        name = self.free(wanted)
        self.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(
        self, op_type: str, inputs: list[str], outputs: list[str], **attributes: Any
    ) -> onnx.NodeProto:
        name = self.free(f"{outputs[0]}_{op_type}")
        return helper.make_node(op_type, inputs, outputs, name, **attributes)


def _conv(writer: _Writer, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    numbers = list(attribute(node, "activation_params", ()))
    inputs, added = list(node.input[:3]), node.input[3] if len(node.input) > 3 else ""
    return _activated(writer, _bare(node, "Conv", inputs, _OF_FUSED_CONV), node, numbers, added)


def _gemm(writer: _Writer, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    numbers = [attribute(node, f"activation_{word}", 0.0) for word in ("alpha", "beta")]
    return _activated(writer, _bare(node, "Gemm", list(node.input), _OF_FUSED_GEMM), node, numbers)


def _product(writer: _Writer, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    """alpha A B or alpha A Bᵀ, of a constant B."""
    weight = writer.constants.get(node.input[1])
    turned = [attribute(node, word, 0) for word in ("transA", "transBatchA", "transBatchB")]
    if weight is None or any(turned):
        return None
    values = numpy_helper.to_array(weight)
    swapped = values.swapaxes(-1, -2) if attribute(node, "transB", 0) else values
    scaled = swapped * np.asarray(attribute(node, "alpha", 1.0), values.dtype)
    name = writer.constant(f"{node.input[1]}_plain", scaled)
    return [helper.make_node("MatMul", [node.input[0], name], list(node.output), node.name)]


def _attention(writer: _Writer, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    """Its product of queries, keys and values apart from how they meet; None with a cache."""
    inputs = [*node.input, *[""] * (7 - len(node.input))]
    x, weight, bias, mask, past, added, length = inputs
    width = writer.constants.get(weight)
    given = [name for name in node.output[1:] if name]
    if width is None or past or length or given or attribute(node, "do_rotary", 0):
        return None
    if mask and writer.ranks.get(mask) != 2:
        return None
    sizes = list(attribute(node, "qkv_hidden_sizes", ())) or [width.dims[1] // 3] * 3
    output = node.output[0]
    joined = writer.free(f"{output}_qkv")
    nodes = [writer.node("MatMul", [x, weight], [joined])]
    if bias:
        moved = writer.free(f"{joined}_biased")
        nodes.append(writer.node("Add", [joined, bias], [moved]))
        joined = moved
    parts = [writer.free(f"{output}_{word}") for word in ("query", "key", "value")]
    split = writer.constant(f"{output}_sizes", np.array(sizes, np.int64))
    nodes.append(writer.node("Split", [joined, split], parts, axis=2))
    attributes = {entry.name: entry for entry in node.attribute if entry.name in _OF_ATTENTION}
    meet = helper.make_node("MultiHeadAttention", [*parts, "", mask, added], [output], node.name)
    while not meet.input[-1]:
        meet.input.pop()
    meet.domain = _DOMAIN
    meet.attribute.extend(attributes.values())
    return [*nodes, meet]


def _bare(
    node: onnx.NodeProto, op_type: str, inputs: list[str], without: tuple[str, ...]
) -> onnx.NodeProto:
    """The layer alone."""
    bare = helper.make_node(op_type, inputs, list(node.output), node.name)
    bare.attribute.extend(entry for entry in node.attribute if entry.name not in without)
    return bare


def _activated(
    writer: _Writer,
    layer: onnx.NodeProto,
    node: onnx.NodeProto,
    numbers: list[float],
    added: str = "",
) -> list[onnx.NodeProto] | None:
    """The layer, what is added to it, and the activation behind."""
    nodes, last = [layer], layer
    if added:
        last.output[0] = writer.free(f"{node.output[0]}_product")
        last = writer.node("Add", [last.output[0], added], list(node.output))
        nodes.append(last)
    kind = attribute(node, "activation", "")
    if not kind:
        return nodes
    last.output[0] = writer.free(f"{node.output[0]}_plain")
    end = _activation(writer, kind, numbers, last.output[0], node.output[0])
    return None if end is None else [*nodes, end]


def _activation(
    writer: _Writer, kind: str, numbers: list[float], source: str, output: str
) -> onnx.NodeProto | None:
    if kind in _PLAIN:
        return writer.node(kind, [source], [output])
    if kind in _WITH_NUMBERS and len(numbers) >= len(_WITH_NUMBERS[kind]):
        words = dict(zip(_WITH_NUMBERS[kind], numbers, strict=False))
        return writer.node(kind, [source], [output], **words)
    if kind == "Clip" and len(numbers) >= 2:
        bounds = [writer.constant(f"{output}_bound", np.array(n, np.float32)) for n in numbers[:2]]
        return writer.node(kind, [source, *bounds], [output])
    return None


_FORMS: Mapping[str, Callable[[_Writer, onnx.NodeProto], list[onnx.NodeProto] | None]] = {
    "FusedConv": _conv,
    "FusedGemm": _gemm,
    "FusedMatMul": _product,
    "TransposeMatMul": _product,
    "Attention": _attention,
}
