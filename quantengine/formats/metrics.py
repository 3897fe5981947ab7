"""How far a candidate is from its reference, gathered over any number of samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


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
        """Adds one pair of arrays of the same shape; a NaN or infinity in them shows as nan."""
        ref = np.asarray(reference, np.float64).reshape(-1)
        cand = np.asarray(candidate, np.float64).reshape(-1)
        with np.errstate(invalid="ignore", over="ignore"):
            error = ref - cand
            self.signal += float(ref @ ref)
            self.noise += float(error @ error)
            self.candidate_power += float(cand @ cand)
            self.product += float(ref @ cand)
        self.max_error = float(np.max(np.abs(error), initial=self.max_error))
        self.count += ref.size

    @property
    def sqnr_db(self) -> float:
        return sqnr_db(self.signal, self.noise)

    @property
    def cosine(self) -> float:
        """Cosine similarity; nan where either side is all zero."""
        norm = np.sqrt(self.signal) * np.sqrt(self.candidate_power)
        return self.product / norm if norm > 0 else float("nan")


def sqnr_db(signal: float, noise: float) -> float:
    """10 log10(signal / noise): +inf for exact equality, nan for a zero or infinite reference."""
    if not 0 < signal < float("inf"):
        return float("nan")
    with np.errstate(divide="ignore"):
        return float(10 * (np.log10(signal) - np.log10(noise)))
