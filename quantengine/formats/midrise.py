"""Grids without a level at zero: levels lie half a step beside it, as many on either side.

real = scale * odd / 2, odd in -(2^b - 1), ..., -3, -1, 1, 3, ..., 2^b - 1 (weights of EWGS, Lee
2021: 2 (x_q - 1/2), x_q on 2^b levels). Held as codes of a type with more bits at half the scale.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Codes, Encoding, Floats
from quantengine.formats.granularity import rows, spread

_RATIOS = np.geomspace(1.15, 0.05, 80)
"""Of the largest value in a row to the outermost level."""


def midrise_encoding(weight: Floats, encoding: Encoding) -> Encoding:
    """The grid of least squared error with as many levels as `encoding`, held in two bits more.

    Scales are found for each row that shares one. A row of zeros keeps its scale.
    """
    bits = encoding.dtype.bits
    last = 2**bits - 1
    groups = rows(weight, encoding.granularity)
    found = np.array([_half_step(np.asarray(group, np.float64), last) for group in groups])
    found = found.reshape(encoding.scale.shape)
    scale = np.where(found > 0, found, encoding.scale).astype(np.float32)
    held = IntegerType(bits + 2, signed=True)
    return replace(encoding, dtype=held, scale=scale, zero_point=np.zeros_like(encoding.zero_point))


def midrise_codes(weight: Floats, encoding: Encoding, bits: int) -> Codes:
    """Odd codes nearest to the weight, of the type of a `midrise_encoding`; NaN takes 1."""
    half = spread(encoding.scale, encoding.granularity, weight.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        odd = _odd(np.nan_to_num(np.asarray(weight, np.float64)) / half, 2**bits - 1)
    return np.asarray(odd, encoding.dtype.numpy)


def _odd(steps: NDArray[np.float64], last: int) -> NDArray[np.float64]:
    return np.asarray(np.clip(2 * np.floor(steps / 2) + 1, -last, last))


def _half_step(values: NDArray[np.float64], last: int) -> float:
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max(initial=0.0))
    if not largest:
        return 0.0
    tried = largest * _RATIOS / last
    errors = [np.sum((_odd(finite / half, last) * half - finite) ** 2) for half in tried]
    best = tried[int(np.argmin(errors))]
    odd = _odd(finite / best, last)
    return float(odd @ finite / (odd @ odd))
