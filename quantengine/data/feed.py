"""Fit an array to a model input: batch axis, shape and type."""

from __future__ import annotations

from typing import Any

import numpy as np

from quantengine.data.dataset import Array, Dimension, shape_text
from quantengine.data.input import Input
from quantengine.errors import DataError, WrongSize
from quantengine.sentence import Sentence

Size = tuple[int, int]

_NUMBERS, _TEXT = "biuf", "OSU"
_CHANNELS = (1, 3, 4)
"""How many channels images have."""


def fit(array: Array, spec: Input, *, row: bool) -> Array:
    """`array`, with or without its batch axis of one, as the input takes it.

    A missing axis of one channel is added too. A `row` may become part of a larger fixed batch,
    so its own batch of one, stored or not, is not compared with it. Raises DataError naming
    input, expected and found.
    """
    if spec.dtype.kind not in _NUMBERS:
        raise _not_fed(spec)
    if not takes(spec, array.dtype):
        raise DataError("input {0} takes {1} but the data holds {2}", spec, spec.dtype, array.dtype)
    shape = feed_shape(array.shape, spec, row=row)
    if shape is None:
        raise _mismatch(array, spec)
    return _cast(np.reshape(array, shape), spec)


def _not_fed(spec: Input) -> DataError:
    if spec.dtype.kind in _TEXT:
        return DataError(
            "input {0} takes text, and only numbers can be fed here: begin the network behind the "
            "nodes that make numbers of it",
            spec,
        )
    return DataError(
        "input {0} takes {1}, and no array can be fed as that: let the network take float and "
        "begin with a Cast",
        spec,
        spec.dtype,
    )


def takes(spec: Input, dtype: np.dtype[Any]) -> bool:
    """Whether values of `dtype` can become those of the input; floats do not become integers."""
    return dtype.kind in _NUMBERS and (dtype.kind != "f" or spec.dtype.kind == "f")


def feed_shape(found: tuple[int, ...], spec: Input, *, row: bool) -> tuple[int, ...] | None:
    """`found` with the axes of length one that the input has and it lacks; None if no fit."""
    if spec.shape is None:
        return (1, *found)
    axis, missing = spec.batch_axis or 0, len(spec.shape) - len(found)
    shapes = [found] if missing < 2 else [(1, *found), (*found, 1)]
    if missing > 0:
        shapes = [(*shape[:axis], 1, *shape[axis:]) for shape in shapes]
    if not 0 <= missing <= 2:
        return None
    fits_any = row and spec.shape[:1] != (0,) and (missing > 0 or found[axis : axis + 1] == (1,))
    expected = spec.of_any_batch if fits_any else spec.shape
    return next((shape for shape in shapes if _agree(shape, expected)), None)


def _agree(found: tuple[int, ...], expected: tuple[Dimension, ...]) -> bool:
    pairs = zip(found, expected, strict=True)
    return all(have == want for have, want in pairs if isinstance(want, int))


def _mismatch(array: Array, spec: Input) -> DataError:
    text = Sentence("found shape {0} where input {1} is expected", shape_text(array.shape), spec)
    if array.ndim >= 3:
        for target, source, where in (
            (-3, -1, Sentence("its channels are last, transpose the array")),
            (-1, -3, Sentence("its channels are first, transpose the array")),
        ):
            moved = np.moveaxis(array, source, target).shape
            if feed_shape(moved, spec, row=True) is not None:
                return DataError("{0}: {1}", text, where)
    if spec.shape is not None and 0 in spec.shape:
        return DataError(
            "{0}: the model says length 0 there, and onnxruntime takes it at its word; export the "
            "model with that side open",
            text,
        )
    size = _image_size(array.shape, spec.shape or ())
    if size is not None:
        return WrongSize(
            "{0}: {1}x{2} is what this network takes: change the data or its preprocessing to it",
            text,
            *size,
            wanted=size,
        )
    return DataError("{0}: change the data or its preprocessing to that shape", text)


def _image_size(found: tuple[int, ...], wanted: tuple[Dimension, ...]) -> Size | None:
    """(width, height) where nothing but the size of images differs."""
    if len(wanted) != 4 or len(found) < 3:
        return None
    ours, theirs = found[-3:], tuple(wanted[-3:])
    for channel, high, wide in ((0, 1, 2), (2, 0, 1)):
        width, height = theirs[wide], theirs[high]
        alike = ours[channel] == theirs[channel] and ours[channel] in _CHANNELS
        if alike and isinstance(width, int) and isinstance(height, int):
            return width, height
    return None


def _cast(array: Array, spec: Input) -> Array:
    if array.dtype == spec.dtype:
        return np.asarray(array, order="C")
    with np.errstate(over="ignore", invalid="ignore"):
        converted: Array = array.astype(spec.dtype, order="C")
    if not np.can_cast(array.dtype, spec.dtype) and not _survived(array, converted):
        raise DataError(
            "input {0} takes {1}, too small for the values in the data", spec, spec.dtype
        )
    return converted


def _survived(before: Array, after: Array) -> bool:
    if after.dtype.kind == "f":
        return bool(np.array_equal(np.isfinite(before), np.isfinite(after)))
    return bool(np.array_equal(before, after))
