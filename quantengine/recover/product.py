"""A layer as a product of matrices: its weight as rows, its input as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.windows import Window
from quantengine.graph.operators import attribute as integer_attribute
from quantengine.graph.weighted import attribute

Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Product:
    """y = W x of a Conv, Gemm or MatMul: W `[G, R, K]`, one problem for each of G groups."""

    node: onnx.NodeProto
    shape: tuple[int, ...]
    """Of the weight as ONNX stores it."""

    @property
    def groups(self) -> int:
        return integer_attribute(self.node, "group", 1) if self.is_conv else 1

    @property
    def is_conv(self) -> bool:
        """Whether its positions are places of an image rather than rows of a table."""
        return self.node.op_type == "Conv"

    @property
    def _transposed(self) -> bool:
        """Whether the stored weight has the outputs along its last axis."""
        gemm = self.node.op_type == "Gemm"
        return not self.is_conv and not (gemm and integer_attribute(self.node, "transB", 0))

    def rows(self, weight: NDArray[Any]) -> NDArray[Any]:
        """The weight (or anything of its shape) as `[G, R, K]`."""
        if self._transposed:
            return weight.T[None]
        return weight.reshape(self.groups, self.shape[0] // self.groups, -1)

    def weight(self, rows: NDArray[Any]) -> NDArray[Any]:
        """`[G, R, K]` back in the shape of the weight."""
        return rows[0].T.copy() if self._transposed else rows.reshape(self.shape)

    def positions(self, x: Matrix) -> int:
        """How many positions of the output an input has."""
        if not self.is_conv:
            return x.size // x.shape[-1] if x.size else 0
        return len(x) * math.prod(self._extent(x.shape[2:])[1])

    def columns(self, x: Matrix, count: int, seed: int) -> Matrix:
        """`[G, P, K]`: the inputs of about `count` output positions drawn by `seed`."""
        draw = np.random.default_rng(seed)
        if not self.is_conv:
            inputs = x.reshape(-1, x.shape[-1])
            return inputs[_drawn(draw, len(inputs), count)][None]
        sides = x.shape[2:]
        begins, out = self._extent(sides)
        chosen = _drawn(draw, len(x) * math.prod(out), count)
        where: tuple[NDArray[Any], ...] = np.unravel_index(chosen, (len(x), *out))
        sample, place = np.asarray(where[0], np.intp), where[1:]
        flat, inside = self._reached(place, begins, sides)
        found = x.reshape(*x.shape[:2], -1)[sample[:, None], :, flat]
        found = np.where(inside[..., None], found, np.float32(0))
        split = found.reshape(len(chosen), flat.shape[1], self.groups, -1)
        depth = split.shape[1] * split.shape[3]
        return np.ascontiguousarray(split.transpose(2, 0, 3, 1)).reshape(self.groups, -1, depth)

    def column_sum(self, x: Matrix) -> tuple[NDArray[np.float64], int]:
        """`[G, K]`: the columns of every position added up, and how many there are."""
        if not self.is_conv:
            flat = x.reshape(-1, x.shape[-1])
            return flat.sum(axis=0, dtype=np.float64)[None], len(flat)
        sides, window = x.shape[2:], self._window
        begins, out = self._extent(sides)
        lasts = [(o - 1) * s + 1 for o, s in zip(out, window.strides, strict=True)]
        missing = zip(lasts, window.reach, sides, begins, strict=True)
        ends = [max(last + reach - 1 - side - begin, 0) for last, reach, side, begin in missing]
        added = x.sum(axis=0, dtype=np.float64)
        added = np.pad(added, [(0, 0), *zip(begins, ends, strict=True)])
        sums = []
        for tap in np.ndindex(*window.kernel):
            starts = [t * d for t, d in zip(tap, window.dilations, strict=True)]
            steps = zip(starts, lasts, window.strides, strict=True)
            read = added[(slice(None), *(slice(start, start + n, s) for start, n, s in steps))]
            sums.append(read.reshape(len(added), -1).sum(axis=1))
        return np.stack(sums, axis=1).reshape(self.groups, -1), len(x) * math.prod(out)

    def _reached(
        self,
        place: Sequence[NDArray[np.intp]],
        begins: Sequence[int],
        sides: tuple[int, ...],
    ) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """`[P, kernel]`: where each tap of the kernel reads, and whether that is no padding."""
        window = self._window
        taps = np.indices(window.kernel).reshape(len(window.kernel), -1)
        flat = np.zeros((len(place[0]), taps.shape[1]), np.intp)
        inside = np.ones(flat.shape, bool)
        for axis, side in enumerate(sides):
            start = place[axis][:, None] * window.strides[axis] - begins[axis]
            reached = start + taps[axis] * window.dilations[axis]
            inside &= (reached >= 0) & (reached < side)
            flat = flat * side + np.clip(reached, 0, side - 1)
        return flat, inside

    @property
    def _window(self) -> Window:
        kernel = self.shape[2:]
        strides = attribute(self.node, "strides", [1] * len(kernel))
        dilations = attribute(self.node, "dilations", [1] * len(kernel))
        return Window.of(kernel, strides, None, dilations)

    def _extent(self, sides: tuple[int, ...]) -> tuple[list[int], tuple[int, ...]]:
        """Padding before each axis, and the spatial shape of the output."""
        window = self._window
        begins, ends = self._pads(sides, window)
        steps = zip(sides, begins, ends, window.reach, window.strides, strict=True)
        return begins, tuple((side + b + e - r) // s + 1 for side, b, e, r, s in steps)

    def _pads(self, sides: tuple[int, ...], window: Window) -> tuple[list[int], list[int]]:
        automatic = attribute(self.node, "auto_pad", b"NOTSET")
        rank = len(sides)
        if automatic in (b"SAME_UPPER", b"SAME_LOWER"):
            steps = zip(sides, window.strides, window.reach, strict=True)
            total = [max((-(-side // s) - 1) * s + r - side, 0) for side, s, r in steps]
            small = [t // 2 for t in total]
            large = [t - t // 2 for t in total]
            return (small, large) if automatic == b"SAME_UPPER" else (large, small)
        pads = list(attribute(self.node, "pads", [0] * (2 * rank)))
        return pads[:rank], pads[rank:]


def product_of(node: onnx.NodeProto, shape: tuple[int, ...]) -> Product | None:
    """The product behind a layer with a constant weight of `shape`, None for other operators."""
    if node.op_type == "Conv" and len(shape) > 2:
        return Product(node, shape)
    plain = node.op_type == "MatMul" or (
        node.op_type == "Gemm" and not integer_attribute(node, "transA", 0)
    )
    return Product(node, shape) if plain and len(shape) == 2 else None


def _drawn(draw: np.random.Generator, total: int, count: int) -> NDArray[np.int64]:
    if total <= count:
        return np.arange(total)
    return np.sort(draw.choice(total, count, replace=False))
