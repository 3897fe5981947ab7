"""Weights on their grid against those that were given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import ExportError
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock

_HALF = 0.501
"""Of a step: what rounding to nearest may move a value, and what float32 adds."""
_LEARNED_STEPS = 4.0
"""Root mean square that codes chosen otherwise (by error feedback, by training) may be away."""

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
    steps = np.where(finite, np.abs(on_grid - held) / step, 0)
    worst = float(steps.max(initial=0)) if nearest else float(np.sqrt(np.mean(steps**2)))
    if steps.size and not worst <= (_HALF if nearest else _LEARNED_STEPS):
        raise ExportError(
            f"The quantized model does not compute what was simulated, first at '{layer}': its "
            f"weight '{weight}' lies {worst:.2g} steps from the float one, where rounding moves "
            "half a step. Keep that layer float, and please report this model."
        )


def _everywhere(parameter: Array, encoding: Encoding, shape: tuple[int, ...]) -> Array:
    """A parameter in a shape that broadcasts against the weight."""
    match encoding.granularity:
        case PerAxis(axis):
            return parameter.reshape([-1 if place == axis else 1 for place in range(len(shape))])
        case PerBlock(axis, size):
            return np.repeat(parameter, size, axis).take(np.arange(shape[axis]), axis)
        case _:
            return parameter
