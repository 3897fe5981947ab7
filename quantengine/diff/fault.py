"""What makes a layer of a quantized file bad, and how it is said."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """Why a layer breaks; the value is what JSON says."""

    TOO_WIDE = "range too wide"
    TOO_NARROW = "range too narrow"
    UNEVEN = "per tensor on uneven channels"
    BIAS_CLIPPED = "bias clipped"
    BIAS_SCALE = "bias at the wrong scale"
    ZERO_POINT = "a zero point that cuts"
    ISLAND = "unquantized island"
    WRONG_AXIS = "wrong axis"
    OTHER_WEIGHTS = "other weights"
    SWAPPED = "scales swapped"
    NOTHING_SINGLE = "no single cause"
