"""What learns, in units that make one learning rate suit all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.finetune.pytorch import torch
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import spread

_LEAST = 2.0**-100
_USUAL = 0.25
"""Root mean square of an activation, as a share of its range."""


@dataclass(frozen=True, eq=False)
class Parameter:
    """`tensor` learns, and stands for `unit` times its value.

    Channels of one weight may differ in size a thousandfold: a step that suits the largest would
    be the end of the smallest. Units are powers of two, so that multiplying by them is exact.
    """

    tensor: Any
    unit: Any
    is_range: bool = False

    @property
    def value(self) -> Any:
        return self.tensor * self.unit


def in_units(values: NDArray[Any], unit: NDArray[Any], device: str) -> Parameter:
    """A parameter that starts at `values`; `unit` broadcasts against them."""
    whole = np.exp2(np.rint(np.log2(np.maximum(unit, _LEAST))))
    start = torch.tensor(np.asarray(values / whole, np.float32)).to(device).requires_grad_()
    return Parameter(start, torch.tensor(whole.astype(np.float32)).to(device))


def weight_unit(shape: tuple[int, ...], encoding: Encoding, products: float) -> NDArray[Any]:
    """A step of the grid, which each channel may have of its own, over sqrt(products).

    Adam moves all weights of an output, one for each product, by as much; together they move it
    by that many times more than rounding, where signs differ, does.
    """
    steps = spread(encoding.scale, encoding.granularity, shape)
    return np.asarray(steps * (2 if encoding.dtype.is_sign else 1) / max(products, 1.0) ** 0.5)


def bias_unit(bias: NDArray[Any], weight: Encoding, x: Encoding | None) -> NDArray[Any]:
    """A usual input times a step of the weight's grid; without `x`, the size of the bias."""
    if x is None:
        return np.asarray(size(bias))
    steps = weight.scale if weight.scale.shape == bias.shape else weight.scale.mean()
    return np.asarray(steps * _USUAL * float(np.max(x.high - x.low)))


def size(values: NDArray[Any]) -> float:
    """Root mean square; 1 for zeros."""
    found = float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) if values.size else 0.0
    return found if found > 0 else 1.0
