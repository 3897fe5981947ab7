"""Sliding windows over the spatial axes: what convolutions and pools read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray


class Slides(TypedDict, total=False):
    """How a window slides, as `Window.of` takes it."""

    strides: Sequence[int] | None
    pads: Sequence[int] | None
    dilations: Sequence[int] | None


@dataclass(frozen=True)
class Window:
    """Kernel size, strides, pads (ONNX order: begins, then ends) and dilations of `rank` axes."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    pads: tuple[int, ...]
    dilations: tuple[int, ...]

    @classmethod
    def of(
        cls,
        kernel: Sequence[int],
        strides: Sequence[int] | None = None,
        pads: Sequence[int] | None = None,
        dilations: Sequence[int] | None = None,
    ) -> Window:
        """Attributes that are None take the defaults of ONNX: 1, 0 and 1."""
        rank = len(kernel)
        return cls(
            tuple(kernel),
            tuple(strides) if strides is not None else (1,) * rank,
            tuple(pads) if pads is not None else (0,) * (2 * rank),
            tuple(dilations) if dilations is not None else (1,) * rank,
        )

    @property
    def begins(self) -> tuple[int, ...]:
        return self.pads[: len(self.kernel)]

    @property
    def ends(self) -> tuple[int, ...]:
        return self.pads[len(self.kernel) :]

    @property
    def reach(self) -> tuple[int, ...]:
        """Extent of the dilated kernel."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilations, strict=True))

    def same(self, sides: Sequence[int], *, upper: bool) -> Window:
        """The window with pads that keep ceil(side / stride) positions: what ONNX calls SAME."""
        pairs = []
        for side, stride, reach in zip(sides, self.strides, self.reach, strict=True):
            total = max((-(-side // stride) - 1) * stride + reach - side, 0)
            less, more = total // 2, total - total // 2
            pairs.append((less, more) if upper else (more, less))
        begins, ends = zip(*pairs, strict=True)
        return replace(self, pads=(*begins, *ends))

    def out(self, sides: Sequence[int]) -> tuple[int, ...]:
        """The spatial shape of what the window gives over an image of `sides`."""
        return tuple(self.out_along(axis, side) for axis, side in enumerate(sides))

    def reads(self, axis: int, tap: int, side: int) -> slice:
        """What a tap of the kernel reads along a spatial axis of `side`, in all its positions."""
        step, count = self.strides[axis], self.out_along(axis, side)
        start = tap * self.dilations[axis] - self.begins[axis]
        first = start + step * max(-(start // step), 0)
        return slice(first, max(min(start + step * (count - 1) + 1, side), first), step)

    def out_along(self, axis: int, side: int) -> int:
        """How many positions the window has along a spatial axis of `side`."""
        padded = side + self.begins[axis] + self.ends[axis]
        return (padded - self.reach[axis]) // self.strides[axis] + 1

    def over(self, x: NDArray[Any], fill: int) -> NDArray[Any]:
        """Windows of `x` [N, C, *spatial] padded with `fill`: a view [N, C, *out, *kernel]."""
        padded = pad(x, self.begins, self.ends, fill)
        spatial = tuple(range(2, x.ndim))
        views = sliding_window_view(padded, self.reach, axis=spatial)
        steps = (slice(None, None, step) for step in (*self.strides, *self.dilations))
        return views[(slice(None), slice(None), *steps)]


def pad(x: NDArray[Any], begins: Sequence[int], ends: Sequence[int], fill: int) -> NDArray[Any]:
    """`x` [N, C, *spatial] with `fill` around its spatial axes; negative numbers crop."""
    grown = [(max(b, 0), max(e, 0)) for b, e in zip(begins, ends, strict=True)]
    padded = np.pad(x, [(0, 0), (0, 0), *grown], constant_values=fill)
    sizes = padded.shape[2:]
    kept = (
        slice(max(-b, 0), size - max(-e, 0)) for b, e, size in zip(begins, ends, sizes, strict=True)
    )
    return padded[(slice(None), slice(None), *kept)]
