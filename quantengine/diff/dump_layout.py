"""A dumped array in the shape that a tensor has here, however it was laid out."""

from __future__ import annotations

import math

import numpy as np

from quantengine.data.dataset import Array

AS_IS, CHANNELS_LAST = "", "channels last"


def layouts(values: Array, shape: tuple[int, ...]) -> tuple[str, ...]:
    """How one sample may lie in a dump; two where its shape does not tell."""
    last = channels_last(shape)
    own = tuple(side for side in values.shape if side != 1)
    if len(own) > 1 and own == tuple(side for side in shape if side != 1):
        return (AS_IS,)
    if last is None:
        return (AS_IS,)
    if len(own) > 1 and own == tuple(side for side in last if side != 1):
        return (CHANNELS_LAST,)
    return (AS_IS, CHANNELS_LAST)


def laid(values: Array, shape: tuple[int, ...], layout: str) -> Array:
    """As many values in `shape`."""
    last = channels_last(shape)
    if layout != CHANNELS_LAST or last is None:
        return values.reshape(shape)
    return np.moveaxis(values.reshape(last), -1, 1)


def channels_last(shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape with its channels behind; None where that is the same order."""
    if len(shape) < 3 or shape[1] == 1 or math.prod(shape[2:]) == 1:
        return None
    return (shape[0], *shape[2:], shape[1])
