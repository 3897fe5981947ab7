"""Nodes that draw numbers: what they give differs from run to run."""

from __future__ import annotations

from collections.abc import Iterator

import onnx
from onnx import numpy_helper

from quantengine.graph.origin import label
from quantengine.graph.walk import all_graphs, all_nodes, subgraphs
from quantengine.sentence import Sentence

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
_OF_SHAPES = frozenset({"Shape", "Size", "EyeLike", "RandomNormalLike", "RandomUniformLike"})
"""They read how many values there are, not the values."""
_NAMED_AT_MOST = 3


def random_nodes(proto: onnx.ModelProto) -> tuple[str, ...]:
    """Names of the nodes that draw, also in bodies and functions; Dropout where it is training.

    Without those of the main graph whose numbers reach no output.
    """
    known = _constants(proto)
    return tuple(label(node) for node in _heard_nodes(proto) if _draws(node, known))


def drawn_tensors(proto: onnx.ModelProto) -> set[str]:
    """Tensors of the main graph that a node gives which draws, itself or in a body."""
    known = _constants(proto)
    return {
        name
        for node in proto.graph.node
        if any(_draws(part, known) for part in _with_bodies(node))
        for name in node.output
    }


def random_notes(names: tuple[str, ...]) -> list[str]:
    """A sentence about them, or none."""
    if not names:
        return []
    more = len(names) - _NAMED_AT_MOST
    listed = ", ".join(f"'{name}'" for name in names[:_NAMED_AT_MOST])
    if more > 0:
        listed = Sentence("{0} and {1} more", listed, more)
    return [
        Sentence(
            "The network draws random numbers ({0}): its outputs change from run to run, so that "
            "no file made from it can be verified.",
            listed,
        )
    ]


def _heard_nodes(proto: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    heard = _heard(proto.graph)
    for node in proto.graph.node:
        if not heard.isdisjoint(node.output):
            yield from _with_bodies(node)
    for function in proto.functions:
        for node in function.node:
            yield from _with_bodies(node)


def _heard(graph: onnx.GraphProto) -> set[str]:
    """Tensors of the main graph whose values have a way to an output."""
    makers = {name: node for node in graph.node for name in node.output}
    found: set[str] = set()
    todo = [value.name for value in graph.output]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        maker = makers.get(name)
        if maker is not None and maker.op_type not in _OF_SHAPES:
            todo += [read for node in _with_bodies(maker) for read in node.input if read]
            inner = [body for part in subgraphs(maker) for body in all_graphs(part)]
            todo += [value.name for body in inner for value in body.output]
    return found


def _with_bodies(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    yield node
    for part in subgraphs(node):
        for body in all_graphs(part):
            yield from body.node


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
