"""Operators that meant something else below opset 13, written so that they mean it ever after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import onnx
from onnx import helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.names import unique_name
from quantengine.graph.origin import label
from quantengine.graph.shapes import tensor_types
from quantengine.graph.walk import all_graphs, names_in

Shape = tuple[int | str | None, ...]

_FLATTENING = ("Hardmax", "LogSoftmax", "Softmax")
_SAMPLING = ("coordinate_transformation_mode", "nearest_mode")
_FIRST_PLACED = 11
"""Resize tells where it takes its samples from here on."""


def drop_idle_fill(proto: onnx.ModelProto) -> None:
    """In place, below opset 11: a Pad that fills with no constant tells none.

    The converter takes such a value over, and the Pad of later versions has no such attribute.
    """
    for node in (node for graph in all_graphs(proto.graph) for node in graph.node):
        mode = attribute(node, "mode", "constant")
        if node.op_type == "Pad" and node.domain in ("", "ai.onnx") and mode != "constant":
            kept = onnx.NodeProto(attribute=[a for a in node.attribute if a.name != "value"])
            del node.attribute[:]
            node.attribute.extend(kept.attribute)


def flatten_softmax(proto: onnx.ModelProto) -> None:
    """In place, below opset 13: Softmax and its like work along the last axis only.

    Below 13 they flatten their input to a matrix at `axis` and work along its rows; from 13 on
    they work along that one axis.
    """
    if not any(_flattens(node) for graph in all_graphs(proto.graph) for node in graph.node):
        return
    types = tensor_types(proto)[0]
    shapes = {name: kind.shape for name, kind in types.items() if kind.shape is not None}
    taken = names_in(proto.graph)
    for graph in reversed(list(all_graphs(proto.graph))):  # bodies before what holds them
        known = shapes if graph is proto.graph else {}
        nodes = [made for node in graph.node for made in _flattened(node, graph, known, taken)]
        replaced = onnx.GraphProto(node=nodes)
        del graph.node[:]
        graph.node.extend(replaced.node)


def place_samples(proto: onnx.ModelProto, version: int) -> None:
    """In place, after a conversion from `version`: Resize samples where Upsample and Resize-10 do.

    Below opset 11 the sample of an output at i lies at i / scale. Nearest takes the one before it
    where it enlarges, the one after it where it shrinks, as onnxruntime runs these versions.
    """
    if version >= _FIRST_PLACED:
        return
    graphs = list(all_graphs(proto.graph))
    known = {tensor.name: tensor for graph in graphs for tensor in graph.initializer}
    known |= {
        node.output[0]: attribute.t
        for graph in graphs
        for node in graph.node
        for attribute in node.attribute
        if node.op_type == "Constant" and attribute.name == "value"
    }
    taken = names_in(proto.graph)
    for graph in graphs:
        nodes: list[onnx.NodeProto] = []
        for node in graph.node:
            if node.op_type == "Resize" and node.domain in ("", "ai.onnx"):
                nodes += _apart(node, graph, known, taken)
                _place(node, known)
            nodes.append(node)
        replaced = onnx.GraphProto(node=nodes)
        del graph.node[:]
        graph.node.extend(replaced.node)


def _flattens(node: onnx.NodeProto) -> bool:
    return node.op_type in _FLATTENING and node.domain in ("", "ai.onnx")


def _flattened(
    node: onnx.NodeProto, graph: onnx.GraphProto, shapes: Mapping[str, Shape], taken: set[str]
) -> Iterator[onnx.NodeProto]:
    if not _flattens(node):
        yield node
        return
    shape = shapes.get(node.input[0])
    axis = attribute(node, "axis", 1)
    if shape is not None and axis % max(len(shape), 1) == len(shape) - 1:
        yield node
        return
    data, output = node.input[0], node.output[0]
    rows = unique_name(f"{output}_rows", taken)
    found = unique_name(f"{output}_flat", taken)
    sizes = unique_name(f"{output}_shape", taken)
    yield helper.make_node("Flatten", [data], [rows], unique_name(rows, taken), axis=axis)
    yield helper.make_node(node.op_type, [rows], [found], label(node), axis=1)
    fixed = _fixed(shape)
    if fixed is None:
        yield helper.make_node("Shape", [data], [sizes], unique_name(sizes, taken))
    else:
        graph.initializer.append(numpy_helper.from_array(np.asarray(fixed, np.int64), sizes))
    yield helper.make_node("Reshape", [found, sizes], [output], unique_name(output, taken))


def _fixed(shape: Shape | None) -> list[int] | None:
    """The shape with -1 for its one open dimension; None where more are open."""
    if shape is None:
        return None
    sides = [side if isinstance(side, int) and side > 0 else -1 for side in shape]
    return sides if sides.count(-1) <= 1 else None


def _apart(
    node: onnx.NodeProto,
    graph: onnx.GraphProto,
    known: dict[str, onnx.TensorProto],
    taken: set[str],
) -> Iterator[onnx.NodeProto]:
    """What shrinks some axes before a Resize that takes the nearest and enlarges others too."""
    stored = known.get(node.input[2]) if len(node.input) > 2 else None
    scales = np.ones(1) if stored is None else numpy_helper.to_array(stored)
    mixed = bool(np.any(scales < 1) and np.any(scales > 1))
    if not mixed or attribute(node, "mode", "nearest") != "nearest":
        return
    smaller = onnx.NodeProto()
    smaller.CopyFrom(node)
    smaller.name = unique_name(f"{node.name or node.output[0]}_smaller", taken)
    smaller.output[0] = unique_name(f"{node.output[0]}_smaller", taken)
    for each, part in ((smaller, np.minimum(scales, 1)), (node, np.maximum(scales, 1))):
        name = unique_name(f"{node.output[0]}_scales", taken)
        known[name] = numpy_helper.from_array(part, name)
        graph.initializer.append(known[name])
        each.input[2] = name
    node.input[0] = smaller.output[0]
    _place(smaller, known)
    yield smaller


def _place(node: onnx.NodeProto, known: Mapping[str, onnx.TensorProto]) -> None:
    stored = known.get(node.input[2]) if len(node.input) > 2 else None
    shrinks = stored is not None and bool(np.any(numpy_helper.to_array(stored) < 1))
    kept = [a for a in node.attribute if a.name not in _SAMPLING]
    replaced = onnx.NodeProto(attribute=kept)
    del node.attribute[:]
    node.attribute.extend(replaced.attribute)
    node.attribute.append(helper.make_attribute(_SAMPLING[0], "asymmetric"))
    if attribute(node, "mode", "nearest") == "nearest":
        node.attribute.append(helper.make_attribute(_SAMPLING[1], "ceil" if shrinks else "floor"))
