"""Fake quantization on the CPU in one pass forward and one backward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.finetune.learned_range import Lattice
from quantengine.finetune.pytorch import Tensor, torch
from quantengine.formats.granularity import Granularity, PerAxis, PerTensor
from quantengine.observe.compiled import compiled, reordered

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def fits(values: Tensor, granularity: Granularity) -> bool:
    """Whether the loops here can take `values`."""
    shaped = isinstance(granularity, PerTensor | PerAxis)
    return shaped and values.device.type == "cpu" and values.dtype == torch.float32


def on_grid(values: Tensor, lattice: Lattice, granularity: Granularity, delta: float) -> Any:
    """clip(round(values / threshold), low, high) * scale, with the gradients of `rounding.py`.

    What takes ten operations there, each with a copy of `values` to keep, is one loop here.
    """
    rows = _rows(values, granularity)
    parts = (lattice.threshold, lattice.scale, lattice.low, lattice.high)
    return _OnGrid.apply(values, torch.stack([part.expand(rows[1]) for part in parts]), rows, delta)


def _rows(values: Tensor, granularity: Granularity) -> tuple[int, int, int]:
    """[outer, groups, inner] of contiguous values, each group with a scale of its own."""
    if isinstance(granularity, PerTensor):
        return (values.shape[0] if values.ndim else 1, 1, -1)
    assert isinstance(granularity, PerAxis)
    axis = granularity.axis % values.ndim
    outer = int(np.prod(values.shape[:axis]))
    return (outer, values.shape[axis], -1)


class _OnGrid(torch.autograd.Function):  # type: ignore[misc]
    @staticmethod
    def forward(
        context: Any, values: Tensor, lattice: Tensor, rows: tuple[int, int, int], delta: float
    ) -> Any:
        x = values.detach().contiguous()
        y = torch.empty_like(x)
        context.save_for_backward(x, lattice)
        context.rows, context.delta = rows, delta
        _forward(x.view(rows).numpy(), lattice.detach().numpy(), y.view(rows).numpy())
        return y

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Any, ...]:
        x, lattice = context.saved_tensors
        rows = context.rows
        slope = torch.empty_like(x)
        sums = np.zeros(lattice.shape)
        _backward(
            x.view(rows).numpy(),
            gradient.contiguous().view(rows).numpy(),
            lattice.detach().numpy(),
            np.float32(context.delta),
            slope.view(rows).numpy(),
            sums,
        )
        return slope, torch.from_numpy(sums.astype(np.float32)), None, None


@compiled
def _forward(x: Floats, lattice: Floats, y: Floats) -> None:
    for a in range(x.shape[0]):
        for c in range(x.shape[1]):
            step, worth, least, most = lattice[0, c], lattice[1, c], lattice[2, c], lattice[3, c]
            for i in range(x.shape[2]):
                code = np.rint(x[a, c, i] / step)
                code = least if code < least else code
                code = most if code > most else code
                y[a, c, i] = code * worth


@reordered
def _backward(
    x: Floats,
    gradient: Floats,
    lattice: Floats,
    delta: np.float32,
    slope: Floats,
    sums: Doubles,
) -> None:
    """`lattice` holds threshold, scale, low and high of each group, `sums` their gradients."""
    none = np.float32(0.0)
    for a in range(x.shape[0]):
        for c in range(x.shape[1]):
            step, worth, least, most = lattice[0, c], lattice[1, c], lattice[2, c], lattice[3, c]
            by_threshold, by_scale, by_low, by_high = 0.0, 0.0, 0.0, 0.0
            for i in range(x.shape[2]):
                place = x[a, c, i] / step
                below, above = place < least, place > most
                held = least if below else (most if above else place)
                code = np.rint(held)
                g = gradient[a, c, i] * worth
                extra = abs(g) * delta * (held - code)
                g += extra
                inside = none if below or above else g
                slope[a, c, i] = inside / step
                by_threshold += float(inside * held)
                by_scale += float(gradient[a, c, i] * code)
                by_low += float(g if below else none) - float(extra)
                by_high += float(g if above else none)
            sums[0, c] -= by_threshold / step
            sums[1, c] += by_scale
            sums[2, c] += by_low
            sums[3, c] += by_high
