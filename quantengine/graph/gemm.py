"""Gemm in the one form that rules know: x W + b, b one number for each column."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.constants import replace_nodes
from quantengine.graph.names import unique_name
from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import names_in

_BIAS = 2


def plain_gemms(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: alpha goes into a constant weight, beta into a constant bias, transA before it."""
    graph = proto.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    taken = names_in(graph)
    nodes, rewrites = [], []
    for node in graph.node:
        if not _is_gemm(node) or node.input[1] not in constants:
            nodes.append(node)
            continue
        changed = False
        for place, word in ((1, "alpha"), (_BIAS, "beta")):
            factor = attribute(node, word, 1.0)
            name = node.input[place] if place < len(node.input) else ""
            if factor != 1 and (name in constants or not name):
                if name:
                    node.input[place] = _scaled(graph, constants[name], factor, taken)
                _drop(node, word)
                changed = True
        if attribute(node, "transA", 0):
            turned = unique_name(f"{node.input[0]}_turned", taken)
            name = unique_name(f"{turned}_Transpose", taken)
            nodes.append(
                helper.make_node("Transpose", [node.input[0]], [turned], name, perm=[1, 0])
            )
            node.input[0] = turned
            _drop(node, "transA")
            changed = True
        nodes.append(node)
        rewrites += [rewritten("Gemm made plain", node)] if changed else []
    if len(nodes) > len(graph.node):
        replace_nodes(graph, nodes)
    return rewrites


def split_biases(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: what a Gemm adds that is not one number for each column, an Add adds behind it."""
    graph = proto.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    taken = names_in(graph)
    nodes, rewrites = [], []
    for node in graph.node:
        nodes.append(node)
        weight = constants.get(node.input[1]) if _is_gemm(node) and len(node.input) > 1 else None
        bias = node.input[_BIAS] if len(node.input) > _BIAS else ""
        if weight is None or len(weight.dims) != 2 or not bias or attribute(node, "beta", 1.0) != 1:
            continue
        columns = weight.dims[0 if attribute(node, "transB", 0) else 1]
        if bias in constants and list(constants[bias].dims) == [columns]:
            continue
        output = node.output[0]
        node.output[0] = unique_name(f"{output}_product", taken)
        del node.input[_BIAS:]
        name = unique_name(f"{output}_Add", taken)
        nodes.append(helper.make_node("Add", [node.output[0], bias], [output], name))
        rewrites.append(rewritten("bias of a Gemm made an Add", nodes[-1]))
    if len(nodes) > len(graph.node):
        replace_nodes(graph, nodes)
    return rewrites


def _is_gemm(node: onnx.NodeProto) -> bool:
    return node.op_type == "Gemm" and node.domain in ("", "ai.onnx")


def _scaled(
    graph: onnx.GraphProto, tensor: onnx.TensorProto, factor: float, taken: set[str]
) -> str:
    values = numpy_helper.to_array(tensor)
    name = unique_name(f"{tensor.name}_scaled", taken)
    scaled = np.asarray(values * np.asarray(factor, values.dtype), values.dtype)
    graph.initializer.append(numpy_helper.from_array(scaled, name))
    return name


def _drop(node: onnx.NodeProto, word: str) -> None:
    kept = onnx.NodeProto(attribute=[a for a in node.attribute if a.name != word])
    del node.attribute[:]
    node.attribute.extend(kept.attribute)
