"""The domain of onnxruntime's own operators, and pairs written in it."""

from __future__ import annotations

from collections.abc import Iterable

import onnx
from onnx import helper

MICROSOFT = "com.microsoft"
"""Its QuantizeLinear takes 16 bits at any opset."""

NEWEST_PAIRS = 27
"""The last opset whose QuantizeLinear and DequantizeLinear onnxruntime 1.32 knows."""

PAIRS = ("QuantizeLinear", "DequantizeLinear")


def import_domain(proto: onnx.ModelProto) -> None:
    """In place: declares the domain."""
    if all(opset.domain != MICROSOFT for opset in proto.opset_import):
        proto.opset_import.append(helper.make_opsetid(MICROSOFT, 1))


def move_pairs(nodes: Iterable[onnx.NodeProto], opset: int) -> None:
    """In place: pairs of an opset that onnxruntime does not know become its own of equal meaning.

    They know no blocks.
    """
    if opset <= NEWEST_PAIRS:
        return
    for node in nodes:
        if node.op_type in PAIRS and not node.domain:
            node.domain = MICROSOFT
