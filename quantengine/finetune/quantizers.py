"""Fake quantizers: a tensor as the quantized network sees it, with gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from quantengine.finetune.fused import fits, on_grid
from quantengine.finetune.learned_range import (
    GridRange,
    Lattice,
    LearnedEnds,
    LearnedScale,
    WatchedRange,
)
from quantengine.finetune.pytorch import Tensor, torch
from quantengine.finetune.rounding import to_steps
from quantengine.finetune.settings import Method, Settings
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import Granularity, PerAxis, PerBlock, PerTensor

STRONGEST = 2.0
"""The largest delta in steps: a rounding error of half a step then silences a gradient."""


class Quantizer:
    """Rounds one tensor to its grid; `training` lets a watched range move, `rounds` says whether.

    `delta` is in steps of the grid. `taken`, where it is a list, collects rounded values.
    """

    def __init__(self, grid: GridRange, *, ewgs: bool) -> None:
        self.grid, self.ewgs = grid, ewgs
        self.delta = 0.0
        self.training, self.rounds = False, True
        self.taken: list[Any] | None = None

    def __call__(self, values: Tensor) -> Any:
        """`values` in real numbers, on the grid."""
        if self.training:
            with torch.no_grad():
                self.grid.watch(values, self._groups)
        if not self.rounds:
            return values
        lattice = self.grid.lattice()
        # second derivatives need the operations one by one
        if self.taken is None and not self.grid.dtype.is_sign and fits(values, self.granularity):
            return on_grid(values, lattice, self.granularity, self._used_delta)
        return self._steps(lattice, values) * spread(lattice.scale, self.granularity, values)

    def _steps(self, lattice: Lattice, values: Tensor) -> Any:
        place = values / spread(lattice.threshold, self.granularity, values)
        low, high = (spread(end, self.granularity, values) for end in (lattice.low, lattice.high))
        return to_steps(place, low, high, self.grid.dtype, self._used_delta, taken=self.taken)

    @property
    def _used_delta(self) -> float:
        return self.delta if self.ewgs else 0.0

    @property
    def granularity(self) -> Granularity:
        return self.grid.start.granularity

    @property
    def learned(self) -> Mapping[str, Any]:
        return self.grid.learned

    def encoding(self) -> Encoding:
        """The grid as it is now, in the form the rewriter takes."""
        start = self.grid.start
        with torch.no_grad():
            lattice = self.grid.lattice()
            scale = lattice.scale.cpu().numpy().astype(np.float32)
            zero = (start.qmin - lattice.low).cpu().numpy()
        shape = start.scale.shape
        zero = np.broadcast_to(np.rint(zero).astype(np.int32), shape).copy()
        return Encoding(start.dtype, scale.reshape(shape), zero, start.granularity, start.narrow)

    def codes(self, values: Tensor) -> Any:
        """Integer codes of `values` as a numpy array; NaN takes the lowest, as in Encoding."""
        with torch.no_grad():
            lattice = self.grid.lattice()
            steps = self._steps(lattice, values)
            zero = spread(self.grid.start.qmin - lattice.low, self.granularity, values)
            codes = torch.nan_to_num(torch.round(steps + zero), nan=float(self.grid.dtype.qmin))
            return codes.cpu().numpy().astype(self.grid.dtype.numpy)

    def _groups(self, values: Tensor, function: str) -> Any:
        """One value for each group that shares a scale."""
        reduce = getattr(torch, function)
        match self.granularity:
            case PerTensor():
                return reduce(values)
            case PerAxis(axis):
                return reduce(values.movedim(axis, 0).flatten(1), 1)
            case PerBlock(axis, size):
                last = values.movedim(axis, -1)
                missing = -last.shape[-1] % size
                # repeats of the last value change no extreme
                filled = torch.cat([last, last[..., -1:].expand(*last.shape[:-1], missing)], -1)
                return reduce(filled.unflatten(-1, (-1, size)), -1).movedim(-1, axis)


def spread(parameters: Tensor, granularity: Granularity, values: Tensor) -> Any:
    """Parameters in a shape that broadcasts against `values`."""
    match granularity:
        case PerTensor():
            return parameters
        case PerAxis(axis):
            ones = [1] * values.ndim
            ones[axis] = -1
            return parameters.reshape(ones) if parameters.ndim else parameters
        case PerBlock(axis, size):
            repeated = parameters.repeat_interleave(size, axis)
            return repeated.narrow(axis, 0, values.shape[axis])


def make_quantizer(
    method: Method,
    start: Encoding,
    *,
    symmetric: bool,
    values: int,
    weight: bool,
    device: str = "cpu",
    watching: Settings | None = None,
) -> Quantizer:
    """A quantizer that begins as `start`; `values` share one scale.

    `watching` says how a range that is not learned follows its values.
    """
    grid: GridRange
    if method == "ste":
        grid = WatchedRange(start, symmetric, device)
        if watching is not None:
            grid.update, grid.momentum = watching.range_update, watching.range_momentum
    elif method == "lsq":
        grid = LearnedScale(start, symmetric, device)
        grid.values = values
    else:
        grid = LearnedEnds(start, symmetric, device)
        if weight:
            grid.learn_output_scale()
    return Quantizer(grid, ewgs=method == "ewgs")


def fixed_delta(delta: float, quantizer: Quantizer) -> float:
    """A delta for normalised values, (q - qmin) / (qmax - qmin), in steps of the grid."""
    grid = quantizer.grid
    steps = 1 if grid.dtype.is_sign else grid.start.qmax - grid.start.qmin
    return min(delta / steps, STRONGEST)
