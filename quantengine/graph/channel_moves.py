"""What operators that move values do to the axis along which channels lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import prod

import numpy as np
import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import Dimension, FloatModel


@dataclass(frozen=True)
class Channels:
    """The axis (from 0), and the sizes of the parts that were joined along it, if some were."""

    axis: int
    parts: tuple[int, ...] = ()


def shape_of(model: FloatModel, tensor: str) -> tuple[Dimension, ...] | None:
    """The shape of a tensor as far as it is known."""
    kind = model.types.get(tensor)
    return None if kind is None else kind.shape


def size_of(model: FloatModel, tensor: str, axis: int) -> int | None:
    """The number along an axis; None where it is open."""
    shape = shape_of(model, tensor)
    size = shape[axis] if shape is not None and axis < len(shape) else None
    return size if isinstance(size, int) else None


def rank_of(model: FloatModel, tensor: str) -> int:
    """The number of axes of a tensor whose shape is known."""
    shape = shape_of(model, tensor)
    assert shape is not None
    return len(shape)


def _transposed(
    found: Channels, model: FloatModel, node: onnx.NodeProto, tensor: str
) -> Channels | None:
    rank = rank_of(model, tensor)
    order = list(attribute(node, "perm", range(rank - 1, -1, -1)))
    return replace(found, axis=order.index(found.axis))


def _reshaped(
    found: Channels, model: FloatModel, node: onnx.NodeProto, tensor: str
) -> Channels | None:
    """The axis that the channels fill, or the fastest of those that share them out."""
    old, new = shape_of(model, node.input[0]), shape_of(model, tensor)
    if old is None or new is None:
        return None
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    if found.axis < head:
        return found
    if found.axis >= len(old) - tail:
        return replace(found, axis=found.axis + len(new) - len(old))
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    axis = _moved(found.axis - head, before, after)
    if axis is None:
        return None
    same = before[found.axis - head] == after[axis]
    return Channels(head + axis, found.parts if same else ())


def _alike(old: Sequence[Dimension], new: Sequence[Dimension]) -> int:
    """How many sizes from the first on are the same."""
    pairs = list(zip(old, new, strict=False))
    return next((i for i, (a, b) in enumerate(pairs) if a is None or a != b), len(pairs))


def _moved(axis: int, old: Sequence[Dimension], new: Sequence[Dimension]) -> int | None:
    """Which of the `new` sizes hold what lay along `axis` of `old`; one of them may be open."""
    sizes = [size for size in old if isinstance(size, int)]
    known = [size for size in new if isinstance(size, int)]
    total = prod(sizes)
    if len(sizes) < len(old) or len(known) < len(new) - 1:
        return None
    filled = [n if isinstance(n, int) else total // max(prod(known), 1) for n in new]
    if prod(filled) != total:
        return None
    step = prod(sizes[axis + 1 :])
    end = step * sizes[axis]
    spans = [(prod(filled[place + 1 :]), prod(filled[place:])) for place in range(len(filled))]
    inside = [i for i, (low, high) in enumerate(spans) if step <= low < high <= end]
    around = [i for i, (low, high) in enumerate(spans) if low <= step and high >= end]
    return inside[-1] if inside else next(iter(around), None)


def _left_out(
    found: Channels, model: FloatModel, node: onnx.NodeProto, tensor: str
) -> Channels | None:
    """Of operators that leave axes out: Squeeze and sums over axes."""
    rank = rank_of(model, node.input[0])
    if rank_of(model, tensor) == rank:
        return found
    axes = _numbers(model, node, "axes", 1)
    gone = {axis % rank for axis in axes or ()}
    if axes is None or found.axis in gone:
        return None
    return replace(found, axis=found.axis - sum(axis < found.axis for axis in gone))


def _unsqueezed(
    found: Channels, model: FloatModel, node: onnx.NodeProto, tensor: str
) -> Channels | None:
    rank, axes = rank_of(model, tensor), _numbers(model, node, "axes", 1)
    if axes is None:
        return None
    new = {axis % rank for axis in axes}
    return replace(found, axis=[axis for axis in range(rank) if axis not in new][found.axis])


def _split(
    found: Channels, model: FloatModel, node: onnx.NodeProto, tensor: str
) -> Channels | None:
    axis = attribute(node, "axis", 0) % rank_of(model, tensor)
    if found.axis != axis:
        return found
    sizes = [size_of(model, name, axis) for name in node.output]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return Channels(axis)
    place = list(node.output).index(tensor)
    end = sum(known[: place + 1])
    return _cut(found, end - known[place], end)


def _sliced(
    found: Channels, model: FloatModel, node: onnx.NodeProto, tensor: str
) -> Channels | None:
    starts, ends = (_numbers(model, node, name, i) for name, i in (("starts", 1), ("ends", 2)))
    if starts is None or ends is None:
        return Channels(found.axis)
    axes = _numbers(model, node, "axes", 3) or list(range(len(starts)))
    strides = _numbers(model, node, "steps", 4) or [1] * len(starts)
    size, rank = size_of(model, node.input[0], found.axis), rank_of(model, tensor)
    for axis, start, end, stride in zip(axes, starts, ends, strides, strict=False):
        if axis % rank == found.axis:
            if stride != 1 or size is None:
                return Channels(found.axis)
            return _cut(found, *slice(start, end).indices(size)[:2])
    return found


def _cut(found: Channels, start: int, end: int) -> Channels:
    """What is left of the parts between two places."""
    ends = accumulate(found.parts)
    left = [
        min(last, end) - max(last - size, start)
        for size, last in zip(found.parts, ends, strict=True)
    ]
    parts = tuple(size for size in left if size > 0)
    return Channels(found.axis, parts if len(parts) > 1 else ())


def _numbers(model: FloatModel, node: onnx.NodeProto, name: str, place: int) -> list[int] | None:
    """An attribute, or the constant input that took its place in later opsets."""
    given = attribute(node, name, None)
    if given is not None:
        return [int(value) for value in given]
    if len(node.input) <= place or not node.input[place]:
        return None
    values = model.constant(node.input[place])
    return None if values is None else [int(value) for value in np.ravel(values)]


Move = Callable[[Channels, FloatModel, onnx.NodeProto, str], Channels | None]
_REDUCTIONS = ("Mean", "Sum", "Max", "Min", "L1", "L2", "LogSumExp", "SumSquare")
MOVES: Mapping[str, Move] = {
    "Transpose": _transposed,
    **dict.fromkeys(("Reshape", "Flatten"), _reshaped),
    "Squeeze": _left_out,
    **dict.fromkeys((f"Reduce{name}" for name in _REDUCTIONS), _left_out),
    "Unsqueeze": _unsqueezed,
    "Split": _split,
    "Slice": _sliced,
}
"""From the channels of the first input to those of a result."""
