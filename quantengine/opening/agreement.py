"""How far what a rewritten network gives lies from what the file gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def relative_error(reference: Any, candidate: Any) -> float:
    """||reference - candidate|| / ||reference|| of numbers, the share that differs of all else.

    Infinite where shapes differ, or where one is a number and the other NaN or infinite. Sequences
    and maps count as their worst part. Float candidates are first cast to the reference's type.
    """
    pairs = list(zip(_arrays(reference), _arrays(candidate), strict=False))
    if len(pairs) != sum(1 for _ in _arrays(reference)):
        return float("inf")
    return max((_apart(ours, theirs) for ours, theirs in pairs), default=0.0)


def _arrays(value: Any) -> Iterator[Array]:
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from _arrays(value[key])
    elif isinstance(value, list):
        for part in value:
            yield from _arrays(part)
    elif value is not None:
        yield np.asarray(value)


def _apart(reference: Array, candidate: Array) -> float:
    if reference.shape != candidate.shape:
        return float("inf")
    if not reference.size:
        return 0.0
    if reference.dtype.kind not in "fcV":
        return float(np.mean(reference != candidate))
    with np.errstate(over="ignore", invalid="ignore"):
        ours, theirs = _double(reference), _double(candidate.astype(reference.dtype))
    finite = np.isfinite(ours)
    if not np.array_equal(ours[~finite], theirs[~finite], equal_nan=True):
        return float("inf")
    if not np.all(np.isfinite(theirs[finite])):
        return float("inf")
    apart = float(np.linalg.norm(ours[finite] - theirs[finite]))
    whole = float(np.linalg.norm(ours[finite]))
    return apart / whole if whole else (float("inf") if apart else 0.0)


def _double(values: Array) -> NDArray[np.float64]:
    """`values` `[n]`; bfloat16, which numpy does not know, comes as a type of kind V."""
    return np.asarray(values, dtype=np.float64).ravel()
