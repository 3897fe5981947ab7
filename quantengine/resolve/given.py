"""Encodings that were decided elsewhere, as a plan says them: exactly."""

from __future__ import annotations

import numpy as np

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import planned
from quantengine.plan import GivenScales, Setting, TensorPlan


def range_by_hand(grid: Encoding, usual: TensorPlan) -> dict[str, Setting]:
    """What of one scale differs from `usual`: type, symmetry, and ends in real numbers.

    From these ends `encode_range` gives the same scale and zero point: they are exact in float64.
    """
    scale = float(grid.scale)
    settings: dict[str, Setting] = {}
    if grid.dtype.name != usual.dtype:
        settings["dtype"] = grid.dtype.name
    if grid.symmetric != usual.symmetric:
        settings["symmetric"] = grid.symmetric
    if grid.symmetric:
        half = grid.dtype.half_steps * scale
        return settings | {"low": -half, "high": half}
    zero = int(np.asarray(grid.zero_point))
    return settings | {
        "low": (grid.qmin - zero) * scale,
        "high": (grid.qmax - zero) * scale,
    }


def type_of_weight(grid: Encoding, usual: TensorPlan) -> dict[str, Setting]:
    """How a weight differs from `usual`: what leaves given scales as they are."""
    settings: dict[str, Setting] = {}
    if grid.dtype.name != usual.dtype:
        settings["weights.dtype"] = grid.dtype.name
    if planned(grid.granularity) != usual.granularity:
        settings["weights.granularity"] = str(planned(grid.granularity))
    if grid.symmetric != usual.symmetric:
        settings["weights.symmetric"] = grid.symmetric
    return settings


def given_scales(name: str, grid: Encoding) -> GivenScales:
    """The scales of a weight, zero points where they do not lie in the middle."""
    zeros = () if grid.symmetric else tuple(int(zero) for zero in grid.zero_point.ravel())
    scales = tuple(float(scale) for scale in grid.scale.ravel())
    return GivenScales(name, grid.dtype.name, planned(grid.granularity), scales, zeros)
