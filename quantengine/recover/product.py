"""A layer as a product of matrices: its weight as rows, its input as columns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.windows import Window, pad
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
        return integer_attribute(self.node, "group", 1) if self._is_conv else 1

    @property
    def _is_conv(self) -> bool:
        return self.node.op_type == "Conv"

    @property
    def _transposed(self) -> bool:
        """Whether the stored weight has the outputs along its last axis."""
        gemm = self.node.op_type == "Gemm"
        return not self._is_conv and not (gemm and integer_attribute(self.node, "transB", 0))

    def rows(self, weight: NDArray[np.generic]) -> NDArray[np.generic]:
        """The weight (or anything of its shape) as `[G, R, K]`."""
        if self._transposed:
            return weight.T[None]
        return weight.reshape(self.groups, self.shape[0] // self.groups, -1)

    def weight(self, rows: NDArray[np.generic]) -> NDArray[np.generic]:
        """`[G, R, K]` back in the shape of the weight."""
        return rows[0].T.copy() if self._transposed else rows.reshape(self.shape)

    def columns(self, x: Matrix, count: int, seed: int) -> Matrix:
        """`[G, P, K]`: the inputs of about `count` output positions drawn by `seed`."""
        draw = np.random.default_rng(seed)
        if not self._is_conv:
            flat = x.reshape(-1, x.shape[-1])
            return flat[_drawn(draw, len(flat), count)][None]
        window, padded = self._windows(x)
        views = window.over(padded, 0)
        spatial = views.shape[2 : 2 + len(window.kernel)]
        chosen = _drawn(draw, len(x) * math.prod(spatial), count)
        place = np.unravel_index(chosen, (len(x), *spatial))
        found = views[(place[0], slice(None), *place[1:])]
        split = found.reshape(len(chosen), self.groups, -1)
        return np.ascontiguousarray(split.swapaxes(0, 1))

    def _windows(self, x: Matrix) -> tuple[Window, Matrix]:
        """Window without pads and the padded input."""
        kernel = self.shape[2:]
        strides = attribute(self.node, "strides", [1] * len(kernel))
        dilations = attribute(self.node, "dilations", [1] * len(kernel))
        window = Window.of(kernel, strides, None, dilations)
        begins, ends = self._pads(x.shape[2:], window)
        return window, pad(x, begins, ends, 0)

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
