"""What channels that reach far cost the products that read them, and factors against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.granularity import PER_TENSOR
from quantengine.observe.statistics import ChannelStats
from quantengine.plan import FLOAT, TensorPlan

Doubles = NDArray[np.float64]

STRENGTHS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_SHARES = (0.5, 0.3, 0.15)
_WIDEST = 256.0
_BYTE = 8


@dataclass(frozen=True, eq=False)
class Factor:
    """s `[C]`: x / s meets W s. `gain`: how many times less noise power the products give."""

    values: Doubles
    gain: float


@dataclass(frozen=True, eq=False)
class Channels:
    """An input of products, channel by channel, with the weights `[C, N]` that meet it."""

    low: Doubles
    high: Doubles
    power: Doubles
    """The mean square."""
    weights: tuple[NDArray[np.float32], ...]
    plan: TensorPlan
    weight_plans: tuple[TensorPlan, ...]

    @classmethod
    def of(
        cls,
        seen: ChannelStats,
        plan: TensorPlan,
        weights: Sequence[NDArray[np.float32]],
        weight_plans: Sequence[TensorPlan],
    ) -> Channels:
        """Channels without values reach nowhere."""
        low, high = (np.nan_to_num(end) for end in (seen.low, seen.high))
        power = np.nan_to_num(np.square(seen.mean) + seen.variance)
        return cls(low, high, power, tuple(weights), plan, tuple(weight_plans))

    def factor(self, strengths: Sequence[float] = STRENGTHS) -> Factor:
        """s_j = max|x_j|^a / max|W_j|^(1 - a), of the strength a that leaves least noise, and of
        median 1 (Xiao 2022).

        Where codes are not symmetric, channels that reach only to the shorter side, as many do
        behind a GELU, are scaled up no further than leaves least noise.
        """
        found = min((self._tried(a, 1.0) for a in strengths), key=_noise_of)
        if not self.plan.symmetric:
            found = min(
                (found, *(self._tried(found[1], share) for share in _SHARES)), key=_noise_of
            )
        before = self._noise(np.ones_like(self.power))
        return Factor(found[2], before / found[0] if found[0] > 0 else 1.0)

    def _tried(self, strength: float, share: float) -> tuple[float, float, Doubles]:
        """The noise of a strength, itself and its factors.

        `share`: how far channels may reach to the shorter side, of how far to the longer one.
        """
        low, high = np.abs(np.minimum(self.low, 0.0)), np.maximum(self.high, 0.0)
        long, short = (high, low) if high.max(initial=0.0) >= low.max(initial=0.0) else (low, high)
        reach = np.maximum(long, short / share)
        most = np.max([met.sizes.max(axis=1) for met in self._met], axis=0)
        usable = (reach > 0) & (most > 0) & np.isfinite(most)
        factor = np.ones_like(reach)
        if np.any(usable):
            known = most[usable].astype(np.float64)
            factor[usable] = reach[usable] ** strength / known ** (1 - strength)
            factor[usable] /= np.median(factor[usable])
            np.clip(factor, 1 / _WIDEST, _WIDEST, out=factor)
        return self._noise(factor), strength, factor

    def _noise(self, factor: Doubles) -> float:
        """The power that rounding both adds to what the products give, steps spread evenly.

        A result counts less the larger it usually is: what one token makes massive drowns little.
        """
        within = np.square(_step(self.low / factor, self.high / factor, self.plan)) * factor**2
        total = 0.0
        for met, plan in zip(self._met, self.weight_plans, strict=True):
            total += float(within @ met.counted)
            scaled = met.sizes * factor[:, None].astype(np.float32)
            most = scaled.max(axis=0).astype(np.float64)
            if plan.granularity == PER_TENSOR:
                most[:] = most.max(initial=0.0)
            steps = met.share @ np.square(2 * most / _levels(plan)) if plan.dtype != FLOAT else 0.0
            total += float(steps * np.sum(self.power / factor**2))
        return total

    @cached_property
    def _met(self) -> tuple[_Met, ...]:
        """What no factor changes."""
        found = []
        for weight in self.weights:
            squares = np.square(weight, dtype=np.float64)
            share = _share(self.power @ squares)
            found.append(_Met(np.abs(weight), share, squares @ share))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class _Met:
    """A weight by its `sizes` `[C, N]`, what each result counts `[N]`, and what noise of each
    channel comes to in the results `[C]`.
    """

    sizes: NDArray[np.float32]
    share: Doubles
    counted: Doubles


def _noise_of(tried: tuple[float, float, Doubles]) -> float:
    return tried[0]


def _share(signal: Doubles) -> Doubles:
    """What a result of such power counts beside one of the usual, which counts a half."""
    usual = np.median(signal)
    return usual / (usual + signal) if usual > 0 else np.ones_like(signal)


def _step(low: Doubles, high: Doubles, plan: TensorPlan) -> float:
    if plan.dtype == FLOAT:
        return 0.0
    ends = -min(low.min(initial=0.0), 0.0), max(high.max(initial=0.0), 0.0)
    return float(2 * max(ends) if plan.symmetric else sum(ends)) / _levels(plan)


def _levels(plan: TensorPlan) -> int:
    bits = _BYTE if plan.integer is None else plan.integer.bits
    return (1 << bits) - 1
