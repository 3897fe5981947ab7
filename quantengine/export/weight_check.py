"""Weights on their grid against those that were given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import ExportError
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock

_HALF = 0.501
"""Of a step: what rounding to nearest may move a value, and a little."""
_LAST_BITS = 2.0**-23
"""Of the number of codes: what float32, in which values are divided by the step, adds to that."""
_LEARNED_STEPS = 4.0
"""Root mean square that codes chosen otherwise (by error feedback, by training) may be away."""
_LEARNED_SHARE = 0.1
"""The same as a share of the weight: what makes up for other errors is many of the finest steps."""

Array = NDArray[Any]


def refuse_wrong_weight(
    layer: str, weight: str, values: Array, on_grid: Array, encoding: Encoding, *, nearest: bool
) -> None:
    """Raises ExportError where `on_grid` is not `values` rounded, after cutting off at the ends.

    `nearest`: codes were rounded to nearest, not chosen by a step of recovery.
    """
    if encoding.dtype.is_sign:
        return
    step, low, high = (
        _everywhere(np.asarray(part, np.float64), encoding, values.shape)
        for part in (encoding.scale, encoding.low, encoding.high)
    )
    finite = np.isfinite(values)
    held = np.clip(np.where(finite, values, 0), low, high)
    moved = np.where(finite, np.abs(on_grid - held), 0)
    worst = float((moved / step).max(initial=0)) if nearest else _rms(moved / step)
    allowed = _HALF + _LAST_BITS * 2**encoding.dtype.bits if nearest else _LEARNED_STEPS
    close = not nearest and _rms(moved) <= _LEARNED_SHARE * _rms(held)
    if moved.size and not (worst <= allowed or close):
        raise ExportError(
            f"The quantized model does not compute what was simulated, first at '{layer}': its "
            f"weight '{weight}' lies {worst:.2g} steps from the float one, where rounding moves "
            "half a step. Keep that layer float, and please report this model."
        )


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values)))) if values.size else 0.0


def _everywhere(parameter: Array, encoding: Encoding, shape: tuple[int, ...]) -> Array:
    """A parameter in a shape that broadcasts against the weight."""
    match encoding.granularity:
        case PerAxis(axis):
            return parameter.reshape([-1 if place == axis else 1 for place in range(len(shape))])
        case PerBlock(axis, size):
            return np.repeat(parameter, size, axis).take(np.arange(shape[axis]), axis)
        case _:
            return parameter
