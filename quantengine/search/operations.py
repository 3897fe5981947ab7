"""How much a network computes: multiplications, weighed by the widths they work on."""

from __future__ import annotations

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.observe.table import CalibrationTable
from quantengine.rewrite.encodings import Encodings

FLOAT_BITS = 32


def bit_operations(
    model: FloatModel, encodings: Encodings | None, table: CalibrationTable | None
) -> int:
    """Sum over layers of multiplications x weight bits x activation bits; None: all of it float.

    Of one sample; sizes that neither the model nor the statistics tell count as 1. Source: van
    Baalen et al. 2020, Bayesian Bits, section 4.
    """
    cores = (node for node in model.graph.node if kind_of(node) is Kind.CORE)
    return sum(
        multiplications(model, node, table) * _bits(encodings, node, 0) * _bits(encodings, node, 1)
        for node in cores
    )


def multiplications(model: FloatModel, node: onnx.NodeProto, table: CalibrationTable | None) -> int:
    """Of a layer that multiplies by weights."""
    names = (node.input[0], node.input[1], node.output[0])
    shapes = [tensor_shape(model, table, name) or () for name in names]
    return operator_of(node).multiplications(*shapes)


def tensor_shape(
    model: FloatModel, table: CalibrationTable | None, tensor: str
) -> tuple[int, ...] | None:
    """The shape of a tensor, dynamic sides as observed or 1; None where nothing is known."""
    constant = model.initializers.get(tensor)
    if constant is not None:
        return tuple(constant.dims)
    seen = None if table is None else table.tensors.get(tensor)
    if seen is not None:
        return seen.shape
    kind = model.types.get(tensor)
    if kind is None or kind.shape is None:
        return None
    return tuple(side if isinstance(side, int) else 1 for side in kind.shape)


def _bits(encodings: Encodings | None, node: onnx.NodeProto, place: int) -> int:
    name = node.input[place]
    if encodings is None or node.name not in encodings.flow.nodes:
        return FLOAT_BITS
    encoding = encodings.weights.get(name) or encodings.of(name)
    return FLOAT_BITS if encoding is None else encoding.dtype.bits
