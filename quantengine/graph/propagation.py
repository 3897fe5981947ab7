"""Where onnx's inference would write out more values than anything could need."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import onnx
from onnx import numpy_helper

from quantengine.graph.walk import all_graphs

_MOST_VALUES, _LONG_SIDE = 2**14, 2**20
_WHOLE = (onnx.TensorProto.INT32, onnx.TensorProto.INT64)
_WRITTEN_OUT = ("Concat", "Range")
_USUAL = 64
"""Values of what nothing is known of: shapes have as many sides."""


def overgrown(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Nodes whose values inference would write out one by one, thousands of them.

    It does so for what shapes may be made of: joined again and again, or counted up.
    """
    lengths: dict[str, float] = {
        value.name: math.prod(dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim)
        for value in (*graph.input, *graph.value_info)
        if value.type.tensor_type.elem_type in _WHOLE and len(value.type.tensor_type.shape.dim) == 1
    }
    found: list[onnx.NodeProto] = []
    known = {t.name: t for part in all_graphs(graph) for t in part.initializer}
    lengths.update((name, math.prod(tensor.dims)) for name, tensor in known.items())
    wide = _has_long_side(graph)
    for node in (node for part in all_graphs(graph) for node in part.node):
        given = [lengths.get(name, _USUAL) for name in node.input]
        match node.op_type:
            case "Concat":
                made = sum(given)
            case "Range":
                made = _counted([known.get(name) for name in node.input], wide)
            case _:
                made = max(given, default=_USUAL)
        if made > _MOST_VALUES and node.op_type in _WRITTEN_OUT:
            found.append(node)
        lengths.update((name, made) for name in node.output)
    return found


def _counted(ends: list[onnx.TensorProto | None], wide: bool) -> float:
    found = counted_up(ends)
    return (math.inf if wide else _USUAL) if found is None else found


def counted_up(ends: Sequence[onnx.TensorProto | None]) -> float | None:
    """How many values a Range has; None where its ends are not stored."""
    stored = [numpy_helper.to_array(end) for end in ends if end is not None]
    if len(stored) < 3 or any(each.size != 1 or each.dtype.kind not in "fiu" for each in stored):
        return None
    start, limit, step = (float(each.item()) for each in stored)
    return abs(limit - start) / abs(step) if step and np.isfinite(limit - start) else math.inf


def _has_long_side(graph: onnx.GraphProto) -> bool:
    values = (*graph.input, *graph.output, *graph.value_info)
    return any(dim.dim_value > _LONG_SIDE for v in values for dim in v.type.tensor_type.shape.dim)
