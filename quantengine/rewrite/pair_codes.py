"""Weights in the order their products are added, and codes that cannot saturate in pairs there."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.encoding import Codes
from quantengine.formats.integer_conv import weight_matrix
from quantengine.formats.pair_safety import pair_safe_columns
from quantengine.graph.operators import attribute


def product_columns(node: onnx.NodeProto, values: NDArray[Any]) -> NDArray[Any] | None:
    """A weight as `[..., K, N]` in the order its products are added, None: not in pairs."""
    if node.op_type == "MatMul" or (node.op_type == "Gemm" and not attribute(node, "transB", 0)):
        return values
    if node.op_type == "Gemm":
        return values.T
    group = attribute(node, "group", 1)
    if node.op_type == "Conv" and values.shape[:2] != (group, 1):
        return weight_matrix(values, group, channels_last=True)
    return None


def pair_safe_codes(node: onnx.NodeProto, codes: Codes) -> Codes:
    """`codes` of a weight, the larger of two neighbours drawn in where int16 would not hold both.

    By a step or two of 127 for codes on a scale at which rounding to nearest is safe.
    """
    places = product_columns(node, np.arange(codes.size).reshape(codes.shape))
    if places is None:
        return codes
    safe = codes.reshape(-1).copy()
    safe[places] = pair_safe_columns(safe[places])
    return safe.reshape(codes.shape)
