"""How the codes of a grid are used, gathered in one pass over arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Encoding
from quantengine.observe.compiled import compiled

Floats = NDArray[np.float32]


class GridUse:
    """Which codes of an encoding occur and how many values it clamps, over any number of arrays."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.count = 0
        self.clipped = 0
        self._used = np.zeros(encoding.qmax - encoding.qmin + 1, np.bool_)

    def quantize(self, values: NDArray[Any]) -> Floats:
        """`values` of any shape as the encoding (per tensor) gives them back, and counted."""
        flat = np.ascontiguousarray(values, np.float32).reshape(-1)
        out = np.empty_like(flat)
        self.clipped += _quantize(flat, *_grid(self.encoding), out, self._used)
        self.count += flat.size
        return out.reshape(values.shape)

    @property
    def clipped_share(self) -> float:
        """Share of values beyond the range; nan where none was seen."""
        return self.clipped / self.count if self.count else float("nan")

    @property
    def unused_share(self) -> float:
        """Share of codes that no value takes."""
        return 1 - float(np.count_nonzero(self._used) / self._used.size)


def quantized(values: NDArray[Any], encoding: Encoding) -> Floats:
    """`values` of any shape as an encoding per tensor gives them back."""
    flat = np.ascontiguousarray(values, np.float32).reshape(-1)
    out = np.empty_like(flat)
    _give_back(flat, *_grid(encoding), out)
    return out.reshape(values.shape)


def _grid(encoding: Encoding) -> tuple[np.float32, np.float32, np.float32]:
    zero = int(encoding.zero_point)
    steps = (encoding.qmin - zero, encoding.qmax - zero)
    return np.float32(encoding.scale), np.float32(steps[0]), np.float32(steps[1])


@compiled
def _quantize(
    values: Floats,
    scale: np.float32,
    first: np.float32,
    last: np.float32,
    out: Floats,
    used: NDArray[np.bool_],
) -> int:
    """Gives back, counts what was clamped, and marks the codes that occur."""
    clipped = 0
    for i in range(values.size):
        steps = np.rint(values[i] / scale)
        held = steps if steps > first else first
        held = held if held < last else last
        clipped += held != steps
        used[int(held - first)] = True
        out[i] = held * scale
    return clipped


@compiled
def _give_back(
    values: Floats, scale: np.float32, first: np.float32, last: np.float32, out: Floats
) -> None:
    """In float32, step for step as `Encoding.fake_quantize`, so that the bits are the same."""
    for i in range(values.size):
        steps = np.rint(values[i] / scale)
        held = steps if steps > first else first
        out[i] = (held if held < last else last) * scale
