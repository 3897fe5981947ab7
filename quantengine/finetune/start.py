"""What training starts from: the biases and weights that encodings mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Codes, Encoding
from quantengine.formats.granularity import spread
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.graph.weighted import output_channels
from quantengine.rewrite.encodings import Encodings

_REACH = 0.15
"""How far from the middle of its cell, in steps, a weight may start.

Rounding that fits the layer's output leaves most weights that it moved at a border: the first steps
of training would undo them, one by one what was chosen together.
"""
_SIGN_REACH = 0.99
"""A sign has one border, and the distance from it tells how sure the sign is."""


def within_cells(values: NDArray[Any], codes: Codes, encoding: Encoding) -> NDArray[Any]:
    """The values nearest to `values` in the inner part of the cells that round to `codes`."""
    scale = spread(encoding.scale, encoding.granularity, codes.shape)
    steps = codes.astype(np.int32) - spread(encoding.zero_point, encoding.granularity, codes.shape)
    reach = _SIGN_REACH if encoding.dtype.is_sign else _REACH
    low = np.where(codes <= encoding.qmin, -np.inf, (steps - reach) * scale)
    high = np.where(codes >= encoding.qmax, np.inf, (steps + reach) * scale)
    return np.asarray(np.clip(values, low, high), np.float32)


def with_biases(model: FloatModel, encodings: Encodings) -> Encodings:
    """Encodings in which every layer that may have a bias has one, zeros where it had none."""
    biases = dict(encodings.biases)
    for name, integer in encodings.flow.nodes.items():
        if kind_of(integer.node) is not Kind.CORE or name in biases:
            continue
        values = None if integer.bias is None else model.constant(integer.bias)
        if values is None and operator_of(integer.node).bias is not None:
            values = np.zeros(_outputs(model, integer), np.float32)
        if values is not None and integer.node.input[1] in encodings.weights:
            flat = np.asarray(values, np.float32).reshape(-1)
            biases[name] = np.broadcast_to(flat, (_outputs(model, integer),)).copy()
    return replace(encodings, biases=biases)


def _outputs(model: FloatModel, integer: IntegerNode) -> int:
    """How many output channels a Conv, ConvTranspose or Gemm has."""
    weight = model.weight(integer.node.input[1])
    return output_channels(integer.node, weight)
