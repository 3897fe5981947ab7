"""How many values share one scale: a tensor, a slice along an axis, or a block of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quantengine.errors import PlanError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PerTensor:
    """One scale for the whole tensor: parameters have shape `[]`."""

    def __str__(self) -> str:
        return "tensor"


@dataclass(frozen=True)
class PerAxis:
    """One scale for each index of `axis`: parameters have shape `[shape[axis]]`."""

    axis: int


@dataclass(frozen=True)
class PerBlock:
    """One scale for each run of `size` values along `axis`.

    Parameters have the tensor's shape with `axis` shortened to ceil(n / size).
    """

    axis: int
    size: int


@dataclass(frozen=True)
class PerChannel:
    """One scale for each output channel of a weight, on whichever axis a layer has them."""

    def __str__(self) -> str:
        return "channel"


@dataclass(frozen=True)
class InBlocks:
    """One scale for each run of `size` values that a layer sums up."""

    size: int

    def __str__(self) -> str:
        return f"block:{self.size}"


Granularity = PerTensor | PerAxis | PerBlock
"""Of an array, whose axes are known."""
PlannedGranularity = PerTensor | PerChannel | InBlocks
"""Of any weight; as text `tensor`, `channel` or `block:N`."""

PER_TENSOR = PerTensor()
PER_CHANNEL = PerChannel()


def granularity_named(text: object) -> PlannedGranularity:
    """What `str` of a planned granularity says; raises PlanError for anything else."""
    for known in (PER_TENSOR, PER_CHANNEL):
        if text == str(known):
            return known
    match = re.fullmatch(r"block:([1-9][0-9]{0,8})", text) if isinstance(text, str) else None
    if match is None:
        raise PlanError("'{0}' is not a granularity: write tensor, channel or block:32.", text)
    return InBlocks(int(match[1]))


def planned(granularity: Granularity) -> PlannedGranularity:
    """How a granularity is asked for, whatever the axes of the array."""
    match granularity:
        case PerTensor():
            return PER_TENSOR
        case PerAxis():
            return PER_CHANNEL
        case PerBlock(_, size):
            return InBlocks(size)


def along(asked: PlannedGranularity, axis: int | None, block_axis: int | None) -> Granularity:
    """What is asked for in an array of these axes of channels and of sums; one scale without."""
    match asked:
        case InBlocks(size) if block_axis is not None:
            return PerBlock(block_axis, size)
        case PerChannel() | InBlocks() if axis is not None:
            return PerAxis(axis)
        case _:
            return PER_TENSOR


def parameter_shape(granularity: Granularity, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of scale and zero point for a tensor of `shape`."""
    match granularity:
        case PerTensor():
            return ()
        case PerAxis(axis):
            return (shape[axis],)
        case PerBlock(axis, size):
            axis %= len(shape)
            return (*shape[:axis], -(-shape[axis] // size), *shape[axis + 1 :])


def spread(
    parameters: NDArray[Any], granularity: Granularity, shape: tuple[int, ...]
) -> NDArray[Any]:
    """Parameters in a shape that broadcasts against a tensor of `shape`."""
    match granularity:
        case PerTensor():
            return parameters
        case PerAxis(axis):
            ones = [1] * len(shape)
            ones[axis] = -1
            return parameters.reshape(ones)
        case PerBlock(axis, size):
            times = min(size, shape[axis])  # a block may be longer than the axis
            return parameters.repeat(times, axis=axis).take(range(shape[axis]), axis=axis)


def rows(tensor: NDArray[Any], granularity: Granularity) -> list[NDArray[Any]]:
    """Values that share a scale, each group flat, in the order of the raveled parameters."""
    import numpy as np  # granularities are named in every help, which shall come at once

    match granularity:
        case PerTensor():
            return [tensor.reshape(-1)]
        case PerAxis(axis):
            return [group.reshape(-1) for group in np.moveaxis(tensor, axis, 0)]
        case PerBlock(axis, size):
            groups = []
            for place in np.ndindex(*parameter_shape(granularity, tensor.shape)):
                index: list[int | slice] = list(place)
                start = place[axis] * size
                index[axis] = slice(start, start + size)
                groups.append(tensor[tuple(index)])
            return groups
