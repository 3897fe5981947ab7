"""Whether two values are equal to the last bit, NaN and all."""

from __future__ import annotations

from typing import Any

import numpy as np


def bits(value: Any) -> Any:
    """Something that is equal where values are; of arrays and dataclasses too."""
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, tuple | list):
        return tuple(map(bits, value))
    if isinstance(value, dict):
        return {key: bits(part) for key, part in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: bits(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
