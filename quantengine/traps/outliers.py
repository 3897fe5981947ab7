"""Few samples that set the ranges of all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from quantengine.counted import counted
from quantengine.observe.statistics import TensorStats
from quantengine.sentence import Sentence
from quantengine.traps.seen import Seen
from quantengine.traps.trap import Part, Trap, TrapKind

_FURTHER = 4.0
_FEWEST = 8
_EACH = 3
_FEW = 0.1
"""More samples than this share are no outliers: the values are spread widely."""


def outlying_samples(seen: Seen) -> Iterator[Trap]:
    """Samples that reach four times as far as the median one: the furthest each, others as one."""
    samples = seen.table.samples
    if len(samples) < _FEWEST:
        return
    found: dict[int, dict[str, float]] = {}
    for tensor, stats in seen.points():
        reaches = _by_sample(stats)
        usual = float(np.median(reaches))
        far = np.flatnonzero(reaches > _FURTHER * usual)
        if usual > 0 and 0 < len(far) <= max(1, _FEW * len(samples)):
            for place in far.tolist():
                found.setdefault(place, {})[tensor] = float(reaches[place]) / usual
    ranked = sorted(found, key=lambda place: -max(found[place].values()))
    shown = ranked if len(ranked) <= _EACH + 1 else ranked[:_EACH]
    for place in shown:
        yield _trap(seen, samples[place], found[place])
    others = [found[place] for place in ranked[len(shown) :]]
    if others:
        yield _of_several(seen, others)


def _of_several(seen: Seen, found: Sequence[Mapping[str, float]]) -> Trap:
    every = {tensor for each in found for tensor in each}
    times = {tensor: max(each.get(tensor, 0.0) for each in found) for tensor in every}
    tensors = sorted(times, key=lambda tensor: (-times[tensor], tensor))
    stats = seen.table.tensors[tensors[0]]
    text = Sentence(
        "{0} more reach that far, up to {1} times as far as others, in {2} ('{3}' most).",
        counted(len(found), "sample"),
        f"{times[tensors[0]]:.1f}",
        counted(len(tensors), "tensor"),
        tensors[0],
    )
    part = Part(tensors[0], stats.low, stats.high)
    return Trap(TrapKind.OUTLIERS, tuple(tensors), text, (part,))


def _by_sample(stats: TensorStats) -> NDArray[np.float64]:
    """The width of the range of each sample with zero in it; 0 of those without a value."""
    low, high = np.nan_to_num(stats.sample_low), np.nan_to_num(stats.sample_high)
    reaches: NDArray[np.float64] = np.maximum(high, 0.0).astype(np.float64) - np.minimum(low, 0.0)
    return reaches


def _trap(seen: Seen, sample: str, times: dict[str, float]) -> Trap:
    tensors = sorted(times, key=lambda tensor: -times[tensor])
    most = tensors[0]
    stats = seen.table.tensors[most]
    text = Sentence(
        "Sample '{0}' reaches up to {1} times as far as others, in {2} ('{3}' most): look at it.",
        sample,
        f"{times[most]:.1f}",
        counted(len(tensors), "tensor"),
        most,
    )
    part = Part(most, stats.low, stats.high)
    return Trap(TrapKind.OUTLIERS, tuple(tensors), text, (part,))
