"""Nodes told in a way that onnxruntime cannot take otherwise."""

from __future__ import annotations

import numpy as np
import onnx

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerBlock
from quantengine.graph.model import FloatModel
from quantengine.graph.obstacles import pool_obstacle
from quantengine.rewrite.graph_writer import GraphWriter


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


def hold_pool_apart(node: onnx.NodeProto, writer: GraphWriter) -> None:
    """In place: an AveragePool that has to stay float is kept from the codes that it reads.

    Between codes onnxruntime would run its integer kernel, which computes another average.
    """
    if pool_obstacle(node) is not None:
        node.input[0] = apart(node.input[0], writer)


def multiplies_blocks(weight: Encoding, x: Encoding | None) -> bool:
    """Whether onnxruntime would multiply a weight in blocks by a kernel that knows none.

    So it does between codes of 8 bits, and then fails.
    """
    in_blocks = isinstance(weight.granularity, PerBlock)
    return in_blocks and x is not None and x.dtype.bits <= 8 and weight.dtype.stored.bits == 8


def apart(tensor: str, writer: GraphWriter) -> str:
    """`tensor` by way of a Clip without bounds, which onnxruntime fuses with nothing."""
    return writer.node("Clip", [tensor], writer.free_name(f"{tensor}_apart"))
