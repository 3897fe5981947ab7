"""What a grid of codes makes of the values of one tensor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Encoding
from quantengine.formats.metrics import sqnr_db
from quantengine.observe.distribution import Distribution, quantization_noise

Doubles = NDArray[np.float64]

_SPIKE = 1e-9
"""Width given to an exact value, as a share of what is looked at."""


@dataclass(frozen=True)
class Figures:
    """What an encoding of a whole tensor does to it; `clipped` is a share of one."""

    encoding: Encoding
    sqnr_db: float
    clipped: float

    @property
    def step(self) -> float:
        """Distance of neighbouring codes in real numbers."""
        return float(self.encoding.scale)

    @property
    def low(self) -> float:
        return float(self.encoding.low)

    @property
    def high(self) -> float:
        return float(self.encoding.high)


def judge(distribution: Distribution, encoding: Encoding) -> Figures:
    """SQNR and clipped share of the values under a per-tensor encoding."""
    lost, signal, clipped = quantization_noise(
        distribution,
        float(encoding.scale),
        float(encoding.zero_point),
        encoding.qmin,
        encoding.qmax,
    )
    total = distribution.total
    return Figures(encoding, sqnr_db(signal, lost), clipped / total if total else 0.0)


def density(distribution: Distribution, edges: Doubles) -> Doubles:
    """How many values lie between neighbours of `edges`, bins spread evenly; `[len(edges) - 1]`."""
    cumulated = np.cumsum(distribution.count)
    before = np.concatenate(([0.0], cumulated[:-1]))
    x = np.stack([distribution.left, distribution.right], axis=1).reshape(-1)
    y = np.stack([before, cumulated], axis=1).reshape(-1)
    span = float(edges[-1] - edges[0]) or 1.0
    spike = np.zeros_like(x)
    spike[1::2] = np.where(distribution.left == distribution.right, _SPIKE * span, 0.0)
    reach = np.append(edges[:-1], edges[-1] + 2 * _SPIKE * span)  # the largest belongs to the last
    passed = np.interp(reach, np.maximum.accumulate(x + spike), y, left=0.0)
    return np.asarray(np.diff(passed), np.float64)


def centres(encoding: Encoding) -> Doubles:
    """The real value of every code of a per-tensor encoding, from qmin to qmax."""
    codes = np.arange(encoding.qmin, encoding.qmax + 1)
    return np.asarray((codes - int(encoding.zero_point)) * float(encoding.scale), np.float64)


def occupancy(distribution: Distribution, encoding: Encoding) -> Doubles:
    """How many values take each code of a per-tensor encoding; clipped ones at the ends."""
    scale, middles = float(encoding.scale), centres(encoding)
    edges = np.concatenate((middles - scale / 2, middles[-1:] + scale / 2))
    edges[0] = min(edges[0], distribution.low) - scale
    edges[-1] = max(edges[-1], distribution.high) + scale
    return density(distribution, edges)
