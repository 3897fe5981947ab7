"""What an entry of a table is as an encoding of one tensor here, or why it is none."""

from __future__ import annotations

import math
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import (
    PER_CHANNEL,
    PER_TENSOR,
    Granularity,
    InBlocks,
    PlannedGranularity,
    parameter_shape,
)
from quantengine.graph.model import FloatModel
from quantengine.plan import Setting, TensorPlan
from quantengine.resolve.given import range_by_hand
from quantengine.resolve.weights import Readers, granularity_of
from quantengine.sentence import Sentence
from quantengine.tables.entry import GivenGrid, GivenRange

_WIDEST = 16


class Misfit(Enum):
    """Why what a table says of a tensor is not taken; the text has a place for names."""

    SHARED = Sentence("These share the range of another here, which the table says otherwise: {0}.")
    WIDE = Sentence("Types of more than 16 bits are not taken: {0}.")
    CHANNELS = Sentence("A range for each channel of an activation is not taken: {0}.")
    EMPTY = Sentence("These ranges hold nothing but zero: {0}.")
    AXIS = Sentence("Scales of these lie along another axis than the layer's channels: {0}.")
    COUNT = Sentence("The number of scales is that of neither channels nor blocks: {0}.")
    FOLDED = Sentence(
        "Scales of these weights are of the file as it is, and not of what opening folded into "
        "them: {0}. Give the network that export-encodings --save-model writes."
    )
    PLANNED = Sentence(
        "The plan says how scales of these are chosen, so that those of the table are not taken: "
        "{0}."
    )
    NO_CODES = Sentence("These have no codes of their own here: {0}.")


def activation_settings(
    entry: GivenGrid | GivenRange, usual: TensorPlan
) -> dict[str, Setting] | Misfit:
    """How an activation differs from `usual`."""
    if isinstance(entry, GivenRange):
        return _range_settings(entry, usual)
    dtype = entry.dtype or usual.integer
    if dtype is None or dtype.bits > _WIDEST:
        return Misfit.NO_CODES if dtype is None else Misfit.WIDE
    if len(entry.scale) > 1:
        return Misfit.CHANNELS
    return range_by_hand(_encoding(entry, dtype, usual.integer, PER_TENSOR, ()), usual)


def _range_settings(entry: GivenRange, usual: TensorPlan) -> dict[str, Setting] | Misfit:
    """Its ends in the type of the plan, unless the table says of which."""
    low, high = min(entry.low, 0.0), max(entry.high, 0.0)
    symmetric = usual.symmetric if entry.symmetric is None else entry.symmetric
    if symmetric and entry.half:
        low, high = -entry.half, entry.half
    if entry.dtype is None and usual.integer is None:
        return Misfit.NO_CODES
    if not low < high:
        return Misfit.EMPTY
    settings: dict[str, Setting] = {"low": low, "high": high}
    if entry.dtype is not None and entry.dtype.name != usual.dtype:
        settings["dtype"] = entry.dtype.name
    if symmetric != usual.symmetric:
        settings["symmetric"] = symmetric
    return settings


def weight_encoding(
    model: FloatModel, readers: Readers, entry: GivenGrid, usual: TensorPlan
) -> Encoding | Misfit:
    """The grid of a weight where its scales lie as those of its layer do."""
    dtype, shape = entry.dtype or usual.integer, tuple(model.initializers[entry.name].dims)
    if dtype is None or dtype.bits > _WIDEST:
        return Misfit.NO_CODES if dtype is None else Misfit.WIDE
    asked = TensorPlan(dtype.name, symmetric=False, granularity=_planned(entry))
    granularity = granularity_of(readers, asked)
    if _axis(entry, len(shape)) not in (None, getattr(granularity, "axis", None)):
        return Misfit.AXIS
    if len(entry.scale) != math.prod(parameter_shape(granularity, shape)):
        return Misfit.COUNT
    if _is_of_file(model, entry, dtype):
        return Misfit.FOLDED
    return _encoding(entry, dtype, usual.integer, granularity, shape)


def _planned(entry: GivenGrid) -> PlannedGranularity:
    if entry.block is not None:
        return InBlocks(entry.block)
    return PER_CHANNEL if len(entry.scale) > 1 else PER_TENSOR


def _axis(entry: GivenGrid, sides: int) -> int | None:
    """From the front; None where the table says none, or one scale has no use for it."""
    if entry.axis is None or (len(entry.scale) == 1 and entry.block is None):
        return None
    return entry.axis % sides if sides and -sides <= entry.axis < sides else -1


def _encoding(
    entry: GivenGrid,
    dtype: IntegerType,
    usual: IntegerType | None,
    granularity: Granularity,
    shape: tuple[int, ...],
) -> Encoding:
    """In the type of the plan where the format does not tell it from the one of the same steps."""
    zero = np.array(entry.zero_point, np.int64)
    other = IntegerType(dtype.bits, not dtype.signed)
    if not entry.typed and usual == other:
        zero, dtype = zero + (other.qmin - dtype.qmin), other
    sides = parameter_shape(granularity, shape)
    scale = np.array(entry.scale, np.float32).reshape(sides)
    return Encoding(dtype, scale, zero.astype(np.int32).reshape(sides), granularity)


def _is_of_file(model: FloatModel, entry: GivenGrid, dtype: IntegerType) -> bool:
    """Whether scales fit the weight as it is in the file better than with what was folded in."""
    folded = [each for each in model.foldings if each.weight == entry.name]
    if not folded or entry.block is not None:
        return False
    before, after = (_widths(ends) for ends in (folded[0].before, folded[-1].after))
    widths = np.array(entry.scale) * dtype.half_steps
    if len(widths) == 1:
        before, after = before.max(keepdims=True), after.max(keepdims=True)
    if not len(before) == len(after) == len(widths):
        return False
    return _distance(widths, before) < _distance(widths, after)


def _widths(ends: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(np.max(np.abs(ends.astype(np.float64)), axis=1))


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The median of how many powers of two lie between, where both are above zero."""
    some = (one > 0) & (other > 0)
    return float(np.median(np.abs(np.log2(one[some] / other[some])))) if some.any() else 0.0
