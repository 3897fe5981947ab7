"""Gemm in the one form that rules know: x W + b, b one number for each column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.constants import replace_nodes
from quantengine.graph.names import unique_name
from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import names_in

_BIAS = 2


@dataclass(frozen=True)
class _Place:
    """The graph a Gemm stands in, the constants of it, and the names that are taken."""

    graph: onnx.GraphProto
    constants: Mapping[str, onnx.TensorProto]
    taken: set[str]


def plain_gemms(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: alpha goes into a constant weight, beta into a constant bias, transA before it."""
    return _rewritten(proto, "Gemm made plain", _plain)


def split_biases(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: what a Gemm adds that is not one number for each column, an Add adds behind it."""
    return _rewritten(proto, "bias of a Gemm made an Add", _split)


def _rewritten(
    proto: onnx.ModelProto,
    text: str,
    change: Callable[[onnx.NodeProto, _Place], list[onnx.NodeProto]],
) -> list[Rewrite]:
    """Each Gemm with a constant weight becomes the nodes of `change`, none where it stays."""
    graph, rewrites = proto.graph, []
    place = _Place(graph, {tensor.name: tensor for tensor in graph.initializer}, names_in(graph))
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        constant = _is_gemm(node) and node.input[1] in place.constants
        changed = change(node, place) if constant else []
        nodes += changed or [node]
        rewrites += [rewritten(text, each) for each in changed[-1:]]
    if len(nodes) > len(graph.node):
        replace_nodes(graph, nodes)
    return rewrites


def _plain(node: onnx.NodeProto, at: _Place) -> list[onnx.NodeProto]:
    turned = list[onnx.NodeProto]()
    changed = False
    for place, word in ((1, "alpha"), (_BIAS, "beta")):
        factor = attribute(node, word, 1.0)
        name = node.input[place] if place < len(node.input) else ""
        if factor != 1 and (name in at.constants or not name):
            if name:
                node.input[place] = _scaled(at.graph, at.constants[name], factor, at.taken)
            _drop(node, word)
            changed = True
    if attribute(node, "transA", 0):
        source, name = node.input[0], unique_name(f"{node.input[0]}_turned", at.taken)
        node.input[0] = name
        name = unique_name(f"{name}_Transpose", at.taken)
        turned = [helper.make_node("Transpose", [source], [node.input[0]], name, perm=[1, 0])]
        _drop(node, "transA")
    return [*turned, node] if changed or turned else []


def _split(node: onnx.NodeProto, at: _Place) -> list[onnx.NodeProto]:
    weight = at.constants[node.input[1]]
    bias = node.input[_BIAS] if len(node.input) > _BIAS else ""
    if len(weight.dims) != 2 or not bias or attribute(node, "beta", 1.0) != 1:
        return []
    columns = weight.dims[0 if attribute(node, "transB", 0) else 1]
    if bias in at.constants and list(at.constants[bias].dims) == [columns]:
        return []
    output = node.output[0]
    node.output[0] = unique_name(f"{output}_product", at.taken)
    del node.input[_BIAS:]
    name = unique_name(f"{output}_Add", at.taken)
    return [node, helper.make_node("Add", [node.output[0], bias], [output], name)]


def _is_gemm(node: onnx.NodeProto) -> bool:
    known = node.op_type == "Gemm" and node.domain in ("", "ai.onnx")
    return known and len(node.input) > 1


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
