"""ONNX operators that move values or compute shapes, as differentiable functions.

Shapes and indices stay on the CPU, whatever the device of the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onnx import helper, numpy_helper

from quantengine.errors import ModelError
from quantengine.finetune.operators import Attributes, Trainable, functional
from quantengine.finetune.pytorch import Tensor, torch


def _numbers(tensor: Tensor) -> list[int]:
    return [int(value) for value in tensor.reshape(-1).tolist()]


def _axes(a: Attributes, given: Tensor | None) -> list[int] | None:
    """Axes from the input of newer opsets or the attribute of older ones."""
    if given is not None:
        return _numbers(given)
    return list(a["axes"]) if "axes" in a else None


def _reshape(a: Attributes, x: Tensor, shape: Tensor) -> Any:
    wanted = _numbers(shape)
    if not a.get("allowzero", 0):
        wanted = [x.shape[axis] if side == 0 else side for axis, side in enumerate(wanted)]
    return x.reshape(wanted)


def _flatten(a: Attributes, x: Tensor) -> Any:
    axis = a.get("axis", 1)
    axis = axis + x.ndim if axis < 0 else axis
    rows = 1
    for side in x.shape[:axis]:
        rows *= side
    return x.reshape(rows, -1)


def _transpose(a: Attributes, x: Tensor) -> Any:
    return x.permute(a.get("perm", tuple(reversed(range(x.ndim)))))


def _squeeze(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Any:
    chosen = _axes(a, axes)
    return x.squeeze() if chosen is None else x.squeeze(tuple(chosen))


def _unsqueeze(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Any:
    chosen = _axes(a, axes) or []
    rank = x.ndim + len(chosen)
    for axis in sorted(axis % rank for axis in chosen):
        x = x.unsqueeze(axis)
    return x


def _slice(
    a: Attributes,
    x: Tensor,
    starts: Tensor | None = None,
    ends: Tensor | None = None,
    axes: Tensor | None = None,
    steps: Tensor | None = None,
) -> Any:
    first = list(a["starts"]) if starts is None else _numbers(starts)
    last = list(a["ends"]) if ends is None else _numbers(ends)
    along = _axes(a, axes) or list(range(len(first)))
    stride = [1] * len(first) if steps is None else _numbers(steps)
    for start, end, axis, step in zip(first, last, along, stride, strict=True):
        chosen = range(x.shape[axis])[slice(*_bounds(start, end, step, x.shape[axis]), step)]
        if step > 0:
            index: list[Any] = [slice(None)] * x.ndim
            index[axis] = slice(chosen.start, max(chosen.stop, chosen.start), step)
            x = x[tuple(index)]
        else:
            x = x.index_select(axis, torch.tensor(list(chosen), device=x.device))
    return x


def _bounds(start: int, end: int, step: int, size: int) -> tuple[int | None, int | None]:
    """Python's spelling of ONNX bounds: an end below the first element means all of it."""
    if step < 0:
        return min(start, size - 1), None if end < -size else end
    return start, end


def _gather(a: Attributes, x: Tensor, indices: Tensor) -> Any:
    axis = a.get("axis", 0) % x.ndim
    flat = indices.reshape(-1).to(x.device).long()
    flat = torch.where(flat < 0, flat + x.shape[axis], flat)
    y = x.index_select(axis, flat)
    return y.reshape([*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]])


def _concat(a: Attributes, *inputs: Tensor) -> Any:
    return torch.cat(inputs, a["axis"])


def _split(a: Attributes, x: Tensor, sizes: Tensor | None = None) -> Any:
    axis = a.get("axis", 0)
    wanted = list(a.get("split", [])) if sizes is None else _numbers(sizes)
    if not wanted:
        count = a.get("num_outputs", a["outputs"])
        return tuple(torch.split(x, -(-x.shape[axis] // count), axis))
    return tuple(torch.split(x, wanted, axis))


def _pad(
    a: Attributes,
    x: Tensor,
    pads: Tensor | None = None,
    value: Tensor | None = None,
    axes: Tensor | None = None,
) -> Any:
    counts = list(a["pads"]) if pads is None else _numbers(pads)
    along = list(range(x.ndim)) if axes is None else [i % x.ndim for i in _numbers(axes)]
    mode = a.get("mode", "constant")
    around = {axis: (counts[i], counts[i + len(along)]) for i, axis in enumerate(along)}
    fill = a.get("value", 0.0) if value is None else float(value)
    if mode == "constant":
        flat = [count for axis in reversed(range(x.ndim)) for count in around.get(axis, (0, 0))]
        return functional.pad(x, flat, value=fill)
    for axis, (before, after) in around.items():
        x = x.index_select(axis, _reflected(x.shape[axis], before, after, mode).to(x.device))
    return x


def _reflected(size: int, before: int, after: int, mode: str) -> Tensor:
    place = torch.arange(-before, size + after)
    if mode == "edge":
        return place.clamp(0, size - 1)
    if mode == "wrap":
        return place % size
    if mode != "reflect":
        raise ModelError("Pad with mode {0} cannot be trained.", mode)
    period = max(2 * (size - 1), 1)
    place = place % period
    return torch.minimum(place, period - place)


def _depth_to_space(a: Attributes, x: Tensor) -> Any:
    n, c, h, w = x.shape
    b = a["blocksize"]
    if a.get("mode", "DCR") == "DCR":
        y = x.reshape(n, b, b, c // b**2, h, w).permute(0, 3, 4, 1, 5, 2)
    else:
        y = x.reshape(n, c // b**2, b, b, h, w).permute(0, 1, 4, 2, 5, 3)
    return y.reshape(n, c // b**2, h * b, w * b)


def _space_to_depth(a: Attributes, x: Tensor) -> Any:
    n, c, h, w = x.shape
    b = a["blocksize"]
    y = x.reshape(n, c, h // b, b, w // b, b).permute(0, 3, 5, 1, 2, 4)
    return y.reshape(n, c * b**2, h // b, w // b)


def _expand(_: Attributes, x: Tensor, shape: Tensor) -> Any:
    return x.expand(torch.broadcast_shapes(x.shape, tuple(_numbers(shape))))


def _tile(_: Attributes, x: Tensor, repeats: Tensor) -> Any:
    return x.repeat(_numbers(repeats))


def _shape(a: Attributes, x: Tensor) -> Any:
    return torch.tensor(list(x.shape[a.get("start", 0) : a.get("end")]), dtype=torch.int64)


def _constant_of_shape(a: Attributes, shape: Tensor) -> Any:
    filled = numpy_helper.to_array(a["value"]).item() if "value" in a else 0.0
    kind = _kind(a["value"].data_type) if "value" in a else torch.float32
    return torch.full(_numbers(shape), filled, dtype=kind)


def _kind(element: int) -> Any:
    name = helper.tensor_dtype_to_np_dtype(element).name
    return getattr(torch, name)


def _cast(a: Attributes, x: Tensor) -> Any:
    return x.to(_kind(a["to"]))


def _range(_: Attributes, start: Tensor, limit: Tensor, step: Tensor) -> Any:
    return torch.arange(start.item(), limit.item(), step.item(), dtype=start.dtype)


def _reduced(name: str) -> Trainable:
    def reduce(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Any:
        chosen = _axes(a, axes)
        if not chosen:
            if a.get("noop_with_empty_axes", 0):
                return x
            chosen = list(range(x.ndim))
        return getattr(torch, name)(x, tuple(chosen), keepdim=bool(a.get("keepdims", 1)))

    return reduce


SHAPES: Mapping[str, Trainable] = {
    "Cast": _cast,
    "Concat": _concat,
    "ConstantOfShape": _constant_of_shape,
    "DepthToSpace": _depth_to_space,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "Pad": _pad,
    "Range": _range,
    "ReduceMax": _reduced("amax"),
    "ReduceMean": _reduced("mean"),
    "ReduceMin": _reduced("amin"),
    "ReduceSum": _reduced("sum"),
    "Reshape": _reshape,
    "Shape": _shape,
    "Size": lambda _, x: torch.tensor(x.numel(), dtype=torch.int64),
    "Slice": _slice,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
