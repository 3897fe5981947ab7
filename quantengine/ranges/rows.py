"""Ranges of many small groups of values at once: weights per axis or per block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import PlanError
from quantengine.ranges.choice import Doubles, RangeSpec
from quantengine.ranges.measured import Rows
from quantengine.ranges.registry import METHODS, settings_of


def choose_rows(
    groups: NDArray[Any] | Sequence[NDArray[Any]],
    spec: RangeSpec,
    method: str,
    parameters: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Doubles, Doubles]:
    """low and high float64 `[rows]` of a matrix `[rows, n]` or of 1-D arrays of any lengths.

    NaN and Inf are left out; a row of zeros, or without values, gets the range 0 to 0. Raises
    PlanError for an unknown method or parameter, and for methods that make no sense for weights.
    """
    settings = settings_of(method, parameters)
    search = METHODS[method].rows
    if search is None:
        allowed = ", ".join(name for name, known in METHODS.items() if known.for_weights)
        raise PlanError(
            "The method '{0}' is for activations and says nothing about a weight: choose {1}.",
            method,
            allowed,
        )
    values, lengths = _finite(groups)
    low, high = np.zeros(lengths.size), np.zeros(lengths.size)
    filled = lengths > 0
    if np.any(filled):
        starts = np.concatenate(([0], np.cumsum(lengths[filled]))).astype(np.int64)
        seen = _rows(values, starts)
        ends = search(seen, spec, settings)
        zeros = (seen.low == 0) & (seen.high == 0)
        low[filled], high[filled] = np.where(
            zeros, 0.0, (np.minimum(ends[0], 0.0), np.maximum(ends[1], 0.0))
        )
    return low, high


def _rows(values: NDArray[np.float32], starts: NDArray[np.int64]) -> Rows:
    low = np.minimum.reduceat(values, starts[:-1]).astype(np.float64)
    high = np.maximum.reduceat(values, starts[:-1]).astype(np.float64)
    return Rows(values, starts, low, high)


def _finite(
    groups: NDArray[Any] | Sequence[NDArray[Any]],
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The finite values of all groups in a row, and how many each group has."""
    lengths = np.array([len(group) for group in groups], np.int64)
    flat = groups.reshape(-1) if isinstance(groups, np.ndarray) else np.concatenate([*groups])
    values = np.ascontiguousarray(flat, np.float32)
    usable = np.isfinite(values)
    if usable.all():
        return values, lengths
    owner = np.repeat(np.arange(lengths.size), lengths)
    return values[usable], np.bincount(owner[usable], minlength=lengths.size)
