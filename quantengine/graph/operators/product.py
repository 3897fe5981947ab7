"""Gemm and MatMul: products of matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.obstacles import weight_obstacle
from quantengine.graph.operators.operator import Axes, Kind, Operator, Shape, Sides
from quantengine.graph.operators.window import agree
from quantengine.graph.reason import Reason, Why

_BIAS = 2


def _gemm_axes(node: onnx.NodeProto, _: int) -> Axes:
    return Axes(0, 1) if attribute(node, "transB", 0) else Axes(1, 0)


def _matmul_axes(_: onnx.NodeProto, rank: int) -> Axes:
    return Axes(1 if rank == 2 else None, rank - 2 if rank >= 2 else None)


def _gemm_obstacle(model: FloatModel, node: onnx.NodeProto) -> Reason | None:
    constants = weight_obstacle(bias=_BIAS)(model, node)
    if constants is not None:
        return constants
    if any(attribute(node, name, 1.0) != 1 for name in ("alpha", "beta")):
        return Reason(Why.OPERATOR, "Gemm with alpha or beta other than 1 has no integer form")
    columns = model.initializers[node.input[1]].dims[_gemm_axes(node, 2).output or 0]
    bias = "" if len(node.input) <= _BIAS else node.input[_BIAS]
    if bias and list(model.initializers[bias].dims) != [columns]:
        return Reason(
            Why.OPERATOR, "its bias is not one number for each column: no integer form adds it"
        )
    return None


def _gemm_multiplications(_: Shape, weight: Shape, result: Shape) -> int:
    return math.prod(weight) * math.prod(result[:1])


def _matmul_multiplications(data: Shape, _: Shape, result: Shape) -> int:
    return math.prod(result) * math.prod(data[-1:])


def _gemm_wrong(node: onnx.NodeProto, shapes: Sequence[Sides]) -> str | None:
    matrices = shapes[:2]
    wrong = next((shape for shape in matrices if shape is not None and len(shape) != 2), None)
    if wrong is not None:
        return f"it multiplies two matrices, and one factor is {list(wrong)}"
    turned = (attribute(node, "transA", 0), attribute(node, "transB", 0))
    first, second = (
        shape[::-1] if shape is not None and turn else shape
        for shape, turn in zip(matrices, turned, strict=True)
    )
    bias = shapes[_BIAS] if len(shapes) > _BIAS else None
    if bias is not None and len(bias) > 2:
        return f"its bias {list(bias)} has more than two axes"
    return _unequal(first, second)


def _matmul_wrong(_: onnx.NodeProto, shapes: Sequence[Sides]) -> str | None:
    if () in shapes:
        return "one of its factors is a single number"
    return _unequal(shapes[0], shapes[1])


def _unequal(first: Sides, second: Sides) -> str | None:
    """Why two matrices have no product."""
    if first is None or second is None or agree(first[-1:], second[-2:][:1]):
        return None
    return f"{list(first)} and {list(second)} have no product"


_GEMM = Operator(
    "Gemm",
    Kind.CORE,
    inputs=2,
    obstacle=_gemm_obstacle,
    wrong=_gemm_wrong,
    axes=_gemm_axes,
    bias=_BIAS,
    channels=-1,
    gathers=True,
    multiplications=_gemm_multiplications,
)
_MATMUL = Operator(
    "MatMul",
    Kind.CORE,
    inputs=2,
    wrong=_matmul_wrong,
    axes=_matmul_axes,
    biased=_GEMM.name,
    channels=-1,
    gathers=True,
    multiplications=_matmul_multiplications,
)
OPERATORS = (_GEMM, _MATMUL)
