"""Nodes told in a way that onnxruntime cannot take otherwise."""

from __future__ import annotations

import numpy as np
import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.rewrite.graph_writer import GraphWriter

_SLIDING = ("Conv", "ConvTranspose")


def tell_all_axes(model: FloatModel, node: onnx.NodeProto, writer: GraphWriter) -> None:
    """In place: a Pad that names its axes tells zeros for the others too.

    onnxruntime moves a Transpose of its channels-last kernels through a Pad as if it named all,
    and then fails or pads other axes. A Pad whose axes or rank are unknown stays as it is.
    """
    if node.op_type != "Pad" or len(node.input) < 4 or not node.input[3]:
        return
    pads, axes = model.constant(node.input[1]), model.constant(node.input[3])
    known = model.types.get(node.input[0])
    if pads is None or axes is None or known is None or known.shape is None:
        return
    rank = len(known.shape)
    full = np.zeros((2, rank), np.int64)
    full[:, axes.reshape(-1) % rank] = pads.reshape(2, -1)
    node.input[1] = writer.constant(f"{node.name}_pads", full.reshape(-1))
    del node.input[3]


def leave_usual_untold(node: onnx.NodeProto) -> None:
    """In place: an AveragePool does not tell dilations of one.

    onnxruntime hands them on to the kernel on codes that it merges it to, which knows none, and
    then cannot load the file. Measured with 1.32.
    """
    told = [each for each in node.attribute if each.name == "dilations"]
    if node.op_type == "AveragePool" and told and all(step == 1 for step in told[0].ints):
        node.attribute.remove(told[0])


def tell_convolutions(model: FloatModel, proto: onnx.ModelProto) -> None:
    """In place: every attribute of a Conv is written out, those that have defaults too."""
    known = {node.name: node for node in model.graph.node}
    for node in proto.graph.node:
        original = known.get(node.name)
        if node.op_type not in _SLIDING or original is None:
            continue
        weight = model.initializers.get(original.input[1])
        if weight is None:
            continue
        told = {attribute.name for attribute in node.attribute}
        sides = list(weight.dims[2:])
        usual = {
            "kernel_shape": sides,
            "strides": [1] * len(sides),
            "dilations": [1] * len(sides),
            "group": 1,
            "auto_pad": "NOTSET",
        }
        places = "auto_pad" not in told or attribute(node, "auto_pad", "NOTSET") == "NOTSET"
        usual |= {"pads": [0] * 2 * len(sides)} if places else {}
        node.attribute.extend(
            onnx.helper.make_attribute(name, value)
            for name, value in usual.items()
            if name not in told
        )
