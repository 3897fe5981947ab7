"""A layer as a product of matrices: its weight as rows, its input as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.windows import Window
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.operators.window import pads_itself, window_of
from quantengine.graph.weighted import blocks, weight_axes

Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Product:
    """y = W x of a Conv, Gemm or MatMul: W `[G, R, K]`, one problem for each of G groups."""

    node: onnx.NodeProto
    shape: tuple[int, ...]
    """Of the weight as ONNX stores it."""

    @property
    def is_conv(self) -> bool:
        """Whether its positions are places of an image rather than rows of a table."""
        return operator_of(self.node).slides

    def rows(self, weight: NDArray[Any]) -> NDArray[Any]:
        """The weight (or anything of its shape) as `[G, R, K]`."""
        split = blocks(self.node, weight)
        return split.reshape(*split.shape[:2], -1)

    def weight(self, rows: NDArray[Any]) -> NDArray[Any]:
        """`[G, R, K]` back in the shape of the weight."""
        turned = weight_axes(self.node, len(self.shape)).output == 1
        return rows[0].T.copy() if turned else rows.reshape(self.shape)

    def positions(self, x: Matrix) -> int:
        """How many positions of the output an input has."""
        if not self.is_conv:
            return x.size // x.shape[-1] if x.size else 0
        return len(x) * math.prod(self._window(x.shape[2:]).out(x.shape[2:]))

    def columns(self, x: Matrix, count: int, seed: int) -> Matrix:
        """`[G, P, K]`: the inputs of about `count` output positions drawn by `seed`."""
        if not count:
            depth = math.prod(self.shape[1:]) if self.is_conv else x.shape[-1]
            return np.empty((weight_axes(self.node, x.ndim).groups, 0, depth), np.float32)
        draw = np.random.default_rng(seed)
        if not self.is_conv:
            inputs = x.reshape(-1, x.shape[-1])
            return inputs[_drawn(draw, len(inputs), count)][None]
        sides, groups = x.shape[2:], weight_axes(self.node, x.ndim).groups
        window = self._window(sides)
        out = window.out(sides)
        chosen = _drawn(draw, len(x) * math.prod(out), count)
        where: tuple[NDArray[Any], ...] = np.unravel_index(chosen, (len(x), *out))
        sample, place = np.asarray(where[0], np.intp), where[1:]
        flat, inside = _reached(window, place, sides)
        found = x.reshape(*x.shape[:2], -1)[sample[:, None], :, flat]
        found = np.where(inside[..., None], found, np.float32(0))
        split = found.reshape(len(chosen), flat.shape[1], groups, -1)
        depth = split.shape[1] * split.shape[3]
        return np.ascontiguousarray(split.transpose(2, 0, 3, 1)).reshape(groups, -1, depth)

    def positions_summed(self, added: NDArray[np.float64]) -> NDArray[np.float64]:
        """`[G, K]`: the columns of every position of a Conv, of inputs added up `[C, sides..]`."""
        sides, groups = added.shape[1:], weight_axes(self.node, added.ndim).groups
        window = self._window(sides)
        for axis, taps in enumerate(window.kernel):
            reads = (window.reads(axis, tap, sides[axis]) for tap in range(taps))
            added = np.stack([added[:, read].sum(axis=1) for read in reads], axis=-1)
        return added.reshape(groups, -1)

    def _window(self, sides: tuple[int, ...]) -> Window:
        return self._given or window_of(self.node, self.shape[2:], sides)

    @cached_property
    def _given(self) -> Window | None:
        """The window where it is the same over all sides."""
        return None if pads_itself(self.node) else window_of(self.node, self.shape[2:])


class ColumnMeans:
    """Means of the columns of every position of a Conv, of inputs that come one after the other.

    Neighbours of one shape are added first, so that the window goes over their sum once.
    """

    def __init__(self, product: Product) -> None:
        self._product = product
        self._added: NDArray[np.float64] | None = None
        self._sums: NDArray[np.float64] | float = 0.0
        self._count = 0

    def add(self, x: Matrix) -> None:
        # No product with ones: threads of BLAS took three times as long over it.
        added = np.einsum("n...->...", x).astype(np.float64)
        if self._added is not None and self._added.shape == added.shape:
            added += self._added
        else:
            self._settle()
        self._added = added
        self._count += self._product.positions(x)

    @property
    def mean(self) -> Matrix:
        """`[G, K]`."""
        self._settle()
        return np.asarray(self._sums / self._count, np.float32)

    def _settle(self) -> None:
        if self._added is not None:
            self._sums = self._sums + self._product.positions_summed(self._added)
            self._added = None


def product_of_columns(rows: Matrix, bias: Matrix, columns: Matrix) -> NDArray[np.float32]:
    """`[G, P, R]`: what a layer makes of inputs `[G, P, K]`."""
    return np.asarray(columns @ rows.swapaxes(1, 2) + bias[:, None], np.float32)


def mean_squares(rows: Matrix, bias: Matrix, columns: Matrix) -> Matrix:
    """`[P]`: the mean of (W x + b)^2 over all results of each position.

    As x'(W'W)x + 2 x'W'b + b'b where that takes fewer products than the results.
    """
    groups, results, inputs = rows.shape
    if results <= inputs:
        squares = np.square(product_of_columns(rows, bias, columns))
        return np.asarray(np.mean(squares, axis=(0, 2)))
    turned = rows.swapaxes(1, 2)
    pulled = columns @ (turned @ rows) + 2 * (turned @ bias[:, :, None]).swapaxes(1, 2)
    whole = np.einsum("gpk,gpk->p", pulled, columns) + np.sum(np.square(bias))
    return np.asarray(whole / (groups * results))


def _reached(
    window: Window, place: Sequence[NDArray[np.intp]], sides: tuple[int, ...]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """`[P, kernel]`: where each tap of the kernel reads, and whether that is no padding."""
    taps = np.indices(window.kernel).reshape(len(window.kernel), -1)
    flat = np.zeros((len(place[0]), taps.shape[1]), np.intp)
    inside = np.ones(flat.shape, bool)
    for axis, side in enumerate(sides):
        start = place[axis][:, None] * window.strides[axis] - window.begins[axis]
        reached = start + taps[axis] * window.dilations[axis]
        inside &= (reached >= 0) & (reached < side)
        flat = flat * side + np.clip(reached, 0, side - 1)
    return flat, inside


def product_of(node: onnx.NodeProto, shape: tuple[int, ...]) -> Product | None:
    """The product behind a layer with a constant weight of `shape`, None for other operators."""
    operator = operator_of(node)
    fits = len(shape) == 2 if operator.is_product else len(shape) > 2
    return Product(node, shape) if operator.gathers and fits else None


def _drawn(draw: np.random.Generator, total: int, count: int) -> NDArray[np.int64]:
    if total <= count:
        return np.arange(total)
    return np.sort(draw.choice(total, count, replace=False))
