"""The worst layers: how the values of their outputs lie, what is clipped, and each channel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.channels import Channels, activation_channels
from quantengine.analyze.grid import density
from quantengine.analyze.layer_report import LayerReport
from quantengine.counted import counted
from quantengine.observe.statistics import TensorStats
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import decibels, named, number, section
from quantengine.sentence import Sentence

_SHOWN = 8
_BINS, _MOST_CHANNELS = 120, 160
_WIDTH, _HISTOGRAM, _CHANNELS = 320, 96, 72

Doubles = NDArray[np.float64]


def tensors(found: Findings) -> str:
    """A card a layer, those that cost most and then the worst; nothing without statistics."""
    made = found.candidate
    if made is None or made.table is None or found.compared is None:
        return ""
    reports = {row.name: row for row in found.layers}
    culprits = () if found.culprits is None else found.culprits.names
    order = dict.fromkeys((*culprits, *(row.name for row in found.compared.ranked)))
    worst = [reports[name] for name in order if name in reports]
    cards = []
    for report in worst:
        stats = made.table.tensors.get(report.output or "")
        if stats is not None and stats.count and report.low is not None:
            cards.append(_card(found, report, stats))
        if len(cards) == _SHOWN:
            break
    about = Sentence(
        "Values of the output over the calibration data, counts logarithmic; what lies outside of "
        "the two lines is clipped. Below, the range of each channel against the one of the tensor."
    )
    body = f'<div class="cards">{"".join(cards)}</div>' if cards else ""
    title = found.say(Sentence("Worst layers, their outputs"))
    return section(title, body, "tensors", found.say(about))


def _card(found: Findings, report: LayerReport, stats: TensorStats) -> str:
    low, high = report.low or 0.0, report.high or 0.0
    compared = found.compared_layer(report.name)
    alone = ""
    if compared is not None:
        told = decibels(compared.local.both.sqnr_db)
        alone = found.say(Sentence("{0} dB alone", told))
    channels = activation_channels(stats)
    cause = html_text(found.causes(report.name))
    ends = found.say(Sentence("range {0} .. {1}", number(low), number(high)))
    words = [alone, ends, *map(found.say, _clipped(stats, low, high))]
    if channels is not None:
        words += map(found.say, _oddities(channels))
    strip = "" if channels is None else _strip(found, channels, low, high)
    return (
        f'<figure class="card"><figcaption><b>{named(report.name)}</b> '
        f'<span class="dim">{html_text(report.operator)}</span></figcaption>'
        f"{_histogram(found, stats, low, high)}{strip}"
        f'<p class="dim">{", ".join(word for word in words if word)}</p>'
        f"{f'<p>{cause}</p>' if cause else ''}</figure>"
    )


def _oddities(channels: Channels) -> Iterator[str]:
    if channels.dead.any():
        yield counted(int(channels.dead.sum()), "dead channel")
    if channels.outliers.any():
        yield counted(int(channels.outliers.sum()), "outlying channel")


def _clipped(stats: TensorStats, low: float, high: float) -> list[Sentence]:
    values = stats.distribution
    edges = np.array([min(values.low, low), low, high, max(values.high, high)], np.float64)
    below, _, above = density(values, np.maximum.accumulate(edges))
    lost = float(below * (values.low < low) + above * (values.high > high)) / values.total
    return [Sentence("{0} % clipped", number(100 * lost, 2))] if lost > 0 else []


def _histogram(found: Findings, stats: TensorStats, low: float, high: float) -> str:
    values = stats.distribution
    first, last = min(values.low, low, 0.0), max(values.high, high, 0.0)
    if not first < last:
        return ""
    edges = np.linspace(first, last, _BINS + 1)
    counts = np.log10(1.0 + density(values, edges))
    top = float(counts.max()) or 1.0
    tall = _HISTOGRAM - 18
    steps = [f"M0 {tall}"]
    for place, count in enumerate(counts):
        x, y = place * _WIDTH / _BINS, tall * (1 - count / top)
        steps.append(f"L{x:.1f} {y:.1f}h{_WIDTH / _BINS:.2f}")
    name = html_text(found.say(Sentence("histogram")))
    lines = "".join(
        f'<path class="clip" d="M{_across(end, first, last):.1f} 0V{tall}"/>' for end in (low, high)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HISTOGRAM}" role="img" aria-label="{name}">'
        f'<path class="values" d="{"".join(steps)}L{_WIDTH} {tall}Z"/>{lines}'
        f'<text class="label" x="0" y="{_HISTOGRAM - 4}">{number(first, 3)}</text>'
        f'<text class="label" x="{_WIDTH}" y="{_HISTOGRAM - 4}" text-anchor="end">'
        f"{number(last, 3)}</text></svg>"
    )


def _across(value: float, first: float, last: float) -> float:
    return min(max((value - first) / (last - first), 0.0), 1.0) * (_WIDTH - 2) + 1


def _strip(found: Findings, channels: Channels, low: float, high: float) -> str:
    """Each channel from its least to its largest value; many are joined by the widest."""
    lows, highs = (_joined(x, f) for x, f in ((channels.low, np.min), (channels.high, np.max)))
    first, last = min(float(lows.min()), low), max(float(highs.max()), high)
    if not first < last:
        return ""

    def y(value: float) -> float:
        return 1 + (last - value) / (last - first) * (_CHANNELS - 2)

    wide = _WIDTH / len(lows)
    bars = "".join(
        f"M{(place + 0.5) * wide:.1f} {y(a):.1f}V{min(y(b), y(a) - 0.5):.1f}"
        for place, (a, b) in enumerate(zip(lows, highs, strict=True))
    )
    ends = "".join(f'<path class="clip" d="M0 {y(end):.1f}H{_WIDTH}"/>' for end in (low, high))
    name = html_text(found.say(Sentence("ranges of channels")))
    width = max(0.7 * wide, 0.6)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_CHANNELS}" role="img" aria-label="{name}">'
        f'<path class="channels" stroke-width="{width:.1f}" d="{bars}"/>{ends}</svg>'
    )


def _joined(values: Doubles, by: np.ufunc | object) -> Doubles:
    parts = np.array_split(values, min(len(values), _MOST_CHANNELS))
    return np.array([by(part) for part in parts])  # type: ignore[operator]
