"""What ails a weight: each repair that is tried says what was wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.diff.fault import Fault
from quantengine.diff.own_weights import BiasPair, OwnWeights, apart_db, clipped_share
from quantengine.diff.weights import WeightPair, cosine
from quantengine.formats.dtype import INT32
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PER_TENSOR, PerAxis, spread

Doubles = NDArray[np.float64]

BEHIND_DB = 6.0
_ENOUGH_DB = 20.0
_MENDED_DB = 6.0
_ALIKE = 0.9
"""Cosine to the float weight: of the same weight at 4 bits per tensor 0.95, of another one 0.2."""
_GAIN = 0.8, 1.25
_CLIPPED = 0.02
_UNUSED = 0.6


def weight_fault(own: OwnWeights, pair: WeightPair) -> Fault | None:
    """None where the weight is as good as its type allows."""
    e = pair.encoding
    db = apart_db(pair.values, pair.theirs)
    if e is None:
        return Fault.OTHER_WEIGHTS if db < _ENOUGH_DB else None
    best = own.own_encoding(pair, e.dtype.name, symmetric=e.symmetric)
    reached = apart_db(pair.values, best.fake_quantize(pair.values).astype(np.float64))
    if not (db <= reached - BEHIND_DB and db < reached):
        return None
    for fault, mended in _repairs(own, pair, e):
        if mended is not None and mended >= db + _MENDED_DB and mended >= min(reached, 15) - 3:
            return fault
    return _by_shape(pair, e, reached)


def _repairs(
    own: OwnWeights, pair: WeightPair, e: Encoding
) -> tuple[tuple[Fault, float | None], ...]:
    return (
        (Fault.WRONG_AXIS, _on_axis(own, pair, e)),
        (Fault.ZERO_POINT, _shifted(pair, e)),
        (Fault.SWAPPED, _scaled(pair, e)),
    )


def _on_axis(own: OwnWeights, pair: WeightPair, e: Encoding) -> float | None:
    """With the scales along the axis of the channels."""
    right = own.axes.get(pair.name)
    if right is None or not isinstance(e.granularity, PerAxis) or e.granularity.axis == right:
        return None
    if pair.codes is None or pair.values.shape[right] != e.scale.size:
        return None
    turned = Encoding(e.dtype, e.scale, e.zero_point, PerAxis(right))
    return apart_db(pair.values, turned.dequantize(pair.codes).astype(np.float64))


def _shifted(pair: WeightPair, e: Encoding) -> float | None:
    """With each channel's codes moved by the same whole number; None where that is 0."""
    steps = (pair.theirs - pair.values) / spread(e.scale, e.granularity, pair.values.shape)
    shift = np.rint(np.median(steps))
    if not abs(shift) >= 1:
        return None
    scale = spread(e.scale, e.granularity, pair.values.shape)
    return apart_db(pair.values, pair.theirs - shift * scale)


def _scaled(pair: WeightPair, e: Encoding) -> float | None:
    """With scales that fit the values best; None where those in the file are about right."""
    axis = None if e.granularity is PER_TENSOR else getattr(e.granularity, "axis", None)
    around = tuple(a for a in range(pair.values.ndim) if a != axis)
    product = np.sum(pair.values * pair.theirs, axis=around, keepdims=True)
    power = np.sum(pair.theirs**2, axis=around, keepdims=True)
    gain = np.divide(product, power, out=np.ones_like(product), where=power > 0)
    if clipped_share(pair.values, e) > _CLIPPED and _at_ends(pair, e) > _CLIPPED:
        return None
    if not np.mean((gain < _GAIN[0]) | (gain > _GAIN[1])) > 0.3:
        return None
    return apart_db(pair.values, pair.theirs * gain)


def _at_ends(pair: WeightPair, e: Encoding) -> float:
    """Share of codes at either end of their type."""
    if pair.codes is None:
        return 0.0
    return float(np.mean((pair.codes <= e.qmin + 1) | (pair.codes >= e.qmax)))


def _by_shape(pair: WeightPair, e: Encoding, reached: float) -> Fault:
    if cosine(pair.values, pair.theirs) < _ALIKE and _at_ends(pair, e) < 4 * _CLIPPED:
        nearest = apart_db(pair.values, e.fake_quantize(pair.values).astype(np.float64))
        if nearest >= min(reached, _ENOUGH_DB) - BEHIND_DB:
            return Fault.OTHER_WEIGHTS
    if clipped_share(pair.values, e) > _CLIPPED:
        return Fault.TOO_NARROW
    if e.granularity is PER_TENSOR and reached >= _ENOUGH_DB and not _is_wide(pair, e):
        return Fault.UNEVEN
    return Fault.TOO_WIDE if _is_wide(pair, e) else Fault.OTHER_WEIGHTS


def _is_wide(pair: WeightPair, e: Encoding) -> bool:
    """Whether the largest value leaves half of the codes without use."""
    largest = np.max(np.abs(pair.values), initial=0.0)
    return bool(np.max(np.maximum(-e.low, e.high)) > 2 * largest)


def bias_fault(pair: BiasPair) -> Fault | None:
    """None where the bias is near enough; one that was corrected is."""
    if not pair.db < 10:
        return None
    if pair.codes is not None and np.any(np.abs(pair.codes.astype(np.int64)) >= INT32.qmax - 1):
        return Fault.BIAS_CLIPPED
    power = float(pair.theirs @ pair.theirs)
    gain = float(pair.values @ pair.theirs) / power if power > 0 else 0.0
    if gain > 0 and apart_db(pair.values, pair.theirs * gain) > _ENOUGH_DB:
        return Fault.BIAS_SCALE
    return Fault.BIAS_SCALE if cosine(pair.values, pair.theirs) > _ALIKE else Fault.OTHER_WEIGHTS
