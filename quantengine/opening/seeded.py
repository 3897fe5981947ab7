"""Made-up feeds of a model, for where there is no data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.graph.model import FloatModel, TensorType
from quantengine.runtime import Tensors

_SIZES = (8, 32, 1, 64, 224)
"""Lengths tried for open dimensions; the first, most often the batch, is 1."""
_MOST_VALUES = 2**24


def seeded_feeds(model: FloatModel, count: int) -> Iterator[list[Tensors]]:
    """`count` feeds at a time, in one way after the other: the first that the model runs will do.

    Floats are normal, integers 0 or 1 (they may be tokens, or masks), then 1 throughout. Dimensions
    of one name have one length. None at all where an input is no tensor of numbers.
    """
    if not all(_can_be_fed(kind) for kind in model.inputs.values()):
        return
    for size in _SIZES if any(_is_open(kind) for kind in model.inputs.values()) else _SIZES[:1]:
        for integers in ((0, 2), (1, 2)):
            generator = np.random.default_rng(size)
            yield [
                {
                    name: _values(generator, kind, size, integers)
                    for name, kind in model.inputs.items()
                }
                for _ in range(count)
            ]


def _can_be_fed(kind: TensorType) -> bool:
    if kind.shape is None or kind.element == onnx.TensorProto.UNDEFINED:
        return False
    if onnx.helper.tensor_dtype_to_np_dtype(kind.element).kind not in "fiub":
        return False
    return int(np.prod(_lengths(kind, _SIZES[0]))) <= _MOST_VALUES


def _is_open(kind: TensorType) -> bool:
    return any(not _is_fixed(side) for side in kind.shape or ())


def _is_fixed(side: int | str | None) -> bool:
    return isinstance(side, int) and side > 0


def _lengths(kind: TensorType, size: int) -> list[int]:
    sides = kind.shape or ()
    return [
        side if isinstance(side, int) and side > 0 else (size if place else 1)
        for place, side in enumerate(sides)
    ]


def _values(
    generator: np.random.Generator, kind: TensorType, size: int, integers: tuple[int, int]
) -> NDArray[Any]:
    dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.element)
    shape = _lengths(kind, size)
    if dtype.kind == "f":
        return generator.standard_normal(shape).astype(dtype)
    return generator.integers(*integers, shape).astype(dtype)
