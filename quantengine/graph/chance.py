"""Nodes that draw numbers: what they give differs from run to run."""

from __future__ import annotations

from collections.abc import Iterator

import onnx
from onnx import numpy_helper

from quantengine.graph.origin import label
from quantengine.graph.walk import all_graphs, all_nodes

_DRAWING = frozenset(
    {
        "Bernoulli",
        "Multinomial",
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
    }
)
_NAMED_AT_MOST = 3


def random_nodes(proto: onnx.ModelProto) -> tuple[str, ...]:
    """Names of the nodes that draw, also in bodies and functions; Dropout where it is training."""
    known = _constants(proto)
    return tuple(label(node) for node in all_nodes(proto) if _draws(node, known))


def random_notes(names: tuple[str, ...]) -> list[str]:
    """A sentence about them, or none."""
    if not names:
        return []
    more = len(names) - _NAMED_AT_MOST
    listed = ", ".join(f"'{name}'" for name in names[:_NAMED_AT_MOST])
    listed += f" and {more} more" if more > 0 else ""
    return [
        f"The network draws random numbers ({listed}): its outputs change from run to run, so "
        "that no file made from it can be verified."
    ]


def _draws(node: onnx.NodeProto, known: dict[str, onnx.TensorProto]) -> bool:
    if node.domain not in ("", "ai.onnx"):
        return False
    if node.op_type in _DRAWING:
        return True
    if node.op_type != "Dropout" or len(node.input) < 3 or not node.input[2]:
        return False
    ratio, training = (known.get(name) for name in node.input[1:3])
    idle = training is not None and not numpy_helper.to_array(training).any()
    never = ratio is not None and not numpy_helper.to_array(ratio).any()
    return not (idle or never)


def _constants(proto: onnx.ModelProto) -> dict[str, onnx.TensorProto]:
    """Initializers and Constant nodes of all graphs, by name."""
    graphs = all_graphs(proto.graph)
    known = {tensor.name: tensor for graph in graphs for tensor in graph.initializer}
    return known | dict(_constant_nodes(proto))


def _constant_nodes(proto: onnx.ModelProto) -> Iterator[tuple[str, onnx.TensorProto]]:
    for node in all_nodes(proto):
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                yield node.output[0], attribute.t
