"""Errors as results carry them: finished figures instead of running sums."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from quantengine.formats.metrics import Difference


@dataclass(frozen=True)
class Metrics:
    """Of one candidate against its reference: +inf dB where they are equal, nan without signal."""

    sqnr_db: float
    cosine: float
    max_error: float

    @classmethod
    def of(cls, difference: Difference) -> Metrics:
        return cls(difference.sqnr_db, float(difference.cosine), difference.max_error)


@dataclass(frozen=True)
class Errors:
    """With weights, activations or both quantized."""

    weights: Metrics
    activations: Metrics
    both: Metrics


def as_json(value: object) -> Any:
    """Dataclasses, tuples and numbers as JSON; null where no finite number says it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list | frozenset):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
