"""Why the rounding of a layer's output hurts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quantengine.analyze.channels import OUTLIER
from quantengine.analyze.why_cause import Cause
from quantengine.formats.encoding import Encoding
from quantengine.observe.distribution import Distribution, quantization_noise
from quantengine.observe.statistics import TensorStats
from quantengine.sentence import Sentence

FEW = 16
"""A channel that uses less than one of so many codes is poor in codes."""
_MANY, _HALF = 0.25, 0.5
_ALONE = 2.0
"""How far the largest sample must lie beyond the second to be the one that counts."""
_HIDES = 4.0
_BULK, _WIDER = 0.999, 4.0


def activation_cause(
    stats: TensorStats, encoding: Encoding, samples: Sequence[str]
) -> Cause | None:
    """The first that holds of: clipped, one sample's extreme, unlike channels, a far tail."""
    if encoding.scale.ndim or not stats.count:
        return None
    return (
        _clipped(stats.distribution, encoding)
        or _one_sample(stats, encoding, samples)
        or _one_channel(stats, encoding)
        or _tail(stats.distribution, encoding)
    )


def _clipped(distribution: Distribution, encoding: Encoding) -> Cause | None:
    scale, zero = float(encoding.scale), float(encoding.zero_point)
    ends = (encoding.qmin, encoding.qmax)
    lost, _, clipped = quantization_noise(distribution, scale, zero, *ends)
    reach = max(abs(distribution.low), abs(distribution.high)) / scale + abs(zero) + 1
    rounded, _, _ = quantization_noise(distribution, scale, zero, -int(reach), int(reach))
    share = 1 - rounded / lost if lost > 0 else 0.0
    if not share >= _HALF:
        return None
    text = Sentence(
        "{0} % of its values are clipped, which makes {1} % of the error of its output.",
        f"{100 * clipped / distribution.total:.2g}",
        f"{100 * share:.0f}",
    )
    return Cause(text, "method")


def _one_sample(stats: TensorStats, encoding: Encoding, samples: Sequence[str]) -> Cause | None:
    """Where one sample alone fills the outer half of the range."""
    reach = np.nan_to_num(np.abs(stats.sample_ranges)).max(axis=1, initial=0.0)
    if reach.size < 3 or reach.size != len(samples):
        return None
    second, first = np.sort(reach)[-2:]
    covered = max(abs(float(encoding.low)), abs(float(encoding.high)))
    if not (second > 0 and first >= _ALONE * second and covered >= _ALONE * second):
        return None
    text = Sentence(
        "Sample {0} alone reaches {1}, no other more than {2}: the range is wide for its sake.",
        samples[int(reach.argmax())],
        f"{first:.3g}",
        f"{second:.3g}",
    )
    return Cause(text, "method", hidden=first >= _HIDES * second)


def _one_channel(stats: TensorStats, encoding: Encoding) -> Cause | None:
    channels = stats.channels
    if channels is None:
        return None
    low, high = (np.nan_to_num(end) for end in (channels.low, channels.high))
    widths = np.maximum(np.abs(low), np.abs(high))
    living = widths > 0
    span = np.maximum(high, 0.0) - np.minimum(low, 0.0)
    whole = float(encoding.high) - float(encoding.low)
    poor = int((span[living] < whole / FEW).sum())
    if not (living.sum() >= 2 and poor >= _MANY * living.sum()):
        return None
    middle = float(np.median(widths[living]))
    if not widths.max() >= OUTLIER * middle:
        return None
    text = Sentence(
        "{0} of {1} channels of its output use less than a sixteenth of the codes: channel {2} "
        "reaches {3}, the middle one {4}.",
        poor,
        int(living.sum()),
        int(widths.argmax()),
        f"{widths.max():.3g}",
        f"{middle:.3g}",
    )
    return Cause(text, "equalize", hidden=True)


def _tail(distribution: Distribution, encoding: Encoding) -> Cause | None:
    before = np.cumsum(distribution.count) / distribution.total
    first, last = np.searchsorted(before, ((1 - _BULK) / 2, (1 + _BULK) / 2))
    low, high = float(distribution.left[first]), float(distribution.right[last])
    whole, bulk = float(encoding.high) - float(encoding.low), max(high, 0.0) - min(low, 0.0)
    if not (bulk > 0 and whole >= _WIDER * bulk):
        return None
    text = Sentence(
        "99.9 % of its values lie between {0} and {1}, the range is {2} times as wide.",
        f"{low:.3g}",
        f"{high:.3g}",
        f"{whole / bulk:.2g}",
    )
    return Cause(text, "bits", hidden=whole >= _HIDES * _WIDER * bulk)
