"""How far a candidate is from its reference, gathered over any number of samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass
class Difference:
    """Running sums over pairs (reference, candidate); memory does not grow with the samples."""

    signal: float = 0.0
    noise: float = 0.0
    candidate_power: float = 0.0
    product: float = 0.0
    max_error: float = 0.0
    count: int = 0

    def add(self, reference: ArrayLike, candidate: ArrayLike) -> None:
        """Adds one pair of arrays.

        A NaN in them, or another shape, shows as nan. Infinities as `without_infinities` takes
        them.
        """
        if np.shape(reference) != np.shape(candidate):
            self.noise = self.max_error = float("nan")
            candidate = reference
        ref = np.asarray(reference, np.float64).reshape(-1)
        cand = np.asarray(candidate, np.float64).reshape(-1)
        with np.errstate(invalid="ignore", over="ignore"):
            signal, power = float(ref @ ref), float(cand @ cand)
            if not np.isfinite(signal + power):
                ref, cand = without_infinities(ref, cand)
                signal, power = float(ref @ ref), float(cand @ cand)
            error = ref - cand
            self.signal += signal
            self.noise += float(error @ error)
            self.candidate_power += power
            self.product += float(ref @ cand)
        self.max_error = float(np.max(np.abs(error), initial=self.max_error))
        self.count += ref.size

    @property
    def sqnr_db(self) -> float:
        return sqnr_db(self.signal, self.noise)

    @property
    def cosine(self) -> float:
        """Cosine similarity; nan where either side is all zero."""
        norm = math.sqrt(self.signal) * math.sqrt(self.candidate_power)
        return self.product / norm if 0 < norm < float("inf") else float("nan")


def without_infinities(
    reference: NDArray[Any], candidate: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Both with 0 where both hold the same infinity, as masked scores do: nothing differs there.

    Where only one is infinite, or the signs differ, the reference counts as 0 and the candidate as
    infinite: an infinite error, -inf dB. NaN stays.
    """
    known = ~(np.isnan(reference) | np.isnan(candidate))
    endless = (np.isinf(reference) | np.isinf(candidate)) & known
    same = endless & (reference == candidate)
    ref = np.where(endless, np.zeros_like(reference), reference)
    cand = np.where(endless, np.full_like(candidate, np.inf), candidate)
    return ref, np.where(same, np.zeros_like(candidate), cand)


def unlike_infinities(reference: NDArray[Any], candidate: NDArray[Any]) -> int:
    """In how many places just one of both is infinite, or their signs differ; NaN counts none."""
    known = ~(np.isnan(reference) | np.isnan(candidate))
    endless = (np.isinf(reference) | np.isinf(candidate)) & known
    return int(np.count_nonzero(endless & (reference != candidate)))


def equal_values(reference: NDArray[Any], candidate: NDArray[Any]) -> int:
    """How many values (integers, truths, texts) are the same; none where the shapes differ."""
    if reference.shape != candidate.shape:
        return 0
    return int(np.count_nonzero(reference == candidate))


def sqnr_db(signal: float, noise: float) -> float:
    """10 log10(signal / noise): +inf for exact equality, nan for a zero or infinite reference."""
    if not 0 < signal < float("inf") or np.isnan(noise):
        return float("nan")
    with np.errstate(divide="ignore"):
        return float(10 * (np.log10(signal) - np.log10(noise)))
