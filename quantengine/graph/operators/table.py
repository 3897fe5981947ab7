"""Gather: a move, and a layer where it takes rows of a constant."""

from __future__ import annotations

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Axes, Kind, Operator


def _is_table(model: FloatModel, node: onnx.NodeProto) -> bool:
    """Rows of a constant float matrix: an embedding."""
    if attribute(node, "axis", 0) != 0:
        return False
    table = model.initializers.get(node.input[0])
    return table is not None and len(table.dims) == 2 and table.data_type == table.FLOAT


def _axes(_: onnx.NodeProto, rank: int) -> Axes:
    return Axes(rank - 1)


OPERATORS = (
    Operator("Gather", Kind.MOVE, axes=_axes, is_table=_is_table, cuts=True, carries=(0,)),
)
