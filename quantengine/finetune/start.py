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
from quantengine.graph.operators import Kind, kind_of
from quantengine.graph.weighted import output_channels
from quantengine.rewrite.encodings import Encodings

_BIASED = ("Conv", "ConvTranspose", "Gemm")
_INSIDE = 0.01
"""How far from the border of its cell, in steps, a value must lie to keep its code."""


def within_cells(values: NDArray[Any], codes: Codes, encoding: Encoding) -> NDArray[Any]:
    """The values nearest to `values` that round to `codes`: those already there stay."""
    scale = spread(encoding.scale, encoding.granularity, codes.shape)
    steps = codes.astype(np.int32) - spread(encoding.zero_point, encoding.granularity, codes.shape)
    reach = 1 - _INSIDE if encoding.dtype.is_sign else 0.5 - _INSIDE
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
        if values is None and integer.node.op_type in _BIASED:
            values = np.zeros(_outputs(model, integer), np.float32)
        if values is not None and integer.node.input[1] in encodings.weights:
            flat = np.asarray(values, np.float32).reshape(-1)
            biases[name] = np.broadcast_to(flat, (_outputs(model, integer),)).copy()
    return replace(encodings, biases=biases)


def _outputs(model: FloatModel, integer: IntegerNode) -> int:
    """How many output channels a Conv, ConvTranspose or Gemm has."""
    weight = model.constant(integer.node.input[1])
    assert weight is not None
    return output_channels(integer.node, weight)
