"""Weights in the order their products are added, and codes that cannot saturate in pairs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.encoding import Codes, Encoding
from quantengine.formats.integer_conv import weight_matrix
from quantengine.formats.pair_safety import LARGEST_SUM, pair_safe_columns, worst_pair_sums
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.weighted import weight_axes


def product_columns(node: onnx.NodeProto, values: NDArray[Any]) -> NDArray[Any] | None:
    """A weight as `[..., K, N]` in the order its products are added, None: not in pairs."""
    operator = operator_of(node)
    if not operator.gathers:
        return None
    if operator.is_product:
        columns = values if values.ndim > 1 else values[:, None]
        return columns.T if weight_axes(node, values.ndim).output == 0 else columns
    group = weight_axes(node, values.ndim).groups
    depthwise = values.shape[:2] == (group, 1)
    return None if depthwise else weight_matrix(values, group, channels_last=True)


def pair_safe_encoding(
    nodes: Sequence[onnx.NodeProto], values: NDArray[Any], encoding: Encoding
) -> Encoding:
    """The finest encoding at or above `encoding` whose codes of `values` no uint8 input saturates.

    Two codes of one sign may add up to 128 at most, so only channels with large neighbours lose
    resolution, and less than the whole bit that 7-bit weights cost everywhere. What is asymmetric
    gets its range into the middle of the codes, where raw codes are smallest. `nodes` read the
    weight; blocks are multiplied by no such kernel.
    """
    values = np.where(np.isfinite(values), values, 0)  # no scale makes their codes smaller
    while encoding.scale.ndim < 2:
        worst = _worst(nodes, encoding.quantize(values), encoding.scale.shape)
        unsafe = worst > LARGEST_SUM
        if not np.any(unsafe):
            break
        scale = np.where(unsafe, encoding.scale * worst / LARGEST_SUM, encoding.scale)
        zero = np.where(unsafe, _middle(encoding, scale), encoding.zero_point)
        encoding = replace(
            encoding, scale=scale.astype(np.float32), zero_point=zero.astype(np.int32)
        )
    return encoding


def _worst(
    nodes: Sequence[onnx.NodeProto], codes: Codes, shape: tuple[int, ...]
) -> NDArray[np.int64]:
    """The worst pair sum over all readers, for each scale."""
    worst = np.zeros(shape, np.int64)
    for node in nodes:
        columns = product_columns(node, codes)
        if columns is not None:
            sums = worst_pair_sums(columns)
            worst = np.maximum(worst, sums.reshape(shape) if shape else sums.max(initial=0))
    return worst


def _middle(encoding: Encoding, scale: NDArray[Any]) -> NDArray[Any]:
    """The zero point that puts the range into the middle of the codes, 0 where it is symmetric."""
    if encoding.symmetric:
        return encoding.zero_point
    wanted = np.rint(-(encoding.low + encoding.high) / (2 * scale) - 0.5)
    return np.asarray(np.clip(wanted, encoding.qmin, encoding.qmax))


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
