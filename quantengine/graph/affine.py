"""Nodes that are y = scale * x + shift for each channel, whatever operator writes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Lookup = Callable[[str], NDArray[np.float32] | None]
"""The array of a float32 initializer by name, or None."""


@dataclass(frozen=True, eq=False)
class Affine:
    """y = scale * x + shift; both [C]. `mean`, `deviation` [C] of y where a batch norm says so."""

    scale: Floats
    shift: Floats
    deviation: Floats | None = None
    mean: Floats | None = None


def batch_norm(node: onnx.NodeProto, channels: int, constant: Lookup) -> Affine | None:
    """A BatchNormalization in inference over C channels (methods.md, section 4), else None."""
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    training = attributes.get("training_mode", 0) or any(node.output[1:])
    if node.op_type != "BatchNormalization" or training or len(node.input) != 5:
        return None
    found = [constant(name) for name in node.input[1:]]
    arrays = [array.astype(np.float64) for array in found if array is not None]
    if len(arrays) != 4 or any(array.shape != (channels,) for array in arrays):
        return None
    gamma, beta, mean, variance = arrays
    spread = variance + attributes.get("epsilon", 1e-5)
    if not np.all(spread > 0):
        return None
    scale = gamma / np.sqrt(spread)
    return Affine(scale, beta - scale * mean, gamma, beta)


def elementwise(
    node: onnx.NodeProto, data: str, rank: int, channels: int, constant: Lookup
) -> Affine | None:
    """An Add, Sub, Mul or Div of `data` and one value for each channel, else None.

    `data` has `rank` dimensions, its C channels along axis 1.
    """
    if node.op_type not in ("Add", "Sub", "Mul", "Div") or len(node.input) != 2:
        return None
    first = node.input[0] == data
    array = constant(node.input[1] if first else node.input[0])
    values = None if array is None else _per_channel(array, rank, channels)
    if values is None:
        return None
    one, zero = np.ones(channels), np.zeros(channels)
    if node.op_type == "Add":
        return Affine(one, values)
    if node.op_type == "Sub":
        return Affine(one, -values) if first else Affine(-one, values)
    if node.op_type == "Mul":
        return Affine(values, zero)
    return Affine(1 / values, zero) if first and np.all(values != 0) else None


def _per_channel(array: NDArray[np.float32], rank: int, channels: int) -> Floats | None:
    """The constant as [C], or None where it varies along another axis."""
    if array.ndim > rank or array.size not in (1, channels):
        return None
    shape = (1,) * (rank - array.ndim) + array.shape
    if array.size > 1 and shape[1] != channels:
        return None
    return np.broadcast_to(array.astype(np.float64).ravel(), (channels,)).copy()
